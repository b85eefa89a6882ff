"""TLS for one connection without a socket: bytes in, bytes out.

The vantage proxy has the socket and must see the first bytes before it is known whether they are TLS, so
the session works on memory buffers instead of wrapping the socket.
"""

import contextlib
import ssl
import tempfile
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Send = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class TlsParameters:
    """What the handshake agreed on; names are OpenSSL's."""

    version: str
    """For example ``TLSv1.3``."""
    cipher: str
    server_name: str
    """The SNI, empty when the client sent none."""


class TlsError(Exception):
    """The handshake or a record failed; the text is OpenSSL's reason."""


class TlsSession:
    """The server side of one TLS connection."""

    def __init__(self, context: ssl.SSLContext, send: Send) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._object = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._send = send
        self.parameters: TlsParameters | None = None
        """None until the handshake is done."""

    def receive(self, data: bytes) -> bytes:
        """The plain bytes that became readable; empty while the handshake goes on.

        TlsError ends the connection; the alert for the client has been sent.
        """
        self._incoming.write(data)
        try:
            if self.parameters is None and not self._shake_hands():
                return b""
            return self._read_all()
        except (ssl.SSLError, ssl.CertificateError) as error:
            self._flush()
            raise TlsError(getattr(error, "reason", None) or str(error)) from error

    def send(self, plain: bytes) -> None:
        """Encrypts and sends."""
        view = memoryview(plain)
        while view:
            view = view[self._object.write(view) :]
        self._flush()

    def close(self) -> None:
        """Sends the closing alert when the handshake was done."""
        if self.parameters is None:
            return
        with contextlib.suppress(ssl.SSLError):  # the client's own closing alert is not waited for
            self._object.unwrap()
        self._flush()

    def _shake_hands(self) -> bool:
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            self._flush()
            return False
        cipher = self._object.cipher()
        self.parameters = TlsParameters(
            self._object.version() or "", cipher[0] if cipher else "", _server_name(self._object)
        )
        self._flush()
        return True

    def _read_all(self) -> bytes:
        parts = []
        # After the client's closing alert the socket's end follows in its own time.
        with contextlib.suppress(ssl.SSLWantReadError, ssl.SSLZeroReturnError):
            while part := self._object.read(65536):
                parts.append(part)
        if self._outgoing.pending:
            self._flush()
        return b"".join(parts) if len(parts) != 1 else parts[0]

    def _flush(self) -> None:
        if self._outgoing.pending:
            self._send(self._outgoing.read())


@dataclass(frozen=True, slots=True)
class TlsMaterial:
    """A certificate with its chain and private key, PEM, and the names it is for."""

    names: tuple[str, ...]
    certificate_pem: str
    private_key_pem: str


def server_context(
    materials: Sequence[TlsMaterial], minimum: str, maximum: str, ciphers: Sequence[str]
) -> ssl.SSLContext:
    """A context that serves the first certificate, or the one whose name the client asks for by SNI.

    `minimum` and `maximum` are ``TLSv1``, ``TLSv1.1``, ``TLSv1.2`` or ``TLSv1.3``; `ciphers` are OpenSSL's
    names of the suites up to TLS 1.2, in the server's order of preference.

    AWS: "Create an HTTPS listener for your Application Load Balancer"
    """
    contexts = [_context(material, minimum, maximum, ciphers) for material in materials]
    by_name = {
        name.lower(): context
        for material, context in reversed(list(zip(materials, contexts, strict=True)))
        for name in material.names
    }

    def choose(connection: ssl.SSLObject, server_name: str | None, _: ssl.SSLContext) -> None:
        if server_name is None:
            return
        name = server_name.lower()
        connection.landbridge_server_name = name  # type: ignore[attr-defined]
        wildcard = "*." + name.partition(".")[2]
        chosen = by_name.get(name) or by_name.get(wildcard)
        if chosen is not None:
            connection.context = chosen

    contexts[0].sni_callback = choose
    return contexts[0]


def _context(material: TlsMaterial, minimum: str, maximum: str, ciphers: Sequence[str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with warnings.catch_warnings():
        # Old protocols are deprecated, and still what some of AWS's policies allow.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = VERSIONS[minimum]
        context.maximum_version = VERSIONS[maximum]
    if ciphers:
        level = "" if minimum in ("TLSv1.2", "TLSv1.3") else ":@SECLEVEL=0"
        context.set_ciphers(":".join(ciphers) + level)
    context.set_alpn_protocols(["http/1.1"])
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE | ssl.OP_NO_RENEGOTIATION
    _load(context, material)
    return context


def _load(context: ssl.SSLContext, material: TlsMaterial) -> None:
    # The ssl module loads keys from files only.
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:  # created with mode 0600
        file.write(material.certificate_pem + material.private_key_pem)
        file.flush()
        context.load_cert_chain(file.name)


VERSIONS = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}


def _server_name(connection: ssl.SSLObject) -> str:
    return getattr(connection, "landbridge_server_name", "")
