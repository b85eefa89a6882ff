"""The port on which ``landbridge trace`` talks to a running stack: one JSON line in, one JSON line out.

A token that only the owner's files hold is asked for, so that nothing else on the machine can drive it.
"""

import asyncio
import contextlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from landbridge.errors import LandbridgeError
from landbridge.serve.ports import listening_socket

Command = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
LONGEST_LINE = 1 << 20


@contextlib.asynccontextmanager
async def control_port(token: str, commands: Mapping[str, Command], port: int) -> AsyncIterator[int]:
    """Serves the commands while the context lasts; yields the port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):  # a client that left: nobody is there to be told
            try:
                answer = await _answer(token, commands, await _line(reader))
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
            finally:
                writer.close()

    listening = listening_socket(port, "the control of the stack")
    server = await asyncio.start_server(serve, sock=listening, limit=LONGEST_LINE)
    try:
        yield listening.getsockname()[1]
    finally:
        server.close()


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readline()
    except ValueError:
        return b""  # longer than the limit


async def _answer(token: str, commands: Mapping[str, Command], line: bytes) -> dict[str, Any]:
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return {"error": "The request is not one line of JSON", "hint": ""}
    if not isinstance(request, dict) or not _is_same(str(request.get("token", "")), token):
        return {"error": "The token is wrong", "hint": "read it from the stack's stack.json"}
    command = commands.get(str(request.get("command")))
    if command is None:
        return {"error": f"There is no command {request.get('command')!r}", "hint": ""}
    try:
        return await command(request)
    except LandbridgeError as error:
        return {"error": error.message, "hint": error.hint}


def _is_same(offered: str, token: str) -> bool:
    """Compared as bytes: text outside ASCII is not compared at all."""
    return hmac.compare_digest(offered.encode(errors="surrogatepass"), token.encode())
