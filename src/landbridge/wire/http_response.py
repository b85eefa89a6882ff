"""A reader of one HTTP/1.1 response in bytes.

The reader knows no AWS rule: sizes are passed in, and what is wrong with bytes is told, not judged.
"""

from dataclasses import dataclass

import httptools

from landbridge.model.exchange import HttpResponse


@dataclass(frozen=True, slots=True)
class BadResponse:
    """The bytes are no response that can be read; why, in words."""

    detail: str


class ResponseReader:
    """Turns the bytes that answer one request, in pieces of any size, into one response.

    Names of headers keep their case and order; a chunked body comes out whole, its trailers dropped. Interim
    responses are skipped, but for 101: it is complete with its head, and what follows is in ``leftover``.
    """

    def __init__(self, method: str, headers_bytes: int, body_bytes: int) -> None:
        """`method` is the request's; the sizes are the largest that are read."""
        self.keep_alive = False
        """Whether the connection can carry another request once the response is whole."""
        self.leftover = b""
        """What came after the response, on a connection that is not to be used again."""
        self._head_only = method == "HEAD"
        self._headers_bytes = headers_bytes
        self._body_bytes = body_bytes
        self._parser = httptools.HttpResponseParser(self)
        self._done: HttpResponse | BadResponse | None = None
        self._begun = False
        self._in_body = False
        self._unnoticed = 0
        self.on_message_begin()

    @property
    def head(self) -> HttpResponse | None:
        """The response without its body, once all headers are there."""
        if not self._in_body:
            return None
        return HttpResponse(self._status, tuple(self._headers), b"", self._reason)

    def take_body(self) -> bytes:
        """What has come of the body since the last time, for whoever does not wait for all of it."""
        piece = b"".join(self._body)
        self._body.clear()
        return piece

    def feed(self, data: bytes) -> HttpResponse | BadResponse | None:
        """The response once these bytes complete it; None while it goes on. Never raises."""
        self._begun = True
        if self._done is None:
            self._parse(data)
        if self._done is None and not self._in_body:
            self._unnoticed += len(data)
            if self._unnoticed > self._headers_bytes:
                self._done = BadResponse(f"headers of more than {self._headers_bytes} bytes")
        return self._done

    def end(self) -> HttpResponse | BadResponse | None:
        """The response that the end of the connection completes; None where nothing had come at all."""
        if self._done is None and self._in_body and not self._framed:
            return HttpResponse(self._status, tuple(self._headers), b"".join(self._body), self._reason)
        if self._done is None and self._begun:
            return BadResponse("the connection was closed before the response was whole")
        return self._done

    # The parser calls the methods below.

    def on_message_begin(self) -> None:
        """A response starts; an interim one may have come before it, but none may follow it."""
        if self._done is not None:
            self._stop(self._done)
        self._status = 0
        self._reason = ""
        self._headers: list[tuple[str, str]] = []
        self._body: list[bytes] = []
        self._size = 0
        self._framed = False

    def on_status(self, part: bytes) -> None:
        """A piece of the reason phrase."""
        self._reason += part.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        """A whole header, or a trailer, which is dropped."""
        self._size += len(name) + len(value) + 4
        if self._size > self._headers_bytes:
            self._stop(BadResponse(f"headers of more than {self._headers_bytes} bytes"))
        if self._in_body:
            return
        self._headers.append((name.decode("latin-1"), value.rstrip(b" \t").decode("latin-1")))
        self._framed = self._framed or name.lower() in _FRAMING

    def on_headers_complete(self) -> None:
        """The head is whole: for some responses that is all."""
        self._status = self._parser.get_status_code()
        if self._status in _BODILESS:
            self._framed = True
        if self._status < _FINAL and self._status != _SWITCHING:
            return
        self._in_body = True
        self._size = 0
        self.keep_alive = self._parser.should_keep_alive()
        if self._head_only:
            self._stop(self._response())

    def on_body(self, part: bytes) -> None:
        """A piece of the body."""
        self._body.append(part)
        self._size += len(part)
        if self._size > self._body_bytes:
            self._stop(BadResponse(f"a body of more than {self._body_bytes} bytes"))

    def on_message_complete(self) -> None:
        """A response is whole, unless it was an interim one."""
        if self._in_body:
            self._done = self._done or self._response()

    def _response(self) -> HttpResponse:
        return HttpResponse(self._status, tuple(self._headers), b"".join(self._body), self._reason)

    def _stop(self, done: HttpResponse | BadResponse) -> None:
        """Leave the parser at once; it stops at an exception of a callback."""
        self._done = done
        raise _StopParsingError

    def _parse(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self.leftover = data[upgrade.args[0] :]
        except httptools.HttpParserCallbackError:
            if self._done is None:
                raise
            self.keep_alive = self.keep_alive and self._head_only
        except httptools.HttpParserError as error:
            self._done = self._done or BadResponse(str(error))
            self.keep_alive = False


class _StopParsingError(Exception):
    """Leaves the parser from within one of its callbacks."""


_FINAL = 200
_SWITCHING = 101
_BODILESS = frozenset((204, 304))
_FRAMING = frozenset((b"content-length", b"transfer-encoding"))
