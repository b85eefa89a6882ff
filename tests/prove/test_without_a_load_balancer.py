"""An app without load balancer and domain: the office calls its private API by the endpoint's names."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Network

import pytest
from tests.prove.mutations_ways import (
    Edit,
    admit,
    chain,
    condition,
    endpoint_groups,
    endpoint_of,
    policy,
    trust_vpc,
)
from tests.prove.test_mutations import not_holding

from landbridge.model.load_balancing import LoadBalancing
from landbridge.model.network import SecurityGroupRule
from landbridge.model.topology import Topology
from landbridge.prove.check import check
from landbridge.prove.verdict import Finding, Verdict

OFFICE = IPv4Network("192.168.0.0/16")


def only_endpoint(topology: Topology) -> Topology:
    """The load balancer, its names and its way to the endpoint are gone."""
    groups = endpoint_groups(topology)
    network = topology.network
    kept = tuple(
        replace(group, rules=tuple(filter(is_no_reference, group.rules))) if group.id in groups else group
        for group in network.security_groups
    )
    bare = replace(
        topology,
        load_balancing=LoadBalancing(),
        api_gateway=replace(topology.api_gateway, domain_names=()),
        names=replace(topology.names, hosted_zones=()),
        network=replace(network, security_groups=kept),
    )
    return admit(endpoint_groups, OFFICE)(bare)


def is_no_reference(rule: SecurityGroupRule) -> bool:
    return rule.referenced_group_id is None


@pytest.fixture(scope="module")
def app(example_topology: Callable[[str], Topology]) -> Topology:
    return only_endpoint(example_topology("gateway"))


def test_it_works_by_the_name_of_the_api_at_its_endpoint(app: Topology) -> None:
    [report] = check(app)
    assert not_holding(report) == {}


def finding_of(claim_id: str, topology: Topology) -> Finding:
    [report] = check(topology)
    assert not_holding(report) == {claim_id: Verdict.BROKEN}
    [found, *_] = [each for judgement in report.judgements for each in judgement.findings]
    return found


def test_who_trusts_the_vpc_does_not_mean_its_other_endpoint(app: Topology) -> None:
    assert "vpce-0second" not in finding_of("only-listed-endpoints", trust_vpc(app)).remedy


def test_the_articles_slip_is_shown_by_the_offices_own_request(app: Topology) -> None:
    endpoint = endpoint_of(app)
    found = finding_of("it-works", condition("StringEquals", "aws:SourceVpc", endpoint.id)(app))
    assert found.witness is not None
    [api] = app.api_gateway.rest_apis
    assert found.witness.host == f"{api.id}-{endpoint.id}.execute-api.eu-central-1.amazonaws.com"
    assert f"use aws:SourceVpce for the endpoint id {endpoint.id}" in found.remedy


@pytest.mark.parametrize("also", [chain(), admit(endpoint_groups, IPv4Network("192.168.7.0/24"))])
def test_another_accounts_endpoint_is_called_by_a_name_that_it_has_in_every_layout(
    app: Topology, also: Edit
) -> None:
    open_to_all = policy(lambda each: (replace(each, conditions=()),))
    found = finding_of("only-listed-endpoints", also(open_to_all(app)))
    assert found.witness is not None
    assert found.witness.vantage == "other-account"
    assert found.witness.host.startswith("vpce-0ace0ace0ace0ace0-0ace0ace.execute-api.")
