from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

import pytest
from tests.topologies import (
    ALB_NAME,
    API,
    DOMAIN,
    ENDPOINT,
    LAPTOP,
    REGION,
    VPC,
    default_group,
    execute_api_endpoint,
    network_interfaces,
    private_app,
    private_zone,
    resolver_endpoint,
    resolver_group,
    with_network,
)

from landbridge.model.exchange import AnswerRecord
from landbridge.model.identifiers import VpcId
from landbridge.model.names import AliasTarget, HostedZone, Names, RecordSet
from landbridge.model.topology import Topology
from landbridge.semantics.network.names import Resolution, resolve
from landbridge.semantics.network.source import Corporate, Internet, Source, vantage
from landbridge.semantics.world import World
from landbridge.trace.codes import Code, DnsCode, ExplanationCode, LocalCode
from landbridge.trace.decision import Step

OFFICE = Corporate(LAPTOP)
INTERNET = Internet(IPv4Address("203.0.113.10"))
INSTANCE = vantage(private_app(), "vpc")
NODES = ["10.20.1.10", "10.20.2.10"]
ENDPOINTS = ["10.20.1.20", "10.20.2.20"]
PUBLIC = ["192.0.2.10"]
BASE = f"execute-api.{REGION}.amazonaws.com"
VPCE = f"{ENDPOINT}-x1y2z3w4.execute-api.{REGION}.vpce.amazonaws.com"


def ask(topology: Topology, source: Source, name: str, record_type: str = "A") -> Resolution:
    return resolve(World(topology), source, name, record_type)


def addresses(resolution: Resolution) -> list[str]:
    return [str(address) for address in resolution.addresses]


def with_vpc(**changes: Any) -> Topology:
    topology = private_app()
    return with_network(topology, vpcs=tuple(replace(vpc, **changes) for vpc in topology.network.vpcs))


def with_names(*zones: HostedZone, inbound: bool = True) -> Topology:
    return replace(private_app(), names=Names(zones, (resolver_endpoint(),) if inbound else ()))


def zone_of(
    *records: RecordSet, name: str = "corp.example", private: bool = True, vpc: str = VPC
) -> HostedZone:
    return HostedZone(f"Z-{name}", name, private, (VpcId(vpc),) if private else (), records)


def alias_to(target: str, record_type: str = "A", name: str = DOMAIN) -> RecordSet:
    return RecordSet(name, record_type, 0, (), AliasTarget(target, "Z1", True))


@pytest.mark.parametrize(
    ("name", "office", "instance", "internet"),
    [
        (DOMAIN, NODES, NODES, None),
        ("missing.corp.example", None, None, None),
        (ALB_NAME, NODES, NODES, NODES),
        (VPCE, ENDPOINTS, ENDPOINTS, ENDPOINTS),
        (f"{API}-{ENDPOINT}.{BASE}", ENDPOINTS, ENDPOINTS, ENDPOINTS),
        (f"{API}.{BASE}", PUBLIC, ENDPOINTS, PUBLIC),
        (f"zzzzzzzzzz.{BASE}", PUBLIC, ENDPOINTS, PUBLIC),
        (f"bucket.s3.{REGION}.amazonaws.com", ["192.0.2.20"], ["192.0.2.20"], ["192.0.2.20"]),
        ("www.example.com", None, None, None),
    ],
)
def test_a_name_has_another_address_in_the_office_in_the_vpc_and_on_the_internet(
    name: str, office: list[str] | None, instance: list[str] | None, internet: list[str] | None
) -> None:
    for source, expected in ((OFFICE, office), (INSTANCE, instance), (INTERNET, internet)):
        resolution = ask(private_app(), source, name)
        assert resolution.code is (DnsCode.NOERROR if expected else DnsCode.NXDOMAIN)
        assert addresses(resolution) == (expected or [])
        assert resolution.hops[-1].decision.allowed is bool(expected)
        assert bool(resolution.hops[-1].decision.remedy) is not bool(expected)


def test_case_and_a_final_dot_do_not_matter() -> None:
    assert addresses(ask(private_app(), INSTANCE, "Orders.Corp.Example.", "a")) == NODES


def test_an_alias_is_answered_under_the_asked_name_with_the_load_balancers_ttl() -> None:
    resolution = ask(private_app(), INSTANCE, DOMAIN)
    assert resolution.records == tuple(AnswerRecord(DOMAIN, "A", 60, node) for node in NODES)
    hop = resolution.hops[-1]
    assert (hop.step, hop.component.id) == (Step.RESOLVE_NAME, "Z0CORPEXAMPLE")
    assert hop.decision.cited is not None
    assert hop.decision.cited.id == f"{DOMAIN} A"
    assert ("alias of", ALB_NAME) in hop.decision.facts


