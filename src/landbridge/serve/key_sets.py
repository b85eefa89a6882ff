"""Identity providers' key sets, kept for a while: a load balancer does not ask for them at every request."""

import asyncio
from collections.abc import Awaitable, Callable

from landbridge.semantics.needs import FetchKeySet, HttpAnswered, HttpFailed, SendHttp

MOST_KEPT = 64
Send = Callable[[SendHttp], Awaitable[HttpAnswered | HttpFailed]]


class KeySets:
    """The answers of key set endpoints by endpoint, each with its age; failures are not kept."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._kept: dict[SendHttp, tuple[float, HttpAnswered]] = {}

    async def fetch(self, need: FetchKeySet) -> HttpAnswered | HttpFailed:
        """The endpoint's answer, kept or fresh."""
        now_s = asyncio.get_running_loop().time()
        kept = self._kept.get(need.request)
        if kept is not None and now_s - kept[0] < need.kept_ms / 1000:
            return kept[1]
        answered = await self._send(need.request)
        if isinstance(answered, HttpAnswered):
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[need.request] = now_s, answered
        return answered
