"""The limit to come close to: AWS's runtime client for Python against a Runtime API loop that does no more.

``measure`` runs the bare loop, ``measure_fleet`` the same handler and callers through ``serve.functions``.
"""

import argparse
import asyncio
import base64
import hashlib
import io
import itertools
import os
import re
import statistics
import sys
import tempfile
import time
import zipfile
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import uvloop

from landbridge.model.functions import Function
from landbridge.model.identifiers import Arn
from landbridge.semantics.needs import Invoke, Invoked
from landbridge.serve.functions.fleet import Fleet
from landbridge.serve.functions.host import Limits

_ACCEPTED = (
    b'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"status":"OK"}\n'
)
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)")
_WARM_UP_S = 0.3
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
"""AWS's client does more per invocation from 3.12 on, so both sides declare the interpreter's own version."""

Invocation = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Work:
    """What the function is and what it gets."""

    handler: str
    payload: bytes


ECHO = Work("def handler(event, context):\n    return event\n", b'{"orders": [1, 2, 3]}')


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run came to."""

    invocations_per_second: float
    p50_us: float
    p99_us: float

    def __str__(self) -> str:
        return f"{self.invocations_per_second:8.0f}/s   p50 {self.p50_us:7.0f} us   p99 {self.p99_us:7.0f} us"


def measure(callers: int, processes: int, seconds: float, work: Work = ECHO) -> Figures:
    """The bare loop with so many callers and runtime processes."""
    return uvloop.run(_measure_bare(callers, processes, seconds, work))


def measure_fleet(callers: int, processes: int, seconds: float, work: Work = ECHO) -> Figures:
    """Our own pool with so many callers and at most so many environments."""
    return uvloop.run(_measure_fleet(callers, processes, seconds, work))


class _BareLoop:
    """Hands each event to any process that asks; nothing is checked, logged or limited."""

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._events: deque[asyncio.Future[bytes]] = deque()
        self._polls: deque[_BareConnection] = deque()
        self._numbers = itertools.count()

    async def invoke(self) -> None:
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        if self._polls:
            self.send(self._polls.popleft(), answer)
        else:
            self._events.append(answer)
        await answer

    def poll(self, connection: "_BareConnection") -> None:
        if self._events:
            self.send(connection, self._events.popleft())
        else:
            self._polls.append(connection)

    def send(self, connection: "_BareConnection", answer: asyncio.Future[bytes]) -> None:
        connection.answer = answer
        head = (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            f"Lambda-Runtime-Aws-Request-Id: {next(self._numbers)}\r\n"
            "Lambda-Runtime-Deadline-Ms: 9999999999999\r\n"
            "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123456789012:function:bare\r\n"
            f"Content-Length: {len(self._payload)}\r\n\r\n"
        )
        connection.transport.write(head.encode() + self._payload)


class _BareConnection(asyncio.Protocol):
    transport: asyncio.Transport
    answer: asyncio.Future[bytes]

    def __init__(self, loop: _BareLoop) -> None:
        self._loop = loop
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._received.startswith(b"GET "):
            if self._received.endswith(b"\r\n\r\n"):
                self._received = b""
                self._loop.poll(self)
            return
        head, _, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if length and len(body) == int(length[1]):
            self._received = b""
            self.transport.write(_ACCEPTED)
            self.answer.set_result(body)


async def _measure_bare(callers: int, processes: int, seconds: float, work: Work) -> Figures:
    loop = _BareLoop(work.payload)
    server = await asyncio.get_running_loop().create_server(lambda: _BareConnection(loop), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    environment = {
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{RUNTIME}",
        "PATH": os.environ["PATH"],
    }
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "app.py").write_text(work.handler)
        running = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "awslambdaric", "app.handler", cwd=folder, env=environment
            )
            for _ in range(processes)
        ]
        try:
            return await _call(loop.invoke, callers, seconds)
        finally:
            for process in running:
                process.kill()
                await process.wait()
            server.close()


async def _measure_fleet(callers: int, processes: int, seconds: float, work: Work) -> Figures:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("app.py", work.handler)
    code = package.getvalue()
    arn = Arn("arn:aws:lambda:eu-west-1:123456789012:function:bare")
    sha256 = base64.b64encode(hashlib.sha256(code).digest()).decode()
    function = Function(arn, "bare", RUNTIME, "app.handler", Arn("arn:aws:iam::123456789012:role/bare"),
                        128, 30, (), sha256)  # fmt: skip
    need = Invoke(arn, work.payload, "Root=1-5e1b4151-43a0913a12345678901234567;Sampled=1", 29_000)
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        fleet = Fleet(
            directory=Path(folder),
            endpoint_url="http://127.0.0.1:4566",
            region="eu-west-1",
            code=lambda _: code,
            credentials=lambda _: ("key", "secret", "token"),
            logs=lambda group, log_stream, events: None,
            echo=lambda name, line: None,
            limits=Limits(environments=processes),
        )
        stack.push_async_callback(fleet.close)
        fleet.update({arn: function})

        async def invoke() -> None:
            answer = await fleet.invoke(need)
            assert isinstance(answer, Invoked), answer
            assert not answer.function_error, answer

        return await _call(invoke, callers, seconds)


async def _call(invoke: Invocation, callers: int, seconds: float) -> Figures:
    """Calls at the same time and without pause, after a warm-up that is not counted."""
    took: list[float] = []
    await asyncio.gather(*(invoke() for _ in range(callers)))
    begin = time.perf_counter() + _WARM_UP_S
    end = begin + seconds

    async def keep_calling() -> None:
        while (started := time.perf_counter()) < end:
            await invoke()
            if started >= begin:
                took.append(time.perf_counter() - started)

    await asyncio.gather(*(keep_calling() for _ in range(callers)))
    percentiles = statistics.quantiles(took, n=100)
    return Figures(len(took) / seconds, percentiles[49] * 1e6, percentiles[98] * 1e6)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=3.0)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    for callers, processes in ((1, 1), (16, 4)):
        for _ in range(chosen.rounds):
            bare = measure(callers, processes, chosen.seconds)
            ours = measure_fleet(callers, processes, chosen.seconds)
            print(f"{callers:2} callers, {processes} processes, bare loop: {bare}")
            print(f"{callers:2} callers, {processes} processes, fleet:     {ours}")
            print(f"   fleet / bare: {ours.invocations_per_second / bare.invocations_per_second:.2f}")


if __name__ == "__main__":
    main()
