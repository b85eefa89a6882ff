"""HTTP/1.1 in bytes: a reader of requests, a writer of responses and requests.

The reader knows no AWS rule: sizes are passed in, and what is wrong with bytes is told, not judged.
"""

from dataclasses import dataclass
from http import HTTPStatus

import httptools

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse, MalformedReason


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
    an upgrade comes out as any other, and the bytes after it are read as the next request: whoever grants
    the upgrade stops feeding. After CONNECT nothing more is read; the bytes after it are in ``leftover``.
    """

    def __init__(self, limits: ReaderLimits) -> None:
        self.keep_alive = True
        """False once the client's last request of this connection was read."""
        self.leftover = b""
        self._limits = limits
        self._parser = httptools.HttpRequestParser(self)
        self._events: list[ReaderEvent] = []
        self._finished = False
        self._failure: Malformed | None = None
        self._reading = False
        self._progressed = False
        self._unnoticed_bytes = 0
        self._repeated_head = b""
        self._repeating = False
        self._begin()

    @property
    def idle(self) -> bool:
        """Whether the connection is between two requests."""
        return not self._reading

    def feed(self, data: bytes) -> list[ReaderEvent]:
        """What these bytes complete, in order. Never raises, whatever the bytes."""
        events: list[ReaderEvent] = []
        self._events = events
        self._progressed = False
        rest = data
        while rest and not self._finished:
            rest = self._parse(rest)
        if self._finished and self._method == "CONNECT":
            self.leftover += rest
        elif self._reading:
            self._bound_unnoticed(len(data))
        return events

    # The parser calls the methods below.

    def on_message_begin(self) -> None:
        """A request starts, or its head is repeated so that the parser reads its body."""
        self._progressed = True
        if not self._repeating:
            self._begin()
            self._reading = True

    def on_url(self, part: bytes) -> None:
        """A piece of the request target."""
        self._progressed = True
        if self._repeating:
            return
        self._target += part
        if len(self._target) > self._limits.request_line:
            self._fail(MalformedReason.REQUEST_LINE_TOO_LONG)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A whole header, or a trailer, which is only measured."""
        self._progressed = True
        if self._repeating:
            return
        size = len(name) + len(value) + 2
        self._header_bytes += size + 2
        if size > self._limits.header:
            self._fail(MalformedReason.HEADER_TOO_LONG)
        if self._header_bytes > self._limits.headers:
            self._fail(MalformedReason.HEADERS_TOO_LONG)
        if not self._in_body:
            self._headers.append((name.decode("latin-1"), value.rstrip(b" \t").decode("latin-1")))

    def on_headers_complete(self) -> None:
        """The head of a request is whole."""
        self._progressed = True
        if self._repeating:
            self._repeating = False
            return
        self._in_body = True
        parser = self._parser
        self._method = parser.get_method().decode("ascii")
        self._version = parser.get_http_version()
        self.keep_alive = parser.should_keep_alive() and self._method != "CONNECT"
        line = len(self._method) + len(self._target) + len("  HTTP/1.1")
        if line > self._limits.request_line:
            self._fail(MalformedReason.REQUEST_LINE_TOO_LONG)
        self._look_at_framing()

    def on_body(self, part: bytes) -> None:
        """A piece of the body."""
        self._progressed = True
        self._body.append(part)
        self._body_bytes += len(part)
        if self._body_bytes > self._limits.body:
            self._fail(MalformedReason.BODY_TOO_LARGE)

    def on_message_complete(self) -> None:
        """A request is whole; one that asks for an upgrade ends before its body."""
        self._progressed = True
        if self._framing and self._parser.should_upgrade() and not self._repeated_head:
            close = b"" if self.keep_alive else b"Connection: close\r\n"
            self._repeated_head = b"POST / HTTP/1.1\r\n%s%s\r\n" % (close, self._framing)
            return
        self._reading = False
        self._finished = not self.keep_alive
        self._events.append(
            HttpRequest(
                self._method,
                self._target.decode("latin-1"),
                tuple(self._headers),
                b"".join(self._body),
                self._version,
            )
        )

    def _begin(self) -> None:
        self._method = ""
        self._target = b""
        self._version = ""
        self._headers: list[tuple[str, str]] = []
        self._header_bytes = 0
        self._body: list[bytes] = []
        self._body_bytes = 0
        self._in_body = False
        self._framing = b""
        self._repeated_head = b""

    def _parse(self, data: bytes) -> bytes:
        """The bytes that are still to be parsed."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            rest = data[upgrade.args[0] :]
            if not self._reading:
                return rest
            self._parser = httptools.HttpRequestParser(self)
            self._repeating = True
            return self._repeated_head + rest
        except httptools.HttpParserCallbackError:
            if self._failure is None:
                raise
            self._finish(self._failure)
        except httptools.HttpParserError as error:
            if not self._finished:
                self._finish(_malformed(error))
        return b""

    def _finish(self, malformed: Malformed) -> None:
        self._events.append(malformed)
        self._method = ""
        self._finished = True
        self._reading = False
        self.keep_alive = False

    def _fail(self, reason: MalformedReason) -> None:
        """Leave the parser at once; it stops at an exception of a callback."""
        self._failure = Malformed(reason)
        raise _StopParsingError

    def _look_at_framing(self) -> None:
        """Note the headers that tell the body's length, and whether the client waits for a go-ahead."""
        expected = False
        for name, value in self._headers:
            key = name.lower()
            if key == "content-length":
                self._framing = b"Content-Length: %s\r\n" % value.encode("ascii")
                if int(value) > self._limits.body:
                    self._fail(MalformedReason.BODY_TOO_LARGE)
            elif key == "transfer-encoding":
                self._framing = b"Transfer-Encoding: %s\r\n" % value.encode("latin-1")
            elif key == "expect":
                expected = value.lower() == "100-continue"
        if self._method == "CONNECT" or self._framing == b"Content-Length: 0\r\n":
            self._framing = b""
        if expected and self._framing and self._version == "1.1":
            self._events.append(ContinueExpected())

    def _bound_unnoticed(self, size: int) -> None:
        """Refuse a line without an end: bytes that the parser keeps and tells nothing about."""
        self._unnoticed_bytes = 0 if self._progressed else self._unnoticed_bytes + size
        if self._unnoticed_bytes > self._limits.header + _LINE_END_SLACK:
            self._finish(Malformed(MalformedReason.HEADER_TOO_LONG))


