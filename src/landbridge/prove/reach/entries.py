"""Where connections of everybody can end: the doors that the network lets somebody reach."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from landbridge.model.network import NetworkInterface, SecurityGroupRule
from landbridge.model.topology import Topology
from landbridge.prove.reach.neighbours import Admitted, Neighbours
from landbridge.prove.reach.paths import ANY_SEGMENT
from landbridge.prove.reach.places import (
    Place,
    Where,
    client_vpn_places,
    corporate_places,
    instance_places,
    interface_places,
    internet_places,
    other_account_places,
)
from landbridge.prove.reach.policies_in import policy_blocks
from landbridge.semantics.doors import Door
from landbridge.semantics.journey.connection import connect
from landbridge.semantics.network.protocols import covers_protocol, port_range
from landbridge.semantics.network.source import InVpc, Source
from landbridge.semantics.network.subnet_boundary import NETWORK_LOAD_BALANCER
from landbridge.semantics.world import World
from landbridge.trace.decision import Hop, Hops, Verdict

HTTP, HTTPS = 80, 443


@dataclass(frozen=True, slots=True)
class Entry:
    """A place, the address it connects to, and the door where that ends; or why nobody can tell."""

    place: Place
    host: str
    """The address, or the name at a public front."""
    port: int
    hops: Hops
    door: Door | None
    seen_as: Source
    """Whom the door sees: a Network Load Balancer or a NAT gateway can stand in between."""
    told_by: frozenset[IPv4Network] = frozenset()
    """The blocks of policies and listener rules that whom the door sees is in."""
    doubt: Hop | None = None
    """The hop that is not modelled; then there is no door."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A network interface that something listens at, and its port."""

    interface: NetworkInterface
    port: int


class Entries:
    """All entries of one world, cut by what policies and listener rules tell apart, too."""

    def __init__(self, world: World) -> None:
        topology = world.topology
        self._world = world
        self._neighbours = Neighbours(topology)
        self._of_policies = policy_blocks(topology)
        self._blocks = (*self._of_policies, *source_conditions(topology))

    def __iter__(self) -> Iterator[Entry]:
        """Every door with every place that reaches it.

        A security group that lets nobody of a place in is all that has to be asked about it; whoever is let
        in is taken through the whole network.
        """
        for destination in destinations(self._world):
            yield from self._at(destination)
        yield from self._at_public_fronts()

    def _at(self, destination: Destination) -> Iterator[Entry]:
        interface, port = destination.interface, destination.port
        for place in self._candidates(destination):
            if place.where is not Where.INTERNET:
                yield from self._connected(place, str(interface.address), port)
            if interface.public_address is not None and place.where is Where.INTERNET:
                yield from self._connected(place, str(interface.public_address), port)

    def _at_public_fronts(self) -> Iterator[Entry]:
        """API Gateway's and S3's; S3 also by the gateway endpoints of VPCs, another account's among them."""
        topology = self._world.topology
        suffix = f"{topology.region}.amazonaws.com"
        for place in internet_places(self._blocks):
            yield from self._connected(place, f"{ANY_SEGMENT}.execute-api.{suffix}", HTTPS)
            yield from self._connected(place, f"s3.{suffix}", HTTPS)
        for place in self._beside_gateway_endpoints():
            yield from self._connected(place, f"s3.{suffix}", HTTPS)

    def _beside_gateway_endpoints(self) -> Iterator[Place]:
        topology = self._world.topology
        vpcs = {each.vpc_id for each in topology.network.vpc_endpoints if each.type == "Gateway"}
        subnets = [each for each in topology.network.own_subnets if each.vpc_id in vpcs]
        yield from other_account_places(topology, self._of_policies)
        yield from instance_places(topology, subnets, self._blocks)
        for place in interface_places(topology):
            if isinstance(place.source, InVpc) and place.source.vpc_id in vpcs:
                yield place

    def _connected(self, place: Place, host: str, port: int) -> Iterator[Entry]:
        connection = connect(self._world, place.source, host, port)
        doubt = _doubt(connection.hops) if connection.door is None else None
        if connection.door is not None or doubt is not None:
            seen_as = connection.seen_as or place.source
            told_by = frozenset(block for block in self._blocks if seen_as.address in block)
            yield Entry(place, host, port, connection.hops, connection.door, seen_as, told_by, doubt)

    def _candidates(self, destination: Destination) -> Iterator[Place]:
        """The places whose packets the destination's security groups may let in."""
        topology, interface = self._world.topology, destination.interface
        if interface.vpc_id in topology.network.vpcs_of_others:
            yield from other_account_places(topology, self._of_policies)
            return
        admitted = _admitted(self._world, destination)
        around = self._neighbours.of(interface.vpc_id)
        blocks = tuple({*self._blocks, *around.blocks, *_named_by_groups(self._world, interface)})
        yield from client_vpn_places(topology)
        yield from filter(admitted.might_admit, corporate_places(topology, blocks))
        yield from around.places(admitted, blocks)
        if interface.public_address is not None:
            yield from filter(admitted.might_admit, internet_places(blocks))


