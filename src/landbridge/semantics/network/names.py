"""Which address a name has, for whom: a VPC, the corporate network and the internet see different zones."""

from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from landbridge.model.exchange import AnswerRecord
from landbridge.model.identifiers import VpcId
from landbridge.model.names import AliasTarget, RecordSet, ResolverEndpoint
from landbridge.model.network import Vpc
from landbridge.semantics.network.client_vpn import enter
from landbridge.semantics.network.hosted_zone import (
    CompiledZone,
    compile_zone,
    find,
    most_specific,
    suffixes,
)
from landbridge.semantics.network.name_remedies import Asker, remedy_for_missing, remedy_for_unknown
from landbridge.semantics.network.published_names import (
    AWS_ZONE,
    private_dns_zones,
    publish,
    publish_function_urls,
)
from landbridge.semantics.network.reachability import reach
from landbridge.semantics.network.routing_policy import choose_record
from landbridge.semantics.network.source import ClientVpn, Corporate, Internet, InVpc, Source
from landbridge.semantics.world import World
from landbridge.trace.codes import DnsCode, ExplanationCode
from landbridge.trace.decision import (
    Facts,
    Hop,
    Hops,
    ResourceRef,
    Step,
    allowed,
    denied,
    not_modelled,
)

Records = tuple[AnswerRecord, ...]
PUBLIC_DNS = ResourceRef("DNS", "public DNS")
DNS_PORT = 53
LONGEST_CHAIN = 8
"""How many CNAME records or aliases are followed."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer to one question: its code, the IPv4 addresses in it, all its records, and why."""

    code: DnsCode
    addresses: tuple[IPv4Address, ...]
    records: Records
    hops: Hops
    authority: Records = ()
    """Of a negative answer: the zone's SOA record."""


@dataclass(frozen=True, slots=True)
class Question:
    """A name in lower case without the final dot, and a record type."""

    name: str
    type: str
    draw: int = 0
    """Decides between weighted records."""


@dataclass(frozen=True)
class View:
    """The zones that one kind of client sees; a private zone hides public names, even those it lacks."""

    asker: Asker
    private: dict[str, CompiledZone]
    public: dict[str, CompiledZone]


@dataclass(frozen=True, slots=True)
class Answered:
    """A part of an answer."""

    code: DnsCode
    records: Records
    hops: Hops
    authority: Records = ()


def resolve(world: World, source: Source, name: str, record_type: str = "A", draw: int = 0) -> Resolution:
    """What the resolver that `source` asks answers.

    In a VPC that is the Route 53 Resolver. In the corporate network it is the company's own: it forwards
    the private hosted zones of a VPC with an inbound Resolver endpoint to that endpoint, and asks public DNS
    for everything else, the names of execute-api among it. On the internet it is public DNS. A Client VPN
    endpoint tells its clients whom to ask. Resolver rules and DNS Firewall are not applied. `draw` decides
    between weighted records.

    AWS: "Resolving DNS queries between VPCs and your network"
    """
    question = Question(name.lower().rstrip("."), record_type.upper(), draw)
    answered = _ask(world, source, question)
    addresses = tuple(IPv4Address(record.value) for record in answered.records if record.type == "A")
    return Resolution(answered.code, addresses, answered.records, answered.hops, answered.authority)


def _ask(world: World, source: Source, question: Question) -> Answered:
    if isinstance(source, InVpc):
        return _ask_vpc_resolver(world, source.vpc_id, question)
    if isinstance(source, ClientVpn):
        return _ask_as_client(world, source, question)
    if isinstance(source, Corporate):
        forwarder = _forwarder(world, question.name)
        if forwarder is not None:
            endpoint, zone = forwarder
            return _ask_inbound(world, source, endpoint, question, (("forwarded zone", zone.name),))
    return _answer(world, View(source, {}, _public_zones(world)), question)


