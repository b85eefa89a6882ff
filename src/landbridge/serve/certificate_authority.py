"""The local certificate authority: stands for the company's own, or for Amazon's, on this machine."""

import datetime
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from landbridge.errors import HostError

VALIDITY = datetime.timedelta(days=397)
"""The longest validity that browsers accept."""


@dataclass(frozen=True, slots=True)
class IssuedCertificate:
    """A certificate with its private key, both PEM."""

    certificate_pem: str
    private_key_pem: str


class CertificateAuthority:
    """A root key and certificate kept in a folder; the key is readable by its owner only."""

    def __init__(self, folder: Path) -> None:
        self.certificate_path = folder / "ca.pem"
        self._key_path = folder / "ca.key"
        if self.certificate_path.exists() and self._key_path.exists():
            self._read()
        else:
            self._create()

    @property
    def certificate_pem(self) -> str:
        """The root certificate, PEM."""
        return self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    def issue(self, *names: str, key_algorithm: str = "EC_prime256v1") -> IssuedCertificate:
        """A server certificate for these DNS names, the first one its subject.

        `key_algorithm` is one of ACM's, for example ``RSA_2048``.
        AWS: "RequestCertificate" (AWS Certificate Manager API reference)
        """
        key = _new_key(key_algorithm)
        now = datetime.datetime.now(datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])]))
            .issuer_name(self._certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(minutes=5))
            .not_valid_after(now + VALIDITY)
            .add_extension(
                x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False
            )
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )
        return IssuedCertificate(
            certificate.public_bytes(serialization.Encoding.PEM).decode(), _private_pem(key)
        )

    def _create(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.UTC)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "landbridge local CA")])
        self._key: ec.EllipticCurvePrivateKey = key
        self._certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(minutes=5))
            .not_valid_after(now + datetime.timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(_ca_key_usage(), critical=True)
            .sign(key, hashes.SHA256())
        )
        _write_private(self._key_path, _private_pem(key))
        self.certificate_path.write_text(self.certificate_pem)

    def _read(self) -> None:
        try:
            self._certificate = x509.load_pem_x509_certificate(self.certificate_path.read_bytes())
            key = serialization.load_pem_private_key(self._key_path.read_bytes(), None)
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise self._damaged(str(error)) from error
        if (
            not isinstance(key, ec.EllipticCurvePrivateKey)
            or key.public_key() != self._certificate.public_key()
        ):
            raise self._damaged("key and certificate do not belong together")
        self._key = key

    def _damaged(self, reason: str) -> HostError:
        return HostError(
            f"The certificate authority in {self._key_path.parent} cannot be read: {reason}",
            "remove ca.pem and ca.key there to have a new one made",
        )


_PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_CURVES: dict[str, ec.EllipticCurve] = {
    "EC_prime256v1": ec.SECP256R1(),
    "EC_secp384r1": ec.SECP384R1(),
    "EC_secp521r1": ec.SECP521R1(),
}


def _new_key(algorithm: str) -> _PrivateKey:
    curve = _CURVES.get(algorithm)
    if curve is not None:
        return ec.generate_private_key(curve)
    return rsa.generate_private_key(65537, int(algorithm.removeprefix("RSA_")))


def _private_pem(key: _PrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def _ca_key_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
