"""Where the records of a name lead: to a load balancer, an endpoint, or elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass

from landbridge.model.names import HostedZone, RecordSet
from landbridge.model.topology import Topology
from landbridge.prove.app import App
from landbridge.semantics.network.hosted_zone import CompiledZone, compile_zone, find, suffixes
from landbridge.trace.decision import ResourceRef

LEADING = ("A", "AAAA", "CNAME", "HTTPS", "SVCB")
"""Types of records that tell a client where to go."""
DUALSTACK = "dualstack."
LONGEST_CHAIN = 8


@dataclass(frozen=True, slots=True)
class NameTarget:
    """A record of a zone that a name leads to, and where it leads on."""

    zone: HostedZone
    record: RecordSet
    place: str
    """A name or an address, as the record has it, in lower case without the final dot."""

    @property
    def cited(self) -> ResourceRef:
        """The record."""
        return ResourceRef("AWS::Route53::RecordSet", f"{self.record.name} {self.record.type}")


def targets_of(zone: HostedZone, name: str) -> Iterator[NameTarget]:
    """Every place outside the zone that its records lead the name to, by whatever routing policy.

    AWS: "Choosing between alias and non-alias records"
    """
    yield from dict.fromkeys(_follow(zone, compile_zone(zone), name.lower(), 0))


def zones_of(topology: Topology, name: str, *, private: bool) -> tuple[HostedZone, ...]:
    """Hosted zones that the name is in, the most specific first."""
    parents = list(suffixes(name.lower()))
    found = [zone for zone in topology.names.hosted_zones if zone.private == private and zone.name in parents]
    return tuple(sorted(found, key=lambda zone: -len(zone.name)))


def places_of(app: App, topology: Topology) -> frozenset[str]:
    """Every name and address of the app's own load balancers and endpoints.

    AWS: "What is an Application Load Balancer?"
    """
    balancers = {balancer.interface_description for balancer in app.load_balancers}
    own = {interface for endpoint in app.endpoints for interface in endpoint.network_interface_ids}
    addresses = {
        str(interface.address)
        for interface in topology.network.network_interfaces
        if interface.description in balancers or interface.id in own
    }
    names = {balancer.dns_name.lower() for balancer in app.load_balancers}
    return frozenset(addresses | names | endpoint_names(app))


def endpoint_names(app: App) -> set[str]:
    """The names of the app's endpoints."""
    return {name.lower() for endpoint in app.endpoints for name in endpoint.dns_names}


def leads_to(place: str, places: frozenset[str]) -> bool:
    """Whether a place is one of these; a load balancer has names for both address families and for zones."""
    plain = place.removeprefix(DUALSTACK)
    if plain in places:
        return True
    zone, _, rest = plain.partition(".")
    return rest.endswith(".elb.amazonaws.com") and rest in places and zone != "*"


def _follow(zone: HostedZone, compiled: CompiledZone, name: str, depth: int) -> Iterator[NameTarget]:
    records = {each: None for kind in LEADING for each in find(compiled, name, kind).record_sets}
    for record in records:
        for place in _places(record):
            inside = place == zone.name or place.endswith(f".{zone.name}")
            if inside and depth < LONGEST_CHAIN and not _is_address(record):
                yield from _follow(zone, compiled, place, depth + 1)
            else:
                yield NameTarget(zone, record, place)


def _places(record: RecordSet) -> tuple[str, ...]:
    if record.alias is not None:
        return (_plain(record.alias.dns_name),)
    return tuple(map(_plain, record.values))


def _is_address(record: RecordSet) -> bool:
    return record.alias is None and record.type != "CNAME"


def _plain(name: str) -> str:
    return name.lower().rstrip(".")
