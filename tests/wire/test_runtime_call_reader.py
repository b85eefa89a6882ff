import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.wire.runtime_api import (
    Call,
    ContinueWanted,
    InitError,
    InvocationError,
    InvocationResponse,
    MalformedCall,
    NextInvocation,
    ResponsePiece,
    UnknownCall,
)
from landbridge.wire.runtime_call_reader import CallReader

PREFIX = b"/2018-06-01/runtime/"
POLL = b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: h\r\nAccept: */*\r\n\r\n"


def post(path: bytes, body: bytes, headers: bytes = b"") -> bytes:
    length = b"content-length: %d\r\n" % len(body)
    return b"POST " + PREFIX + path + b" HTTP/1.1\r\nHost: h\r\n" + headers + length + b"\r\n" + body


CHUNKED = (
    b"POST /2018-06-01/runtime/invocation/7/response HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nabc\r\n4;ignored=1\r\ndefg\r\n0\r\n"
)

UUID = "2f9d717c-2505-48c2-9ec8-1911b9eb7608"


def respond(body: bytes, headers: bytes = b"", identifier: str = UUID) -> bytes:
    """A response as AWS's client for Python writes it: with a UUID, and its length last."""
    return post(b"invocation/%s/response" % identifier.encode(), body, headers)


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
    (respond(b"one"), InvocationResponse(UUID, b"one", 3)),
    (respond(b"another"), InvocationResponse(UUID, b"another", 7)),
    (respond(b""), InvocationResponse(UUID, b"", 0)),
    (respond(POLL), InvocationResponse(UUID, POLL, len(POLL))),
    (respond(b"x" * 101), InvocationResponse(UUID, b"", 101)),
    (respond(b"one", identifier=UUID[:-3] + "%2D"), InvocationResponse(UUID[:-3] + "-", b"one", 3)),
    (
        respond(b"one", identifier=UUID[:-1] + "/"),
        UnknownCall("POST", f"{PREFIX.decode()}invocation/{UUID[:-1]}//response"),
    ),
    (respond(b"e", b"Lambda-Runtime-Function-Error-Type: A\r\n"), InvocationError(UUID, b"e", "A")),
    (respond(b"e", b"Content-Type: text/plain\r\n"), InvocationResponse(UUID, b"e", 1)),
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
    chosen=st.lists(st.sampled_from(MESSAGES), max_size=8),
    cuts=st.lists(st.integers(0, 2500), max_size=12),
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


@given(chosen=st.lists(st.sampled_from(MESSAGES), max_size=12))
def test_messages_are_read_alike_whether_head_and_body_come_together_or_not(
    chosen: list[tuple[bytes, Call]],
) -> None:
    together, apart, calls = CallReader(100), CallReader(100), [call for _, call in chosen]
    read_together: list[Call] = []
    read_apart: list[Call] = []
    for message, _ in chosen:
        read_together += together.feed(message)
        head, end, body = message.partition(b"\r\n\r\n")
        for part in (head + end, body):
            if part:
                read_apart += apart.feed(part)
    assert read_together == calls
    assert read_apart == calls


STREAMED = CHUNKED.replace(b"Transfer", b"lambda-runtime-function-response-mode: Streaming\r\nTransfer")
FAILED = b"Lambda-Runtime-Function-Error-Type: A\r\nLambda-Runtime-Function-Error-Body: e30=\r\n\r\n"


@given(cuts=st.lists(st.integers(0, len(STREAMED) + 120), max_size=8), fails=st.booleans())
def test_a_streamed_response_is_handed_out_as_it_comes(cuts: list[int], fails: bool) -> None:
    stream = STREAMED + (FAILED if fails else b"\r\n") + POLL
    reader, calls, start = CallReader(5, lambda request_id: request_id == "7"), list[Call](), 0
    for cut in [*sorted(cuts), len(stream)]:
        calls += reader.feed(stream[start:cut])
        start = max(start, min(cut, len(stream)))
    *pieces, ended, polled = calls
    assert all(isinstance(each, ResponsePiece) and each.request_id == "7" for each in pieces)
    assert b"".join(each.piece for each in pieces if isinstance(each, ResponsePiece)) == b"abcdefg"
    assert ended == (InvocationError("7", b"{}", "A") if fails else InvocationResponse("7", b"", 0))
    assert polled == NextInvocation()


@pytest.mark.parametrize(("message", "wanted"), [(STREAMED, False), (CHUNKED, True)])
def test_a_response_is_read_whole_unless_it_streams_and_is_wanted_so(message: bytes, wanted: bool) -> None:
    reader = CallReader(100, lambda request_id: wanted)
    assert reader.feed(message + b"\r\n") == [InvocationResponse("7", b"abcdefg", 7)]


def test_the_reader_knows_which_response_is_streaming() -> None:
    reader = CallReader(100, lambda request_id: True)
    told = [reader.streaming]
    for part in (STREAMED, b"\r\n"):
        reader.feed(part)
        told.append(reader.streaming)
    assert told == ["", "7", ""]


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
    calls = CallReader(100).feed(POLL + message)
    assert calls[0] == NextInvocation()
    assert [type(call) for call in calls[1:]] == [MalformedCall]


@given(noise=st.lists(st.binary(max_size=200), max_size=10))
def test_noise_never_becomes_an_answer(noise: list[bytes]) -> None:
    reader = CallReader(100)
    for part in noise:
        for call in reader.feed(part):
            assert isinstance(call, MalformedCall | UnknownCall)
