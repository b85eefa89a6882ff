"""The world that requests are answered on: captured again, before the next request, after each change."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address

from landbridge.capture.capture import Captured
from landbridge.model.faults import Faults
from landbridge.model.health import KnownHealth
from landbridge.model.topology import Topology
from landbridge.semantics.network.other_account import join_other_account
from landbridge.semantics.world import World

Recapture = Callable[[Captured | None, frozenset[str] | None], Captured]
"""The topology after a change of these services; runs in a thread of its own."""


class LiveWorld:
    """Holds the current world and replaces it whole.

    A change marks the world as stale at once, from whatever thread the AWS call ran in; a request that
    arrives then waits for the capture. Requests in flight keep the world they began with.
    """

    def __init__(
        self, captured: Captured, recapture: Recapture, replaced: Callable[[Captured], None]
    ) -> None:
        self.captured = captured
        self.world = World(captured.topology)
        self._recapture = recapture
        self._replaced = replaced
        self._elsewhere: tuple[IPv4Address, ...] = ()
        self._stale: set[str] = set()
        self._refreshing: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()

    def changed(self, service: str) -> None:
        """An AWS call changed a service; callable from any thread."""
        self._stale.add(service)
        self._loop.call_soon_threadsafe(self._refresh_soon)

    async def current(self) -> World:
        """The world with every change in it whose AWS call has returned.

        Whoever waits for a capture that fails gets its error; the next one to ask has it tried again.
        """
        while self._stale or self._refreshing is not None:
            self._refresh_soon()
            assert self._refreshing is not None
            await asyncio.shield(self._refreshing)
        return self.world

    def break_on_purpose(self, faults: Faults) -> None:
        """These are the faults from now on, whatever is captured."""
        self.world = World(replace(self.world.topology, faults=faults))
        self._replaced(self.captured)

    def know_health(self, health: KnownHealth) -> None:
        """This is what health checks found, from now on, whatever is captured."""
        if health != self.world.topology.health:
            self.world = World(replace(self.world.topology, health=health))

    def stand_in_other_account(self, address: IPv4Address) -> None:
        """Another account's network has an instance at this address from now on, whatever is captured."""
        if address not in self._elsewhere:
            self._elsewhere = (*self._elsewhere, address)
            self.world = World(self._with_other_account(self.world.topology))

    @property
    def is_current(self) -> bool:
        """Whether ``world`` can be used without waiting."""
        return not self._stale and self._refreshing is None

    def _refresh_soon(self) -> None:
        if self._refreshing is None and self._stale:
            self._refreshing = self._loop.create_task(self._refresh())
            self._refreshing.add_done_callback(_look_at_error)

    async def _refresh(self) -> None:
        try:
            while self._stale:
                services = frozenset(self._stale)
                self._stale -= services  # and not all: another thread may have added one meanwhile
                await self._capture_again(services)
        finally:
            self._refreshing = None

    async def _capture_again(self, services: frozenset[str]) -> None:
        try:
            captured = await asyncio.to_thread(self._recapture, self.captured, services)
            if captured.topology != self.captured.topology:
                now = self.world.topology
                topology = replace(captured.topology, faults=now.faults, health=now.health)
                self.world = World(self._with_other_account(topology))
            self.captured = captured
            self._replaced(captured)
        except BaseException:
            self._stale |= services  # still not seen
            raise

    def _with_other_account(self, topology: Topology) -> Topology:
        return join_other_account(topology, self._elsewhere) if self._elsewhere else topology


def _look_at_error(refreshed: "asyncio.Task[None]") -> None:
    """Those who wait get the error; where nobody does, the world stays stale and the next one will."""
    if not refreshed.cancelled():
        refreshed.exception()
