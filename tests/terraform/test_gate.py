"""The gate lets a tunnel through to anywhere but AWS."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from landbridge.terraform.gate import aws_suffixes, gate, is_aws


def run(trial: Coroutine[Any, Any, None]) -> None:
    asyncio.run(trial)


@pytest.fixture(autouse=True)
def _no_proxy_of_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("host", "refused"),
    [
        ("s3.eu-central-1.amazonaws.com", True),
        ("sts.amazonaws.com", True),
        ("ec2.cn-north-1.amazonaws.com.cn", True),
        ("lambda.us-east-1.api.aws", True),
        ("amazonaws.com", True),
        ("ip-ranges.amazonaws.com", False),
        ("registry.terraform.io", False),
        ("notamazonaws.com", False),
        ("amazonaws.com.example.org", False),
    ],
)
def test_every_partition_of_aws_is_known(host: str, refused: bool) -> None:
    assert is_aws(host, aws_suffixes()) is refused


async def _say(url: str, said: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    writer.write(said)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    await writer.wait_closed()
    return answer


def test_a_tunnel_to_aws_is_refused_and_told() -> None:
    async def trial() -> None:
        refusals: list[str] = []
        async with gate(refusals.append) as url:
            answer = await _say(
                url, b"CONNECT s3.amazonaws.com:443 HTTP/1.1\r\nHost: s3.amazonaws.com\r\n\r\n"
            )
        assert answer.startswith(b"HTTP/1.1 502 ")
        assert b"landbridge keeps Terraform from it" in answer
        assert refusals == ["s3.amazonaws.com"]

    run(trial())


def test_anything_but_a_tunnel_is_refused() -> None:
    async def trial() -> None:
        async with gate(print) as url:
            assert (await _say(url, b"nonsense\r\n\r\n")).startswith(b"HTTP/1.1 400 ")
            assert await _say(url, b"GET http://example.org/ HTTP/1.1\r\nHost: example.org\r\n\r\n") == b""

    run(trial())


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"echo: " + await reader.readexactly(5))
    await writer.drain()
    writer.close()


def test_a_tunnel_to_any_other_host_carries_bytes_both_ways() -> None:
    async def trial() -> None:
        server = await asyncio.start_server(_echo, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, gate(print) as url:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
            writer.write(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
            writer.write(b"hello")
            assert await reader.read() == b"echo: hello"
            writer.close()
            await writer.wait_closed()

    run(trial())


def test_a_host_that_does_not_answer_is_told() -> None:
    async def trial() -> None:
        async with gate(print) as url:
            answer = await _say(url, b"CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 502 ")

    run(trial())


@pytest.mark.parametrize(("answer", "status"), [("200 OK", b"200"), ("407 Authenticate", b"502")])
def test_the_users_own_proxy_is_used(answer: str, status: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend((await reader.readuntil(b"\r\n\r\n")).decode().splitlines())
        writer.write(f"HTTP/1.1 {answer}\r\n\r\n".encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async def trial() -> None:
        server = await asyncio.start_server(proxy, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:word@127.0.0.1:{port}")
        async with server, gate(print) as url:
            said = b"CONNECT releases.example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n"
            assert (await _say(url, said)).split(b" ")[1] == status

    run(trial())
    assert heard[0] == "CONNECT releases.example.org:443 HTTP/1.1"
    assert "Proxy-Authorization: Basic bWU6d29yZA==" in heard
