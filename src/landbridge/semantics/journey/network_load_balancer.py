"""How a Network Load Balancer passes a TCP connection on: to which target, and whom that sees.

Its bytes are the two ends' own affair: whatever the target is, the client speaks TLS and HTTP with that.

AWS: "What is a Network Load Balancer?"
"""

from dataclasses import dataclass
from ipaddress import IPv4Address

from landbridge.model.load_balancing import ForwardAction, Listener, LoadBalancer, Target, TargetGroup
from landbridge.model.network import NetworkInterface
from landbridge.model.topology import Topology
from landbridge.semantics.journey.arrival import Connection
from landbridge.semantics.journey.target_address import address_of_target, zone_of_target
from landbridge.semantics.load_balancing.cross_zone import crosses_zones
from landbridge.semantics.load_balancing.targets import target_key, target_ref
from landbridge.semantics.network.faults import not_in_a_down_zone, target_is_down, zone_of
from landbridge.semantics.network.preserved_client import reach_as_client
from landbridge.semantics.network.reachability import Reached, reach
from landbridge.semantics.network.source import Source, from_interface
from landbridge.semantics.network.subnet_boundary import interface_at
from landbridge.semantics.world import World
from landbridge.trace.codes import ExplanationCode, LocalCode
from landbridge.trace.decision import (
    Decision,
    Hop,
    Hops,
    Refused,
    ResourceRef,
    Step,
    TimedOut,
    allowed,
    denied,
    not_modelled,
)

NETWORK = "network"
"""The type of a Network Load Balancer."""
PRESERVE = "preserve_client_ip.enabled"


@dataclass(frozen=True, slots=True)
class Onward:
    """The way of a connection from a node on, as far as the network goes."""

    hops: Hops
    seen_as: Source
    """The client, or the node in its place."""
    reached: Reached
    address: IPv4Address
    port: int


def pass_on(
    world: World, client: Source | None, balancer: LoadBalancer, listener: Listener, node: NetworkInterface
) -> Onward | Connection:
    """The way to the target, or the end of a connection that none gets.

    Without a client it came through AWS PrivateLink: its target sees the node, whatever the group preserves.
    AWS spreads flows over the healthy targets by their hash; here the first healthy one gets all of them.
    With none healthy every target is used, with none registered the client's connection is reset.

    AWS: "Target groups for your Network Load Balancers";
    "Edit target group attributes for your Network Load Balancer"
    """
    group = _group_of(world.topology, listener)
    if isinstance(group, Decision):
        hop = Hop(ResourceRef("AWS::ElasticLoadBalancingV2::Listener", "", listener.arn), Step.TARGET, group)
        return Connection((hop,), None, Refused())
    reference = ResourceRef("AWS::ElasticLoadBalancingV2::TargetGroup", group.name, group.arn)
    target, decision = _choose(world.topology, balancer, group, node)
    if target is None:
        return Connection((Hop(reference, Step.TARGET, decision),), None, Refused())
    broken = target_is_down(world.topology.faults, target.id, port_of(group, target))
    if broken is not None:
        return Connection((Hop(reference, Step.TARGET, broken),), None, TimedOut())
    address = address_from(world.topology, node, group, target)
    if address is None:
        missing = not_modelled(f"the target {target.id}, which could not be read", reference)
        return Connection((Hop(reference, Step.TARGET, missing),), None, Refused())
    onward = _onward(world, client, node, group, address, port_of(group, target))
    seen = "the client's" if onward.seen_as is client else "the load balancer's"
    facts = (*decision.facts, ("address that the target sees", f"{seen}, {onward.seen_as.address}"))
    hop = Hop(reference, Step.TARGET, allowed(decision.cited, *facts, code=decision.code))
    return Onward((hop, *onward.hops), onward.seen_as, onward.reached, address, onward.port)


def port_of(group: TargetGroup, target: Target) -> int:
    """The port that a target is registered on."""
    return target.port or group.port or 0


def address_from(
    topology: Topology, node: NetworkInterface, group: TargetGroup, target: Target
) -> IPv4Address | None:
    """The address of a target: of a load balancer, that of its node in the same Availability Zone, if any.

    AWS: "Use Application Load Balancers as targets of a Network Load Balancer"
    """
    if group.target_type != "alb":
        return address_of_target(topology.network, group, target)
    description = "ELB " + target.id.partition(":loadbalancer/")[2]
    nodes = [each for each in topology.network.network_interfaces if each.description == description]
    up, zone = not_in_a_down_zone(topology, nodes), zone_of(topology.network, node)
    near_first = sorted(up, key=lambda each: zone_of(topology.network, each) != zone)
    return near_first[0].address if near_first else None


