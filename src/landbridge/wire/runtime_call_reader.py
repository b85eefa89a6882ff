"""The calls of a Lambda runtime, read from the bytes of its connection as they arrive.

AWS: "Using the Lambda runtime API for custom runtimes"
"""

import binascii
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

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

_PREFIX = "/2018-06-01/runtime/"
_NEXT = f"{_PREFIX}invocation/next"
_RESPONSE_START = b"POST /2018-06-01/runtime/invocation/"
_ID_END = len(_RESPONSE_START) + 36
"""Where the id of an invocation, a UUID, ends."""
_USUAL_FIELDS = re.compile(
    rb"/response HTTP/1\.1\r\n"
    rb"(?:(?!transfer-encoding:|expect:|content-length:|lambda-runtime-)[^\r\n]+\r\n)*"
    rb"content-length: (?=[0-9]+$)",
    re.IGNORECASE,
)
"""What follows the id when no header changes the meaning of a response and its length is the last."""
_HEAD_LIMIT = 2 * 1024 * 1024
"""The Python client sends the cause of an error as a header of up to 1 MiB."""
_CHUNK_LINE_LIMIT = 64 * 1024
_POLL = NextInvocation()


class CallReader:
    """The calls of one connection, from its bytes as they arrive; a body may be sized or chunked.

    A client writes the same poll again and again, and the same response but for id, length and body: what
    has been read once is recognised by its bytes.
    """

    def __init__(
        self, max_body_bytes: int, streams: Callable[[str], bool] = lambda request_id: False
    ) -> None:
        """`streams` tells whether the answer to an invocation is wanted in pieces, if it comes in such."""
        self._max_body_bytes = max_body_bytes
        self._streams = streams
        self._buffer = bytearray()
        self._message: tuple[_Head, _SizedBody | _ChunkedBody] | None = None
        """The one that is arriving, from the end of its head on."""
        self._known_poll: bytes | None = None
        self._known_fields: bytes | None = None
        """What stands between the id and the length of a response."""
        self._expected: tuple[str, int] | None = None
        """Id and length of a response that was recognised by its head, and whose body is to come."""

    @property
    def streaming(self) -> str:
        """The invocation whose answer is coming in pieces; empty between answers."""
        if self._message is not None and isinstance(self._message[1], _StreamedBody):
            return self._message[1].request_id
        return ""

    def feed(self, received: bytes) -> list[Call]:
        """The calls that these bytes complete, in order."""
        if self._message is None and not self._buffer:
            if received == self._known_poll and self._expected is None:
                return [_POLL]
            recognised = self._recognise(received)
            if recognised is not None:
                return recognised
        self._buffer += received
        calls = self._read_buffer()
        if calls == [_POLL] and not self._buffer:
            self._known_poll = received
        return calls

    def _recognise(self, received: bytes) -> list[Call] | None:
        """The response that these bytes end, or none yet when they are its head; None if neither."""
        if self._expected is not None:
            (request_id, size_bytes), self._expected = self._expected, None
            if len(received) == size_bytes:
                return [InvocationResponse(request_id, received, size_bytes)]
            head = _Head("POST", f"{_PREFIX}invocation/{request_id}/response", size_bytes)
            self._message = head, self._choose_body(head)
            return None
        fields = self._known_fields
        if fields is None or not received.startswith(fields, _ID_END):
            return None
        if not received.startswith(_RESPONSE_START):
            return None
        head_end = received.find(b"\r\n\r\n", _ID_END)
        length = received[_ID_END + len(fields) : head_end]
        request_id = received[len(_RESPONSE_START) : _ID_END].decode("latin-1")
        if head_end < 0 or not length.isdigit() or "/" in request_id or "%" in request_id:
            return None
        size_bytes, body = int(length), received[head_end + 4 :]
        if size_bytes > self._max_body_bytes or len(body) not in (0, size_bytes):
            return None
        if len(body) == size_bytes:
            return [InvocationResponse(request_id, body, size_bytes)]
        self._expected = request_id, size_bytes
        return []

    def _read_buffer(self) -> list[Call]:
        calls: list[Call] = []
        try:
            while self._read_one(calls):
                pass
        except _NotHttpError as error:
            self._buffer.clear()
            calls.append(MalformedCall(str(error)))
        return calls

    def _read_one(self, calls: list[Call]) -> bool:
        """Whether one more message was complete."""
        if self._message is None:
            head = _read_head(self._buffer)
            if head is None:
                return False
            self._message = head, self._choose_body(head)
            if head.expects_continue:
                calls.append(ContinueWanted())
        head, body = self._message
        is_whole = body.take(self._buffer)
        if isinstance(body, _StreamedBody):
            calls += body.hand_out()
        if not is_whole:
            return False
        calls.append(_name_call(head, body))
        self._message = None
        return True

    def _choose_body(self, head: "_Head") -> "_SizedBody | _ChunkedBody":
        if head.chunked:
            request_id = _answered_invocation(head) if head.streaming else ""
            if request_id and self._streams(request_id):
                return _StreamedBody(request_id)
            return _ChunkedBody(self._max_body_bytes)
        if head.usual_fields:
            self._known_fields = head.usual_fields
        return _SizedBody(head.content_length, self._max_body_bytes)


