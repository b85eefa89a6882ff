"""How a Network Load Balancer's node finds its targets."""

from dataclasses import replace

import pytest
from tests.semantics.api_gateway.calls import MOMENT
from tests.semantics.conversations import with_group_rules
from tests.semantics.journey.network_load_balancers import (
    ENDPOINTS,
    NODE_A,
    TCP_CHECK,
    fronted,
    network_target_group,
    rule,
)
from tests.topologies import ALB_ARN, ALB_GROUP, ENDPOINT_GROUP

from landbridge.model.faults import Faults
from landbridge.model.load_balancing import FixedResponseAction, HealthCheck, Rule, Target
from landbridge.model.network import SecurityGroupRule
from landbridge.model.topology import Topology
from landbridge.semantics.journey.health_check import check_target, health_checks
from landbridge.semantics.load_balancing.health import (
    Answered,
    CheckResult,
    CheckTimedOut,
    Connected,
    ConnectionFailed,
    HealthState,
    after_check,
    initial,
)
from landbridge.semantics.needs import ConnectTimeout, Waited
from landbridge.semantics.world import World

HTTPS_CHECK = HealthCheck("HTTPS", "traffic-port", "/well", 30, 6, 5, 2, "200-399")
HTTP_CHECK = replace(HTTPS_CHECK, protocol="HTTP")
FROM_NODES = rule("nodes", cidr="10.20.0.0/16")


def check(topology: Topology) -> CheckResult:
    """The first node's check of its first target."""
    world = World(topology)
    one = next(each for each in health_checks(world) if each.node.id == NODE_A)
    steps = check_target(world, one.node, one.group, one.target, MOMENT)
    try:
        assert next(steps) == ConnectTimeout()
        steps.send(Waited())
    except StopIteration as end:
        result: CheckResult = end.value
        return result
    raise AssertionError("a check needs nothing but to wait here")


def answering_alb(*rules: SecurityGroupRule, check: HealthCheck = TCP_CHECK) -> Topology:
    """The load balancer behind answers everything itself."""
    app = with_group_rules(fronted(network_target_group(check=check)), ALB_GROUP, rules)
    alb, front = app.load_balancing.load_balancers
    (listener,) = alb.listeners
    fixed = Rule(listener.rules[0].arn, None, (), (FixedResponseAction(204),))
    alb = replace(alb, listeners=(replace(listener, rules=(fixed,)),))
    return replace(app, load_balancing=replace(app.load_balancing, load_balancers=(alb, front)))


@pytest.mark.parametrize(
    ("one", "rules", "expected"),
    [
        (TCP_CHECK, (FROM_NODES,), Connected()),
        (HTTPS_CHECK, (FROM_NODES,), Answered(204)),
        (HTTP_CHECK, (FROM_NODES,), ConnectionFailed()),
        (replace(TCP_CHECK, port="80"), (FROM_NODES,), ConnectionFailed()),
        (TCP_CHECK, (rule("office", cidr="192.168.0.0/16"),), CheckTimedOut()),
        (HTTPS_CHECK, (), CheckTimedOut()),
    ],
)
def test_a_check_of_a_load_balancer_comes_from_the_nodes_address(
    one: HealthCheck, rules: tuple[SecurityGroupRule, ...], expected: CheckResult
) -> None:
    assert check(answering_alb(*rules, check=one)) == expected


def test_a_check_of_an_endpoint_is_answered_by_it() -> None:
    app = fronted(network_target_group("ip", ENDPOINTS, check=HTTPS_CHECK))
    assert check(with_group_rules(app, ENDPOINT_GROUP, (FROM_NODES,))) == Answered(403)


def test_a_target_that_is_gone_or_broken_on_purpose_fails() -> None:
    assert check(fronted(network_target_group(targets=(Target(f"{ALB_ARN}0", 443),)))) == ConnectionFailed()
    broken = replace(answering_alb(FROM_NODES), faults=Faults(targets=frozenset({ALB_ARN})))
    assert check(broken) == CheckTimedOut()


def test_a_connection_is_all_that_a_tcp_check_asks() -> None:
    assert after_check(initial(), TCP_CHECK, Connected()).state is HealthState.HEALTHY
