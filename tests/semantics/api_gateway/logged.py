"""Requests to a stage that logs, with the world outside played by hand."""

from dataclasses import dataclass, replace
from typing import Any

from tests import topologies
from tests.semantics.api_gateway.calls import MOMENT, OK, call, with_stage

from landbridge.model.api_gateway_stages import AccessLog, LoggingLevel, MethodSettings, StageSettings
from landbridge.model.exchange import Moment
from landbridge.model.identifiers import Arn
from landbridge.model.identity import Role
from landbridge.model.policy import PolicyDocument
from landbridge.model.topology import Topology
from landbridge.semantics.api_gateway.execution import Executed, execute
from landbridge.semantics.api_gateway.request import ApiRequest
from landbridge.semantics.needs import (
    ClockRead,
    Keep,
    Kept,
    LogsWritten,
    Need,
    ReadClock,
    Recall,
    Recalled,
    Result,
    WriteLogs,
)
from landbridge.semantics.world import World

ROLE_ARN = Arn("arn:aws:iam::123456789012:role/apigateway-logs")
DESTINATION = "arn:aws:logs:eu-central-1:123456789012:log-group:access"
TICK_MS = 7
"""How far the clock has gone whenever it is read."""


@dataclass(frozen=True)
class Logged:
    """What became of a request, and what was written about it."""

    executed: Executed
    written: tuple[WriteLogs, ...]
    others: tuple[Need, ...]
    """What else was needed, the clock aside."""

    def lines(self, group: str) -> list[str]:
        """The messages in a log group."""
        return [message for need in self.written if need.group == group for _, message in need.events]


def log_role(service: str = "apigateway.amazonaws.com", actions: tuple[str, ...] = ("logs:*",)) -> Role:
    """A role for logs."""
    may = topologies.statement(actions=actions, resources=("*",))
    policies = (("logs", PolicyDocument((may,))),) if actions else ()
    return Role(ROLE_ARN, "apigateway-logs", topologies.trust(service), policies)


def with_log_role(topology: Topology, role: Role | None = None) -> Topology:
    """The topology with a role for logs in the account's settings."""
    roles = (*topology.identity.roles, role or log_role())
    return replace(
        topology,
        identity=replace(topology.identity, roles=roles),
        api_gateway=replace(topology.api_gateway, log_role_arn=ROLE_ARN),
    )


def logging_topology(
    form: str = "", level: LoggingLevel = LoggingLevel.OFF, topology: Topology | None = None, **changes: Any
) -> Topology:
    """The private app, or another, whose one stage logs."""
    settings = StageSettings(
        access_log=AccessLog(DESTINATION, form) if form else None,
        methods=(MethodSettings(logging_level=level, **changes),),
    )
    return with_log_role(with_stage(topology or topologies.private_app(), settings=settings))


def log(
    topology: Topology,
    made: ApiRequest | None = None,
    *results: Result,
    moment: Moment = MOMENT,
    world: World | None = None,
) -> Logged:
    """One request; a function that is asked says hello where no results are given."""
    steps = execute(world or World(topology), made or call(topology), moment)
    pending = list(results or (OK,))
    written, others, epoch_ms = [], [], moment.epoch_ms
    try:
        need = next(steps)
        while True:
            match need:
                case ReadClock():
                    epoch_ms += TICK_MS
                    need = steps.send(ClockRead(epoch_ms))
                case WriteLogs():
                    written.append(need)
                    need = steps.send(LogsWritten())
                case Recall():
                    need = steps.send(Recalled(None))
                case Keep():
                    need = steps.send(Kept())
                case _:
                    others.append(need)
                    need = steps.send(pending.pop(0))
    except StopIteration as end:
        return Logged(end.value, tuple(written), tuple(others))
