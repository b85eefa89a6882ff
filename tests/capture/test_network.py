from ipaddress import IPv4Address, IPv4Network, IPv6Network
from typing import Any

import pytest
from tests.capture.scripted import GROUP, INTERFACE, SUBNET, VPC, ScriptedAccount, features

from landbridge.capture.network import read_network, read_network_interfaces
from landbridge.model.network import InternetGateway, Network, NetworkInterface, Subnet, Vpc


def block(cidr: str, state: str = "associated") -> dict[str, Any]:
    return {"CidrBlock": cidr, "CidrBlockState": {"State": state}, "AssociationId": f"vpc-cidr-assoc-{cidr}"}


def attribute(parameters: dict[str, Any]) -> dict[str, Any]:
    name = parameters["Attribute"]
    return {name[0].upper() + name[1:]: {"Value": name == "enableDnsHostnames"}}


def test_a_vpc_has_its_associated_blocks_and_its_dns_attributes() -> None:
    blocks = [block("10.20.0.0/16"), block("10.21.0.0/16"), block("10.22.0.0/16", "disassociated")]
    answer = {"VpcId": "vpc-1", "CidrBlock": "10.20.0.0/16", "CidrBlockAssociationSet": blocks}
    account = ScriptedAccount(
        {"ec2.describe_vpcs": {"Vpcs": [answer]}, "ec2.describe_vpc_attribute": attribute}
    )
    network = read_network(account.reader(), Network())
    assert network.vpcs == (
        Vpc(
            VPC,
            (IPv4Network("10.20.0.0/16"), IPv4Network("10.21.0.0/16")),
            enable_dns_support=False,
            enable_dns_hostnames=True,
        ),
    )


def test_ipv6_other_networks_and_unknown_endpoint_types_are_noticed() -> None:
    account = ScriptedAccount(
        {
            "ec2.describe_vpcs": {
                "Vpcs": [
                    {
                        "VpcId": "vpc-1",
                        "CidrBlock": "10.20.0.0/16",
                        "Ipv6CidrBlockAssociationSet": [
                            {
                                "Ipv6CidrBlock": "2001:db8::/56",
                                "Ipv6CidrBlockState": {"State": "associated"},
                            },
                            {
                                "Ipv6CidrBlock": "2001:db8:1::/56",
                                "Ipv6CidrBlockState": {"State": "disassociated"},
                            },
                        ],
                    }
                ]
            },
            "ec2.describe_vpc_attribute": attribute,
            "ec2.describe_vpc_peering_connections": {
                "VpcPeeringConnections": [
                    {
                        "VpcPeeringConnectionId": "pcx-1",
                        "Status": {"Code": "active"},
                        "AccepterVpcInfo": {"OwnerId": "999999999999", "VpcId": "vpc-9"},
                    },
                    {"VpcPeeringConnectionId": "pcx-2", "Status": {"Code": "rejected"}},
                ]
            },
            "ec2.describe_transit_gateway_attachments": {
                "TransitGatewayAttachments": [
                    {
                        "TransitGatewayAttachmentId": "tgw-attach-1",
                        "TransitGatewayId": "tgw-1",
                        "ResourceType": "peering",
                        "State": "available",
                    },
                    {"TransitGatewayAttachmentId": "tgw-attach-2", "State": "deleted"},
                ]
            },
            "ec2.describe_vpc_endpoints": {
                "VpcEndpoints": [
                    {
                        "VpcEndpointId": "vpce-1",
                        "VpcId": "vpc-1",
                        "ServiceName": "com.amazonaws.vpce.eu-central-1.vpce-svc-1",
                        "VpcEndpointType": "GatewayLoadBalancer",
                        "State": "available",
                        "IpAddressType": "dualstack",
                    }
                ]
            },
        }
    )
    reader = account.reader()
    network = read_network(reader, Network())
    assert network.vpcs[0].ipv6_cidrs == (IPv6Network("2001:db8::/56"),)
    assert features(reader) == [
        ("vpce-1", "VPC endpoints of type GatewayLoadBalancer"),
        ("vpce-1", "IPv6"),
        ("tgw-attach-1", "transit gateway attachments of type peering"),
        ("pcx-1", "VPC peering with another account or region"),
    ]


def test_subnets_and_attached_internet_gateways_are_read() -> None:
    subnet = {
        "SubnetId": "subnet-1",
        "VpcId": "vpc-1",
        "CidrBlock": "10.20.1.0/24",
        "AvailabilityZone": "eu-central-1a",
    }
    only_ipv6 = {"SubnetId": "subnet-2", "VpcId": "vpc-1", "AvailabilityZone": "eu-central-1a"}
    attachment = {"VpcId": "vpc-1", "State": "available"}
    account = ScriptedAccount(
        {
            "ec2.describe_subnets": {"Subnets": [only_ipv6, subnet]},
            "ec2.describe_internet_gateways": {
                "InternetGateways": [
                    {"InternetGatewayId": "igw-2", "Attachments": []},
                    {"InternetGatewayId": "igw-1", "Attachments": [attachment]},
                ]
            },
        }
    )
    network = read_network(account.reader(), Network())
    cidr = IPv4Network("10.20.1.0/24")
    assert network.subnets == (Subnet(SUBNET, VPC, cidr, "eu-central-1a"),)
    assert network.internet_gateways == (InternetGateway("igw-1", VPC),)


