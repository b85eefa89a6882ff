"""What one hosted zone answers to a question, before aliases and CNAME records are followed."""

from collections.abc import Iterator
from dataclasses import dataclass

from landbridge.model.names import HostedZone, RecordSet
from landbridge.trace.decision import ResourceRef


@dataclass(frozen=True)
class CompiledZone:
    """A zone made ready for questions."""

    name: str
    owner: ResourceRef
    """Whose zone it is: a hosted zone, an endpoint's private DNS names, or public DNS."""
    by_name: dict[str, dict[str, list[RecordSet]]]
    """Record sets by name and type; several of one name and type are a routing policy."""
    existing: frozenset[str]
    """Names with records at or below them."""


@dataclass(frozen=True, slots=True)
class Found:
    """The record sets that answer; ``exists`` tells NODATA from NXDOMAIN when there are none."""

    record_sets: tuple[RecordSet, ...]
    exists: bool


def compile_zone(zone: HostedZone, owner: ResourceRef | None = None) -> CompiledZone:
    """The zone indexed by name and type."""
    by_name: dict[str, dict[str, list[RecordSet]]] = {}
    for record_set in zone.records:
        # Route 53's API writes an asterisk as an octal escape.
        name = record_set.name.replace("\\052", "*")
        by_name.setdefault(name, {}).setdefault(record_set.type, []).append(record_set)
    existing = {suffix for name in by_name for suffix in suffixes(name)} | {zone.name}
    owner = owner or ResourceRef("AWS::Route53::HostedZone", zone.id)
    return CompiledZone(zone.name, owner, by_name, frozenset(existing))


def find(zone: CompiledZone, name: str, record_type: str) -> Found:
    """The record sets for a name in the zone: its own, or those of a wildcard that stands for it.

    A wildcard stands only for names that do not exist, not even as a parent of others. A CNAME answers
    questions of every type.

    AWS: "Supported DNS record types"
    """
    if name not in zone.existing:
        closest = next((parent for parent in suffixes(name) if parent in zone.existing), zone.name)
        name = f"*.{closest}"
        if name not in zone.by_name:
            return Found((), exists=False)
    types = zone.by_name.get(name, {})
    return Found(tuple(types.get(record_type) or types.get("CNAME") or ()), exists=True)


def most_specific(zones: dict[str, CompiledZone], name: str) -> CompiledZone | None:
    """The zone with the longest name that the name is in."""
    return next((zones[suffix] for suffix in suffixes(name) if suffix in zones), None)


def suffixes(name: str) -> Iterator[str]:
    """The name and each of its parents, the longest first."""
    while name:
        yield name
        name = name.partition(".")[2]
