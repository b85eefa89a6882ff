"""``landbridge up --terraform`` with the real Terraform and the real AWS provider."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from tests.end_to_end.stack_process import StackProcess, running

from landbridge.terraform.configuration import Api, Configuration

pytestmark = [pytest.mark.needs("terraform"), pytest.mark.timeout(170)]
PROVIDERS = "LANDBRIDGE_TEST_PROVIDERS"
"""The variable with a folder that has the AWS provider; without it Terraform asks its registry."""

LEADING_AWAY = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
  backend "s3" {
    bucket  = "the-real-state"
    key     = "orders"
    profile = "production"
  }
}

variable "region" {
  default = "eu-west-1"
}

provider "aws" {
  region                   = var.region
  profile                  = "production"
  shared_credentials_files = ["${path.module}/real_credentials"]
  allowed_account_ids      = ["999999999999"]
  assume_role {
    role_arn = "arn:aws:iam::999999999999:role/deploy"
  }
  endpoints {
    ec2 = "https://ec2.eu-west-1.amazonaws.com"
    s3  = "https://s3.eu-west-1.amazonaws.com"
  }
}
"""
RESOURCES = """
resource "aws_vpc" "this" {
  cidr_block = "10.9.0.0/16"
}

resource "aws_subnet" "this" {
  vpc_id     = aws_vpc.this.id
  cidr_block = "10.9.1.0/24"
}

resource "aws_security_group" "this" {
  name   = "orders"
  vpc_id = aws_vpc.this.id
}

resource "aws_s3_bucket" "this" {
  bucket = "orders-frontend"
}

resource "aws_s3_object" "this" {
  bucket = aws_s3_bucket.this.id
  key    = "hello.txt"
  source = "${path.module}/../frontend/hello.txt"
  etag   = filemd5("${path.module}/../frontend/hello.txt")
  tags   = { label = file("${path.module}/label.txt") }
}
"""


@pytest.fixture
def infra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty configuration, and a user with real credentials at home and in the environment."""
    home = tmp_path / "home"
    (home / ".aws").mkdir(parents=True)
    keys = "aws_access_key_id = AKIAREAL\naws_secret_access_key = real\n"
    (home / ".aws" / "credentials").write_text(f"[default]\n{keys}[production]\n{keys}")
    monkeypatch.setenv("HOME", str(home))
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "AWS_SECRET_ACCESS_KEY": "real",
        "AWS_PROFILE": "production",
        "AWS_ENDPOINT_URL_S3": "https://s3.amazonaws.com",
    }.items():
        monkeypatch.setenv(name, value)
    if PROVIDERS in os.environ:
        settings = tmp_path / "terraform.rc"
        settings.write_text(
            f'provider_installation {{ filesystem_mirror {{ path = "{os.environ[PROVIDERS]}" }} }}\n'
        )
        monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(settings))
    (tmp_path / "infra").mkdir()
    (tmp_path / "app").mkdir()
    return tmp_path / "infra"


def up_command(infra: Path) -> list[str]:
    app = str(infra.parent / "app")
    return [sys.executable, "-m", "landbridge", "up", app, "--ports", "0", "--terraform", str(infra)]


def up(infra: Path) -> "subprocess.CompletedProcess[str]":
    """``landbridge up --terraform`` to its end."""
    return subprocess.run(
        [*up_command(infra), "--", "true"],
        env={**os.environ, "XDG_RUNTIME_DIR": str(infra.parent / "runtime")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def everything_below(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_configuration_is_applied_changed_and_destroyed_and_never_touched(
    infra: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (infra.parent / "frontend").mkdir()
    (infra.parent / "frontend" / "hello.txt").write_text("hello")
    (infra / "label.txt").write_text("first")
    (infra / "main.tf").write_text(LEADING_AWAY + RESOURCES)
    (infra / "real_credentials").write_text("[production]\naws_access_key_id = AKIAREAL\n")
    (infra / "terraform.tfstate").write_text("the state of other resources")
    before = everything_below(infra)
    with running(infra.parent / "app", infra.parent / "runtime", "--terraform", str(infra)) as stack:
        monkeypatch.delenv("AWS_PROFILE")  # the test's own client would look for it
        assert stack.running.region == "eu-west-1"
        assert everything_below(infra) == before
        assert stack.client("s3").get_object(Bucket="orders-frontend", Key="hello.txt")["ETag"]
        assert in_sync(stack, infra)
        (infra / "label.txt").write_text("second")
        assert stack.eventually(lambda: stack.log.count("Apply complete!") == 2)
        tags = stack.client("s3").get_object_tagging(Bucket="orders-frontend", Key="hello.txt")
        assert tags["TagSet"] == [{"Key": "label", "Value": "second"}]
        assert in_sync(stack, infra)
        of_terraform(stack, infra, lambda configuration, api: configuration.destroy(api, print))
        assert stack.client("s3").list_buckets()["Buckets"] == []
        vpcs = stack.client("ec2").describe_vpcs()["Vpcs"]
        assert all(vpc["IsDefault"] for vpc in vpcs)
    assert "not used here: allowed_account_ids, assume_role, endpoints, profile" in stack.log
    assert "kept from" not in stack.log


def in_sync(stack: StackProcess, infra: Path) -> bool:
    return bool(of_terraform(stack, infra, lambda made, api: made.is_in_sync(api, print)))


def of_terraform(stack: StackProcess, infra: Path, do: Callable[[Configuration, Api], object]) -> object:
    """What Terraform makes of the same configuration and state, outside the stack's own process."""
    state_folder = stack.folder / ".landbridge"
    configuration = Configuration(infra, state_folder, str((state_folder / "state").resolve()))
    work = do(configuration, Api(stack.running.aws_endpoint_url, stack.running.region))
    return asyncio.run(work)  # type: ignore[arg-type]


