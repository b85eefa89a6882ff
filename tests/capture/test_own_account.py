from ipaddress import IPv4Network
from typing import Any

import boto3
import pytest

from landbridge.capture.own_account import capture_own_account, reading_policy
from landbridge.capture.permissions import PERMISSIONS
from landbridge.control.aws_api import AwsApi
from landbridge.errors import DeclarationError, HostError

OFFICE = IPv4Network("192.168.0.0/16")


class Session:
    """boto3's session, for an account on this machine."""

    def __init__(self, api: AwsApi, asked: list[str]) -> None:
        self.region_name = api.region
        self._api = api
        self._asked = asked

    def client(self, service: str, config: Any = None, region_name: str | None = None) -> Any:
        """The local API's client."""
        self._asked.append(service)
        return self._api.client(service)

    def get_partition_for_region(self, region_name: str) -> str:
        """As boto3 knows it."""
        return str(boto3.session.Session(region_name=region_name).get_partition_for_region(region_name))

    def get_available_regions(self, service: str, partition: str) -> list[str]:
        """Everything is everywhere."""
        return [self.region_name]


def test_the_account_is_read_with_boto3s_own_session_one_client_a_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    api, asked, chosen = AwsApi("eu-west-1"), list[str](), dict[str, Any]()
    vpc = api.client("ec2").create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]

    def session(**arguments: Any) -> Session:
        chosen.update(arguments)
        return Session(api, asked)

    monkeypatch.setattr(boto3, "Session", session)
    captured = capture_own_account("auditor", "", (OFFICE,))
    topology = captured.topology
    assert (topology.account_id, topology.region) == (api.account_id, "eu-west-1")
    assert topology.corporate_networks == (OFFICE,)
    assert vpc in {each.id for each in topology.network.vpcs}
    assert chosen == {"profile_name": "auditor", "region_name": None}
    assert len(asked) == len(set(asked))


def test_without_a_region_nothing_is_read() -> None:
    with pytest.raises(DeclarationError, match="No AWS region is chosen"):
        capture_own_account("", "", ())


@pytest.mark.parametrize("profile", ["", "no-such-profile"])
def test_without_credentials_or_a_profile_the_account_cannot_be_read(profile: str) -> None:
    with pytest.raises(HostError, match="The AWS account cannot be read") as problem:
        capture_own_account(profile, "eu-west-1", ())
    assert "get-caller-identity" in problem.value.hint


def test_the_policy_allows_what_capture_calls_and_nothing_else() -> None:
    (statement,) = reading_policy()["Statement"]
    assert statement["Action"] == list(PERMISSIONS)
    assert not [action for action in PERMISSIONS if "*" in action]
