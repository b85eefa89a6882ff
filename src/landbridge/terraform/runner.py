"""Runs Terraform: what it prints goes to stderr as it comes, an interruption reaches it once."""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from landbridge.errors import HostError

STDERR = 2
"""Terraform's progress is news of ours; stdout belongs to COMMAND."""
PATIENCE_S = 60.0
"""How long an interrupted Terraform may take to finish what it has begun and to write its state."""


@dataclass(frozen=True, slots=True)
class Runner:
    """A program, where it is called from, and the view in which it works."""

    program: Path
    folder: Path
    """The user's folder: ``path.cwd`` in the configuration."""
    view: Path
    environment: Mapping[str, str]

    async def run(self, *arguments: str, environment: Mapping[str, str] | None = None) -> int:
        """Runs a command to its end; its exit code. Cancelled, it interrupts Terraform and waits for it."""
        colour = () if sys.stderr.isatty() else ("-no-color",)
        process = await self._start((*arguments, *colour), environment or {}, DEVNULL, STDERR)
        try:
            return await process.wait()
        except asyncio.CancelledError:
            await _interrupt(process)
            raise

    async def ask(self, *arguments: str, text: str) -> str:
        """What a command prints for this line of input; empty when it fails."""
        process = await self._start((*arguments, "-no-color"), {}, PIPE, PIPE)
        try:
            answer, _ = await process.communicate(f"{text}\n".encode())
        except asyncio.CancelledError:
            await _interrupt(process)
            raise
        return answer.decode(errors="replace").strip() if process.returncode == 0 else ""

    async def _start(
        self, arguments: tuple[str, ...], added: Mapping[str, str], stdin: int, stdout: int
    ) -> asyncio.subprocess.Process:
        command, *rest = arguments
        try:
            return await asyncio.create_subprocess_exec(
                self.program,
                f"-chdir={self.view}",
                command,
                *rest,
                cwd=self.folder,
                env={**self.environment, **added},
                stdin=stdin,
                stdout=stdout,
                # Ctrl-C in a terminal reaches a whole group, and a second interrupt makes it drop its state.
                start_new_session=True,
            )
        except OSError as error:
            raise HostError(f"{self.program} cannot be run: {error.strerror}", "is it executable?") from error


async def _interrupt(process: asyncio.subprocess.Process) -> None:
    """Ends Terraform by its own means, then whatever it leaves behind: a provisioner's children, for one."""
    if process.returncode is None:
        process.send_signal(signal.SIGINT)
    try:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), PATIENCE_S)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