def _group_of(topology: Topology, listener: Listener) -> TargetGroup | Decision:
    """The target group of the default action, or why none is known."""
    cited = ResourceRef("AWS::ElasticLoadBalancingV2::Listener", str(listener.port), listener.arn)
    if listener.protocol != "TCP":
        return not_modelled(f"{listener.protocol} listeners of Network Load Balancers", cited)
    action = listener.rules[-1].actions[-1] if listener.rules else None
    if not isinstance(action, ForwardAction) or len(action.target_groups) != 1:
        return not_modelled("several target groups behind a Network Load Balancer's listener", cited)
    arn = action.target_groups[0][0]
    group = topology.load_balancing.target_group_by_arn.get(arn)
    if group is None:
        return not_modelled(f"target group {arn}, which could not be read", cited)
    if group.attribute("proxy_protocol_v2.enabled", "false") == "true":
        return not_modelled("proxy protocol version 2", cited)
    return group


def _choose(
    topology: Topology, balancer: LoadBalancer, group: TargetGroup, node: NetworkInterface
) -> tuple[Target | None, Decision]:
    """The first target that nothing is known against, of the node's own zone unless it crosses zones."""
    usable = list(group.targets)
    zone = zone_of(topology.network, node)
    if not crosses_zones(balancer, group):
        usable = [each for each in usable if zone_of_target(topology.network, group, each) in ("", zone)]
    if not usable:
        return None, _no_targets(group, zone)
    unhealthy = topology.health.unhealthy_targets
    healthy = [each for each in usable if (node.id, target_key(group, each)) not in unhealthy]
    if healthy:
        return healthy[0], allowed(target_ref(group, healthy[0]))
    fact = ("fail open", "no target is healthy, so all are used")
    return usable[0], allowed(target_ref(group, usable[0]), fact, code=LocalCode.FAIL_OPEN)


def _no_targets(group: TargetGroup, zone: str) -> Decision:
    remedy = f"register a target in target group {group.name}"
    if group.targets:
        remedy += f" that is in {zone}, or switch cross-zone load balancing on"
    return denied(
        ExplanationCode.ELBV2_LISTENER_HAS_NO_TG,
        None,
        ("registered targets", str(len(group.targets))),
        ("usable targets", "0"),
        remedy=remedy,
    )


def _onward(
    world: World,
    client: Source | None,
    node: NetworkInterface,
    group: TargetGroup,
    address: IPv4Address,
    port: int,
) -> Onward:
    if client is None or not _preserves_client(group):
        source = from_interface(node)
        return Onward((), source, reach(world, source, address, port), address, port)
    interface = interface_at(world.topology.network, node.vpc_id, address)
    if interface is None:
        reference = ResourceRef("AWS::ElasticLoadBalancingV2::TargetGroup", group.name, group.arn)
        what = f"client IP preservation to {address}, where the load balancer's VPC has no network interface"
        reached = Reached((Hop(reference, Step.TARGET, not_modelled(what, reference)),), None, Refused())
    elif interface.address == client.address:
        reached = Reached((_comes_back(group, interface),), None, TimedOut())
    else:
        reached = reach_as_client(world, client.address, node, interface, port)
    return Onward((), client, reached, address, port)


def _preserves_client(group: TargetGroup) -> bool:
    """Always to a load balancer; else the group's attribute, off for addresses and on for instances.

    AWS: "Edit target group attributes for your Network Load Balancer"
    """
    if group.target_type == "alb":
        return True
    return group.attribute(PRESERVE, "true" if group.target_type == "instance" else "false") == "true"


def _comes_back(group: TargetGroup, interface: NetworkInterface) -> Hop:
    """A target that is its own client sees a packet from itself, and drops it.

    AWS: "Troubleshoot your Network Load Balancer"
    """
    reference = ResourceRef("AWS::ElasticLoadBalancingV2::TargetGroup", group.name, group.arn)
    decision = denied(
        LocalCode.TARGET_UNREACHABLE,
        reference,
        ("client", str(interface.address)),
        ("target", str(interface.address)),
        remedy=f"Set {PRESERVE} to false, or do not let a target connect to itself through the load balancer",
    )
    return Hop(reference, Step.TARGET, decision)
