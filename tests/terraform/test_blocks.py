from pathlib import Path
from typing import Any

import pytest

from landbridge.terraform.blocks import AppliedBlocks, Block

MAIN, GROUPS, CHILD = Path("infra/main.tf"), Path("infra/groups.tf"), Path("infra/app/main.tf")
ACCOUNT = "eu-central-1:123456789012"
MODULES = {
    "": {
        MAIN: 'resource "aws_s3_bucket" "pages" {\n}\n\n'
        'module "app" {\n  source = "./app"\n}\nmodule "dns" {\n}\n',
        GROUPS: '# resource "aws_security_group" "old" {\n'
        "resource aws_security_group alb {\n  ingress {}\n}\n",
    },
    "app": {
        CHILD: 'locals {}\n\nresource "aws_lambda_function" "this" {\n}\n'
        'resource "aws_lambda_permission" "api" {\n}\n'
        'resource "aws_api_gateway_rest_api" "this" {}\n'
        'resource "aws_api_gateway_rest_api_policy" "this" {}\n',
    },
}


def resource(type_: str, name: str, module: str = "", mode: str = "managed", **attributes: Any) -> Any:
    told = {"mode": mode, "type": type_, "name": name, "instances": [{"attributes": attributes}]}
    return told | ({"module": module} if module else {})


STATE = {
    "resources": [
        resource("aws_s3_bucket", "pages", id="pages", arn="arn:aws:s3:::pages"),
        resource("aws_security_group", "alb", id="sg-1", arn=f"arn:aws:ec2:{ACCOUNT}:security-group/sg-1"),
        resource("aws_security_group", "alb", mode="data", id="sg-9"),
        resource(
            "aws_lambda_function",
            "this",
            "module.app",
            id="orders",
            arn=f"arn:aws:lambda:{ACCOUNT}:function:orders",
        ),
        resource("aws_lambda_permission", "api", "module.app[0]", id="orders"),
        resource("aws_api_gateway_rest_api", "this", 'module.app["x"]', id="a1"),
        resource("aws_api_gateway_rest_api_policy", "this", "module.app", id="a1"),
        resource("aws_route53_zone", "this", "module.dns.module.zones", id="Z1"),
        resource("aws_vpc", "gone", id="vpc-1"),
        {"mode": "managed", "type": "aws_eip", "name": "none", "instances": [{"attributes": None}]},
    ]
}
BLOCKS = AppliedBlocks(STATE, MODULES)


@pytest.mark.parametrize(
    ("resource_type", "name", "block"),
    [
        ("AWS::S3::Bucket", "arn:aws:s3:::pages", Block(MAIN, 1)),
        ("AWS::S3::Bucket Object", "pages/index.html", Block(MAIN, 1)),
        ("AWS::EC2::SecurityGroup", "sg-1", Block(GROUPS, 2)),
        ("AWS::EC2::SecurityGroup", "sg-9, sg-1", Block(GROUPS, 2)),
        ("AWS::Lambda::Function", "orders", Block(CHILD, 3)),
        ("AWS::Lambda::Permission", "orders", Block(CHILD, 5)),
        ("AWS::Lambda::Function", f"arn:aws:lambda:{ACCOUNT}:function:orders:live", Block(CHILD, 3)),
        ("AWS::ApiGateway::Stage", "a1/live", Block(CHILD, 7)),
        ("AWS::ApiGateway::RestApi", "a1", Block(CHILD, 7)),
        ("AWS::ApiGateway::RestApi Policy Statement", "a1/live", Block(CHILD, 8)),
        ("AWS::Route53::HostedZone", "Z1", Block(MAIN, 7)),
        ("AWS::EC2::VPC", "vpc-1", None),
        ("AWS::EC2::SecurityGroup", "sg-9", None),
        ("AWS::EC2::SecurityGroup", "sg-2", None),
        ("AWS::IAM::Role", "", None),
    ],
)
def test_a_resource_is_where_its_block_is_or_the_call_of_the_module_that_is_not_the_users(
    resource_type: str, name: str, block: Block | None
) -> None:
    assert BLOCKS.of(resource_type, name) == block


def test_the_first_name_that_is_known_counts() -> None:
    assert BLOCKS.of("AWS::EC2::SecurityGroup Rule", "sgr-7", "sg-1", "pages") == Block(GROUPS, 2)


def test_the_root_module_begins_with_its_first_file() -> None:
    assert BLOCKS.first_file == GROUPS
