"""Everybody who might call, as places in the network that the topology tells apart."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network

from landbridge.model.network import Network, NetworkInterface, Subnet
from landbridge.model.topology import Topology
from landbridge.prove.reach.blocks import EVERYTHING, NOT_ON_THE_INTERNET, PRIVATE, Run, runs, without
from landbridge.semantics.network.source import (
    BEHIND_LINKS,
    CLIENT_VPN,
    INTERNET_HOST,
    NO_VPC_HAS,
    OTHER_ACCOUNT,
    OTHER_ACCOUNT_HOST,
    Corporate,
    Internet,
    InVpc,
    Source,
    can_be_an_instances,
    corporate_networks,
    from_interface,
    instance_in_other_account,
    locate,
    vantage,
)
from landbridge.semantics.network.transit_gateway import CORPORATE_TYPES


class Where(StrEnum):
    """What kind of place it is; only from the first two may an app be reached."""

    CORPORATE = "the corporate network"
    CLIENT_VPN = "a client of Client VPN"
    BEYOND_CORPORATE = "another network behind the corporate link"
    VPC = "an instance in a VPC"
    OTHER_ACCOUNT = "another AWS account"
    INTERNET = "the internet"


MEANT = frozenset({Where.CORPORATE, Where.CLIENT_VPN})
FARTHEST_FIRST = tuple(reversed(Where))


@dataclass(frozen=True, slots=True)
class Place:
    """One source that stands for all that are treated like it."""

    where: Where
    source: Source
    vantage: str
    """As ``landbridge trace --from`` takes it."""
    run: Run
    """The addresses that it stands for."""

    def __str__(self) -> str:
        if isinstance(self.source, InVpc) and self.where is Where.VPC:
            kind = self.source.interface_id or f"an instance in {self.source.subnet_id}"
            return f"{kind} ({self.source.address}, {self.source.vpc_id})"
        return f"{self.where} ({self.source.address})"


def corporate_places(topology: Topology, blocks: Iterable[IPv4Network]) -> Iterator[Place]:
    """The corporate networks, and what else the links to them have routes for, cut at these blocks."""
    own = corporate_networks(topology)
    linked = _linked_blocks(topology.network)
    vpcs = [cidr for vpc in topology.network.own_vpcs for cidr in vpc.cidrs]
    usual = vantage(topology, "corporate").address if own else None
    for run in runs(without([*own, *linked], vpcs), [*own, *linked, *blocks]):
        address = run.representative((usual,) if usual is not None else ())
        where = Where.CORPORATE if any(address in block for block in own) else Where.BEYOND_CORPORATE
        name = "corporate" if address == usual else f"{BEHIND_LINKS}{address}"
        yield Place(where, Corporate(address), name, run)


def internet_places(blocks: Iterable[IPv4Network]) -> Iterator[Place]:
    """Every address that a packet from the internet can come from, cut at these blocks."""
    found = runs(without(EVERYTHING, NOT_ON_THE_INTERNET), blocks)
    for run in sorted(found, key=lambda run: INTERNET_HOST not in run):
        address = run.representative((INTERNET_HOST,))
        name = "internet" if address == INTERNET_HOST else str(address)
        yield Place(Where.INTERNET, Internet(address), name, run)


def other_account_places(topology: Topology, blocks: Iterable[IPv4Network]) -> Iterator[Place]:
    """An instance in another account's VPC at each address that differs, where that account is joined."""
    if topology.network.vpcs_of_others:
        for address in other_account_addresses(blocks):
            name = OTHER_ACCOUNT if address == OTHER_ACCOUNT_HOST else f"{OTHER_ACCOUNT}/{address}"
            source = instance_in_other_account(topology, address)
            yield Place(Where.OTHER_ACCOUNT, source, name, Run(int(address), int(address)))


