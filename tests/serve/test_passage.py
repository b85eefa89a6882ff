import asyncio
from ipaddress import IPv4Address
from typing import cast

from tests.serve.functions.fleets import run
from tests.serve.servers import OK, serving

from landbridge.model.local_servers import LocalServer
from landbridge.serve.passage import open_passage


class Client:
    """The client's transport, with what was written to it kept."""

    def __init__(self) -> None:
        self.got = b""
        self.closed = asyncio.Event()
        self.paused = False

    def write(self, data: bytes) -> None:
        self.got += data

    def close(self) -> None:
        self.closed.set()

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False


def server_at(port: int) -> LocalServer:
    return LocalServer(IPv4Address("192.168.3.7"), 8080, "127.0.0.1", port)


def test_bytes_go_both_ways_until_one_end_closes() -> None:
    async def trial() -> None:
        client = Client()
        async with serving(OK, close=True) as server:
            passage = await open_passage(server_at(server.port), cast(asyncio.Transport, client), 5)
            assert passage is not None
            passage.receive(b"GET / HTTP/1.1\r\n")
            passage.receive(b"\r\n")
            await client.closed.wait()
            assert client.got == OK
            passage.end()

    run(trial())


def test_the_server_is_held_up_by_a_client_that_reads_too_slowly() -> None:
    async def trial() -> None:
        client = Client()
        async with serving(OK) as server:
            passage = await open_passage(server_at(server.port), cast(asyncio.Transport, client), 5)
            assert passage is not None
            passage.pause_writing()
            passage.receive(b"GET / HTTP/1.1\r\n\r\n")
            while not server.heads:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            assert client.got == b""
            passage.resume_writing()
            while client.got != OK:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            passage.end()

    run(trial())


def test_there_is_no_passage_to_where_nothing_listens() -> None:
    async def trial() -> None:
        async with serving(OK) as server:
            port = server.port
        assert await open_passage(server_at(port), cast(asyncio.Transport, Client()), 5) is None

    run(trial())
