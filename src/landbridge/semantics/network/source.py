"""Where a connection or a question comes from."""

from dataclasses import dataclass, replace
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError

from landbridge.errors import DeclarationError
from landbridge.model.identifiers import NetworkInterfaceId, SecurityGroupId, SubnetId, VpcId
from landbridge.model.links import ClientVpnEndpoint
from landbridge.model.network import Network, NetworkInterface, Subnet
from landbridge.model.topology import Topology

INTERNET_HOST = IPv4Address("203.0.113.10")
"""A host on the internet; the block is reserved for documentation."""

CLIENT_VPN = "client-vpn"
"""The vantage of a client of the first Client VPN endpoint."""
CLIENT_OFFSET = 2
"""Which address of the client block a client gets."""

OTHER_ACCOUNT = "other-account"
"""The vantage of an instance in another account's VPC; ``other-account/ADDRESS`` says at which address."""
OTHER_ACCOUNT_HOST = IPv4Address("172.31.0.10")
"""Where it is unless told otherwise."""
NO_VPC_HAS = tuple(map(IPv4Network, ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")))
"""Blocks of which no VPC can have anything."""

BEHIND_LINKS = "corporate/"
"""A vantage at an address that somebody behind a corporate link may have, whether declared or not."""
CORPORATE_HOST_OFFSET = 10
"""Which host of the corporate network stands for it."""


@dataclass(frozen=True, slots=True)
class Corporate:
    """A host in the corporate network."""

    address: IPv4Address


@dataclass(frozen=True, slots=True)
class InVpc:
    """A network interface in a VPC; one that does not exist stands for an instance put there."""

    address: IPv4Address
    vpc_id: VpcId
    subnet_id: SubnetId
    security_group_ids: tuple[SecurityGroupId, ...]
    interface_id: NetworkInterfaceId | None = None
    """None for an instance that only stands for one."""


@dataclass(frozen=True, slots=True)
class ClientVpn:
    """A laptop connected to a Client VPN endpoint, wherever it stands."""

    address: IPv4Address
    """That of the endpoint's interface, which others see."""
    client_address: IPv4Address
    """Its own, of the client block."""
    endpoint_id: str
    subnet_id: SubnetId | None
    """The associated subnet that it is connected through."""


@dataclass(frozen=True, slots=True)
class Internet:
    """A host on the internet."""

    address: IPv4Address


Source = Corporate | InVpc | ClientVpn | Internet


def corporate_networks(topology: Topology) -> tuple[IPv4Network, ...]:
    """The corporate blocks: those declared, else the static routes of VPN connections and to them."""
    if topology.corporate_networks:
        return topology.corporate_networks
    network = topology.network
    blocks = [block for connection in network.vpn_connections for block in connection.static_routes]
    over_vpn = {each.id for each in network.transit_gateway_attachments if each.resource_type == "vpn"}
    for table in network.transit_gateway_route_tables:
        blocks += [each.destination for each in table.routes if not over_vpn.isdisjoint(each.attachment_ids)]
    return tuple(dict.fromkeys(blocks))


def locate(topology: Topology, address: IPv4Address) -> Source:
    """Who has this address: an interface, else an instance in a subnet, else a corporate or internet host.

    Nobody in another account is meant by a mere address.
    """
    for interface in topology.network.interfaces_by_address.get(address, ()):
        if interface.vpc_id not in topology.network.vpcs_of_others:
            return from_interface(interface)
    for subnet in _subnets_in_order(topology):
        if address in subnet.cidr:
            return _instance(topology.network, subnet, address)
    for endpoint in topology.network.client_vpn_endpoints:
        if address in endpoint.client_cidr:
            return _client_of(topology, endpoint, address)
    if any(address in block for block in corporate_networks(topology)):
        return Corporate(address)
    return Internet(address)


def from_interface(interface: NetworkInterface) -> InVpc:
    """The interface as the source of a connection."""
    return InVpc(
        interface.address,
        interface.vpc_id,
        interface.subnet_id,
        interface.security_group_ids,
        interface.id,
    )


def vantage(topology: Topology, name: str) -> Source:
    """The source that a vantage name stands for.

    Names are ``corporate``, ``corporate/ADDRESS`` for any host behind the corporate links, ``vpc``,
    ``internet``, ``client-vpn`` or a Client VPN endpoint's id, ``other-account`` or ``other-account/ADDRESS``
    once that is joined, a subnet's id, a CIDR block (its first usable host) or an address. ``vpc`` is an
    instance with the default security group in the first subnet of the VPC that holds a load balancer or an
    endpoint.
    """
    if name == "corporate":
        return _corporate_host(topology)
    if name == "vpc":
        return _host_in_first_subnet(topology)
    if name == "internet":
        return Internet(INTERNET_HOST)
    if name == CLIENT_VPN or name.startswith("cvpn-endpoint-"):
        return _client_of_named(topology, name)
    elsewhere = address_in_other_account(name)
    if elsewhere is not None:
        return instance_in_other_account(topology, elsewhere)
    subnet = topology.network.subnet_by_id.get(SubnetId(name))
    if subnet is not None:
        return _free_instance(topology.network, subnet)
    return _from_block_or_address(topology, name)


def address_in_other_account(name: str) -> IPv4Address | None:
    """The address that a vantage in another account has; None for the name of another vantage.

    AWS: "Subnet CIDR blocks"; "VPC CIDR blocks"
    """
    if name == OTHER_ACCOUNT:
        return OTHER_ACCOUNT_HOST
    if not name.startswith(f"{OTHER_ACCOUNT}/"):
        return None
    written = name.partition("/")[2]
    try:
        address = IPv4Address(written)
    except AddressValueError as error:
        raise DeclarationError(
            f"{written!r} is no IPv4 address", f"for example {OTHER_ACCOUNT}/10.0.0.10"
        ) from error
    if not can_be_an_instances(address):
        raise DeclarationError(
            f"No instance of any VPC can have {address}",
            "AWS keeps the first four addresses and the last one of every subnet; a VPC has at most a /16, "
            "and nothing of 0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16 and 224.0.0.0/3",
        )
    return address


def instance_in_other_account(topology: Topology, address: IPv4Address) -> InVpc:
    """An instance at this address in the VPC of another account that was joined."""
    network = topology.network
    for subnet in network.subnets:
        if subnet.vpc_id in network.vpcs_of_others and address in subnet.cidr:
            return _instance(network, subnet, address)
    raise DeclarationError(
        f"No VPC of another account has {address}", "join the other account's network with this address first"
    )


def smallest_block_around(address: IPv4Address) -> IPv4Network:
    """The smallest block that a subnet can have in which an instance can have the address.

    AWS: "Subnet CIDR blocks"
    """
    blocks = [IPv4Network((address, length), strict=False) for length in range(28, 15, -1)]
    return next((block for block in blocks if _is_usable(block, address)), blocks[0])


def can_be_an_instances(address: IPv4Address) -> bool:
    """Whether an instance in some VPC can have the address."""
    reserved = any(address in block for block in NO_VPC_HAS)
    return not reserved and _is_usable(smallest_block_around(address), address)


def _is_usable(block: IPv4Network, address: IPv4Address) -> bool:
    """AWS keeps the first four addresses of a subnet and the last."""
    return block.network_address + 4 <= address < block.broadcast_address


def association_interface(network: Network, endpoint: ClientVpnEndpoint, subnet_id: SubnetId) -> InVpc:
    """The endpoint's interface in an associated subnet; one that does not exist yet is put there.

    AWS: "How AWS Client VPN works"
    """
    return service_interface(network, endpoint.id, subnet_id, endpoint.security_group_ids)


def service_interface(
    network: Network, owner_id: str, subnet_id: SubnetId, group_ids: tuple[SecurityGroupId, ...]
) -> InVpc:
    """The interface that AWS keeps in a subnet for what has this id; one that is not known is put there.

    Without groups it has the default one of its VPC.
    """
    for interface in network.network_interfaces:
        if interface.subnet_id == subnet_id and owner_id in interface.description:
            return from_interface(interface)
    free = _free_instance(network, network.subnet_by_id[subnet_id])
    return replace(free, security_group_ids=group_ids or free.security_group_ids)


def _client_of_named(topology: Topology, name: str) -> ClientVpn:
    endpoints = topology.network.client_vpn_endpoints
    found = [endpoint for endpoint in endpoints if name in (CLIENT_VPN, endpoint.id)]
    if not found:
        raise DeclarationError(
            f"There is no Client VPN endpoint {name!r}"
            if name != CLIENT_VPN
            else "There is no Client VPN endpoint",
            f"known are: {', '.join(endpoint.id for endpoint in endpoints) or 'none'}",
        )
    return _client_of(topology, found[0], found[0].client_cidr.network_address + CLIENT_OFFSET)


def _client_of(topology: Topology, endpoint: ClientVpnEndpoint, address: IPv4Address) -> ClientVpn:
    """A client, connected through the first associated subnet whose zone is up."""
    network, down = topology.network, topology.faults.zones
    subnets = [each for each in endpoint.associated_subnet_ids if each in network.subnet_by_id]
    up = [each for each in subnets if network.subnet_by_id[each].availability_zone not in down]
    subnet_id = next(iter(up or subnets), None)
    if subnet_id is None:
        return ClientVpn(address, address, endpoint.id, None)
    translated = association_interface(network, endpoint, subnet_id).address
    return ClientVpn(translated, address, endpoint.id, subnet_id)


def _corporate_host(topology: Topology) -> Corporate:
    blocks = corporate_networks(topology)
    if not blocks:
        raise DeclarationError(
            "There is no corporate network to start from",
            "declare its CIDR blocks, or give a VPN connection a static route to it",
        )
    return Corporate(_outside_vpcs(topology.network, blocks[0]))


def _outside_vpcs(network: Network, block: IPv4Network) -> IPv4Address:
    """A host of the block that no VPC claims: offices announce blocks as wide as 10.0.0.0/8."""
    last = max(int(block.broadcast_address) - 1, int(block.network_address))
    candidate = min(int(block.network_address) + CORPORATE_HOST_OFFSET, last)
    for claimed in sorted(cidr for vpc in network.own_vpcs for cidr in vpc.cidrs):
        if IPv4Address(candidate) in claimed:
            candidate = int(claimed.broadcast_address) + 1 + CORPORATE_HOST_OFFSET
    if candidate > last:
        raise DeclarationError(
            f"The corporate network {block} lies inside the VPC's addresses",
            "give the corporate network and the VPC blocks that do not overlap",
        )
    return IPv4Address(candidate)


def _host_in_first_subnet(topology: Topology) -> InVpc:
    subnets = _subnets_in_order(topology)
    if not subnets:
        raise DeclarationError(
            "There is no VPC with a subnet to start from", "create a VPC and a subnet first"
        )
    return _free_instance(topology.network, subnets[0])


def _subnets_in_order(topology: Topology) -> list[Subnet]:
    """Subnets by block; those of VPCs that hold a load balancer or an endpoint come first.

    An account has default VPCs that nobody means.
    """
    meant = {balancer.vpc_id for balancer in topology.load_balancing.load_balancers}
    meant |= {endpoint.vpc_id for endpoint in topology.network.vpc_endpoints}
    return sorted(
        topology.network.own_subnets, key=lambda subnet: (subnet.vpc_id not in meant, subnet.cidr, subnet.id)
    )


def _free_instance(network: Network, subnet: Subnet) -> InVpc:
    """An instance at the last address of the subnet that no interface has."""
    taken = {
        interface.address for interface in network.network_interfaces if interface.subnet_id == subnet.id
    }
    candidate = subnet.cidr.broadcast_address - 1
    while candidate in taken:
        candidate -= 1
    return _instance(network, subnet, candidate)


def _instance(network: Network, subnet: Subnet, address: IPv4Address) -> InVpc:
    default = tuple(
        group.id
        for group in network.security_groups
        if group.vpc_id == subnet.vpc_id and group.name == "default"
    )
    return InVpc(address, subnet.vpc_id, subnet.id, default)


def _from_block_or_address(topology: Topology, name: str) -> Source:
    try:
        if name.startswith(BEHIND_LINKS):
            return Corporate(IPv4Address(name.removeprefix(BEHIND_LINKS)))
        if "/" not in name:
            return locate(topology, IPv4Address(name))
        block = IPv4Network(name)
    except (AddressValueError, NetmaskValueError, ValueError) as error:
        raise DeclarationError(
            f"There is no vantage {name!r}",
            "use corporate, vpc, internet, client-vpn, corporate/10.1.0.10, other-account, "
            "other-account/10.0.0.10, a subnet id, a block such as 192.168.0.0/16, or an IPv4 address",
        ) from error
    for subnet in topology.network.own_subnets:
        if subnet.cidr == block:
            return _free_instance(topology.network, subnet)
    return locate(topology, block.network_address + (1 if block.prefixlen < 31 else 0))
