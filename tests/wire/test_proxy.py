import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.model.exchange import HttpRequest
from landbridge.wire.http1 import CONTINUE, ReaderLimits
from landbridge.wire.proxy import (
    AbsoluteForm,
    Dialect,
    ProxyEvent,
    ProxyFront,
    RefusalReason,
    Rejected,
    Reply,
    Tunnel,
    granted,
    refused,
)

LIMITS = ReaderLimits(request_line=200, header=200, headers=600, body=100)
GREETING = b"\x05\x01\x00"
CHOSEN = Reply(b"\x05\x00")


def heard(data: bytes) -> list[ProxyEvent]:
    return ProxyFront(LIMITS).feed(data)


def socks_name(name: bytes, port: int = 443) -> bytes:
    return b"\x05\x01\x00\x03" + bytes([len(name)]) + name + port.to_bytes(2, "big")


def socks_refusal(code: int) -> Rejected:
    return Rejected(bytes((5, code, 0, 1, 0, 0, 0, 0, 0, 0)))


def http_rejection(data: bytes) -> tuple[bytes, bytes]:
    events = heard(data)
    assert len(events) == 1
    assert isinstance(events[0], Rejected)
    head, _, body = events[0].reply.partition(b"\r\n\r\n")
    return head.split(b"\r\n")[0], body


@pytest.mark.parametrize(
    ("data", "tunnel"),
    [
        (
            b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n",
            Tunnel("a.example", 443, "", Dialect.HTTP_CONNECT),
        ),
        (
            b"CONNECT A.Example.:8443 HTTP/1.1\r\nX-Landbridge-Trace: t-1\r\n\r\n\x16\x03",
            Tunnel("a.example", 8443, "t-1", Dialect.HTTP_CONNECT, b"\x16\x03"),
        ),
        (b"CONNECT 10.0.1.5:80 HTTP/1.0\r\n\r\n", Tunnel("10.0.1.5", 80, "", Dialect.HTTP_CONNECT)),
    ],
)
def test_connect_asks_for_a_tunnel(data: bytes, tunnel: Tunnel) -> None:
    assert heard(data) == [tunnel]


@pytest.mark.parametrize(
    ("data", "events"),
    [
        (GREETING + socks_name(b"A.example"), [CHOSEN, Tunnel("a.example", 443, "", Dialect.SOCKS5)]),
        (
            GREETING + b"\x05\x01\x00\x01\x0a\x00\x01\x05\x00\x50" + b"GET",
            [CHOSEN, Tunnel("10.0.1.5", 80, "", Dialect.SOCKS5, b"GET")],
        ),
        (b"\x05\x02\x02\x00" + socks_name(b"a"), [CHOSEN, Tunnel("a", 443, "", Dialect.SOCKS5)]),
        (b"\x05\x01\x02", [Rejected(b"\x05\xff")]),
        (b"\x05\x00", [Rejected(b"\x05\xff")]),
        (GREETING + b"\x05\x02\x00\x01", [CHOSEN, socks_refusal(7)]),
        (GREETING + b"\x05\x03\x00\x01", [CHOSEN, socks_refusal(7)]),
        (GREETING + b"\x05\x01\x00\x04" + bytes(18), [CHOSEN, socks_refusal(8)]),
        (GREETING + b"\x04\x01\x00\x01", [CHOSEN, socks_refusal(1)]),
        (GREETING + socks_name(b""), [CHOSEN, socks_refusal(1)]),
        (GREETING + socks_name(b"a b"), [CHOSEN, socks_refusal(1)]),
        (GREETING + socks_name(b"::1"), [CHOSEN, socks_refusal(1)]),
        (b"\x04\x01\x00\x50\x0a\x00\x00\x01\x00", [Rejected(b"\x00\x5b\x00\x00\x00\x00\x00\x00")]),
    ],
)
def test_socks_5_is_understood_for_connect_to_a_name_or_an_ipv4_address(
    data: bytes, events: list[ProxyEvent]
) -> None:
    assert heard(data) == events


