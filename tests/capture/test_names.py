from ipaddress import IPv4Address
from typing import Any

import pytest
from tests.capture.scripted import GROUP, SUBNET, VPC, ScriptedAccount, features

from landbridge.capture.names import read_hosted_zones, read_resolver
from landbridge.model.names import AliasTarget, HostedZone, Names, RecordSet, ResolverEndpoint


def zone(*records: dict[str, Any], private: bool = True) -> ScriptedAccount:
    answer = {
        "Id": "/hostedzone/Z1",
        "Name": "Corp.Example.",
        "CallerReference": "1",
        "Config": {"PrivateZone": private},
    }
    vpcs = [{"VPCRegion": "eu-central-1", "VPCId": "vpc-1"}, {"VPCRegion": "us-east-1", "VPCId": "vpc-9"}]
    return ScriptedAccount(
        {
            "route53.list_hosted_zones": {
                "HostedZones": [answer],
                "Marker": "",
                "IsTruncated": False,
                "MaxItems": "100",
            },
            "route53.get_hosted_zone": {"HostedZone": answer, "VPCs": vpcs},
            "route53.list_resource_record_sets": {
                "ResourceRecordSets": list(records),
                "IsTruncated": False,
                "MaxItems": "300",
            },
        }
    )


def test_a_private_zone_answers_in_its_vpcs_of_this_region() -> None:
    names = read_hosted_zones(zone().reader(), Names())
    assert names.hosted_zones == (HostedZone("Z1", "corp.example", True, (VPC,), ()),)


def test_a_public_zone_has_no_vpcs_and_they_are_not_asked_for() -> None:
    scripted = zone(private=False)
    (public,) = read_hosted_zones(scripted.reader(), Names()).hosted_zones
    assert (public.private, public.vpc_ids) == (False, ())
    assert "route53.get_hosted_zone" not in scripted.calls


def record(name: str, kind: str = "A", **members: Any) -> dict[str, Any]:
    return {"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": "10.0.0.1"}], **members}


ALIAS = {
    "DNSName": "dualstack.Internal-web-1.eu-central-1.elb.amazonaws.com.",
    "HostedZoneId": "Z215JYRZR1TBD5",
    "EvaluateTargetHealth": True,
}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (record("Orders.corp.example."), RecordSet("orders.corp.example", "A", 60, ("10.0.0.1",))),
        (record("\\052.corp.example."), RecordSet("*.corp.example", "A", 60, ("10.0.0.1",))),
        (
            {"Name": "orders.corp.example.", "Type": "A", "AliasTarget": ALIAS},
            RecordSet(
                "orders.corp.example",
                "A",
                0,
                alias=AliasTarget(
                    "dualstack.internal-web-1.eu-central-1.elb.amazonaws.com", "Z215JYRZR1TBD5", True
                ),
            ),
        ),
    ],
)
def test_a_record_has_a_plain_name_and_values_or_an_alias(
    answer: dict[str, Any], expected: RecordSet
) -> None:
    reader = zone(answer).reader()
    assert read_hosted_zones(reader, Names()).hosted_zones[0].records == (expected,)
    assert reader.notices == []


@pytest.mark.parametrize(
    ("members", "feature"),
    [
        ({"Region": "eu-central-1"}, "latency-based routing"),
        ({"GeoLocation": {"CountryCode": "DE"}}, "geolocation routing"),
        ({"Weight": 1, "HealthCheckId": "abc"}, "Route 53 health checks"),
    ],
)
def test_records_with_a_routing_policy_that_is_not_modelled_are_marked(
    members: dict[str, Any], feature: str
) -> None:
    first = record("a.corp.example.", SetIdentifier="one", **members)
    second = record("a.corp.example.", SetIdentifier="two", **members)
    reader = zone(first, second).reader()
    both = read_hosted_zones(reader, Names()).hosted_zones[0].records
    assert [each.unsupported for each in both] == [(feature,)] * 2
    assert set(features(reader)) == {("a.corp.example A", feature)}


@pytest.mark.parametrize(
    ("members", "field", "value"),
    [
        ({"Weight": 0}, "weight", 0),
        ({"Failover": "PRIMARY"}, "failover", "PRIMARY"),
        ({"MultiValueAnswer": True}, "multivalue", True),
    ],
)
def test_weighted_failover_and_multivalue_records_are_kept_beside_each_other(
    members: dict[str, Any], field: str, value: object
) -> None:
    first = record("a.corp.example.", SetIdentifier="one", **members)
    second = record("a.corp.example.", SetIdentifier="two", **members)
    reader = zone(first, second).reader()
    both = read_hosted_zones(reader, Names()).hosted_zones[0].records
    assert [(each.set_identifier, getattr(each, field)) for each in both] == [("one", value), ("two", value)]
    assert reader.notices == []


def test_a_resolver_endpoint_has_its_addresses_and_forwarding_rules_are_noticed() -> None:
    endpoint = {
        "Id": "rslvr-in-1",
        "Direction": "INBOUND",
        "HostVPCId": "vpc-1",
        "SecurityGroupIds": ["sg-1"],
        "Status": "OPERATIONAL",
    }
    addresses = [{"Ip": "10.20.2.5", "SubnetId": "subnet-1"}, {"Ip": "10.20.1.5", "SubnetId": "subnet-1"}]
    reader = ScriptedAccount(
        {
            "route53resolver.list_resolver_endpoints": {"ResolverEndpoints": [endpoint]},
            "route53resolver.list_resolver_endpoint_ip_addresses": {"IpAddresses": addresses},
            "route53resolver.list_resolver_rules": {
                "ResolverRules": [
                    {"Id": "rslvr-autodefined-rr-1", "RuleType": "RECURSIVE", "DomainName": "."},
                    {"Id": "rslvr-rr-1", "RuleType": "FORWARD", "DomainName": "corp.example."},
                ]
            },
        }
    ).reader()
    assert read_resolver(reader, Names()).resolver_endpoints == (
        ResolverEndpoint(
            "rslvr-in-1",
            "INBOUND",
            VPC,
            ((IPv4Address("10.20.1.5"), SUBNET), (IPv4Address("10.20.2.5"), SUBNET)),
            (GROUP,),
        ),
    )
    assert features(reader) == [("rslvr-rr-1", "Resolver rules (FORWARD corp.example.)")]
