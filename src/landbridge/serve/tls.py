"""TLS for one connection without a socket: bytes in, bytes out.

The vantage proxy has the socket and must see the first bytes before it is known whether they are TLS, so
the session works on memory buffers instead of wrapping the socket. The standard library's ``ssl`` can neither
choose the ciphers of TLS 1.3 nor accept a client's certificate unverified, so this is OpenSSL by pyOpenSSL.
"""

import contextlib
import datetime
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from OpenSSL import SSL

from landbridge.semantics.doors import Handshake
from landbridge.semantics.load_balancing.certificate_choice import ServedCertificate, choose_certificates
from landbridge.semantics.load_balancing.mutual_tls import ClientCertificate, ClientCertificateFault
from landbridge.serve.client_verification import (
    ClientVerification,
    ask_for_certificates,
    read_client_certificate,
)

Send = Callable[[bytes], object]
TlsContext = SSL.Context
"""What sessions are made from; made by ``server_context``."""
CHUNK = 65536


@dataclass(frozen=True, slots=True)
class TlsParameters:
    """What the handshake agreed on; names are OpenSSL's."""

    version: str
    """For example ``TLSv1.3``."""
    cipher: str
    server_name: str
    """The SNI, empty when the client sent none."""
    alpn: str = ""
    """``h2`` or ``http/1.1``; empty when none was agreed on."""
    client_certificate: ClientCertificate | None = None

    @property
    def agreed(self) -> Handshake:
        """As a trace tells it."""
        subject = self.client_certificate.subject if self.client_certificate is not None else ""
        return Handshake(self.version, self.cipher, self.server_name, self.alpn, subject)


class TlsError(Exception):
    """The handshake or a record failed; the text is OpenSSL's reason."""

    def __init__(self, reason: str, fault: ClientCertificateFault | None = None) -> None:
        super().__init__(reason)
        self.fault = fault
        """What is wrong with the client's certificate, if that is the reason."""


@dataclass(slots=True)
class _Seen:
    """What callbacks found during a handshake."""

    server_name: str = ""
    fault: ClientCertificateFault | None = None


class TlsSession:
    """The server side of one TLS connection."""

    def __init__(self, context: TlsContext, send: Send) -> None:
        self._seen = _Seen()
        self._connection = SSL.Connection(context, None)
        self._connection.set_app_data(self._seen)
        self._connection.set_accept_state()
        self._send = send
        self.parameters: TlsParameters | None = None
        """None until the handshake is done."""

    @property
    def alpn(self) -> str:
        """The protocol that was agreed on by ALPN; empty for none, and until the handshake is done."""
        return self.parameters.alpn if self.parameters is not None else ""

    def receive(self, data: bytes) -> bytes:
        """The plain bytes that became readable; empty while the handshake goes on.

        TlsError ends the connection; the alert for the client has been sent.
        """
        try:
            self._connection.bio_write(data)
            if self.parameters is None and not self._shake_hands():
                return b""
            return self._read_all()
        except SSL.Error as error:
            self._flush()
            raise TlsError(_reason(error), self._fault(error)) from error

    def send(self, plain: bytes) -> None:
        """Encrypts and sends."""
        view = memoryview(plain)
        while view:
            view = view[self._connection.send(view) :]
            self._flush()

    def close(self) -> None:
        """Sends the closing alert when the handshake was done."""
        if self.parameters is None:
            return
        with contextlib.suppress(SSL.Error):  # the client's own closing alert is not waited for
            self._connection.shutdown()
        self._flush()

    def _shake_hands(self) -> bool:
        connection = self._connection
        try:
            connection.do_handshake()
        except SSL.WantReadError:
            self._flush()
            return False
        try:
            certificate = read_client_certificate(connection)
        except ValueError as error:
            raise TlsError(str(error), ClientCertificateFault.INVALID) from error
        self.parameters = TlsParameters(
            connection.get_protocol_version_name(),
            connection.get_cipher_name() or "",
            self._seen.server_name,
            connection.get_alpn_proto_negotiated().decode(),
            certificate,
        )
        self._flush()
        return True

    def _read_all(self) -> bytes:
        parts = []
        # After the client's closing alert the socket's end follows in its own time.
        with contextlib.suppress(SSL.WantReadError, SSL.ZeroReturnError):
            while True:
                parts.append(self._connection.recv(CHUNK))
        return b"".join(parts) if len(parts) != 1 else parts[0]

    def _flush(self) -> None:
        with contextlib.suppress(SSL.WantReadError):
            while True:
                sealed = self._connection.bio_read(CHUNK)
                self._send(sealed)
                if len(sealed) < CHUNK:
                    return

    def _fault(self, error: SSL.Error) -> ClientCertificateFault | None:
        if self._seen.fault is None and "did not return a certificate" in _reason(error):
            return ClientCertificateFault.UNMAPPED
        return self._seen.fault


