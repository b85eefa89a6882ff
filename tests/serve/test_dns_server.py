import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import dns.message
import dns.rcode
import pytest
from tests.serve.functions.fleets import run
from tests.topologies import ALB_A, ALB_B, DOMAIN, private_app

from landbridge.errors import DeclarationError
from landbridge.semantics.network.source import Source, vantage
from landbridge.semantics.world import World
from landbridge.serve.dns_server import dns_server


async def ask(port: int, name: str, over_tcp: bool) -> dns.message.Message:
    query = dns.message.make_query(name, "A").to_wire()
    reader, writer = await asyncio.open_connection("127.0.0.1", port) if over_tcp else (None, None)
    if reader is not None and writer is not None:
        writer.write(len(query).to_bytes(2) + query)
        size = int.from_bytes(await reader.readexactly(2))
        answer = await reader.readexactly(size)
        writer.close()
        return dns.message.from_wire(answer)
    answered: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    class Client(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: object) -> None:
            answered.set_result(data)

    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        Client, remote_addr=("127.0.0.1", port)
    )
    transport.sendto(query)
    try:
        return dns.message.from_wire(await answered)
    finally:
        transport.close()


def current(world: World) -> Callable[[], Awaitable[World]]:
    async def wait() -> World:
        return world

    return wait


@pytest.mark.parametrize("over_tcp", [False, True])
def test_the_resolver_answers_as_the_vantage_sees_it(over_tcp: bool) -> None:
    async def trial() -> None:
        world = World(private_app())
        source = vantage(world.topology, "corporate")
        async with dns_server("corporate", lambda: source, current(world), 0) as port:
            good = await ask(port, DOMAIN, over_tcp)
            assert {record.address for record in good.answer[0]} == {str(ALB_A), str(ALB_B)}
            assert (await ask(port, "gone.corp.example", over_tcp)).rcode() == dns.rcode.NXDOMAIN

    run(trial())


@pytest.mark.parametrize("over_tcp", [False, True])
def test_a_vantage_without_a_place_is_a_server_failure_and_the_resolver_goes_on(over_tcp: bool) -> None:
    async def trial() -> None:
        world = World(private_app())
        places: list[Source] = []

        def source() -> Source:
            if not places:
                raise DeclarationError("There is no corporate network to start from")
            return places[0]

        async with dns_server("corporate", source, current(world), 0) as port:
            assert (await ask(port, DOMAIN, over_tcp)).rcode() == dns.rcode.SERVFAIL
            places.append(vantage(world.topology, "corporate"))
            assert (await ask(port, DOMAIN, over_tcp)).rcode() == dns.rcode.NOERROR

    run(trial())


def test_open_connections_end_with_the_resolver() -> None:
    async def trial() -> None:
        world = World(private_app())
        source = vantage(world.topology, "corporate")
        async with dns_server("corporate", lambda: source, current(world), 0) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            query = dns.message.make_query(DOMAIN, "A").to_wire()
            writer.write(len(query).to_bytes(2) + query)
            size = int.from_bytes(await reader.readexactly(2))
            await reader.readexactly(size)
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()

    run(trial())