def _ask_as_client(world: World, client: ClientVpn, question: Question) -> Answered:
    """The endpoint's DNS servers answer, or public DNS, where it names none.

    The VPC's own resolver, two above its block's first address, is one that clients can be told to ask.
    AWS: "AWS Client VPN endpoints"
    """
    endpoints = {each.id: each for each in world.topology.network.client_vpn_endpoints}
    servers = endpoints[client.endpoint_id].dns_servers
    if not servers:
        return _answer(world, View(Internet(client.client_address), {}, _public_zones(world)), question)
    interface, hops = enter(world.topology, client, servers[0])
    if interface is None:
        return Answered(DnsCode.SERVFAIL, (), hops)
    vpc = world.topology.network.vpc_by_id[interface.vpc_id]
    if servers[0] in {cidr.network_address + 2 for cidr in vpc.cidrs}:
        answered = _ask_vpc_resolver(world, vpc.id, question)
        return replace(answered, hops=(*hops, *answered.hops))
    for endpoint in world.topology.names.resolver_endpoints:
        if endpoint.direction == "INBOUND" and servers[0] in (address for address, _ in endpoint.addresses):
            return _ask_inbound(world, client, endpoint, question, ())
    reference = ResourceRef("DNS", str(servers[0]))
    decision = not_modelled(f"the DNS server {servers[0]}", reference)
    return Answered(DnsCode.SERVFAIL, (), (*hops, Hop(reference, Step.RESOLVE_NAME, decision)))


def _ask_vpc_resolver(world: World, vpc_id: VpcId, question: Question, *, inbound: bool = False) -> Answered:
    """The answer of the Route 53 Resolver in a VPC, to its own instances or through an inbound endpoint.

    AWS: "DNS attributes for your VPC"
    """
    vpc = world.topology.network.vpc_by_id[vpc_id]
    if not vpc.enable_dns_support:
        component = ResourceRef("AWS::EC2::VPC", vpc_id)
        remedy = f"Turn on enableDnsSupport of {vpc_id}"
        decision = denied(DnsCode.SERVFAIL, component, *_facts(question), remedy=remedy)
        return Answered(DnsCode.SERVFAIL, (), (Hop(component, Step.RESOLVE_NAME, decision),))
    view = world.remember(
        ("view", vpc_id, inbound),
        lambda: View(vpc, _private_zones(world, vpc, inbound), _public_zones(world)),
    )
    return _answer(world, view, question)


def _private_zones(world: World, vpc: Vpc, inbound: bool) -> dict[str, CompiledZone]:
    """Private hosted zones and the endpoints' private DNS names; a hosted zone wins where names are equal.

    An endpoint for S3 can keep its names to those who ask through an inbound Resolver endpoint, so that the
    VPC's own instances go through a gateway endpoint.

    AWS: "Considerations when working with a private hosted zone", "AWS PrivateLink for Amazon S3"
    """
    if not (vpc.enable_dns_support and vpc.enable_dns_hostnames):
        return {}
    zones: dict[str, CompiledZone] = {}
    for endpoint in world.topology.network.vpc_endpoints:
        if endpoint.private_dns_only_for_inbound_resolver and not inbound:
            continue
        if endpoint.vpc_id == vpc.id and endpoint.private_dns_enabled and endpoint.state == "available":
            owner = ResourceRef("AWS::EC2::VPCEndpoint", endpoint.id)
            for zone in private_dns_zones(world.topology, endpoint):
                zones[zone.name] = compile_zone(zone, owner)
    return zones | _hosted_zones(world, vpc.id)


def _hosted_zones(world: World, vpc_id: VpcId) -> dict[str, CompiledZone]:
    zones = world.topology.names.hosted_zones
    return {zone.name: compile_zone(zone) for zone in zones if zone.private and vpc_id in zone.vpc_ids}


def _public_zones(world: World) -> dict[str, CompiledZone]:
    return world.remember("public zones", lambda: _compile_public_zones(world))


def _compile_public_zones(world: World) -> dict[str, CompiledZone]:
    hosted = [zone for zone in world.topology.names.hosted_zones if not zone.private]
    published = compile_zone(publish(world.topology), PUBLIC_DNS)
    urls = compile_zone(publish_function_urls(world.topology), PUBLIC_DNS)
    return {AWS_ZONE: published, urls.name: urls} | {zone.name: compile_zone(zone) for zone in hosted}