def test_the_office_asks_through_the_inbound_endpoint() -> None:
    resolution = ask(private_app(), OFFICE, DOMAIN)
    assert [hop.component.id for hop in resolution.hops] == ["rslvr-in-0orders", "Z0CORPEXAMPLE"]
    assert resolution.hops[0].decision.facts == (
        ("forwarded zone", "corp.example"),
        ("forwarded to", "10.20.1.30"),
    )


def test_without_an_inbound_endpoint_the_office_does_not_see_a_private_zone() -> None:
    resolution = ask(with_names(private_zone(), inbound=False), OFFICE, DOMAIN)
    assert resolution.code is DnsCode.NXDOMAIN
    assert resolution.hops[-1].decision.remedy == (
        "Create an inbound Resolver endpoint in vpc-0app and forward corp.example to it, "
        "or put the record in a public zone"
    )


def test_an_outbound_endpoint_does_not_help_the_office() -> None:
    outbound = replace(resolver_endpoint(), direction="OUTBOUND")
    topology = replace(private_app(), names=Names((private_zone(),), (outbound,)))
    assert ask(topology, OFFICE, DOMAIN).code is DnsCode.NXDOMAIN


def test_an_inbound_endpoint_that_the_office_cannot_reach_answers_nothing() -> None:
    closed = replace(resolver_group(), rules=())
    topology = private_app()
    groups = tuple(closed if group.id == closed.id else group for group in topology.network.security_groups)
    resolution = ask(with_network(topology, security_groups=groups), OFFICE, DOMAIN)
    assert resolution.code is DnsCode.SERVFAIL
    assert resolution.hops[-1].decision.code is ExplanationCode.SG_HAS_NO_RULES
    assert resolution.hops[-1].decision.remedy == (
        "Allow UDP 53 from 192.168.0.10/32 in the ingress rules of sg-0resolver (orders-resolver)"
    )


def test_one_reachable_address_of_the_inbound_endpoint_is_enough() -> None:
    interfaces = tuple(
        replace(one, security_group_ids=(default_group().id,)) if one.id == "eni-0resolvera" else one
        for one in network_interfaces()
    )
    resolution = ask(with_network(private_app(), network_interfaces=interfaces), OFFICE, DOMAIN)
    assert resolution.code is DnsCode.NOERROR
    assert ("forwarded to", "10.20.2.30") in resolution.hops[0].decision.facts


def test_an_inbound_endpoint_must_be_operational() -> None:
    creating = replace(resolver_endpoint(), status="CREATING")
    resolution = ask(replace(private_app(), names=Names((private_zone(),), (creating,))), OFFICE, DOMAIN)
    assert (resolution.code, resolution.hops[-1].decision.code) == (
        DnsCode.SERVFAIL,
        ExplanationCode.BAD_STATE,
    )


def test_an_inbound_endpoint_answers_for_the_zones_of_its_own_vpc_only() -> None:
    topology = with_names(zone_of(alias_to(ALB_NAME), vpc="vpc-0other"))
    resolution = ask(topology, OFFICE, DOMAIN)
    assert (resolution.code, len(resolution.hops)) == (DnsCode.NXDOMAIN, 1)


@pytest.mark.parametrize("attribute", ["enable_dns_support", "enable_dns_hostnames"])
def test_private_zones_and_private_dns_need_both_dns_attributes(attribute: str) -> None:
    topology = with_vpc(**{attribute: False})
    assert ask(topology, INSTANCE, DOMAIN).code is not DnsCode.NOERROR
    assert addresses(ask(topology, INSTANCE, f"{API}.{BASE}")) != ENDPOINTS


def test_without_dns_support_the_vpc_has_no_resolver_at_all() -> None:
    resolution = ask(with_vpc(enable_dns_support=False), INSTANCE, ALB_NAME)
    assert resolution.code is DnsCode.SERVFAIL
    assert resolution.hops[-1].decision.remedy == "Turn on enableDnsSupport of vpc-0app"


def test_without_dns_hostnames_public_names_still_resolve() -> None:
    topology = with_vpc(enable_dns_hostnames=False)
    assert addresses(ask(topology, INSTANCE, f"{API}.{BASE}")) == PUBLIC
    assert "enableDnsHostnames" in ask(topology, INSTANCE, DOMAIN).hops[-1].decision.remedy


def test_a_private_zone_answers_only_in_its_vpcs() -> None:
    resolution = ask(with_names(zone_of(alias_to(ALB_NAME), vpc="vpc-0other")), INSTANCE, DOMAIN)
    assert resolution.code is DnsCode.NXDOMAIN
    assert resolution.hops[-1].decision.remedy == "Associate private zone corp.example with vpc-0app"


