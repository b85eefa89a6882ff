from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantics.api_gateway.calls import MOMENT, bare_stage, call, get, with_stage
from tests.semantics.api_gateway.logged import log, logging_topology

from landbridge.model.api_gateway import Canary, Deployment, Integration, IntegrationResponse
from landbridge.model.exchange import Moment
from landbridge.model.topology import Topology
from landbridge.semantics.api_gateway.canary import canary_stage, falls_to_canary
from landbridge.semantics.world import World

LOW = replace(MOMENT, trace_id="1-624c4641-31a8bde2177ec9aa00000000")
HIGH = replace(MOMENT, trace_id="1-624c4641-31a8bde2177ec9aaffffffff")
FORM = "$context.isCanaryRequest $context.deploymentId $context.status"


def with_canary(percent_traffic: float) -> Topology:
    """The private app whose canary answers 418."""
    teapot = Integration(
        "MOCK",
        request_templates=(("application/json", '{"statusCode": 418}'),),
        responses=(IntegrationResponse("418"),),
    )
    topology = logging_topology(FORM)
    policy = topology.api_gateway.rest_apis[0].stages[0].deployment.policy
    deployment = Deployment("d2", (get("/api/{proxy+}", teapot),), policy)
    return with_stage(topology, canary=Canary(deployment, percent_traffic))


@pytest.mark.parametrize(
    ("moment", "percent_traffic", "status"),
    [
        (LOW, 0.1, 418),
        (LOW, 0.0, 200),
        (HIGH, 99.9, 200),
        (HIGH, 100.0, 418),
        (MOMENT, 1.5, 200),
        (MOMENT, 1.6, 418),
    ],
)
def test_a_canary_serves_its_share_of_the_requests(
    moment: Moment, percent_traffic: float, status: int
) -> None:
    topology = with_canary(percent_traffic)
    logged = log(topology, call(topology), moment=moment)
    assert logged.executed.response.status == status
    is_canary = status == 418
    deployment = "d2" if is_canary else topology.api_gateway.rest_apis[0].stages[0].deployment.id
    assert logged.lines("access") == [f"{str(is_canary).lower()} {deployment} {status}"]


@given(st.integers(0, 0xFFFFFFFF), st.floats(0, 100), st.floats(0, 100))
def test_whoever_is_in_a_small_share_is_in_a_larger_one(drawn: int, one: float, other: float) -> None:
    moment = replace(MOMENT, trace_id=f"1-624c4641-31a8bde2177ec9aa{drawn:08x}")
    low, high = sorted((one, other))
    assert falls_to_canary(moment, high) or not falls_to_canary(moment, low)


def test_a_canary_overrides_stage_variables_one_by_one() -> None:
    stage = bare_stage(variables=(("colour", "blue"), ("size", "xl")))
    canary = Canary(Deployment("d2", ()), 10.0, (("colour", "green"), ("taste", "sweet")))
    released = canary_stage(replace(stage, canary=canary))
    assert released.deployment.id == "d2"
    assert released.variables == (("colour", "green"), ("size", "xl"), ("taste", "sweet"))


def test_what_is_remembered_of_one_release_says_nothing_of_the_other() -> None:
    topology = with_canary(50.0)
    world = World(topology)
    for moment, status in ((LOW, 418), (HIGH, 200), (LOW, 418)):
        logged = log(topology, call(topology), moment=moment, world=world)
        assert logged.executed.response.status == status
