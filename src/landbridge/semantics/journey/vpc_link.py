"""From API Gateway into a VPC: through AWS PrivateLink, or from the network interfaces of a VPC link V2.

AWS: "Private integrations for REST APIs in API Gateway"
"""

from dataclasses import replace
from ipaddress import IPv4Address

from landbridge.model.api_gateway import VpcLink
from landbridge.model.load_balancing import LoadBalancer
from landbridge.model.network import NetworkInterface
from landbridge.model.topology import Topology
from landbridge.semantics.journey.arrival import Connection
from landbridge.semantics.journey.connection import connect_to, enter_listener
from landbridge.semantics.network.faults import not_in_a_down_zone, zone_of, zone_of_subnet
from landbridge.semantics.network.security_group import Peer, admits
from landbridge.semantics.network.source import InVpc, service_interface
from landbridge.semantics.network.subnet_boundary import interface_reference
from landbridge.semantics.world import World
from landbridge.trace.decision import (
    Decision,
    Hop,
    Refused,
    ResourceRef,
    Step,
    TimedOut,
    allowed,
    not_modelled,
)

EVERYONE = (IPv4Address("0.0.0.0"), IPv4Address("255.255.255.255"))
"""The two ends of the address space: rules that name both name every address that lies between."""
ENFORCED = "enforce security group inbound rules on PrivateLink traffic"


def through_private_link(world: World, balancer: LoadBalancer, port: int) -> Connection:
    """Where a connection ends that reaches a Network Load Balancer through AWS PrivateLink.

    AWS: "Private integration using VPC links V1 (legacy)"
    """
    ended = [_enter(world, balancer, node, port) for node in _nodes(world.topology, balancer)]
    return _first_open(ended) or _unread(balancer)


def from_interfaces(world: World, link: VpcLink, balancer: LoadBalancer, port: int) -> Connection:
    """Where a connection ends that a network interface of a VPC link V2 makes to a load balancer.

    AWS: "Set up VPC links V2 in API Gateway"
    """
    source = _interface_of(world.topology, link)
    if source is None:
        reference = ResourceRef("AWS::ApiGatewayV2::VpcLink", link.id)
        decision = not_modelled(f"the subnets of VPC link {link.name}, which could not be read", reference)
        return Connection((Hop(reference, Step.DESTINATION, decision),), None, Refused())
    zone = zone_of_subnet(world.topology.network, source.subnet_id)
    nodes = _nodes(world.topology, balancer)
    near_first = sorted(nodes, key=lambda node: zone_of(world.topology.network, node) != zone)
    ended = [connect_to(world, source, node.address, port) for node in near_first]
    connection = _first_open(ended) or _unread(balancer)
    return replace(connection, seen_as=connection.seen_as or source)


def _enter(world: World, balancer: LoadBalancer, node: NetworkInterface, port: int) -> Connection:
    hop = Hop(
        interface_reference(node),
        Step.SECURITY_GROUP_INGRESS,
        _admits_private_link(world.topology, balancer, node, port),
    )
    if not hop.decision.allowed:
        return Connection((hop,), None, TimedOut())
    return enter_listener(world, None, (hop,), balancer, node, port)


def _admits_private_link(
    topology: Topology, balancer: LoadBalancer, node: NetworkInterface, port: int
) -> Decision:
    """Whether the load balancer's security groups let API Gateway in, whose addresses nobody is told.

    AWS: "Set up a Network Load Balancer for API Gateway private integrations (legacy)"
    """
    if not node.security_group_ids:
        return allowed(None, ("security groups", "none: a Network Load Balancer without any takes all"))
    if balancer.admits_private_link:
        return allowed(None, (ENFORCED, "off"))
    by_id = topology.network.security_group_by_id
    groups = tuple(by_id[group_id] for group_id in node.security_group_ids if group_id in by_id)
    decisions = [admits(groups, egress=False, peer=Peer(address), port=port) for address in EVERYONE]
    refused = next((each for each in decisions if not each.allowed), None)
    if refused is None:
        return replace(decisions[0], facts=(*decisions[0].facts, (ENFORCED, "on")))
    facts = tuple(fact for fact in refused.facts if fact[0] != "source")
    remedy = (
        f"Set EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic of {balancer.name} to off: API Gateway's "
        "addresses are not known, so only a rule for 0.0.0.0/0 admits it"
    )
    told = (*facts, ("source", "API Gateway, at an address that may change"), (ENFORCED, "on"))
    return replace(refused, facts=told, remedy=remedy)


def _nodes(topology: Topology, balancer: LoadBalancer) -> list[NetworkInterface]:
    interfaces = topology.network.network_interfaces
    own = [each for each in interfaces if each.description == balancer.interface_description]
    return not_in_a_down_zone(topology, own)


def _interface_of(topology: Topology, link: VpcLink) -> InVpc | None:
    """The link's interface in its first subnet whose Availability Zone is up."""
    known = [each for each in link.subnet_ids if each in topology.network.subnet_by_id]
    down = topology.faults.zones
    up = [each for each in known if zone_of_subnet(topology.network, each) not in down]
    chosen = next(iter(up or known), None)
    if chosen is None:
        return None
    return service_interface(topology.network, link.id, chosen, link.security_group_ids)


def _first_open(connections: list[Connection]) -> Connection | None:
    """The first that ends at a door; else the first of all."""
    return next((each for each in connections if each.door is not None), next(iter(connections), None))


def _unread(balancer: LoadBalancer) -> Connection:
    reference = ResourceRef("AWS::ElasticLoadBalancingV2::LoadBalancer", balancer.name, balancer.arn)
    decision = not_modelled(f"the nodes of {balancer.name}, which could not be read", reference)
    return Connection((Hop(reference, Step.LISTENER, decision),), None, Refused())
