"""HTTP/2 in bytes, the server's side: frames become requests, responses become frames.

It knows no AWS rule: sizes and numbers are passed in. Nothing is pushed. RFC 9113.
"""

import re
from collections import deque
from dataclasses import dataclass

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RequestReceived,
    StreamEnded,
    StreamReset,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings
from hpack import HPACKError
from hyperframe.frame import GoAwayFrame

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse
from landbridge.wire.http2_frames import FrameMeter


@dataclass(frozen=True, slots=True)
class Http2Limits:
    """What is admitted on one connection."""

    concurrent_streams: int
    requests: int
    """After so many no further stream is opened."""
    headers: int
    """All headers of a request, uncompressed, in bytes."""
    body: int
    bodies: int
    """The bodies that are being received at the same time, together."""


@dataclass(frozen=True, slots=True)
class StreamRequest:
    """A whole request on a stream."""

    stream: int
    request: HttpRequest


@dataclass(frozen=True, slots=True)
class StreamTooLarge:
    """A request whose body is larger than admitted; the rest of it is not read."""

    stream: int


@dataclass(frozen=True, slots=True)
class StreamCancelled:
    """The client no longer waits for this stream."""

    stream: int


@dataclass(frozen=True, slots=True)
class ConnectionEnded:
    """Nothing more is read or can be sent, but for what ``take_output`` still has."""

    reason: str


Http2Event = StreamRequest | StreamTooLarge | StreamCancelled | ConnectionEnded


class Http2Session:
    """One connection; what is to be sent is fetched with ``take_output`` after every call."""

    def __init__(self, limits: Http2Limits) -> None:
        self._limits = limits
        self._meter = FrameMeter()
        self._connection = H2Connection(_CONFIGURATION)
        self._connection.decoder.max_header_list_size = limits.headers
        self._connection.local_settings = Settings(
            client=False,
            initial_values={
                SettingCodes.MAX_CONCURRENT_STREAMS: limits.concurrent_streams,
                SettingCodes.MAX_HEADER_LIST_SIZE: limits.headers,
            },
        )
        self._incoming: dict[int, _Incoming] = {}
        self._received = 0
        self._outgoing: dict[int, memoryview] = {}
        self._unfinished: set[int] = set()
        """Streams whose body goes on."""
        self._farewell = b""
        self._requests = 0
        self._last_stream = 0
        self._leaving = False
        self._ended = False
        self._connection.initiate_connection()

    @property
    def is_leaving(self) -> bool:
        """Whether no further request is taken."""
        return self._leaving

    @property
    def has_open_streams(self) -> bool:
        """Whether a request is being received or a response is being sent."""
        return bool(self._incoming or self._outgoing or self._unfinished)

    def feed(self, data: bytes) -> list[Http2Event]:
        """What these bytes complete. Never raises, whatever the bytes."""
        if self._ended:
            return []
        excess = self._meter.feed(data)
        if excess is not None:
            return [self._end(excess.value, ErrorCodes.ENHANCE_YOUR_CALM)]
        try:
            seen = self._connection.receive_data(data)
        except (ProtocolError, HPACKError) as problem:
            self._ended = True
            return [ConnectionEnded(str(problem))]
        events: list[Http2Event] = []
        for event in seen:
            events += self._take(event)
        self._send_bodies()
        return events

    def respond(self, stream: int, response: HttpResponse, *, head: bool = False) -> bool:
        """Sends the response, its body as the client's windows allow; False where the stream is gone."""
        if self._ended or self._is_closed(stream):
            return False
        self._meter.answered += 1
        body = b"" if head or response.is_bodiless else response.body
        self._connection.send_headers(stream, _response_headers(response, head), end_stream=not body)
        if body:
            self._outgoing[stream] = memoryview(body)
            self._send_bodies()
        return True

    def begin(self, stream: int, response: HttpResponse) -> bool:
        """Sends the head of a response whose body comes in pieces; False where the stream is gone."""
        if self._ended or self._is_closed(stream):
            return False
        self._meter.answered += 1
        self._connection.send_headers(stream, _response_headers(response, head=False), end_stream=False)
        self._unfinished.add(stream)
        return True

    def send_piece(self, stream: int, piece: bytes) -> None:
        """More of a body that was begun, as the client's windows allow."""
        if stream in self._unfinished and not self._ended:
            self._outgoing[stream] = memoryview(bytes(self._outgoing.get(stream, b"")) + piece)
            self._send_bodies()

    def waiting_bytes(self, stream: int) -> int:
        """How much of a body the client's windows do not let out yet."""
        return len(self._outgoing.get(stream, b""))

    def finish(self, stream: int) -> None:
        """Nothing follows of a body that was begun."""
        if stream not in self._unfinished:
            return
        self._unfinished.discard(stream)
        if stream not in self._outgoing and not self._ended and not self._is_closed(stream):
            self._connection.end_stream(stream)

    def reset(self, stream: int) -> None:
        """Ends a stream, with or without a response."""
        self._outgoing.pop(stream, None)
        self._unfinished.discard(stream)
        if not self._ended:
            self._reset(stream, ErrorCodes.INTERNAL_ERROR)

    def leave(self) -> None:
        """Takes no further request; those that were read are still to be answered."""
        if not self._leaving and not self._ended:
            self._leaving = True
            frame = GoAwayFrame(0, last_stream_id=self._last_stream, error_code=ErrorCodes.NO_ERROR)
            self._farewell = frame.serialize()

    def take_output(self) -> bytes:
        """The bytes that are to be sent now."""
        output = self._connection.data_to_send() + self._farewell
        self._farewell = b""
        return output

    def _take(self, event: Event) -> list[Http2Event]:
        match event:
            case RequestReceived():
                return self._begin(event)
            case DataReceived():
                return self._collect(event)
            case StreamEnded():
                return self._complete(event.stream_id)
            case StreamReset():
                self._forget(event.stream_id)
                self._outgoing.pop(event.stream_id, None)
                self._unfinished.discard(event.stream_id)
                return [StreamCancelled(event.stream_id)]
            case ConnectionTerminated():
                self._ended = True
                return [ConnectionEnded("the client has left")]
        return []

    def _begin(self, event: RequestReceived) -> list[Http2Event]:
        stream = event.stream_id
        if self._leaving:
            self._reset(stream, ErrorCodes.REFUSED_STREAM)
            return []
        self._last_stream = stream
        self._incoming[stream] = _Incoming([(_text(name), _text(value)) for name, value in event.headers])
        self._requests += 1
        if self._requests >= self._limits.requests:
            self.leave()
        return []

    def _collect(self, event: DataReceived) -> list[Http2Event]:
        stream, data = event.stream_id, event.data
        if event.flow_controlled_length:
            self._connection.acknowledge_received_data(event.flow_controlled_length, stream)
        incoming = self._incoming.get(stream)
        if incoming is None:
            return []
        incoming.parts.append(data)
        incoming.size += len(data)
        self._received += len(data)
        if self._received > self._limits.bodies:
            return [self._end("too many bodies at the same time", ErrorCodes.ENHANCE_YOUR_CALM)]
        if incoming.size > self._limits.body:
            self._forget(stream)
            return [StreamTooLarge(stream)]
        return []

    def _complete(self, stream: int) -> list[Http2Event]:
        incoming = self._incoming.get(stream)
        if incoming is None:
            return []
        self._forget(stream)
        return [StreamRequest(stream, incoming.request())]

    def _forget(self, stream: int) -> None:
        incoming = self._incoming.pop(stream, None)
        self._received -= incoming.size if incoming is not None else 0

    def _end(self, reason: str, code: ErrorCodes) -> ConnectionEnded:
        self._ended = True
        self._connection.close_connection(code)
        return ConnectionEnded(reason)

    def _reset(self, stream: int, code: ErrorCodes) -> None:
        if not self._is_closed(stream):
            self._connection.reset_stream(stream, code)

    def _is_closed(self, stream: int) -> bool:
        known = self._connection.streams.get(stream)
        return known is None or known.closed

    def _send_bodies(self) -> None:
        """A frame of each waiting body in turn, for as long as the windows are open."""
        turns = deque(self._outgoing)
        while turns:
            stream = turns.popleft()
            if self._is_closed(stream):
                del self._outgoing[stream]
            elif self._send_frame(stream):
                turns.append(stream)

    def _send_frame(self, stream: int) -> bool:
        """Whether the stream's body can go on."""
        connection, rest = self._connection, self._outgoing[stream]
        size = min(connection.local_flow_control_window(stream), connection.max_outbound_frame_size)
        if size <= 0:
            return False
        part, rest = rest[:size], rest[size:]
        connection.send_data(stream, bytes(part), end_stream=not rest and stream not in self._unfinished)
        if not rest:
            del self._outgoing[stream]
            return False
        self._outgoing[stream] = rest
        return True


