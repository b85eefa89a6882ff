import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import REGION, TwoSubnets, addresses, two_subnets

from landbridge.control.aws_api import AwsApi

EXECUTE_API = f"com.amazonaws.{REGION}.execute-api"


def _endpoint(api: AwsApi, network: TwoSubnets, **asked: Any) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "VpcEndpointType": "Interface",
        "VpcId": network.vpc_id,
        "ServiceName": EXECUTE_API,
        "SubnetIds": list(network.subnet_ids),
        "SecurityGroupIds": [network.group_id],
        "PrivateDnsEnabled": False,
    }
    answer: dict[str, Any] = api.client("ec2").create_vpc_endpoint(**parameters | asked)["VpcEndpoint"]
    return answer


def _again(api: AwsApi, endpoint: dict[str, Any]) -> dict[str, Any]:
    (found,) = api.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])[
        "VpcEndpoints"
    ]
    return dict(found)


def test_an_interface_endpoint_has_an_interface_in_each_subnet(api: AwsApi) -> None:
    network = two_subnets(api)
    endpoint = _endpoint(api, network)
    answer = api.client("ec2").describe_network_interfaces(
        NetworkInterfaceIds=endpoint["NetworkInterfaceIds"]
    )
    interfaces = {each["SubnetId"]: each for each in answer["NetworkInterfaces"]}
    assert set(interfaces) == set(network.subnet_ids)
    first = interfaces[network.subnet_ids[0]]
    assert first["PrivateIpAddress"] == "10.20.1.4"
    assert first["Description"] == f"VPC Endpoint Interface {endpoint['VpcEndpointId']}"
    assert first["InterfaceType"] == "vpc_endpoint"
    assert first["RequesterManaged"] is True
    assert [group["GroupId"] for group in first["Groups"]] == [network.group_id]


def test_without_a_group_an_endpoint_gets_the_default_group_of_its_vpc(api: AwsApi) -> None:
    endpoint = _endpoint(api, two_subnets(api), SecurityGroupIds=[])
    assert [group["GroupName"] for group in endpoint["Groups"]] == ["default"]


def test_names_are_regional_then_zonal_then_private(api: AwsApi) -> None:
    endpoint = _endpoint(api, two_subnets(api), PrivateDnsEnabled=True)
    names = [entry["DnsName"] for entry in endpoint["DnsEntries"]]
    label = names[0].partition(".")[0]
    assert re.fullmatch(rf"{endpoint['VpcEndpointId']}-[0-9a-f]{{8}}", label)
    assert names == [
        f"{label}.execute-api.{REGION}.vpce.amazonaws.com",
        f"{label}-{REGION}a.execute-api.{REGION}.vpce.amazonaws.com",
        f"{label}-{REGION}b.execute-api.{REGION}.vpce.amazonaws.com",
        f"execute-api.{REGION}.amazonaws.com",
        f"*.execute-api.{REGION}.amazonaws.com",
    ]


def test_the_names_of_an_s3_endpoint_are_for_any_bucket(api: AwsApi) -> None:
    endpoint = _endpoint(api, two_subnets(api), ServiceName=f"com.amazonaws.{REGION}.s3")
    assert all(entry["DnsName"].startswith("*.vpce-") for entry in endpoint["DnsEntries"])


def test_fixed_addresses_are_honoured(api: AwsApi) -> None:
    network = two_subnets(api)
    fixed = [{"SubnetId": network.subnet_ids[0], "Ipv4": "10.20.1.9"}]
    endpoint = _endpoint(api, network, SubnetConfigurations=fixed)
    assert addresses(api, *endpoint["NetworkInterfaceIds"]) == ["10.20.1.9", "10.20.2.4"]


def test_modify_adds_and_removes_subnets_and_groups(api: AwsApi) -> None:
    network = two_subnets(api)
    ec2 = api.client("ec2")
    endpoint = _endpoint(api, network, SubnetIds=[network.subnet_ids[0]])
    other = ec2.create_security_group(GroupName="other", Description="other", VpcId=network.vpc_id)["GroupId"]
    ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint["VpcEndpointId"],
        AddSubnetIds=[network.subnet_ids[1]],
        RemoveSubnetIds=[network.subnet_ids[0]],
        AddSecurityGroupIds=[other],
        RemoveSecurityGroupIds=[network.group_id],
        PrivateDnsEnabled=True,
    )
    changed = _again(api, endpoint)
    assert changed["SubnetIds"] == [network.subnet_ids[1]]
    assert addresses(api, *changed["NetworkInterfaceIds"]) == ["10.20.2.4"]
    assert changed["PrivateDnsEnabled"] is True
    (interface,) = ec2.describe_network_interfaces(NetworkInterfaceIds=changed["NetworkInterfaceIds"])[
        "NetworkInterfaces"
    ]
    assert [group["GroupId"] for group in interface["Groups"]] == [other]
    assert f"*.execute-api.{REGION}.amazonaws.com" in [entry["DnsName"] for entry in changed["DnsEntries"]]


def test_a_policy_is_kept_and_can_be_reset(api: AwsApi) -> None:
    ec2 = api.client("ec2")
    endpoint = _endpoint(api, two_subnets(api))
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint["VpcEndpointId"], PolicyDocument=policy)
    assert _again(api, endpoint)["PolicyDocument"] == policy
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint["VpcEndpointId"], ResetPolicy=True)
    assert json.loads(_again(api, endpoint)["PolicyDocument"])["Statement"][0]["Effect"] == "Allow"


