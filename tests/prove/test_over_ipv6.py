"""Rules for IPv6 count for load balancers that have IPv6 addresses, and only for those."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv6Network

import pytest
from tests.prove.edits import edit_balancer
from tests.prove.example_app import case_of
from tests.prove.mutations_entrances import admit_block, dual_stack

from landbridge.model.network import SecurityGroupRule
from landbridge.model.topology import Topology
from landbridge.prove.over_ipv6 import over_ipv6
from landbridge.prove.verdict import Verdict


def verdicts(topology: Topology) -> list[Verdict]:
    return [finding.verdict for finding in over_ipv6(case_of(topology, "orders.corp.example"))]


@pytest.mark.parametrize(
    ("deny_internet_gateway", "admits_ipv6", "expected"),
    [
        ("false", True, Verdict.BROKEN),
        ("true", True, Verdict.UNKNOWN),
        ("false", None, Verdict.UNKNOWN),
        ("false", False, Verdict.UNKNOWN),
    ],
)
def test_the_internet_is_let_in_where_gateway_attribute_and_network_acl_let_it(
    deny_internet_gateway: str,
    admits_ipv6: bool | None,
    expected: Verdict,
    example_topology: Callable[[str], Topology],
) -> None:
    edit = dual_stack(deny_internet_gateway, admits_ipv6)
    assert verdicts(edit(example_topology("gateway"))) == [expected]


def test_without_ipv6_addresses_a_rule_for_ipv6_admits_nobody(
    example_topology: Callable[[str], Topology],
) -> None:
    assert verdicts(admit_block(example_topology("gateway"), IPv6Network("::/0"))) == []


def test_without_a_rule_for_ipv6_nobody_comes_over_it(example_topology: Callable[[str], Topology]) -> None:
    def with_addresses(topology: Topology) -> Topology:
        return edit_balancer(topology, lambda each: replace(each, ip_address_type="dualstack"))

    assert verdicts(with_addresses(example_topology("gateway"))) == []


@pytest.mark.parametrize("block", ["fd00:1234::/32", "2001:db8:1::/64"])
def test_private_addresses_and_the_vpc_s_own_are_not_the_internet(
    block: str, example_topology: Callable[[str], Topology]
) -> None:
    topology = dual_stack()(example_topology("gateway"))

    def narrow(rule: SecurityGroupRule) -> SecurityGroupRule:
        return replace(rule, ipv6_cidr=IPv6Network(block)) if rule.ipv6_cidr else rule

    groups = tuple(
        replace(group, rules=tuple(map(narrow, group.rules))) for group in topology.network.security_groups
    )
    narrowed = replace(topology, network=replace(topology.network, security_groups=groups))
    assert verdicts(narrowed) == [Verdict.UNKNOWN]
