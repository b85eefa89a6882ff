"""Another AWS account as a place to call from: its VPC, its endpoints, an instance wherever it likes.

Nothing here belongs to the account that is looked at, and nothing joins the two networks: what both have in
common is AWS itself. The other account's addresses may be the same as anybody's.
"""

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

from landbridge.model.identifiers import NetworkInterfaceId, SecurityGroupId, SubnetId, VpcEndpointId, VpcId
from landbridge.model.network import (
    Network,
    NetworkAcl,
    NetworkAclEntry,
    NetworkInterface,
    Route,
    RouteTable,
    SecurityGroup,
    SecurityGroupRule,
    Subnet,
    Vpc,
    VpcEndpoint,
)
from landbridge.model.topology import Topology
from landbridge.semantics.network.route_table import LOCAL
from landbridge.semantics.network.source import (
    OTHER_ACCOUNT_HOST,
    instance_in_other_account,
    smallest_block_around,
)

OTHER_ACCOUNT = "444455556666"
"""The other account's number."""
OTHER_ACCOUNT_VPC = VpcId("vpc-0ace0ace0ace0ace0")
OTHER_ACCOUNT_ENDPOINT = VpcEndpointId("vpce-0ace0ace0ace0ace0")
"""Its interface endpoint for execute-api: private DNS, full access, open to its whole VPC."""
OTHER_ACCOUNT_S3_ENDPOINT = VpcEndpointId("vpce-0ace0ace0ace0ace5")
"""Its gateway endpoint for Amazon S3, full access."""
OTHER_ACCOUNT_GROUP = SecurityGroupId("sg-0ace0ace0ace0ace0")
_ROUTE_TABLE = "rtb-0ace0ace0ace0ace0"
_NETWORK_ACL = "acl-0ace0ace0ace0ace0"
_INTERFACE = NetworkInterfaceId("eni-0ace0ace0ace0ace0")
_ENDPOINT_OFFSET = 4
"""The first address of a subnet that AWS does not keep for itself."""
_EVERYWHERE = IPv4Network("0.0.0.0/0")
_LARGEST_VPC = 16
_SMALLEST_SUBNET = 28


def join_other_account(
    topology: Topology, addresses: tuple[IPv4Address, ...] = (OTHER_ACCOUNT_HOST,)
) -> Topology:
    """The topology together with another account's VPC, in which an instance may have each of the addresses.

    One VPC stands for as many as it takes, whatever AWS says about blocks of one VPC. It has no way to the
    internet: who stands there comes from there anyway. Joined again, it is laid out anew. For everybody else
    everything stays as it is, but that public DNS knows the other account's endpoint by its own names.

    AWS: "VPC CIDR blocks"; "Access AWS services through AWS PrivateLink"
    """
    own = _without(topology.network)
    blocks = _disjoint(smallest_block_around(address) for address in addresses)
    subnets = tuple(
        _subnet(number, block, topology.region)
        for number, block in enumerate((_block_of_endpoint(blocks), *blocks))
    )
    interface = _interface(subnets[0])
    network = replace(
        own,
        vpcs=(*own.vpcs, Vpc(OTHER_ACCOUNT_VPC, _cidrs(subnets), True, True, OTHER_ACCOUNT)),
        subnets=(*own.subnets, *subnets),
        route_tables=(*own.route_tables, _route_table(subnets)),
        network_acls=(*own.network_acls, _network_acl(subnets)),
        security_groups=(*own.security_groups, _security_group()),
        network_interfaces=(*own.network_interfaces, interface),
        vpc_endpoints=(*own.vpc_endpoints, _execute_api(topology.region, interface), _s3(topology.region)),
    )
    return replace(topology, network=network)


def _without(network: Network) -> Network:
    """The network without the other account's VPC."""
    if OTHER_ACCOUNT_VPC not in network.vpc_by_id:
        return network
    return replace(
        network,
        vpcs=tuple(each for each in network.vpcs if each.id != OTHER_ACCOUNT_VPC),
        subnets=tuple(each for each in network.subnets if each.vpc_id != OTHER_ACCOUNT_VPC),
        route_tables=tuple(each for each in network.route_tables if each.vpc_id != OTHER_ACCOUNT_VPC),
        network_acls=tuple(each for each in network.network_acls if each.vpc_id != OTHER_ACCOUNT_VPC),
        security_groups=tuple(each for each in network.security_groups if each.vpc_id != OTHER_ACCOUNT_VPC),
        network_interfaces=tuple(
            each for each in network.network_interfaces if each.vpc_id != OTHER_ACCOUNT_VPC
        ),
        vpc_endpoints=tuple(each for each in network.vpc_endpoints if each.vpc_id != OTHER_ACCOUNT_VPC),
    )


