import gc
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.bodies import BODY

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse, MalformedReason, with_stream
from landbridge.wire.http1 import (
    CONTINUE,
    ContinueExpected,
    Malformed,
    ReaderEvent,
    ReaderLimits,
    RequestReader,
    render_request,
    render_response,
)

LIMITS = ReaderLimits(request_line=200, header=200, headers=600, body=100)


def read(data: bytes, limits: ReaderLimits = LIMITS) -> list[ReaderEvent]:
    return RequestReader(limits).feed(data)


def read_in_pieces(data: bytes, size: int = 1) -> list[ReaderEvent]:
    reader = RequestReader(LIMITS)
    return [event for at in range(0, len(data), size) for event in reader.feed(data[at : at + size])]


def reasons(events: list[ReaderEvent]) -> list[MalformedReason]:
    return [event.reason for event in events if isinstance(event, Malformed)]


CONVERSATIONS: list[tuple[bytes, list[ReaderEvent]]] = [
    (
        b"GET /a?b=c HTTP/1.1\r\nHost: a.example\r\nX-TAG:  two words \t\r\nEmpty:\r\n\r\n",
        [HttpRequest("GET", "/a?b=c", (("Host", "a.example"), ("X-TAG", "two words"), ("Empty", "")))],
    ),
    (
        b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: b\r\n\r\n",
        [HttpRequest("GET", "/1", (("Host", "a"),)), HttpRequest("GET", "/2", (("Host", "b"),))],
    ),
    (
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.0\r\n\r\n",
        [
            HttpRequest("POST", "/", (("Content-Length", "5"),), b"hello"),
            HttpRequest("GET", "/", (), b"", "1.0"),
        ],
    ),
    (
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n",
        [HttpRequest("POST", "/", (("Transfer-Encoding", "chunked"),), b"abcde")],
    ),
    (
        b"PUT / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\nok",
        [
            ContinueExpected(),
            HttpRequest("PUT", "/", (("Expect", "100-Continue"), ("Content-Length", "2")), b"ok"),
        ],
    ),
    (
        b"GET / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n",
        [HttpRequest("GET", "/", (("Expect", "100-continue"),))],
    ),
    (
        b"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\nGET /2 HTTP/1.1\r\n\r\n",
        [
            HttpRequest("GET", "/", (("Connection", "Upgrade"), ("Upgrade", "h2c"))),
            HttpRequest("GET", "/2"),
        ],
    ),
    (
        b"POST / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\n"
        b"abcGET /2 HTTP/1.1\r\n\r\n",
        [
            HttpRequest(
                "POST",
                "/",
                (("Connection", "Upgrade"), ("Upgrade", "h2c"), ("Content-Length", "3")),
                b"abc",
            ),
            HttpRequest("GET", "/2"),
        ],
    ),
    (
        b"POST / HTTP/1.1\r\nConnection: close, Upgrade\r\nUpgrade: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"1\r\na\r\n0\r\n\r\nGET /unread HTTP/1.1\r\n\r\n",
        [
            HttpRequest(
                "POST",
                "/",
                (("Connection", "close, Upgrade"), ("Upgrade", "x"), ("Transfer-Encoding", "chunked")),
                b"a",
            )
        ],
    ),
    (b"\r\n\r\nGET / HTTP/1.1\r\n\r\n", [HttpRequest("GET", "/")]),
    (
        b"GET / HTTP/1.1\r\nConnection: close\r\n\r\nGET /unread HTTP/1.1\r\n\r\n",
        [HttpRequest("GET", "/", (("Connection", "close"),))],
    ),
    (b"GET / HTTP/1.1\r\nX: caf\xe9\r\n\r\n", [HttpRequest("GET", "/", (("X", "caf\xe9"),))]),
]


@pytest.mark.parametrize(("data", "events"), CONVERSATIONS)
def test_requests_come_out_as_they_were_sent(data: bytes, events: list[ReaderEvent]) -> None:
    assert read(data) == events


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize(("data", "events"), CONVERSATIONS)
def test_requests_come_out_the_same_in_pieces(data: bytes, events: list[ReaderEvent], size: int) -> None:
    assert read_in_pieces(data, size) == events


