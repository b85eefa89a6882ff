from collections.abc import Callable

import pytest
from hyperframe.frame import ContinuationFrame, HeadersFrame, PingFrame, SettingsFrame
from hypothesis import given
from hypothesis import strategies as st
from tests.bodies import BODY
from tests.wire.http2_client import Client

from landbridge.model.exchange import HttpRequest, HttpResponse, with_stream
from landbridge.wire.http2 import (
    ConnectionEnded,
    Http2Event,
    Http2Limits,
    Http2Session,
    StreamCancelled,
    StreamRequest,
    StreamTooLarge,
)
from landbridge.wire.http2_frames import MOST_CANCELLED, MOST_FUTILE_FRAMES

LIMITS = Http2Limits(concurrent_streams=4, requests=6, headers=2000, body=100_000, bodies=150_000)
HELLO = HttpResponse(200, (("Content-Type", "text/plain"), ("Connection", "x")), b"hello")
CALM = 11
PROTOCOL_ERROR = 1


def meet() -> tuple[Client, Http2Session]:
    client, session = Client(), Http2Session(LIMITS)
    exchange(client, session)
    return client, session


def exchange(client: Client, session: Http2Session) -> list[Http2Event]:
    """What the session tells while both say all they have to say."""
    events: list[Http2Event] = []
    while True:
        sent = client.sent()
        events += session.feed(sent) if sent else []
        output = session.take_output()
        if output:
            client.receive(output)
        if not (sent or output):
            return events


def requests(events: list[Http2Event]) -> list[HttpRequest]:
    return [event.request for event in events if isinstance(event, StreamRequest)]


def test_pseudo_headers_become_the_request_line_and_the_host() -> None:
    client, session = meet()
    client.request("POST", "/a?b", ("x-tag", "y"), ("cookie", "a=1"), ("cookie", "b=2"), body=b"abc")

    (request,) = requests(exchange(client, session))

    headers = (("Host", "a.example"), ("x-tag", "y"), ("cookie", "a=1; b=2"))
    assert request == HttpRequest("POST", "/a?b", headers, b"abc", "2")


def test_a_response_comes_with_its_length_and_without_what_belongs_to_a_connection() -> None:
    client, session = meet()
    stream = client.request()
    exchange(client, session)

    assert session.respond(stream, HELLO)
    exchange(client, session)

    response = client.responses[stream]
    assert response.headers == [(":status", "200"), ("content-type", "text/plain"), ("content-length", "5")]
    assert (response.body, response.whole) == (b"hello", True)


@pytest.mark.parametrize(
    ("response", "head", "length"),
    [
        (HELLO, True, "5"),
        (HttpResponse(200, (("content-length", "99"),)), True, "99"),
        (HttpResponse(204, (), b"x"), False, None),
        (HttpResponse(304, (), b"x"), False, None),
    ],
)
def test_a_response_without_a_body_ends_with_its_headers(
    response: HttpResponse, head: bool, length: str | None
) -> None:
    client, session = meet()
    stream = client.request()
    exchange(client, session)
    session.respond(stream, response, head=head)
    exchange(client, session)

    got = client.responses[stream]
    assert (got.body, got.whole) == (b"", True)
    assert dict(got.headers).get("content-length") == length


def test_no_header_of_a_response_breaks_the_connection() -> None:
    client, session = meet()
    stream = client.request()
    exchange(client, session)
    odd = (("X-Odd", " a\r\nb\x00 "), ("bad name", "x"), ("", "y"), ("X-Snow", "\u2603"), ("Upgrade", "h2c"))
    session.respond(stream, HttpResponse(200, odd))
    exchange(client, session)

    assert client.responses[stream].headers == [
        (":status", "200"),
        ("x-odd", "a  b"),
        ("x-snow", "?"),
        ("content-length", "0"),
    ]


def test_bodies_wait_for_the_clients_windows_and_take_turns() -> None:
    client, session = meet()
    client.hold_windows = True
    streams = [client.request() for _ in range(2)]
    exchange(client, session)
    for stream in streams:
        session.respond(stream, HttpResponse(200, (), b"x" * 60_000))
    exchange(client, session)

    assert sum(len(client.responses[stream].body) for stream in streams) == 65_535
    assert all(client.responses[stream].body for stream in streams)
    assert session.has_open_streams

    client.hold_windows = False
    client.connection.increment_flow_control_window(100_000)
    exchange(client, session)
    assert [len(client.responses[stream].body) for stream in streams] == [60_000, 60_000]
    assert not session.has_open_streams


def test_a_stream_that_the_client_resets_gets_no_response() -> None:
    client, session = meet()
    stream = client.request()
    exchange(client, session)
    client.connection.reset_stream(stream)

    assert exchange(client, session) == [StreamCancelled(stream)]
    assert not session.respond(stream, HELLO)


def test_trailers_are_dropped() -> None:
    client, session = meet()
    stream = client.request("POST", "/", body=b"abc", end=False)
    client.connection.send_headers(stream, [("x-trailer", "1")], end_stream=True)

    (request,) = requests(exchange(client, session))
    assert (request.body, request.header("x-trailer")) == (b"abc", None)


def test_more_streams_at_once_than_admitted_end_the_connection() -> None:
    client, session = meet()
    client.connection.remote_settings.acknowledge()
    for _ in range(LIMITS.concurrent_streams):
        client.request(end=False)
    exchange(client, session)
    client.connection.remote_settings.update({3: 100})
    client.connection.remote_settings.acknowledge()
    client.request(end=False)

    assert isinstance(exchange(client, session)[-1], ConnectionEnded)
    assert client.farewell == PROTOCOL_ERROR