def test_a_deleted_endpoint_is_gone_with_its_interfaces(api: AwsApi) -> None:
    network = two_subnets(api)
    ec2 = api.client("ec2")
    endpoint = _endpoint(api, network)
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    assert addresses(api, *_endpoint(api, network)["NetworkInterfaceIds"]) == ["10.20.1.4", "10.20.2.4"]


def test_private_dns_needs_dns_host_names_in_the_vpc(api: AwsApi) -> None:
    network = two_subnets(api)
    api.client("ec2").modify_vpc_attribute(VpcId=network.vpc_id, EnableDnsHostnames={"Value": False})
    with pytest.raises(ClientError, match="enableDnsSupport and enableDnsHostnames"):
        _endpoint(api, network, PrivateDnsEnabled=True)


def test_two_endpoints_of_a_vpc_cannot_both_have_private_dns_for_a_service(api: AwsApi) -> None:
    network = two_subnets(api)
    _endpoint(api, network, PrivateDnsEnabled=True)
    with pytest.raises(ClientError, match="conflicting DNS domain"):
        _endpoint(api, network, PrivateDnsEnabled=True)


def test_an_endpoint_has_one_subnet_in_each_zone(api: AwsApi) -> None:
    network = two_subnets(api)
    another = api.client("ec2").create_subnet(
        VpcId=network.vpc_id, CidrBlock="10.20.3.0/28", AvailabilityZone=f"{REGION}a"
    )["Subnet"]["SubnetId"]
    with pytest.raises(ClientError, match="DuplicateSubnetsInSameZone"):
        _endpoint(api, network, SubnetIds=[network.subnet_ids[0], another])


def test_a_gateway_endpoint_has_no_interface(api: AwsApi) -> None:
    endpoint = _endpoint(
        api,
        two_subnets(api),
        VpcEndpointType="Gateway",
        ServiceName=f"com.amazonaws.{REGION}.s3",
        SubnetIds=[],
        SecurityGroupIds=[],
    )
    assert endpoint.get("NetworkInterfaceIds", []) == []


S3 = f"com.amazonaws.{REGION}.s3"
INBOUND_ONLY = "PrivateDnsOnlyForInboundResolverEndpoint"


def _gateway(api: AwsApi, network: TwoSubnets, *table_ids: str) -> dict[str, Any]:
    answer: dict[str, Any] = api.client("ec2").create_vpc_endpoint(
        VpcEndpointType="Gateway", VpcId=network.vpc_id, ServiceName=S3, RouteTableIds=list(table_ids)
    )["VpcEndpoint"]
    return answer


def test_routes_of_a_gateway_endpoint_follow_its_route_tables(api: AwsApi) -> None:
    network, ec2 = two_subnets(api), api.client("ec2")
    filters = [{"Name": "vpc-id", "Values": [network.vpc_id]}]
    table_id = ec2.describe_route_tables(Filters=filters)["RouteTables"][0]["RouteTableId"]
    endpoint_id = _gateway(api, network)["VpcEndpointId"]

    def targets() -> list[str]:
        (table,) = ec2.describe_route_tables(RouteTableIds=[table_id])["RouteTables"]
        return [route["GatewayId"] for route in table["Routes"] if "DestinationPrefixListId" in route]

    assert targets() == []
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, AddRouteTableIds=[table_id])
    assert targets() == [endpoint_id]
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, RemoveRouteTableIds=[table_id])
    assert targets() == []


@pytest.mark.parametrize(
    ("asked", "private", "inbound_only"),
    [
        ({}, False, False),
        ({"PrivateDnsEnabled": True}, True, True),
        ({"PrivateDnsEnabled": True, "DnsOptions": {INBOUND_ONLY: False}}, True, False),
    ],
)
def test_private_dns_of_s3_is_for_inbound_resolver_endpoints_unless_told_otherwise(
    api: AwsApi, asked: dict[str, Any], private: bool, inbound_only: bool
) -> None:
    network = two_subnets(api)
    _gateway(api, network)
    found = _again(api, _endpoint(api, network, ServiceName=S3, **asked))
    assert (found["PrivateDnsEnabled"], found["DnsOptions"][INBOUND_ONLY]) == (private, inbound_only)
    names = [entry["DnsName"] for entry in found["DnsEntries"]]
    assert (f"*.s3-accesspoint.{REGION}.amazonaws.com" in names) is private


def test_private_dns_for_inbound_resolver_endpoints_needs_a_gateway_endpoint(api: AwsApi) -> None:
    network, ec2 = two_subnets(api), api.client("ec2")
    with pytest.raises(ClientError, match="must have a Gateway endpoint for the service"):
        _endpoint(api, network, ServiceName=S3, PrivateDnsEnabled=True)
    endpoint_id = _endpoint(api, network, ServiceName=S3)["VpcEndpointId"]
    with pytest.raises(ClientError, match="must have a Gateway endpoint for the service"):
        ec2.modify_vpc_endpoint(
            VpcEndpointId=endpoint_id, PrivateDnsEnabled=True, DnsOptions={INBOUND_ONLY: True}
        )
    off = {INBOUND_ONLY: False}
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, PrivateDnsEnabled=True, DnsOptions=off)
    found = _again(api, {"VpcEndpointId": endpoint_id})
    assert (found["PrivateDnsEnabled"], found["DnsOptions"][INBOUND_ONLY]) == (True, False)


def test_moto_still_lacks_aws_names_of_endpoints() -> None:
    from moto.ec2.utils import create_dns_entries

    stock = create_dns_entries(EXECUTE_API, "vpce-1")
    assert not stock["dns_name"].endswith(f".execute-api.{REGION}.vpce.amazonaws.com")
