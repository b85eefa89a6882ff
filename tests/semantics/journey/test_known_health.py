"""What DNS and Network Load Balancers make of what health checks found."""

from collections.abc import Mapping

import pytest
from tests.semantics.journey.network_load_balancers import (
    ENDPOINTS,
    NLB_GROUP_ARN,
    NODE_A,
    NODE_B,
    fronted,
    network_load_balancer,
    network_target_group,
)
from tests.topologies import ENDPOINT_A, ENDPOINT_B, TARGET_GROUP_ARN, private_app

from landbridge.model.health import KnownHealth
from landbridge.model.identifiers import NetworkInterfaceId
from landbridge.model.load_balancing import TargetKey
from landbridge.semantics.journey.known_health import known_health
from landbridge.semantics.load_balancing.health import HealthState, TargetHealth
from landbridge.semantics.world import World

ALB_NODE_A, ALB_NODE_B = NetworkInterfaceId("eni-0alba"), NetworkInterfaceId("eni-0albb")
KEY_A: TargetKey = (TARGET_GROUP_ARN, str(ENDPOINT_A), 443)
KEY_B: TargetKey = (TARGET_GROUP_ARN, str(ENDPOINT_B), 443)
FRONT_A: TargetKey = (NLB_GROUP_ARN, str(ENDPOINT_A), 443)
FRONT_B: TargetKey = (NLB_GROUP_ARN, str(ENDPOINT_B), 443)
UNHEALTHY, INITIAL = TargetHealth(HealthState.UNHEALTHY), TargetHealth(HealthState.INITIAL)
Found = Mapping[NetworkInterfaceId, Mapping[TargetKey, TargetHealth]]


@pytest.mark.parametrize(
    ("health", "nodes"),
    [
        ({}, ()),
        ({ALB_NODE_A: {KEY_A: UNHEALTHY}}, ()),
        ({ALB_NODE_A: {KEY_A: UNHEALTHY, KEY_B: INITIAL}}, ()),
        ({ALB_NODE_A: {KEY_A: UNHEALTHY, KEY_B: UNHEALTHY}}, (ALB_NODE_A,)),
        ({each: {KEY_A: UNHEALTHY, KEY_B: UNHEALTHY} for each in (ALB_NODE_A, ALB_NODE_B)},
         (ALB_NODE_A, ALB_NODE_B)),
    ],
)  # fmt: skip
def test_a_node_leaves_dns_when_it_finds_no_target_of_a_group_healthy(
    health: Found, nodes: tuple[NetworkInterfaceId, ...]
) -> None:
    assert known_health(World(private_app()), health) == KnownHealth(frozenset(nodes))


@pytest.mark.parametrize(("crossing", "nodes"), [("false", {NODE_A}), ("true", set[NetworkInterfaceId]())])
def test_the_targets_of_its_own_zone_count_where_a_node_does_not_cross_zones(
    crossing: str, nodes: set[NetworkInterfaceId]
) -> None:
    attributes = (("load_balancing.cross_zone.enabled", crossing),)
    app = fronted(network_target_group("ip", ENDPOINTS), network_load_balancer(attributes=attributes))
    found = known_health(World(app), {NODE_A: {FRONT_A: UNHEALTHY}, NODE_B: {FRONT_A: UNHEALTHY}})
    assert found.unhealthy_nodes == nodes
    assert found.unhealthy_targets == {(NODE_A, FRONT_A), (NODE_B, FRONT_A)}


def test_the_targets_own_group_decides_before_its_load_balancer() -> None:
    own = (("load_balancing.cross_zone.enabled", "true"),)
    app = fronted(network_target_group("ip", ENDPOINTS[:1], own))
    assert known_health(World(app), {}) == KnownHealth()
    app = fronted(network_target_group("ip", ENDPOINTS[:1]))
    assert known_health(World(app), {}).unhealthy_nodes == {NODE_B}