def other_account_addresses(blocks: Iterable[IPv4Network]) -> tuple[IPv4Address, ...]:
    """One address that an instance can have of each run, cut at these blocks."""
    cut = runs(EVERYTHING, (*NO_VPC_HAS, *blocks))
    found = [run.representative((OTHER_ACCOUNT_HOST,)) for run in cut]
    usable = [address for address in found if can_be_an_instances(address)]
    return tuple(sorted(usable, key=lambda address: address != OTHER_ACCOUNT_HOST))


def client_vpn_places(topology: Topology) -> Iterator[Place]:
    """A client of each Client VPN endpoint: others see it as the endpoint's interface."""
    for endpoint in topology.network.client_vpn_endpoints:
        source = vantage(topology, endpoint.id)
        block = endpoint.client_cidr
        run = Run(int(block.network_address), int(block.broadcast_address))
        yield Place(Where.CLIENT_VPN, source, endpoint.id or CLIENT_VPN, run)


def instance_places(
    topology: Topology, subnets: Iterable[Subnet], blocks: Iterable[IPv4Network]
) -> Iterator[Place]:
    """In each subnet an instance with the VPC's default security group, at each address that differs."""
    taken = topology.network.interfaces_by_address
    cuts = tuple(blocks)
    for subnet in subnets:
        yield from _instances(topology, subnet, cuts, taken)


def interface_places(topology: Topology) -> Iterator[Place]:
    """Every network interface of the account behind which somebody's own program can be."""
    managed = _managed_interfaces(topology)
    for interface in topology.network.network_interfaces:
        if interface.id not in managed and interface.vpc_id not in topology.network.vpcs_of_others:
            address = int(interface.address)
            run = Run(address, address)
            yield Place(Where.VPC, from_interface(interface), str(interface.address), run)


def _instances(
    topology: Topology, subnet: Subnet, blocks: Iterable[IPv4Network], taken: Container[IPv4Address]
) -> Iterator[Place]:
    for run in runs((subnet.cidr,), blocks):
        address = _free_address(run, taken)
        if address is not None:
            source = locate(topology, address)
            if isinstance(source, InVpc) and source.vpc_id == subnet.vpc_id:
                yield Place(Where.VPC, source, str(address), run)


def _free_address(run: Run, taken: Container[IPv4Address]) -> IPv4Address | None:
    """From the end, as AWS gives the first addresses of a subnet to its own things."""
    for number in range(run.last - (run.last > run.first), run.first - 1, -1):
        address = IPv4Address(number)
        if address not in taken:
            return address
    return None


def _linked_blocks(network: Network) -> tuple[IPv4Network, ...]:
    """What the links to the corporate side have routes for; a default route leads to any private address."""
    blocks = [block for connection in network.vpn_connections for block in connection.static_routes]
    links = {each.id for each in network.transit_gateway_attachments if each.resource_type in CORPORATE_TYPES}
    for table in network.transit_gateway_route_tables:
        blocks += [each.destination for each in table.routes if not links.isdisjoint(each.attachment_ids)]
    named = [block for block in blocks if block.prefixlen]
    return tuple(named) if len(named) == len(blocks) else (*named, *PRIVATE)


def _managed_interfaces(topology: Topology) -> frozenset[str]:
    """Those of load balancers, endpoints, resolvers and gateways: what they send is AWS's own.

    A load balancer's own connections to its targets are part of the requests that it takes.
    """
    network = topology.network
    found = {eni for endpoint in network.vpc_endpoints for eni in endpoint.network_interface_ids}
    resolvers = {
        (endpoint.vpc_id, address)
        for endpoint in topology.names.resolver_endpoints
        for address, _ in endpoint.addresses
    }
    return frozenset(
        interface.id
        for interface in network.network_interfaces
        if interface.id in found
        or (interface.vpc_id, interface.address) in resolvers
        or is_managed(interface)
    )


def is_managed(interface: NetworkInterface) -> bool:
    """Whether its own description or type says that a service of AWS uses it."""
    return interface.interface_type in (
        "nat_gateway",
        "transit_gateway",
        "vpc_endpoint",
        "network_load_balancer",
    ) or interface.description.startswith(
        ("ELB ", "Interface for NAT Gateway", "Network Interface for Transit")
    )
