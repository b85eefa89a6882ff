from typing import Any

import pytest
from tests.control.worlds import ACCOUNT, REGION, two_subnets

from landbridge.control.aws_api import AwsApi


def _entries(api: AwsApi, *asked: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """The inbound rules of a new network ACL, by number."""
    ec2 = api.client("ec2")
    vpc_id = two_subnets(api).vpc_id
    network_acl_id = ec2.create_network_acl(VpcId=vpc_id)["NetworkAcl"]["NetworkAclId"]
    for entry in asked:
        ec2.create_network_acl_entry(
            NetworkAclId=network_acl_id,
            Egress=False,
            RuleAction="allow",
            CidrBlock="10.10.0.0/16",
            PortRange={"From": 0, "To": 0},
            **entry,
        )
    (found,) = ec2.describe_network_acls(NetworkAclIds=[network_acl_id])["NetworkAcls"]
    return {entry["RuleNumber"]: entry for entry in found["Entries"] if not entry["Egress"]}


@pytest.mark.parametrize(
    ("protocol", "ports"),
    [("-1", None), ("50", None), ("6", {"From": 0, "To": 0}), ("17", {"From": 0, "To": 0})],
)
def test_a_rule_has_ports_for_tcp_and_udp_only(
    api: AwsApi, protocol: str, ports: dict[str, int] | None
) -> None:
    entries = _entries(api, {"RuleNumber": 100, "Protocol": protocol})
    assert entries[100].get("PortRange") == ports


def test_a_custom_network_acl_ends_with_a_rule_that_denies(api: AwsApi) -> None:
    last = _entries(api)[32767]
    assert (last["RuleAction"], last["Protocol"], last["CidrBlock"]) == ("deny", "-1", "0.0.0.0/0")


def test_nothing_of_a_network_acl_outlives_its_subnets_and_its_vpc(api: AwsApi) -> None:
    ec2, made = api.client("ec2"), two_subnets(api)
    for subnet_id in made.subnet_ids:
        ec2.delete_subnet(SubnetId=subnet_id)
    own = [{"Name": "vpc-id", "Values": [made.vpc_id]}]
    (default,) = ec2.describe_network_acls(Filters=own)["NetworkAcls"]
    assert default["Associations"] == []
    ec2.delete_security_group(GroupId=made.group_id)
    ec2.delete_vpc(VpcId=made.vpc_id)
    assert ec2.describe_network_acls(Filters=own)["NetworkAcls"] == []


def test_moto_still_leaves_the_network_acl_of_a_vpc_that_is_gone(api: AwsApi) -> None:
    from moto.ec2.models import ec2_backends
    from moto.ec2.models.vpcs import VPCBackend

    from landbridge.control.amendments.amend import original_of

    vpc_id = api.client("ec2").create_vpc(CidrBlock="10.30.0.0/16")["Vpc"]["VpcId"]
    original_of(VPCBackend, "delete_vpc")(ec2_backends[ACCOUNT][REGION], vpc_id)
    left = api.client("ec2").describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc_id]}])
    assert len(left["NetworkAcls"]) == 1


def test_moto_still_lacks_the_meaning_of_ports_without_tcp_and_udp() -> None:
    from moto.ec2.models.network_acls import NetworkAclEntry

    from landbridge.control.amendments.amend import original_of

    entry: Any = NetworkAclEntry.__new__(NetworkAclEntry)
    entry.protocol, entry.port_range_from, entry.port_range_to = "-1", 0, 0
    assert original_of(NetworkAclEntry, "port_range").fget(entry) == {"From": 0, "To": 0}
