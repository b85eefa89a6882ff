from ipaddress import IPv4Address, IPv4Network

import pytest
from tests.topologies import VPC

from landbridge.model.network import Route, RouteTable
from landbridge.semantics.network.route_table import look_up
from landbridge.trace.codes import ExplanationCode


def route(destination: str, target: str, state: str = "active", propagated: bool = False) -> Route:
    return Route(IPv4Network(destination), target, state, propagated)


LOCAL = route("10.20.0.0/16", "local")


@pytest.mark.parametrize(
    ("routes", "destination", "target"),
    [
        ((LOCAL,), "10.20.1.1", "local"),
        ((LOCAL,), "192.168.0.10", None),
        ((LOCAL, route("0.0.0.0/0", "igw-1")), "192.168.0.10", "igw-1"),
        ((route("0.0.0.0/0", "igw-1"), route("192.168.0.0/16", "vgw-1")), "192.168.0.10", "vgw-1"),
        ((route("192.168.0.0/16", "vgw-1"), route("192.168.0.0/24", "eni-1")), "192.168.0.10", "eni-1"),
        (
            (route("192.168.0.0/16", "vgw-1", propagated=True), route("192.168.0.0/16", "tgw-1")),
            "192.168.0.10",
            "tgw-1",
        ),
        (
            (route("192.168.0.0/16", "tgw-1"), route("192.168.0.0/24", "vgw-1", propagated=True)),
            "192.168.0.10",
            "vgw-1",
        ),
        ((LOCAL, route("10.20.1.0/24", "vgw-1", propagated=True)), "10.20.1.1", "local"),
        ((LOCAL, route("10.20.1.0/24", "eni-1")), "10.20.1.1", "eni-1"),
    ],
)
def test_the_longest_prefix_wins_then_static_over_propagated_and_local_over_propagated(
    routes: tuple[Route, ...], destination: str, target: str | None
) -> None:
    found, decision = look_up(RouteTable("rtb-1", VPC, routes), IPv4Address(destination))
    assert (found.target if found else None) == target
    assert decision.allowed is (target is not None)


def test_no_route_cites_the_route_table() -> None:
    _, decision = look_up(RouteTable("rtb-1", VPC, (LOCAL,)), IPv4Address("192.168.0.10"))
    assert decision.code is ExplanationCode.NO_ROUTE_TO_DESTINATION
    assert decision.cited is not None
    assert decision.cited.id == "rtb-1"
    assert decision.remedy == "Add a route for 192.168.0.10 to route table rtb-1"


def test_a_blackhole_route_takes_packets_and_loses_them() -> None:
    routes = (route("0.0.0.0/0", "igw-1"), route("192.168.0.0/16", "vgw-1", "blackhole"))
    found, decision = look_up(RouteTable("rtb-1", VPC, routes), IPv4Address("192.168.0.10"))
    assert found == routes[1]
    assert decision.code is ExplanationCode.BAD_STATE_ROUTE
    assert decision.cited is not None
    assert decision.cited.id == "rtb-1 192.168.0.0/16"
