"""Mutual TLS: which faults of a client's certificate end a handshake, and what the target is told of it.

AWS: "Mutual authentication with TLS in Application Load Balancer"
"""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from landbridge.model.exchange import Headers
from landbridge.model.load_balancing import MutualAuthentication

SMALLEST_RSA_KEY_BITS = 2048
SUPPORTED_CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
SUPPORTED_HASHES = frozenset({"sha256", "sha384", "sha512"})


class ClientCertificateFault(StrEnum):
    """Why a client's certificate is refused, as connection logs say it after ``Failed:``.

    AWS: "Connection logs for your Application Load Balancer"
    """

    CRL_HIT = "ClientCertCrlHit"
    CRL_PROCESSING_ERROR = "ClientCertCrlProcessingError"
    EXPIRED = "ClientCertExpired"
    INVALID = "ClientCertInvalid"
    MAX_CHAIN_DEPTH_EXCEEDED = "ClientCertMaxChainDepthExceeded"
    NOT_YET_VALID = "ClientCertNotYetValid"
    PURPOSE_INVALID = "ClientCertPurposeInvalid"
    TYPE_UNSUPPORTED = "ClientCertTypeUnsupported"
    UNMAPPED = "UnmappedConnectionError"
    """The client showed no certificate at all, for one."""
    UNTRUSTED = "ClientCertUntrusted"


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """The certificate that a client showed in the handshake."""

    chain_pem: tuple[str, ...]
    """The leaf first."""
    serial_number: int
    issuer: str
    """A distinguished name as RFC 2253 writes it."""
    subject: str
    not_before: str
    """For example ``2023-09-21T01:50:17Z``."""
    not_after: str


def is_supported(certificate: x509.Certificate) -> bool:
    """Whether mutual TLS works with certificates of this key and signature.

    AWS: "Mutual authentication with TLS in Application Load Balancer"
    """
    try:
        key, digest = certificate.public_key(), certificate.signature_hash_algorithm
    except (ValueError, UnsupportedAlgorithm):
        return False
    if digest is None or digest.name not in SUPPORTED_HASHES:
        return False
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.curve.name in SUPPORTED_CURVES
    return isinstance(key, rsa.RSAPublicKey) and key.key_size >= SMALLEST_RSA_KEY_BITS


def is_tolerated(fault: ClientCertificateFault, depth: int, authentication: MutualAuthentication) -> bool:
    """Whether the handshake goes on in spite of it; `depth` counts from the client's own certificate, 0.

    AWS: "MutualAuthenticationAttributes" (Elastic Load Balancing API reference)
    """
    if authentication.mode == "passthrough":
        return True
    is_expiry = fault is ClientCertificateFault.EXPIRED and depth == 0
    return is_expiry and authentication.ignore_client_certificate_expiry


def certificate_headers(
    authentication: MutualAuthentication, certificate: ClientCertificate | None
) -> Headers | None:
    """What a target is told of the client's certificate; None where mutual TLS is off.

    AWS: "Mutual authentication with TLS in Application Load Balancer"
    """
    if authentication.mode == "off":
        return None
    if certificate is None:
        return ()
    if authentication.mode == "passthrough":
        return (("X-Amzn-Mtls-Clientcert", _encoded("".join(certificate.chain_pem))),)
    return (
        ("X-Amzn-Mtls-Clientcert-Serial-Number", _hexadecimal(certificate.serial_number)),
        ("X-Amzn-Mtls-Clientcert-Issuer", certificate.issuer),
        ("X-Amzn-Mtls-Clientcert-Subject", certificate.subject),
        (
            "X-Amzn-Mtls-Clientcert-Validity",
            f"NotBefore={certificate.not_before};NotAfter={certificate.not_after}",
        ),
        ("X-Amzn-Mtls-Clientcert-Leaf", _encoded(certificate.chain_pem[0])),
    )


MTLS_HEADERS = frozenset(
    (
        "x-amzn-mtls-clientcert",
        "x-amzn-mtls-clientcert-issuer",
        "x-amzn-mtls-clientcert-leaf",
        "x-amzn-mtls-clientcert-serial-number",
        "x-amzn-mtls-clientcert-subject",
        "x-amzn-mtls-clientcert-validity",
    )
)
"""What a client cannot say of itself where mutual TLS is on."""


def _encoded(pem: str) -> str:
    return quote(pem, safe="+=/")


def _hexadecimal(serial_number: int) -> str:
    """Whole bytes in capitals: ``03A5B1``."""
    digits = f"{serial_number:X}"
    return digits.zfill(len(digits) + len(digits) % 2)
