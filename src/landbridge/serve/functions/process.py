"""One process in a session of its own, its output, and its end."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import psutil

from landbridge.serve.functions.guard import Guard

_READ_BYTES = 64 * 1024
_PIPE_READS = 16
_LOG_DESCRIPTOR = "3"
"""Where the runtime client writes framed log messages: a second name for the pipe of its output."""

_LAUNCHER = 'read -r go && ulimit -n 1024 2>/dev/null; [ -n "$go" ] && exec "$@" </dev/null 2>&1 3>&1'
"""Waits until the guard knows the process, limits it to 1,024 file descriptors, and becomes the runtime.

AWS: "Lambda quotas"
"""


@dataclass(frozen=True, slots=True)
class Program:
    """What to run, where and with which environment variables."""

    command: Sequence[str]
    directory: Path
    environment: Mapping[str, str]


class Process:
    """A program running; `on_output` gets its bytes, `on_exit` its return code, negative for a signal."""

    def __init__(self, on_output: Callable[[bytes], None], on_exit: Callable[[int], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_output = on_output
        self._on_exit = on_exit
        self._output = -1
        self._output_left = False
        self._transport: asyncio.SubprocessTransport | None = None
        self._observed: psutil.Process | None = None
        self._guard: Guard | None = None
        self.exited: asyncio.Future[int] = self._loop.create_future()
        self.process_id = 0

    async def start(self, program: Program, guard: Guard) -> None:
        """Starts the program; OSError when the machine refuses."""
        self._guard = guard
        self._output, write_end = os.pipe()
        try:
            os.set_blocking(self._output, False)
            await self._loop.subprocess_exec(
                lambda: _ExitProtocol(self),
                "/bin/sh",
                "-c",
                _LAUNCHER,
                "runtime",
                *program.command,
                stdin=asyncio.subprocess.PIPE,
                stdout=write_end,
                stderr=write_end,
                env={**program.environment, "_LAMBDA_TELEMETRY_LOG_FD": _LOG_DESCRIPTOR},
                cwd=program.directory,
                start_new_session=True,
            )
        except (OSError, asyncio.CancelledError):
            os.close(self._output)
            self._output = -1
            raise
        finally:
            os.close(write_end)

    def drain(self) -> None:
        """Reads what the process has written so far, as much as a pipe holds."""
        for _ in range(_PIPE_READS):
            self._read_some()
            if not self._output_left:
                return

    @property
    def output_left(self) -> bool:
        """Whether there may be more than what the loop has read when it last saw output."""
        return self._output_left

    def kill(self) -> None:
        """Kills the process and what it started, at once."""
        if self.process_id:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process_id, signal.SIGKILL)

    def resident_bytes(self) -> int:
        """The memory that the process holds; 0 when it is gone."""
        if self._observed is None:
            return 0
        try:
            return int(self._observed.memory_info().rss)
        except psutil.Error:
            return 0

    def note_start(self, transport: asyncio.SubprocessTransport) -> None:
        """Lets the process go on now that the guard knows it; it may have been killed already."""
        self._transport = transport
        self.process_id = transport.get_pid() or 0
        assert self._guard is not None
        self._guard.add(self.process_id, self.exited)
        with contextlib.suppress(psutil.NoSuchProcess):
            self._observed = psutil.Process(self.process_id)
        self._loop.add_reader(self._output, self._read_some)
        go = cast(asyncio.WriteTransport, transport.get_pipe_transport(0))
        if not go.is_closing():
            go.write(b"go\n")
            go.close()

    def note_exit(self) -> None:
        """Cleans up after the process and passes its return code on."""
        assert self._transport is not None
        assert self._guard is not None
        return_code = self._transport.get_returncode()
        self.kill()  # what the process started and left behind
        self._guard.forget(self.process_id)
        self.process_id = 0
        self.drain()
        self._close_output()
        self._transport.close()
        if not self.exited.done():
            self.exited.set_result(return_code or 0)
        self._on_exit(return_code or 0)

    def _read_some(self) -> None:
        self._output_left = False
        if self._output < 0:
            return
        try:
            written = os.read(self._output, _READ_BYTES)
        except BlockingIOError:
            return
        self._output_left = len(written) == _READ_BYTES
        if written:
            self._on_output(written)
        else:
            self._close_output()

    def _close_output(self) -> None:
        if self._output >= 0:
            self._loop.remove_reader(self._output)
            os.close(self._output)
            self._output = -1


class _ExitProtocol(asyncio.SubprocessProtocol):
    def __init__(self, process: Process) -> None:
        self._process = process

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._process.note_start(cast(asyncio.SubprocessTransport, transport))

    def process_exited(self) -> None:
        self._process.note_exit()
