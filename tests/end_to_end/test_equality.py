"""The blueprint's calls and the Terraform module make the same private app: one design, twice."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.end_to_end.conftest import EXAMPLE
from tests.end_to_end.same_topology import differences, plain
from tests.end_to_end.stack_process import StackProcess, running
from tests.end_to_end.terraform_program import PATIENCE_S, terraform
from tests.topologies import private_app

from landbridge.capture.capture import Captured, capture
from landbridge.capture.reading import Clients
from landbridge.cli.main import main
from landbridge.control.aws_api import AwsApi
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.deployment import Deployment

REGION, DOMAIN, ACCOUNT_ID = "eu-central-1", "orders.corp.example", "123456789012"
IN_SYNC = 0


class Applied:
    """The root module that landbridge writes for the orders example, applied by the real Terraform."""

    def __init__(self, folder: Path, authority: CertificateAuthority, stack: StackProcess) -> None:
        self._folder = folder / "terraform"
        self._stack = stack
        written = CliRunner().invoke(main, ["terraform", str(EXAMPLE), "--out", str(self._folder)])
        assert written.exit_code == 0, written.output
        certificate_arn = import_certificate(stack.client("acm"), authority)
        (self._folder / "terraform.tfvars").write_text(
            f'certificate = {{ existing = {{ arn = "{certificate_arn}" }} }}\n'
            'customer_gateway_ip_address = "203.0.113.10"\n'
        )
        for command in (("init",), ("apply", "-auto-approve")):
            ended = self.run(*command)
            assert ended.returncode == 0, ended.stdout + ended.stderr

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """A command of Terraform's on the local AWS API."""
        options = ("-input=false", "-no-color")
        return terraform(self._folder, *command, *options, endpoint_url=self._stack.running.aws_endpoint_url)


def import_certificate(client: Any, authority: CertificateAuthority) -> str:
    """Its ARN: a certificate the company has already."""
    issued = authority.issue(DOMAIN)
    answer = client.import_certificate(
        Certificate=issued.certificate_pem.encode(),
        PrivateKey=issued.private_key_pem.encode(),
        CertificateChain=authority.certificate_pem.encode(),
    )
    return str(answer["CertificateArn"])


def captured(clients: Clients) -> Captured:
    return capture(clients, account_id=ACCOUNT_ID, region=REGION)


@dataclass(frozen=True)
class Both:
    blueprint: Captured
    module: Captured
    applied: Applied


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("equality")
    shutil.copytree(EXAMPLE, folder / "orders", ignore=shutil.ignore_patterns(".landbridge", "__pycache__"))
    authority = CertificateAuthority(folder)
    api = AwsApi(REGION)
    Deployment(folder / "orders").deploy(api, authority)
    blueprint = captured(api.client)
    (folder / "empty").mkdir()
    with running(folder / "empty", folder / "runtime", "--empty") as stack:
        applied = Applied(folder, authority, stack)
        yield Both(blueprint, captured(stack.client), applied)


@pytest.mark.needs("terraform")
@pytest.mark.timeout(PATIENCE_S)
def test_the_blueprint_and_the_module_make_the_same_topology(both: Both) -> None:
    found = differences(both.blueprint.topology, both.module.topology)
    assert not found, "\n".join(found)


@pytest.mark.needs("terraform")
@pytest.mark.timeout(PATIENCE_S)
def test_nothing_that_the_module_makes_is_outside_of_what_is_modelled(both: Both) -> None:
    assert [str(notice) for notice in both.module.notices] == [str(n) for n in both.blueprint.notices]


@pytest.mark.needs("terraform")
@pytest.mark.timeout(PATIENCE_S)
def test_once_the_module_is_applied_there_is_nothing_to_change(both: Both) -> None:
    ended = both.applied.run("plan", "-detailed-exitcode")
    assert ended.returncode == IN_SYNC, ended.stdout + ended.stderr


def test_a_difference_is_said_by_its_field() -> None:
    left = private_app()
    network = left.network
    other = replace(network, vpcs=(replace(network.vpcs[0], enable_dns_hostnames=False), *network.vpcs[1:]))
    assert differences(left, replace(left, network=other)) == [
        "network.vpcs[0].enable_dns_hostnames: True != False"
    ]


def test_a_topology_does_not_differ_from_itself_under_other_ids() -> None:
    topology = private_app()
    vpc_id = str(topology.network.vpcs[0].id)
    other = _renamed(topology, vpc_id, "vpc-0fedcba9876543210")
    assert other != topology
    assert differences(topology, other) == []
    assert vpc_id not in str(plain(topology))


def _renamed(value: Any, old: str, new: str) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _renamed(getattr(value, f.name), old, new) for f in fields(value)})
    if isinstance(value, tuple):
        return tuple(_renamed(item, old, new) for item in value)
    return value.replace(old, new) if type(value) is str else value
