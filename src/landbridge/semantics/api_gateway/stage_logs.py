"""What a stage writes to CloudWatch Logs about a request that has been answered.

AWS: "Set up CloudWatch logging for REST APIs in API Gateway"
"""

from landbridge.model.api_gateway_stages import LoggingLevel
from landbridge.model.exchange import Moment
from landbridge.semantics.api_gateway.access_log import access_log_entry
from landbridge.semantics.api_gateway.execution_log import execution_log_events
from landbridge.semantics.api_gateway.log_destination import may_log
from landbridge.semantics.api_gateway.request import ApiRequest, Executed
from landbridge.semantics.api_gateway.stage_settings import method_settings
from landbridge.semantics.api_gateway.watching import read_clock
from landbridge.semantics.needs import Steps, WriteLogs
from landbridge.semantics.world import World

Events = tuple[tuple[int, str], ...]


def write_logs(world: World, call: ApiRequest, moment: Moment, executed: Executed) -> Steps[None]:
    """Has the access log and the execution log written, those that are on.

    AWS: "Set up CloudWatch logging for REST APIs in API Gateway"
    """
    ended_ms = yield from read_clock()
    settings = call.stage.settings
    if settings.access_log is not None:
        group = access_log_group(settings.access_log.destination_arn)
        entry = access_log_entry(world, call, moment, executed, ended_ms)
        yield _write(world, group, ((ended_ms, entry),), makes_group=False)
    match = executed.request.match if executed.request is not None else None
    own = method_settings(world, settings, match)
    if own.logging_level is not LoggingLevel.OFF:
        group = execution_log_group(call.api.id, call.stage.name)
        events = execution_log_events(call, moment, executed, own, ended_ms)
        yield _write(world, group, events, makes_group=True)


def access_log_group(destination_arn: str) -> str:
    """The log group of ``arn:aws:logs:eu-central-1:123456789012:log-group:name``."""
    return destination_arn.partition(":log-group:")[2].removesuffix(":*")


def execution_log_group(api_id: str, stage: str) -> str:
    """The log group that API Gateway makes for a stage.

    AWS: "Set up CloudWatch logging for REST APIs in API Gateway"
    """
    return f"API-Gateway-Execution-Logs_{api_id}/{stage}"


def _write(world: World, group: str, events: Events, *, makes_group: bool) -> WriteLogs:
    decision = may_log(world, group)
    if decision.allowed:
        return WriteLogs(group, events, makes_group)
    return WriteLogs(group, (), makes_group, decision.remedy or str(decision.code))