def _disjoint(blocks: Iterable[IPv4Network]) -> tuple[IPv4Network, ...]:
    """The blocks without those that lie in another one: no two subnets of a VPC overlap."""
    kept: list[IPv4Network] = []
    for block in sorted(set(blocks), key=lambda block: (block.prefixlen, block)):
        if not any(block.subnet_of(other) for other in kept):
            kept.append(block)
    return tuple(sorted(kept))


def _block_of_endpoint(taken: tuple[IPv4Network, ...]) -> IPv4Network:
    """A block that is none of the instances', near the first of them where there is room."""
    first = taken[0] if taken else smallest_block_around(OTHER_ACCOUNT_HOST)
    near = first.supernet(new_prefix=_LARGEST_VPC)
    while True:
        for block in near.subnets(new_prefix=_SMALLEST_SUBNET):
            if not any(block.overlaps(other) for other in taken):
                return block
        near = IPv4Network(((int(near.broadcast_address) + 1) % 2**32, _LARGEST_VPC))


def _subnet(number: int, block: IPv4Network, region: str) -> Subnet:
    return Subnet(SubnetId(f"subnet-0ace0ace{number:09x}"), OTHER_ACCOUNT_VPC, block, f"{region}a")


def _cidrs(subnets: tuple[Subnet, ...]) -> tuple[IPv4Network, ...]:
    return tuple(subnet.cidr for subnet in subnets)


def _route_table(subnets: tuple[Subnet, ...]) -> RouteTable:
    routes = tuple(Route(block, LOCAL) for block in _cidrs(subnets))
    return RouteTable(_ROUTE_TABLE, OTHER_ACCOUNT_VPC, routes, main=True)


def _network_acl(subnets: tuple[Subnet, ...]) -> NetworkAcl:
    entries = tuple(NetworkAclEntry(100, egress, True, "-1", _EVERYWHERE) for egress in (False, True))
    subnet_ids = tuple(subnet.id for subnet in subnets)
    return NetworkAcl(_NETWORK_ACL, OTHER_ACCOUNT_VPC, entries, subnet_ids, is_default=True)


def _security_group() -> SecurityGroup:
    rules = tuple(
        SecurityGroupRule(f"sgr-0ace0ace0ace0ace{number}", egress, "-1", None, None, cidr=_EVERYWHERE)
        for number, egress in enumerate((False, True))
    )
    return SecurityGroup(OTHER_ACCOUNT_GROUP, "default", OTHER_ACCOUNT_VPC, rules)


def _interface(subnet: Subnet) -> NetworkInterface:
    return NetworkInterface(
        _INTERFACE,
        OTHER_ACCOUNT_VPC,
        subnet.id,
        subnet.cidr.network_address + _ENDPOINT_OFFSET,
        (OTHER_ACCOUNT_GROUP,),
        f"VPC Endpoint Interface {OTHER_ACCOUNT_ENDPOINT}",
        "vpc_endpoint",
        subnet.availability_zone,
    )


def _execute_api(region: str, interface: NetworkInterface) -> VpcEndpoint:
    service = f"execute-api.{region}"
    return VpcEndpoint(
        OTHER_ACCOUNT_ENDPOINT,
        OTHER_ACCOUNT_VPC,
        f"com.amazonaws.{region}.execute-api",
        "Interface",
        "available",
        private_dns_enabled=True,
        network_interface_ids=(interface.id,),
        subnet_ids=(interface.subnet_id,),
        security_group_ids=interface.security_group_ids,
        policy=None,
        dns_names=(
            f"{OTHER_ACCOUNT_ENDPOINT}-0ace0ace.{service}.vpce.amazonaws.com",
            f"{OTHER_ACCOUNT_ENDPOINT}-0ace0ace-{interface.availability_zone}.{service}.vpce.amazonaws.com",
            f"{service}.amazonaws.com",
            f"*.{service}.amazonaws.com",
        ),
    )


def _s3(region: str) -> VpcEndpoint:
    return VpcEndpoint(
        OTHER_ACCOUNT_S3_ENDPOINT,
        OTHER_ACCOUNT_VPC,
        f"com.amazonaws.{region}.s3",
        "Gateway",
        "available",
        private_dns_enabled=False,
        network_interface_ids=(),
        subnet_ids=(),
        security_group_ids=(),
        policy=None,
        dns_names=(),
        route_table_ids=(_ROUTE_TABLE,),
    )


__all__ = [
    "OTHER_ACCOUNT",
    "OTHER_ACCOUNT_ENDPOINT",
    "OTHER_ACCOUNT_GROUP",
    "OTHER_ACCOUNT_HOST",
    "OTHER_ACCOUNT_S3_ENDPOINT",
    "OTHER_ACCOUNT_VPC",
    "instance_in_other_account",
    "join_other_account",
]
