"""Amazon VPC as deployed; what joins networks is in ``links.py``.

AWS: "How Amazon VPC works"
"""

from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Network

from landbridge.model.identifiers import (
    NetworkInterfaceId,
    SecurityGroupId,
    SubnetId,
    VpcEndpointId,
    VpcId,
    VpnGatewayId,
)
from landbridge.model.links import (
    ClientVpnEndpoint,
    DirectConnectAssociation,
    TransitGateway,
    TransitGatewayAttachment,
    TransitGatewayRouteTable,
    VpcPeeringConnection,
    VpnConnection,
    VpnGateway,
)
from landbridge.model.policy import PolicyDocument


@dataclass(frozen=True, slots=True)
class Vpc:
    """A VPC with its IPv4 blocks."""

    id: VpcId
    cidrs: tuple[IPv4Network, ...]
    enable_dns_support: bool = True
    enable_dns_hostnames: bool = False
    owner_id: str = ""
    """The account that it belongs to; empty for this one."""
    ipv6_cidrs: tuple[IPv6Network, ...] = ()
    """No traffic over IPv6 is modelled: only the proof asks whether there can be any."""


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet; one Availability Zone."""

    id: SubnetId
    vpc_id: VpcId
    cidr: IPv4Network
    availability_zone: str


@dataclass(frozen=True, slots=True)
class Route:
    """One route; ``target`` is ``local``, or the id of a gateway, endpoint or interface."""

    destination: IPv4Network
    target: str
    state: str = "active"
    """``active`` or ``blackhole``."""
    propagated: bool = False
    prefix_list_id: str = ""
    """The prefix list that the destination is one block of; empty for a route to a block."""


@dataclass(frozen=True, slots=True)
class RouteTable:
    """A route table with the subnets that use it explicitly."""

    id: str
    vpc_id: VpcId
    routes: tuple[Route, ...]
    subnet_ids: tuple[SubnetId, ...] = ()
    main: bool = False
    propagating_gateways: tuple[VpnGatewayId, ...] = ()
    ipv6_targets: tuple[tuple[IPv6Network, str], ...] = ()
    """Destinations and targets of its active routes for IPv6, local ones left out."""


@dataclass(frozen=True, slots=True)
class NetworkAclEntry:
    """One numbered rule; protocol ``-1`` is every protocol, ports None every port."""

    rule_number: int
    egress: bool
    allow: bool
    protocol: str
    """``-1``, ``6`` for TCP, ``17`` for UDP."""
    cidr: IPv4Network
    from_port: int | None = None
    to_port: int | None = None


@dataclass(frozen=True, slots=True)
class NetworkAcl:
    """A network ACL with the subnets it guards."""

    id: str
    vpc_id: VpcId
    entries: tuple[NetworkAclEntry, ...]
    subnet_ids: tuple[SubnetId, ...]
    is_default: bool = False
    admits_ipv6: bool | None = False
    """Whether its rules for IPv6 let everything pass, or nothing; None where they tell apart."""


@dataclass(frozen=True, slots=True)
class SecurityGroupRule:
    """One rule with one source or destination: a block, another group, or a prefix list."""

    id: str
    egress: bool
    protocol: str
    """``-1`` for all, ``tcp``, ``udp``, ``icmp``, or a protocol number."""
    from_port: int | None
    to_port: int | None
    cidr: IPv4Network | None = None
    referenced_group_id: SecurityGroupId | None = None
    prefix_list_id: str | None = None
    description: str = ""
    prefix_list_cidrs: tuple[IPv4Network, ...] | None = None
    """The prefix list's blocks; None where they could not be read."""
    ipv6_cidr: IPv6Network | None = None
    """Of a rule for IPv6: it lets nobody in who comes over IPv4."""


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """A security group with its rules, ingress and egress."""

    id: SecurityGroupId
    name: str
    vpc_id: VpcId
    rules: tuple[SecurityGroupRule, ...]


@dataclass(frozen=True, slots=True)
class NetworkInterface:
    """An elastic network interface; ``description`` says whose, as on AWS (``ELB app/…``)."""

    id: NetworkInterfaceId
    vpc_id: VpcId
    subnet_id: SubnetId
    address: IPv4Address
    security_group_ids: tuple[SecurityGroupId, ...]
    description: str = ""
    interface_type: str = "interface"
    availability_zone: str = ""
    public_address: IPv4Address | None = None
    primary_of: str = ""
    """The instance whose primary interface it is."""


@dataclass(frozen=True, slots=True)
class InternetGateway:
    """An internet gateway and the VPC it is attached to."""

    id: str
    vpc_id: VpcId


@dataclass(frozen=True, slots=True)
class VpcEndpoint:
    """A VPC endpoint: interface endpoints have network interfaces, gateway endpoints routes."""

    id: VpcEndpointId
    vpc_id: VpcId
    service_name: str
    """For example ``com.amazonaws.eu-central-1.execute-api``."""
    type: str
    """``Interface``, ``Gateway`` or ``GatewayLoadBalancer``."""
    state: str
    private_dns_enabled: bool
    network_interface_ids: tuple[NetworkInterfaceId, ...]
    subnet_ids: tuple[SubnetId, ...]
    security_group_ids: tuple[SecurityGroupId, ...]
    policy: PolicyDocument | None
    dns_names: tuple[str, ...]
    """The regional name first, then one per zone; private DNS names last."""
    route_table_ids: tuple[str, ...] = ()
    """Of a gateway endpoint: the tables that lead its service's prefix list to it."""
    private_dns_only_for_inbound_resolver: bool = False
    """Whether the private DNS names are for the office, by way of an inbound Resolver endpoint, only."""


