"""What joins networks: Site-to-Site VPN, Direct Connect, transit gateways, Client VPN and VPC peering.

AWS: "Amazon Virtual Private Cloud Connectivity Options"
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from landbridge.model.identifiers import SecurityGroupId, SubnetId, VpcId, VpnGatewayId


@dataclass(frozen=True, slots=True)
class VpnGateway:
    """A virtual private gateway and the VPC it is attached to."""

    id: VpnGatewayId
    vpc_id: VpcId | None
    """None while it is detached."""


@dataclass(frozen=True, slots=True)
class VpnTunnel:
    """One of the two tunnels of a VPN connection, as its telemetry tells."""

    outside_address: str
    status: str = "UP"
    """``UP`` or ``DOWN``."""
    status_message: str = ""


@dataclass(frozen=True, slots=True)
class VpnConnection:
    """A Site-to-Site VPN connection on a virtual private gateway or a transit gateway."""

    id: str
    vpn_gateway_id: VpnGatewayId | None
    state: str
    """``available`` when it can carry traffic."""
    static_routes: tuple[IPv4Network, ...] = ()
    tunnels: tuple[VpnTunnel, ...] = ()
    customer_gateway_id: str = ""
    transit_gateway_id: str = ""


@dataclass(frozen=True, slots=True)
class DirectConnectAssociation:
    """A virtual private gateway or a transit gateway behind a Direct Connect gateway."""

    id: str
    direct_connect_gateway_id: str
    vpn_gateway_id: VpnGatewayId | None
    state: str
    """``associated`` when it can carry traffic."""
    allowed_prefixes: tuple[IPv4Network, ...] = ()
    """What is announced to the corporate side; empty means the VPC's own blocks."""
    virtual_interface_ids: tuple[str, ...] = ()
    """Virtual interfaces of the kind the gateway needs whose BGP session is up."""
    transit_gateway_id: str = ""


@dataclass(frozen=True, slots=True)
class TransitGateway:
    """A transit gateway."""

    id: str
    state: str = "available"
    security_group_referencing: bool = False


@dataclass(frozen=True, slots=True)
class TransitGatewayAttachment:
    """What is attached to a transit gateway: a VPC, a VPN connection, a Direct Connect gateway."""

    id: str
    transit_gateway_id: str
    resource_type: str
    """``vpc``, ``vpn``, ``direct-connect-gateway``, ``peering``, ``connect``."""
    resource_id: str
    state: str = "available"
    route_table_id: str = ""
    """The route table it is associated with; empty for none."""
    subnet_ids: tuple[SubnetId, ...] = ()
    """One for each Availability Zone that a VPC attachment is enabled in."""
    security_group_referencing: bool = True


@dataclass(frozen=True, slots=True)
class TransitGatewayRoute:
    """One route of a transit gateway; several attachments are equal-cost paths."""

    destination: IPv4Network
    attachment_ids: tuple[str, ...]
    state: str = "active"
    """``active`` or ``blackhole``."""
    propagated: bool = False


@dataclass(frozen=True, slots=True)
class TransitGatewayRouteTable:
    """A route table of a transit gateway, with what is propagated into it."""

    id: str
    transit_gateway_id: str
    routes: tuple[TransitGatewayRoute, ...] = ()
    propagating_attachment_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VpcPeeringConnection:
    """Two VPCs that route to each other's blocks and to nothing beyond."""

    id: str
    state: str
    """``active`` when it can carry traffic."""
    requester_vpc_id: VpcId
    accepter_vpc_id: VpcId


@dataclass(frozen=True, slots=True)
class ClientVpnRoute:
    """Where a Client VPN endpoint sends packets for a block: into an associated subnet."""

    destination: IPv4Network
    subnet_id: SubnetId
    state: str = "active"


@dataclass(frozen=True, slots=True)
class ClientVpnAuthorizationRule:
    """Who may reach a block: everybody, or the members of one group."""

    destination: IPv4Network
    group_id: str = ""
    """Of the directory or identity provider; empty for everybody."""
    state: str = "active"


@dataclass(frozen=True, slots=True)
class ClientVpnEndpoint:
    """A Client VPN endpoint: laptops get an address of its client block and speak as its interfaces."""

    id: str
    state: str
    """``available`` once a subnet is associated."""
    client_cidr: IPv4Network
    security_group_ids: tuple[SecurityGroupId, ...] = ()
    associated_subnet_ids: tuple[SubnetId, ...] = ()
    routes: tuple[ClientVpnRoute, ...] = ()
    authorization_rules: tuple[ClientVpnAuthorizationRule, ...] = ()
    dns_servers: tuple[IPv4Address, ...] = ()
