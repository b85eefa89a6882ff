"""The server side of TLS against Python's own client, over memory buffers."""

import ssl
import warnings
from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any

import pytest

from landbridge.semantics.load_balancing.security_policies import security_policy
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.tls import TlsContext, TlsError, TlsMaterial, TlsOffer, TlsSession, server_context

NAMES = ("orders.corp.example",)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> CertificateAuthority:
    return CertificateAuthority(tmp_path_factory.mktemp("ca"))


def material(
    authority: CertificateAuthority, *names: str, key_algorithm: str = "EC_prime256v1"
) -> TlsMaterial:
    issued = authority.issue(*names, key_algorithm=key_algorithm)
    return TlsMaterial(names, issued.certificate_pem, issued.private_key_pem)


SETTERS: dict[str, Callable[[ssl.SSLContext, Any], None]] = {
    "ciphers": ssl.SSLContext.set_ciphers,
    "alpn": ssl.SSLContext.set_alpn_protocols,
    "certificate": ssl.SSLContext.load_cert_chain,
}
"""Options of a client that are not attributes of its context."""


class Client:
    """A TLS client and the session that it talks to."""

    def __init__(
        self,
        authority: CertificateAuthority,
        server: TlsContext,
        name: str | None = NAMES[0],
        **options: Any,
    ) -> None:
        context = ssl.create_default_context(cafile=str(authority.certificate_path))
        context.check_hostname = name is not None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            for option, value in options.items():
                setter = SETTERS.get(option)
                setter(context, value) if setter else setattr(context, option, value)
        self._context, self._name = context, name
        self._connect(server, None)

    def once_more(self, server: TlsContext) -> "Client":
        """This client with its session at another connection."""
        again = copy(self)
        again._connect(server, self.tls.session)
        return again

    def _connect(self, server: TlsContext, resumed: ssl.SSLSession | None) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = self._context.wrap_bio(
            self._incoming, self._outgoing, server_hostname=self._name, session=resumed
        )
        self.session = TlsSession(server, self._take)
        self.heard = b""

    def _take(self, sent: bytes) -> None:
        self._incoming.write(sent)

    def shake_hands(self) -> None:
        """The whole handshake; it raises what either side raises."""
        for _ in range(10):
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                self.deliver()
            else:
                self.deliver()
                return
        raise AssertionError("the handshake does not end")

    def deliver(self, piece_size: int = 1 << 20) -> None:
        """What the client has written so far reaches the session, in pieces."""
        written = self._outgoing.read()
        for start in range(0, len(written), piece_size):
            self.heard += self.session.receive(written[start : start + piece_size])

    @property
    def names(self) -> set[str]:
        """Those on the certificate that was served."""
        certificate = self.tls.getpeercert()
        assert certificate is not None
        names: Any = certificate["subjectAltName"]
        return {value for _, value in names}


MODERN = TlsOffer("TLSv1.2", "TLSv1.3")


def modern(authority: CertificateAuthority, *names: str) -> TlsContext:
    return server_context([material(authority, *(names or NAMES))], MODERN)


def test_what_was_agreed_on_is_known_when_the_handshake_is_done(authority: CertificateAuthority) -> None:
    client = Client(authority, modern(authority))
    assert client.session.parameters is None
    client.shake_hands()
    parameters = client.session.parameters
    assert parameters is not None
    assert (parameters.version, parameters.server_name) == ("TLSv1.3", NAMES[0])
    cipher = client.tls.cipher()
    assert cipher is not None
    assert parameters.cipher == cipher[0]


@pytest.mark.parametrize("piece_size", [1, 7, 1 << 20])
def test_bytes_go_both_ways_however_they_are_cut(authority: CertificateAuthority, piece_size: int) -> None:
    client = Client(authority, modern(authority))
    client.shake_hands()
    client.tls.write(b"question" * 5000)
    client.deliver(piece_size)
    assert client.heard == b"question" * 5000
    client.session.send(b"answer" * 20_000)
    answer = b""
    while len(answer) < 120_000:
        answer += client.tls.read(1 << 20)
    assert answer == b"answer" * 20_000


def test_a_request_that_comes_with_the_end_of_the_handshake_is_not_lost(
    authority: CertificateAuthority,
) -> None:
    client = Client(authority, modern(authority), maximum_version=ssl.TLSVersion.TLSv1_3)
    with pytest.raises(ssl.SSLWantReadError):
        client.tls.do_handshake()
    client.deliver()
    client.tls.do_handshake()
    client.tls.write(b"at once")
    client.deliver()
    assert client.heard == b"at once"


@pytest.mark.parametrize(
    ("minimum", "maximum", "client_version", "agreed"),
    [
        ("TLSv1.2", "TLSv1.3", ssl.TLSVersion.TLSv1_2, "TLSv1.2"),
        ("TLSv1.2", "TLSv1.3", ssl.TLSVersion.TLSv1_3, "TLSv1.3"),
        ("TLSv1.2", "TLSv1.2", ssl.TLSVersion.TLSv1_3, None),
        ("TLSv1.3", "TLSv1.3", ssl.TLSVersion.TLSv1_2, None),
        ("TLSv1.3", "TLSv1.3", ssl.TLSVersion.TLSv1_3, "TLSv1.3"),
        ("TLSv1.2", "TLSv1.3", ssl.TLSVersion.TLSv1_1, None),
        ("TLSv1", "TLSv1.2", ssl.TLSVersion.TLSv1, "TLSv1"),
        ("TLSv1.1", "TLSv1.2", ssl.TLSVersion.TLSv1_1, "TLSv1.1"),
    ],
)
def test_only_versions_of_the_policy_are_spoken(
    authority: CertificateAuthority,
    minimum: str,
    maximum: str,
    client_version: ssl.TLSVersion,
    agreed: str | None,
) -> None:
    ciphers = security_policy("ELBSecurityPolicy-2016-08").ciphers
    server = server_context([material(authority, *NAMES)], TlsOffer(minimum, maximum, ciphers))
    client = Client(
        authority,
        server,
        minimum_version=client_version,
        maximum_version=client_version,
        ciphers="ALL:@SECLEVEL=0",
    )
    if agreed is None:
        with pytest.raises((TlsError, ssl.SSLError)):
            client.shake_hands()
        assert client.session.parameters is None
    else:
        client.shake_hands()
        assert client.session.parameters is not None
        assert client.session.parameters.version == agreed


