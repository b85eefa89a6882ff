import pytest

from landbridge.model.exchange import HttpRequest, Irregularity, MalformedReason
from landbridge.wire.http1 import Malformed, ReaderEvent, ReaderLimits, RequestReader

LIMITS = ReaderLimits(request_line=200, header=200, headers=600, body=100)
NEXT = b"GET /next HTTP/1.1\r\n\r\n"


def read(data: bytes, size: int = 10_000) -> list[ReaderEvent]:
    reader = RequestReader(LIMITS, tolerant=True)
    return [event for at in range(0, len(data), size) for event in reader.feed(data[at : at + size])]


ODD: list[tuple[bytes, HttpRequest, bool]] = [
    (
        b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        HttpRequest("GET", "/a b", (("Host", "a"),), irregularities=(Irregularity.SPACE_IN_TARGET,)),
        True,
    ),
    (
        b"GET /\x01 HTTP/1.1\r\n\r\n",
        HttpRequest("GET", "/\x01", irregularities=(Irregularity.CONTROL_IN_TARGET,)),
        True,
    ),
    (b"GET /\xff HTTP/1.1\r\n\r\n", HttpRequest("GET", "/\xff"), True),
    (b"PROPFIND_X / HTTP/1.1\r\n\r\n", HttpRequest("PROPFIND_X", "/"), True),
    (
        b"GET / HTTP/1.2\r\n\r\n",
        HttpRequest("GET", "/", irregularities=(Irregularity.MINOR_VERSION,)),
        True,
    ),
    (
        b"GET / HTTP/1.1\r\nA: \x01\r\n\r\n",
        HttpRequest("GET", "/", (("A", "\x01"),), irregularities=(Irregularity.CONTROL_IN_HEADER,)),
        True,
    ),
    (
        b"POST / HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n",
        HttpRequest(
            "POST",
            "/",
            (("Transfer-Encoding ", "chunked"),),
            irregularities=(Irregularity.CONTROL_IN_HEADER,),
        ),
        True,
    ),
    (
        b"GET / HTTP/1.1\r\n: x\r\n\r\n",
        HttpRequest("GET", "/", (("", "x"),), irregularities=(Irregularity.EMPTY_HEADER_NAME,)),
        True,
    ),
    (
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        HttpRequest(
            "POST", "/", (("Content-Length", "3"),), b"abc", irregularities=(Irregularity.REPEATED_LENGTH,)
        ),
        True,
    ),
    (
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        HttpRequest(
            "POST",
            "/",
            (("Transfer-Encoding", "chunked"),),
            b"a",
            irregularities=(Irregularity.BOTH_LENGTHS,),
        ),
        False,
    ),
    (
        b"POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\n",
        HttpRequest("POST", "/", (("Transfer-Encoding", "identity"),)),
        True,
    ),
    (
        b"POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HttpRequest("POST", "/", (("Transfer-Encoding", "identity"), ("Transfer-Encoding", "chunked"))),
        True,
    ),
    (
        b"POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HttpRequest(
            "POST", "/", (("Connection", "keep-alive"), ("Transfer-Encoding", "chunked")), b"", "1.0"
        ),
        False,
    ),
]


@pytest.mark.parametrize("size", [1, 3, 10_000])
@pytest.mark.parametrize(("data", "request_read", "goes_on"), ODD)
def test_an_odd_request_whose_end_is_certain_is_read(
    data: bytes, request_read: HttpRequest, goes_on: bool, size: int
) -> None:
    following = [HttpRequest("GET", "/next")] if goes_on else []

    assert read(data + NEXT, size) == [request_read, *following]


