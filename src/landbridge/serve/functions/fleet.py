"""All functions: invokes them, and follows what is deployed."""

from collections.abc import Callable, Mapping
from pathlib import Path

from landbridge.model.functions import Function
from landbridge.model.identifiers import Arn
from landbridge.semantics.functions.refusals import function_not_found
from landbridge.semantics.needs import Invoke, InvokeRefused
from landbridge.serve.functions.host import Credentials, Host, Limits
from landbridge.serve.functions.invocation import InvokeResult
from landbridge.serve.functions.log_writer import Echo, LogWriter, WriteLogs
from landbridge.serve.functions.pool import Pool
from landbridge.serve.functions.runtimes import find_notice

UNQUALIFIED_PARTS = 7
"""Of a function's ARN, without version or alias."""


class Fleet:
    """The functions of one account in one region, as real processes on this machine."""

    def __init__(
        self,
        *,
        directory: Path,
        endpoint_url: str,
        region: str,
        code: Callable[[Arn], bytes],
        credentials: Callable[[Arn], Credentials],
        logs: WriteLogs,
        echo: Echo,
        limits: Limits | None = None,
    ) -> None:
        limits = limits or Limits()
        self._logs = LogWriter(logs, echo, limits.log_delay_s)
        self._host = Host(directory.resolve(), endpoint_url, region, code, credentials, self._logs, limits)
        self._pools: dict[Arn, Pool] = {}
        self._notices: tuple[str, ...] = ()
        self._refused: Mapping[Arn, InvokeRefused] = {}

    @property
    def notices(self) -> tuple[str, ...]:
        """What runs differently here than it is declared, one line each."""
        return self._notices

    def update(
        self, functions: Mapping[Arn, Function], refused: Mapping[Arn, InvokeRefused] | None = None
    ) -> None:
        """Follows a change: what is new or different gets new environments, old ones finish what they run.

        Functions that are `refused` are not run until a change after which they are not.
        """
        self._refused = refused or {}
        for arn in self._pools.keys() - functions.keys():
            self._pools.pop(arn).retire()
        for arn, function in functions.items():
            if arn in self._pools:
                self._pools[arn].update(function)
            else:
                self._pools[arn] = Pool(function, self._host)
        self._notices = tuple(filter(None, map(find_notice, functions.values())))

    async def invoke(self, need: Invoke) -> InvokeResult:
        """What the function answers, or why it does not."""
        arn = need.function_arn
        if self._refused:
            refused = self._refused.get(Arn(":".join(arn.split(":")[:UNQUALIFIED_PARTS])))
            if refused is not None:
                return refused
        pool = self._pools.get(arn) or self._pools.get(Arn(arn.removesuffix(":$LATEST")))
        if pool is None:
            return function_not_found(arn)
        return await pool.invoke(need)

    def flush_logs(self) -> None:
        """Writes the log events that are still pending: all of each invocation that has been answered."""
        for pool in self._pools.values():
            pool.close_logs()
        self._logs.flush()

    async def close(self) -> None:
        """Kills every process and waits until it is gone; writes what is left of the logs."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()
        await self._host.close()