def fill(size: int) -> bytes:
    return b"x" * size


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x16\x03\x01\x00", MalformedReason.BAD_METHOD),
        (b"get / HTTP/1.1\r\n\r\n", MalformedReason.BAD_METHOD),
        (b"GET a HTTP/1.1\r\n\r\n", MalformedReason.BAD_TARGET),
        (b"GET /\xff HTTP/1.1\r\n\r\n", MalformedReason.BAD_TARGET),
        (b"GET /a b HTTP/1.1\r\n\r\n", MalformedReason.BAD_SYNTAX),
        (b"GET / HTTP/3.7\r\n\r\n", MalformedReason.BAD_VERSION),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", MalformedReason.BAD_VERSION),
        (b"GET / HTTP/1.1\nHost: a\n\n", MalformedReason.BAD_SYNTAX),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", MalformedReason.BAD_SYNTAX),
        (b"GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", MalformedReason.BAD_SYNTAX),
        (b"GET / HTTP/1.1\r\nA: \x00\r\n\r\n", MalformedReason.BAD_SYNTAX),
        (b"POST / HTTP/1.1\r\nContent-Length: 3x\r\n\r\n", MalformedReason.BAD_CONTENT_LENGTH),
        (b"POST / HTTP/1.1\r\nContent-Length: -3\r\n\r\n", MalformedReason.BAD_CONTENT_LENGTH),
        (
            b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 30 + b"\r\n\r\n",
            MalformedReason.BAD_CONTENT_LENGTH,
        ),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
            MalformedReason.CONFLICTING_LENGTH,
        ),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            MalformedReason.CONFLICTING_LENGTH,
        ),
        (
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
            MalformedReason.CONFLICTING_LENGTH,
        ),
        (
            b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
            MalformedReason.UNSUPPORTED_TRANSFER_ENCODING,
        ),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: \r\n\r\n", MalformedReason.BAD_TRANSFER_ENCODING),
        (b"GET /" + fill(200) + b" HTTP/1.1\r\n\r\n", MalformedReason.REQUEST_LINE_TOO_LONG),
        (b"GET /" + fill(200 - 13) + b" HTTP/1.1\r\n\r\n", MalformedReason.REQUEST_LINE_TOO_LONG),
        (b"GET / HTTP/1.1\r\nA: " + fill(198) + b"\r\n\r\n", MalformedReason.HEADER_TOO_LONG),
        (
            b"GET / HTTP/1.1\r\n" + (b"A: " + fill(195) + b"\r\n") * 4 + b"\r\n",
            MalformedReason.HEADERS_TOO_LONG,
        ),
        (b"POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n", MalformedReason.BODY_TOO_LARGE),
        (
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + fill(101) + b"\r\n0\r\n\r\n",
            MalformedReason.BODY_TOO_LARGE,
        ),
        (
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: " + fill(300) + b"\r\n\r\n",
            MalformedReason.HEADER_TOO_LONG,
        ),
    ],
)
def test_what_is_wrong_is_told_once_and_the_same_in_pieces(data: bytes, reason: MalformedReason) -> None:
    after_it = b"GET / HTTP/1.1\r\n\r\n"

    assert reasons(read(data + after_it)) == [reason]
    assert reasons(read_in_pieces(data + after_it)) == [reason]


@pytest.mark.parametrize(
    "data",
    [
        b"GET /" + fill(200 - 14) + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: " + fill(197) + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + (b"A: " + fill(195) + b"\r\n") * 2 + b"\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n" + fill(100),
    ],
)
def test_what_just_fits_is_read(data: bytes) -> None:
    assert [type(event) for event in read(data)] == [HttpRequest]
    assert read_in_pieces(data) == read(data)


@pytest.mark.parametrize("start", [b"GET / HTTP/1.1\r\nA: ", b"GET / HTTP/1.1\r\n", b"GET /"])
def test_a_line_without_an_end_is_not_kept_for_ever(start: bytes) -> None:
    reader = RequestReader(LIMITS)
    events = reader.feed(start)
    for _ in range(300):
        events += reader.feed(b"x")

    assert len(reasons(events)) == 1


def test_nothing_is_read_after_an_error() -> None:
    reader = RequestReader(LIMITS)
    reader.feed(b"nonsense\r\n\r\n")

    assert reader.feed(b"GET / HTTP/1.1\r\n\r\n") == []
    assert not reader.keep_alive
    assert reader.leftover == b""


