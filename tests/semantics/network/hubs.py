"""Two VPCs and an office, joined by a transit gateway, a peering connection or a Client VPN endpoint."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from tests.topologies import (
    CORPORATE,
    EVERYWHERE,
    SUBNET_A,
    SUBNET_B,
    VPC,
    VPC_CIDR,
    alb_group,
    network_interfaces,
    open_network_acl,
    private_app,
    route_table,
    vpn_connection,
    with_network,
)

from landbridge.model.identifiers import NetworkInterfaceId, SecurityGroupId, SubnetId, VpcId
from landbridge.model.links import (
    ClientVpnAuthorizationRule,
    ClientVpnEndpoint,
    ClientVpnRoute,
    DirectConnectAssociation,
    TransitGateway,
    TransitGatewayAttachment,
    TransitGatewayRoute,
    TransitGatewayRouteTable,
    VpcPeeringConnection,
)
from landbridge.model.network import (
    NetworkAcl,
    NetworkInterface,
    Route,
    SecurityGroup,
    SecurityGroupRule,
    Subnet,
    Vpc,
)
from landbridge.model.topology import Topology

GATEWAY, TABLE = "tgw-0hub", "tgw-rtb-0hub"
TO_APP, TO_OTHER, TO_OFFICE, TO_DIRECT = (
    "tgw-attach-0app",
    "tgw-attach-0other",
    "tgw-attach-0vpn",
    "tgw-attach-0dx",
)
OTHER_VPC, OTHER_CIDR, OTHER_SUBNET = (
    VpcId("vpc-0other"),
    IPv4Network("10.30.0.0/16"),
    SubnetId("subnet-0other"),
)
OTHER_GROUP = SecurityGroupId("sg-0other")
SERVER = IPv4Address("10.30.1.5")
PEERING = "pcx-0both"
CLIENT_VPN, CLIENTS = "cvpn-endpoint-0laptops", IPv4Network("10.200.0.0/22")


def attachments() -> tuple[TransitGatewayAttachment, ...]:
    """Both VPCs, a VPN connection and a Direct Connect gateway, all in one route table."""
    rows = (
        (TO_APP, "vpc", VPC, (SUBNET_A, SUBNET_B)),
        (TO_OTHER, "vpc", OTHER_VPC, (OTHER_SUBNET,)),
        (TO_OFFICE, "vpn", "vpn-0office", ()),
        (TO_DIRECT, "direct-connect-gateway", "dxgw-0office", ()),
    )
    return tuple(
        TransitGatewayAttachment(each, GATEWAY, kind, resource, "available", TABLE, subnets)
        for each, kind, resource, subnets in rows
    )


def hub_routes() -> tuple[TransitGatewayRoute, ...]:
    """What the attachments propagate; the office's is in force over Direct Connect."""
    return (
        TransitGatewayRoute(VPC_CIDR, (TO_APP,), propagated=True),
        TransitGatewayRoute(OTHER_CIDR, (TO_OTHER,), propagated=True),
        TransitGatewayRoute(CORPORATE, (TO_DIRECT,), propagated=True),
    )


def hub(*routes: TransitGatewayRoute, **changes: Any) -> Topology:
    """Everything on a transit gateway; `routes` come before those that are propagated."""
    base = with_other_vpc(private_app(), GATEWAY)
    table = TransitGatewayRouteTable(
        TABLE, GATEWAY, (*routes, *hub_routes()), (TO_APP, TO_OTHER, TO_OFFICE, TO_DIRECT)
    )
    made: dict[str, Any] = {
        "vpn_gateways": (),
        "vpn_connections": (replace(vpn_connection(), vpn_gateway_id=None, transit_gateway_id=GATEWAY),),
        "direct_connect_associations": (
            DirectConnectAssociation(
                "dxa-0hub", "dxgw-0office", None, "associated", (VPC_CIDR,), ("dxvif-0transit",), GATEWAY
            ),
        ),
        "transit_gateways": (TransitGateway(GATEWAY),),
        "transit_gateway_attachments": attachments(),
        "transit_gateway_route_tables": (table,),
    }
    return with_network(base, **(made | changes))


