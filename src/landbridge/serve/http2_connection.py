"""One client connection that speaks HTTP/2: its streams are answered at the same time."""

import asyncio
from collections.abc import Callable
from functools import partial

from landbridge.model.exchange import BodyStream, HttpRequest, HttpResponse, MalformedReason, StreamEnd
from landbridge.semantics.load_balancing.limits import (
    CONCURRENT_STREAMS,
    HEADERS_BYTES,
    HTTP2_REQUESTS,
    give_up_target,
    refuse_malformed,
)
from landbridge.serve.background import in_background
from landbridge.serve.exchange import CLIENT_GONE, Entrance, Exchange
from landbridge.serve.response_stream import MOST_WAITING, pass_on
from landbridge.wire.http2 import (
    ConnectionEnded,
    Http2Event,
    Http2Limits,
    Http2Session,
    StreamCancelled,
    StreamRequest,
    StreamTooLarge,
)

LIMITS = Http2Limits(
    CONCURRENT_STREAMS, HTTP2_REQUESTS, HEADERS_BYTES, body=64 * 1024 * 1024, bodies=128 * 1024 * 1024
)
"""A load balancer has no limit for bodies; these keep this process's memory."""


class Http2Connection:
    """Reads requests from frames, has each answered in a task of its own, writes the responses."""

    def __init__(
        self,
        exchange: Exchange,
        entrance: Entrance,
        write: Callable[[bytes], None],
        close: Callable[[], None],
        addressed: Callable[[HttpRequest], HttpRequest],
        keep_alive_s: float,
    ) -> None:
        """`addressed` gives a request the Host that it is meant for; after `keep_alive_s` none is taken."""
        self._exchange = exchange
        self._entrance = entrance
        self._write = write
        self._close = close
        self._addressed = addressed
        self._session = Http2Session(LIMITS)
        self._answering: dict[int, asyncio.Task[None]] = {}
        self._asked_at: dict[int, float] = {}
        self._clock = asyncio.get_running_loop().time
        self._leaves_at = self._clock() + keep_alive_s
        self._ended = False
        self._streaming: set[int] = set()
        self._progress = asyncio.Event()
        self._flush()

    def receive(self, data: bytes) -> None:
        """More bytes from the client."""
        for event in self._session.feed(data):
            self._meet(event)
        self._flush()
        self._progress.set()

    def expire(self, now: float, timeout: int, heard_at: float) -> None:
        """Ends streams that wait for an answer, or the connection when its client is silent, for too long."""
        for stream, asked_at in list(self._asked_at.items()):
            if now - asked_at > timeout:
                self._answering[stream].cancel()
                if stream in self._streaming:
                    self._session.reset(stream)
                    continue
                response = self._exchange.refuse(self._entrance, give_up_target(timeout))
                self._session.respond(stream, response)
        if now > self._leaves_at or (now - heard_at > timeout and not self._answering):
            self._session.leave()
        self._flush()
        if now - heard_at > timeout and not self._answering:
            self._end()

    def end(self) -> None:
        """The client is gone."""
        self._ended = True
        for task in self._answering.values():
            task.cancel(CLIENT_GONE)

    def _meet(self, event: Http2Event) -> None:
        match event:
            case StreamRequest(stream, request):
                self._asked_at[stream] = self._clock()
                work = self._answer(stream, request)
                self._answering[stream] = in_background("answering", work, lambda: self._fail(stream))
            case StreamTooLarge(stream):
                refusal = refuse_malformed(MalformedReason.BODY_TOO_LARGE)
                self._session.respond(stream, self._exchange.refuse(self._entrance, refusal))
                self._session.reset(stream)
            case StreamCancelled(stream):
                if stream in self._answering:
                    self._answering[stream].cancel(CLIENT_GONE)
            case ConnectionEnded():
                self._end()

    async def _answer(self, stream: int, request: HttpRequest) -> None:
        try:
            response = await self._exchange.answer(self._entrance, self._addressed(request))
            if response is None:
                self._session.reset(stream)
                self._session.leave()
            elif response.stream is not None:
                await self._stream(stream, response, response.stream, head=request.method == "HEAD")
            else:
                self._session.respond(stream, response, head=request.method == "HEAD")
        finally:
            del self._answering[stream], self._asked_at[stream]
            self._streaming.discard(stream)
        self._flush()

    async def _stream(self, stream: int, response: HttpResponse, body: BodyStream, *, head: bool) -> None:
        """Sends a response whose body comes in pieces; one that is cut off ends with a reset."""
        if head or response.is_bodiless:
            self._session.respond(stream, response, head=head)
            body.close()
            return
        self._session.begin(stream, response)
        self._streaming.add(stream)
        self._flush()
        end = await pass_on(body, partial(self._send_piece, stream), partial(self._until_sent, stream))
        (self._session.finish if end is StreamEnd.WHOLE else self._session.reset)(stream)

    def _send_piece(self, stream: int, piece: bytes) -> None:
        self._asked_at[stream] = self._clock()
        self._session.send_piece(stream, piece)
        self._flush()

    async def _until_sent(self, stream: int) -> None:
        """Waits while the client's windows are closed."""
        while self._session.waiting_bytes(stream) > MOST_WAITING:
            self._progress.clear()
            await self._progress.wait()

    def _fail(self, stream: int) -> None:
        self._session.reset(stream)
        self._flush()

    def _flush(self) -> None:
        """Sends what there is to send; closes after the last response of a connection that is left."""
        if self._ended:
            return
        output = self._session.take_output()
        if output:
            self._write(output)
        if self._session.is_leaving and not self._answering and not self._session.has_open_streams:
            self._end()

    def _end(self) -> None:
        if self._ended:
            return
        output = self._session.take_output()
        if output:
            self._write(output)
        self.end()
        self._close()
