"""``landbridge up --terraform``: the user's configuration applied, and again when its files change."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from landbridge.cli.report import TerminalReport, print_addresses
from landbridge.errors import LandbridgeError
from landbridge.serve.stack import Stack
from landbridge.terraform.configuration import Api, Configuration

WATCH_INTERVAL_S = 1.0
Result = TypeVar("Result")


class Stopped(Exception):  # noqa: N818
    """The user wants to stop."""


async def unless(stopping: asyncio.Event, work: Coroutine[Any, Any, Result]) -> Result:
    """The work's result; `Stopped`, after the work has been cancelled and has ended, if that comes first."""
    task = asyncio.ensure_future(work)
    stopped = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return await task
        raise Stopped
    finally:
        stopped.cancel()
        task.cancel()
        await asyncio.wait((task,))


class Applying:
    """A configuration on its way into a stack."""

    def __init__(self, configuration: Configuration, report: TerminalReport, stopping: asyncio.Event) -> None:
        self._configuration = configuration
        self._report = report
        self._stopping = stopping

    async def prepare(self) -> str:
        """Providers and modules are there; the region of what will be made, empty for the default."""
        region = await unless(self._stopping, self._configuration.prepare())
        for remark in self._configuration.remarks:
            self._report.remark(remark)
        return region

    async def fill(self, api: Api, empty: bool) -> None:
        """Everything in the configuration is in the AWS API, which was empty, or holds what was applied."""
        if empty:
            self._configuration.forget_state()
        self._api = api
        self._stamp = self._configuration.stamp()
        await unless(self._stopping, self._configuration.apply(self._api, self._refused))

    async def watch(self, stack: Stack) -> None:
        """Applies again whenever files have changed and then rested."""
        while True:
            await asyncio.sleep(WATCH_INTERVAL_S)
            stamp = await asyncio.to_thread(self._configuration.stamp)
            if stamp == self._stamp:
                continue
            await asyncio.sleep(WATCH_INTERVAL_S)
            if await asyncio.to_thread(self._configuration.stamp) != stamp:
                continue
            self._stamp = stamp
            try:
                await self._configuration.prepare()
                await self._configuration.apply(self._api, self._refused)
                await stack.filled()
                renewed = await stack.renewed()
                if renewed is not None:
                    print_addresses(renewed)
            except (LandbridgeError, OSError) as problem:
                self._report.remark(f"not applied: {problem}")

    def _refused(self, host: str) -> None:
        self._report.notice(f"Terraform was kept from {host}: only the local AWS API is there")