def render_response(response: HttpResponse, *, keep_alive: bool, head: bool = False) -> bytes:
    """The response in bytes, with ``Content-Length`` and ``Connection`` after its leading headers.

    `head` says that the request was HEAD: the length stays, the body does not. Line ends within header values
    cannot get out.
    """
    status = response.status
    bodiless = status < 200 or status in {204, 304}
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
    if not bodiless:
        lines.insert(place, f"Content-Length: {length}")
    return _head(lines) + (b"" if head or bodiless else response.body)


def render_request(request: HttpRequest) -> bytes:
    """The request in bytes; its length is added unless its headers tell it.

    A body under ``Transfer-Encoding: chunked`` is written as one chunk.
    """
    lines = [f"{request.method} {request.target} HTTP/{request.version}"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    if _has_header(request.headers, "transfer-encoding"):
        return _head(lines) + _chunked(request.body)
    if request.body and not _has_header(request.headers, "content-length"):
        lines.append(f"Content-Length: {len(request.body)}")
    return _head(lines) + request.body


class _StopParsingError(Exception):
    """Leaves the parser from within one of its callbacks."""


_LINE_END_SLACK = 16
_REASONS = {status.value: status.phrase for status in HTTPStatus}
_WRITERS_OWN = frozenset(("connection", "content-length", "keep-alive", "transfer-encoding"))
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


def _chunked(body: bytes) -> bytes:
    chunk = b"%x\r\n%s\r\n" % (len(body), body) if body else b""
    return chunk + b"0\r\n\r\n"
