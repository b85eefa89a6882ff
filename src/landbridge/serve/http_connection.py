"""One client connection behind a door: TLS if the door speaks it, then HTTP/1.1 or HTTP/2."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from landbridge.errors import LandbridgeError
from landbridge.model.exchange import BodyStream, HttpRequest, HttpResponse, without
from landbridge.semantics.doors import ListenerDoor, handshake_failed, handshake_hop
from landbridge.semantics.load_balancing.attributes import (
    ConnectionAttributes,
    compile_connection_attributes,
)
from landbridge.semantics.load_balancing.desync import Treatment, classify, treat
from landbridge.semantics.load_balancing.limits import (
    HEADER_BYTES,
    HEADERS_BYTES,
    REQUEST_LINE_BYTES,
    Refusal,
    give_up_target,
    refuse_malformed,
    refuse_slow,
)
from landbridge.semantics.load_balancing.mutual_tls import ClientCertificateFault
from landbridge.semantics.streaming import Channel
from landbridge.serve.background import in_background
from landbridge.serve.exchange import CLIENT_GONE, Entrance, Exchange
from landbridge.serve.http2_connection import Http2Connection
from landbridge.serve.response_stream import write_streamed
from landbridge.serve.tls import TlsContext, TlsError, TlsSession
from landbridge.trace.decision import Refused
from landbridge.wire.http1 import (
    CONTINUE,
    ContinueExpected,
    Malformed,
    ReaderEvent,
    ReaderLimits,
    RequestReader,
    render_response,
    render_switching,
)

TLS_HANDSHAKE_RECORD = 0x16
LIMITS = ReaderLimits(REQUEST_LINE_BYTES, HEADER_BYTES, HEADERS_BYTES, body=64 * 1024 * 1024)
"""A load balancer has no limit for bodies; this one keeps this process's memory."""
IDLE_TIMEOUT_S = 60
"""Behind doors that are no load balancer's, and for a client's handshake with its proxy."""
KEEP_ALIVE_S = 3600
"""Behind doors that are no load balancer's."""
SWITCHING_PROTOCOLS = 101
LONGEST_HELD = 64 * 1024
"""Bytes behind a request for a WebSocket that are kept before the client has to wait."""
LONGEST_QUEUE = 32
"""Pipelined requests that are read ahead before the client has to wait."""