def _admitted(world: World, destination: Destination) -> Admitted:
    interface = destination.interface
    rules = [rule for rule in _ingress_rules(world, interface) if _covers(rule, destination.port)]
    unread = any(rule.prefix_list_id and rule.prefix_list_cidrs is None for rule in rules)
    return Admitted(
        not interface.security_group_ids or unread,
        tuple(block for rule in rules for block in _blocks_of(rule)),
        frozenset(rule.referenced_group_id for rule in rules if rule.referenced_group_id is not None),
    )


def source_conditions(topology: Topology) -> tuple[IPv4Network, ...]:
    """The blocks of source-ip conditions of listener rules."""
    texts = {
        value
        for balancer in topology.load_balancing.load_balancers
        for listener in balancer.listeners
        for rule in listener.rules
        for condition in rule.conditions
        if condition.field == "source-ip"
        for value in condition.values
    }
    return tuple(IPv4Network(text, strict=False) for text in sorted(texts) if ":" not in text)


def destinations(world: World) -> Iterator[Destination]:
    """Load balancers' nodes with the ports of their listeners, interface endpoints with AWS's."""
    yield from _nodes(world)
    network = world.topology.network
    for endpoint in network.vpc_endpoints:
        for port in _ports(endpoint.service_name):
            for interface_id in endpoint.network_interface_ids:
                if interface_id in network.interface_by_id:
                    yield Destination(network.interface_by_id[interface_id], port)


def _ports(service_name: str) -> tuple[int, ...]:
    if service_name.endswith(".s3"):
        return (HTTPS, HTTP)
    return (HTTPS,) if service_name.endswith(".execute-api") else ()


def _nodes(world: World) -> Iterator[Destination]:
    by_description = world.topology.network.interfaces_by_description
    for balancer in world.topology.load_balancing.load_balancers:
        for interface in by_description.get(balancer.interface_description, ()):
            for listener in balancer.listeners:
                yield Destination(interface, listener.port)


def _doubt(hops: Hops) -> Hop | None:
    if hops and hops[-1].decision.verdict is Verdict.NOT_MODELLED:
        return hops[-1]
    return None


def _named_by_groups(world: World, interface: NetworkInterface) -> Iterator[IPv4Network]:
    """The blocks by which security groups tell apart who connects to an interface."""
    for rule in _ingress_rules(world, interface):
        yield from _blocks_of(rule)
    if interface.description.startswith(NETWORK_LOAD_BALANCER):
        yield from _blocks_of_targets(world, interface)


def _blocks_of_targets(world: World, node: NetworkInterface) -> list[IPv4Network]:
    """A Network Load Balancer's targets may see the client's own address: all that its VPC's groups name."""
    groups = world.topology.network.security_groups
    return [
        block
        for group in groups
        if group.vpc_id == node.vpc_id
        for rule in group.rules
        if not rule.egress
        for block in _blocks_of(rule)
    ]


def _ingress_rules(world: World, interface: NetworkInterface) -> Iterator[SecurityGroupRule]:
    groups = world.topology.network.security_group_by_id
    for group_id in interface.security_group_ids:
        for rule in groups[group_id].rules if group_id in groups else ():
            if not rule.egress:
                yield rule


def _covers(rule: SecurityGroupRule, port: int) -> bool:
    first, last = port_range(rule.from_port, rule.to_port)
    return covers_protocol(rule.protocol, "tcp") and first <= port <= last


def _blocks_of(rule: SecurityGroupRule) -> tuple[IPv4Network, ...]:
    if rule.cidr is not None:
        return (rule.cidr,)
    return rule.prefix_list_cidrs or ()