@dataclass(frozen=True, slots=True)
class TlsMaterial:
    """A certificate with its chain and private key, PEM, and the names it is for."""

    names: tuple[str, ...]
    certificate_pem: str
    private_key_pem: str


@dataclass(frozen=True, slots=True)
class TlsOffer:
    """What a server offers in a handshake, whichever certificate it shows."""

    minimum: str
    """``TLSv1``, ``TLSv1.1``, ``TLSv1.2`` or ``TLSv1.3``."""
    maximum: str
    ciphers: tuple[str, ...] = ()
    """OpenSSL's names of the suites up to TLS 1.2 in the order of preference; empty for OpenSSL's own."""
    tls_1_3_ciphers: tuple[str, ...] = ()
    """As `ciphers`, for TLS 1.3."""
    alpn: tuple[str, ...] = ()
    """Protocols in the order of preference; empty for a server that does without."""
    client_verification: ClientVerification | None = None
    curve: str = ""
    """The only one for key exchange; empty for OpenSSL's choice."""


def server_context(materials: Sequence[TlsMaterial], offer: TlsOffer) -> TlsContext:
    """A context that serves the first certificate, or what suits the name that the client asks for by SNI.

    AWS: "SSL certificates for your Application Load Balancer"
    """
    served = [_traits(material) for material in materials]
    contexts: dict[tuple[int, ...], TlsContext] = {}

    def context_of(places: tuple[int, ...]) -> TlsContext:
        if places not in contexts:
            contexts[places] = _context([materials[place] for place in places], offer)
        return contexts[places]

    def choose(connection: SSL.Connection) -> None:
        name = (connection.get_servername() or b"").decode("ascii", "replace").lower()
        connection.get_app_data().server_name = name
        places = choose_certificates(name, served)
        if places != (0,):
            connection.set_context(context_of(places))

    default = context_of((0,))
    default.set_tlsext_servername_callback(choose)
    return default


def _context(materials: Sequence[TlsMaterial], offer: TlsOffer) -> TlsContext:
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(VERSIONS[offer.minimum])
    context.set_max_proto_version(VERSIONS[offer.maximum])
    # The policy says what is good enough, not OpenSSL's level of security.
    context.set_cipher_list(":".join((*(offer.ciphers or ("DEFAULT",)), "@SECLEVEL=0")).encode())
    if offer.tls_1_3_ciphers:
        context.set_tls13_ciphersuites(":".join(offer.tls_1_3_ciphers).encode())
    context.set_options(SSL.OP_CIPHER_SERVER_PREFERENCE | SSL.OP_NO_RENEGOTIATION)
    if offer.curve:
        context.set_tmp_ecdh(CURVES[offer.curve])
    if offer.alpn:
        offered = [protocol.encode() for protocol in offer.alpn]
        context.set_alpn_select_callback(
            lambda _, asked: next((each for each in offered if each in asked), SSL.NO_OVERLAPPING_PROTOCOLS)
        )
    for material in reversed(materials):
        _load(context, material)
    if offer.client_verification is not None:
        ask_for_certificates(context, offer.client_verification, _note_fault)
    return context


def _note_fault(connection: SSL.Connection, fault: ClientCertificateFault) -> None:
    connection.get_app_data().fault = fault


def _load(context: TlsContext, material: TlsMaterial) -> None:
    # A chain of each certificate's own is read from files only.
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(material.certificate_pem)
        file.flush()
        context.use_certificate_chain_file(file.name)
    key = load_pem_private_key(material.private_key_pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    context.use_privatekey(key)


def _traits(material: TlsMaterial) -> ServedCertificate:
    certificate = x509.load_pem_x509_certificate(material.certificate_pem.encode())
    key = certificate.public_key()
    digest = certificate.signature_hash_algorithm
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return ServedCertificate(
        names=material.names,
        is_elliptic=isinstance(key, ec.EllipticCurvePublicKey),
        is_expired=end < datetime.datetime.now(datetime.UTC),
        hash_bits=digest.digest_size * 8 if digest else 0,
        key_bits=getattr(key, "key_size", 0),
        validity_s=int((end - begin).total_seconds()),
    )


def _reason(error: SSL.Error) -> str:
    """OpenSSL's own words."""
    if error.args and isinstance(error.args[0], list) and error.args[0]:
        return str(error.args[0][0][2])
    return str(error) or type(error).__name__


CURVES: dict[str, ec.EllipticCurve] = {"secp256r1": ec.SECP256R1(), "secp384r1": ec.SECP384R1()}
VERSIONS = {
    "TLSv1": SSL.TLS1_VERSION,
    "TLSv1.1": SSL.TLS1_1_VERSION,
    "TLSv1.2": SSL.TLS1_2_VERSION,
    "TLSv1.3": SSL.TLS1_3_VERSION,
}
