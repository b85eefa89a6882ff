"""The client's side of an HTTP/2 connection without IO, for tests."""

from dataclasses import dataclass, field

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, DataReceived, Event, ResponseReceived, StreamEnded, StreamReset


@dataclass
class Response:
    """What came back on one stream."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    whole: bool = False
    reset: bool = False

    @property
    def status(self) -> int:
        """The status, or 0 while there is none."""
        return int(dict(self.headers).get(":status", "0"))


class Client:
    """Sends requests, collects responses."""

    def __init__(self, authority: str = "a.example") -> None:
        self._authority = authority
        self.connection = H2Connection(H2Configuration(client_side=True, header_encoding="latin-1"))
        self.connection.initiate_connection()
        self.responses: dict[int, Response] = {}
        self.farewell: int | None = None
        self.hold_windows = False

    def request(
        self,
        method: str = "GET",
        path: str = "/",
        *headers: tuple[str, str],
        body: bytes = b"",
        end: bool = True,
    ) -> int:
        """The stream on which the request goes out."""
        stream = self.connection.get_next_available_stream_id()
        head = [(":method", method), (":scheme", "https"), (":authority", self._authority), (":path", path)]
        self.connection.send_headers(stream, [*head, *headers], end_stream=end and not body)
        if body:
            self.connection.send_data(stream, body, end_stream=end)
        self.responses[stream] = Response()
        return stream

    def sent(self) -> bytes:
        """What is to be given to the server."""
        return self.connection.data_to_send()

    def receive(self, data: bytes) -> None:
        """What came from the server."""
        for event in self.connection.receive_data(data):
            self._take(event)

    def _take(self, event: Event) -> None:
        match event:
            case ResponseReceived():
                self.responses[event.stream_id].headers = [(str(n), str(v)) for n, v in event.headers]
            case DataReceived():
                self.responses[event.stream_id].body += event.data
                if not self.hold_windows:
                    self.connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case StreamEnded():
                self.responses[event.stream_id].whole = True
            case StreamReset():
                self.responses[event.stream_id].reset = True
            case ConnectionTerminated():
                self.farewell = int(event.error_code or 0)
