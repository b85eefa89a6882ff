"""All functions: invokes them, and follows what is deployed."""

from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

from landbridge.model.functions import LATEST, Function, Functions, qualified, unqualified
from landbridge.model.identifiers import Arn
from landbridge.semantics.functions.refusals import function_not_found
from landbridge.semantics.functions.versions import choose_version
from landbridge.semantics.needs import Invoke, InvokeRefused
from landbridge.serve.functions.host import Credentials, Host, Limits
from landbridge.serve.functions.invocation import InvokeResult
from landbridge.serve.functions.log_writer import Echo, LogWriter, WriteLogs
from landbridge.serve.functions.pool import Pool
from landbridge.serve.functions.runtimes import find_notice


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
        """By the ARN of the function for what is not published, by that of the version for what is."""
        self._peers: dict[Arn, list[Pool]] = {}
        """The pools of a function's versions, by its ARN."""
        self._invoked: Mapping[Arn, Function] = {}
        self._random = Random()
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
        self._invoked = Functions(tuple(functions.values())).by_invoked_arn
        versions = {each.arn: each for function in functions.values() for each in _versions(function)}
        for arn in self._pools.keys() - versions.keys():
            self._retire(arn)
        for arn, version in versions.items():
            if arn in self._pools:
                self._pools[arn].update(version)
            else:
                self._open(version)
        self._notices = tuple(filter(None, map(find_notice, functions.values())))

    async def invoke(self, need: Invoke) -> InvokeResult:
        """What the function answers, or why it does not."""
        arn = need.function_arn
        if self._refused:
            refused = self._refused.get(unqualified(arn))
            if refused is not None:
                return refused
        pool = self._pools.get(arn) or self._behind(arn)
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

    def _behind(self, arn: Arn) -> Pool | None:
        """The pool of the version that an alias means this time, or ``$LATEST`` always."""
        invoked = self._invoked.get(arn)
        if invoked is None:
            return None
        function_arn, version = unqualified(arn), choose_version(invoked, self._random.random())
        return self._pools.get(function_arn if version == LATEST else qualified(function_arn, version))

    def _open(self, version: Function) -> None:
        peers = self._peers.setdefault(unqualified(version.arn), [])
        self._pools[version.arn] = pool = Pool(version, self._host, peers)
        peers.append(pool)

    def _retire(self, arn: Arn) -> None:
        pool, function_arn = self._pools.pop(arn), unqualified(arn)
        pool.retire()
        self._peers[function_arn].remove(pool)
        if not self._peers[function_arn]:
            del self._peers[function_arn]


def _versions(function: Function) -> tuple[Function, ...]:
    """What can run: the unpublished version and the published ones."""
    return (function, *function.versions)
