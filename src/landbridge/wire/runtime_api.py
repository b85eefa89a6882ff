"""Messages of the Lambda Runtime API, version 2018-06-01: bytes to calls, answers to bytes.

AWS: "Using the Lambda runtime API for custom runtimes"
"""

import binascii
import json
from dataclasses import dataclass
from urllib.parse import unquote

_PREFIX = "/2018-06-01/runtime/"
_NEXT = f"{_PREFIX}invocation/next"
_RESPONSE_LINE = (b"POST /2018-06-01/runtime/invocation/", b"/response HTTP/1.1\r\n")
_UNUSUAL_HEADERS = (b"transfer-encoding:", b"expect:", b"error-type:")
"""What changes the meaning of a response, or where it ends."""
_HEAD_LIMIT = 2 * 1024 * 1024
"""The Python client sends the cause of an error as a header of up to 1 MiB."""
_CHUNK_LINE_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True)
class NextInvocation:
    """The runtime is ready and asks for an event."""


@dataclass(frozen=True, slots=True)
class InvocationResponse:
    """The runtime answers an invocation."""

    request_id: str
    body: bytes
    size_bytes: int
    """The length of what was sent; ``body`` is empty when that is more than the reader takes."""


@dataclass(frozen=True, slots=True)
class InvocationError:
    """The function failed on an invocation; the body is the error payload."""

    request_id: str
    body: bytes
    error_type: str


@dataclass(frozen=True, slots=True)
class InitError:
    """The function could not be initialised; the body is the error payload."""

    body: bytes
    error_type: str


@dataclass(frozen=True, slots=True)
class ContinueWanted:
    """The client waits for ``100 Continue`` before it sends a body."""


@dataclass(frozen=True, slots=True)
class UnknownCall:
    """The Runtime API has no such call."""

    method: str
    path: str


Call = NextInvocation | InvocationResponse | InvocationError | InitError | ContinueWanted | UnknownCall


class MalformedCallError(ValueError):
    """The bytes are not HTTP/1.1 as a Runtime API client writes it; the connection is lost."""


class CallReader:
    """The calls of one connection, from its bytes as they arrive; a body may be sized or chunked."""

    def __init__(self, max_body_bytes: int) -> None:
        self._max_body_bytes = max_body_bytes
        self._buffer = bytearray()
        self._known_poll: bytes | None = None
        """A poll is always the same bytes; these have been read once."""
        self._message: tuple[_Head, _SizedBody | _ChunkedBody] | None = None
        """The one that is arriving, from the end of its head on."""

    def feed(self, received: bytes) -> list[Call]:
        """The calls that these bytes complete, in order."""
        if not self._buffer and self._message is None:
            if received == self._known_poll:
                return [_POLL]
            response = _read_usual_response(received, self._max_body_bytes)
            if response is not None:
                return [response]
        self._buffer += received
        calls = self._read_buffer()
        if calls == [_POLL] and not self._buffer:
            self._known_poll = received
        return calls

    def _read_buffer(self) -> list[Call]:
        calls: list[Call] = []
        while True:
            if self._message is None:
                head = _read_head(self._buffer)
                if head is None:
                    return calls
                self._message = head, self._choose_body(head)
                if head.expects_continue:
                    calls.append(ContinueWanted())
            head, body = self._message
            if not body.take(self._buffer):
                return calls
            calls.append(_name_call(head, body))
            self._message = None

    def _choose_body(self, head: "_Head") -> "_SizedBody | _ChunkedBody":
        if head.chunked:
            return _ChunkedBody(self._max_body_bytes)
        return _SizedBody(head.content_length, self._max_body_bytes)


