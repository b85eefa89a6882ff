from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import pytest
from tests.topologies import ALB_A, CORPORATE, LAPTOP, VPC_CIDR, private_app, route_table, with_network

from landbridge.model.identifiers import VpnGatewayId
from landbridge.model.local_servers import LocalServer
from landbridge.model.network import Route
from landbridge.model.topology import Topology
from landbridge.semantics.network.reachability import Reached, reach
from landbridge.semantics.network.source import Corporate, vantage
from landbridge.semantics.network.to_office import CorporateHost, is_in_office
from landbridge.semantics.world import World
from landbridge.trace.codes import Code, ExplanationCode, LocalCode
from landbridge.trace.decision import Step, TimedOut

HOST = IPv4Address("192.168.3.7")
SERVER = LocalServer(HOST, 8080, "127.0.0.1", 9000)


def from_vpc(topology: Topology) -> Reached:
    return reach(World(topology), vantage(topology, "vpc"), HOST, 8080)


def with_routes(*routes: Route) -> Topology:
    return with_network(private_app(), route_tables=(replace(route_table(), routes=routes),))


def test_a_host_in_the_office_is_reached_by_group_acl_route_and_link() -> None:
    reached = from_vpc(private_app())
    assert (reached.destination, reached.outcome) == (CorporateHost(HOST), None)
    assert [hop.step for hop in reached.hops] == [
        Step.SECURITY_GROUP_EGRESS,
        Step.NETWORK_ACL_OUTBOUND,
        Step.ROUTE,
        Step.LINK,
        Step.NETWORK_ACL_RETURN,
    ]


@pytest.mark.parametrize(
    ("topology", "step", "code"),
    [
        (with_routes(Route(VPC_CIDR, "local")), Step.ROUTE, ExplanationCode.NO_ROUTE_TO_DESTINATION),
        (
            with_routes(Route(VPC_CIDR, "local"), Route(CORPORATE, VpnGatewayId("vgw-0other"))),
            Step.ROUTE,
            LocalCode.NO_RETURN_ROUTE,
        ),
        (
            with_network(private_app(), vpn_connections=()),
            Step.LINK,
            LocalCode.CORPORATE_NETWORK_NOT_LINKED,
        ),
    ],
    ids=["no route", "a route to another gateway", "no link"],
)
def test_without_a_route_and_a_link_packets_to_the_office_are_dropped(
    topology: Topology, step: Step, code: Code
) -> None:
    reached = from_vpc(topology)
    assert reached.outcome == TimedOut()
    assert (reached.hops[-1].step, reached.hops[-1].decision.code) == (step, code)
    assert reached.hops[-1].decision.remedy


def test_the_office_reaches_its_own_hosts_where_a_server_stands_for_them() -> None:
    topology = replace(private_app(), local_servers=(SERVER,))
    assert reach(World(topology), Corporate(LAPTOP), HOST, 8080) == Reached((), CorporateHost(HOST))
    reached = reach(World(private_app()), Corporate(LAPTOP), HOST, 8080)
    assert reached.outcome == TimedOut()
    assert reached.hops[-1].decision.code is LocalCode.NOT_MODELLED


def test_an_address_that_a_vpc_claims_is_not_the_offices() -> None:
    wide = replace(private_app(), corporate_networks=(IPv4Network("10.0.0.0/8"),))
    assert not is_in_office(wide, ALB_A)
    assert is_in_office(wide, IPv4Address("10.30.0.1"))