@pytest.mark.parametrize("change", [{"private_dns_enabled": False}, {"state": "pending"}])
def test_without_private_dns_api_names_lead_to_the_public_front(change: dict[str, Any]) -> None:
    endpoint = replace(execute_api_endpoint(), **change)
    topology = with_network(private_app(), vpc_endpoints=(endpoint,))
    assert addresses(ask(topology, INSTANCE, f"{API}.{BASE}")) == PUBLIC


def test_a_private_zone_hides_the_public_zone_of_the_same_name_even_for_what_it_lacks() -> None:
    topology = with_names(
        zone_of(RecordSet("a.corp.example", "A", 60, ("10.0.0.1",))),
        zone_of(RecordSet("b.corp.example", "A", 60, ("198.51.100.1",)), private=False),
    )
    assert ask(topology, INSTANCE, "b.corp.example").code is DnsCode.NXDOMAIN
    assert addresses(ask(topology, INTERNET, "b.corp.example")) == ["198.51.100.1"]


def test_the_most_specific_private_zone_wins() -> None:
    topology = with_names(
        zone_of(RecordSet(DOMAIN, "A", 60, ("10.0.0.1",))),
        zone_of(RecordSet(DOMAIN, "A", 60, ("10.0.0.2",)), name=DOMAIN),
    )
    for source in (INSTANCE, OFFICE):
        assert addresses(ask(topology, source, DOMAIN)) == ["10.0.0.2"]


def test_a_private_zone_for_one_api_is_more_specific_than_the_endpoints_private_dns() -> None:
    name = f"{API}.{BASE}"
    topology = with_names(zone_of(alias_to(VPCE, name=name), name=name))
    assert ask(topology, INSTANCE, name).hops[-1].component.id == f"Z-{name}"
    assert addresses(ask(topology, OFFICE, name)) == ENDPOINTS


def test_a_private_zone_named_as_the_endpoints_private_dns_stands_in_for_it() -> None:
    topology = with_names(zone_of(RecordSet(BASE, "A", 60, ("10.0.0.1",)), name=BASE))
    assert addresses(ask(topology, INSTANCE, BASE)) == ["10.0.0.1"]


def test_a_public_zone_may_lead_everyone_to_private_addresses() -> None:
    topology = with_names(zone_of(alias_to(f"dualstack.{ALB_NAME}."), private=False), inbound=False)
    for source in (OFFICE, INSTANCE, INTERNET):
        assert addresses(ask(topology, source, DOMAIN)) == NODES


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (ALB_NAME, NODES),
        (f"dualstack.{ALB_NAME}", NODES),
        (f"DualStack.{ALB_NAME.upper()}.", NODES),
        (VPCE, ENDPOINTS),
        ("plain.corp.example", ["10.0.0.9"]),
    ],
)
def test_an_alias_follows_its_target(target: str, expected: list[str]) -> None:
    plain = RecordSet("plain.corp.example", "A", 60, ("10.0.0.9",))
    assert addresses(ask(with_names(zone_of(alias_to(target), plain)), INSTANCE, DOMAIN)) == expected


@pytest.mark.parametrize(
    ("target", "code", "reason"),
    [
        (f"internal-gone-1.{REGION}.elb.amazonaws.com", DnsCode.NODATA, DnsCode.NODATA),
        ("gone.corp.example", DnsCode.NXDOMAIN, DnsCode.NXDOMAIN),
        ("d111111abcdef8.cloudfront.net", DnsCode.SERVFAIL, LocalCode.NOT_MODELLED),
        (DOMAIN, DnsCode.SERVFAIL, DnsCode.SERVFAIL),
    ],
)
def test_an_alias_to_nothing_is_not_answered(target: str, code: DnsCode, reason: Code) -> None:
    resolution = ask(with_names(zone_of(alias_to(target))), INSTANCE, DOMAIN)
    assert (resolution.code, resolution.addresses) == (code, ())
    assert resolution.hops[-1].decision.code is reason
    assert resolution.hops[-1].decision.remedy


def test_an_alias_for_ipv6_to_a_load_balancer_without_it_has_no_data() -> None:
    topology = with_names(zone_of(alias_to(ALB_NAME), alias_to(ALB_NAME, "AAAA")))
    assert ask(topology, INSTANCE, DOMAIN, "AAAA").code is DnsCode.NODATA


def test_a_cname_chain_is_followed_into_other_zones_and_every_link_is_in_the_answer() -> None:
    topology = with_names(
        zone_of(
            RecordSet(DOMAIN, "CNAME", 300, ("edge.corp.example.",)),
            RecordSet("edge.corp.example", "CNAME", 300, (ALB_NAME,)),
        )
    )
    resolution = ask(topology, INSTANCE, DOMAIN)
    assert [(record.type, record.value) for record in resolution.records] == [
        ("CNAME", "edge.corp.example"),
        ("CNAME", ALB_NAME),
        ("A", NODES[0]),
        ("A", NODES[1]),
    ]
    assert addresses(resolution) == NODES