@pytest.mark.parametrize("size", [1, 10_000])
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x16\x03\x01\x00", MalformedReason.BAD_METHOD),
        (b"G@T / HTTP/1.1\r\n\r\n", MalformedReason.BAD_METHOD),
        (b"GET / HTTP/3.1\r\n\r\n", MalformedReason.BAD_VERSION),
        (b"GET / HTTQ/1.1\r\n\r\n", MalformedReason.BAD_SYNTAX),
        (b"GET  HTTP/1.1\r\n\r\n", MalformedReason.BAD_TARGET),
        (b"GET /\x00 HTTP/1.1\r\n\r\n", MalformedReason.BAD_TARGET),
        (b"GET / HTTP/1.1\r\nA: \x00\r\n\r\n", MalformedReason.BAD_HEADER),
        (b"GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", MalformedReason.BAD_HEADER),
        (b"GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", MalformedReason.BAD_HEADER),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", MalformedReason.BAD_HEADER),
        (b"GET / HTTP/1.1\nHost: a\n\n", MalformedReason.BAD_SYNTAX),
        (b"POST / HTTP/1.1\r\nContent-Length: +3\r\n\r\nabc", MalformedReason.BAD_CONTENT_LENGTH),
        (b"POST / HTTP/1.1\r\nContent-Length: 3, 3\r\n\r\nabc", MalformedReason.BAD_CONTENT_LENGTH),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
            MalformedReason.CONFLICTING_LENGTH,
        ),
        (
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            MalformedReason.REPEATED_CHUNKED,
        ),
        (
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked, identity\r\n\r\n",
            MalformedReason.BAD_TRANSFER_ENCODING,
        ),
        (
            b"POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n",
            MalformedReason.UNSUPPORTED_TRANSFER_ENCODING,
        ),
        (b"FOO /" + b"x" * 200 + b" HTTP/1.1\r\n\r\n", MalformedReason.REQUEST_LINE_TOO_LONG),
        (b"FOO / HTTP/1.1\r\nA: " + b"x" * 200 + b"\r\n\r\n", MalformedReason.HEADER_TOO_LONG),
        (
            b"FOO / HTTP/1.1\r\n" + (b"A: " + b"x" * 195 + b"\r\n") * 4 + b"\r\n",
            MalformedReason.HEADERS_TOO_LONG,
        ),
        (b"FOO / HTTP/1.1\r\nContent-Length: 101\r\n\r\n", MalformedReason.BODY_TOO_LARGE),
    ],
)
def test_what_leaves_a_doubt_is_refused_and_nothing_after_it_is_read(
    data: bytes, reason: MalformedReason, size: int
) -> None:
    (event,) = read(data + NEXT, size)

    assert isinstance(event, Malformed)
    assert event.reason is reason


CHUNKED = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("size", [1, 10_000])
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"1\na\r\n0\r\n\r\n", MalformedReason.BAD_CHUNK),
        (b"1;a\nb\r\na\r\n0\r\n\r\n", MalformedReason.BAD_CHUNK),
        (b"1;a\rb\r\na\r\n0\r\n\r\n", MalformedReason.BAD_CHUNK),
        (b"0x1\r\na\r\n0\r\n\r\n", MalformedReason.BAD_CHUNK),
        (b"+1\r\na\r\n0\r\n\r\n", MalformedReason.BAD_CHUNK),
        (b" 1\r\na\r\n0\r\n\r\n", MalformedReason.BAD_CHUNK),
        (b"\r\n", MalformedReason.BAD_CHUNK),
        (b"1\r\nab\r\n0\r\n\r\n", MalformedReason.BAD_CHUNK),
        (b"1\r\na\n0\r\n\r\n", MalformedReason.BAD_CHUNK),
        (b"fffffffffffffffff\r\n", MalformedReason.BAD_CHUNK),
        (b"1;" + b"x" * 2000 + b"\r\n", MalformedReason.BAD_CHUNK),
        (b"65\r\n", MalformedReason.BODY_TOO_LARGE),
        (b"0\r\nno colon\r\n\r\n", MalformedReason.BAD_HEADER),
        (b"0\r\nA: b\nB: c\r\n\r\n", MalformedReason.BAD_CHUNK),
        (b"0\r\nA: " + b"x" * 300 + b"\r\n\r\n", MalformedReason.HEADER_TOO_LONG),
        (b"0\r\n" + (b"A: " + b"x" * 150 + b"\r\n") * 5 + b"\r\n", MalformedReason.HEADERS_TOO_LONG),
    ],
)
def test_a_chunked_body_is_read_strictly(body: bytes, reason: MalformedReason, size: int) -> None:
    (event,) = read(CHUNKED + body + NEXT, size)

    assert isinstance(event, Malformed)
    assert event.reason is reason


@pytest.mark.parametrize("size", [1, 2, 5, 10_000])
def test_chunk_extensions_and_trailers_are_dropped(size: int) -> None:
    body = b'A ; name="value"\r\n0123456789\r\n01\r\n!\r\n000;last\r\nX-Trailer: 1\r\n\r\n'

    first, second = read(CHUNKED + body + NEXT, size)

    assert isinstance(first, HttpRequest)
    assert first.body == b"0123456789!"
    assert second == HttpRequest("GET", "/next")
