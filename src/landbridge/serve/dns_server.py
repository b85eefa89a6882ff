"""One DNS port per vantage, UDP and TCP, that answers as that vantage's resolver would."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from typing import cast

from landbridge.errors import LandbridgeError
from landbridge.semantics.network.names import resolve
from landbridge.semantics.network.source import Source
from landbridge.semantics.world import World
from landbridge.serve.background import in_background
from landbridge.serve.ports import stream_and_datagram_socket
from landbridge.trace.codes import DnsCode
from landbridge.wire.dns import frame, read_question, render_answer, render_rejection, take_frame

Resolve = Callable[[bytes, bool], Awaitable[bytes | None]]
"""The answer to a query, None for silence; the second argument says that it goes over TCP."""


@contextlib.asynccontextmanager
async def dns_server(
    vantage: str, source: Callable[[], Source], world: Callable[[], Awaitable[World]], port: int
) -> AsyncIterator[int]:
    """Serves the resolver of a vantage while the context lasts; yields the port."""
    draws = count()

    async def answer(message: bytes, over_tcp: bool) -> bytes | None:
        try:
            return _answer(await world(), source(), message, over_tcp, next(draws))
        except LandbridgeError:  # the topology has no place for this vantage any more
            return render_answer(message, DnsCode.SERVFAIL, (), over_tcp=over_tcp)

    tcp_socket, udp_socket = stream_and_datagram_socket(port, f"the DNS of vantage {vantage}")
    port = tcp_socket.getsockname()[1]
    loop = asyncio.get_running_loop()
    connections: set[asyncio.Transport] = set()
    server = await loop.create_server(lambda: _OverTcp(answer, connections), sock=tcp_socket)
    transport, _ = await loop.create_datagram_endpoint(lambda: _OverUdp(answer), sock=udp_socket)
    try:
        yield port
    finally:
        transport.close()
        server.close()
        for connection in list(connections):
            connection.abort()


def _answer(world: World, source: Source, message: bytes, over_tcp: bool, draw: int) -> bytes | None:
    question = read_question(message)
    if question is None:
        return render_rejection(message)
    resolution = resolve(world, source, question.name, question.type, draw)
    return render_answer(
        message, resolution.code, resolution.records, resolution.authority, over_tcp=over_tcp
    )


class _OverUdp(asyncio.DatagramProtocol):
    def __init__(self, answer: Resolve) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        in_background("answering a DNS query", self._reply(data, addr), _nothing_to_undo)

    async def _reply(self, query: bytes, addr: tuple[str, int]) -> None:
        answer = await self._answer(query, False)
        if answer is not None and not self._transport.is_closing():
            self._transport.sendto(answer, addr)


class _OverTcp(asyncio.Protocol):
    def __init__(self, answer: Resolve, connections: set[asyncio.Transport]) -> None:
        self._answer = answer
        self._connections = connections
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        message, self._buffer = take_frame(self._buffer + data)
        while message is not None:
            in_background("answering a DNS query", self._reply(message), self._transport.abort)
            message, self._buffer = take_frame(self._buffer)

    async def _reply(self, query: bytes) -> None:
        answer = await self._answer(query, True)
        if answer is None:
            self._transport.close()
        elif not self._transport.is_closing():
            self._transport.write(frame(answer))


def _nothing_to_undo() -> None:
    """The client of a query that failed asks again by itself."""
