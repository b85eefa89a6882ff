"""What DNS and Network Load Balancers make of health checks."""

from landbridge.model.health import KnownHealth
from landbridge.model.identifiers import Arn, NetworkInterfaceId
from landbridge.model.load_balancing import TargetGroup
from landbridge.semantics.journey.arrival import Health
from landbridge.semantics.journey.health_check import Check, health_checks
from landbridge.semantics.journey.target_address import zone_of_target
from landbridge.semantics.load_balancing.cross_zone import crosses_zones
from landbridge.semantics.load_balancing.dns_failover import enough_for_dns
from landbridge.semantics.load_balancing.health import HealthState
from landbridge.semantics.load_balancing.targets import target_key
from landbridge.semantics.network.faults import zone_of
from landbridge.semantics.world import World


def known_health(world: World, health: Health) -> KnownHealth:
    """What is not healthy; a target that no check has decided on speaks against nothing.

    AWS: "Target group health"; "Health checks for Network Load Balancer target groups"
    """
    by_group: dict[tuple[NetworkInterfaceId, Arn], list[Check]] = {}
    for check in world.remember("health checks", lambda: health_checks(world)):
        by_group.setdefault((check.node.id, check.group.arn), []).append(check)
    targets, nodes = set(), set()
    for (node_id, _), checks in by_group.items():
        group = checks[0].group
        if not _enough(world, group, checks, health):
            nodes.add(node_id)
        if group.protocol == "TCP":
            unhealthy = (check for check in checks if _is_unhealthy(check, health))
            targets |= {(node_id, target_key(group, check.target)) for check in unhealthy}
    return KnownHealth(frozenset(nodes), frozenset(targets))


def _enough(world: World, group: TargetGroup, checks: list[Check], health: Health) -> bool:
    """Whether the node has enough healthy targets of the group, of those that it uses."""
    used = [check for check in checks if check.zone_is_enabled and _is_used(world, group, check)]
    healthy = sum(not _is_unhealthy(check, health) for check in used)
    return enough_for_dns(group, healthy, len(used))


def _is_used(world: World, group: TargetGroup, check: Check) -> bool:
    network = world.topology.network
    if crosses_zones(check.load_balancer, group):
        return True
    return zone_of_target(network, group, check.target) in ("", zone_of(network, check.node))


def _is_unhealthy(check: Check, health: Health) -> bool:
    found = health.get(check.node.id, {}).get(target_key(check.group, check.target))
    return found is not None and found.state is HealthState.UNHEALTHY
