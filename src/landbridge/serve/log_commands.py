"""``landbridge logs`` at the stack's end: what functions, stages and load balancers have logged so far."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, Protocol

from landbridge.errors import DeclarationError
from landbridge.model.api_gateway import ApiGateway
from landbridge.semantics.api_gateway.stage_logs import access_log_group
from landbridge.serve.access_logs import AccessLogs
from landbridge.serve.functions.log_writer import name_group
from landbridge.serve.live_world import LiveWorld

EXECUTION_LOGS = "API-Gateway-Execution-Logs_"
FUNCTION_LOGS = name_group("")


class LogKind(StrEnum):
    """Whose logs."""

    FUNCTION = "function"
    ACCESS = "access"
    EXECUTION = "execution"
    LOAD_BALANCER = "load-balancer"


class LogReader(Protocol):
    """Whoever keeps log groups."""

    def read_log_events(
        self, wanted: Callable[[str], bool], after: int
    ) -> Iterable[tuple[int, int, str, str]]:
        """Time, number, log group and message of each event with a higher number."""


class LogCommands:
    """What the control port offers about logs."""

    def __init__(
        self, live: LiveWorld, reader: LogReader, flush: Callable[[], None], access_logs: AccessLogs
    ) -> None:
        self._live = live
        self._reader = reader
        self._flush = flush
        self._access_logs = access_logs

    async def tell(self, request: dict[str, Any]) -> dict[str, Any]:
        """The lines of the kinds asked for that are newer than the numbers asked for, and the numbers now."""
        world = await self._live.current()
        kinds, function = _kinds(request.get("kinds")), str(request.get("function") or "")
        if function and name_group(function) not in _function_groups(world.topology.functions.by_arn):
            known = ", ".join(sorted(arn.rpartition(":")[2] for arn in world.topology.functions.by_arn))
            raise DeclarationError(f"There is no function {function!r}", f"functions are: {known or 'none'}")
        self._flush()
        wanted = _wanted(kinds, function, _access_groups(world.topology.api_gateway))
        after, entries_after = int(request.get("after", -1)), int(request.get("entries_after", 0))
        events = list(self._reader.read_log_events(wanted, after))
        entries = [
            each
            for each in self._access_logs.latest
            if LogKind.LOAD_BALANCER in kinds and each.number > entries_after
        ]
        lines = sorted(
            (epoch_ms, number, source, text) for epoch_ms, number, source, text in (*events, *entries)
        )
        return {
            "lines": [[epoch_ms, source, text] for epoch_ms, _, source, text in lines],
            "after": max((number for _, number, _, _ in events), default=after),
            "entries_after": max((each.number for each in entries), default=entries_after),
        }


def _kinds(names: object) -> tuple[LogKind, ...]:
    try:
        return tuple(map(LogKind, names)) if isinstance(names, list) and names else tuple(LogKind)
    except ValueError:
        known = ", ".join(LogKind)
        raise DeclarationError(f"There are no logs of {names!r}", f"known are: {known}") from None


def _function_groups(arns: Iterable[str]) -> set[str]:
    return {name_group(arn.rpartition(":")[2]) for arn in arns}


def _access_groups(section: ApiGateway) -> set[str]:
    logs = (stage.settings.access_log for api in section.rest_apis for stage in api.stages)
    return {access_log_group(each.destination_arn) for each in logs if each is not None}


def _wanted(kinds: tuple[LogKind, ...], function: str, access_groups: set[str]) -> Callable[[str], bool]:
    def wanted(group: str) -> bool:
        if group in access_groups:
            return LogKind.ACCESS in kinds
        if group.startswith(EXECUTION_LOGS):
            return LogKind.EXECUTION in kinds
        if group.startswith(FUNCTION_LOGS) and LogKind.FUNCTION in kinds:
            return not function or group == name_group(function)
        return False

    return wanted
