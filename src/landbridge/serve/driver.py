"""The driver of a journey: performs what it needs and sends the results back in."""

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeVar

from landbridge.model.exchange import Headers
from landbridge.semantics.needs import (
    ConnectTimeout,
    GetObject,
    Invoke,
    Invoked,
    InvokeRefused,
    InvokeTimedOut,
    Need,
    ObjectFound,
    ObjectMissing,
    Result,
    Steps,
    Waited,
)

Answer = TypeVar("Answer")
ReadObject = Callable[[str, str], tuple[bytes, Headers] | None]


class Invoker(Protocol):
    """Whoever runs functions."""

    async def invoke(self, need: Invoke) -> Invoked | InvokeRefused | InvokeTimedOut:
        """Runs the function once."""


class Driver:
    """Performs needs with real functions, real objects and a real, shortened, connect timeout."""

    def __init__(self, functions: Invoker, read_object: ReadObject, connect_timeout_s: float) -> None:
        self._functions = functions
        self._read_object = read_object
        self.connect_timeout_s = connect_timeout_s

    async def run(self, steps: Steps[Answer]) -> Answer:
        """The journey's answer."""
        try:
            need = next(steps)
            while True:
                need = steps.send(await self._perform(need))
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]

    async def _perform(self, need: Need) -> Result:
        match need:
            case Invoke():
                return await self._functions.invoke(need)
            case GetObject(bucket, key):
                found = self._read_object(bucket, key)
                return ObjectFound(*found) if found is not None else ObjectMissing()
            case ConnectTimeout():
                await asyncio.sleep(self.connect_timeout_s)
                return Waited()
