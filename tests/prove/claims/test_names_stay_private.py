"""What public DNS says of the app's names, and where the private ones lead."""

from dataclasses import replace

import pytest
from tests import topologies
from tests.prove.edits import edit_private_zones, with_zone
from tests.prove.example_app import case_of, whole_app

from landbridge.model.names import AliasTarget, HostedZone, RecordSet
from landbridge.model.topology import Topology
from landbridge.prove.case import Case, NotUnderstood
from landbridge.prove.claims.names_stay_private import judge
from landbridge.prove.verdict import Finding, Verdict
from landbridge.trace.decision import ResourceRef

DOMAIN = topologies.DOMAIN
ENDPOINT_NAME = topologies.execute_api_endpoint().dns_names[0]
OTHER_VPC = type(topologies.VPC)("vpc-0other")


def found(topology: Topology) -> list[Finding]:
    return list(judge(case_of(topology, DOMAIN)))


def public(*records: RecordSet, name: str = "corp.example") -> Topology:
    return with_zone(topologies.private_app(), HostedZone("Z0PUBLIC", name, False, (), records))


def private(*records: RecordSet) -> Topology:
    """The private zone with these records alone."""
    return edit_private_zones(topologies.private_app(), lambda zone: replace(zone, records=records))


def plain(kind: str, name: str, *values: str) -> RecordSet:
    return RecordSet(name, kind, 300, values)


def alias(target: str, name: str = DOMAIN, kind: str = "A") -> RecordSet:
    return RecordSet(name, kind, 0, (), AliasTarget(target, "Z1", False))


@pytest.mark.parametrize(
    "record",
    [
        plain("NS", "corp.example", "ns-1.awsdns-1.com."),
        plain("TXT", DOMAIN, '"v=spf1 -all"'),
        plain("CNAME", f"_a1.{DOMAIN}", "_b2.acm-validations.aws."),
        plain("A", "www.corp.example", "198.51.100.7"),
        plain("A", f"*.{DOMAIN}", "198.51.100.7"),
        plain("A", "*.example.corp.example", "198.51.100.7"),
    ],
)
def test_public_records_of_other_names_and_kinds_give_nothing_away(record: RecordSet) -> None:
    assert found(public(record)) == []


@pytest.mark.parametrize(
    ("record", "reveals"),
    [
        (plain("A", DOMAIN, "10.20.1.10"), True),
        (plain("AAAA", DOMAIN, "fd00::1"), True),
        (alias(topologies.ALB_NAME), True),
        (alias(f"dualstack.{topologies.ALB_NAME}"), True),
        (plain("CNAME", DOMAIN, f"{ENDPOINT_NAME}."), True),
        (plain("A", DOMAIN, "198.51.100.7"), False),
        (plain("AAAA", DOMAIN, "2001:db8::1"), False),
        (plain("CNAME", "*.corp.example", "d111111abcdef8.cloudfront.net."), False),
        (plain("HTTPS", DOMAIN, "1 cdn.example.net. alpn=h2"), False),
    ],
)
def test_a_public_record_of_the_name_reveals_addresses_or_leads_elsewhere(
    record: RecordSet, reveals: bool
) -> None:
    [finding] = found(public(record))
    assert finding.verdict is Verdict.BROKEN
    assert ("reveals private addresses" in finding.what) is reveals
    assert finding.remedy.startswith(f"Delete {record.type} {record.name} from public zone Z0PUBLIC")


def test_a_public_zone_of_the_very_name_counts_like_one_of_its_parent() -> None:
    [finding] = found(public(plain("A", DOMAIN, "198.51.100.7"), name=DOMAIN))
    assert finding.verdict is Verdict.BROKEN
    assert found(public(plain("NS", DOMAIN, "ns-1.awsdns-1.com."), name=DOMAIN)) == []


def test_a_delegation_to_other_name_servers_is_unknown() -> None:
    [finding] = found(public(plain("NS", DOMAIN, "ns.elsewhere.example.")))
    assert finding.verdict is Verdict.UNKNOWN
    assert "ns.elsewhere.example." in finding.what


def test_a_public_chain_of_names_is_followed_to_where_it_ends() -> None:
    chain = plain("CNAME", DOMAIN, "front.corp.example."), plain("A", "front.corp.example", "10.20.1.10")
    [finding] = found(public(*chain))
    assert "10.20.1.10, which reveals" in finding.what


def test_a_chain_that_goes_round_in_a_circle_ends() -> None:
    assert found(public(plain("CNAME", DOMAIN, f"{DOMAIN}."))) != []