class HttpConnection:
    """Reads requests from bytes, has them answered in turn, writes the responses."""

    def __init__(
        self,
        exchange: Exchange,
        entrance: Entrance,
        transport: asyncio.Transport,
        context: Callable[[], TlsContext | None],
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
        self._attributes = _attributes(entrance)
        self._reader = RequestReader(LIMITS, tolerant=self._attributes is not None)
        self._waiting: deque[HttpRequest | Malformed] = deque()
        self._task: asyncio.Task[None] | None = None
        self._http2: Http2Connection | None = None
        self._joined: Channel | None = None
        self._offered: Channel | None = None
        self._begun = self._streaming = False
        self._clock = asyncio.get_running_loop().time
        self._begun_at = self._heard_at = self._asked_at = self._clock()
        self._writable = asyncio.Event()
        self._writable.set()

    def receive(self, data: bytes) -> None:
        """More bytes from the client."""
        self._heard_at = self._clock()
        if not self._begun:
            self._begun = True
            if self._entrance.scheme == "https" and not self._begin_tls(data):
                return
        if self._tls is not None:
            data = self._decrypt(self._tls, data)
        if not data:
            return
        if self._http2 is not None:
            self._http2.receive(data)
        elif self._joined is not None:
            self._joined.send(data)
        else:
            self._read(self._reader.feed(data))

    def expire(self, now: float) -> None:
        """Ends what has waited for longer than the idle timeout: the client, or an answer.

        AWS: "Edit attributes for your Application Load Balancer"
        """
        timeout = self._attributes.idle_timeout_s if self._attributes else IDLE_TIMEOUT_S
        if self._http2 is not None:
            self._http2.expire(now, timeout, self._heard_at)
        elif self._joined is not None:
            if now - self._heard_at > timeout:
                self._close()
        elif self._task is not None:
            if now - self._asked_at > timeout and self._attributes is not None:
                self._task.cancel()
                self._close() if self._streaming else self._refuse(give_up_target(timeout))
        elif now - self._heard_at > timeout:
            if self._reader.idle:
                self._close()
            else:
                self._refuse(refuse_slow(timeout))

    def pause_writing(self) -> None:
        """The client reads too slowly: no further request is read or answered for the time being."""
        self._writable.clear()
        if self._http2 is not None:
            self._transport.pause_reading()
        if self._joined is not None:
            self._joined.pause(True)

    def resume_writing(self) -> None:
        """The client has read on."""
        self._writable.set()
        if self._http2 is not None:
            self._transport.resume_reading()
        if self._joined is not None:
            self._joined.pause(False)

    def end(self) -> None:
        """The client is gone."""
        if self._task is not None:
            self._task.cancel(CLIENT_GONE)
        if self._http2 is not None:
            self._http2.end()
        for channel in (self._joined, self._offered):
            if channel is not None:
                channel.close()

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
                self._refuse_handshake(str(failure), failure.fault)
            self._transport.close()
            return b""
        if not was_open and session.parameters is not None:
            entrance, parameters = self._entrance, session.parameters
            if self._host:
                parameters = replace(parameters, server_name=self._host)
            hop = handshake_hop(entrance.door, parameters.agreed)
            self._entrance = replace(entrance, tls=parameters, hops=(*entrance.hops, hop))
            if parameters.alpn == "h2":
                self._http2 = self._begin_http2()
        return plain

    def _refuse_handshake(self, reason: str, fault: ClientCertificateFault | None = None) -> None:
        hop = handshake_failed(self._entrance.door, reason, fault)
        self._exchange.record_refusal(self._entrance, hop, Refused())
        self._transport.close()

    def _refuse_plain(self, data: bytes) -> None:
        """Plain HTTP to an HTTPS listener gets a page that says so; other bytes just a closed connection."""
        response = self._exchange.refuse_plain_http(self._entrance)
        if response is not None and data[:1].isalpha():
            self._transport.write(render_response(response, keep_alive=False))
        self._transport.close()

    def _read(self, events: list[ReaderEvent]) -> None:
        for event in events:
            if isinstance(event, ContinueExpected):
                self._write(CONTINUE)
            else:
                self._waiting.append(event)
        if len(self._waiting) > LONGEST_QUEUE or len(self._reader.leftover) > LONGEST_HELD:
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
            self._refuse(refuse_malformed(item.reason))
            return
        self._asked_at = self._clock()
        switched = self._offer if self._reader.is_held else None
        response = await self._exchange.answer(self._entrance, self._addressed(item), switched)
        if response is None:
            self._close()
            return
        if self._offered is not None and response.status == SWITCHING_PROTOCOLS:
            self._join(self._offered, response, item)
            return
        if response.stream is not None:
            keep_alive = await self._stream(response, response.stream, item)
        else:
            keep_alive = self._keeps_alive(item)
            self._write(render_response(response, keep_alive=keep_alive, head=item.method == "HEAD"))
        if not keep_alive:
            self._close()
        elif self._reader.is_held and not self._waiting:
            self._read(self._reader.resume())

    async def _stream(self, response: HttpResponse, stream: BodyStream, request: HttpRequest) -> bool:
        """Writes a response whose body comes in pieces; whether another one can follow."""
        self._streaming, write, ready = True, self._write_piece, self._until_writable
        try:
            keep_alive = self._keeps_alive(request)
            return await write_streamed(response, stream, request, write, ready, keep_alive=keep_alive)
        finally:
            self._streaming = False

    def _write_piece(self, piece: bytes) -> None:
        self._asked_at = self._clock()
        self._write(piece)

    async def _until_writable(self) -> None:
        await self._writable.wait()

    def _offer(self, channel: Channel) -> None:
        self._offered = channel

    def _join(self, channel: Channel, response: HttpResponse, request: HttpRequest) -> None:
        """From now on the client and the target speak with each other.

        AWS: "Listeners for your Application Load Balancers"
        """
        self._joined, self._offered = channel, None
        self._write(render_switching(response, request.header("upgrade") or ""))
        if self._reader.leftover:
            channel.send(self._reader.leftover)
        channel.join(self._relay, self._close)

    def _relay(self, data: bytes) -> None:
        self._heard_at = self._clock()
        self._write(data)

    def _keeps_alive(self, request: HttpRequest) -> bool:
        """Whether another request may follow this one."""
        if not (self._reader.keep_alive or self._waiting):
            return False
        attributes = self._attributes
        if attributes is None:
            return True
        if self._clock() - self._begun_at > attributes.client_keep_alive_s:
            return False
        return treat(classify(request), attributes.desync_mode) is Treatment.ROUTE

    def _refuse(self, refusal: Refusal) -> None:
        """Answers with a page of the load balancer's own, and nothing after it."""
        response = self._exchange.refuse(self._entrance, refusal)
        self._write(render_response(response, keep_alive=False))
        self._close()

    def _begin_http2(self) -> Http2Connection:
        keep_alive_s = self._attributes.client_keep_alive_s if self._attributes else KEEP_ALIVE_S
        return Http2Connection(
            self._exchange, self._entrance, self._write, self._close, self._addressed, keep_alive_s
        )

    def _addressed(self, request: HttpRequest) -> HttpRequest:
        if not self._host:
            return request
        return replace(request, headers=(("Host", self._host), *without(request.headers, "host")))

    def _close(self) -> None:
        if self._tls is not None:
            self._tls.close()
        self._transport.close()


def _attributes(entrance: Entrance) -> ConnectionAttributes | None:
    """Those of the load balancer behind the door, if it is one's."""
    door = entrance.door
    return compile_connection_attributes(door.load_balancer) if isinstance(door, ListenerDoor) else None
