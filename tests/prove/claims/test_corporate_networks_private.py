"""What counts as the corporate network has to be private, and no VPC's."""

from dataclasses import replace
from ipaddress import IPv4Network

import pytest
from tests import topologies
from tests.prove.edits import configured_and_deployed, edit_api, with_rule
from tests.prove.example_app import case_of

from landbridge.model.network import SecurityGroupRule, Vpc
from landbridge.model.policy import Condition, PolicyDocument
from landbridge.model.topology import Topology
from landbridge.prove.case import Case
from landbridge.prove.claims.corporate_networks_private import judge
from landbridge.prove.verdict import Finding, Verdict


def announcing(*blocks: str) -> Topology:
    return replace(topologies.private_app(), corporate_networks=tuple(map(IPv4Network, blocks)))


def admitting(rule: SecurityGroupRule) -> Topology:
    return with_rule(topologies.private_app(), (topologies.ALB_GROUP,), rule)


def deciding(effect: str, operator: str, key: str, *values: str) -> Topology:
    condition = Condition(operator, key, values)
    policy = PolicyDocument((topologies.statement(effect=effect, conditions=(condition,)),))
    edit = configured_and_deployed(lambda deployment: replace(deployment, policy=policy))
    return edit_api(topologies.private_app(), edit)


def found(topology: Topology) -> list[Finding]:
    return list(judge(case_of(topology)))


@pytest.mark.parametrize("block", ["10.8.0.0/16", "172.16.0.0/12", "192.168.5.0/24", "10.20.3.4/32"])
def test_a_private_block_of_nobody_else_is_fine(block: str) -> None:
    vpc = Vpc(topologies.VPC, (IPv4Network("10.99.0.0/16"),))
    assert found(topologies.with_network(announcing(block), vpcs=(vpc,))) == []


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ("0.0.0.0/0", "is everybody"),
        ("8.8.8.0/24", "not private"),
        ("172.0.0.0/8", "not private"),
        ("169.254.0.0/16", "not private"),
        ("127.0.0.0/8", "not private"),
        ("10.20.2.0/24", "has addresses of vpc-0app"),
        ("10.0.0.0/8", "has addresses of vpc-0app"),
    ],
)
def test_a_block_of_somebody_else_is_named_with_its_reason(block: str, reason: str) -> None:
    [finding] = found(announcing(block))
    assert finding.verdict is Verdict.BROKEN
    assert finding.what.startswith(block)
    assert reason in finding.what


def test_a_block_of_any_other_vpc_of_the_account_counts_too() -> None:
    network = topologies.network()
    other = replace(
        network.vpcs[0], id=type(topologies.VPC)("vpc-0other"), cidrs=(IPv4Network("192.168.9.0/24"),)
    )
    topology = topologies.with_network(topologies.private_app(), vpcs=(*network.vpcs, other))
    assert any("vpc-0other" in finding.what for finding in found(topology))


def test_shared_address_space_may_be_a_carriers_so_that_nothing_is_known() -> None:
    [finding] = found(announcing("192.168.0.0/16", "100.64.0.0/16"))
    assert finding.verdict is Verdict.UNKNOWN
    assert finding.remedy == "Use 192.168.0.0/16 in place of 100.64.0.0/16"


def test_the_block_to_use_instead_leaves_out_what_vpcs_have() -> None:
    [finding] = found(announcing("10.20.0.0/15"))
    assert finding.remedy == "Use 10.21.0.0/16 in place of 10.20.0.0/15"


def test_without_a_declaration_the_static_routes_of_a_vpn_are_the_corporate_networks() -> None:
    topology = announcing()
    connection = replace(topologies.vpn_connection(), static_routes=(IPv4Network("198.51.100.0/24"),))
    [finding] = found(topologies.with_network(topology, vpn_connections=(connection,)))
    assert "a VPN's static route" in finding.what


@pytest.mark.parametrize(
    ("protocol", "ports", "counts"),
    [
        ("tcp", (443, 443), True),
        ("6", (0, 65535), True),
        ("-1", (None, None), True),
        ("tcp", (22, 22), False),
        ("udp", (443, 443), False),
    ],
)
def test_only_a_rule_for_a_listeners_port_admits(
    protocol: str, ports: tuple[int | None, int | None], counts: bool
) -> None:
    rule = SecurityGroupRule("sgr-0x", False, protocol, *ports, cidr=IPv4Network("8.8.8.0/24"))
    assert bool(found(admitting(rule))) is counts


def test_a_prefix_lists_blocks_are_looked_at_and_one_that_was_not_read_is_unknown() -> None:
    rule = SecurityGroupRule("sgr-0x", False, "tcp", 443, 443, prefix_list_id="pl-1")
    [unread] = found(admitting(rule))
    assert unread.verdict is Verdict.UNKNOWN
    [read] = found(admitting(replace(rule, prefix_list_cidrs=(IPv4Network("8.8.8.0/24"),))))
    assert read.verdict is Verdict.BROKEN


def test_without_a_load_balancer_the_endpoints_group_is_the_entrance() -> None:
    rule = SecurityGroupRule("sgr-0x", False, "tcp", 443, 443, cidr=IPv4Network("8.8.8.0/24"))
    topology = with_rule(topologies.private_app(), (topologies.ENDPOINT_GROUP,), rule)
    case = case_of(topology)
    assert list(judge(case)) == []
    without_balancer = Case(topology, replace(case.app, load_balancers=()))
    assert len(list(judge(without_balancer))) == 1


@pytest.mark.parametrize(
    ("effect", "operator", "key", "value", "verdict"),
    [
        ("Allow", "IpAddress", "aws:VpcSourceIp", "8.8.8.0/24", Verdict.BROKEN),
        ("Allow", "ForAnyValue:IpAddressIfExists", "AWS:SOURCEIP", "8.8.8.8", Verdict.BROKEN),
        ("Deny", "NotIpAddress", "aws:VpcSourceIp", "8.8.8.0/24", Verdict.BROKEN),
        ("Allow", "IpAddress", "aws:SourceIp", "2001:db8::/32", Verdict.BROKEN),
        ("Allow", "IpAddress", "aws:SourceIp", "fd00:1::/32", None),
        ("Allow", "IpAddress", "aws:SourceIp", "${aws:username}", Verdict.UNKNOWN),
        ("Deny", "IpAddress", "aws:VpcSourceIp", "8.8.8.0/24", None),
        ("Allow", "IpAddress", "aws:VpcSourceIp", "10.20.1.0/24", None),
        ("Allow", "StringLike", "aws:SourceIp", "8.8.8.8", None),
    ],
)
def test_a_policy_admits_the_blocks_that_an_allow_names_or_a_deny_spares(
    effect: str, operator: str, key: str, value: str, verdict: Verdict | None
) -> None:
    verdicts = [finding.verdict for finding in found(deciding(effect, operator, key, value))]
    assert verdicts == ([verdict] if verdict else [])


def test_a_buckets_policy_is_looked_at_too() -> None:
    topology = topologies.private_app()
    condition = Condition("IpAddress", "aws:VpcSourceIp", ("8.8.8.0/24",))
    policy = PolicyDocument((topologies.statement(conditions=(condition,)),))
    buckets = tuple(replace(bucket, policy=policy) for bucket in topology.storage.buckets)
    [finding] = found(replace(topology, storage=replace(topology.storage, buckets=buckets)))
    assert topologies.BUCKET in finding.what