@dataclass(frozen=True)
class Network:
    """Everything that moves or stops packets."""

    vpcs: tuple[Vpc, ...] = ()
    subnets: tuple[Subnet, ...] = ()
    route_tables: tuple[RouteTable, ...] = ()
    network_acls: tuple[NetworkAcl, ...] = ()
    security_groups: tuple[SecurityGroup, ...] = ()
    network_interfaces: tuple[NetworkInterface, ...] = ()
    internet_gateways: tuple[InternetGateway, ...] = ()
    vpn_gateways: tuple[VpnGateway, ...] = ()
    vpn_connections: tuple[VpnConnection, ...] = ()
    direct_connect_associations: tuple[DirectConnectAssociation, ...] = ()
    vpc_endpoints: tuple[VpcEndpoint, ...] = ()
    transit_gateways: tuple[TransitGateway, ...] = ()
    transit_gateway_attachments: tuple[TransitGatewayAttachment, ...] = ()
    transit_gateway_route_tables: tuple[TransitGatewayRouteTable, ...] = ()
    peering_connections: tuple[VpcPeeringConnection, ...] = ()
    client_vpn_endpoints: tuple[ClientVpnEndpoint, ...] = ()

    @cached_property
    def vpc_by_id(self) -> dict[VpcId, Vpc]:
        """VPCs by id."""
        return {vpc.id: vpc for vpc in self.vpcs}

    @cached_property
    def own_vpcs(self) -> tuple[Vpc, ...]:
        """The VPCs of this account: one of another account may have the same addresses, and no part in it."""
        return tuple(vpc for vpc in self.vpcs if not vpc.owner_id)

    @cached_property
    def vpcs_of_others(self) -> frozenset[VpcId]:
        """The VPCs of other accounts, which only those who stand in them meet."""
        return frozenset(vpc.id for vpc in self.vpcs if vpc.owner_id)

    @cached_property
    def own_subnets(self) -> tuple[Subnet, ...]:
        """The subnets of this account's VPCs."""
        return tuple(subnet for subnet in self.subnets if subnet.vpc_id not in self.vpcs_of_others)

    @cached_property
    def subnet_by_id(self) -> dict[SubnetId, Subnet]:
        """Subnets by id."""
        return {subnet.id: subnet for subnet in self.subnets}

    @cached_property
    def security_group_by_id(self) -> dict[SecurityGroupId, SecurityGroup]:
        """Security groups by id."""
        return {group.id: group for group in self.security_groups}

    @cached_property
    def interface_by_id(self) -> dict[NetworkInterfaceId, NetworkInterface]:
        """Network interfaces by id."""
        return {interface.id: interface for interface in self.network_interfaces}

    @cached_property
    def interfaces_by_address(self) -> dict[IPv4Address, tuple[NetworkInterface, ...]]:
        """Network interfaces by private address; several VPCs may use the same address."""
        found: dict[IPv4Address, tuple[NetworkInterface, ...]] = {}
        for interface in self.network_interfaces:
            found[interface.address] = (*found.get(interface.address, ()), interface)
        return found

    @cached_property
    def interface_by_public_address(self) -> dict[IPv4Address, NetworkInterface]:
        """Network interfaces by the public address that an internet gateway translates for them."""
        return {
            interface.public_address: interface
            for interface in self.network_interfaces
            if interface.public_address is not None
        }

    @cached_property
    def interfaces_by_description(self) -> dict[str, tuple[NetworkInterface, ...]]:
        """Network interfaces by what they are described as: a load balancer's nodes have the same."""
        found: dict[str, list[NetworkInterface]] = {}
        for interface in self.network_interfaces:
            found.setdefault(interface.description, []).append(interface)
        return {description: tuple(interfaces) for description, interfaces in found.items()}

    @cached_property
    def endpoint_by_interface(self) -> dict[NetworkInterfaceId, VpcEndpoint]:
        """VPC endpoints by each of their network interfaces."""
        return {eni: endpoint for endpoint in self.vpc_endpoints for eni in endpoint.network_interface_ids}

    @cached_property
    def route_table_by_subnet(self) -> dict[SubnetId, RouteTable]:
        """The route table in force for each subnet: its own, or its VPC's main one."""
        main = {table.vpc_id: table for table in self.route_tables if table.main}
        own = {subnet_id: table for table in self.route_tables for subnet_id in table.subnet_ids}
        return {
            subnet.id: own.get(subnet.id) or main[subnet.vpc_id]
            for subnet in self.subnets
            if subnet.id in own or subnet.vpc_id in main
        }

    @cached_property
    def network_acl_by_subnet(self) -> dict[SubnetId, NetworkAcl]:
        """The network ACL of each subnet: its own, or its VPC's default one."""
        default = {acl.vpc_id: acl for acl in self.network_acls if acl.is_default}
        own = {subnet_id: acl for acl in self.network_acls for subnet_id in acl.subnet_ids}
        return {
            subnet.id: own.get(subnet.id) or default[subnet.vpc_id]
            for subnet in self.subnets
            if subnet.id in own or subnet.vpc_id in default
        }