def endpoint(state: str) -> dict[str, Any]:
    return {
        "VpcEndpointId": f"vpce-{state}",
        "VpcId": "vpc-1",
        "ServiceName": "com.amazonaws.eu-central-1.execute-api",
        "VpcEndpointType": "Interface",
        "State": state,
        "PrivateDnsEnabled": True,
        "NetworkInterfaceIds": ["eni-2", "eni-1"],
        "SubnetIds": ["subnet-2", "subnet-1"],
        "Groups": [{"GroupId": "sg-1", "GroupName": "endpoint"}],
        "PolicyDocument": '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]}',
        "DnsEntries": [
            {"DnsName": "*.execute-api.eu-central-1.amazonaws.com"},
            {"DnsName": "vpce-1-abc-eu-central-1b.execute-api.eu-central-1.vpce.amazonaws.com"},
            {"DnsName": "execute-api.eu-central-1.amazonaws.com"},
            {"DnsName": "vpce-1-abc-eu-central-1a.execute-api.eu-central-1.vpce.amazonaws.com"},
            {"DnsName": "vpce-1-abc.execute-api.eu-central-1.vpce.amazonaws.com"},
        ],
    }


@pytest.mark.parametrize("state", ["deleted", "Deleted", "deleting"])
def test_a_deleted_endpoint_that_ec2_still_lists_is_left_out(state: str) -> None:
    account = ScriptedAccount({"ec2.describe_vpc_endpoints": {"VpcEndpoints": [endpoint(state)]}})
    assert read_network(account.reader(), Network()).vpc_endpoints == ()


def test_an_endpoint_names_its_regional_name_first_and_its_private_names_last() -> None:
    account = ScriptedAccount({"ec2.describe_vpc_endpoints": {"VpcEndpoints": [endpoint("available")]}})
    (captured,) = read_network(account.reader(), Network()).vpc_endpoints
    assert captured.dns_names == (
        "vpce-1-abc.execute-api.eu-central-1.vpce.amazonaws.com",
        "vpce-1-abc-eu-central-1a.execute-api.eu-central-1.vpce.amazonaws.com",
        "vpce-1-abc-eu-central-1b.execute-api.eu-central-1.vpce.amazonaws.com",
        "execute-api.eu-central-1.amazonaws.com",
        "*.execute-api.eu-central-1.amazonaws.com",
    )
    assert captured.network_interface_ids == ("eni-1", "eni-2")
    assert captured.subnet_ids == ("subnet-1", "subnet-2")
    assert captured.security_group_ids == ("sg-1",)
    assert captured.private_dns_enabled
    assert captured.policy is not None
    assert captured.policy.statements[0].actions == ("*",)


def test_a_network_interface_has_its_owner_s_description_and_its_public_address() -> None:
    answer = {
        "NetworkInterfaceId": "eni-1",
        "VpcId": "vpc-1",
        "SubnetId": "subnet-1",
        "PrivateIpAddress": "10.20.1.17",
        "PrivateIpAddresses": [{"PrivateIpAddress": "10.20.1.17"}, {"PrivateIpAddress": "10.20.1.18"}],
        "Groups": [{"GroupId": "sg-1", "GroupName": "web"}],
        "Description": "ELB app/web/50dc6c495c0c9188",
        "InterfaceType": "interface",
        "AvailabilityZone": "eu-central-1a",
        "Association": {"PublicIp": "203.0.113.9"},
    }
    without_ipv4 = {"NetworkInterfaceId": "eni-2", "VpcId": "vpc-1", "SubnetId": "subnet-1"}
    account = ScriptedAccount(
        {"ec2.describe_network_interfaces": {"NetworkInterfaces": [without_ipv4, answer]}}
    )
    reader = account.reader()
    assert read_network_interfaces(reader, Network()).network_interfaces == (
        NetworkInterface(
            id=INTERFACE,
            vpc_id=VPC,
            subnet_id=SUBNET,
            address=IPv4Address("10.20.1.17"),
            security_group_ids=(GROUP,),
            description="ELB app/web/50dc6c495c0c9188",
            availability_zone="eu-central-1a",
            public_address=IPv4Address("203.0.113.9"),
        ),
    )
    assert features(reader) == [("eni-1", "secondary private addresses")]
