"""The promise that no function's process outlives landbridge, even when that is killed with ``kill -9``."""

import asyncio
import contextlib
import subprocess
import sys
from pathlib import Path

from landbridge.serve.functions import guard_process


class Guard:
    """A small process that kills the groups it was told of as soon as landbridge is gone.

    It knows by the end of a pipe that only landbridge holds, which works wherever there are pipes; the
    parent-death signal of Linux would not reach what a function itself started.
    """

    def __init__(self) -> None:
        self._living: dict[int, asyncio.Future[int]] = {}
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(guard_process.__file__))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={},
            cwd="/",
        )

    def add(self, group: int, exited: asyncio.Future[int]) -> None:
        """From now on this process group dies with landbridge."""
        self._living[group] = exited
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        """This process group is gone; its number may soon be someone else's."""
        del self._living[group]
        self._tell(f"-{group}\n")

    async def close(self) -> None:
        """Ends the guard when all processes have ended; they must have been killed."""
        if self._living:
            await asyncio.wait(list(self._living.values()))
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # someone killed the guard: nothing more to promise
            self._process.stdin.write(line.encode())
            self._process.stdin.flush()
