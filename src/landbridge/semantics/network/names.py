"""Which address a name has, for whom: a VPC, the corporate network and the internet see different zones."""

from dataclasses import dataclass
from ipaddress import IPv4Address

from landbridge.model.exchange import AnswerRecord
from landbridge.model.identifiers import VpcId
from landbridge.model.names import AliasTarget, RecordSet, ResolverEndpoint
from landbridge.model.network import Vpc
from landbridge.semantics.network.hosted_zone import (
    CompiledZone,
    Found,
    compile_zone,
    find,
    most_specific,
    suffixes,
)
from landbridge.semantics.network.published_names import AWS_ZONE, private_dns_zones, publish
from landbridge.semantics.network.reachability import reach
from landbridge.semantics.network.source import Corporate, Internet, InVpc, Source
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

PUBLIC_DNS = ResourceRef("DNS", "public DNS")
DNS_PORT = 53
LONGEST_CHAIN = 8
"""How many CNAME records or aliases are followed."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """The answer to one question: its code, the IPv4 addresses in it, all its records, and why."""

    code: DnsCode
    addresses: tuple[IPv4Address, ...]
    records: tuple[AnswerRecord, ...]
    hops: Hops


@dataclass(frozen=True, slots=True)
class Question:
    """A name in lower case without the final dot, and a record type."""

    name: str
    type: str


@dataclass(frozen=True)
class View:
    """The zones that one kind of client sees; a private zone hides public names, even those it lacks."""

    asker: Vpc | Corporate | Internet
    private: dict[str, CompiledZone]
    public: dict[str, CompiledZone]


@dataclass(frozen=True, slots=True)
class Answered:
    """A part of an answer."""

    code: DnsCode
    records: tuple[AnswerRecord, ...]
    hops: Hops


def resolve(world: World, source: Source, name: str, record_type: str = "A") -> Resolution:
    """What the resolver that `source` asks answers.

    In a VPC that is the Route 53 Resolver. In the corporate network it is the company's own: it forwards
    the private hosted zones of a VPC with an inbound Resolver endpoint to that endpoint, and asks public DNS
    for everything else, the names of execute-api among it. On the internet it is public DNS. Resolver rules,
    DNS Firewall, routing policies and health are not applied.

    AWS: "Resolving DNS queries between VPCs and your network"
    """
    question = Question(name.lower().rstrip("."), record_type.upper())
    answered = _ask(world, source, question)
    addresses = tuple(IPv4Address(record.value) for record in answered.records if record.type == "A")
    return Resolution(answered.code, addresses, answered.records, answered.hops)


def _ask(world: World, source: Source, question: Question) -> Answered:
    if isinstance(source, InVpc):
        return _ask_vpc_resolver(world, source.vpc_id, question)
    if isinstance(source, Corporate):
        forwarder = _forwarder(world, question.name)
        if forwarder is not None:
            return _forward(world, source, *forwarder, question)
    return _answer(world, View(source, {}, _public_zones(world)), question)


def _ask_vpc_resolver(world: World, vpc_id: VpcId, question: Question) -> Answered:
    """The answer of the Route 53 Resolver in a VPC.

    AWS: "DNS attributes for your VPC"
    """
    vpc = world.topology.network.vpc_by_id[vpc_id]
    if not vpc.enable_dns_support:
        component = ResourceRef("AWS::EC2::VPC", vpc_id)
        remedy = f"Turn on enableDnsSupport of {vpc_id}"
        decision = denied(DnsCode.SERVFAIL, component, *_facts(question), remedy=remedy)
        return Answered(DnsCode.SERVFAIL, (), (Hop(component, Step.RESOLVE_NAME, decision),))
    view = world.remember(
        ("view", vpc_id), lambda: View(vpc, _private_zones(world, vpc), _public_zones(world))
    )
    return _answer(world, view, question)


def _private_zones(world: World, vpc: Vpc) -> dict[str, CompiledZone]:
    """Private hosted zones and the endpoints' private DNS names; a hosted zone wins where names are equal.

    AWS: "Considerations when working with a private hosted zone"
    """
    if not (vpc.enable_dns_support and vpc.enable_dns_hostnames):
        return {}
    zones: dict[str, CompiledZone] = {}
    for endpoint in world.topology.network.vpc_endpoints:
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
    return {AWS_ZONE: published} | {zone.name: compile_zone(zone) for zone in hosted}


def _forwarder(world: World, name: str) -> tuple[ResolverEndpoint, CompiledZone] | None:
    """The inbound endpoint that the corporate resolver forwards a name to, and the zone it does it for."""
    forwarders = world.remember("forwarders", lambda: _forwarders(world))
    return next((forwarders[suffix] for suffix in suffixes(name) if suffix in forwarders), None)


def _forwarders(world: World) -> dict[str, tuple[ResolverEndpoint, CompiledZone]]:
    return {
        name: (endpoint, zone)
        for endpoint in world.topology.names.resolver_endpoints
        if endpoint.direction == "INBOUND"
        for name, zone in _hosted_zones(world, endpoint.vpc_id).items()
    }


def _forward(
    world: World, source: Corporate, endpoint: ResolverEndpoint, zone: CompiledZone, question: Question
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
            facts = (("forwarded zone", zone.name), ("forwarded to", str(address)))
            hop = Hop(component, Step.RESOLVE_NAME, allowed(component, *facts))
            answered = _ask_vpc_resolver(world, endpoint.vpc_id, question)
            return Answered(answered.code, answered.records, (hop, *answered.hops))
        lost = lost or reached.hops
    return Answered(DnsCode.SERVFAIL, (), lost)


def _answer(world: World, view: View, question: Question, depth: int = 0) -> Answered:
    zone = most_specific(view.private, question.name) or most_specific(view.public, question.name)
    if zone is None:
        return _failed(PUBLIC_DNS, DnsCode.NXDOMAIN, question, _remedy_for_unknown(world, view, question))
    return _answer_from(world, view, zone, question, depth)


def _answer_from(world: World, view: View, zone: CompiledZone, question: Question, depth: int) -> Answered:
    found = find(zone, question.name, question.type)
    if not found.record_sets:
        code = DnsCode.NODATA if found.exists else DnsCode.NXDOMAIN
        return _failed(zone.owner, code, question, _remedy_for_missing(world, view, zone, found, question))
    if len(found.record_sets) > 1:
        return _unknown(zone, question, "routing policies other than simple routing")
    record_set = found.record_sets[0]
    if record_set.unsupported:
        return _unknown(zone, question, ", ".join(record_set.unsupported))
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
    rest = _answer(world, view, Question(target, question.type), depth + 1)
    return Answered(rest.code, (record, *rest.records), (hop, *rest.hops))


def _follow_alias(
    world: World, view: View, zone: CompiledZone, alias: AliasTarget, question: Question, depth: int
) -> Answered:
    """The target's records under the asked name: a client never sees where an alias points.

    AWS: "Choosing between alias and non-alias records"
    """
    target = alias.dns_name.lower().rstrip(".")
    facts = (("alias of", target),)
    if f".{target}".endswith(f".{zone.name}"):
        rest = _answer_from(world, view, zone, Question(target, question.type), depth + 1)
        records = tuple(AnswerRecord(question.name, r.type, r.ttl, r.value) for r in rest.records)
        hop = Hop(zone.owner, Step.RESOLVE_NAME, allowed(_cite(*_key(question)), *_facts(question), *facts))
        return Answered(rest.code, records, (hop, *rest.hops))
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


def _failed(owner: ResourceRef, code: DnsCode, question: Question, remedy: str) -> Answered:
    decision = denied(code, owner, *_facts(question), remedy=remedy)
    return Answered(code, (), (Hop(owner, Step.RESOLVE_NAME, decision),))


def _unknown(zone: CompiledZone, question: Question, feature: str) -> Answered:
    decision = not_modelled(feature, _cite(*_key(question)))
    return Answered(DnsCode.SERVFAIL, (), (Hop(zone.owner, Step.RESOLVE_NAME, decision),))


def _remedy_for_missing(
    world: World, view: View, zone: CompiledZone, found: Found, question: Question
) -> str:
    if zone.owner.type == "AWS::Route53::HostedZone":
        return f"Create a record of type {question.type} for {question.name} in hosted zone {zone.name}"
    if found.exists:
        return f"Ask for a record of type A: {question.name} has none of type {question.type}"
    return _remedy_for_unknown(world, view, question)


def _remedy_for_unknown(world: World, view: View, question: Question) -> str:
    """What to do about a name that no zone in view holds: another zone may hold it."""
    hidden = _hidden_zone(world, question.name)
    if hidden is None:
        return f"Create a hosted zone with a record for {question.name}: no other names are known here"
    name, vpc_ids = hidden
    match view.asker:
        case Vpc(id=vpc_id) if vpc_id in vpc_ids:
            return f"Turn on enableDnsHostnames of {vpc_id}: without it private zone {name} does not answer"
        case Vpc(id=vpc_id):
            return f"Associate private zone {name} with {vpc_id}"
        case Corporate():
            return (
                f"Create an inbound Resolver endpoint in {' or '.join(vpc_ids)} and forward {name} to it, "
                "or put the record in a public zone"
            )
        case Internet():
            return f"Ask from inside {' or '.join(vpc_ids)}: private zone {name} answers nowhere else"


def _hidden_zone(world: World, name: str) -> tuple[str, tuple[VpcId, ...]] | None:
    """The private zone that holds a name, wherever it answers."""
    zones = [zone for zone in world.topology.names.hosted_zones if zone.private]
    holding = [zone for zone in zones if f".{name}".endswith(f".{zone.name}")]
    longest = max(holding, key=lambda zone: len(zone.name), default=None)
    return (longest.name, longest.vpc_ids) if longest is not None else None


def _key(question: Question) -> tuple[str, str]:
    return question.name, question.type


def _cite(name: str, record_type: str) -> ResourceRef:
    return ResourceRef("AWS::Route53::RecordSet", f"{name} {record_type}")


def _facts(question: Question) -> Facts:
    return (("name", question.name), ("type", question.type))


__all__ = ["AnswerRecord", "Resolution", "resolve"]
