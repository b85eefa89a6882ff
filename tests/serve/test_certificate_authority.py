import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.verification import PolicyBuilder, Store

from landbridge.errors import HostError
from landbridge.serve.certificate_authority import VALIDITY, CertificateAuthority


def test_the_key_is_for_its_owner_only(tmp_path: Path) -> None:
    CertificateAuthority(tmp_path)
    assert stat.S_IMODE((tmp_path / "ca.key").stat().st_mode) == 0o600


def test_the_authority_stays_the_same(tmp_path: Path) -> None:
    first = CertificateAuthority(tmp_path)
    assert CertificateAuthority(tmp_path).certificate_pem == first.certificate_pem
    assert first.certificate_path.read_text() == first.certificate_pem


@pytest.mark.parametrize("lost", ["ca.key", "ca.pem"])
def test_half_of_an_authority_is_replaced_whole(tmp_path: Path, lost: str) -> None:
    before = CertificateAuthority(tmp_path).certificate_pem
    (tmp_path / lost).unlink()
    after = CertificateAuthority(tmp_path)
    assert after.certificate_pem != before
    assert CertificateAuthority(tmp_path).certificate_pem == after.certificate_pem


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, password: bytes = b"") -> str:
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password:
        encryption = serialization.BestAvailableEncryption(password)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
    ).decode()


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("ca.key", ""),
        ("ca.key", "garbage"),
        ("ca.key", pem(ec.generate_private_key(ec.SECP256R1()))),
        ("ca.key", pem(rsa.generate_private_key(65537, 2048))),
        ("ca.key", pem(ec.generate_private_key(ec.SECP256R1()), b"secret")),
        ("ca.pem", ""),
        ("ca.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
    ],
    ids=["empty key", "no key", "another key", "an RSA key", "a locked key", "empty", "no certificate"],
)
def test_a_damaged_authority_says_so(tmp_path: Path, file: str, content: str) -> None:
    CertificateAuthority(tmp_path)
    (tmp_path / file).write_text(content)
    with pytest.raises(HostError, match="cannot be read") as raised:
        CertificateAuthority(tmp_path)
    assert "remove ca.pem and ca.key" in raised.value.hint


def test_an_unreadable_authority_says_so(tmp_path: Path) -> None:
    CertificateAuthority(tmp_path)
    (tmp_path / "ca.key").unlink()
    (tmp_path / "ca.key").mkdir()
    with pytest.raises(HostError, match="cannot be read"):
        CertificateAuthority(tmp_path)


def test_a_certificate_is_for_its_names_and_verifies(tmp_path: Path) -> None:
    authority = CertificateAuthority(tmp_path)
    issued = x509.load_pem_x509_certificate(
        authority.issue("orders.corp.example", "*.corp.example").certificate_pem.encode()
    )
    store = Store([x509.load_pem_x509_certificate(authority.certificate_pem.encode())])
    for name in ("orders.corp.example", "other.corp.example"):
        verifier = PolicyBuilder().store(store).build_server_verifier(x509.DNSName(name))
        assert len(verifier.verify(issued, [])) == 2
    assert issued.not_valid_after_utc - issued.not_valid_before_utc <= VALIDITY + VALIDITY / 100


def test_a_long_name_is_cut_in_the_subject_only(tmp_path: Path) -> None:
    name = ".".join(["a" * 60, "b" * 60, "example"])
    issued = CertificateAuthority(tmp_path).issue(name)
    certificate = x509.load_pem_x509_certificate(issued.certificate_pem.encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == [name]