def _forwarder(world: World, name: str) -> tuple[ResolverEndpoint, CompiledZone] | None:
    """The inbound endpoint that the corporate resolver forwards a name to, and the zone it does it for."""
    forwarders = world.remember("forwarders", lambda: _forwarders(world))
    return next((forwarders[suffix] for suffix in suffixes(name) if suffix in forwarders), None)


def _forwarders(world: World) -> dict[str, tuple[ResolverEndpoint, CompiledZone]]:
    return {
        name: (endpoint, zone)
        for endpoint in world.topology.names.resolver_endpoints
        if endpoint.direction == "INBOUND"
        for name, zone in (
            _for_office(world, endpoint.vpc_id) | _hosted_zones(world, endpoint.vpc_id)
        ).items()
    }


def _for_office(world: World, vpc_id: VpcId) -> dict[str, CompiledZone]:
    """The private DNS names that are for the office only: an office that has them made, forwards them."""
    return {
        zone.name: compile_zone(zone, ResourceRef("AWS::EC2::VPCEndpoint", endpoint.id))
        for endpoint in world.topology.network.vpc_endpoints
        if endpoint.vpc_id == vpc_id and endpoint.private_dns_only_for_inbound_resolver
        if endpoint.private_dns_enabled
        for zone in private_dns_zones(world.topology, endpoint)
    }


def _ask_inbound(
    world: World, source: Source, endpoint: ResolverEndpoint, question: Question, why: Facts
) -> Answered:
    """Asks over UDP the first of the endpoint's addresses that answers.

    AWS: "Forwarding inbound DNS queries to your VPCs"
    """
    component = ResourceRef("AWS::Route53Resolver::ResolverEndpoint", endpoint.id)
    if endpoint.status != "OPERATIONAL":
        facts = (*_facts(question), ("status", endpoint.status))
        remedy = f"Wait for Resolver endpoint {endpoint.id} to become OPERATIONAL"
        decision = denied(ExplanationCode.BAD_STATE, component, *facts, remedy=remedy)
        return Answered(DnsCode.SERVFAIL, (), (Hop(component, Step.RESOLVE_NAME, decision),))
    lost: Hops = ()
    for address, _ in endpoint.addresses:
        reached = reach(world, source, address, DNS_PORT, "udp")
        if reached.outcome is None:
            facts = (*why, ("forwarded to", str(address)))
            hop = Hop(component, Step.RESOLVE_NAME, allowed(component, *facts))
            answered = _ask_vpc_resolver(world, endpoint.vpc_id, question, inbound=True)
            return replace(answered, hops=(hop, *answered.hops))
        lost = lost or reached.hops
    return Answered(DnsCode.SERVFAIL, (), lost)


def _answer(world: World, view: View, question: Question, depth: int = 0) -> Answered:
    zone = most_specific(view.private, question.name) or most_specific(view.public, question.name)
    if zone is None:
        return _failed(
            PUBLIC_DNS, DnsCode.NXDOMAIN, question, remedy_for_unknown(world, view.asker, question.name)
        )
    return _answer_from(world, view, zone, question, depth)


def _answer_from(world: World, view: View, zone: CompiledZone, question: Question, depth: int) -> Answered:
    found = find(zone, question.name, question.type)
    if not found.record_sets:
        code = DnsCode.NODATA if found.exists else DnsCode.NXDOMAIN
        name, record_type, exists = question.name, question.type, found.exists
        remedy = remedy_for_missing(world, view.asker, zone, name, record_type, exists=exists)
        return _failed(zone.owner, code, question, remedy, _authority(zone))
    record_set = choose_record(world.topology, found.record_sets, question.draw)
    if isinstance(record_set, str):
        return _unknown(zone, question, record_set)
    if depth > LONGEST_CHAIN:
        remedy = f"Break the loop of CNAME or alias records at {question.name}"
        return _failed(zone.owner, DnsCode.SERVFAIL, question, remedy)
    if record_set.alias is not None:
        return _follow_alias(world, view, zone, record_set.alias, question, depth)
    if record_set.type == "CNAME" != question.type:
        return _follow_cname(world, view, zone, record_set, question, depth)
    return _found(zone, question, record_set, ())


