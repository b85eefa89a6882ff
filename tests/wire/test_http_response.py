from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.model.exchange import HttpResponse
from landbridge.wire.http_response import BadResponse, ResponseReader

HEADERS, BODY = 200, 50
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Case:  kept \r\n\r\nhello"
HELLO = HttpResponse(200, (("Content-Length", "5"), ("X-Case", "kept")), b"hello", "OK")


def read(
    data: bytes, method: str = "GET", *, end: bool = False
) -> tuple[HttpResponse | BadResponse | None, bool]:
    reader = ResponseReader(method, HEADERS, BODY)
    done = reader.feed(data)
    return (reader.end() if end else done), reader.keep_alive


@given(st.lists(st.integers(0, len(OK)), max_size=6))
def test_a_response_is_the_same_in_pieces_of_any_size(cuts: list[int]) -> None:
    reader = ResponseReader("GET", HEADERS, BODY)
    places = [0, *sorted(cuts), len(OK)]
    told = [reader.feed(OK[begin:end]) for begin, end in pairwise(places)]
    assert told[-1] == HELLO
    assert reader.keep_alive


def test_head_and_body_can_be_taken_as_they_come() -> None:
    reader = ResponseReader("GET", HEADERS, BODY)
    taken = []
    for part in (OK[:20], OK[20:-3], OK[-3:]):
        reader.feed(part)
        taken.append((reader.head is not None, reader.take_body()))
    assert taken == [(False, b""), (True, b"he"), (True, b"llo")]
    assert reader.head == HttpResponse(200, HELLO.headers, b"", "OK")


@pytest.mark.parametrize(
    ("data", "method", "status", "body", "keep_alive"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", "GET", 204, b"", True),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "GET", 304, b"", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD", 200, b"", True),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nT: 1\r\n\r\n",
            "GET",
            200,
            b"ok",
            True,
        ),
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK, "GET", 200, b"hello", True),
        (OK + b"x", "GET", 200, b"hello", False),
        (OK + OK, "GET", 200, b"hello", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", "GET", 200, b"x", False),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", "GET", 200, b"x", False),
    ],
)
def test_a_response_ends_where_its_head_says(
    data: bytes, method: str, status: int, body: bytes, keep_alive: bool
) -> None:
    done, kept = read(data, method)
    assert isinstance(done, HttpResponse)
    assert (done.status, done.body, kept) == (status, body, keep_alive)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", None),
        (b"HTTP/1.1 200 OK\r\n\r\nall", HttpResponse(200, (), b"all", "OK")),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nall", BadResponse),
        (b"HTTP/1.1 200 OK\r\nContent-Le", BadResponse),
    ],
    ids=["nothing came", "a body without a length", "a body cut off", "a head cut off"],
)
def test_the_end_of_the_connection_completes_only_a_body_without_a_length(
    data: bytes, expected: HttpResponse | type[BadResponse] | None
) -> None:
    reader = ResponseReader("GET", HEADERS, BODY)
    if data:
        assert reader.feed(data) is None
    done = reader.end()
    assert isinstance(done, expected) if isinstance(expected, type) else done == expected


@pytest.mark.parametrize(
    "data",
    [
        b"good day\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * HEADERS,
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * HEADERS,
        b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n" + b"x" * 60,
    ],
    ids=["no HTTP", "two lengths", "a header without an end", "many headers", "a large body"],
)
def test_what_is_no_response_or_too_large_is_told(data: bytes) -> None:
    done, kept = read(data)
    assert isinstance(done, BadResponse)
    assert not kept


def test_what_follows_a_granted_upgrade_is_left_over() -> None:
    reader = ResponseReader("GET", HEADERS, BODY)
    head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    done = reader.feed(head + b"frame")
    assert isinstance(done, HttpResponse)
    assert (done.status, reader.leftover) == (101, b"frame")


@given(st.binary(max_size=300))
def test_nothing_a_server_sends_raises(data: bytes) -> None:
    reader = ResponseReader("GET", HEADERS, BODY)
    reader.feed(data)
    reader.end()