@pytest.mark.parametrize(
    ("data", "keep_alive"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", False),
        (b"GET / HTTP/1.0\r\n\r\n", False),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nConnection: close\r\n\r\n", False),
    ],
)
def test_the_reader_knows_whether_the_client_keeps_its_connection(data: bytes, keep_alive: bool) -> None:
    reader = RequestReader(LIMITS)
    reader.feed(data)

    assert reader.keep_alive is keep_alive
    assert reader.idle


def test_the_reader_is_idle_between_requests_only() -> None:
    reader = RequestReader(LIMITS)
    idle = [reader.idle]
    for piece in (b"GET / HT", b"TP/1.1\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n", b"ab"):
        reader.feed(piece)
        idle.append(reader.idle)

    assert idle == [True, False, True, False, True]


def test_after_connect_the_bytes_are_left_over() -> None:
    reader = RequestReader(LIMITS)
    events = reader.feed(b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n\x16\x03")
    more = reader.feed(b"\x01")

    assert events == [HttpRequest("CONNECT", "a.example:443", (("Host", "a.example:443"),))]
    assert more == []
    assert not reader.keep_alive
    assert reader.leftover == b"\x16\x03\x01"


def test_a_continue_is_announced_before_the_body_is_there() -> None:
    reader = RequestReader(LIMITS)

    assert reader.feed(b"PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n") == [
        ContinueExpected()
    ]
    assert [type(event) for event in reader.feed(b"ok")] == [HttpRequest]
    assert CONTINUE.startswith(b"HTTP/1.1 100 ")


def test_many_requests_leave_nothing_behind() -> None:
    reader = RequestReader(LIMITS)
    data = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"
    reader.feed(data)
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(2000):
        reader.feed(data)
    gc.collect()

    assert len(gc.get_objects()) - before < 200


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_no_bytes_make_the_reader_raise(pieces: list[bytes]) -> None:
    reader = RequestReader(LIMITS)
    for piece in pieces:
        reader.feed(piece)


FRAGMENTS = st.sampled_from(
    [
        b"GET ",
        b"POST ",
        b"CONNECT ",
        b"/ ",
        b"a:1 ",
        b"HTTP/1.1\r\n",
        b"HTTP/1.0\r\n",
        b"Content-Length: 3\r\n",
        b"Content-Length: 0\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Connection: Upgrade\r\n",
        b"Connection: close\r\n",
        b"Upgrade: websocket\r\n",
        b"Expect: 100-continue\r\n",
        b"Host: a\r\n",
        b"\r\n",
        b"abc",
        b"3\r\n",
        b"0\r\n",
        b"\x00",
    ]
)


@given(st.lists(FRAGMENTS, max_size=25), st.lists(st.integers(1, 9), min_size=1, max_size=10))
def test_near_misses_never_raise_and_give_the_same_requests_however_they_are_cut(
    fragments: list[bytes], sizes: list[int]
) -> None:
    data = b"".join(fragments)
    whole = read(data)
    reader = RequestReader(LIMITS)
    cut: list[ReaderEvent] = []
    at = 0
    while at < len(data):
        size = sizes[at % len(sizes)]
        cut += reader.feed(data[at : at + size])
        at += size

    assert [event for event in cut if not isinstance(event, Malformed)] == [
        event for event in whole if not isinstance(event, Malformed)
    ]
    assert len(reasons(cut)) == len(reasons(whole))


TOKEN = st.text("ABCXYZabcxyz0123456789-_", min_size=1, max_size=12).map(lambda text: "X-" + text)
VALUE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=20)


