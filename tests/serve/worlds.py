"""Parts of a stack for tests: a captured app, functions that answer at once, an exchange over both."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.topologies import LAPTOP, private_app

from landbridge.capture.capture import Captured
from landbridge.model.exchange import Headers
from landbridge.model.topology import Topology
from landbridge.semantics.needs import Invoke, Invoked, InvokeRefused, InvokeTimedOut
from landbridge.semantics.network.source import Corporate
from landbridge.semantics.streaming import InvokedStreaming
from landbridge.serve.driver import Driver
from landbridge.serve.exchange import Exchange
from landbridge.serve.health_checks import HealthChecks
from landbridge.serve.live_world import LiveWorld
from landbridge.serve.moments import Moments
from landbridge.serve.traces import TraceLog
from landbridge.trace.decision import Trace

OFFICE = Corporate(LAPTOP)
HELLO = Invoked(b'{"statusCode": 200, "body": "hello"}')


@dataclass
class Functions:
    """Functions that answer as they are told to."""

    answer: Callable[[Invoke], Invoked | InvokedStreaming] = lambda need: HELLO
    wait: asyncio.Event | None = None
    invoked: list[Invoke] = field(default_factory=list)

    async def invoke(self, need: Invoke) -> Invoked | InvokedStreaming | InvokeRefused | InvokeTimedOut:
        self.invoked.append(need)
        if self.wait is not None:
            await self.wait.wait()
        return self.answer(need)


@dataclass
class Account:
    """What the next capture finds, and how often there was one."""

    topology: Topology = field(default_factory=private_app)
    captures: list[frozenset[str] | None] = field(default_factory=list)
    before_capture: Callable[[], None] = lambda: None

    def capture(self, previous: Captured | None, services: frozenset[str] | None) -> Captured:
        self.captures.append(services)
        found = Captured(self.topology)
        self.before_capture()
        return found


class Objects:
    """Objects in memory, none of them public; a list is the query that asked for it."""

    def __init__(self, objects: dict[tuple[str, str], tuple[bytes, Headers]]) -> None:
        self._objects = objects

    def read_object(self, bucket: str, key: str) -> tuple[bytes, Headers] | None:
        return self._objects.get((bucket, key))

    def is_public(self, bucket: str, key: str) -> bool:
        return key.startswith("public/")

    def list_objects(self, bucket: str, query: str) -> tuple[int, bytes]:
        return 200, f"{bucket}?{query}".encode()


class Bench:
    """An exchange over an account, with everything it says kept; made inside a running loop."""

    def __init__(self, topology: Topology | None = None, functions: Functions | None = None) -> None:
        self.account = Account(topology or private_app())
        self.functions = functions or Functions()
        self.objects: dict[tuple[str, str], tuple[bytes, Headers]] = {}
        self.traced: list[Trace] = []
        self.replaced: list[Captured] = []
        moments = Moments()
        self.live = LiveWorld(Captured(self.account.topology), self.account.capture, self.replaced.append)
        self.driver = Driver(self.functions, Objects(self.objects), 0.0)
        self.checks = HealthChecks(self.driver, moments)
        self.traces = TraceLog(self.traced.append)
        self.exchange = Exchange(self.live, self.driver, self.checks, moments, self.traces)

    def change(self, topology: Topology, service: str = "ec2") -> None:
        """An AWS call changed the account and returns."""
        self.account.topology = topology
        self.live.changed(service)