def test_a_cname_that_is_asked_for_is_not_followed() -> None:
    topology = with_names(zone_of(RecordSet(DOMAIN, "CNAME", 300, (ALB_NAME,))))
    resolution = ask(topology, INSTANCE, DOMAIN, "CNAME")
    assert [record.type for record in resolution.records] == ["CNAME"]
    assert resolution.addresses == ()


def test_a_cname_to_nowhere_keeps_its_record_and_its_code() -> None:
    topology = with_names(zone_of(RecordSet(DOMAIN, "CNAME", 300, ("www.example.com",))))
    resolution = ask(topology, INSTANCE, DOMAIN)
    assert resolution.code is DnsCode.NXDOMAIN
    assert [record.type for record in resolution.records] == ["CNAME"]


def test_a_loop_of_cname_records_ends() -> None:
    topology = with_names(
        zone_of(
            RecordSet("a.corp.example", "CNAME", 300, ("b.corp.example",)),
            RecordSet("b.corp.example", "CNAME", 300, ("a.corp.example",)),
        )
    )
    assert ask(topology, INSTANCE, "a.corp.example").code is DnsCode.SERVFAIL


def test_a_wildcard_alias_stands_for_names_below_it() -> None:
    topology = with_names(zone_of(alias_to(ALB_NAME, name="*.corp.example")))
    resolution = ask(topology, INSTANCE, "anything.corp.example")
    assert resolution.records[0] == AnswerRecord("anything.corp.example", "A", 60, NODES[0])


def test_routing_policies_are_not_modelled() -> None:
    weighted = (RecordSet(DOMAIN, "A", 60, ("10.0.0.1",)), RecordSet(DOMAIN, "A", 60, ("10.0.0.2",)))
    resolution = ask(with_names(zone_of(*weighted)), INSTANCE, DOMAIN)
    assert (resolution.code, resolution.hops[-1].decision.code) == (
        DnsCode.SERVFAIL,
        LocalCode.NOT_MODELLED,
    )


@pytest.mark.parametrize(
    ("name", "record_type", "code"),
    [
        (DOMAIN, "AAAA", DnsCode.NODATA),
        (DOMAIN, "TXT", DnsCode.NODATA),
        (ALB_NAME, "AAAA", DnsCode.NODATA),
        (f"{API}.{BASE}", "TXT", DnsCode.NODATA),
        ("corp.example", "A", DnsCode.NODATA),
        ("corp.example", "SOA", DnsCode.NOERROR),
        ("corp.example", "NS", DnsCode.NOERROR),
        ("missing.corp.example", "TXT", DnsCode.NXDOMAIN),
    ],
)
def test_another_type_is_answered_from_the_zone(name: str, record_type: str, code: DnsCode) -> None:
    resolution = ask(private_app(), INSTANCE, name, record_type)
    assert resolution.code is code
    assert [record.type for record in resolution.records] == (
        [record_type] if code is DnsCode.NOERROR else []
    )


def test_a_load_balancer_without_nodes_has_no_address() -> None:
    topology = with_network(private_app(), network_interfaces=())
    resolution = ask(topology, INSTANCE, DOMAIN)
    assert (resolution.code, resolution.addresses) == (DnsCode.NODATA, ())


@pytest.mark.parametrize(
    ("name", "record_type"), [("missing.corp.example", "A"), (DOMAIN, "TXT")], ids=["NXDOMAIN", "NODATA"]
)
def test_a_negative_answer_carries_the_zones_soa_with_the_time_it_may_be_remembered(
    name: str, record_type: str
) -> None:
    found = ask(private_app(), INSTANCE, name, record_type)
    assert not found.records
    (soa,) = found.authority
    assert (soa.name, soa.type) == ("corp.example", "SOA")
    assert soa.ttl == min(900, int(soa.value.split()[-1]))
    assert ask(private_app(), OFFICE, name, record_type).authority == found.authority


def test_names_in_no_hosted_zone_and_positive_answers_carry_none() -> None:
    assert ask(private_app(), INSTANCE, "www.example.com").authority == ()
    assert ask(private_app(), INSTANCE, DOMAIN).authority == ()


def test_weighted_records_are_drawn_and_a_failover_alias_follows_its_load_balancer() -> None:
    records = tuple(
        RecordSet(
            f"w.{private_zone().name}",
            "A",
            60,
            (f"10.9.9.{weight}",),
            set_identifier=str(weight),
            weight=weight,
        )
        for weight in (1, 2)
    )
    zone = replace(private_zone(), records=(*private_zone().records, *records))
    world = World(with_names(zone))
    drawn = [str(resolve(world, INSTANCE, "w.corp.example", draw=draw).addresses[0]) for draw in range(3)]
    assert sorted(drawn) == ["10.9.9.1", "10.9.9.2", "10.9.9.2"]
