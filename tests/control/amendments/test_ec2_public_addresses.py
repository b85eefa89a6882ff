from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.ec2.utils import random_ip, random_public_ip
from tests.control.worlds import TwoSubnets, two_subnets

from landbridge.control.aws_api import AwsApi


def _balancer(api: AwsApi, network: TwoSubnets, **asked: Any) -> dict[str, Any]:
    parameters: dict[str, Any] = {"Name": "orders", "Subnets": list(network.subnet_ids)}
    return dict(api.client("elbv2").create_load_balancer(**parameters | asked)["LoadBalancers"][0])


def _with_gateway(api: AwsApi) -> TwoSubnets:
    network, ec2 = two_subnets(api), api.client("ec2")
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network.vpc_id)
    return network


def _public(api: AwsApi) -> dict[str, str]:
    """Public addresses of interfaces by subnet."""
    found = api.client("ec2").describe_network_interfaces()["NetworkInterfaces"]
    return {
        each["SubnetId"]: each["Association"]["PublicIp"] for each in found if each.get("Association", {})
    }


def test_elastic_ip_addresses_are_given_in_order_and_free_again_when_released(api: AwsApi) -> None:
    ec2 = api.client("ec2")
    first, second = (ec2.allocate_address(Domain="vpc") for _ in range(2))
    assert [first["PublicIp"], second["PublicIp"]] == ["203.0.113.32", "203.0.113.33"]
    ec2.release_address(AllocationId=first["AllocationId"])
    assert ec2.allocate_address(Domain="vpc")["PublicIp"] == "203.0.113.32"


def test_an_instance_in_a_subnet_that_gives_public_addresses_has_one(api: AwsApi) -> None:
    ec2, subnet_id = api.client("ec2"), two_subnets(api).subnet_ids[0]
    ec2.modify_subnet_attribute(SubnetId=subnet_id, MapPublicIpOnLaunch={"Value": True})
    ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=subnet_id)
    assert _public(api) == {subnet_id: "203.0.113.32"}


@pytest.mark.parametrize("kind", ["application", "network"])
def test_every_node_of_an_internet_facing_load_balancer_has_a_public_address(api: AwsApi, kind: str) -> None:
    network = _with_gateway(api)
    _balancer(api, network, Type=kind, Scheme="internet-facing")
    first, second = network.subnet_ids
    assert _public(api) == {first: "203.0.113.32", second: "203.0.113.33"}


@pytest.mark.parametrize("asked", [{}, {"Scheme": "internet-facing"}, {"Type": "network"}])
def test_without_an_internet_gateway_no_load_balancer_faces_the_internet(
    api: AwsApi, asked: dict[str, str]
) -> None:
    network = two_subnets(api)
    with pytest.raises(ClientError, match=f"InvalidSubnet.*VPC {network.vpc_id} has no internet gateway"):
        _balancer(api, network, **asked)
    assert _public(api) == {}


@pytest.mark.parametrize("kind", ["application", "network"])
def test_nodes_of_an_internal_load_balancer_have_none(api: AwsApi, kind: str) -> None:
    _balancer(api, two_subnets(api), Type=kind, Scheme="internal")
    assert _public(api) == {}


def test_a_network_load_balancer_has_the_elastic_ip_addresses_chosen_for_it(api: AwsApi) -> None:
    ec2, network = api.client("ec2"), _with_gateway(api)
    given = [ec2.allocate_address(Domain="vpc") for _ in network.subnet_ids][::-1]
    mappings = [
        {"SubnetId": subnet_id, "AllocationId": address["AllocationId"]}
        for subnet_id, address in zip(network.subnet_ids, given, strict=True)
    ]
    client = api.client("elbv2")
    made = client.create_load_balancer(
        Name="orders", Type="network", Scheme="internet-facing", SubnetMappings=mappings
    )["LoadBalancers"][0]
    expected = dict(zip(network.subnet_ids, (each["PublicIp"] for each in given), strict=True))
    assert _public(api) == expected
    (found,) = client.describe_load_balancers()["LoadBalancers"]
    for zone in found["AvailabilityZones"]:
        (address,) = zone["LoadBalancerAddresses"]
        assert address["IpAddress"] == expected[zone["SubnetId"]]
    client.delete_load_balancer(LoadBalancerArn=made["LoadBalancerArn"])
    assert not any("AssociationId" in each for each in ec2.describe_addresses()["Addresses"])


def test_a_node_in_a_new_subnet_has_a_public_address_too(api: AwsApi) -> None:
    network = _with_gateway(api)
    balancer = _balancer(api, network, Scheme="internet-facing")
    subnet = api.client("ec2").create_subnet(
        VpcId=network.vpc_id, CidrBlock="10.20.3.0/28", AvailabilityZone="eu-central-1c"
    )["Subnet"]["SubnetId"]
    kept = network.subnet_ids[1]
    api.client("elbv2").set_subnets(LoadBalancerArn=balancer["LoadBalancerArn"], Subnets=[kept, subnet])
    assert _public(api) == {kept: "203.0.113.33", subnet: "203.0.113.32"}


def test_moto_still_draws_public_addresses_from_loopback_and_from_elsewhere() -> None:
    assert ip_address(random_ip()) in ip_network("127.0.0.0/8")
    assert ip_address(random_public_ip()) in ip_network("54.214.0.0/16")
