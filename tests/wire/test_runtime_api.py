import http.client
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.wire.runtime_api import (
    ACCEPTED,
    Call,
    CallReader,
    ContinueWanted,
    InitError,
    InvocationError,
    InvocationResponse,
    MalformedCallError,
    NextInvocation,
    UnknownCall,
    render_invalid_request_id,
    render_invalid_transition,
    render_invocation,
    render_not_found,
    render_too_large,
)

PREFIX = b"/2018-06-01/runtime/"
POLL = b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n"


def post(path: bytes, body: bytes, headers: bytes = b"") -> bytes:
    length = b"content-length: %d\r\n" % len(body)
    return b"POST " + PREFIX + path + b" HTTP/1.1\r\nHost: h\r\n" + headers + length + b"\r\n" + body


CHUNKED = (
    b"POST /2018-06-01/runtime/invocation/7/response HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nabc\r\n4;ignored=1\r\ndefg\r\n0\r\n"
)

MESSAGES: list[tuple[bytes, Call]] = [
    (POLL, NextInvocation()),
    (post(b"invocation/a-1/response", b"{}"), InvocationResponse("a-1", b"{}", 2)),
    (post(b"invocation/a%2D1/response", b""), InvocationResponse("a-1", b"", 0)),
    (post(b"invocation/7/response", b"x" * 9), InvocationResponse("7", b"x" * 9, 9)),
    (post(b"invocation/7/response", b"x" * 101), InvocationResponse("7", b"", 101)),
    (
        post(b"invocation/7/error", b"{}", b"Lambda-Runtime-Function-Error-Type: A.B\r\n"),
        InvocationError("7", b"{}", "A.B"),
    ),
    (
        post(b"invocation/7/response", b"{}", b"Lambda-Runtime-Function-Error-Type: A.B\r\n"),
        InvocationError("7", b"{}", "A.B"),
    ),
    (
        post(b"init/error", b"{}", b"lambda-runtime-function-error-type: A.B\r\n"),
        InitError(b"{}", "A.B"),
    ),
    (post(b"init/nothing", b"{}"), UnknownCall("POST", "/2018-06-01/runtime/init/nothing")),
    (post(b"invocation/7/8/error", b""), UnknownCall("POST", "/2018-06-01/runtime/invocation/7/8/error")),
    (post(b"invocation/7/8/response", b""), UnknownCall("POST", PREFIX.decode() + "invocation/7/8/response")),
    (b"GET /2018-06-01/ping HTTP/1.1\r\n\r\n", UnknownCall("GET", "/2018-06-01/ping")),
    (CHUNKED + b"\r\n", InvocationResponse("7", b"abcdefg", 7)),
    (
        CHUNKED + b"Lambda-Runtime-Function-Error-Type: A.B\r\n"
        b"Lambda-Runtime-Function-Error-Body: e30=\r\n\r\n",
        InvocationError("7", b"{}", "A.B"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("message", "call"), MESSAGES)
def test_each_message_of_the_runtime_api_is_read(message: bytes, call: Call) -> None:
    assert CallReader(100).feed(message) == [call]


@given(
    chosen=st.lists(st.sampled_from(MESSAGES), max_size=5),
    cuts=st.lists(st.integers(0, 1500), max_size=12),
)
def test_messages_are_read_alike_however_the_network_cuts_them(
    chosen: list[tuple[bytes, Call]], cuts: list[int]
) -> None:
    stream = b"".join(message for message, _ in chosen)
    reader, calls, start = CallReader(100), list[Call](), 0
    for cut in [*sorted(cuts), len(stream)]:
        calls += reader.feed(stream[start:cut])
        start = max(start, min(cut, len(stream)))
    assert calls == [call for _, call in chosen]


def test_a_client_that_expects_continue_is_told_before_its_body_comes() -> None:
    message = post(b"invocation/7/response", b"body", b"Expect: 100-continue\r\n")
    reader = CallReader(100)
    assert reader.feed(message[:-4]) == [ContinueWanted()]
    assert reader.feed(message[-4:]) == [InvocationResponse("7", b"body", 4)]


def test_chunks_beyond_the_limit_are_counted_and_not_kept() -> None:
    message = b"POST /2018-06-01/runtime/invocation/7/response HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n"
    message += b"40\r\n" + b"x" * 64 + b"\r\n40\r\n" + b"x" * 64 + b"\r\n0\r\n\r\n"
    assert CallReader(100).feed(message) == [InvocationResponse("7", b"", 128)]


@pytest.mark.parametrize(
    "message",
    [
        b"\x16\x03\x01 garbage\r\n\r\n",
        b"GET /a b HTTP/1.1\r\n\r\n",
        b"GET / HTTP/2\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: one\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        b"x" * (2 * 1024 * 1024 + 1),
    ],
)
def test_what_is_not_http_is_malformed(message: bytes) -> None:
    with pytest.raises(MalformedCallError):
        CallReader(100).feed(message)


@given(noise=st.lists(st.binary(max_size=200), max_size=10))
def test_noise_is_read_or_malformed_and_nothing_else(noise: list[bytes]) -> None:
    reader = CallReader(100)
    try:
        for part in noise:
            reader.feed(part)
    except MalformedCallError:
        return


class _Socket:
    def __init__(self, message: bytes) -> None:
        self._message = message

    def makefile(self, *_: object) -> io.BytesIO:
        return io.BytesIO(self._message)


def parse(message: bytes) -> tuple[int, http.client.HTTPMessage, bytes]:
    """What another HTTP client makes of an answer."""
    response = http.client.HTTPResponse(_Socket(message))  # type: ignore[arg-type]
    response.begin()
    return response.status, response.headers, response.read()


def test_an_event_comes_with_the_headers_that_describe_it() -> None:
    status, headers, body = parse(
        render_invocation("id-1", 1234, "arn:aws:lambda:eu-west-1:1:function:f", "Root=1-2-3", b'{"a":1}')
    )
    assert (status, body) == (200, b'{"a":1}')
    assert headers["Lambda-Runtime-Aws-Request-Id"] == "id-1"
    assert headers["Lambda-Runtime-Deadline-Ms"] == "1234"
    assert headers["Lambda-Runtime-Invoked-Function-Arn"] == "arn:aws:lambda:eu-west-1:1:function:f"
    assert headers["Lambda-Runtime-Trace-Id"] == "Root=1-2-3"


def test_a_trace_header_cannot_add_another_header() -> None:
    _, headers, _ = parse(render_invocation("id", 1, "arn", "Root=1\r\nX-Other: 1", b""))
    assert headers["X-Other"] is None


def test_an_event_without_trace_header_has_none() -> None:
    _, headers, _ = parse(render_invocation("id", 1, "arn", "", b""))
    assert headers["Lambda-Runtime-Trace-Id"] is None


@pytest.mark.parametrize(
    ("answer", "status", "error_type"),
    [
        (render_invalid_request_id(), 400, "InvalidRequestID"),
        (render_invalid_transition("Ready", "InvocationResponse"), 403, "InvalidStateTransition"),
        (render_too_large(10), 413, "RequestEntityTooLarge"),
        (render_not_found(), 404, "NotFound"),
    ],
)
def test_a_refusal_names_its_error_type(answer: bytes, status: int, error_type: str) -> None:
    told, _, body = parse(answer)
    assert told == status
    assert json.loads(body)["errorType"] == error_type


def test_what_is_taken_is_accepted() -> None:
    status, _, body = parse(ACCEPTED)
    assert (status, json.loads(body)) == (202, {"status": "OK"})