def render_invocation(
    request_id: str, deadline_ms: int, function_arn: str, trace_header: str, payload: bytes
) -> bytes:
    """The answer to ``next``: an event and the headers that describe it."""
    trace_line = f"Lambda-Runtime-Trace-Id: {_one_line(trace_header)}\r\n" if trace_header else ""
    head = (
        "HTTP/1.1 200 OK\r\n"
        "Content-Type: application/json\r\n"
        f"Lambda-Runtime-Aws-Request-Id: {request_id}\r\n"
        f"Lambda-Runtime-Deadline-Ms: {deadline_ms}\r\n"
        f"Lambda-Runtime-Invoked-Function-Arn: {function_arn}\r\n"
        f"{trace_line}"
        f"Content-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode("latin-1", "replace") + payload


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
ACCEPTED = (
    b'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"status":"OK"}\n'
)
"""The answer to a response or an error that was taken."""


def render_invalid_request_id() -> bytes:
    """The answer to a response for an invocation that this environment does not have."""
    return _render(400, "Bad Request", _error("InvalidRequestID", "Invalid request ID"))


def render_invalid_transition(state: str, wanted: str) -> bytes:
    """The answer to a call that does not fit: a second response, ``next`` before a response."""
    message = (
        f"State transition from {state} to {wanted} failed for runtime. "
        "Error: State transition is not allowed"
    )
    return _render(403, "Forbidden", _error("InvalidStateTransition", message))


def render_too_large(max_body_bytes: int) -> bytes:
    """The answer to a response that is larger than a function may send."""
    message = f"Exceeded maximum allowed payload size ({max_body_bytes} bytes)."
    return _render(413, "Payload Too Large", _error("RequestEntityTooLarge", message))


def render_not_found() -> bytes:
    """The answer to a path that the Runtime API does not have."""
    return _render(404, "Not Found", _error("NotFound", "404 page not found"))


def _error(error_type: str, message: str) -> dict[str, str]:
    return {"errorMessage": message, "errorType": error_type}


def _render(status: int, reason: str, answer: dict[str, str]) -> bytes:
    body = json.dumps(answer, separators=(",", ":")).encode() + b"\n"
    head = (
        f"HTTP/1.1 {status} {reason}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")


_POLL = NextInvocation()


def _read_usual_response(received: bytes, max_body_bytes: int) -> InvocationResponse | None:
    """The response that these bytes are, if they are just that, in the form clients write it in."""
    head, _, body = received.partition(b"\r\n\r\n")
    before_id, after_id = _RESPONSE_LINE
    id_end = head.find(after_id)
    if id_end < 0 or not head.startswith(before_id) or len(body) > max_body_bytes:
        return None
    fields = head[id_end:].lower() + b"\r\n"
    if fields.count(b"\r\ncontent-length: %d\r\n" % len(body)) != 1 or fields.count(b"content-length") != 1:
        return None
    for unusual in _UNUSUAL_HEADERS:
        if unusual in fields:
            return None
    request_id = head[len(before_id) : id_end].decode("latin-1")
    return InvocationResponse(unquote(request_id), body, len(body)) if "/" not in request_id else None


@dataclass(slots=True)
class _Head:
    method: str
    path: str
    content_length: int
    chunked: bool
    expects_continue: bool
    error_type: str


def _read_head(buffer: bytearray) -> _Head | None:
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        if len(buffer) > _HEAD_LIMIT:
            raise MalformedCallError("the head of a call does not end")
        return None
    lines = buffer[:end].decode("latin-1").split("\r\n")
    del buffer[: end + 4]
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise MalformedCallError(f"not a request line: {lines[0][:80]!r}")
    fields: dict[str, str] = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        fields[name.lower()] = value.strip()
    return _Head(
        words[0],
        words[1],
        _parse_content_length(fields.get("content-length", "0")),
        fields.get("transfer-encoding", "").lower() == "chunked",
        fields.get("expect", "").lower() == "100-continue",
        fields.get("lambda-runtime-function-error-type", ""),
    )


def _parse_content_length(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise MalformedCallError(f"not a Content-Length: {value[:80]!r}")
    return int(value)


class _SizedBody:
    """A body of a known length; what is larger than the limit is read and thrown away."""

    def __init__(self, size_bytes: int, max_body_bytes: int) -> None:
        self.size_bytes = size_bytes
        self.content = b""
        self.trailing_error_type = ""
        self.trailing_error_body = b""
        self._kept = size_bytes <= max_body_bytes
        self._left = size_bytes

    def take(self, buffer: bytearray) -> bool:
        """Whether the body is complete; what belongs to it leaves the buffer."""
        if self._kept:
            if len(buffer) < self.size_bytes:
                return False
            self.content = bytes(buffer[: self.size_bytes])
            del buffer[: self.size_bytes]
            return True
        thrown_away = min(self._left, len(buffer))
        del buffer[:thrown_away]
        self._left -= thrown_away
        return self._left == 0


class _ChunkedBody:
    """A body in chunks, as a streaming response comes; its trailers may name an error."""

    def __init__(self, max_body_bytes: int) -> None:
        self.size_bytes = 0
        self.trailing_error_type = ""
        self.trailing_error_body = b""
        self._max_body_bytes = max_body_bytes
        self._chunks = bytearray()
        self._chunk_left = 0
        self._in_trailers = False

    @property
    def content(self) -> bytes:
        """The chunks together; empty when they are more than the limit."""
        return bytes(self._chunks) if self.size_bytes <= self._max_body_bytes else b""

    def take(self, buffer: bytearray) -> bool:
        """Whether the body is complete; what belongs to it leaves the buffer."""
        while True:
            if self._chunk_left and not self._take_chunk(buffer):
                return False
            line = _take_line(buffer)
            if line is None:
                return False
            if self._in_trailers:
                if not line:
                    return True
                self._note_trailer(line)
            elif line:
                self._begin_chunk(line)

    def _take_chunk(self, buffer: bytearray) -> bool:
        taken = buffer[: self._chunk_left]
        del buffer[: len(taken)]
        self._chunk_left -= len(taken)
        if self.size_bytes <= self._max_body_bytes:
            self._chunks += taken
        return self._chunk_left == 0

    def _begin_chunk(self, line: str) -> None:
        size = line.partition(";")[0].strip()
        try:
            self._chunk_left = int(size, 16)
        except ValueError:
            raise MalformedCallError(f"not a chunk size: {size[:80]!r}") from None
        if self._chunk_left < 0:
            raise MalformedCallError(f"not a chunk size: {size[:80]!r}")
        self.size_bytes += self._chunk_left
        self._in_trailers = self._chunk_left == 0

    def _note_trailer(self, line: str) -> None:
        name, _, value = line.partition(":")
        if name.lower() == "lambda-runtime-function-error-type":
            self.trailing_error_type = value.strip()
        elif name.lower() == "lambda-runtime-function-error-body":
            self.trailing_error_body = _decode_base64(value.strip())


def _decode_base64(text: str) -> bytes:
    try:
        return binascii.a2b_base64(text.encode("latin-1"))
    except binascii.Error:
        raise MalformedCallError("a trailer is not base64") from None


def _take_line(buffer: bytearray) -> str | None:
    end = buffer.find(b"\r\n")
    if end < 0:
        if len(buffer) > _CHUNK_LINE_LIMIT:
            raise MalformedCallError("the line of a chunk does not end")
        return None
    line = buffer[:end].decode("latin-1")
    del buffer[: end + 2]
    return line


def _name_call(head: _Head, body: _SizedBody | _ChunkedBody) -> Call:
    if head.method == "GET" and head.path == _NEXT:
        return NextInvocation()
    if head.method != "POST" or not head.path.startswith(_PREFIX):
        return UnknownCall(head.method, head.path)
    parts = head.path[len(_PREFIX) :].split("/")
    error_type = head.error_type or body.trailing_error_type
    match parts:
        case ["invocation", request_id, "response"] if not error_type:
            return InvocationResponse(unquote(request_id), body.content, body.size_bytes)
        case ["invocation", request_id, "response" | "error"]:
            return InvocationError(unquote(request_id), body.trailing_error_body or body.content, error_type)
        case ["init", "error"]:
            return InitError(body.content, error_type)
    return UnknownCall(head.method, head.path)