def _follow_cname(
    world: World, view: View, zone: CompiledZone, record_set: RecordSet, question: Question, depth: int
) -> Answered:
    target = record_set.values[0].lower().rstrip(".")
    record = AnswerRecord(question.name, "CNAME", record_set.ttl, target)
    decision = allowed(_cite(question.name, "CNAME"), *_facts(question), ("canonical name", target))
    hop = Hop(zone.owner, Step.RESOLVE_NAME, decision)
    rest = _answer(world, view, replace(question, name=target), depth + 1)
    return Answered(rest.code, (record, *rest.records), (hop, *rest.hops), rest.authority)


def _follow_alias(
    world: World, view: View, zone: CompiledZone, alias: AliasTarget, question: Question, depth: int
) -> Answered:
    """The target's records under the asked name: a client never sees where an alias points.

    AWS: "Choosing between alias and non-alias records"
    """
    target = alias.dns_name.lower().rstrip(".")
    facts = (("alias of", target),)
    if f".{target}".endswith(f".{zone.name}"):
        rest = _answer_from(world, view, zone, replace(question, name=target), depth + 1)
        records = tuple(AnswerRecord(question.name, r.type, r.ttl, r.value) for r in rest.records)
        hop = Hop(zone.owner, Step.RESOLVE_NAME, allowed(_cite(*_key(question)), *_facts(question), *facts))
        return Answered(rest.code, records, (hop, *rest.hops), rest.authority)
    if not target.endswith((".elb.amazonaws.com", ".vpce.amazonaws.com")):
        return _unknown(zone, question, f"an alias record of {target}")
    found = find(_public_zones(world)[AWS_ZONE], target, question.type)
    if not found.record_sets:
        remedy = (
            f"Point the alias {question.name} to a load balancer or endpoint that exists, not to {target}"
        )
        return _failed(zone.owner, DnsCode.NODATA, question, remedy)
    return _found(zone, question, found.record_sets[0], facts)


def _found(zone: CompiledZone, question: Question, record_set: RecordSet, facts: Facts) -> Answered:
    if not record_set.values:
        remedy = f"Give {record_set.name} a network interface: it has no address"
        return _failed(zone.owner, DnsCode.NODATA, question, remedy)
    records = tuple(
        AnswerRecord(question.name, record_set.type, record_set.ttl, value) for value in record_set.values
    )
    answer = ("answer", ", ".join(record_set.values))
    decision = allowed(_cite(*_key(question)), *_facts(question), *facts, answer)
    return Answered(DnsCode.NOERROR, records, (Hop(zone.owner, Step.RESOLVE_NAME, decision),))


def _failed(
    owner: ResourceRef, code: DnsCode, question: Question, remedy: str, authority: Records = ()
) -> Answered:
    decision = denied(code, owner, *_facts(question), remedy=remedy)
    return Answered(code, (), (Hop(owner, Step.RESOLVE_NAME, decision),), authority)


def _authority(zone: CompiledZone) -> Records:
    """The zone's SOA record, which says how long the absence may be remembered.

    AWS: "SOA and NS records that Amazon Route 53 creates for a public hosted zone"
    """
    return tuple(
        AnswerRecord(zone.name, "SOA", min(record_set.ttl, int(value.split()[-1])), value)
        for record_set in zone.by_name.get(zone.name, {}).get("SOA", ())
        for value in record_set.values
    )


def _unknown(zone: CompiledZone, question: Question, feature: str) -> Answered:
    decision = not_modelled(feature, _cite(*_key(question)))
    return Answered(DnsCode.SERVFAIL, (), (Hop(zone.owner, Step.RESOLVE_NAME, decision),))


def _key(question: Question) -> tuple[str, str]:
    return question.name, question.type


def _cite(name: str, record_type: str) -> ResourceRef:
    return ResourceRef("AWS::Route53::RecordSet", f"{name} {record_type}")


def _facts(question: Question) -> Facts:
    return (("name", question.name), ("type", question.type))


__all__ = ["AnswerRecord", "Resolution", "resolve"]
