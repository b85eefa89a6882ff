from dataclasses import replace

import pytest
from tests import topologies
from tests.semantics.api_gateway.calls import MOMENT
from tests.semantics.api_gateway.logged import TICK_MS, log, logging_topology

from landbridge.model.api_gateway_stages import LoggingLevel
from landbridge.model.identifiers import Arn
from landbridge.semantics.api_gateway.stage_logs import access_log_group


def test_the_execution_log_makes_its_own_group_and_the_access_log_does_not() -> None:
    logged = log(logging_topology("$context.requestId", LoggingLevel.INFO))
    assert [(need.group, need.makes_group) for need in logged.written] == [
        ("access", False),
        (f"API-Gateway-Execution-Logs_{topologies.API}/live", True),
    ]
    access, execution = logged.written
    ended_ms = MOMENT.epoch_ms + 3 * TICK_MS
    assert access.events == ((ended_ms, MOMENT.request_id),)
    assert {epoch_ms for epoch_ms, _ in execution.events} == {MOMENT.epoch_ms, ended_ms}


def test_without_a_role_the_reason_goes_where_the_lines_would() -> None:
    topology = logging_topology("$context.requestId", LoggingLevel.INFO)
    section = replace(topology.api_gateway, log_role_arn=Arn(""))
    logged = log(replace(topology, api_gateway=section))
    assert [need.events for need in logged.written] == [(), ()]
    assert all("cloudwatchRoleArn" in need.withheld for need in logged.written)
    assert logged.executed.response.status == 200


@pytest.mark.parametrize(
    ("arn", "group"),
    [
        ("arn:aws:logs:eu-central-1:123456789012:log-group:access", "access"),
        ("arn:aws:logs:eu-central-1:123456789012:log-group:/aws/a:*", "/aws/a"),
    ],
)
def test_the_group_that_a_destination_names(arn: str, group: str) -> None:
    assert access_log_group(arn) == group
