"""``landbridge check`` beside a running stack: what it says, and that a counterexample really gets in."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.stack_process import StackProcess

NAME = "orders.corp.example"


def check(stack: StackProcess, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "landbridge", "check", str(stack.folder), "--running", *options],
        env=stack.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@contextlib.contextmanager
def opened_to_the_vpc(stack: StackProcess) -> Iterator[str]:
    """The endpoint's security group with a rule too many; the rule's id."""
    ec2 = stack.client("ec2")
    [endpoint] = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    group = endpoint["Groups"][0]["GroupId"]
    everybody = {
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "IpRanges": [{"CidrIp": "10.20.0.0/16"}],
    }
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[everybody])
    rule: str = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    try:
        yield rule
    finally:
        ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[rule])


@pytest.fixture(scope="module")
def broken(orders: StackProcess, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One check with a rule too many, told in text and JSON, and what curl makes of the printed command."""
    report = tmp_path_factory.mktemp("check") / "report.json"
    with opened_to_the_vpc(orders) as rule:
        ended = check(orders, "--replay", "--json", "--output", str(report))
        [command, *_] = [line.split(None, 1)[1] for line in ended.stdout.splitlines() if " run " in line]
        curled = subprocess.run(
            ["sh", "-c", f"{command} --silent --max-time 20 --output /dev/null --write-out '%{{http_code}}'"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    return {
        "rule": rule,
        "code": ended.returncode,
        "text": ended.stdout,
        "errors": ended.stderr,
        "json": json.loads(Path(report).read_text()),
        "curled": curled.stdout,
    }


def test_the_example_holds(orders: StackProcess) -> None:
    ended = check(orders)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
    assert ended.stdout.startswith(f"{NAME}: all ")


def test_a_rule_too_many_is_found_and_cited(broken: dict[str, Any]) -> None:
    assert (broken["code"], broken["errors"]) == (1, ""), broken["text"]
    claims = [claim for claim in broken["json"]["claims"] if claim["verdict"] != "holds"]
    assert [claim["id"] for claim in claims] == ["no-bypass"]
    assert claims[0]["cited"]["id"] == broken["rule"]


def test_every_counterexample_gets_in_when_it_is_sent(broken: dict[str, Any]) -> None:
    witnesses = [finding["witness"] for claim in broken["json"]["claims"] for finding in claim["findings"]]
    assert witnesses
    assert {witness["replay"]["agreement"] for witness in witnesses} == {"replayed"}
    assert "  replayed: delivered, HTTP 200\n" in broken["text"]


def test_the_command_that_is_printed_gets_in_too(broken: dict[str, Any]) -> None:
    assert broken["curled"] == "200"
