"""The blueprint's calls and the Terraform module make the same private app: one design, twice."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from tests.end_to_end.runs.observing import ROOT, observe
from tests.end_to_end.same_topology import differences
from tests.end_to_end.stack_process import StackProcess, running
from tests.end_to_end.terraform_program import terraform

from landbridge.capture.capture import Captured, capture
from landbridge.capture.reading import Clients
from landbridge.cli.main import main
from landbridge.control.aws_api import AwsApi
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.deployment import Deployment

EXAMPLE = ROOT / "examples" / "orders"
REGION, DOMAIN, ACCOUNT_ID = "eu-central-1", "orders.corp.example", "123456789012"


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
            "api = { access_logs = false, metrics_enabled = false }\n"  # the blueprint has neither
        )
        for command in (("init",), ("apply", "-auto-approve")):
            ended = self.run(*command)
            assert ended.returncode == 0, ended.stdout + ended.stderr

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """A command of Terraform's on the local AWS API."""
        options = ("-input=false", "-no-color")
        return terraform(self._folder, *command, *options, endpoint_url=self._stack.running.aws_endpoint_url)


def look(folder: Path) -> dict[str, Any]:
    """What differs, and whether anything is left to change."""
    shutil.copytree(EXAMPLE, folder / "orders", ignore=shutil.ignore_patterns(".landbridge", "__pycache__"))
    authority = CertificateAuthority(folder)
    api = AwsApi(REGION)
    Deployment(folder / "orders").deploy(api, authority)
    blueprint = captured(api.client)
    (folder / "empty").mkdir()
    with running(folder / "empty", folder / "runtime", "--empty") as stack:
        applied = Applied(folder, authority, stack)
        module = captured(stack.client)
        planned = applied.run("plan", "-detailed-exitcode")
    return {
        "differences": differences(blueprint.topology, module.topology),
        "notices of the blueprint": [str(notice) for notice in blueprint.notices],
        "notices of the module": [str(notice) for notice in module.notices],
        "plan": (planned.returncode, planned.stdout + planned.stderr),
    }


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
    """Everything that is there."""
    return capture(clients, account_id=ACCOUNT_ID, region=REGION)


if __name__ == "__main__":
    observe(look)
