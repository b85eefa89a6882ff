"""A body on its way from whoever makes it to a client that reads it: held back while the client is slow."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from landbridge.model.exchange import BodyStream, HttpRequest, HttpResponse, StreamEnd
from landbridge.wire.chunked import LAST_CHUNK, render_chunk
from landbridge.wire.http1 import render_response

MOST_WAITING = 64 * 1024
"""Bytes that nobody has read yet, before their maker has to wait."""
Hold = Callable[[bool], None]
"""Holds back whoever makes the body, or lets it go on."""


async def pass_on(
    stream: BodyStream, write: Callable[[bytes], None], ready: Callable[[], Awaitable[None]]
) -> StreamEnd:
    """Writes a body as it comes, each piece when the client is `ready`; how it ended."""
    try:
        while isinstance(piece := await stream.read(), bytes):
            await ready()
            write(piece)
        return piece
    finally:
        stream.close()


async def write_streamed(
    response: HttpResponse,
    stream: BodyStream,
    request: HttpRequest,
    write: Callable[[bytes], None],
    ready: Callable[[], Awaitable[None]],
    *,
    keep_alive: bool,
) -> bool:
    """Writes the response in HTTP/1; whether its connection can carry another one.

    A body ends with a last chunk, in HTTP/1.0 with the connection.
    """
    chunked, head = request.version != "1.0", request.method == "HEAD"
    keep_alive = keep_alive and chunked
    write(render_response(response, keep_alive=keep_alive, head=head, chunked=chunked))
    if head or response.is_bodiless:
        stream.close()
        return keep_alive
    end = await pass_on(stream, (lambda piece: write(render_chunk(piece))) if chunked else write, ready)
    if chunked and end is StreamEnd.WHOLE:
        write(LAST_CHUNK)
    return keep_alive and end is StreamEnd.WHOLE


class ResponseStream:
    """The pieces of one body, in their order; it is cut off when it stands still for too long."""

    def __init__(self, idle_s: float, ends_at: float) -> None:
        """`ends_at` is when the whole body has to be there, on the loop's clock."""
        self.size_bytes = 0
        """Of all that has come."""
        self._idle_s = idle_s
        self._ends_at = ends_at
        self._clock = asyncio.get_running_loop().time
        self._pieces: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._news = asyncio.Event()
        self._end: StreamEnd | None = None
        self._hold: Hold | None = None
        self._closed = False

    def feed(self, piece: bytes, hold: Hold | None = None) -> None:
        """More of the body; `hold` is called with True when enough waits, with False when all is read."""
        self.size_bytes += len(piece)
        if self._closed or self._end is not None or not piece:
            return
        self._pieces.append(piece)
        self._waiting_bytes += len(piece)
        self._news.set()
        if hold is not None and self._hold is None and self._waiting_bytes > MOST_WAITING:
            self._hold = hold
            hold(True)

    def finish(self, end: StreamEnd) -> None:
        """The body is over, for better or worse; what has come can still be read, nobody is held back."""
        self._end = self._end or end
        self._news.set()
        self._let_go()

    async def read(self) -> bytes | StreamEnd:
        """All that has come since the last time, or the end."""
        while not self._pieces:
            if self._end is not None:
                return self._end
            self._let_go()
            self._news.clear()
            try:
                async with asyncio.timeout_at(min(self._ends_at, self._clock() + self._idle_s)):
                    await self._news.wait()
            except TimeoutError:
                return StreamEnd.CUT_OFF
        if self._clock() >= self._ends_at and self._end is None:
            return StreamEnd.CUT_OFF
        piece = b"".join(self._pieces)
        self._pieces.clear()
        self._waiting_bytes = 0
        return piece

    def close(self) -> None:
        """Nobody reads any further: what comes is dropped, and whoever makes it is not held back."""
        self._closed = True
        self._pieces.clear()
        self._let_go()

    def _let_go(self) -> None:
        hold, self._hold = self._hold, None
        if hold is not None:
            hold(False)


class CountedStream:
    """A body that tells how it ended and how long it was, once nobody reads it any more."""

    def __init__(self, stream: BodyStream, ended: Callable[[StreamEnd | None, int], None]) -> None:
        """`ended` gets no end where the reader has left before it."""
        self._stream = stream
        self._ended: Callable[[StreamEnd | None, int], None] | None = ended
        self._end: StreamEnd | None = None
        self._size_bytes = 0

    async def read(self) -> bytes | StreamEnd:
        """The next piece, or the end."""
        piece = await self._stream.read()
        if isinstance(piece, StreamEnd):
            self._end = piece
        else:
            self._size_bytes += len(piece)
        return piece

    def close(self) -> None:
        """Nobody reads any further."""
        self._stream.close()
        ended, self._ended = self._ended, None
        if ended is not None:
            ended(self._end, self._size_bytes)