@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]),
    st.text("abc/?=&%20.-", max_size=30).map(lambda text: "/" + text),
    st.lists(st.tuples(TOKEN, VALUE), max_size=4),
    st.binary(max_size=60),
    st.booleans(),
)
def test_a_request_that_is_rendered_is_read_back(
    method: str, target: str, headers: list[tuple[str, str]], body: bytes, chunked: bool
) -> None:
    framing = ("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(len(body)))
    request = HttpRequest(method, target, (*headers, framing), body)

    assert read(render_request(request)) == [request]
    assert read_in_pieces(render_request(request), 5) == [request]


def test_a_request_gets_its_length_when_it_has_a_body() -> None:
    assert render_request(HttpRequest("POST", "/", (("Host", "a"),), b"ab")) == (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab"
    )
    assert render_request(HttpRequest("GET", "/")) == b"GET / HTTP/1.1\r\n\r\n"


LEADING: Headers = (("Server", "awselb/2.0"), ("Date", "now"), ("Content-Type", "text/html"))


@pytest.mark.parametrize(
    ("response", "keep_alive", "head", "data"),
    [
        (
            HttpResponse(302, (*LEADING, ("Location", "/")), b"ab", "Moved Temporarily"),
            True,
            False,
            b"HTTP/1.1 302 Moved Temporarily\r\nServer: awselb/2.0\r\nDate: now\r\n"
            b"Content-Type: text/html\r\nContent-Length: 2\r\nConnection: keep-alive\r\n"
            b"Location: /\r\n\r\nab",
        ),
        (
            HttpResponse(200, (("Server", "x"), ("X-Tag", "y")), b""),
            False,
            False,
            b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 0\r\nConnection: close\r\nX-Tag: y\r\n\r\n",
        ),
        (
            HttpResponse(200, (), b"abc"),
            True,
            True,
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\n",
        ),
        (
            HttpResponse(200, (("content-length", "1234"),), b""),
            True,
            True,
            b"HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nConnection: keep-alive\r\n\r\n",
        ),
        (
            HttpResponse(
                200, (("Content-Length", "99"), ("connection", "x"), ("Transfer-Encoding", "chunked")), b"ab"
            ),
            True,
            False,
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nab",
        ),
        (
            HttpResponse(204, (("X-Tag", "y"),), b"ignored"),
            True,
            False,
            b"HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\nX-Tag: y\r\n\r\n",
        ),
        (
            HttpResponse(304, (("Date", "now"), ("ETag", "e"))),
            True,
            False,
            b"HTTP/1.1 304 Not Modified\r\nDate: now\r\nConnection: keep-alive\r\nETag: e\r\n\r\n",
        ),
        (
            HttpResponse(463, ()),
            False,
            False,
            b"HTTP/1.1 463 \r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ),
        (
            HttpResponse(200, (("X", "a\r\nSet-Cookie: evil=1"), ("Y\n", "\x00"))),
            True,
            False,
            b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n"
            b"X: a  Set-Cookie: evil=1\r\nY :  \r\n\r\n",
        ),
        (
            HttpResponse(200, (("X", "snow \u2603"),)),
            True,
            False,
            b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\nX: snow ?\r\n\r\n",
        ),
    ],
)
def test_a_response_is_written_with_its_length_after_the_leading_headers(
    response: HttpResponse, keep_alive: bool, head: bool, data: bytes
) -> None:
    assert render_response(response, keep_alive=keep_alive, head=head) == data


@pytest.mark.parametrize(
    ("chunked", "framing"), [(True, b"Transfer-Encoding: chunked\r\n"), (False, b"")], ids=["1.1", "1.0"]
)
def test_the_head_of_a_response_that_streams_says_how_its_body_ends(chunked: bool, framing: bytes) -> None:
    response = with_stream(HttpResponse(200, (("X", "1"),)), BODY)
    rendered = render_response(response, keep_alive=chunked, chunked=chunked)
    connection = b"keep-alive" if chunked else b"close"
    assert rendered == b"HTTP/1.1 200 OK\r\n" + framing + b"Connection: " + connection + b"\r\nX: 1\r\n\r\n"
    bare = render_response(replace(response, status=304), keep_alive=True)
    assert b"Transfer-Encoding" not in bare


@given(st.lists(st.tuples(st.text(max_size=10), st.text(max_size=20)), max_size=4), st.text(max_size=10))
def test_no_header_value_ends_the_head_early(headers: list[tuple[str, str]], reason: str) -> None:
    data = render_response(HttpResponse(200, tuple(headers), b"body", reason), keep_alive=True)

    head, end, body = data.partition(b"\r\n\r\n")
    assert (end, body) == (b"\r\n\r\n", b"body")
    own = {"connection", "content-length", "keep-alive", "transfer-encoding"}
    assert head.count(b"\n") == 2 + sum(name.lower() not in own for name, _ in headers)
