from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv6Network
from typing import Any

import pytest
from tests import topologies

from landbridge.model.load_balancing import LoadBalancer
from landbridge.model.network import InternetGateway, SecurityGroupRule
from landbridge.model.topology import Topology
from landbridge.semantics.network.ipv6 import ipv6_ingress_rules, is_on_ipv6_internet

EVERYWHERE = IPv6Network("::/0")
RULE = SecurityGroupRule("sgr-6", False, "tcp", 443, 443, ipv6_cidr=EVERYWHERE)


def app() -> tuple[Topology, LoadBalancer]:
    topology = topologies.private_app()
    [balancer] = topology.load_balancing.load_balancers
    return topology, replace(balancer, ip_address_type="dualstack")


def with_rule(topology: Topology, balancer: LoadBalancer, rule: SecurityGroupRule) -> Topology:
    groups = tuple(
        replace(group, rules=(*group.rules, rule)) if group.id in balancer.security_group_ids else group
        for group in topology.network.security_groups
    )
    return replace(topology, network=replace(topology.network, security_groups=groups))


@pytest.mark.parametrize(
    ("changes", "is_meant"),
    [
        ({}, True),
        ({"protocol": "-1", "from_port": None, "to_port": None}, True),
        ({"from_port": 1, "to_port": 65535}, True),
        ({"from_port": 80, "to_port": 80}, False),
        ({"protocol": "udp"}, False),
        ({"egress": True}, False),
    ],
)
def test_a_rule_for_ipv6_counts_on_the_ports_of_the_listeners(
    changes: dict[str, Any], is_meant: bool
) -> None:
    topology, balancer = app()
    rule = replace(RULE, **changes)
    found = ipv6_ingress_rules(with_rule(topology, balancer, rule), balancer)
    assert found == ((rule,) if is_meant else ())


def test_a_load_balancer_of_type_ipv4_has_no_address_for_ipv6() -> None:
    topology, balancer = app()
    only_ipv4 = replace(balancer, ip_address_type="ipv4")
    assert ipv6_ingress_rules(with_rule(topology, balancer, RULE), only_ipv4) == ()


def open_to_internet(topology: Topology, balancer: LoadBalancer, passing: Iterable[bool | None]) -> Topology:
    network = topology.network
    acls = tuple(
        replace(network.network_acls[0], id=f"acl-{subnet}", subnet_ids=(subnet,), admits_ipv6=admits)
        for subnet, admits in zip(balancer.subnet_ids, passing, strict=False)
    )
    tables = tuple(replace(table, ipv6_targets=((EVERYWHERE, "igw-6"),)) for table in network.route_tables)
    gateways = (InternetGateway("igw-6", balancer.vpc_id),)
    return replace(
        topology,
        network=replace(network, network_acls=acls, route_tables=tables, internet_gateways=gateways),
    )


@pytest.mark.parametrize(
    ("scheme", "attribute", "passing", "expected"),
    [
        ("internet-facing", (), (True, True), True),
        ("internet-facing", (), (False, True), True),
        ("internet-facing", (), (False, None), None),
        ("internet-facing", (), (False, False), False),
        ("internet-facing", ("true",), (True, True), False),
        ("internal", (), (True, True), False),
        ("internal", ("false",), (True, True), True),
    ],
)
def test_an_internal_load_balancer_takes_nothing_from_internet_gateways_unless_told_to(
    scheme: str, attribute: tuple[str, ...], passing: tuple[bool | None, ...], expected: bool | None
) -> None:
    topology, balancer = app()
    attributes = tuple(("ipv6.deny_all_igw_traffic", value) for value in attribute)
    balancer = replace(balancer, scheme=scheme, attributes=attributes)
    assert is_on_ipv6_internet(open_to_internet(topology, balancer, passing), balancer) is expected


def test_without_a_route_for_ipv6_to_an_internet_gateway_nothing_comes_from_there() -> None:
    topology, balancer = app()
    balancer = replace(balancer, scheme="internet-facing")
    opened = open_to_internet(topology, balancer, (True, True))
    tables = tuple(replace(each, ipv6_targets=()) for each in opened.network.route_tables)
    unrouted = replace(opened, network=replace(opened.network, route_tables=tables))
    unattached = replace(opened, network=replace(opened.network, internet_gateways=()))
    assert is_on_ipv6_internet(unrouted, balancer) is False
    assert is_on_ipv6_internet(unattached, balancer) is False
