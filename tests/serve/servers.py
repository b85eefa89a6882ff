"""Real servers on loopback that answer as they are told to."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from landbridge.serve.certificate_authority import CertificateAuthority

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """A server, the heads of the requests it got, and how many connections it took."""

    port: int = 0
    heads: list[bytes] = field(default_factory=list)
    connections: int = 0


@contextlib.asynccontextmanager
async def serving(
    *answers: bytes, close: bool = False, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Server]:
    """Answers each request of each connection with the next of `answers`, the last one again and again.

    An empty answer is none; `close` says that the connection ends after each.
    """
    server = Server()
    left = list(answers)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                server.heads.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(left.pop(0) if len(left) > 1 else left[0])
                await writer.drain()
                if close:
                    break
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0, ssl=tls) as listening:
        server.port = listening.sockets[0].getsockname()[1]
        yield server


def tls_of(authority: CertificateAuthority, folder: Path, *names: str) -> ssl.SSLContext:
    """A server's context with a certificate of an authority."""
    issued = authority.issue(*names)
    file = folder / "server.pem"
    file.write_text(issued.certificate_pem + issued.private_key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
