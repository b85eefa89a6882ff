import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from landbridge.control.aws_api import AwsApi

VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.60.0.0/16"}}
STAGE = {"Type": "AWS::ApiGateway::Stage", "Properties": {"StageName": "live"}}


def _template(**resources: Any) -> str:
    return json.dumps({"Resources": resources, "Outputs": {"Vpc": {"Value": {"Ref": "Vpc"}}}})


def _own_vpcs(api: AwsApi) -> list[str]:
    vpcs = api.client("ec2").describe_vpcs()["Vpcs"]
    return [vpc["VpcId"] for vpc in vpcs if not vpc["IsDefault"]]


def _deploy(api: AwsApi, template: str) -> None:
    """What ``aws cloudformation deploy`` does."""
    client = api.client("cloudformation")
    client.create_change_set(
        StackName="network", ChangeSetName="first", ChangeSetType="CREATE", TemplateBody=template
    )
    client.execute_change_set(StackName="network", ChangeSetName="first")


def test_a_change_set_makes_resources_with_the_addresses_that_aws_would_give(api: AwsApi) -> None:
    subnet = {
        "Type": "AWS::EC2::Subnet",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.60.1.0/24"},
    }
    _deploy(api, _template(Vpc=VPC, Subnet=subnet))
    ec2, vpcs = api.client("ec2"), _own_vpcs(api)
    own = [{"Name": "vpc-id", "Values": vpcs}]
    (made,) = ec2.describe_subnets(Filters=own)["Subnets"]
    interface = ec2.create_network_interface(SubnetId=made["SubnetId"])["NetworkInterface"]
    assert interface["PrivateIpAddress"] == "10.60.1.4"


def test_a_stack_from_a_change_set_has_its_outputs(api: AwsApi) -> None:
    _deploy(api, _template(Vpc=VPC))
    (stack,) = api.client("cloudformation").describe_stacks(StackName="network")["Stacks"]
    assert [output["OutputValue"] for output in stack["Outputs"]] == _own_vpcs(api)


@pytest.mark.parametrize("operation", ["create_stack", "create_change_set"])
def test_a_resource_that_cannot_be_made_is_refused_and_nothing_is_made(api: AwsApi, operation: str) -> None:
    asked = {"StackName": "network", "TemplateBody": _template(Vpc=VPC, Stage=STAGE)}
    if operation == "create_change_set":
        asked |= {"ChangeSetName": "first", "ChangeSetType": "CREATE"}
    with pytest.raises(ClientError, match=r"resources of type AWS::ApiGateway::Stage") as raised:
        getattr(api.client("cloudformation"), operation)(**asked)
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    stacks = api.client("cloudformation").describe_stacks()["Stacks"]
    assert {stack["StackStatus"] for stack in stacks} <= {"REVIEW_IN_PROGRESS"}
    assert _own_vpcs(api) == []


def test_what_cdk_says_of_itself_is_no_resource(api: AwsApi) -> None:
    _deploy(api, _template(Vpc=VPC, Metadata={"Type": "AWS::CDK::Metadata"}))
    assert len(_own_vpcs(api)) == 1


def test_moto_still_lacks_stages_in_stacks(api: AwsApi) -> None:
    from moto.cloudformation.parsing import get_model_map

    assert api.client("cloudformation").describe_stacks()["Stacks"] == []
    assert "AWS::ApiGateway::Stage" not in get_model_map()
