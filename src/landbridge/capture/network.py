"""Amazon VPC: what moves or stops packets, from EC2's describe calls."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network, IPv6Network

from landbridge.capture.client_vpn import read_client_vpn_endpoints
from landbridge.capture.corporate_links import vpn_connection, vpn_gateway
from landbridge.capture.prefix_lists import prefix_lists
from landbridge.capture.reading import Answer, Reader, parsed_policy
from landbridge.capture.routing import network_acl, route_table
from landbridge.capture.security_groups import read_security_groups
from landbridge.capture.transit_gateways import (
    read_attachments,
    read_transit_gateway_route_tables,
    read_transit_gateways,
)
from landbridge.model.identifiers import (
    NetworkInterfaceId,
    SecurityGroupId,
    SubnetId,
    VpcEndpointId,
    VpcId,
)
from landbridge.model.links import VpcPeeringConnection
from landbridge.model.network import InternetGateway, Network, NetworkInterface, Subnet, Vpc, VpcEndpoint
from landbridge.trace.decision import ResourceRef

GONE = frozenset({"deleted", "deleting"})
GONE_PEERINGS = GONE | {"rejected", "failed", "expired"}
MODELLED_ENDPOINT_TYPES = frozenset({"Interface", "Gateway"})


def read_network(reader: Reader, previous: Network) -> Network:
    """The VPCs of the region and what is in them, save network interfaces and Direct Connect."""
    blocks_of = prefix_lists(reader)
    return replace(
        previous,
        vpcs=_vpcs(reader),
        subnets=_subnets(reader),
        route_tables=tuple(
            route_table(reader, answer, blocks_of)
            for answer in reader.items("ec2", "describe_route_tables", "RouteTables", order_by="RouteTableId")
        ),
        network_acls=tuple(
            network_acl(answer)
            for answer in reader.items("ec2", "describe_network_acls", "NetworkAcls", order_by="NetworkAclId")
        ),
        security_groups=read_security_groups(reader, blocks_of),
        internet_gateways=_internet_gateways(reader),
        vpn_gateways=tuple(
            vpn_gateway(answer)
            for answer in reader.items("ec2", "describe_vpn_gateways", "VpnGateways", order_by="VpnGatewayId")
            if answer["State"] not in GONE
        ),
        vpn_connections=tuple(
            vpn_connection(answer)
            for answer in reader.items(
                "ec2", "describe_vpn_connections", "VpnConnections", order_by="VpnConnectionId"
            )
            if answer["State"] not in GONE
        ),
        vpc_endpoints=_vpc_endpoints(reader),
        transit_gateways=read_transit_gateways(reader),
        transit_gateway_attachments=read_attachments(reader),
        transit_gateway_route_tables=read_transit_gateway_route_tables(reader),
        peering_connections=_peering_connections(reader),
        client_vpn_endpoints=read_client_vpn_endpoints(reader),
    )


def read_network_interfaces(reader: Reader, previous: Network) -> Network:
    """The network interfaces of the region, those that load balancers and endpoints own among them."""
    answers = reader.items(
        "ec2", "describe_network_interfaces", "NetworkInterfaces", order_by="NetworkInterfaceId"
    )
    return replace(
        previous,
        network_interfaces=tuple(
            _network_interface(reader, answer) for answer in answers if answer.get("PrivateIpAddress")
        ),
    )


def _vpcs(reader: Reader) -> tuple[Vpc, ...]:
    answers = reader.items("ec2", "describe_vpcs", "Vpcs", order_by="VpcId")
    return tuple(_vpc(reader, answer) for answer in answers)


def _vpc(reader: Reader, answer: Answer) -> Vpc:
    vpc = ResourceRef("AWS::EC2::VPC", answer["VpcId"])
    blocks = [
        association["CidrBlock"]
        for association in answer.get("CidrBlockAssociationSet", ())
        if association["CidrBlockState"]["State"] == "associated"
    ]
    return Vpc(
        id=VpcId(answer["VpcId"]),
        cidrs=tuple(IPv4Network(block) for block in blocks or [answer["CidrBlock"]]),
        enable_dns_support=_vpc_attribute(reader, vpc, "enableDnsSupport", default=True),
        enable_dns_hostnames=_vpc_attribute(reader, vpc, "enableDnsHostnames", default=False),
        ipv6_cidrs=tuple(
            IPv6Network(association["Ipv6CidrBlock"])
            for association in answer.get("Ipv6CidrBlockAssociationSet", ())
            if association.get("Ipv6CidrBlockState", {}).get("State") == "associated"
        ),
    )


def _vpc_attribute(reader: Reader, vpc: ResourceRef, attribute: str, *, default: bool) -> bool:
    answer = reader.answer("ec2", "describe_vpc_attribute", vpc, VpcId=vpc.id, Attribute=attribute)
    if not isinstance(answer, dict):
        return default
    return bool(answer[attribute[0].upper() + attribute[1:]]["Value"])


def _subnets(reader: Reader) -> tuple[Subnet, ...]:
    return tuple(
        Subnet(
            id=SubnetId(answer["SubnetId"]),
            vpc_id=VpcId(answer["VpcId"]),
            cidr=IPv4Network(answer["CidrBlock"]),
            availability_zone=answer["AvailabilityZone"],
        )
        for answer in reader.items("ec2", "describe_subnets", "Subnets", order_by="SubnetId")
        if answer.get("CidrBlock")
    )


def _internet_gateways(reader: Reader) -> tuple[InternetGateway, ...]:
    answers = reader.items(
        "ec2", "describe_internet_gateways", "InternetGateways", order_by="InternetGatewayId"
    )
    return tuple(
        InternetGateway(answer["InternetGatewayId"], VpcId(attachment["VpcId"]))
        for answer in answers
        for attachment in answer.get("Attachments", ())
    )


def _network_interface(reader: Reader, answer: Answer) -> NetworkInterface:
    identifier = NetworkInterfaceId(answer["NetworkInterfaceId"])
    if len(answer.get("PrivateIpAddresses", ())) > 1:
        reader.notice(ResourceRef("AWS::EC2::NetworkInterface", identifier), "secondary private addresses")
    public = answer.get("Association", {}).get("PublicIp")
    return NetworkInterface(
        id=identifier,
        vpc_id=VpcId(answer["VpcId"]),
        subnet_id=SubnetId(answer["SubnetId"]),
        address=IPv4Address(answer["PrivateIpAddress"]),
        security_group_ids=tuple(SecurityGroupId(group["GroupId"]) for group in answer.get("Groups", ())),
        description=answer.get("Description", ""),
        interface_type=answer.get("InterfaceType", "interface"),
        availability_zone=answer.get("AvailabilityZone", ""),
        public_address=IPv4Address(public) if public else None,
        primary_of=_instance_of(answer.get("Attachment", {})),
    )


def _peering_connections(reader: Reader) -> tuple[VpcPeeringConnection, ...]:
    """Those between VPCs of this account and region; others are noticed.

    AWS: "VpcPeeringConnection" (Amazon EC2 API reference)
    """
    found = []
    for answer in reader.items(
        "ec2",
        "describe_vpc_peering_connections",
        "VpcPeeringConnections",
        order_by="VpcPeeringConnectionId",
    ):
        sides = [answer.get(side, {}) for side in ("RequesterVpcInfo", "AccepterVpcInfo")]
        state = answer["Status"]["Code"]
        if state in GONE_PEERINGS:
            continue
        if any(_is_elsewhere(reader, side) for side in sides):
            about = ResourceRef("AWS::EC2::VPCPeeringConnection", answer["VpcPeeringConnectionId"])
            reader.notice(about, "VPC peering with another account or region")
        requester, accepter = (VpcId(side.get("VpcId", "")) for side in sides)
        found.append(VpcPeeringConnection(answer["VpcPeeringConnectionId"], state, requester, accepter))
    return tuple(found)


def _is_elsewhere(reader: Reader, side: Answer) -> bool:
    here = reader.account_id, reader.region
    return (side.get("OwnerId", here[0]), side.get("Region", here[1])) != here


def _instance_of(attachment: Answer) -> str:
    """The instance whose first interface is attached like this."""
    is_primary = attachment.get("DeviceIndex") == 0
    return str(attachment.get("InstanceId", "")) if is_primary else ""


def _vpc_endpoints(reader: Reader) -> tuple[VpcEndpoint, ...]:
    answers = reader.items("ec2", "describe_vpc_endpoints", "VpcEndpoints", order_by="VpcEndpointId")
    return tuple(_vpc_endpoint(reader, answer) for answer in answers if answer["State"].lower() not in GONE)


def _vpc_endpoint(reader: Reader, answer: Answer) -> VpcEndpoint:
    endpoint = ResourceRef("AWS::EC2::VPCEndpoint", answer["VpcEndpointId"])
    kind = answer.get("VpcEndpointType", "Gateway")
    if kind not in MODELLED_ENDPOINT_TYPES:
        reader.notice(endpoint, f"VPC endpoints of type {kind}")
    if answer.get("IpAddressType", "ipv4") != "ipv4":
        reader.notice(endpoint, "IPv6")
    names = [entry["DnsName"] for entry in answer.get("DnsEntries", ()) if entry.get("DnsName")]
    return VpcEndpoint(
        id=VpcEndpointId(answer["VpcEndpointId"]),
        vpc_id=VpcId(answer["VpcId"]),
        service_name=answer["ServiceName"],
        type=kind,
        state=answer["State"].lower(),
        private_dns_enabled=bool(answer.get("PrivateDnsEnabled")),
        network_interface_ids=tuple(map(NetworkInterfaceId, sorted(answer.get("NetworkInterfaceIds", ())))),
        subnet_ids=tuple(map(SubnetId, sorted(answer.get("SubnetIds", ())))),
        security_group_ids=tuple(
            sorted(SecurityGroupId(group["GroupId"]) for group in answer.get("Groups", ()))
        ),
        policy=parsed_policy(answer.get("PolicyDocument")),
        dns_names=tuple(sorted(names, key=_regional_name_first)),
        route_table_ids=tuple(sorted(answer.get("RouteTableIds", ()))),
        private_dns_only_for_inbound_resolver=bool(
            answer.get("DnsOptions", {}).get("PrivateDnsOnlyForInboundResolverEndpoint")
        ),
    )


def _regional_name_first(name: str) -> tuple[bool, int, str]:
    """The regional name, then the zonal ones, which are longer, then private DNS names.

    AWS: "Access an AWS service using an interface VPC endpoint"
    """
    return (".vpce." not in name, len(name), name)
