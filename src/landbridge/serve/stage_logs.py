"""Access logs and execution logs of stages: collected for a moment, then written to CloudWatch Logs."""

import asyncio
import hashlib
import os
import time
from collections.abc import Callable
from typing import Protocol

from landbridge.semantics.needs import WriteLogs

DELAY_S = 0.5
MOST_EVENTS = 100_000
"""Of all groups together; what comes after is dropped until the next writing."""
LogEvents = list[tuple[int, str]]


class LogGroups(Protocol):
    """Whoever keeps log groups."""

    def has_log_group(self, group: str) -> bool:
        """Whether there is such a group."""

    def write_log_events(self, group: str, stream: str, events: LogEvents) -> None:
        """The events are at the end of the stream; group and stream come into being when they have to."""


class StageLogs:
    """Writes what stages log after a short while; the process has one log stream a group and day."""

    def __init__(self, groups: LogGroups, notice: Callable[[str], None]) -> None:
        self._groups = groups
        self._notice = notice
        self._pending: dict[tuple[str, bool], LogEvents] = {}
        self._number = 0
        self._timer: asyncio.TimerHandle | None = None

    def write(self, need: WriteLogs) -> None:
        """Keeps the events until they are written together; a notice says why others are withheld."""
        if need.withheld:
            self._notice(f"nothing is written to the log group {need.group}: {need.withheld}")
            return
        if not need.events or self._number >= MOST_EVENTS:
            return
        self._number += len(need.events)
        self._pending.setdefault((need.group, need.makes_group), []).extend(need.events)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(DELAY_S, self.flush)

    def flush(self) -> None:
        """Writes whatever is pending, now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        pending, self._pending, self._number = self._pending, {}, 0
        for (group, makes_group), events in pending.items():
            if makes_group or self._groups.has_log_group(group):
                self._groups.write_log_events(group, name_stream(group), events)
            else:
                self._notice(f"nothing is written to the log group {group}: there is no such group")


def name_stream(group: str) -> str:
    """The log stream of this process and day: 32 hexadecimal digits, as API Gateway's are."""
    day = int(time.time() // 86_400)
    return hashlib.blake2b(f"{group} {os.getpid()} {day}".encode(), digest_size=16).hexdigest()
