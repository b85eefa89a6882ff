from dataclasses import replace
from ipaddress import IPv4Network

import pytest
from tests.semantics.network.hubs import hub
from tests.topologies import (
    ALB_A,
    ALB_B,
    ALB_NAME,
    ENDPOINT_B,
    LAPTOP,
    private_app,
    vpn_connection,
    with_network,
)

from landbridge.model.faults import Faults
from landbridge.model.topology import Topology
from landbridge.semantics.network.faults import broken_tunnels
from landbridge.semantics.network.names import resolve
from landbridge.semantics.network.reachability import reach
from landbridge.semantics.network.source import Corporate, locate
from landbridge.semantics.world import World
from landbridge.trace.codes import ExplanationCode, LocalCode
from landbridge.trace.decision import Step

OFFICE = Corporate(LAPTOP)
BOTH = frozenset({"eu-central-1a", "eu-central-1b"})


def with_zones_down(*zones: str) -> Topology:
    return replace(private_app(), faults=Faults(zones=frozenset(zones)))


@pytest.mark.parametrize(
    ("broken", "up"),
    [
        ((), 2),
        (("vpn-0office/1",), 1),
        (("198.51.100.129",), 1),
        (("vpn-0office/1", "vpn-0office/2"), 0),
        (("vpn-0office",), 0),
        (("vpn",), 0),
        (("direct-connect",), 2),
    ],
)
def test_a_link_is_broken_whole_or_by_tunnel(broken: tuple[str, ...], up: int) -> None:
    assert 2 - len(broken_tunnels(vpn_connection(), Faults(links=frozenset(broken)))) == up


def test_a_vpn_that_was_broken_on_purpose_is_cited_as_such() -> None:
    topology = replace(private_app(), faults=Faults(links=frozenset({"vpn"})))
    last = reach(World(topology), OFFICE, ALB_A, 443).hops[-1].decision
    assert last.code is ExplanationCode.BAD_STATE_VPN
    assert ("tunnel 198.51.100.1", "DOWN (injected fault)") in last.facts
    assert last.remedy == "Take the fault back: landbridge fault link vpn off"


def test_direct_connect_that_was_broken_on_purpose_gives_way_to_the_vpn() -> None:
    for name in ("direct-connect", "dxvif-0transit", "dxa-0hub"):
        topology = replace(hub(), faults=Faults(links=frozenset({name})))
        assert reach(World(topology), OFFICE, ALB_A, 443).hops[0].component.id == "vpn-0office"
    both = replace(hub(), faults=Faults(links=frozenset({"direct-connect", "vpn"})))
    last = reach(World(both), OFFICE, ALB_A, 443).hops[-1].decision
    assert ("fault", "its virtual interfaces are down (injected fault)") in last.facts


def test_a_zone_that_is_down_answers_nothing_and_names_the_fault() -> None:
    world = World(with_zones_down("eu-central-1a"))
    last = reach(world, OFFICE, ALB_A, 443).hops[-1]
    assert (last.step, last.decision.code) == (Step.DESTINATION, LocalCode.INJECTED_FAULT)
    assert ("fault", "Availability Zone eu-central-1a is down (injected fault)") in last.decision.facts
    assert last.decision.remedy.endswith("landbridge fault zone eu-central-1a off")
    assert reach(world, OFFICE, ALB_B, 443).outcome is None


def test_a_node_in_a_zone_that_is_down_reaches_nothing() -> None:
    topology = with_zones_down("eu-central-1a")
    assert reach(World(topology), locate(topology, ALB_A), ENDPOINT_B, 443).outcome is not None
    assert reach(World(topology), locate(topology, ALB_B), ENDPOINT_B, 443).outcome is None


def test_dns_leaves_out_the_node_of_a_zone_that_is_down_unless_all_are() -> None:
    one = resolve(World(with_zones_down("eu-central-1a")), OFFICE, ALB_NAME)
    assert one.addresses == (ALB_B,)
    assert resolve(World(with_zones_down(*BOTH)), OFFICE, ALB_NAME).addresses == (ALB_A, ALB_B)


def test_a_fault_elsewhere_changes_nothing() -> None:
    other = with_network(with_zones_down("eu-central-1c"))
    assert reach(World(other), OFFICE, ALB_A, 443) == reach(World(private_app()), OFFICE, ALB_A, 443)
    assert IPv4Network("10.20.0.0/16")[266] == ALB_A
