"""Terraform's only way out while it works on the local AWS API: a proxy that lets nothing through to AWS.

Providers, data sources and provisioners may need the network; AWS they must not reach, whatever endpoints and
credentials a module gives them. Calls to the local AWS API do not come here: clients use no proxy for
loopback.
"""

import asyncio
import base64
import contextlib
import urllib.request
from collections.abc import AsyncIterator, Callable
from urllib.parse import SplitResult, unquote, urlsplit

from botocore.loaders import Loader

from landbridge.wire.http1 import ReaderLimits
from landbridge.wire.proxy import ProxyFront, RefusalReason, Rejected, Tunnel, granted, refused

PUBLIC = frozenset({"ip-ranges.amazonaws.com", "checkip.amazonaws.com"})
"""Hosts of AWS that take no credentials and change nothing."""
OTHER_SUFFIXES = ("on.aws", "awsapps.com")
LIMITS = ReaderLimits(request_line=8192, header=16384, headers=65536, body=0)
PIECE_BYTES = 65536
CONNECT_TIMEOUT_S = 30.0
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@contextlib.asynccontextmanager
async def gate(refusal: Callable[[str], None]) -> AsyncIterator[str]:
    """The gate's proxy URL while the context lasts; `refusal` is told each host that was refused."""
    tasks: set[asyncio.Task[None]] = set()
    suffixes = aws_suffixes()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            async with _closing(writer):
                await _serve((reader, writer), suffixes, refusal)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def aws_suffixes() -> tuple[str, ...]:
    """The domains of every AWS partition, from AWS's own list."""
    # Not through a session: that would look for the user's profile.
    outputs = [partition["outputs"] for partition in Loader().load_data("partitions")["partitions"]]
    listed = {output[name] for output in outputs for name in ("dnsSuffix", "dualStackDnsSuffix")}
    return (*sorted(listed), *OTHER_SUFFIXES)


def is_aws(host: str, suffixes: tuple[str, ...]) -> bool:
    """Whether a host name is one of AWS's that could act on an account."""
    return host not in PUBLIC and any(host == suffix or host.endswith(f".{suffix}") for suffix in suffixes)


async def _serve(client: Streams, suffixes: tuple[str, ...], refusal: Callable[[str], None]) -> None:
    reader, writer = client
    tunnel = await _asked(client)
    if tunnel is None:
        return
    if is_aws(tunnel.host, suffixes):
        refusal(tunnel.host)
        detail = f"{tunnel.host} is AWS; landbridge keeps Terraform from it"
        writer.write(refused(tunnel.dialect, RefusalReason.CONNECTION_REFUSED, detail))
        return
    try:
        there = await asyncio.wait_for(_connect(tunnel.host, tunnel.port), CONNECT_TIMEOUT_S)
    except (OSError, TimeoutError) as error:
        writer.write(refused(tunnel.dialect, RefusalReason.CONNECTION_REFUSED, str(error)))
        return
    async with _closing(there[1]):
        writer.write(granted(tunnel.dialect))
        there[1].write(tunnel.leftover)
        await asyncio.gather(_pump(reader, there[1]), _pump(there[0], writer))


@contextlib.asynccontextmanager
async def _closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    """Closed at the end, after what is left to send; at once when it is cancelled."""
    try:
        yield
    except asyncio.CancelledError:
        writer.transport.abort()
        raise
    finally:
        writer.close()
        await writer.wait_closed()


async def _asked(client: Streams) -> Tunnel | None:
    """The tunnel that the client asks for; None where it asks for anything else, which is answered."""
    reader, writer = client
    front = ProxyFront(LIMITS)
    while data := await reader.read(PIECE_BYTES):
        for event in front.feed(data):
            if isinstance(event, Tunnel):
                return event
            writer.write(event.reply if isinstance(event, Rejected) else b"")
            return None
    return None


async def _connect(host: str, port: int) -> Streams:
    """A connection to the host, through the user's own proxy where there is one."""
    upstream = urllib.request.getproxies().get("https")
    if not upstream or urllib.request.proxy_bypass(host):
        return await asyncio.open_connection(host, port)
    proxy = urlsplit(upstream if "://" in upstream else f"http://{upstream}")
    there = await asyncio.open_connection(
        proxy.hostname, proxy.port or 80, ssl=True if proxy.scheme == "https" else None
    )
    there[1].write(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{_login(proxy)}\r\n".encode())
    try:
        head = await there[0].readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        head = b"it hangs up"
    if head.split(b" ", 2)[1:2] != [b"200"]:
        there[1].close()
        raise ConnectionRefusedError(
            f"the proxy {proxy.hostname} refuses: {head.splitlines()[0].decode('latin-1')}"
        )
    return there


def _login(proxy: SplitResult) -> str:
    if proxy.username is None:
        return ""
    login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return f"Proxy-Authorization: Basic {base64.b64encode(login.encode()).decode()}\r\n"


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(PIECE_BYTES):
        writer.write(data)
        await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()