def peered(state: str = "active", **changes: Any) -> Topology:
    """Both VPCs peered; the office is linked to the app's VPC only."""
    connection = VpcPeeringConnection(PEERING, state, OTHER_VPC, VPC)
    made = {"peering_connections": (connection,)}
    return with_network(with_other_vpc(private_app(), PEERING), **(made | changes))


def with_other_vpc(topology: Topology, target: str) -> Topology:
    """A second VPC with one server, and routes there and back over `target`."""
    network = topology.network
    there = replace(
        route_table(),
        routes=(Route(VPC_CIDR, "local"), Route(CORPORATE, office_target(target)), Route(OTHER_CIDR, target)),
    )
    back = replace(
        route_table(),
        id="rtb-0other",
        vpc_id=OTHER_VPC,
        routes=(Route(OTHER_CIDR, "local"), Route(EVERYWHERE, target)),
    )
    rule = SecurityGroupRule("sgr-0o1", False, "tcp", 443, 443, cidr=VPC_CIDR)
    out = SecurityGroupRule("sgr-0o2", True, "-1", None, None, cidr=EVERYWHERE)
    group = SecurityGroup(OTHER_GROUP, "default", OTHER_VPC, (rule, out))
    admitted = SecurityGroupRule("sgr-0o3", False, "tcp", 443, 443, cidr=OTHER_CIDR)
    alb = replace(alb_group(), rules=(*alb_group().rules, admitted))
    kept = tuple(each for each in network.security_groups if each.id != alb.id)
    acl = replace(open_network_acl(), id="acl-0other", vpc_id=OTHER_VPC, subnet_ids=(OTHER_SUBNET,))
    server = NetworkInterface(
        NetworkInterfaceId("eni-0server"), OTHER_VPC, OTHER_SUBNET, SERVER, (OTHER_GROUP,)
    )
    return with_network(
        topology,
        vpcs=(*network.vpcs, Vpc(OTHER_VPC, (OTHER_CIDR,))),
        subnets=(
            *network.subnets,
            Subnet(OTHER_SUBNET, OTHER_VPC, IPv4Network("10.30.1.0/24"), "eu-central-1a"),
        ),
        route_tables=(there, back),
        network_acls=(*network.network_acls, acl),
        security_groups=(*kept, alb, group),
        network_interfaces=(*network_interfaces(), server),
    )


def office_target(target: str) -> str:
    """Where the office's block is routed: over the hub, or the virtual private gateway."""
    return target if target == GATEWAY else "vgw-0office"


def with_acl(topology: Topology, acl: NetworkAcl) -> Topology:
    """The topology with this network ACL, which takes its subnets from others."""
    kept = tuple(each for each in topology.network.network_acls if each.id != acl.id)
    return with_network(topology, network_acls=(*kept, acl))


def laptops(**changes: Any) -> Topology:
    """A Client VPN endpoint in the app's first subnet; everybody may reach the VPC."""
    endpoint = ClientVpnEndpoint(
        CLIENT_VPN,
        "available",
        CLIENTS,
        (SecurityGroupId("sg-0default"),),
        (SUBNET_A,),
        (ClientVpnRoute(VPC_CIDR, SUBNET_A),),
        (ClientVpnAuthorizationRule(VPC_CIDR),),
        (IPv4Address("10.20.0.2"),),
    )
    group = alb_group()
    admitted = SecurityGroupRule(
        "sgr-0c1", False, "tcp", 443, 443, referenced_group_id=SecurityGroupId("sg-0default")
    )
    groups = tuple(
        replace(each, rules=(*each.rules, admitted)) if each.id == group.id else each
        for each in private_app().network.security_groups
    )
    return with_network(
        private_app(), client_vpn_endpoints=(replace(endpoint, **changes),), security_groups=groups
    )
