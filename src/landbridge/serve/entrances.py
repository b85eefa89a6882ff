"""The ports through which clients come: vantages, their resolvers, the plain door."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from landbridge.errors import LandbridgeError
from landbridge.semantics.network.source import Source, address_in_other_account
from landbridge.semantics.network.source import vantage as vantage_source
from landbridge.serve.contexts import TlsContexts
from landbridge.serve.dns_server import dns_server
from landbridge.serve.door import plain_door
from landbridge.serve.exchange import Exchange
from landbridge.serve.settings import DOOR_OFFSET, RESOLVER_OFFSET, VANTAGE_OFFSETS, Settings
from landbridge.serve.vantage import Vantage, vantage_server


class Entrances:
    """Open ports; everything is closed when the resources are."""

    def __init__(
        self,
        settings: Settings,
        exchange: Exchange,
        contexts: TlsContexts,
        resources: contextlib.AsyncExitStack,
    ) -> None:
        self._settings = settings
        self._exchange = exchange
        self._contexts = contexts
        self._resources = resources
        self._vantages: dict[str, str] = {}
        self._resolvers: dict[str, int] = {}
        self._door = ""
        self._opening = asyncio.Lock()

    async def open(self, app_name: str, urls: tuple[str, ...], remark: Callable[[str], None]) -> None:
        """All that can be opened by now and is not open yet.

        Where no app is declared (no `app_name`), a vantage may still lack its place in the network.
        """
        for name in (*VANTAGE_OFFSETS, *self._settings.vantages):
            if name in self._resolvers:
                continue
            try:
                await self.open_vantage(name)
            except LandbridgeError as problem:
                if name in self._settings.vantages or app_name:
                    raise
                remark(f"vantage {name} is not open: {problem.message} ({problem.hint})")
                continue
            await self._open_resolver(name)
        self._door = self._door or await self._open_door(app_name, urls)

    async def open_vantage(self, name: str) -> str:
        """The proxy URL of a vantage, opened at the first call."""
        async with self._opening:
            if name not in self._vantages:
                elsewhere = address_in_other_account(name)
                if elsewhere is not None:
                    self._exchange.live.stand_in_other_account(elsewhere)
                self._source_of(name)  # an unknown name is the caller's mistake, told before a port is opened
                port = self._settings.port(VANTAGE_OFFSETS[name]) if name in VANTAGE_OFFSETS else 0
                vantage = Vantage(name, lambda: self._source_of(name))
                opened = await self._resources.enter_async_context(
                    vantage_server(vantage, self._exchange, self._contexts, port)
                )
                self._vantages[name] = f"http://127.0.0.1:{opened}"
            return self._vantages[name]

    def addresses(self) -> dict[str, Any]:
        """Where they are, by the names of ``RunningStack``."""
        return {"door": self._door, "vantages": dict(self._vantages), "resolvers": dict(self._resolvers)}

    def _source_of(self, name: str) -> Source:
        """Where a vantage stands in the current topology."""
        world = self._exchange.live.world
        return world.remember(("vantage", name), lambda: vantage_source(world.topology, name))

    async def _open_resolver(self, name: str) -> None:
        known = name in VANTAGE_OFFSETS
        port = self._settings.port(RESOLVER_OFFSET + VANTAGE_OFFSETS[name]) if known else 0
        self._resolvers[name] = await self._resources.enter_async_context(
            dns_server(name, lambda: self._source_of(name), self._exchange.live.current, port)
        )

    async def _open_door(self, app_name: str, urls: tuple[str, ...]) -> str:
        url = urlsplit(urls[0] if urls else "")
        if url.scheme != "https" or url.port is not None or "corporate" not in self._vantages:
            return ""
        domain = url.hostname or ""
        name = f"{app_name or domain.partition('.')[0]}.localhost"
        corporate = Vantage("corporate", lambda: self._source_of("corporate"))
        port = await self._resources.enter_async_context(
            plain_door(
                name, domain, corporate, self._exchange, self._contexts, self._settings.port(DOOR_OFFSET)
            )
        )
        return f"https://{name}:{port}{url.path}"
