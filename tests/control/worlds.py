"""Small deployments, made by the calls that anyone would make."""

import io
import json
import zipfile
from dataclasses import dataclass

from landbridge.control.aws_api import AwsApi

ACCOUNT = "123456789012"
REGION = "eu-central-1"
CORPORATE = "10.10.0.0/16"


@dataclass(frozen=True)
class TwoSubnets:
    vpc_id: str
    subnet_ids: tuple[str, str]
    group_id: str


def two_subnets(api: AwsApi, cidr: str = "10.20.{}.0/28") -> TwoSubnets:
    """A VPC with DNS host names, a subnet of 16 addresses in each of two zones, and a group."""
    ec2 = api.client("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
    subnet_ids = tuple(
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr.format(number), AvailabilityZone=f"{REGION}{zone}")[
            "Subnet"
        ]["SubnetId"]
        for number, zone in ((1, "a"), (2, "b"))
    )
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc_id)
    return TwoSubnets(vpc_id, (subnet_ids[0], subnet_ids[1]), group["GroupId"])


def addresses(api: AwsApi, *interface_ids: str) -> list[str]:
    answer = api.client("ec2").describe_network_interfaces(NetworkInterfaceIds=list(interface_ids))
    by_id = {each["NetworkInterfaceId"]: each["PrivateIpAddress"] for each in answer["NetworkInterfaces"]}
    return [by_id[interface_id] for interface_id in interface_ids]


def role(api: AwsApi, name: str = "orders") -> str:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    answer = api.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    return str(answer["Role"]["Arn"])


def archive(source: str = "def answer(event, context):\n    return event\n") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        zipped.writestr("app.py", source)
    return buffer.getvalue()


def function(api: AwsApi, name: str = "orders") -> str:
    answer = api.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=role(api, name),
        Handler="app.answer",
        Code={"ZipFile": archive()},
    )
    return str(answer["FunctionArn"])


def private_api(api: AwsApi, policy: str | None = None) -> tuple[str, str]:
    """A private REST API with a MOCK method at its root; its id and its root resource's."""
    apigateway = api.client("apigateway")
    asked = {"policy": policy} if policy else {}
    answer = apigateway.create_rest_api(name="orders", endpointConfiguration={"types": ["PRIVATE"]}, **asked)
    api_id, root = answer["id"], answer["rootResourceId"]
    apigateway.put_method(restApiId=api_id, resourceId=root, httpMethod="GET", authorizationType="NONE")
    apigateway.put_integration(restApiId=api_id, resourceId=root, httpMethod="GET", type="MOCK")
    return api_id, root


OPEN_POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "execute-api:Invoke",
                "Resource": "execute-api:/*",
            }
        ],
    }
)
