"""HTTP/1.1 in bytes: a reader of requests, a writer of responses and requests.

The reader knows no AWS rule: sizes are passed in, and what is wrong with bytes is told, not judged.
"""

from dataclasses import dataclass
from http import HTTPStatus

import httptools

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse, Irregularity, MalformedReason
from landbridge.wire.chunked import LAST_CHUNK, ChunkedBody, ChunkedLimits, render_chunk
from landbridge.wire.tolerant_head import Head, is_hopeless, read_head


@dataclass(frozen=True, slots=True)
class Malformed:
    """The bytes are no request that can be read; nothing after them is read either."""

    reason: MalformedReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ContinueExpected:
    """The client waits for ``CONTINUE`` before it sends the body of the request that comes next."""


ReaderEvent = HttpRequest | Malformed | ContinueExpected

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(frozen=True, slots=True)
class ReaderLimits:
    """The largest sizes that are read, in bytes."""

    request_line: int
    header: int
    """One header with its name, without the line's end."""
    headers: int
    """All headers with their lines' ends."""
    body: int


class RequestReader:
    """Turns the bytes of one connection, in pieces of any size, into requests.

    Requests may be pipelined. Chunked bodies come out whole, their trailers dropped. A request that asks for
    an upgrade comes out as any other, and the bytes after it are read as the next request. But after one for
    a WebSocket the reader is held: what follows is kept in ``leftover`` until ``resume`` has it read. After
    CONNECT nothing more is read; the bytes after it are in ``leftover``, too.

    The parser gets heads only, one by one, cut at the empty line: where a request ends is decided here. A
    `tolerant` reader gives a head that the parser refuses to ``tolerant_head``.
    """

    def __init__(self, limits: ReaderLimits, *, tolerant: bool = False) -> None:
        self.keep_alive = True
        """False once the client's last request of this connection was read."""
        self.leftover = b""
        self.is_held = False
        """Whether the last request asked for a WebSocket, and it is not decided whether it gets one."""
        self._upgrades = False
        self._limits = limits
        self._chunked_limits = ChunkedLimits(limits.body, limits.header, limits.headers)
        self._tolerant = tolerant
        self._parser = httptools.HttpRequestParser(self)
        self._events: list[ReaderEvent] = []
        self._finished = False
        self._failure: MalformedReason | None = None
        self._raw = bytearray()
        self._refused = False
        self._chunked: ChunkedBody | None = None
        self._missing = 0
        self._begin()

    @property
    def idle(self) -> bool:
        """Whether the connection is between two requests."""
        return not (self._raw or self._missing or self._chunked)

    def feed(self, data: bytes) -> list[ReaderEvent]:
        """What these bytes complete, in order. Never raises, whatever the bytes."""
        events: list[ReaderEvent] = []
        self._events = events
        rest = data
        while rest and not (self._finished or self.is_held):
            if self._chunked is not None:
                rest = self._read_chunked(self._chunked, rest)
            elif self._missing:
                rest = self._read_counted(rest)
            else:
                rest = self._read_head(rest)
        if self.is_held or (self._finished and self._method == "CONNECT"):
            self.leftover += rest
        return events

    def resume(self) -> list[ReaderEvent]:
        """What was held back, read as requests: there is no WebSocket."""
        self.is_held = False
        held, self.leftover = self.leftover, b""
        return self.feed(held)

    # The parser calls the three methods below.

    def on_url(self, part: bytes) -> None:
        """A piece of the request target."""
        self._target += part
        if len(self._target) > self._limits.request_line:
            self._fail(MalformedReason.REQUEST_LINE_TOO_LONG)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A whole header."""
        size = len(name) + len(value) + 2
        self._header_bytes += size + 2
        if size > self._limits.header:
            self._fail(MalformedReason.HEADER_TOO_LONG)
        if self._header_bytes > self._limits.headers:
            self._fail(MalformedReason.HEADERS_TOO_LONG)
        self._headers.append((name.decode("latin-1"), value.rstrip(b" \t").decode("latin-1")))

    def on_headers_complete(self) -> None:
        """The head of a request is whole."""
        parser = self._parser
        self._method = parser.get_method().decode("ascii")
        self._version = parser.get_http_version()
        self.keep_alive = parser.should_keep_alive() and self._method != "CONNECT"
        line = len(self._method) + len(self._target) + len("  HTTP/1.1")
        if line > self._limits.request_line:
            self._fail(MalformedReason.REQUEST_LINE_TOO_LONG)

    def _begin(self) -> None:
        self._method = ""
        self._target = b""
        self._version = ""
        self._headers: list[tuple[str, str]] = []
        self._header_bytes = 0
        self._irregularities: tuple[Irregularity, ...] = ()
        self._body: list[bytes] = []

    def _read_head(self, data: bytes) -> bytes:
        """The bytes after the head, or none while it is not whole."""
        raw = self._raw
        if not raw and data[0] in b"\r\n":
            data = data.lstrip(b"\r\n")
        tail = bytes(raw[-3:])
        found = (tail + data).find(_HEAD_END) if raw else data.find(_HEAD_END)
        end = found + len(_HEAD_END) - len(tail) if found >= 0 else len(data)
        part, rest = (data, b"") if end == len(data) else (data[:end], data[end:])
        if found < 0 or raw or self._tolerant:
            raw += part
        if not self._refused:
            self._parse(part)
        if self._finished:
            return b""
        if found < 0:
            self._bound_head()
        else:
            self._end_head()
        return rest

    def _parse(self, part: bytes) -> None:
        try:
            self._parser.feed_data(part)
        except httptools.HttpParserUpgrade:
            self._parser = httptools.HttpRequestParser(self)
            self._upgrades = True
        except httptools.HttpParserCallbackError:
            if self._failure is None:
                raise
            self._finish(Malformed(self._failure))
        except httptools.HttpParserError as error:
            if not self._tolerant or is_hopeless(bytes(self._raw)):
                self._finish(_malformed(error))
            self._refused = True

    def _end_head(self) -> None:
        """A head is whole: with what is left of the request, that is a request or the start of one."""
        length = self._reread() if self._refused else self._parsed_length()
        self._raw.clear()
        if self._finished:
            return
        if length == 0 or self._method == "CONNECT":
            self._complete(b"")
            return
        self._parser = httptools.HttpRequestParser(self)
        if length is not None and length > self._limits.body:
            self._finish(Malformed(MalformedReason.BODY_TOO_LARGE))
            return
        self._chunked = ChunkedBody(self._chunked_limits) if length is None else None
        self._missing = length or 0
        if self._version == "1.1" and self._expects_continue():
            self._events.append(ContinueExpected())

    def _parsed_length(self) -> int | None:
        """The length of the body behind a head that the parser has accepted; None when it is chunked."""
        length: int | None = 0
        for name, value in self._headers:
            if len(name) in _FRAMING_LENGTHS:
                lowered = name.lower()
                if lowered == "transfer-encoding":
                    length = None
                    self.keep_alive = self.keep_alive and self._version != "1.0"
                elif lowered == "content-length":
                    length = int(value)
        return length

    def _reread(self) -> int | None:
        """The length of the body behind a head that the parser has refused."""
        self._refused = False
        self._parser = httptools.HttpRequestParser(self)
        head = read_head(bytes(self._raw))
        problem = self._oversize(head) if isinstance(head, Head) else head
        if problem is not None or not isinstance(head, Head):
            self._finish(Malformed(problem or MalformedReason.BAD_SYNTAX))
            return 0
        self._method, self._version = head.method, head.version
        self._target = head.target.encode("latin-1")
        self._headers = list(head.headers)
        self._irregularities = head.irregularities
        self.keep_alive = head.keep_alive
        return head.length

    def _oversize(self, head: Head) -> MalformedReason | None:
        if len(head.method) + len(head.target) + len("  HTTP/1.1") > self._limits.request_line:
            return MalformedReason.REQUEST_LINE_TOO_LONG
        sizes = [len(name) + len(value) + 2 for name, value in head.headers]
        if max(sizes, default=0) > self._limits.header:
            return MalformedReason.HEADER_TOO_LONG
        return MalformedReason.HEADERS_TOO_LONG if sum(sizes) > self._limits.headers else None

    def _expects_continue(self) -> bool:
        return any(
            name.lower() == "expect" and value.lower() == "100-continue" for name, value in self._headers
        )

    def _read_counted(self, data: bytes) -> bytes:
        part = data[: self._missing]
        self._missing -= len(part)
        self._body.append(part)
        if self._missing:
            return b""
        self._complete(b"".join(self._body))
        return data[len(part) :]

    def _read_chunked(self, chunked: ChunkedBody, data: bytes) -> bytes:
        rest = chunked.feed(data)
        if chunked.problem is not None:
            self._finish(Malformed(chunked.problem))
        if rest is None:
            return b""
        self._chunked = None
        self._complete(chunked.body)
        return rest

    def _complete(self, body: bytes) -> None:
        request = HttpRequest(
            self._method,
            self._target.decode("latin-1"),
            tuple(self._headers),
            body,
            self._version,
            self._irregularities,
        )
        self._events.append(request)
        if self._upgrades:
            self._upgrades = False
            self.is_held = (request.header("upgrade") or "").lower() == "websocket"
        self._finished = not self.keep_alive
        if not self._finished:
            self._begin()

    def _finish(self, malformed: Malformed) -> None:
        self._events.append(malformed)
        self._method = ""
        self._finished = True
        self._raw.clear()
        self._chunked = None
        self._missing = 0
        self.keep_alive = False

    def _fail(self, reason: MalformedReason) -> None:
        """Leave the parser at once; it stops at an exception of a callback."""
        self._failure = reason
        raise _StopParsingError

    def _bound_head(self) -> None:
        """Refuse what would be kept without end: a line, or a head that the parser has refused."""
        limits, raw = self._limits, self._raw
        if len(raw) - raw.rfind(b"\n") > max(limits.header, limits.request_line) + _LINE_END_SLACK:
            line = MalformedReason.HEADER_TOO_LONG if b"\n" in raw else MalformedReason.REQUEST_LINE_TOO_LONG
            self._finish(Malformed(line))
        elif len(raw) > limits.request_line + limits.headers + _LINE_END_SLACK:
            self._finish(Malformed(MalformedReason.HEADERS_TOO_LONG))
        elif self._refused and is_hopeless(bytes(raw)):
            self._finish(Malformed(MalformedReason.BAD_SYNTAX))


def render_response(
    response: HttpResponse, *, keep_alive: bool, head: bool = False, chunked: bool = True
) -> bytes:
    """The response in bytes, with ``Content-Length`` and ``Connection`` after its leading headers.

    `head` says that the request was HEAD: the length stays, the body does not. Of a body that streams nothing
    is written; `chunked` says how it is to end. Line ends within header values cannot get out.
    """
    status, bodiless = response.status, response.is_bodiless
    lines = [f"HTTP/1.1 {status} {response.reason or _REASONS.get(status, '')}"]
    place = 1
    length = str(len(response.body))
    for name, value in response.headers:
        lowered = name.lower()
        if lowered in _WRITERS_OWN:
            if head and lowered == "content-length":
                length = value
            continue
        lines.append(f"{name}: {value}")
        if lowered in _LEADING:
            place = len(lines)
    lines[place:place] = ["Connection: keep-alive" if keep_alive else "Connection: close"]
    if not bodiless and response.stream is None:
        lines.insert(place, f"Content-Length: {length}")
    elif not bodiless and chunked:
        lines.insert(place, "Transfer-Encoding: chunked")
    return _head(lines) + (b"" if head or bodiless else response.body)


def render_switching(response: HttpResponse, protocol: str) -> bytes:
    """The head of a 101 response to a client that asked for this protocol."""
    lines = [f"HTTP/1.1 101 {_REASONS[101]}", "Connection: upgrade", f"Upgrade: {protocol}"]
    others = (pair for pair in response.headers if pair[0].lower() not in _SWITCHINGS_OWN)
    return _head([*lines, *(f"{name}: {value}" for name, value in others)])


def render_request(request: HttpRequest) -> bytes:
    """The request in bytes; its length is added unless its headers tell it.

    A body under ``Transfer-Encoding: chunked`` is written as one chunk.
    """
    lines = [f"{request.method} {request.target} HTTP/{request.version}"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    if _has_header(request.headers, "transfer-encoding"):
        return _head(lines) + render_chunk(request.body) + LAST_CHUNK
    if request.body and not _has_header(request.headers, "content-length"):
        lines.append(f"Content-Length: {len(request.body)}")
    return _head(lines) + request.body


class _StopParsingError(Exception):
    """Leaves the parser from within one of its callbacks."""


_HEAD_END = b"\r\n\r\n"
_FRAMING_LENGTHS = frozenset((len("content-length"), len("transfer-encoding")))
_LINE_END_SLACK = 16
_REASONS = {status.value: status.phrase for status in HTTPStatus}
_WRITERS_OWN = frozenset(("connection", "content-length", "keep-alive", "transfer-encoding"))
_SWITCHINGS_OWN = _WRITERS_OWN | {"upgrade"}
_LEADING = frozenset(("server", "date", "content-type"))
_MALFORMED = (
    ("HTTP version", MalformedReason.BAD_VERSION),
    ("Pause on PRI", MalformedReason.BAD_VERSION),
    ("can't be present", MalformedReason.CONFLICTING_LENGTH),
    ("Duplicate Content-Length", MalformedReason.CONFLICTING_LENGTH),
    ("Content-Length", MalformedReason.BAD_CONTENT_LENGTH),
    ("Request has invalid `Transfer-Encoding`", MalformedReason.UNSUPPORTED_TRANSFER_ENCODING),
    ("Transfer-Encoding", MalformedReason.BAD_TRANSFER_ENCODING),
)
"""What the parser's messages say."""


def _malformed(error: httptools.HttpParserError) -> Malformed:
    detail = str(error)
    if isinstance(error, httptools.HttpParserInvalidMethodError):
        return Malformed(MalformedReason.BAD_METHOD, detail)
    if isinstance(error, httptools.HttpParserInvalidURLError):
        return Malformed(MalformedReason.BAD_TARGET, detail)
    reasons = (reason for words, reason in _MALFORMED if words in detail)
    return Malformed(next(reasons, MalformedReason.BAD_SYNTAX), detail)


def _head(lines: list[str]) -> bytes:
    """The lines with their ends, and an empty one; a control character within a line becomes a space."""
    text = "\r\n".join(lines)
    ends = len(lines) - 1
    if text.count("\n") != ends or text.count("\r") != ends or "\0" in text:
        text = "\r\n".join(line.translate(_WITHOUT_LINE_ENDS) for line in lines)
    return text.encode("latin-1", "replace") + b"\r\n\r\n"


_WITHOUT_LINE_ENDS = str.maketrans("\r\n\0", "   ")


def _has_header(headers: Headers, wanted: str) -> bool:
    return any(name.lower() == wanted for name, _ in headers)
