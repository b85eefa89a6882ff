from ipaddress import IPv4Network, IPv6Network
from typing import Any

import pytest
from tests.capture.scripted import DENIED, GROUP, VPC, ScriptedAccount, features

from landbridge.capture.prefix_lists import prefix_lists
from landbridge.capture.reading import Reader
from landbridge.capture.security_groups import read_security_groups
from landbridge.model.network import SecurityGroup, SecurityGroupRule


def account(*rules: dict[str, Any]) -> ScriptedAccount:
    group = {"GroupId": "sg-1", "GroupName": "web", "VpcId": "vpc-1", "Description": "web"}
    return ScriptedAccount(
        {
            "ec2.describe_security_groups": {"SecurityGroups": [group]},
            "ec2.describe_security_group_rules": {
                "SecurityGroupRules": [{"GroupId": "sg-1", "IsEgress": False, **rule} for rule in rules]
            },
        }
    )


def _groups(reader: Reader) -> tuple[SecurityGroup, ...]:
    return read_security_groups(reader, prefix_lists(reader))


def test_a_group_without_rules_is_a_group() -> None:
    assert _groups(account().reader()) == (SecurityGroup(GROUP, "web", VPC, ()),)


def test_a_rule_has_its_id_and_one_source() -> None:
    reader = account(
        {
            "SecurityGroupRuleId": "sgr-2",
            "IpProtocol": "tcp",
            "FromPort": 443,
            "ToPort": 444,
            "ReferencedGroupInfo": {"GroupId": "sg-1"},
        },
        {
            "SecurityGroupRuleId": "sgr-1",
            "IpProtocol": "tcp",
            "FromPort": 443,
            "ToPort": 443,
            "CidrIpv4": "10.0.0.0/8",
            "Description": "the office",
        },
    ).reader()
    (group,) = _groups(reader)
    office = IPv4Network("10.0.0.0/8")
    assert group.rules == (
        SecurityGroupRule("sgr-1", False, "tcp", 443, 443, office, description="the office"),
        SecurityGroupRule("sgr-2", False, "tcp", 443, 444, referenced_group_id=GROUP),
    )
    assert reader.notices == []


@pytest.mark.parametrize(
    ("protocol", "read_as", "port"),
    [("-1", "-1", None), ("icmp", "icmp", None), ("6", "tcp", 53), ("17", "udp", 53), ("47", "47", None)],
)
def test_only_tcp_and_udp_have_ports(protocol: str, read_as: str, port: int | None) -> None:
    rule = {"SecurityGroupRuleId": "sgr-1", "IpProtocol": protocol, "FromPort": 53, "ToPort": 53}
    (group,) = _groups(account({**rule, "CidrIpv4": "0.0.0.0/0"}).reader())
    assert (group.rules[0].protocol, group.rules[0].from_port, group.rules[0].to_port) == (
        read_as,
        port,
        port,
    )


def test_a_rule_is_for_one_block_of_ipv4_or_ipv6_or_for_the_blocks_of_a_prefix_list() -> None:
    scripted = account(
        {"SecurityGroupRuleId": "sgr-1", "IpProtocol": "-1", "CidrIpv6": "::/0"},
        {"SecurityGroupRuleId": "sgr-2", "IpProtocol": "-1", "PrefixListId": "pl-1"},
        {"SecurityGroupRuleId": "sgr-3", "IpProtocol": "-1", "PrefixListId": "pl-1"},
    )
    scripted.script["ec2.get_managed_prefix_list_entries"] = {"Entries": [{"Cidr": "10.8.0.0/16"}]}
    reader = scripted.reader()
    (group,) = read_security_groups(reader, prefix_lists(reader))
    [over_ipv6, *by_list] = group.rules
    assert (over_ipv6.cidr, over_ipv6.ipv6_cidr) == (None, IPv6Network("::/0"))
    assert [(rule.prefix_list_id, rule.prefix_list_cidrs, rule.ipv6_cidr) for rule in by_list] == [
        ("pl-1", (IPv4Network("10.8.0.0/16"),), None)
    ] * 2
    assert features(reader) == []
    assert scripted.calls.count("ec2.get_managed_prefix_list_entries") == 1


def test_a_prefix_list_that_cannot_be_read_leaves_the_rule_without_blocks() -> None:
    scripted = account({"SecurityGroupRuleId": "sgr-2", "IpProtocol": "-1", "PrefixListId": "pl-1"})
    scripted.script["ec2.get_managed_prefix_list_entries"] = DENIED
    reader = scripted.reader()
    (group,) = read_security_groups(reader, prefix_lists(reader))
    assert group.rules[0].prefix_list_cidrs is None
    assert features(reader) == [("pl-1", "unknown, because ec2:GetManagedPrefixListEntries was denied")]
