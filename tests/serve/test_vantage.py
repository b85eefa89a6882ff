"""A vantage over real sockets: whatever goes wrong, the client is answered or its connection ends."""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.semantics.conversations import with_group_rules, with_listener
from tests.serve.functions.fleets import run
from tests.serve.test_tls import material
from tests.serve.worlds import OFFICE, Bench
from tests.topologies import ALB_GROUP, DOMAIN, private_app

from landbridge.errors import DeclarationError
from landbridge.model.topology import Topology
from landbridge.semantics.network.source import Source
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.contexts import TlsContexts
from landbridge.serve.door import plain_door
from landbridge.serve.vantage import Vantage, vantage_server
from landbridge.trace.codes import LocalCode

CONNECT = f"CONNECT {DOMAIN}:443 HTTP/1.1\r\nHost: {DOMAIN}:443\r\n\r\n".encode()
HELLO = b"\x16\x03\x01\x00\x05hello"


def client_hello() -> bytes:
    """The first bytes of a real TLS client."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=DOMAIN)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


CLIENT_HELLO = client_hello()
Trial = Callable[[Bench, int], Awaitable[None]]


def at_vantage(
    folder: Path,
    trial: Trial,
    topology: Topology | None = None,
    source: Callable[[], Source] = lambda: OFFICE,
) -> None:
    async def whole() -> None:
        bench = Bench(topology)
        authority = CertificateAuthority(folder)
        certificate = material(authority, DOMAIN)
        contexts = TlsContexts(authority, lambda arn: certificate, lambda arn: None)
        async with vantage_server(Vantage("corporate", source), bench.exchange, contexts, 0) as port:
            await trial(bench, port)

    run(whole())


async def talk(port: int, *messages: bytes) -> bytes:
    """Everything that is answered until the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered = b""
    for message in messages:
        writer.write(message)
        answered += await reader.read(65536)
    try:
        return answered + await reader.read()
    except ConnectionResetError:
        return answered
    finally:
        writer.close()


def test_a_tunnel_is_granted_and_garbage_in_it_is_a_failed_handshake(tmp_path: Path) -> None:
    async def trial(bench: Bench, port: int) -> None:
        assert (await talk(port, CONNECT, HELLO)).startswith(b"HTTP/1.1 200")
        (trace,) = bench.traced
        assert trace.stopped_at is not None
        assert trace.stopped_at.decision.code is LocalCode.TLS_HANDSHAKE_FAILED

    at_vantage(tmp_path, trial)


def test_a_security_policy_that_is_not_modelled_fails_the_handshake_with_its_reason(tmp_path: Path) -> None:
    async def trial(bench: Bench, port: int) -> None:
        await talk(port, CONNECT, HELLO)
        (trace,) = bench.traced
        assert trace.stopped_at is not None
        assert "ELBSecurityPolicy-Own" in dict(trace.stopped_at.decision.facts)["reason"]

    at_vantage(tmp_path, trial, with_listener(private_app(), security_policy="ELBSecurityPolicy-Own"))


def test_what_aws_drops_is_answered_by_the_proxy_with_the_reason(tmp_path: Path) -> None:
    async def trial(bench: Bench, port: int) -> None:
        answered = await talk(port, CONNECT)
        assert answered.startswith(b"HTTP/1.1 504")
        assert b"security group" in answered

    at_vantage(tmp_path, trial, with_group_rules(private_app(), ALB_GROUP, ()))


def nowhere() -> Source:
    raise DeclarationError("There is no corporate network to start from", "declare its blocks")


def lost() -> Source:
    raise ZeroDivisionError("a bug")


@pytest.mark.parametrize("source", [nowhere, lost])
@pytest.mark.parametrize(
    "message", [CONNECT, f"GET http://{DOMAIN}/ HTTP/1.1\r\nHost: {DOMAIN}\r\n\r\n".encode()]
)
def test_a_client_is_answered_even_when_its_place_cannot_be_found(
    tmp_path: Path, source: Callable[[], Source], message: bytes
) -> None:
    async def trial(bench: Bench, port: int) -> None:
        answered = await talk(port, message)
        assert answered.startswith(b"HTTP/1.1 50")
        (trace,) = bench.traced
        assert trace.stopped_at is not None
        assert trace.stopped_at.decision.code is LocalCode.INTERNAL_ERROR

    at_vantage(tmp_path, trial, source=source)


def test_a_bug_ends_the_connection_instead_of_letting_it_hang(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def trial(bench: Bench, port: int) -> None:
        monkeypatch.setattr(bench.exchange, "connect", None)
        assert await talk(port, CONNECT) == b""

    with caplog.at_level(logging.ERROR):
        at_vantage(tmp_path, trial)
    assert any(record.exc_info for record in caplog.records)


async def ended(reader: asyncio.StreamReader) -> None:
    """Waits until the other end closes or resets the connection."""
    with contextlib.suppress(ConnectionResetError):
        await reader.read()


def test_open_connections_end_with_the_vantage_and_the_door(tmp_path: Path) -> None:
    async def whole() -> None:
        bench, authority = Bench(), CertificateAuthority(tmp_path)
        contexts = TlsContexts(authority, lambda arn: None, lambda arn: None)
        vantage = Vantage("corporate", lambda: OFFICE)
        async with vantage_server(vantage, bench.exchange, contexts, 0) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(CONNECT)
            assert (await reader.read(65536)).startswith(b"HTTP/1.1 200")
        await ended(reader)
        writer.close()
        async with plain_door("orders.localhost", DOMAIN, vantage, bench.exchange, contexts, 0) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(CLIENT_HELLO)
            assert await reader.read(3) == b"\x16\x03\x03"
        await ended(reader)
        writer.close()

    run(whole())


def test_a_door_to_nowhere_is_closed_and_traced(tmp_path: Path) -> None:
    async def whole() -> None:
        bench, authority = Bench(), CertificateAuthority(tmp_path)
        contexts = TlsContexts(authority, lambda arn: None, lambda arn: None)
        door = plain_door(
            "orders.localhost", DOMAIN, Vantage("corporate", nowhere), bench.exchange, contexts, 0
        )
        async with door as port:
            assert await talk(port) == b""
        (trace,) = bench.traced
        assert trace.stopped_at is not None
        assert trace.stopped_at.decision.remedy == "declare its blocks"

    run(whole())
