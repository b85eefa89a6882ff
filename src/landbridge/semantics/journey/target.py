"""From a rule's forward action to a target, and what the target answers."""

from ipaddress import IPv4Address

from landbridge.model.load_balancing import ForwardAction, Rule, Target, TargetGroup
from landbridge.model.network import NetworkInterface
from landbridge.semantics.doors import EndpointDoor, ListenerDoor, door_reference
from landbridge.semantics.journey.arrival import Answered, Arrival, Connection, page
from landbridge.semantics.journey.connection import connect_to
from landbridge.semantics.journey.service import answer_service
from landbridge.semantics.load_balancing.forwarding import Client, compile_forwarding, forward, relay
from landbridge.semantics.load_balancing.targets import (
    choose_target,
    choose_target_group,
    compile_target_group,
    no_weight,
)
from landbridge.semantics.needs import ConnectTimeout, Steps
from landbridge.semantics.network.source import InVpc
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Hop, Refused, ResourceRef, Step, TimedOut, denied, not_modelled


def forward_to_target(
    world: World, door: ListenerDoor, arrival: Arrival, rule: Rule, action: ForwardAction
) -> Steps[Answered]:
    """The response of the target that a forward action leads to."""
    node, moment = door.node, arrival.moment
    chosen = choose_target_group(action, moment.turn)
    if chosen is None:
        return Answered(page(503, arrival), (no_weight(door.listener, rule),))
    group_arn, turn = chosen
    group = world.topology.load_balancing.target_group_by_arn.get(group_arn)
    if group is None:
        decision = not_modelled(f"target group {group_arn}, which could not be read")
        return Answered(page(500, arrival), (Hop(door_reference(door), Step.TARGET, decision),))
    compiled = world.once(compile_target_group, group)
    target, target_hop = choose_target(compiled, arrival.health.get(node.id, {}), turn)
    if target is None:
        return Answered(page(503, arrival), (target_hop,))
    backend = connect_to_target(world, node, group, target)
    if backend.door is None:
        if isinstance(backend.outcome, TimedOut):
            yield ConnectTimeout()
        status = 504 if isinstance(backend.outcome, TimedOut) else 502
        return Answered(page(status, arrival), (target_hop, *backend.hops))
    assert not isinstance(backend.door, ListenerDoor)  # refused when the connection was decided
    forwarding = world.once(compile_forwarding, door.load_balancer)
    forwarded = forward(arrival.request, door.listener, forwarding, arrival.client, moment)
    onwards = Arrival(world.once(node_as_client, node), forwarded, moment, arrival.health)
    answered = yield from answer_service(world, backend.door, onwards)
    return Answered(relay(answered.response), (target_hop, *backend.hops, *answered.hops))


def node_as_client(node: NetworkInterface) -> Client:
    """A load balancer node as an execute-api endpoint sees it, with the TLS that the two agree on."""
    return Client(str(node.address), 0, "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256")


def connect_to_target(world: World, node: NetworkInterface, group: TargetGroup, target: Target) -> Connection:
    """Where a load balancer node's connection to a registered target ends."""
    return world.remember(
        ("target", node.id, group.arn, target), lambda: _connect_to_target(world, node, group, target)
    )


def _connect_to_target(
    world: World, node: NetworkInterface, group: TargetGroup, target: Target
) -> Connection:
    reference = ResourceRef("AWS::ElasticLoadBalancingV2::TargetGroup", group.name, group.arn)
    unsupported = _unsupported_target(group, target)
    if unsupported:
        hop = Hop(reference, Step.TARGET, not_modelled(unsupported, reference))
        return Connection((hop,), None, Refused())
    source = InVpc(node.address, node.vpc_id, node.subnet_id, node.security_group_ids, node.id)
    connection = connect_to(world, source, IPv4Address(target.id), target.port or group.port or 0)
    if isinstance(connection.door, ListenerDoor):
        decision = not_modelled(
            "a load balancer behind a load balancer, which may be the same one", reference
        )
        return Connection((*connection.hops, Hop(reference, Step.TARGET, decision)), None, Refused())
    if isinstance(connection.door, EndpointDoor) and group.protocol != "HTTPS":
        decision = denied(
            LocalCode.TARGET_UNREACHABLE,
            reference,
            ("protocol", group.protocol),
            remedy="An execute-api endpoint speaks TLS: make the target group HTTPS on port 443",
        )
        hop = Hop(reference, Step.TARGET, decision)
        return Connection((*connection.hops, hop), None, Refused())
    return connection


def _unsupported_target(group: TargetGroup, target: Target) -> str:
    if group.target_type != "ip":
        return f"targets of type {group.target_type}"
    return f"the target {target.id}, which is no IPv4 address" if ":" in target.id else ""
