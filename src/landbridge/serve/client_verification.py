"""Certificates of clients in a handshake: asked for, verified against a trust store, read."""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import SSL
from OpenSSL.crypto import X509, X509StoreFlags

from landbridge.model.load_balancing import MutualAuthentication
from landbridge.semantics.load_balancing.mutual_tls import (
    ClientCertificate,
    ClientCertificateFault,
    is_supported,
    is_tolerated,
)


@dataclass(frozen=True, slots=True)
class TrustMaterial:
    """What a trust store holds, PEM."""

    ca_certificates: tuple[str, ...]
    revocation_lists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClientVerification:
    """What a server asks of its clients' certificates."""

    authentication: MutualAuthentication
    trust: TrustMaterial = TrustMaterial(())


Report = Callable[[SSL.Connection, ClientCertificateFault], None]
"""Told of the fault for which a handshake will fail."""


def ask_for_certificates(context: SSL.Context, verification: ClientVerification, report: Report) -> None:
    """Clients of the context are asked for a certificate from now on; sessions are not resumed.

    A bundle may end at an intermediate authority, and an authority without a revocation list revokes nothing.

    AWS: "Mutual authentication with TLS in Application Load Balancer"
    """
    authentication = verification.authentication

    def judge(connection: SSL.Connection, shown: X509, number: int, depth: int, is_valid: int) -> bool:
        fault = _fault(shown, number)
        if fault is None or is_tolerated(fault, depth, authentication):
            return True
        report(connection, fault)
        return False

    required = SSL.VERIFY_FAIL_IF_NO_PEER_CERT if authentication.mode == "verify" else 0
    context.set_verify(SSL.VERIFY_PEER | required, judge)
    context.set_options(SSL.OP_NO_TICKET)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.set_session_id(b"landbridge")
    _trust(context, verification)


def read_client_certificate(connection: SSL.Connection) -> ClientCertificate | None:
    """The certificate with the chain that the client sent; None when it sent none.

    ValueError when it is no certificate that can be read.
    """
    leaf = connection.get_peer_certificate(as_cryptography=True)
    if leaf is None:
        return None
    # The server's side of OpenSSL has the leaf apart from the others.
    others = connection.get_peer_cert_chain(as_cryptography=True) or []
    chain = [leaf, *(each for each in others if each != leaf)]
    return ClientCertificate(
        chain_pem=tuple(each.public_bytes(Encoding.PEM).decode() for each in chain),
        serial_number=leaf.serial_number,
        issuer=leaf.issuer.rfc4514_string(),
        subject=leaf.subject.rfc4514_string(),
        not_before=f"{leaf.not_valid_before_utc:%Y-%m-%dT%H:%M:%SZ}",
        not_after=f"{leaf.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}",
    )


def _trust(context: SSL.Context, verification: ClientVerification) -> None:
    store = context.get_cert_store()
    assert store is not None
    flags = X509StoreFlags.PARTIAL_CHAIN
    for pem in verification.trust.ca_certificates:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        store.add_cert(X509.from_cryptography(certificate))
        if verification.authentication.advertise_trust_store_ca_names:
            context.add_client_ca(certificate)
    for pem in verification.trust.revocation_lists:
        store.add_crl(x509.load_pem_x509_crl(pem.encode()))
        flags |= X509StoreFlags.CRL_CHECK | X509StoreFlags.CRL_CHECK_ALL
    store.set_flags(flags)


def _fault(shown: X509, number: int) -> ClientCertificateFault | None:
    if number in HARMLESS:
        return None if _has_supported_key(shown) else ClientCertificateFault.TYPE_UNSUPPORTED
    return FAULTS.get(number, ClientCertificateFault.INVALID)


def _has_supported_key(shown: X509) -> bool:
    try:
        return is_supported(shown.to_cryptography())
    except ValueError:  # no certificate that can be read
        return False


UNABLE_TO_GET_CRL, CRL_HAS_EXPIRED = 3, 12
HARMLESS = frozenset({0, UNABLE_TO_GET_CRL, CRL_HAS_EXPIRED})
"""Numbers of OpenSSL's verification that refuse nothing; 0 is none."""
FAULTS = {
    2: ClientCertificateFault.UNTRUSTED,  # no issuer's certificate
    5: ClientCertificateFault.CRL_PROCESSING_ERROR,
    7: ClientCertificateFault.UNTRUSTED,  # of an issuer who has another key
    8: ClientCertificateFault.CRL_PROCESSING_ERROR,
    9: ClientCertificateFault.NOT_YET_VALID,
    10: ClientCertificateFault.EXPIRED,
    11: ClientCertificateFault.CRL_PROCESSING_ERROR,
    18: ClientCertificateFault.UNTRUSTED,  # self-signed
    19: ClientCertificateFault.UNTRUSTED,
    20: ClientCertificateFault.UNTRUSTED,
    21: ClientCertificateFault.UNTRUSTED,
    22: ClientCertificateFault.MAX_CHAIN_DEPTH_EXCEEDED,
    23: ClientCertificateFault.CRL_HIT,
    26: ClientCertificateFault.PURPOSE_INVALID,
    27: ClientCertificateFault.UNTRUSTED,
}
"""AWS's reasons by the numbers of OpenSSL's verification."""
