"""Fleets of tiny functions for tests: real processes, and everything they say kept."""

import asyncio
import base64
import hashlib
import io
import zipfile
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import uvloop

from landbridge.model.functions import Function
from landbridge.model.identifiers import Arn
from landbridge.semantics.needs import Invoke, Invoked, InvokeRefused, InvokeTimedOut
from landbridge.semantics.streaming import InvokedStreaming
from landbridge.serve.functions.fleet import Fleet
from landbridge.serve.functions.host import Limits
from landbridge.serve.functions.runtimes import HERE

ECHO = "def handler(event, context):\n    return event\n"
ROLE = Arn("arn:aws:iam::123456789012:role/orders")


def run(trial: Coroutine[Any, Any, None]) -> None:
    """Runs a trial on the loop that landbridge runs on."""
    uvloop.run(trial)


def pack(**files: str) -> bytes:
    """A deployment package; ``app`` stands for ``app.py``, ``bootstrap`` is executable."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name if name == "bootstrap" else f"{name}.py")
            entry.external_attr = (0o755 if name == "bootstrap" else 0o644) << 16
            archive.writestr(entry, content)
    return package.getvalue()


def arn_of(name: str) -> Arn:
    return Arn(f"arn:aws:lambda:eu-west-1:123456789012:function:{name}")


@dataclass
class Trial:
    """A fleet, the code of its functions, and all that was logged and echoed."""

    fleet: Fleet
    code: dict[Arn, bytes]
    functions: dict[Arn, Function] = field(default_factory=dict)
    logged: list[tuple[str, str, str]] = field(default_factory=list)
    echoed: list[tuple[str, str]] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    def deploy(self, name: str, source: str | bytes = ECHO, **configuration: Any) -> Arn:
        """Deploys a function with this ``app.py``, or this package; the fleet knows it at once."""
        arn = arn_of(name)
        package = source if isinstance(source, bytes) else pack(app=source)
        settings: dict[str, Any] = {
            "runtime": HERE,
            "handler": "app.handler",
            "memory_mb": 256,
            "timeout_s": 10,
            "environment": (),
            **configuration,
        }
        sha256 = base64.b64encode(hashlib.sha256(package).digest()).decode()
        self.code[arn] = package
        self.functions[arn] = Function(arn=arn, name=name, role_arn=ROLE, code_sha256=sha256, **settings)
        self.fleet.update(self.functions)
        return arn

    async def invoke(
        self, arn: Arn, payload: bytes = b"{}", timeout_ms: int = 29_000, trace_header: str = "Root=1-a-b"
    ) -> Invoked | InvokeRefused | InvokeTimedOut:
        result = await self.fleet.invoke(Invoke(arn, payload, trace_header, timeout_ms))
        assert not isinstance(result, InvokedStreaming)  # nobody has asked for that
        return result

    async def answer(self, arn: Arn, payload: bytes = b"{}") -> Invoked:
        """What a function answers; it must not be refused."""
        result = await self.invoke(arn, payload)
        assert isinstance(result, Invoked), result
        return result

    async def hear(self, count: int) -> str:
        """The last line written, once the functions have written so many."""
        while len(self.echoed) < count:
            self.heard.clear()
            await self.heard.wait()
        return self.echoed[-1][1]

    def lines(self, name: str) -> list[str]:
        """A function's log so far."""
        self.fleet.flush_logs()
        return [line for group, _, line in self.logged if group == f"/aws/lambda/{name}"]


@asynccontextmanager
async def open_trial(directory: Path, **limits: Any) -> AsyncIterator[Trial]:
    """A fleet in this folder; all its processes are gone at the end."""
    code: dict[Arn, bytes] = {}
    logged: list[tuple[str, str, str]] = []
    echoed: list[tuple[str, str]] = []
    heard = asyncio.Event()

    def echo(name: str, line: str) -> None:
        echoed.append((name, line))
        heard.set()

    fleet = Fleet(
        directory=directory,
        endpoint_url="http://127.0.0.1:4566",
        region="eu-west-1",
        code=lambda arn: code[arn],
        credentials=lambda role: (f"key of {role}", "secret", "token"),
        logs=lambda group, stream, events: logged.extend((group, stream, line) for _, line in events),
        echo=echo,
        limits=Limits(**limits),
    )
    try:
        yield Trial(fleet, code, logged=logged, echoed=echoed, heard=heard)
    finally:
        await fleet.close()


async def reaped(process_id: int) -> None:
    """Waits until a process is gone and its parent knows."""
    while psutil.pid_exists(process_id):  # noqa: ASYNC110 - the parent is the loop itself, which must go on
        await asyncio.sleep(0.002)


def has_ended(process_id: int) -> bool:
    """Whether a process is gone, or nobody has collected it yet."""
    try:
        return psutil.Process(process_id).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
