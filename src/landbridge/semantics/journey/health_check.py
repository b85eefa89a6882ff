"""Health checks: who checks whom, and one check, which goes the same way as a client's request."""

from collections.abc import Iterator
from dataclasses import dataclass

from landbridge.model.exchange import HttpRequest, Moment
from landbridge.model.load_balancing import ForwardAction, LoadBalancer, Target, TargetGroup
from landbridge.model.network import NetworkInterface
from landbridge.model.topology import Topology
from landbridge.semantics.doors import ListenerDoor, LocalServerDoor
from landbridge.semantics.journey.arrival import Arrival
from landbridge.semantics.journey.function_target import at_function
from landbridge.semantics.journey.local_server import TIMED_OUT, ask_local_server
from landbridge.semantics.journey.network_health_check import check_network_target
from landbridge.semantics.journey.service import answer_service
from landbridge.semantics.journey.target_address import address_of_target, zone_of_target
from landbridge.semantics.journey.target_connection import connect_to_target, node_as_client
from landbridge.semantics.load_balancing.health import (
    USER_AGENT,
    Answered,
    CheckResult,
    CheckTimedOut,
    ConnectionFailed,
    check_port,
    check_request,
)
from landbridge.semantics.needs import ConnectTimeout, HttpFailed, Steps
from landbridge.semantics.network.faults import zone_of
from landbridge.semantics.world import World
from landbridge.trace.decision import TimedOut


@dataclass(frozen=True, slots=True)
class Check:
    """One node's checks of one target."""

    load_balancer: LoadBalancer
    node: NetworkInterface
    group: TargetGroup
    target: Target
    zone_is_enabled: bool
    """False for a target in an Availability Zone that the load balancer has no node in: it is not checked."""


def health_checks(world: World) -> tuple[Check, ...]:
    """Every node's checks of every target in use; a zone broken on purpose takes its node with it.

    AWS: "Health checks for Application Load Balancer target groups"
    """
    return tuple(
        check
        for balancer in world.topology.load_balancing.load_balancers
        for check in checks_of(world.topology, balancer)
    )


def checks_of(topology: Topology, balancer: LoadBalancer) -> Iterator[Check]:
    """The checks of one load balancer's nodes."""
    network = topology.network
    own = network.interfaces_by_description.get(balancer.interface_description, ())
    zones = {zone_of(network, node) for node in own}
    nodes = [node for node in own if zone_of(network, node) not in topology.faults.zones]
    for group in _groups_in_use(topology, balancer):
        for target in group.targets:
            zone = zone_of_target(network, group, target)
            for node in nodes:
                yield Check(balancer, node, group, target, not zone or zone in zones)


def check_target(
    world: World, node: NetworkInterface, group: TargetGroup, target: Target, moment: Moment
) -> Steps[CheckResult]:
    """What the check found; whoever performs it ends it when its timeout is over.

    AWS: "Health checks for Application Load Balancer target groups"
    """
    check = group.health_check
    if group.target_type == "lambda":
        return (yield from _check_function(world, node, group, target, moment))
    if group.protocol == "TCP":
        return (yield from check_network_target(world, node, group, target, moment))
    port = check_port(group, target)
    connection = connect_to_target(world, node, group, target, port, check.protocol)
    if connection.door is None:
        if not isinstance(connection.outcome, TimedOut):
            return ConnectionFailed()
        yield ConnectTimeout()
        return CheckTimedOut()
    address = address_of_target(world.topology.network, group, target)
    request = check_request(group, target, str(address))
    if isinstance(connection.door, LocalServerDoor):
        answer, _ = yield from ask_local_server(connection.door, request, check.timeout_s * 1000, reuse=False)
        if isinstance(answer, HttpFailed):
            return CheckTimedOut() if answer.failure in TIMED_OUT else ConnectionFailed()
        return Answered(answer.response.status)
    assert not isinstance(connection.door, ListenerDoor)  # refused when the connection was decided
    arrival = Arrival(node_as_client(node, check.protocol), request, moment, {})
    answered = yield from answer_service(world, connection.door, arrival)
    return Answered(answered.response.status)


def _check_function(
    world: World, node: NetworkInterface, group: TargetGroup, target: Target, moment: Moment
) -> Steps[CheckResult]:
    request = HttpRequest("GET", group.health_check.path, (("user-agent", USER_AGENT),))
    arrival = Arrival(node_as_client(node, ""), request, moment, {})
    answered = yield from at_function(world, group, target, arrival)
    if not answered.hops[-1].decision.allowed:
        return ConnectionFailed()
    return Answered(answered.response.status)


def _groups_in_use(topology: Topology, balancer: LoadBalancer) -> list[TargetGroup]:
    arns = {
        arn
        for listener in balancer.listeners
        for rule in listener.rules
        for action in rule.actions
        if isinstance(action, ForwardAction)
        for arn, _ in action.target_groups
    }
    groups = topology.load_balancing.target_group_by_arn
    return [groups[arn] for arn in sorted(arns) if arn in groups and groups[arn].health_check.enabled]