def test_the_servers_order_of_ciphers_counts(authority: CertificateAuthority) -> None:
    order = ("ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256")
    server = server_context([material(authority, *NAMES)], TlsOffer("TLSv1.2", "TLSv1.2", order))
    client = Client(authority, server, ciphers=":".join(reversed(order)))
    client.shake_hands()
    assert client.session.parameters is not None
    assert client.session.parameters.cipher == order[0]


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("orders.corp.example", "orders.corp.example"),
        ("ORDERS.corp.example", "orders.corp.example"),
        ("web.corp.example", "web.corp.example"),
        ("any.wild.example", "*.wild.example"),
        ("two.levels.wild.example", "orders.corp.example"),
        ("wild.example", "orders.corp.example"),
        ("unknown.example", "orders.corp.example"),
        (None, "orders.corp.example"),
    ],
)
def test_the_name_asked_for_chooses_the_certificate(
    authority: CertificateAuthority, asked: str | None, served: str
) -> None:
    names = ("orders.corp.example", "web.corp.example", "*.wild.example")
    server = server_context([material(authority, name) for name in names], MODERN)
    client = Client(authority, server, asked, check_hostname=False)
    client.shake_hands()
    assert client.names == {served}
    assert client.session.parameters is not None
    assert client.session.parameters.server_name == (asked or "").lower()


def test_a_client_without_ecdsa_gets_the_rsa_certificate_of_the_name(authority: CertificateAuthority) -> None:
    both = [
        material(authority, "default.example"),
        material(authority, NAMES[0], "rsa.example", key_algorithm="RSA_2048"),
        material(authority, NAMES[0], "ecdsa.example"),
    ]
    server = server_context(both, TlsOffer("TLSv1.2", "TLSv1.2"))
    able = Client(authority, server)
    able.shake_hands()
    assert "ecdsa.example" in able.names
    unable = Client(authority, server, ciphers="ECDHE-RSA-AES128-GCM-SHA256")
    unable.shake_hands()
    assert "rsa.example" in unable.names


@pytest.mark.parametrize(
    ("offered", "asked", "agreed"),
    [
        (("h2", "http/1.1"), ["http/1.1", "h2"], "h2"),
        (("h2", "http/1.1"), ["http/1.1"], "http/1.1"),
        (("http/1.1",), ["h2", "http/1.1"], "http/1.1"),
        (("http/1.1",), ["h2"], ""),
        (("h2", "http/1.1"), [], ""),
        ((), ["h2", "http/1.1"], ""),
    ],
)
def test_the_servers_first_protocol_that_the_client_asks_for_by_alpn_is_agreed_on(
    authority: CertificateAuthority, offered: tuple[str, ...], asked: list[str], agreed: str
) -> None:
    server = server_context([material(authority, *NAMES)], TlsOffer("TLSv1.2", "TLSv1.3", alpn=offered))
    client = Client(authority, server, alpn=asked) if asked else Client(authority, server)
    assert client.session.alpn == ""
    client.shake_hands()
    assert (client.tls.selected_alpn_protocol() or "", client.session.alpn) == (agreed, agreed)


@pytest.mark.parametrize(
    "garbage", [b"\x16\x03\x01\x00\x05hello", b"GET / HTTP/1.1\r\n\r\n", b"\x16" * 100, b"\x00" * 50]
)
def test_garbage_is_a_tls_error(authority: CertificateAuthority, garbage: bytes) -> None:
    sent: list[bytes] = []
    session = TlsSession(modern(authority), sent.append)
    with pytest.raises(TlsError, match=r"\w"):
        session.receive(garbage)
    assert session.parameters is None


def test_garbage_after_the_handshake_is_a_tls_error(authority: CertificateAuthority) -> None:
    client = Client(authority, modern(authority))
    client.shake_hands()
    with pytest.raises(TlsError):
        client.session.receive(b"\x17\x03\x03\x00\x20" + b"x" * 32)


def test_a_client_that_does_not_trust_the_certificate_is_a_tls_error(
    authority: CertificateAuthority, tmp_path: Path
) -> None:
    client = Client(CertificateAuthority(tmp_path), modern(authority))
    with pytest.raises(ssl.SSLCertVerificationError):
        client.shake_hands()
    with pytest.raises(TlsError, match=r"unknown ca"):
        client.deliver()


def test_closing_tells_the_client(authority: CertificateAuthority) -> None:
    client = Client(authority, modern(authority))
    client.shake_hands()
    client.session.close()
    assert client.tls.read(10) == b""


def test_closing_before_the_handshake_says_nothing(authority: CertificateAuthority) -> None:
    sent: list[bytes] = []
    TlsSession(modern(authority), sent.append).close()
    assert sent == []


def test_a_client_that_closes_can_still_be_answered(authority: CertificateAuthority) -> None:
    client = Client(authority, modern(authority))
    client.shake_hands()
    client.tls.write(b"last words")
    with pytest.raises(ssl.SSLWantReadError):
        client.tls.unwrap()
    client.deliver()
    assert client.heard == b"last words"
    client.session.send(b"heard")
    client.session.close()
