"""One client connection behind a door: TLS if the door speaks it, then requests, one after another."""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from landbridge.errors import LandbridgeError
from landbridge.model.exchange import HttpRequest, without
from landbridge.semantics.doors import (
    door_reference,
    handshake_failed,
    handshake_hop,
)
from landbridge.semantics.load_balancing.limits import (
    HEADER_BYTES,
    HEADERS_BYTES,
    REQUEST_LINE_BYTES,
    refuse_malformed,
)
from landbridge.semantics.load_balancing.responses import error
from landbridge.serve.background import in_background
from landbridge.serve.exchange import Entrance, Exchange
from landbridge.serve.tls import TlsError, TlsSession
from landbridge.trace.decision import Delivered, Hop, Refused, Step
from landbridge.wire.http1 import (
    CONTINUE,
    ContinueExpected,
    Malformed,
    ReaderLimits,
    RequestReader,
    render_response,
)

TLS_HANDSHAKE_RECORD = 0x16
LIMITS = ReaderLimits(REQUEST_LINE_BYTES, HEADER_BYTES, HEADERS_BYTES, body=64 * 1024 * 1024)
"""A load balancer has no limit for bodies; this one keeps this process's memory."""
LONGEST_QUEUE = 32
"""Pipelined requests that are read ahead before the client has to wait."""


class HttpConnection:
    """Reads requests from bytes, has them answered in turn, writes the responses."""

    def __init__(
        self,
        exchange: Exchange,
        entrance: Entrance,
        transport: asyncio.Transport,
        context: Callable[[], ssl.SSLContext | None],
        host: str = "",
    ) -> None:
        """`context` gives the TLS of the door; `host` replaces the Host of every request when it is set."""
        self._exchange = exchange
        self._context = context
        self._host = host
        self._entrance = entrance
        self._transport = transport
        self._tls: TlsSession | None = None
        self._write: Callable[[bytes], None] = transport.write
        self._reader = RequestReader(LIMITS)
        self._waiting: deque[HttpRequest | Malformed] = deque()
        self._task: asyncio.Task[None] | None = None
        self._begun = False
        self._writable = asyncio.Event()
        self._writable.set()

    def receive(self, data: bytes) -> None:
        """More bytes from the client."""
        if not self._begun:
            self._begun = True
            if self._entrance.scheme == "https" and not self._begin_tls(data):
                return
        if self._tls is not None:
            data = self._decrypt(self._tls, data)
        if data:
            self._read(data)

    @property
    def is_busy(self) -> bool:
        """Whether a request is being answered."""
        return self._task is not None

    def pause_writing(self) -> None:
        """The client reads too slowly: no further request is answered for the time being."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """The client has read on."""
        self._writable.set()

    def end(self) -> None:
        """The client is gone."""
        if self._task is not None:
            self._task.cancel()

    def _begin_tls(self, data: bytes) -> bool:
        if data[0] != TLS_HANDSHAKE_RECORD:
            self._refuse_plain(data)
            return False
        try:
            context = self._context()
        except LandbridgeError as problem:
            self._refuse_handshake(problem.message)
            return False
        if context is None:
            self._refuse_handshake("the listener has no certificate")
            return False
        self._tls = TlsSession(context, self._transport.write)
        self._write = self._tls.send
        return True

    def _decrypt(self, session: TlsSession, data: bytes) -> bytes:
        was_open = session.parameters is not None
        try:
            plain = session.receive(data)
        except TlsError as failure:
            if session.parameters is None:
                self._refuse_handshake(str(failure))
            self._transport.close()
            return b""
        if not was_open and session.parameters is not None:
            entrance, parameters = self._entrance, session.parameters
            hop = handshake_hop(entrance.door, parameters.version, parameters.cipher, parameters.server_name)
            self._entrance = replace(entrance, tls=parameters, hops=(*entrance.hops, hop))
        return plain

    def _refuse_handshake(self, reason: str) -> None:
        hop = handshake_failed(self._entrance.door, reason)
        self._exchange.record_refusal(self._entrance, hop, Refused())
        self._transport.close()

    def _refuse_plain(self, data: bytes) -> None:
        """Plain HTTP to an HTTPS listener gets a page that says so; other bytes just a closed connection."""
        response = self._exchange.refuse_plain_http(self._entrance)
        if response is not None and data[:1].isalpha():
            self._transport.write(render_response(response, keep_alive=False))
        self._transport.close()

    def _read(self, data: bytes) -> None:
        for event in self._reader.feed(data):
            if isinstance(event, ContinueExpected):
                self._write(CONTINUE)
            else:
                self._waiting.append(event)
        if len(self._waiting) > LONGEST_QUEUE:
            self._transport.pause_reading()
        if self._task is None and self._waiting:
            self._task = in_background("answering", self._serve(), self._transport.abort)

    async def _serve(self) -> None:
        try:
            while self._waiting and not self._transport.is_closing():
                if not self._writable.is_set():
                    await self._writable.wait()
                await self._serve_one(self._waiting.popleft())
            self._transport.resume_reading()
        finally:
            self._task = None

    async def _serve_one(self, item: HttpRequest | Malformed) -> None:
        if isinstance(item, Malformed):
            self._refuse_unreadable(item)
            return
        response = await self._exchange.answer(self._entrance, self._addressed(item))
        if response is None:
            self._close()
            return
        keep_alive = _wants_keep_alive(item)
        self._write(render_response(response, keep_alive=keep_alive, head=item.method == "HEAD"))
        if not keep_alive:
            self._close()

    def _refuse_unreadable(self, item: Malformed) -> None:
        refusal = refuse_malformed(item.reason)
        response = error(refusal.status, self._exchange.now_ms())
        hop = Hop(door_reference(self._entrance.door), Step.HTTP_REQUEST, refusal.decision)
        self._exchange.record_refusal(self._entrance, hop, Delivered(response))
        self._write(render_response(response, keep_alive=False))
        self._close()

    def _addressed(self, request: HttpRequest) -> HttpRequest:
        if not self._host:
            return request
        return replace(request, headers=(("Host", self._host), *without(request.headers, "host")))

    def _close(self) -> None:
        if self._tls is not None:
            self._tls.close()
        self._transport.close()


def _wants_keep_alive(request: HttpRequest) -> bool:
    if request.method == "CONNECT":
        return False  # refused, and nothing after it is HTTP
    connection = (request.header("connection") or "").lower()
    return "close" not in connection if request.version == "1.1" else "keep-alive" in connection