def test_nothing_that_terraform_runs_can_reach_aws(infra: Path) -> None:
    script = (
        "env > $OUT/environment.txt; curl --silent --show-error https://sts.amazonaws.com 2> $OUT/curl.txt"
    )
    (infra / "main.tf").write_text(
        'resource "terraform_data" "this" {\n  provisioner "local-exec" {\n'
        f'    command     = "{script}; true"\n    environment = {{ OUT = "{infra.parent}" }}\n  }}\n}}\n'
    )
    ended = up(infra)
    assert ended.returncode == 0, ended.stderr
    seen = (infra.parent / "environment.txt").read_text()
    assert "AWS_ACCESS_KEY_ID=landbridge" in seen
    for secret in ("AKIAREAL", "production", "amazonaws.com", str(infra.parent / "home")):
        assert secret not in seen
    assert "502" in (infra.parent / "curl.txt").read_text()
    assert "Terraform was kept from sts.amazonaws.com" in ended.stderr


def test_an_operation_that_is_not_implemented_stops_terraform_at_once_and_is_named(infra: Path) -> None:
    (infra / "main.tf").write_text(
        'provider "aws" {\n  region = "eu-west-1"\n}\n'
        'resource "aws_route53_cidr_collection" "this" {\n  name = "offices"\n}\n'
        'resource "aws_apprunner_auto_scaling_configuration_version" "this" {\n'
        '  auto_scaling_configuration_name = "x"\n}\n'
    )
    ended = up(infra)
    assert ended.returncode == 2
    told = " ".join(ended.stderr.split())
    assert "route53:CreateCidrCollection is not implemented by the local AWS API" in told
    assert "the local AWS API does not know the service apprunner" in told
    assert "Still creating" not in told
    assert "error: terraform apply failed in" in told


def test_a_mistake_is_told_by_terraform_itself(infra: Path) -> None:
    (infra / "main.tf").write_text('resource "terraform_data" "this" {\n  input = var.nobody\n}\n')
    ended = up(infra)
    assert ended.returncode == 2
    assert 'An input variable with the name "nobody" has not been declared.' in ended.stderr
    assert "Traceback" not in ended.stderr


def test_env_leads_a_shell_to_the_stack_and_out_again(infra: Path) -> None:
    (infra / "main.tf").write_text("")
    script = (
        'eval "$(python -m landbridge env)"; echo "$AWS_ENDPOINT_URL ${AWS_PROFILE-none}";'
        'eval "$(python -m landbridge env --unset)"; echo "${AWS_ENDPOINT_URL-none} ${LANDBRIDGE_CA-none}"'
    ).replace("python", sys.executable)
    with running(infra.parent / "app", infra.parent / "runtime", "--terraform", str(infra)) as stack:
        ended = subprocess.run(
            ["bash", "-c", script], env=stack.environment(), capture_output=True, text=True, check=True
        )
        assert ended.stdout == f"{stack.running.aws_endpoint_url} none\nnone none\n"


def test_nothing_is_left_of_an_interrupted_start(infra: Path) -> None:
    ready = infra.parent / "ready"
    (infra / "main.tf").write_text(
        'resource "terraform_data" "this" {\n  provisioner "local-exec" {\n'
        f'    command = "echo > {ready}; sleep 100"\n  }}\n}}\n'
    )
    process = subprocess.Popen(
        up_command(infra),
        env={**os.environ, "XDG_RUNTIME_DIR": str(infra.parent / "runtime")},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not ready.exists():
        assert process.poll() is None
        time.sleep(0.02)  # polled: another process has nothing to wait on
    process.terminate()
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupt received." in told
    assert "Traceback" not in told


@pytest.mark.parametrize("service", ["s3"])
def test_a_state_that_is_elsewhere_is_explained(infra: Path, service: str) -> None:
    (infra / "main.tf").write_text(
        f'data "terraform_remote_state" "network" {{\n  backend = "{service}"\n  config  = {{}}\n}}\n'
    )
    ended = up(infra)
    assert ended.returncode == 2
    assert "data.terraform_remote_state.network" in ended.stderr
    assert ClientError.__name__ not in ended.stderr