@pytest.mark.parametrize(
    "records",
    [
        (alias(topologies.ALB_NAME),),
        (alias(f"dualstack.{topologies.ALB_NAME}"), alias(f"dualstack.{topologies.ALB_NAME}", kind="AAAA")),
        (alias(ENDPOINT_NAME),),
        (alias(topologies.ALB_NAME, name="*.corp.example"),),
        (plain("CNAME", DOMAIN, topologies.ALB_NAME),),
        (plain("A", DOMAIN, str(topologies.ENDPOINT_A), str(topologies.ENDPOINT_B)),),
        (
            plain("CNAME", DOMAIN, "front.corp.example."),
            alias(topologies.ALB_NAME, name="front.corp.example"),
        ),
        (),
    ],
)
def test_a_private_record_may_lead_to_any_door_of_the_app(records: tuple[RecordSet, ...]) -> None:
    assert found(private(*records)) == []


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (alias("internal-gone-1.eu-central-1.elb.amazonaws.com"), "does not exist here"),
        (plain("A", DOMAIN, "10.20.9.9"), "no part of the app"),
        (plain("CNAME", DOMAIN, "legacy.example.net."), "no part of the app"),
        (plain("A", "*.corp.example", "10.20.9.9"), "no part of the app"),
    ],
)
def test_a_private_record_that_leads_elsewhere_is_found(record: RecordSet, why: str) -> None:
    [finding] = found(private(record))
    assert finding.verdict is Verdict.BROKEN
    assert why in finding.what
    assert finding.remedy.endswith(f"an alias of {topologies.ALB_NAME}")


def test_every_record_of_a_routing_policy_has_to_lead_to_the_app() -> None:
    own = replace(alias(topologies.ALB_NAME), set_identifier="own", weight=255)
    other = replace(plain("A", DOMAIN, "10.20.9.9"), set_identifier="other", weight=1)
    assert [finding.verdict for finding in found(private(own, other))] == [Verdict.BROKEN]


def test_another_load_balancer_of_the_account_is_called_by_its_name() -> None:
    topology = topologies.private_app()
    [balancer] = topology.load_balancing.load_balancers
    app = whole_app(topology, DOMAIN)
    other = replace(balancer, name="backoffice", dns_name="internal-b-1.eu-central-1.elb.amazonaws.com")
    balancing = replace(topology.load_balancing, load_balancers=(balancer, other))
    topology = edit_private_zones(
        replace(topology, load_balancing=balancing),
        lambda zone: replace(zone, records=(alias(other.dns_name),)),
    )
    [finding] = judge(Case(topology, app))
    assert "load balancer backoffice" in finding.what


def test_an_ipv6_address_of_ones_own_making_is_unknown() -> None:
    [finding] = found(private(alias(topologies.ALB_NAME), plain("AAAA", DOMAIN, "2001:db8::1")))
    assert finding.verdict is Verdict.UNKNOWN


def test_a_private_zone_of_another_vpc_says_what_it_likes_unless_the_office_asks_there() -> None:
    stray = HostedZone("Z0OTHER", "corp.example", True, (OTHER_VPC,), (plain("A", DOMAIN, "10.99.0.1"),))
    topology = with_zone(topologies.private_app(), stray)
    assert found(topology) == []
    resolver = replace(topologies.resolver_endpoint(), vpc_id=OTHER_VPC)
    asked = replace(topology, names=replace(topology.names, resolver_endpoints=(resolver,)))
    assert [finding.verdict for finding in found(asked)] == [Verdict.BROKEN]


def test_the_most_specific_private_zone_of_a_vpc_answers() -> None:
    zone = HostedZone("Z0APEX", DOMAIN, True, (topologies.VPC,), (plain("A", DOMAIN, "10.99.0.1"),))
    [finding] = found(with_zone(topologies.private_app(), zone))
    assert "Z0APEX" in finding.what


def test_a_name_that_no_zone_has_is_the_offices_own_and_unknown() -> None:
    topology = topologies.private_app()
    [finding] = found(replace(topology, names=replace(topology.names, hosted_zones=())))
    assert finding.verdict is Verdict.UNKNOWN
    assert topologies.VPC in finding.remedy


def test_names_of_aws_need_no_zone() -> None:
    topology = topologies.private_app()
    assert (
        list(judge(case_of(replace(topology, names=replace(topology.names, hosted_zones=())), ENDPOINT_NAME)))
        == []
    )


@pytest.mark.parametrize(
    ("kind", "identifier", "feature", "matters"),
    [
        ("AWS::Route53Resolver::ResolverRule", "rslvr-rr-1", "Resolver rules (FORWARD corp.example.)", True),
        (
            "AWS::Route53Resolver::ResolverRule",
            "rslvr-rr-1",
            "Resolver rules (FORWARD other.example.)",
            False,
        ),
        ("AWS::Route53::HostedZone", "Z9", "unknown, because it was denied", True),
        ("AWS::IAM::Action", "route53:ListHostedZones", "unknown, because it was denied", True),
        ("AWS::EC2::VPC", "vpc-0app", "IPv6", False),
    ],
)
def test_what_is_not_understood_of_names_leaves_them_unknown(
    kind: str, identifier: str, feature: str, matters: bool
) -> None:
    topology = topologies.private_app()
    doubt = NotUnderstood(ResourceRef(kind, identifier), feature)
    case = Case(topology, whole_app(topology, DOMAIN), (doubt,))
    assert [finding.verdict for finding in judge(case)] == ([Verdict.UNKNOWN] if matters else [])