class _NotHttpError(ValueError):
    pass


@dataclass(slots=True)
class _Head:
    method: str
    path: str
    content_length: int
    chunked: bool = False
    expects_continue: bool = False
    streaming: bool = False
    error_type: str = ""
    usual_fields: bytes = b""


def _read_head(buffer: bytearray) -> _Head | None:
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        if len(buffer) > _HEAD_LIMIT:
            raise _NotHttpError("the head of a call does not end")
        return None
    head = bytes(buffer[:end])
    del buffer[: end + 4]
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise _NotHttpError(f"not a request line: {lines[0][:80]!r}")
    fields: dict[str, str] = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        fields[name.lower()] = value.strip()
    usual_fields = _USUAL_FIELDS.match(head, _ID_END) if head.startswith(_RESPONSE_START) else None
    return _Head(
        words[0],
        words[1],
        _parse_content_length(fields.get("content-length", "0")),
        fields.get("transfer-encoding", "").lower() == "chunked",
        fields.get("expect", "").lower() == "100-continue",
        fields.get("lambda-runtime-function-response-mode", "").lower() == "streaming",
        fields.get("lambda-runtime-function-error-type", ""),
        usual_fields[0] if usual_fields is not None else b"",
    )


def _parse_content_length(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise _NotHttpError(f"not a Content-Length: {value[:80]!r}")
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
            raise _NotHttpError(f"not a chunk size: {size[:80]!r}") from None
        if self._chunk_left < 0:
            raise _NotHttpError(f"not a chunk size: {size[:80]!r}")
        self.size_bytes += self._chunk_left
        self._in_trailers = self._chunk_left == 0

    def _note_trailer(self, line: str) -> None:
        name, _, value = line.partition(":")
        if name.lower() == "lambda-runtime-function-error-type":
            self.trailing_error_type = value.strip()
        elif name.lower() == "lambda-runtime-function-error-body":
            self.trailing_error_body = _decode_base64(value.strip())


class _StreamedBody(_ChunkedBody):
    """A body in chunks that is handed out as it comes."""

    def __init__(self, request_id: str) -> None:
        super().__init__(sys.maxsize)
        self.request_id = request_id

    def hand_out(self) -> list[Call]:
        """What has come since the last time, which is no part of the content any more."""
        piece = bytes(self._chunks)
        self._chunks.clear()
        self.size_bytes -= len(piece)
        return [ResponsePiece(self.request_id, piece)] if piece else []


def _decode_base64(text: str) -> bytes:
    try:
        return binascii.a2b_base64(text.encode("latin-1"))
    except binascii.Error:
        raise _NotHttpError("a trailer is not base64") from None


def _take_line(buffer: bytearray) -> str | None:
    end = buffer.find(b"\r\n")
    if end < 0:
        if len(buffer) > _CHUNK_LINE_LIMIT:
            raise _NotHttpError("the line of a chunk does not end")
        return None
    line = buffer[:end].decode("latin-1")
    del buffer[: end + 2]
    return line


def _answered_invocation(head: _Head) -> str:
    """The invocation that a call answers; empty for any other call."""
    match head.path.removeprefix(_PREFIX).split("/"):
        case ["invocation", request_id, "response"]:
            return unquote(request_id)
    return ""


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
