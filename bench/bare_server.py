"""The peer: uvicorn with TLS that does nothing but answer."""

from collections.abc import Awaitable, Callable
from typing import Any

SMALL = b"ok"
LARGE = b"x" * 10_240
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def app(scope: dict[str, Any], receive: Callable[[], Awaitable[dict[str, Any]]], send: Send) -> None:
    """Answers every request with two bytes, or ten kilobytes where the path asks for them."""
    if scope["type"] != "http":
        return
    body = LARGE if scope["path"] == "/large.bin" else SMALL
    headers = [(b"content-type", b"application/octet-stream"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
