"""State that is kept: a stack that is killed comes back as it was."""

import json
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.conftest import EXAMPLE
from tests.end_to_end.stack_process import StackProcess, running

APP = "https://orders.corp.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns(".landbridge", "__pycache__")
    return Path(shutil.copytree(EXAMPLE, tmp_path / "orders", ignore=ignored))


def post_order(stack: StackProcess, item: str) -> str:
    body = json.dumps({"customer": "Ada", "item": item, "quantity": 2})
    answer = stack.curl(f"{APP}/api/orders", "--header", "Content-Type: application/json", "--data", body)
    assert answer.status == 201, answer
    return str(json.loads(answer.body)["id"])


def order(stack: StackProcess, order_id: str) -> tuple[int, str]:
    answer = stack.curl(f"{APP}/api/orders/{order_id}")
    return answer.status, answer.body


def held(stack: StackProcess) -> dict[str, Any]:
    """What clients hold on to: ids, ARNs, addresses, times."""
    ec2, elbv2 = stack.client("ec2"), stack.client("elbv2")
    [balancer] = elbv2.describe_load_balancers()["LoadBalancers"]
    listeners = elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    return {
        "vpcs": ec2.describe_vpcs()["Vpcs"],
        "groups": ec2.describe_security_groups()["SecurityGroups"],
        "interfaces": ec2.describe_network_interfaces()["NetworkInterfaces"],
        "endpoints": ec2.describe_vpc_endpoints()["VpcEndpoints"],
        "APIs": stack.client("apigateway").get_rest_apis()["items"],
        "load balancer": (balancer, listeners),
        "rules": elbv2.describe_rules(ListenerArn=listeners[0]["ListenerArn"])["Rules"],
        "functions": stack.client("lambda").list_functions()["Functions"],
        "certificates": stack.client("acm").list_certificates()["CertificateSummaryList"],
        "roles": stack.client("iam").list_roles()["Roles"],
        "zones": stack.client("route53").list_hosted_zones()["HostedZones"],
        "tables": stack.client("dynamodb").describe_table(TableName="orders-orders")["Table"],
    }


def test_a_stack_that_is_killed_comes_back_with_the_same_ids_and_data(folder: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    first = StackProcess(folder, tmp_path / "first", "--state", str(state))
    s3, ec2 = first.client("s3"), first.client("ec2")
    order_id = post_order(first, "Difference engine")
    s3.create_bucket(Bucket="reports", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket="reports", Key="large report", Body=b"x" * 300_000, Metadata={"by": "me"})
    vpc_id = ec2.describe_vpcs()["Vpcs"][-1]["VpcId"]
    group = ec2.create_security_group(GroupName="mine", Description="mine", VpcId=vpc_id)["GroupId"]
    put = s3.head_object(Bucket="reports", Key="large report")
    answered, before = order(first, order_id), held(first)
    assert first.stop(signal.SIGKILL) == -signal.SIGKILL

    (folder / "frontend" / "news.txt").write_text("changed while nothing ran")
    with running(folder, tmp_path / "second", "--state", str(state)) as second:
        assert held(second) == before
        assert order(second, order_id) == answered == (200, answered[1])
        kept = second.client("s3").get_object(Bucket="reports", Key="large report")
        assert kept["Body"].read() == b"x" * 300_000
        assert (kept["LastModified"], kept["ETag"], kept["Metadata"]) == (
            put["LastModified"],
            put["ETag"],
            {"by": "me"},
        )
        found = second.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
        assert found[0]["GroupName"] == "mine"
        assert second.curl(f"{APP}/news.txt").body == "changed while nothing ran"
        assert "frontend redeployed" in second.log
        assert "backend redeployed" not in second.log
        assert "answered otherwise" not in second.log
        assert post_order(second, "Another") != order_id

        third = refusal(folder, tmp_path / "third", state)
        assert f"is in use by process {second.process.pid}" in third


def refusal(folder: Path, runtime: Path, state: Path) -> str:
    """What a stack says that does not start."""
    with pytest.raises(AssertionError, match="ended with 2") as ended:
        StackProcess(folder, runtime, "--state", str(state))
    return str(ended.value)


CONFIGURATION = """
provider "aws" {
  region = "eu-central-1"
}

resource "aws_security_group" "this" {
  name = "orders"
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  security_group_id = aws_security_group.this.id
  cidr_ipv4         = "10.10.0.0/16"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_s3_bucket" "this" {
  bucket = "orders-frontend"
}

resource "aws_s3_object" "this" {
  bucket  = aws_s3_bucket.this.id
  key     = "index.html"
  content = "<title>Orders</title>"
}

resource "aws_iam_role" "this" {
  name               = "orders"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "this" {
  role       = aws_iam_role.this.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_api_gateway_rest_api" "this" {
  name = "orders"
}

resource "aws_acm_certificate" "this" {
  domain_name       = "orders.corp.example"
  validation_method = "DNS"
}

resource "aws_cloudwatch_log_group" "this" {
  name = "/orders"
}

resource "aws_dynamodb_table" "this" {
  name         = "orders"
  hash_key     = "id"
  billing_mode = "PAY_PER_REQUEST"
  attribute {
    name = "id"
    type = "S"
  }
}
"""


@pytest.fixture
def _providers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Terraform takes the AWS provider from a folder where there is one, and else from its registry."""
    if "LANDBRIDGE_TEST_PROVIDERS" in os.environ:
        mirror = f'filesystem_mirror {{ path = "{os.environ["LANDBRIDGE_TEST_PROVIDERS"]}" }}'
        (tmp_path / "terraform.rc").write_text(f"provider_installation {{ {mirror} }}\n")
        monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(tmp_path / "terraform.rc"))


@pytest.mark.needs("terraform")
@pytest.mark.timeout(120)
@pytest.mark.usefixtures("_providers")
def test_terraform_plans_nothing_after_a_stack_was_killed(tmp_path: Path) -> None:
    infra, app = tmp_path / "infra", tmp_path / "app"
    infra.mkdir()
    app.mkdir()
    (infra / "main.tf").write_text(CONFIGURATION)
    first = StackProcess(app, tmp_path / "first", "--terraform", str(infra))
    group = own_group(first)
    assert first.stop(signal.SIGKILL) == -signal.SIGKILL
    with running(app, tmp_path / "second", "--terraform", str(infra)) as second:
        assert "No changes" in second.log
        assert own_group(second) == group


def own_group(stack: StackProcess) -> Any:
    filters = [{"Name": "group-name", "Values": ["orders"]}]
    return stack.client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]
