"""Idle timeouts without a timer for each connection."""

import asyncio
from collections.abc import Collection
from typing import Protocol

SWEEP_INTERVAL_S = 1.0


class Expiring(Protocol):
    """Whatever may wait for too long."""

    def expire(self, now: float) -> None:
        """Ends what has waited for too long; `now` is the loop's time."""


async def expire_regularly(connections: Collection[Expiring]) -> None:
    """Has each connection look at its timeouts once a second, for ever."""
    while True:
        await asyncio.sleep(SWEEP_INTERVAL_S)
        now = asyncio.get_running_loop().time()
        for connection in list(connections):
            connection.expire(now)
