"""The plain door: ``https://NAME.localhost:PORT`` is the app's domain as the corporate network sees it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import cast

from landbridge.serve.background import in_background
from landbridge.serve.contexts import TlsContexts
from landbridge.serve.exchange import CONNECT, Entrance, Exchange
from landbridge.serve.expiry import expire_regularly
from landbridge.serve.http_connection import HttpConnection
from landbridge.serve.ports import listening_socket
from landbridge.serve.tls import TlsContext
from landbridge.serve.vantage import Vantage, client_port

HTTPS = 443


@contextlib.asynccontextmanager
async def plain_door(
    name: str, domain: str, vantage: Vantage, exchange: Exchange, contexts: TlsContexts, port: int
) -> AsyncIterator[int]:
    """Serves the door while the context lasts; yields the port."""
    listening = listening_socket(port, "the plain door")
    context = contexts.own(name, "localhost")
    connections: set[_DoorConnection] = set()
    server = await asyncio.get_running_loop().create_server(
        lambda: _DoorConnection(domain, vantage, exchange, context, connections), sock=listening, backlog=512
    )
    sweeper = asyncio.get_running_loop().create_task(expire_regularly(connections))
    try:
        yield listening.getsockname()[1]
    finally:
        sweeper.cancel()
        server.close()
        for connection in list(connections):
            connection.abort()


class _DoorConnection(asyncio.Protocol):
    """TLS with the door's own certificate; behind it the connection is the vantage's to the app's domain."""

    def __init__(
        self,
        domain: str,
        vantage: Vantage,
        exchange: Exchange,
        context: TlsContext,
        connections: "set[_DoorConnection]",
    ) -> None:
        self._domain = domain
        self._vantage = vantage
        self._exchange = exchange
        self._context = context
        self._connections = connections
        self._early = b""
        self._connection: HttpConnection | None = None
        self._opening: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self)
        self._opening = in_background("opening the door", self._open(), self.abort)

    def data_received(self, data: bytes) -> None:
        if self._connection is None:
            self._early += data
        else:
            self._connection.receive(data)

    def pause_writing(self) -> None:
        if self._connection is not None:
            self._connection.pause_writing()

    def resume_writing(self) -> None:
        if self._connection is not None:
            self._connection.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)
        if self._opening is not None:
            self._opening.cancel()
        if self._connection is not None:
            self._connection.end()

    def expire(self, now: float) -> None:
        if self._connection is not None:
            self._connection.expire(now)

    def abort(self) -> None:
        self._transport.abort()

    async def _open(self) -> None:
        source, connection = await self._exchange.connect(self._vantage.source, self._domain, HTTPS)
        if source is None or connection.door is None:
            assert connection.outcome is not None
            self._exchange.record_end(
                self._vantage.name, CONNECT, f"https://{self._domain}/", connection.hops, connection.outcome
            )
            self._transport.close()
            return
        entrance = Entrance(
            self._vantage.name,
            source,
            "https",
            self._domain,
            HTTPS,
            connection.door,
            connection.hops,
            client_port=client_port(self._transport),
        )
        self._connection = HttpConnection(
            self._exchange, entrance, self._transport, lambda: self._context, host=self._domain
        )
        if self._early:
            self._connection.receive(self._early)