def test_an_absolute_form_request_is_handed_on_in_origin_form() -> None:
    data = (
        b"POST http://A.example:8080/a?b HTTP/1.1\r\nHost: other.example\r\nProxy-Connection: keep-alive\r\n"
        b"X-Landbridge-Trace: t-1\r\nContent-Length: 2\r\n\r\nok"
    )
    request = HttpRequest("POST", "/a?b", (("Host", "A.example:8080"), ("Content-Length", "2")), b"ok")

    assert heard(data) == [AbsoluteForm("a.example", 8080, request, "t-1")]


def test_every_host_header_gives_way_to_the_host_of_the_target_in_the_first_ones_place() -> None:
    events = heard(b"GET http://a.example/ HTTP/1.1\r\nX-Tag: 1\r\nhost: b\r\nHost: c\r\n\r\n")
    headers = (("X-Tag", "1"), ("host", "a.example"))

    assert events == [AbsoluteForm("a.example", 80, HttpRequest("GET", "/", headers))]


def test_requests_on_one_connection_may_name_different_hosts() -> None:
    front = ProxyFront(LIMITS)
    events = front.feed(b"GET http://a.example/ HTTP/1.1\r\n\r\nGET http://b.example?c HTTP/1.1\r\n\r\n")

    assert events == [
        AbsoluteForm("a.example", 80, HttpRequest("GET", "/", (("Host", "a.example"),))),
        AbsoluteForm("b.example", 80, HttpRequest("GET", "/?c", (("Host", "b.example"),))),
    ]
    assert front.keep_alive
    front.feed(b"GET http://a.example/ HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert not front.keep_alive


def test_a_client_that_waits_is_told_to_go_on() -> None:
    head = b"PUT http://a.example/ HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"

    assert heard(head) == [Reply(CONTINUE)]


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"400 Bad Request", b"is an HTTP and SOCKS5 proxy"),
        (b"GET https://a.example/ HTTP/1.1\r\n\r\n", b"400 Bad Request", b"takes CONNECT"),
        (b"GET ftp://a.example/ HTTP/1.1\r\n\r\n", b"400 Bad Request", b"only http://"),
        (b"GET http:///x HTTP/1.1\r\n\r\n", b"400 Bad Request", b""),
        (b"GET http://user@a.example/ HTTP/1.1\r\n\r\n", b"400 Bad Request", b"names no host"),
        (b"GET http://a.example:0/ HTTP/1.1\r\n\r\n", b"400 Bad Request", b"names no host"),
        (b"GET http://a.example:65536/ HTTP/1.1\r\n\r\n", b"400 Bad Request", b"names no host"),
        (b"GET http://[::1]/ HTTP/1.1\r\n\r\n", b"400 Bad Request", b"IPv6"),
        (b"CONNECT [::1]:443 HTTP/1.1\r\n\r\n", b"400 Bad Request", b"IPv6"),
        (b"CONNECT a.example HTTP/1.1\r\n\r\n", b"400 Bad Request", b"host:port"),
        (b"CONNECT user@a.example:1 HTTP/1.1\r\n\r\n", b"400 Bad Request", b"host:port"),
        (b"\x16\x03\x01\x00\xa5", b"400 Bad Request", b"well-formed"),
        (b"OPTIONS * HTTP/1.1\r\n\r\n", b"405 Method Not Allowed", b"OPTIONS *"),
        (b"TRACE http://a.example/ HTTP/1.1\r\n\r\n", b"405 Method Not Allowed", b"TRACE"),
    ],
)
def test_everything_else_is_rejected_with_a_reason(data: bytes, status: bytes, words: bytes) -> None:
    line, body = http_rejection(data)

    assert line == b"HTTP/1.1 " + status
    assert body.startswith(b"landbridge: ")
    assert words in body


def test_nothing_is_read_after_a_rejection_or_a_tunnel() -> None:
    for start in (b"GET / HTTP/1.1\r\n\r\n", GREETING + socks_name(b"a"), b"CONNECT a:1 HTTP/1.1\r\n\r\n"):
        front = ProxyFront(LIMITS)
        front.feed(start)
        assert front.feed(b"GET http://a.example/ HTTP/1.1\r\n\r\n") == []


def test_a_granted_tunnel_is_announced_in_the_clients_dialect() -> None:
    assert granted(Dialect.HTTP_CONNECT) == b"HTTP/1.1 200 Connection established\r\n\r\n"
    assert granted(Dialect.SOCKS5) == b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"
    assert granted(Dialect.ABSOLUTE_FORM) == b""


