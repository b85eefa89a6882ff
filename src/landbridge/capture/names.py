"""Route 53 hosted zones with their records, and Resolver endpoints."""

import re
from dataclasses import replace
from ipaddress import IPv4Address

from landbridge.capture.reading import Answer, Missing, Reader
from landbridge.model.identifiers import SecurityGroupId, SubnetId, VpcId
from landbridge.model.names import AliasTarget, HostedZone, Names, RecordSet, ResolverEndpoint
from landbridge.trace.decision import ResourceRef

OCTAL_ESCAPE = re.compile(r"\\([0-7]{3})")
NOT_MODELLED = {
    "Region": "latency-based routing",
    "GeoLocation": "geolocation routing",
    "GeoProximityLocation": "geoproximity routing",
    "CidrRoutingConfig": "IP-based routing",
    "HealthCheckId": "Route 53 health checks",
}


def read_hosted_zones(reader: Reader, previous: Names) -> Names:
    """The hosted zones of the account with every record."""
    zones = reader.items("route53", "list_hosted_zones", "HostedZones", order_by="Id")
    return replace(previous, hosted_zones=tuple(_hosted_zone(reader, zone) for zone in zones))


def read_resolver(reader: Reader, previous: Names) -> Names:
    """The Resolver endpoints of the region; forwarding rules are noticed."""
    for rule in reader.items("route53resolver", "list_resolver_rules", "ResolverRules"):
        if rule["RuleType"] != "RECURSIVE":
            reader.notice(
                ResourceRef("AWS::Route53Resolver::ResolverRule", rule["Id"]),
                f"Resolver rules ({rule['RuleType']} {rule.get('DomainName', '')})",
            )
    endpoints = reader.items("route53resolver", "list_resolver_endpoints", "ResolverEndpoints", order_by="Id")
    return replace(
        previous, resolver_endpoints=tuple(_resolver_endpoint(reader, endpoint) for endpoint in endpoints)
    )


def _hosted_zone(reader: Reader, answer: Answer) -> HostedZone:
    identifier = answer["Id"].rpartition("/")[2]
    about = ResourceRef("AWS::Route53::HostedZone", identifier)
    private = bool(answer.get("Config", {}).get("PrivateZone"))
    return HostedZone(
        id=identifier,
        name=_plain_name(answer["Name"]),
        private=private,
        vpc_ids=_vpc_ids(reader, about) if private else (),
        records=_records(reader, about),
    )


def _vpc_ids(reader: Reader, zone: ResourceRef) -> tuple[VpcId, ...]:
    answer = reader.answer("route53", "get_hosted_zone", zone, Id=zone.id)
    if isinstance(answer, Missing):
        return ()
    return tuple(
        sorted(VpcId(vpc["VPCId"]) for vpc in answer.get("VPCs", ()) if vpc["VPCRegion"] == reader.region)
    )


def _records(reader: Reader, zone: ResourceRef) -> tuple[RecordSet, ...]:
    """The zone's records; a routing policy makes several of one name and type."""
    found: dict[tuple[str, str, str], RecordSet] = {}
    for answer in reader.items(
        "route53", "list_resource_record_sets", "ResourceRecordSets", zone, HostedZoneId=zone.id
    ):
        record = _record(answer)
        for feature in record.unsupported:
            reader.notice(ResourceRef("AWS::Route53::RecordSet", f"{record.name} {record.type}"), feature)
        found[record.name, record.type, record.set_identifier] = record
    return tuple(found[key] for key in sorted(found))


def _record(answer: Answer) -> RecordSet:
    alias = answer.get("AliasTarget")
    return RecordSet(
        name=_plain_name(answer["Name"]),
        type=answer["Type"],
        ttl=answer.get("TTL", 0),
        values=tuple(record["Value"] for record in answer.get("ResourceRecords", ())),
        alias=_alias(alias) if alias else None,
        unsupported=tuple(feature for member, feature in NOT_MODELLED.items() if member in answer),
        set_identifier=answer.get("SetIdentifier", ""),
        weight=answer.get("Weight"),
        failover=answer.get("Failover", ""),
        multivalue=bool(answer.get("MultiValueAnswer")),
    )


def _alias(answer: Answer) -> AliasTarget:
    return AliasTarget(
        dns_name=_plain_name(answer["DNSName"]),
        hosted_zone_id=answer["HostedZoneId"],
        evaluate_target_health=bool(answer["EvaluateTargetHealth"]),
    )


def _plain_name(name: str) -> str:
    r"""In lower case, without the final dot, with escapes such as ``\052`` for ``*`` resolved.

    AWS: "DNS domain name format"
    """
    return OCTAL_ESCAPE.sub(lambda escape: chr(int(escape[1], 8)), name).rstrip(".").lower()


def _resolver_endpoint(reader: Reader, answer: Answer) -> ResolverEndpoint:
    about = ResourceRef("AWS::Route53Resolver::ResolverEndpoint", answer["Id"])
    addresses = reader.items(
        "route53resolver",
        "list_resolver_endpoint_ip_addresses",
        "IpAddresses",
        about,
        ResolverEndpointId=answer["Id"],
    )
    return ResolverEndpoint(
        id=answer["Id"],
        direction=answer["Direction"],
        vpc_id=VpcId(answer["HostVPCId"]),
        addresses=tuple(
            sorted(
                (IPv4Address(address["Ip"]), SubnetId(address["SubnetId"]))
                for address in addresses
                if address.get("Ip")
            )
        ),
        security_group_ids=tuple(map(SecurityGroupId, sorted(answer.get("SecurityGroupIds", ())))),
        status=answer["Status"],
    )
