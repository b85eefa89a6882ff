"""The app's names are nobody's on the internet, and inside they lead to the app and nowhere else."""

from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address

from landbridge.model.names import HostedZone
from landbridge.model.topology import Topology
from landbridge.prove.app import App
from landbridge.prove.case import Case
from landbridge.prove.name_targets import NameTarget, leads_to, places_of, targets_of, zones_of
from landbridge.prove.reach.blocks import NOT_ON_THE_INTERNET, UNIQUE_LOCAL
from landbridge.prove.verdict import Claim, Finding, broken, unknown
from landbridge.semantics.network.hosted_zone import suffixes
from landbridge.trace.decision import ResourceRef

CLAIM = Claim(
    "names-stay-private",
    "No public record has the app's names, and private ones lead to the app and nowhere else",
    (
        "Working with private hosted zones",
        "Considerations when working with a private hosted zone",
        "Choosing between alias and non-alias records",
    ),
)
AMAZON = "amazonaws.com"


def judge(case: Case) -> Iterator[Finding]:
    """Public records of the app's names, private ones that lead elsewhere, and what nobody can tell.

    AWS: "Considerations when working with a private hosted zone"
    """
    for name in (each.lower().rstrip(".") for each in case.app.domains):
        yield from _in_public(case, name)
        yield from _in_private(case, name)
        yield from _not_understood(case, name)


def _in_public(case: Case, name: str) -> Iterator[Finding]:
    private = {zone.name for zone in case.topology.names.hosted_zones if zone.private}
    for zone in zones_of(case.topology, name, private=False):
        for target in targets_of(zone, name):
            stands = "" if target.record.name == name else f" (as {target.record.name})"
            where = next((each for each in suffixes(name) if each in private), "")
            inside = f": private zone {where} has it for those who may ask" if where else ""
            yield broken(
                f"public zone {zone.name} ({zone.id}) tells everybody on the internet that {name}{stands} is "
                f"{target.place}{_reveals(case.topology, target)}",
                target.cited,
                f"Delete {target.record.type} {target.record.name} from public zone {zone.id}{inside}",
            )
        yield from _delegated(case.topology, zone, name)


def _reveals(topology: Topology, target: NameTarget) -> str:
    """Why it matters where it leads."""
    internal = {
        each.dns_name.lower() for each in topology.load_balancing.load_balancers if each.scheme == "internal"
    }
    if _is_private(target.place) or leads_to(target.place, frozenset(internal)):
        return ", which reveals private addresses"
    return ", which is somewhere else than where it leads in the corporate network"


def _is_private(place: str) -> bool:
    try:
        address = ip_address(place)
    except ValueError:
        return ".vpce." in place
    if isinstance(address, IPv6Address):
        return address in UNIQUE_LOCAL
    return any(address in block for block in NOT_ON_THE_INTERNET)


def _delegated(topology: Topology, zone: HostedZone, name: str) -> Iterator[Finding]:
    """A part of the zone that name servers elsewhere answer for.

    AWS: "SOA and NS records that Amazon Route 53 creates for a public hosted zone"
    """
    here = {each.name for each in topology.names.hosted_zones if not each.private}
    parents = set(suffixes(name)) - here
    for record in zone.records:
        if record.type == "NS" and record.name in parents:
            yield unknown(
                f"public zone {zone.name} leaves {record.name} to {', '.join(record.values)}, and what "
                f"they say of {name} cannot be seen",
                ResourceRef("AWS::Route53::RecordSet", f"{record.name} NS"),
                f"Delete NS {record.name} from public zone {zone.id}",
            )


def _in_private(case: Case, name: str) -> Iterator[Finding]:
    """What the VPCs of the app answer, and those that the office asks; other VPCs do not matter."""
    if name.endswith(f".{AMAZON}"):
        return
    places = places_of(case.app, case.topology)
    zones = dict.fromkeys(_answering(case, name))
    for zone in zones:
        for target in targets_of(zone, name):
            if not leads_to(target.place, places):
                yield _elsewhere(case, name, target)
    if not zones and not zones_of(case.topology, name, private=False):
        yield unknown(
            f"no hosted zone has {name}: where the corporate network's own DNS leads it cannot be seen",
            ResourceRef("Domain", name),
            f"Make a private hosted zone for {name} in {', '.join(_vpc_ids(case.app)) or 'the VPC'}",
        )


def _answering(case: Case, name: str) -> Iterator[HostedZone]:
    """The most specific private zone in each VPC where the name is asked for.

    AWS: "Working with private hosted zones"
    """
    resolvers = case.topology.names.resolver_endpoints
    asked = [*_vpc_ids(case.app), *(each.vpc_id for each in resolvers if each.direction == "INBOUND")]
    zones = zones_of(case.topology, name, private=True)
    for vpc_id in dict.fromkeys(asked):
        zone = next((zone for zone in zones if vpc_id in zone.vpc_ids), None)
        if zone is not None:
            yield zone


def _vpc_ids(app: App) -> tuple[str, ...]:
    ids = (*(each.vpc_id for each in app.load_balancers), *(each.vpc_id for each in app.endpoints))
    return tuple(dict.fromkeys(ids))


def _elsewhere(case: Case, name: str, target: NameTarget) -> Finding:
    if target.record.type == "AAAA" and target.record.alias is None:
        what = f"{name} is {target.place} too, in zone {target.zone.name}: whose it is cannot be seen"
        return unknown(what, target.cited, f"Delete AAAA {target.record.name}, or make it an alias")
    known = {each.dns_name.lower(): each.name for each in case.topology.load_balancing.load_balancers}
    owner = next((each for dns, each in known.items() if leads_to(target.place, frozenset((dns,)))), "")
    if owner:
        why = f"load balancer {owner}, which is no part of the app"
    elif target.place.endswith(f".{AMAZON}"):
        why = f"{target.place}, which does not exist here: whoever gets that name gets its clients"
    else:
        why = f"{target.place}, which is no part of the app"
    own = next((each.dns_name for each in case.app.load_balancers), "")
    own = own or next((each.dns_names[0] for each in case.app.endpoints if each.dns_names), "the app")
    return broken(
        f"{name} leads to {why} in zone {target.zone.name} ({target.zone.id})",
        target.cited,
        f"Make {target.record.type} {target.record.name} in zone {target.zone.id} an alias of {own}",
    )


def _not_understood(case: Case, name: str) -> Iterator[Finding]:
    """Rules that send a question elsewhere come before hosted zones; zones may have been left unread."""
    for each in case.not_understood:
        kind = each.resource.type
        if kind == "AWS::Route53Resolver::ResolverRule":
            words = set(each.feature.replace("(", " ").replace(")", " ").split())
            if any(parent in words or f"{parent}." in words for parent in suffixes(name)):
                yield unknown(f"{each.feature} may lead {name} elsewhere", each.resource)
        elif kind == "AWS::Route53::HostedZone" or each.resource.id.startswith("route53:"):
            yield unknown(f"{each.resource.id} is {each.feature}, and may have {name}", each.resource)