@pytest.mark.parametrize(
    ("reason", "status", "error", "socks"),
    [
        (RefusalReason.NAME_NOT_RESOLVED, b"502 Bad Gateway", b"dns_error", 4),
        (RefusalReason.TIMED_OUT, b"504 Gateway Timeout", b"connection_timeout", 6),
        (RefusalReason.CONNECTION_REFUSED, b"502 Bad Gateway", b"connection_refused", 5),
        (RefusalReason.NOT_MODELLED, b"501 Not Implemented", b"proxy_internal_response", 1),
    ],
)
def test_a_refusal_says_why_in_the_clients_dialect(
    reason: RefusalReason, status: bytes, error: bytes, socks: int
) -> None:
    for dialect in (Dialect.HTTP_CONNECT, Dialect.ABSOLUTE_FORM):
        reply = refused(dialect, reason, 'no route to "10.0.1.5"\r\n')
        head, _, body = reply.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 " + status)
        assert (
            b"Proxy-Status: landbridge; error=" + error + b'; details="no route to \\"10.0.1.5\\"??"' in head
        )
        assert b"Connection: close" in head
        assert body.startswith(f"landbridge: {reason.value}: ".encode())
    assert refused(Dialect.SOCKS5, reason, "why")[:2] == bytes((5, socks))


SAMPLES = [
    b"CONNECT a.example:443 HTTP/1.1\r\nX-Landbridge-Trace: t\r\n\r\n\x16\x03\x01tail",
    b"GET http://a.example/x HTTP/1.1\r\nHost: b\r\n\r\nPOST http://c.example/ HTTP/1.1\r\n"
    b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n\r\n",
    b"GET http://a.example/x HTTP/1.1\r\nHost: b\r\n\r\nCONNECT a:1 HTTP/1.1\r\n\r\ntail",
    b"\x05\x02\x00\x01" + socks_name(b"orders.corp.example") + b"tail",
    GREETING + b"\x05\x01\x00\x01\x0a\x00\x01\x05\x00\x50tail",
    GREETING + b"\x05\x02\x00\x01" + bytes(6),
    GREETING + b"\x05\x01\x00\x04" + bytes(18),
    b"\x05\x01\x02rest",
    b"\x04\x01\x00\x50\x0a\x00\x00\x01\x00",
    b"GET / HTTP/1.1\r\n\r\n",
    b"\x16\x03\x01\x00\xa5",
]


def without_leftover(events: list[ProxyEvent]) -> list[ProxyEvent]:
    return [
        Tunnel(event.host, event.port, event.trace_id, event.dialect) if isinstance(event, Tunnel) else event
        for event in events
    ]


def fed(pieces: list[bytes]) -> tuple[list[ProxyEvent], bytes]:
    """The events, and what belongs to the tunnel: its leftover and every piece after it."""
    front = ProxyFront(LIMITS)
    events: list[ProxyEvent] = []
    tunnelled = b""
    for piece in pieces:
        if any(isinstance(event, Tunnel) for event in events):
            tunnelled += piece
            continue
        found = front.feed(piece)
        events += found
        tunnelled += b"".join(event.leftover for event in found if isinstance(event, Tunnel))
    return without_leftover(events), tunnelled


@given(st.sampled_from(SAMPLES), st.lists(st.integers(1, 60), max_size=30))
def test_however_the_bytes_are_cut_the_events_are_the_same(sample: bytes, sizes: list[int]) -> None:
    pieces: list[bytes] = []
    rest = sample
    for size in sizes:
        pieces.append(rest[:size])
        rest = rest[size:]

    assert fed([*pieces, rest]) == fed([sample])


@pytest.mark.parametrize("sample", SAMPLES)
def test_byte_by_byte_the_events_are_the_same(sample: bytes) -> None:
    assert fed([sample[at : at + 1] for at in range(len(sample))]) == fed([sample])


@given(st.lists(st.binary(max_size=30), max_size=6), st.sampled_from([b"", b"\x05", GREETING, b"CONNECT "]))
def test_no_bytes_make_the_front_raise(pieces: list[bytes], start: bytes) -> None:
    front = ProxyFront(LIMITS)
    for piece in (start, *pieces):
        front.feed(piece)
