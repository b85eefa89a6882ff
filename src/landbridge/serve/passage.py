"""A client's bytes to a real server and back, whatever they are: what TCP carries is the ends' own affair."""

import asyncio
from typing import cast

from landbridge.model.local_servers import LocalServer


class Passage:
    """Joins a client's connection with one to a server; made by ``open_passage``."""

    def __init__(self, client: asyncio.Transport) -> None:
        self._client = client
        self._server: asyncio.Transport | None = None

    def joined_by(self, server: asyncio.Transport) -> None:
        """The server is there."""
        self._server = server

    def receive(self, data: bytes) -> None:
        """More bytes from the client."""
        if self._server is not None:
            self._server.write(data)

    def pause_writing(self) -> None:
        """The client reads too slowly."""
        if self._server is not None:
            self._server.pause_reading()

    def resume_writing(self) -> None:
        """The client has read on."""
        if self._server is not None:
            self._server.resume_reading()

    def end(self) -> None:
        """The client is gone."""
        if self._server is not None:
            self._server.close()

    def expire(self, now: float) -> None:
        """Nothing: nobody between the two ends closes an idle connection."""


async def open_passage(
    server: LocalServer, client: asyncio.Transport, connect_timeout_s: float
) -> Passage | None:
    """A passage to a server; None when it takes no connection."""
    passage = Passage(client)
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(connect_timeout_s):
            await loop.create_connection(lambda: _ServerSide(passage, client), server.host, server.host_port)
    except (OSError, TimeoutError):
        return None
    return passage


class _ServerSide(asyncio.Protocol):
    """The server's end of a passage."""

    def __init__(self, passage: Passage, client: asyncio.Transport) -> None:
        self._passage = passage
        self._client = client

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._server = cast(asyncio.Transport, transport)
        self._passage.joined_by(self._server)

    def data_received(self, data: bytes) -> None:
        self._client.write(data)

    def pause_writing(self) -> None:
        self._client.pause_reading()

    def resume_writing(self) -> None:
        self._client.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._client.close()
