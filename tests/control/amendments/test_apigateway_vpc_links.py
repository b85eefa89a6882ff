"""VPC links of both versions in the local AWS API."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import TwoSubnets, private_api, two_subnets

from landbridge.control.amendments.amend import original_of
from landbridge.control.aws_api import AwsApi


def balancer(api: AwsApi, network: TwoSubnets, kind: str = "network", **asked: Any) -> str:
    made = api.client("elbv2").create_load_balancer(
        Name="front", Type=kind, Scheme="internal", Subnets=list(network.subnet_ids), **asked
    )
    return str(made["LoadBalancers"][0]["LoadBalancerArn"])


def interfaces(api: AwsApi) -> list[dict[str, Any]]:
    filters = [{"Name": "description", "Values": ["API Gateway VPC link*"]}]
    found: list[dict[str, Any]] = api.client("ec2").describe_network_interfaces(Filters=filters)[
        "NetworkInterfaces"
    ]
    return found


def test_a_link_to_a_network_load_balancer_is_available_and_can_be_renamed(api: AwsApi) -> None:
    gateway = api.client("apigateway")
    link = gateway.create_vpc_link(name="shop", targetArns=[balancer(api, two_subnets(api))])
    assert link["status"] == "AVAILABLE"
    assert "statusMessage" not in link
    patch = [
        {"op": "replace", "path": "/name", "value": "orders"},
        {"op": "replace", "path": "/description", "value": "d"},
    ]
    changed = gateway.update_vpc_link(vpcLinkId=link["id"], patchOperations=patch)
    assert (changed["name"], changed["description"]) == ("orders", "d")
    with pytest.raises(ClientError, match="Invalid patch path"):
        gateway.update_vpc_link(
            vpcLinkId=link["id"], patchOperations=[{"op": "replace", "path": "/targetArns", "value": "x"}]
        )


@pytest.mark.parametrize("kind", ["application", ""])
def test_a_link_to_anything_else_fails(api: AwsApi, kind: str) -> None:
    network = two_subnets(api)
    arn = balancer(api, network, kind) if kind else "arn:aws:elasticloadbalancing:eu-central-1:1:gone"
    link = api.client("apigateway").create_vpc_link(name="shop", targetArns=[arn])
    assert (link["status"], link["statusMessage"]) == ("FAILED", "NLB ARN is malformed.")


def test_a_link_has_one_target(api: AwsApi) -> None:
    with pytest.raises(ClientError, match="exactly one target"):
        api.client("apigateway").create_vpc_link(name="shop", targetArns=["a", "b"])


def test_a_link_that_is_deployed_is_not_deleted(api: AwsApi) -> None:
    gateway = api.client("apigateway")
    link_id = gateway.create_vpc_link(name="shop", targetArns=[balancer(api, two_subnets(api))])["id"]
    api_id, root = private_api(api)
    put_through(api, api_id, root, link_id)
    gateway.update_rest_api(
        restApiId=api_id, patchOperations=[{"op": "replace", "path": "/policy", "value": OPEN}]
    )
    gateway.create_deployment(restApiId=api_id, stageName="prod")
    with pytest.raises(ClientError, match=rf"is referenced in \[GET:{root}:prod\]"):
        gateway.delete_vpc_link(vpcLinkId=link_id)
    gateway.delete_stage(restApiId=api_id, stageName="prod")
    gateway.delete_vpc_link(vpcLinkId=link_id)
    with pytest.raises(ClientError, match="NotFound"):
        gateway.delete_vpc_link(vpcLinkId=link_id)


OPEN = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}'


def put_through(api: AwsApi, api_id: str, root: str, link_id: str, **asked: Any) -> dict[str, Any]:
    put: dict[str, Any] = api.client("apigateway").put_integration(
        restApiId=api_id,
        resourceId=root,
        httpMethod="GET",
        type="HTTP_PROXY",
        integrationHttpMethod="GET",
        uri="https://shop.example/",
        connectionType="VPC_LINK",
        connectionId=link_id,
        **asked,
    )
    return put


def test_a_link_v2_has_an_interface_in_each_subnet_as_long_as_it_lives(api: AwsApi) -> None:
    network, gateway = two_subnets(api), api.client("apigatewayv2")
    link = gateway.create_vpc_link(
        Name="own", SubnetIds=list(network.subnet_ids), SecurityGroupIds=[network.group_id]
    )
    assert (link["VpcLinkStatus"], link["VpcLinkVersion"]) == ("AVAILABLE", "V2")
    found = interfaces(api)
    assert sorted(each["SubnetId"] for each in found) == sorted(network.subnet_ids)
    assert {each["InterfaceType"] for each in found} == {"api_gateway_managed"}
    assert {group["GroupId"] for each in found for group in each["Groups"]} == {network.group_id}
    gateway.delete_vpc_link(VpcLinkId=link["VpcLinkId"])
    assert interfaces(api) == []


def test_a_link_v2_without_groups_has_the_default_one_of_its_vpc(api: AwsApi) -> None:
    network = two_subnets(api)
    api.client("apigatewayv2").create_vpc_link(Name="own", SubnetIds=list(network.subnet_ids))
    assert {group["GroupName"] for each in interfaces(api) for group in each["Groups"]} == {"default"}


def test_an_integration_through_a_link_v2_names_its_load_balancer(api: AwsApi) -> None:
    network = two_subnets(api)
    link = api.client("apigatewayv2").create_vpc_link(Name="own", SubnetIds=list(network.subnet_ids))
    api_id, root = private_api(api)
    with pytest.raises(ClientError, match="IntegrationTarget is required for VpcLinkV2"):
        put_through(api, api_id, root, link["VpcLinkId"])
    arn = balancer(api, network, "application", SecurityGroups=[network.group_id])
    put = put_through(api, api_id, root, link["VpcLinkId"], integrationTarget=arn)
    assert (put["connectionId"], put["integrationTarget"]) == (link["VpcLinkId"], arn)
    gateway, place = (
        api.client("apigateway"),
        {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"},
    )
    with pytest.raises(ClientError, match="IntegrationTarget is required for VpcLinkV2"):
        gateway.update_integration(**place, patchOperations=[{"op": "remove", "path": "/integrationTarget"}])
    assert gateway.get_integration(**place)["integrationTarget"] == arn


def test_moto_still_lacks_failed_links(api: AwsApi) -> None:
    from moto.apigateway.models import APIGatewayBackend, apigateway_backends

    backend = apigateway_backends["123456789012"]["eu-central-1"]
    link = original_of(APIGatewayBackend, "create_vpc_link")(backend, "x", "", ["arn:gone"], {})
    assert link.status == "AVAILABLE"
