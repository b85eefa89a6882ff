"""What to do about a name that has no answer: another zone may hold it."""

from landbridge.model.identifiers import VpcId
from landbridge.model.network import Vpc
from landbridge.semantics.network.hosted_zone import CompiledZone
from landbridge.semantics.network.source import Corporate, Internet
from landbridge.semantics.world import World

HOSTED_ZONE = "AWS::Route53::HostedZone"
Asker = Vpc | Corporate | Internet
"""Whose view of the names it is."""


def remedy_for_missing(
    world: World, asker: Asker, zone: CompiledZone, name: str, record_type: str, *, exists: bool
) -> str:
    """What to do about a name that the zone in charge of it lacks."""
    if zone.owner.type == HOSTED_ZONE:
        return f"Create a record of type {record_type} for {name} in hosted zone {zone.name}"
    if exists:
        return f"Ask for a record of type A: {name} has none of type {record_type}"
    return remedy_for_unknown(world, asker, name)


def remedy_for_unknown(world: World, asker: Asker, name: str) -> str:
    """What to do about a name that no zone in view holds."""
    hidden = _hidden_zone(world, name)
    if hidden is None:
        return f"Create a hosted zone with a record for {name}: no other names are known here"
    zone, vpc_ids = hidden
    match asker:
        case Vpc(id=vpc_id) if vpc_id in vpc_ids:
            return f"Turn on enableDnsHostnames of {vpc_id}: without it private zone {zone} does not answer"
        case Vpc(id=vpc_id):
            return f"Associate private zone {zone} with {vpc_id}"
        case Corporate():
            return (
                f"Create an inbound Resolver endpoint in {' or '.join(vpc_ids)} and forward {zone} to it, "
                "or put the record in a public zone"
            )
        case Internet():
            return f"Ask from inside {' or '.join(vpc_ids)}: private zone {zone} answers nowhere else"


def _hidden_zone(world: World, name: str) -> tuple[str, tuple[VpcId, ...]] | None:
    """The private zone that holds a name, wherever it answers."""
    zones = [zone for zone in world.topology.names.hosted_zones if zone.private]
    holding = [zone for zone in zones if f".{name}".endswith(f".{zone.name}")]
    longest = max(holding, key=lambda zone: len(zone.name), default=None)
    return (longest.name, longest.vpc_ids) if longest is not None else None
