"""Who is near in the network: the places in a VPC, and in all VPCs that are joined to it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network

from landbridge.model.identifiers import SecurityGroupId, VpcId
from landbridge.model.network import Network, Subnet
from landbridge.model.topology import Topology
from landbridge.prove.reach.places import Place, instance_places, interface_places
from landbridge.semantics.network.source import InVpc


@dataclass(frozen=True)
class Admitted:
    """What the ingress rules for one port name; a rule that could not be read may name everybody."""

    everybody: bool
    blocks: tuple[IPv4Network, ...]
    groups: frozenset[SecurityGroupId]

    def might_admit(self, place: Place) -> bool:
        """Whether one of the rules names the place."""
        source = place.source
        return (
            self.everybody
            or any(first <= int(source.address) <= last for first, last in self.ranges)
            or (isinstance(source, InVpc) and not self.groups.isdisjoint(source.security_group_ids))
        )

    @cached_property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """First and last address of each block."""
        return tuple((int(block.network_address), int(block.broadcast_address)) for block in self.blocks)


class Neighbours:
    """The neighbourhoods of one topology, each found once."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._places = tuple(interface_places(topology))
        self._found: dict[VpcId, Neighbourhood] = {}

    def of(self, vpc_id: VpcId) -> "Neighbourhood":
        """The neighbourhood of a VPC."""
        if vpc_id not in self._found:
            vpcs = joined_vpcs(self._topology.network, vpc_id)
            self._found |= dict.fromkeys(vpcs, Neighbourhood(self._topology, vpcs, self._places))
        return self._found[vpc_id]


class Neighbourhood:
    """VPCs that are joined, whoever is in them by address and by security group."""

    def __init__(self, topology: Topology, vpc_ids: frozenset[VpcId], places: Iterable[Place]) -> None:
        self._topology = topology
        self._vpc_ids = vpc_ids
        own = (
            place for place in places if isinstance(place.source, InVpc) and place.source.vpc_id in vpc_ids
        )
        self._interfaces = sorted(own, key=lambda place: place.run.first)
        self._addresses = [place.run.first for place in self._interfaces]
        self._subnets = tuple(each for each in topology.network.own_subnets if each.vpc_id in vpc_ids)
        self._default_groups = {
            group.vpc_id: group.id for group in topology.network.security_groups if group.name == "default"
        }

    @cached_property
    def blocks(self) -> tuple[IPv4Network, ...]:
        """By what network ACLs and routes tell addresses apart anywhere on the way through these VPCs.

        A transit gateway's attachment has a subnet of its own, with a network ACL and a route table.
        """
        network = self._topology.network
        acls = (acl for acl in network.network_acls if acl.vpc_id in self._vpc_ids)
        tables = (table for table in network.route_tables if table.vpc_id in self._vpc_ids)
        found = [entry.cidr for acl in acls for entry in acl.entries]
        found += [route.destination for table in tables for route in table.routes]
        for gateway_table in network.transit_gateway_route_tables:
            found += [route.destination for route in gateway_table.routes]
        return tuple(dict.fromkeys(found))

    def places(self, admitted: Admitted, blocks: Iterable[IPv4Network]) -> Iterator[Place]:
        """The instances, known and possible, that the rules name; possible ones cut at these blocks."""
        subnets = [subnet for subnet in self._subnets if self._might_admit(admitted, subnet)]
        yield from filter(admitted.might_admit, instance_places(self._topology, subnets, blocks))
        yield from self._known(admitted)

    def _might_admit(self, admitted: Admitted, subnet: Subnet) -> bool:
        if admitted.everybody or self._default_groups.get(subnet.vpc_id) in admitted.groups:
            return True
        low, high = int(subnet.cidr.network_address), int(subnet.cidr.broadcast_address)
        return any(first <= high and low <= last for first, last in admitted.ranges)

    def _known(self, admitted: Admitted) -> Iterator[Place]:
        if admitted.everybody:
            yield from self._interfaces
            return
        found = {
            place
            for first, last in admitted.ranges
            for place in range(bisect_left(self._addresses, first), bisect_right(self._addresses, last))
        }
        found |= {place for group in admitted.groups for place in self._by_group.get(group, ())}
        yield from (self._interfaces[place] for place in sorted(found))

    @cached_property
    def _by_group(self) -> dict[SecurityGroupId, list[int]]:
        found: dict[SecurityGroupId, list[int]] = {}
        for place, interface in enumerate(self._interfaces):
            assert isinstance(interface.source, InVpc)
            for group_id in interface.source.security_group_ids:
                found.setdefault(group_id, []).append(place)
        return found


def joined_vpcs(network: Network, vpc_id: VpcId) -> frozenset[VpcId]:
    """The VPC, and all that a peering connection or a transit gateway joins to it, however far."""
    joined: set[VpcId] = set()
    pending = {vpc_id}
    while pending:
        here = pending.pop()
        joined.add(here)
        pending |= _neighbours(network, here) - joined
    return frozenset(joined)


def _neighbours(network: Network, vpc_id: VpcId) -> set[VpcId]:
    found: set[VpcId] = set()
    for peering in network.peering_connections:
        ends = {peering.requester_vpc_id, peering.accepter_vpc_id}
        if vpc_id in ends:
            found |= ends
    gateways = {
        each.transit_gateway_id
        for each in network.transit_gateway_attachments
        if each.resource_type == "vpc" and each.resource_id == vpc_id
    }
    found |= {
        VpcId(each.resource_id)
        for each in network.transit_gateway_attachments
        if each.resource_type == "vpc" and each.transit_gateway_id in gateways
    }
    return found & network.vpc_by_id.keys()
