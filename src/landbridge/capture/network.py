"""Amazon VPC: what moves or stops packets, from EC2's describe calls."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

from landbridge.capture.corporate_links import vpn_connection, vpn_gateway
from landbridge.capture.reading import Answer, Reader, parsed_policy
from landbridge.capture.routing import network_acl, route_table
from landbridge.capture.security_groups import read_security_groups
from landbridge.model.identifiers import (
    NetworkInterfaceId,
    SecurityGroupId,
    SubnetId,
    VpcEndpointId,
    VpcId,
)
from landbridge.model.network import InternetGateway, Network, NetworkInterface, Subnet, Vpc, VpcEndpoint
from landbridge.trace.decision import ResourceRef

GONE = frozenset({"deleted", "deleting"})
MODELLED_ENDPOINT_TYPES = frozenset({"Interface", "Gateway"})


def read_network(reader: Reader, previous: Network) -> Network:
    """The VPCs of the region and what is in them, save network interfaces and Direct Connect."""
    _notice_other_networks(reader)
    return replace(
        previous,
        vpcs=_vpcs(reader),
        subnets=_subnets(reader),
        route_tables=tuple(
            route_table(reader, answer)
            for answer in reader.items("ec2", "describe_route_tables", "RouteTables", order_by="RouteTableId")
        ),
        network_acls=tuple(
            network_acl(reader, answer)
            for answer in reader.items("ec2", "describe_network_acls", "NetworkAcls", order_by="NetworkAclId")
        ),
        security_groups=read_security_groups(reader),
        internet_gateways=_internet_gateways(reader),
        vpn_gateways=tuple(
            vpn_gateway(answer)
            for answer in reader.items("ec2", "describe_vpn_gateways", "VpnGateways", order_by="VpnGatewayId")
            if answer["State"] not in GONE
        ),
        vpn_connections=tuple(
            vpn_connection(reader, answer)
            for answer in reader.items(
                "ec2", "describe_vpn_connections", "VpnConnections", order_by="VpnConnectionId"
            )
            if answer["State"] not in GONE
        ),
        vpc_endpoints=_vpc_endpoints(reader),
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
    if answer.get("Ipv6CidrBlockAssociationSet"):
        reader.notice(vpc, "IPv6")
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
    )


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
    if answer.get("DnsOptions", {}).get("PrivateDnsOnlyForInboundResolverEndpoint"):
        reader.notice(endpoint, "private DNS only for the inbound Resolver endpoint")
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
    )


def _regional_name_first(name: str) -> tuple[bool, int, str]:
    """The regional name, then the zonal ones, which are longer, then private DNS names.

    AWS: "Access an AWS service using an interface VPC endpoint"
    """
    return (".vpce." not in name, len(name), name)


def _notice_other_networks(reader: Reader) -> None:
    for peering in reader.items("ec2", "describe_vpc_peering_connections", "VpcPeeringConnections"):
        if peering["Status"]["Code"] == "active":
            connection = ResourceRef("AWS::EC2::VPCPeeringConnection", peering["VpcPeeringConnectionId"])
            reader.notice(connection, "VPC peering")
    attachments = reader.items("ec2", "describe_transit_gateway_attachments", "TransitGatewayAttachments")
    for attachment in attachments:
        if attachment["State"] not in GONE:
            identifier = attachment["TransitGatewayAttachmentId"]
            reader.notice(ResourceRef("AWS::EC2::TransitGatewayAttachment", identifier), "transit gateways")
