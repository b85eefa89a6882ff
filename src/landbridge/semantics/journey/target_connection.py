"""Where a load balancer node's connection to a target ends, and which targets a node uses at all."""

from dataclasses import replace

from landbridge.model.load_balancing import Target, TargetGroup
from landbridge.model.network import NetworkInterface
from landbridge.semantics.doors import BackendDoor, ListenerDoor, LocalServerDoor, speaks_tls
from landbridge.semantics.journey.arrival import Connection
from landbridge.semantics.journey.connection import connect_to
from landbridge.semantics.journey.target_address import address_of_target, zone_of_target
from landbridge.semantics.load_balancing.forwarding import Client
from landbridge.semantics.load_balancing.targets import CompiledTargetGroup, compile_target_group
from landbridge.semantics.needs import Tls
from landbridge.semantics.network.faults import target_is_down, zone_of
from landbridge.semantics.network.source import from_interface
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Hop, Hops, Refused, ResourceRef, Step, TimedOut, denied, not_modelled

TARGET_SECURITY_POLICY = "ELBSecurityPolicy-TLS13-1-0-2021-06"
"""What a load balancer speaks with its targets, where its listeners have policies of these years."""


def group_for_node(world: World, group: TargetGroup, node: NetworkInterface) -> CompiledTargetGroup:
    """The group as a node uses it: without cross-zone load balancing, the targets of its own zone only.

    AWS: "Cross-zone load balancing for target groups"
    """
    compiled = world.once(compile_target_group, group)
    if compiled.cross_zone:
        return compiled
    network = world.topology.network
    zone = zone_of(network, node)

    def of_zone() -> CompiledTargetGroup:
        own = tuple(target for target in group.targets if zone_of_target(network, group, target) == zone)
        return compile_target_group(replace(group, targets=own))

    return world.remember(("targets of zone", group.arn, zone), of_zone)


def node_as_client(node: NetworkInterface, protocol: str) -> Client:
    """A load balancer node as AWS's services see it, with the TLS that the two agree on."""
    if protocol != "HTTPS":
        return Client(str(node.address))
    return Client(str(node.address), 0, "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256")


def tls_with_target(protocol: str) -> Tls | None:
    """How a load balancer speaks TLS with a real server; None for plain HTTP."""
    return Tls(verify=False, security_policy=TARGET_SECURITY_POLICY) if protocol == "HTTPS" else None


def connect_to_target(
    world: World,
    node: NetworkInterface,
    group: TargetGroup,
    target: Target,
    port: int | None = None,
    protocol: str = "",
) -> Connection:
    """Where a load balancer node's connection to a registered target ends.

    `port` and `protocol` are those of a health check where it has its own.
    """
    return world.remember(
        ("target", node.id, group.arn, target, port, protocol),
        lambda: _connect_to_target(
            world, node, group, target, port or target.port or group.port or 0, protocol or group.protocol
        ),
    )


def _connect_to_target(
    world: World, node: NetworkInterface, group: TargetGroup, target: Target, port: int, protocol: str
) -> Connection:
    reference = ResourceRef("AWS::ElasticLoadBalancingV2::TargetGroup", group.name, group.arn)
    broken = target_is_down(world.topology.faults, target.id, port)
    if broken is not None:
        return Connection((Hop(reference, Step.TARGET, broken),), None, TimedOut())
    address = address_of_target(world.topology.network, group, target)
    if address is None:
        hop = Hop(reference, Step.TARGET, not_modelled(_without_address(group, target), reference))
        return Connection((hop,), None, Refused())
    connection = connect_to(world, from_interface(node), address, port)
    if connection.door is None:
        return connection
    if isinstance(connection.door, ListenerDoor) or connection.seen_as is not None:
        decision = not_modelled(
            "a load balancer behind a load balancer, which may be the same one", reference
        )
        return Connection((*connection.hops, Hop(reference, Step.TARGET, decision)), None, Refused())
    return _speak(reference, connection.hops, connection.door, protocol)


def _without_address(group: TargetGroup, target: Target) -> str:
    if group.target_type == "instance":
        return f"the target {target.id}, an instance that could not be read"
    if group.target_type == "ip":
        return f"the target {target.id}, which is no IPv4 address"
    return f"targets of type {group.target_type}"


def _speak(reference: ResourceRef, hops: Hops, door: BackendDoor, protocol: str) -> Connection:
    """The connection, where both ends speak TLS or neither does; a local server says so for itself.

    A target's certificate is not looked at, and it is sent no server name.

    AWS: "Target groups for your Application Load Balancers"
    """
    if isinstance(door, LocalServerDoor):
        return Connection(hops, replace(door, tls=tls_with_target(protocol)))
    if speaks_tls(door) == (protocol == "HTTPS"):
        return Connection(hops, door)
    needed = "HTTPS" if speaks_tls(door) else "HTTP"
    decision = denied(
        LocalCode.TARGET_UNREACHABLE,
        reference,
        ("protocol", protocol),
        remedy=f"What answers there speaks {needed}: make the target group {needed}",
    )
    return Connection((*hops, Hop(reference, Step.TARGET, decision)), None, Refused())
