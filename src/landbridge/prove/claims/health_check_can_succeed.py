"""A healthy target is seen to be healthy: what the target answers is what its health check expects."""

from collections.abc import Iterator
from itertools import groupby

from landbridge.model.exchange import Moment
from landbridge.model.load_balancing import TargetGroup
from landbridge.prove.case import Case
from landbridge.prove.verdict import Claim, Finding, broken, unknown
from landbridge.semantics.journey.arrival import Connection
from landbridge.semantics.journey.connection import connect_to
from landbridge.semantics.journey.health_check import Check, check_target, checks_of
from landbridge.semantics.journey.network_load_balancer import address_from
from landbridge.semantics.journey.target_connection import connect_to_target
from landbridge.semantics.load_balancing.health import (
    Answered,
    CheckResult,
    CheckTimedOut,
    ConnectionFailed,
    HealthState,
    after_check,
    check_port,
    initial,
)
from landbridge.semantics.needs import ConnectTimeout, Waited
from landbridge.semantics.network.source import from_interface
from landbridge.semantics.world import World
from landbridge.trace.decision import ResourceRef, Verdict

CLAIM = Claim(
    "health-check-can-succeed",
    "The health check of every target group can succeed",
    (
        "Health checks for Application Load Balancer target groups",
        "Health checks for Network Load Balancer target groups",
    ),
)
NOT_IMPLEMENTED = 501
"""With which a request is answered that meets something not modelled."""
NOON = Moment(0, "", "", "", 0)


def judge(case: Case) -> Iterator[Finding]:
    """Target groups none of whose targets can pass its check.

    AWS: "Health checks for Application Load Balancer target groups"
    """
    checks = [
        check
        for balancer in case.app.load_balancers
        for check in checks_of(case.topology, balancer)
        if check.zone_is_enabled
    ]
    checks.sort(key=lambda check: check.group.arn)
    for _, of_group in groupby(checks, key=lambda check: check.group.arn):
        yield from _judge_group(case.world, list(of_group))


def _judge_group(world: World, checks: list[Check]) -> Iterator[Finding]:
    results = [_result(world, check) for check in checks]
    group = checks[0].group
    passed = (not isinstance(each, str) and _passes(group, each) for each in results)
    if any(passed):
        return
    reference = ResourceRef("AWS::ElasticLoadBalancingV2::TargetGroup", group.name, group.arn)
    undecided = next((each for each in results if isinstance(each, str)), None)
    if undecided is not None:
        yield unknown(
            f"whether target group {group.name}'s health check succeeds depends on {undecided}", reference
        )
        return
    failed = next(each for each in results if not isinstance(each, str))
    yield broken(
        f"the health check of target group {group.name} can never succeed: {_described(checks[0], failed)}; "
        "with every target unhealthy the load balancer asks all of them all the same, so that a target that "
        "really is down is not noticed",
        reference,
        _remedy(group, failed),
    )


def _result(world: World, check: Check) -> CheckResult | str:
    """What the check finds, or on what it depends."""
    unmodelled = _not_modelled(world, check)
    if unmodelled:
        return unmodelled
    steps = check_target(world, check.node, check.group, check.target, NOON)
    try:
        need = next(steps)
        if not isinstance(need, ConnectTimeout):
            steps.close()
            return f"what target {check.target.id} answers"
        steps.send(Waited())
    except StopIteration as end:
        result: CheckResult = end.value
        if isinstance(result, Answered) and result.status == NOT_IMPLEMENTED:
            return f"what is not modelled at target {check.target.id}"
        return result
    return f"what target {check.target.id} answers"


def _not_modelled(world: World, check: Check) -> str:
    """What the network between node and target has that is not modelled; empty for nothing."""
    if check.group.target_type == "lambda":
        return ""
    for hop in _way(world, check).hops:
        if hop.decision.verdict is Verdict.NOT_MODELLED:
            return dict(hop.decision.facts).get("feature", "something that is not modelled")
    return ""


def _way(world: World, check: Check) -> Connection:
    group, target = check.group, check.target
    port = check_port(group, target)
    if group.protocol != "TCP":
        return connect_to_target(world, check.node, group, target, port, group.health_check.protocol)
    address = address_from(world.topology, check.node, group, target)
    if address is None:
        return Connection((), None)
    return connect_to(world, from_interface(check.node), address, port or 0)


def _passes(group: TargetGroup, result: CheckResult) -> bool:
    return after_check(initial(), group.health_check, result).state is HealthState.HEALTHY


def _described(check: Check, result: CheckResult) -> str:
    target, port = check.target.id, check_port(check.group, check.target)
    if check.group.target_type == "lambda":
        return f"the load balancer may not invoke {target}"
    match result:
        case Answered(status):
            wanted = check.group.health_check
            asked = f"GET {wanted.path} with the address as Host"
            return f"{target}:{port} answers {status} to {asked}, and {wanted.matcher} is wanted"
        case CheckTimedOut():
            return f"{target}:{port} is not reached from {check.node.address}"
        case ConnectionFailed():
            return f"{target}:{port} takes no {check.group.health_check.protocol} from {check.node.address}"
        case _:
            return f"{target}:{port} took a connection"


def _remedy(group: TargetGroup, result: CheckResult) -> str:
    if group.target_type == "lambda":
        return f"Let elasticloadbalancing.amazonaws.com invoke the function, with source ARN {group.arn}"
    if isinstance(result, Answered):
        return f"Set the matcher of target group {group.name} to {group.health_check.matcher},{result.status}"
    if isinstance(result, CheckTimedOut):
        return (
            f"Let the load balancer's security group out, and the targets' in, on the check's port "
            f"({group.health_check.port})"
        )
    return f"Check target group {group.name} by HTTPS on port 443, which is what endpoints speak"
