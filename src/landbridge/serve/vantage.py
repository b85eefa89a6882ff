"""A vantage: a proxy port that stands at one place of the network.

HTTP CONNECT, absolute-form requests and SOCKS5 with remote names; after the tunnel is granted the same
socket is the connection to whatever the path leads to.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from typing import cast

from landbridge.model.exchange import HttpRequest, HttpResponse
from landbridge.semantics.doors import LocalServerDoor, speaks_tls
from landbridge.semantics.journey.arrival import Connection
from landbridge.semantics.journey.local_server import local_server_refuses
from landbridge.semantics.network.source import Source
from landbridge.serve.background import in_background
from landbridge.serve.contexts import TlsContexts
from landbridge.serve.exchange import CONNECT, Entrance, Exchange
from landbridge.serve.expiry import expire_regularly
from landbridge.serve.http_connection import IDLE_TIMEOUT_S, LIMITS, HttpConnection
from landbridge.serve.passage import Passage, open_passage
from landbridge.serve.ports import listening_socket
from landbridge.serve.response_stream import write_streamed
from landbridge.trace.decision import Hops, NotResolved, Outcome, Refused, TimedOut, Verdict
from landbridge.wire.http1 import render_response
from landbridge.wire.proxy import (
    AbsoluteForm,
    Dialect,
    ProxyEvent,
    ProxyFront,
    RefusalReason,
    Rejected,
    Reply,
    Tunnel,
    granted,
    refused,
)


@dataclass(frozen=True, slots=True)
class Vantage:
    """A named place in the network; where it is may change with the topology."""

    name: str
    source: Callable[[], Source]


@contextlib.asynccontextmanager
async def vantage_server(
    vantage: Vantage, exchange: Exchange, contexts: TlsContexts, port: int
) -> AsyncIterator[int]:
    """Serves the proxy of a vantage while the context lasts; yields the port."""
    listening = listening_socket(port, f"vantage {vantage.name}")
    connections: set[VantageConnection] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: VantageConnection(vantage, exchange, contexts, connections), sock=listening, backlog=512
    )
    sweeper = loop.create_task(expire_regularly(connections))
    try:
        yield listening.getsockname()[1]
    finally:
        sweeper.cancel()
        server.close()
        for connection in list(connections):
            connection.abort()


class VantageConnection(asyncio.Protocol):
    """One client: first a proxy's client, then whatever its tunnel leads to."""

    def __init__(
        self,
        vantage: Vantage,
        exchange: Exchange,
        contexts: TlsContexts,
        connections: "set[VantageConnection]",
    ) -> None:
        self._vantage = vantage
        self._exchange = exchange
        self._contexts = contexts
        self._connections = connections
        self._front = ProxyFront(LIMITS)
        self._inner: HttpConnection | Passage | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._early = b""
        self._tunnelled = False
        self._plain = asyncio.Lock()
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The client is there."""
        self._transport = cast(asyncio.Transport, transport)
        self._loop = asyncio.get_running_loop()
        self._heard_at = self._loop.time()
        self._connections.add(self)

    def data_received(self, data: bytes) -> None:
        """More bytes from the client."""
        if self._inner is not None:
            self._inner.receive(data)
            return
        self._heard_at = self._loop.time()
        if self._tunnelled:
            self._early += data
        else:
            for event in self._front.feed(data):
                self._meet(event)

    def pause_writing(self) -> None:
        """The client reads too slowly."""
        self._writable.clear()
        if self._inner is not None:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        """The client has read on."""
        self._writable.set()
        if self._inner is not None:
            self._inner.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._connections.discard(self)
        for task in self._tasks:
            task.cancel()
        if self._inner is not None:
            self._inner.end()

    def expire(self, now: float) -> None:
        """Ends a proxy handshake, or whatever its tunnel leads to, that waits for too long."""
        if self._inner is not None:
            self._inner.expire(now)
        elif not self._tasks and now - self._heard_at > IDLE_TIMEOUT_S:
            self._transport.close()

    def abort(self) -> None:
        """Drops the client at once."""
        self._transport.abort()

    def _meet(self, event: ProxyEvent) -> None:
        match event:
            case Reply(reply):
                self._transport.write(reply)
            case Rejected(reply):
                self._transport.write(reply)
                self._transport.close()
            case Tunnel():
                self._tunnelled = True
                self._early = event.leftover
                self._start(self._open(event))
            case AbsoluteForm():
                self._start(self._answer_plain(event))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = in_background("a client's request", work, self.abort)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open(self, tunnel: Tunnel) -> None:
        source, connection = await self._exchange.connect(self._vantage.source, tunnel.host, tunnel.port)
        if source is None or connection.door is None:
            await self._refuse(tunnel, connection)
            return
        door = connection.door
        if isinstance(door, LocalServerDoor) and not tunnel.trace_id:
            await self._pass_through(tunnel, connection, door)
            return
        self._transport.write(granted(tunnel.dialect))
        scheme = "https" if speaks_tls(door) else "http"
        entrance = Entrance(
            self._vantage.name,
            source,
            scheme,
            tunnel.host,
            tunnel.port,
            door,
            connection.hops,
            tag=tunnel.trace_id,
            client_port=client_port(self._transport),
        )
        world = self._exchange.live.world
        self._inner = HttpConnection(
            self._exchange, entrance, self._transport, lambda: self._contexts.of_door(world, door)
        )
        if self._early:
            self._inner.receive(self._early)

    async def _pass_through(self, tunnel: Tunnel, connection: Connection, door: LocalServerDoor) -> None:
        """The tunnel leads to a real server; only a request that is to be traced is read on its way."""
        timeout_s = self._exchange.connect_timeout_s
        passage = await open_passage(door.server, self._transport, timeout_s)
        if passage is None:
            hop = local_server_refuses(door)
            await self._refuse(tunnel, Connection((*connection.hops, hop), None, Refused()))
            return
        self._transport.write(granted(tunnel.dialect))
        self._inner = passage
        if self._early:
            passage.receive(self._early)

    async def _refuse(self, tunnel: Tunnel, connection: Connection) -> None:
        assert connection.outcome is not None
        scheme = "http" if tunnel.port == 80 else "https"
        authority = tunnel.host if tunnel.port in (80, 443) else f"{tunnel.host}:{tunnel.port}"
        self._exchange.record_end(
            self._vantage.name,
            CONNECT,
            f"{scheme}://{authority}/",
            connection.hops,
            connection.outcome,
            tunnel.trace_id,
        )
        if isinstance(connection.outcome, TimedOut) and not tunnel.trace_id:
            await asyncio.sleep(self._exchange.connect_timeout_s)
        self._transport.write(refused(tunnel.dialect, *_why(connection.hops, connection.outcome)))
        self._transport.close()

    async def _answer_plain(self, event: AbsoluteForm) -> None:
        """An absolute-form request: plain HTTP, each to a host of its own, answered in their order."""
        async with self._plain:
            source, connection = await self._exchange.connect(self._vantage.source, event.host, event.port)
            if source is None or connection.door is None:
                tunnel = Tunnel(event.host, event.port, event.trace_id, Dialect.ABSOLUTE_FORM)
                await self._refuse(tunnel, connection)
                return
            entrance = Entrance(
                self._vantage.name,
                source,
                "http",
                event.host,
                event.port,
                connection.door,
                connection.hops,
                tag=event.trace_id,
                client_port=client_port(self._transport),
            )
            if speaks_tls(connection.door):
                response = self._exchange.refuse_plain_http(entrance)
            else:
                response = await self._exchange.answer(entrance, event.request)
            if response is None or not await self._write_plain(response, event.request):
                self._transport.close()

    async def _write_plain(self, response: HttpResponse, request: HttpRequest) -> bool:
        """Whether another response can follow."""
        stream, write, keep_alive = response.stream, self._transport.write, self._front.keep_alive
        if stream is not None:
            ready = self._until_writable
            return await write_streamed(response, stream, request, write, ready, keep_alive=keep_alive)
        write(render_response(response, keep_alive=keep_alive, head=request.method == "HEAD"))
        return keep_alive

    async def _until_writable(self) -> None:
        await self._writable.wait()


def client_port(transport: asyncio.BaseTransport) -> int:
    """The port at the client's end of a connection; 0 where it is gone."""
    peer = transport.get_extra_info("peername")
    return int(peer[1]) if peer else 0


def _why(hops: Hops, outcome: Outcome) -> tuple[RefusalReason, str]:
    stopped = next((hop for hop in reversed(hops) if not hop.decision.allowed), None)
    detail = f"{stopped.step.value}: {stopped.decision.remedy or stopped.decision.code}" if stopped else ""
    if stopped is not None and stopped.decision.verdict is Verdict.NOT_MODELLED:
        return RefusalReason.NOT_MODELLED, detail
    if isinstance(outcome, NotResolved):
        return RefusalReason.NAME_NOT_RESOLVED, detail
    if isinstance(outcome, TimedOut):
        return RefusalReason.TIMED_OUT, detail
    return RefusalReason.CONNECTION_REFUSED, detail
