"""What all functions share on this machine."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from landbridge.model.identifiers import Arn
from landbridge.serve.functions.guard import Guard
from landbridge.serve.functions.log_writer import LogWriter
from landbridge.serve.functions.python_runtime import PythonRuntime

Credentials = tuple[str, str, str]
"""Access key id, secret access key, session token."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much; AWS's numbers where AWS has one."""

    init_s: float = 10.0
    """AWS: "Understanding the Lambda execution environment lifecycle"
    """
    idle_s: float = 300.0
    """After which a warm environment is stopped; AWS does not publish its own."""
    environments: int = field(default_factory=lambda: max(4, 2 * (os.cpu_count() or 1)))
    """For each function at once; what AWS would scale out to beyond that, waits in line."""
    sample_s: float = 0.1
    """Between two looks at the memory of a function that runs."""
    log_delay_s: float = 0.5


class Host:
    """The folder, the local AWS API and the processes that every function uses."""

    def __init__(
        self,
        directory: Path,
        endpoint_url: str,
        region: str,
        code: Callable[[Arn], bytes],
        credentials: Callable[[Arn], Credentials],
        logs: LogWriter,
        limits: Limits,
    ) -> None:
        self.directory = directory
        self.endpoint_url = endpoint_url
        self.region = region
        self.code = code
        self.credentials = credentials
        self.logs = logs
        self.limits = limits
        self.tasks: set[asyncio.Task[None]] = set()
        self._python: asyncio.Future[PythonRuntime] | None = None

    @cached_property
    def guard(self) -> Guard:
        """The guard of all processes, from the first one on."""
        return Guard()

    async def python(self) -> PythonRuntime:
        """The Python that functions see, made once."""
        if self._python is None:
            self._python = asyncio.ensure_future(
                asyncio.to_thread(PythonRuntime.make, self.directory / "python")
            )
        return await asyncio.shield(self._python)

    async def close(self) -> None:
        """Waits for the processes and tasks to end, and ends the guard; every environment must be stopped."""
        if self.tasks:
            await asyncio.wait(self.tasks)
        if self._python is not None:
            await asyncio.wait([self._python])
        if "guard" in self.__dict__:
            await self.guard.close()
        self.logs.flush()