_CONFIGURATION = H2Configuration(
    client_side=False,
    header_encoding=False,
    validate_outbound_headers=False,
    normalize_outbound_headers=False,
)
_TOKEN = re.compile(r"[-!#$%&'*+.^_`|~0-9a-z]+")
_CONTROLS = dict.fromkeys([*range(32), 127], " ")
_CONNECTIONS_OWN = frozenset(
    ("connection", "content-length", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade")
)


class _Incoming:
    """A request that is being received."""

    def __init__(self, headers: list[tuple[str, str]]) -> None:
        self.headers = headers
        self.parts: list[bytes] = []
        self.size = 0

    def request(self) -> HttpRequest:
        """The request, its pseudo-header fields as a request line and a Host."""
        pseudo = {name: value for name, value in self.headers if name.startswith(":")}
        authority = pseudo.get(":authority")
        headers: Headers = tuple(pair for pair in self.headers if not pair[0].startswith(":"))
        if authority is not None:
            others = tuple(pair for pair in headers if pair[0] != "host")
            headers = (("Host", authority), *others)
        target = pseudo.get(":path", authority or "")
        return HttpRequest(pseudo[":method"], target, headers, b"".join(self.parts), "2")


def _text(value: bytes | str) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _response_headers(response: HttpResponse, head: bool) -> list[tuple[bytes, bytes]]:
    """The head of a response, with its length; what belongs to a connection or cannot be sent is left out."""
    length = str(len(response.body))
    headers = [(b":status", b"%d" % response.status)]
    for name, value in response.headers:
        lowered = name.lower()
        if head and lowered == "content-length":
            length = value
        if lowered not in _CONNECTIONS_OWN and _TOKEN.fullmatch(lowered):
            clean = value.translate(_CONTROLS).strip()
            headers.append((lowered.encode("ascii"), clean.encode("latin-1", "replace")))
    if response.stream is None and not response.is_bodiless:
        headers.append((b"content-length", length.encode("latin-1", "replace")))
    return headers
