"""WebSockets through a load balancer to a real server: after 101 the bytes are the two ends' affair."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest
from tests.semantics.conversations import with_listener
from tests.semantics.journey.worlds import OFFICE_SERVER, office_app
from tests.serve.functions.fleets import run
from tests.serve.transports import Transport
from tests.serve.worlds import OFFICE, Bench, Objects
from tests.topologies import DOMAIN

from landbridge.serve.driver import Driver
from landbridge.serve.exchange import Entrance, Exchange
from landbridge.serve.http_client import HttpClient
from landbridge.serve.http_connection import HttpConnection
from landbridge.serve.moments import Moments

ASKED = (
    f"GET /chat HTTP/1.1\r\nHost: {DOMAIN}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
).encode()
SWITCHING = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)
GRANTED = (
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)
REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"


@contextlib.asynccontextmanager
async def echo_server(answer: bytes) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Answers each head, then says everything it is told twice; ``bye`` ends it."""
    heads: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            heads.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(answer)
            while answer.startswith(b"HTTP/1.1 101") and (said := await reader.read(65536)):
                writer.write(said * 2)
                if said == b"bye":
                    break
            while not answer.startswith(b"HTTP/1.1 101"):
                heads.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(answer)
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as listening:
        yield listening.sockets[0].getsockname()[1], heads


Trial = Callable[[HttpConnection, Transport, list[bytes]], Awaitable[None]]


def to_server(trial: Trial, answer: bytes) -> None:
    async def whole() -> None:
        async with echo_server(answer) as (port, heads):
            topology = with_listener(office_app(replace(OFFICE_SERVER, host_port=port)), protocol="HTTP")
            bench = Bench(topology)
            _, connection = await bench.exchange.connect(lambda: OFFICE, DOMAIN, 443)
            assert connection.door is not None
            entrance = Entrance("corporate", OFFICE, "http", DOMAIN, 443, connection.door, connection.hops)
            transport = Transport()
            client = HttpClient(5.0)
            driver = Driver(bench.functions, Objects({}), 5.0, client)
            exchange = Exchange(bench.live, driver, bench.checks, Moments(), bench.traces)
            opened = HttpConnection(exchange, entrance, transport, lambda: None)
            try:
                await trial(opened, transport, heads)
            finally:
                opened.end()
                client.close()

    run(whole())


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


def test_after_101_bytes_go_both_ways_until_the_server_closes() -> None:
    async def trial(connection: HttpConnection, transport: Transport, heads: list[bytes]) -> None:
        connection.receive(ASKED)
        await until(lambda: transport.written == GRANTED)
        connection.receive(b"GET / HTTP/1.1\r\n\r\n")
        await until(lambda: transport.written == GRANTED + b"GET / HTTP/1.1\r\n\r\n" * 2)
        transport.take()
        connection.receive(b"bye")
        await until(lambda: transport.closed)
        assert transport.take() == b"bye" * 2
        (head,) = heads
        assert b"\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" in head
        assert b"\r\nX-Forwarded-For: " in head

    to_server(trial, SWITCHING)


def test_what_the_client_says_early_is_for_the_server() -> None:
    async def trial(connection: HttpConnection, transport: Transport, heads: list[bytes]) -> None:
        connection.receive(ASKED + b"early")
        connection.receive(b"-bird")
        await until(lambda: transport.written.startswith(GRANTED) and b"bird" in transport.written)
        assert transport.written.removeprefix(GRANTED) == b"early-bird" * 2

    to_server(trial, SWITCHING)


def test_a_server_that_does_not_switch_answers_as_ever_and_the_next_request_is_read() -> None:
    async def trial(connection: HttpConnection, transport: Transport, heads: list[bytes]) -> None:
        connection.receive(ASKED + ASKED)
        await until(lambda: transport.written.count(b"403 Forbidden") == 2)
        assert not transport.closed

    to_server(trial, REFUSED)


def test_101_to_a_client_that_did_not_ask_is_a_bad_gateway() -> None:
    async def trial(connection: HttpConnection, transport: Transport, heads: list[bytes]) -> None:
        connection.receive(f"GET / HTTP/1.1\r\nHost: {DOMAIN}\r\n\r\n".encode())
        await until(lambda: b"502 Bad Gateway" in transport.written)

    to_server(trial, SWITCHING)


@pytest.mark.parametrize(("seconds", "closed"), [(59, False), (61, True)])
def test_a_silent_web_socket_ends_after_the_idle_timeout(seconds: int, closed: bool) -> None:
    async def trial(connection: HttpConnection, transport: Transport, heads: list[bytes]) -> None:
        connection.receive(ASKED)
        await until(lambda: transport.written == GRANTED)
        connection.pause_writing()
        connection.resume_writing()
        connection.expire(asyncio.get_running_loop().time() + seconds)
        assert transport.closed is closed

    to_server(trial, SWITCHING)
