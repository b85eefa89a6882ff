"""A Terraform configuration as the subject; a program stands for Terraform and really calls the AWS API."""

import json
import sys
from pathlib import Path

import pytest
from tests.cli.test_commands import assert_refused, landbridge
from tests.terraform.programs import Program

from landbridge.cli.subjects import PURPOSE, _held
from landbridge.errors import HostError
from landbridge.serve.running import ENVIRONMENT_VARIABLE

MAIN = 'provider "aws" {\n  region = "eu-west-1"\n}\n\nresource "aws_lb_listener" "plain" {\n}\n'
APPLY = """\
import json, pathlib, re, sys
import boto3

ec2, elbv2 = boto3.client("ec2"), boto3.client("elbv2")
subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]]
made = elbv2.create_load_balancer(Name="orders", Subnets=subnets[:2], Scheme="internal")
[balancer] = made["LoadBalancers"]
action = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
[listener] = elbv2.create_listener(
    LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[action]
)["Listeners"]
attributes = {"id": listener["ListenerArn"], "arn": listener["ListenerArn"]}
resource = {"mode": "managed", "type": "aws_lb_listener", "name": "plain"}
view = pathlib.Path(sys.argv[1].removeprefix("-chdir="))
path = re.search(r'path *= *"([^"]+)"', (view / "zzzz_landbridge_override.tf").read_text())[1]
pathlib.Path(path).write_text(
    json.dumps({"version": 4, "resources": [resource | {"instances": [{"attributes": attributes}]}]})
)
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    (tmp_path / "apply.py").write_text(APPLY)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    apply = f'if [ "$2" = apply ]; then exec {sys.executable} {tmp_path / "apply.py"} "$1"; fi'
    return Program(tmp_path / "bin", apply)


@pytest.fixture
def infra(tmp_path: Path) -> Path:
    folder = tmp_path / "infra"
    folder.mkdir()
    (folder / "main.tf").write_text(MAIN)
    return folder


def test_a_configuration_is_applied_to_an_api_of_its_own_and_its_state_forgotten(
    program: Program, infra: Path, tmp_path: Path
) -> None:
    result = landbridge("check", "--terraform", str(infra), "--sarif")
    assert result.exit_code == 1, result.output
    log = json.loads(result.stdout)["runs"][0]
    found = next(result for result in log["results"] if result["ruleId"] == "tls-everywhere")
    physical = found["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"].endswith("infra/main.tf")
    assert physical["region"] == {"startLine": 5}
    assert [call[1] for call in program.calls] == ["init", "apply"]
    assert [path.name for path in infra.iterdir()] == ["main.tf"]
    assert list((tmp_path / "cache").rglob("terraform.tfstate*")) == []


def test_a_configuration_without_an_app_is_nothing_to_check(program: Program, infra: Path) -> None:
    program.does("exit 0")
    assert_refused(landbridge("check", "--terraform", str(infra)), "There is no app to check")


def test_terraform_that_fails_is_bad_input(program: Program, infra: Path) -> None:
    program.does('[ "$2" != apply ]')
    assert_refused(landbridge("check", "--terraform", str(infra)), "terraform apply failed in")


def test_two_checks_of_one_configuration_do_not_get_into_each_others_way(tmp_path: Path) -> None:
    with _held(tmp_path / "cache", tmp_path / "a"):
        with _held(tmp_path / "cache", tmp_path / "b"):
            assert PURPOSE == "check"
        with (
            pytest.raises(HostError, match="Another landbridge check works on"),
            _held(tmp_path / "cache", tmp_path / "a"),
        ):
            pass
    with _held(tmp_path / "cache", tmp_path / "a"):
        pass


def test_a_cache_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    with pytest.raises(HostError, match="cannot be used"), _held(tmp_path / "cache", tmp_path):
        pass