def test_after_so_many_requests_no_further_one_is_taken_and_the_last_are_answered() -> None:
    client, session = meet()
    streams = []
    for _ in range(LIMITS.requests):
        streams.append(client.request())
        assert len(requests(session.feed(client.sent()))) == 1
        session.respond(streams[-1], HELLO)
        client.receive(session.take_output())

    assert session.is_leaving
    assert client.farewell == 0
    assert all(client.responses[stream].whole for stream in streams)


def test_a_body_larger_than_admitted_is_told_and_the_connection_goes_on() -> None:
    client, session = meet()
    stream = client.request("POST", "/", end=False)
    events: list[Http2Event] = []
    for _ in range(7):
        client.connection.send_data(stream, b"x" * 16_000)
        events += exchange(client, session)

    assert events == [StreamTooLarge(stream)]
    session.respond(stream, HELLO)
    session.reset(stream)
    client.request()
    assert len(requests(exchange(client, session))) == 1


def test_too_many_bodies_at_once_end_the_connection() -> None:
    client, session = meet()
    streams = [client.request("POST", "/", end=False) for _ in range(3)]
    events: list[Http2Event] = []
    for _ in range(5):
        for stream in streams:
            if client.farewell is None:
                client.connection.send_data(stream, b"x" * 14_000)
                events += exchange(client, session)

    assert [type(event) for event in events] == [ConnectionEnded]
    assert client.farewell == CALM


def continuations(client: Client) -> bytes:
    first = HeadersFrame(1, b"\x00" * 10).serialize()
    return first + b"".join(ContinuationFrame(1, b"").serialize() for _ in range(MOST_FUTILE_FRAMES + 1))


def large_block(client: Client) -> bytes:
    return HeadersFrame(1, b"\x00" * 9000, flags=["END_HEADERS"]).serialize()


def pings(client: Client) -> bytes:
    return PingFrame(0, b"12345678").serialize() * (MOST_FUTILE_FRAMES + 1)


def settings(client: Client) -> bytes:
    return SettingsFrame(0, {4: 1000}).serialize() * (MOST_FUTILE_FRAMES + 1)


def resets(client: Client) -> bytes:
    sent = b""
    for _ in range(MOST_CANCELLED + 1):
        stream = client.request()
        client.connection.reset_stream(stream)
        sent += client.sent()
    return sent


def many_headers(client: Client) -> bytes:
    client.request("GET", "/", *((f"x-{number}", "value") for number in range(60)))
    return client.sent()


@pytest.mark.parametrize("flood", [continuations, large_block, pings, settings, resets, many_headers])
def test_a_flood_ends_the_connection(flood: Callable[[Client], bytes]) -> None:
    client, session = meet()
    data = flood(client)
    events = []
    for at in range(0, len(data), 999):
        events += session.feed(data[at : at + 999])

    assert isinstance(events[-1], ConnectionEnded)
    assert sum(isinstance(event, ConnectionEnded) for event in events) == 1
    assert session.feed(b"more") == []
    assert not session.respond(1, HELLO)


def test_http1_is_no_http2() -> None:
    (event,) = Http2Session(LIMITS).feed(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n")

    assert isinstance(event, ConnectionEnded)


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
FRAME = st.builds(
    lambda kind, flags, stream, payload: (
        len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload
    ),
    st.integers(0, 12),
    st.sampled_from([0, 1, 4, 5, 8, 0x20, 0x25, 255]),
    st.sampled_from([0, 1, 2, 3, 5, 2**31 - 1]),
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from(
            [bytes.fromhex("828684418cf1e3c2e5f23a6ba0ab90f4ff"), b"\x00\x00\x00\x01", b"12345678"]
        ),
    ),
)


@given(st.lists(FRAME, max_size=12), st.integers(1, 60))
def test_no_frames_make_a_session_raise(frames: list[bytes], size: int) -> None:
    session, data = Http2Session(LIMITS), PREFACE + b"".join(frames)
    for at in range(0, len(data), size):
        for event in session.feed(data[at : at + size]):
            if isinstance(event, StreamRequest):
                session.respond(event.stream, HELLO)
            elif isinstance(event, StreamTooLarge):
                session.reset(event.stream)
    session.leave()
    session.take_output()


def test_a_body_that_comes_in_pieces_goes_out_in_pieces_within_the_clients_windows() -> None:
    client, session = meet()
    client.hold_windows = True
    stream = client.request()
    exchange(client, session)
    assert session.begin(stream, with_stream(HELLO, BODY))
    session.send_piece(stream, b"one ")
    exchange(client, session)
    response = client.responses[stream]
    assert (response.status, response.body, response.whole) == (200, b"one ", False)
    assert session.has_open_streams
    session.send_piece(stream, bytes(70_000))
    exchange(client, session)
    assert session.waiting_bytes(stream) == 70_004 - 65_535
    session.send_piece(stream, b"end")
    session.finish(stream)
    client.connection.increment_flow_control_window(100_000)
    client.connection.increment_flow_control_window(100_000, stream)
    exchange(client, session)
    assert (len(response.body), response.body[-3:], response.whole) == (70_007, b"end", True)
    assert not session.has_open_streams


@pytest.mark.parametrize("whole", [True, False])
def test_a_body_that_came_in_pieces_ends_or_is_reset(whole: bool) -> None:
    client, session = meet()
    stream = client.request()
    exchange(client, session)
    session.begin(stream, with_stream(HELLO, BODY))
    (session.finish if whole else session.reset)(stream)
    session.send_piece(stream, b"late")
    session.finish(stream)
    exchange(client, session)
    response = client.responses[stream]
    assert (response.whole, response.reset, response.body) == (whole, not whole, b"")
