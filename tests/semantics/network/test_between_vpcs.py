from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from tests.semantics.network.hubs import (
    GATEWAY,
    OTHER_CIDR,
    OTHER_GROUP,
    OTHER_SUBNET,
    OTHER_VPC,
    PEERING,
    SERVER,
    TO_APP,
    TO_DIRECT,
    TO_OFFICE,
    TO_OTHER,
    attachments,
    hub,
    peered,
    with_acl,
)
from tests.topologies import (
    ALB_A,
    ALB_B,
    CORPORATE,
    LAPTOP,
    SUBNET_A,
    TUNNELS,
    VPC_CIDR,
    open_network_acl,
    with_network,
)

from landbridge.model.links import TransitGateway, TransitGatewayRoute, VpnTunnel
from landbridge.model.network import NetworkAclEntry, Route, SecurityGroupRule
from landbridge.model.topology import Topology
from landbridge.semantics.network.reachability import Reached, reach
from landbridge.semantics.network.source import Corporate, vantage
from landbridge.semantics.world import World
from landbridge.trace.codes import Code, ExplanationCode, LocalCode
from landbridge.trace.decision import Step

OFFICE = Corporate(LAPTOP)
Change = Callable[[], Topology]


def from_other(topology: Topology, destination: IPv4Address = ALB_A) -> Reached:
    return reach(World(topology), vantage(topology, str(OTHER_SUBNET)), destination, 443)


def from_office(topology: Topology, destination: IPv4Address = ALB_A) -> Reached:
    return reach(World(topology), OFFICE, destination, 443)


def stop(reached: Reached) -> tuple[Step, Code | None]:
    assert reached.outcome is not None
    last = reached.hops[-1].decision
    assert not last.allowed
    assert last.remedy
    return reached.hops[-1].step, last.code


def attached(attachment_id: str, **changes: Any) -> dict[str, Any]:
    changed = tuple(replace(each, **changes) if each.id == attachment_id else each for each in attachments())
    return {"transit_gateway_attachments": changed}


def without_route(destination: IPv4Network) -> dict[str, Any]:
    (table,) = hub().network.transit_gateway_route_tables
    kept = tuple(route for route in table.routes if route.destination != destination)
    return {"transit_gateway_route_tables": (replace(table, routes=kept),)}


def down(topology: Topology) -> Topology:
    (connection,) = topology.network.vpn_connections
    tunnels = tuple(VpnTunnel(each.outside_address, "DOWN") for each in TUNNELS)
    return with_network(topology, vpn_connections=(replace(connection, tunnels=tunnels),))


def test_a_transit_gateway_carries_packets_from_one_vpc_into_another_and_back() -> None:
    reached = from_other(hub())
    assert reached.outcome is None
    assert [(hop.step, hop.component.id) for hop in reached.hops] == [
        (Step.SECURITY_GROUP_EGRESS, "an instance at 10.30.1.254"),
        (Step.NETWORK_ACL_OUTBOUND, "acl-0other"),
        (Step.ROUTE, "rtb-0other"),
        (Step.ROUTE, TO_OTHER),
        (Step.NETWORK_ACL_INBOUND, "acl-0other"),
        (Step.TRANSIT_GATEWAY, "tgw-rtb-0hub"),
        (Step.NETWORK_ACL_INBOUND, "acl-0default"),
        (Step.SECURITY_GROUP_INGRESS, "eni-0alba"),
        (Step.RETURN_ROUTE, "rtb-0main"),
        (Step.NETWORK_ACL_RETURN, "acl-0default"),
        (Step.RETURN_ROUTE, TO_APP),
        (Step.NETWORK_ACL_RETURN, "acl-0default"),
        (Step.TRANSIT_GATEWAY, "tgw-rtb-0hub"),
        (Step.NETWORK_ACL_RETURN, "acl-0other"),
    ]


@pytest.mark.parametrize(
    ("change", "step", "code"),
    [
        (
            lambda: hub(**without_route(VPC_CIDR)),
            Step.TRANSIT_GATEWAY,
            ExplanationCode.NO_ROUTE_TO_DESTINATION,
        ),
        (
            lambda: hub(TransitGatewayRoute(IPv4Network("10.20.1.0/24"), (), "blackhole")),
            Step.TRANSIT_GATEWAY,
            ExplanationCode.TGW_RTB_BAD_STATE_ROUTE,
        ),
        (
            lambda: hub(**attached(TO_OTHER, route_table_id="")),
            Step.TRANSIT_GATEWAY,
            ExplanationCode.TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION,
        ),
        (
            lambda: hub(**attached(TO_OTHER, subnet_ids=())),
            Step.ROUTE,
            ExplanationCode.TGW_ROUTE_AZ_RESTRICTION,
        ),
        (
            lambda: hub(**attached(TO_OTHER, state="pendingAcceptance")),
            Step.ROUTE,
            ExplanationCode.BAD_STATE_ATTACHMENT,
        ),
        (
            lambda: hub(**attached(TO_APP, state="modifying")),
            Step.TRANSIT_GATEWAY,
            ExplanationCode.BAD_STATE_ATTACHMENT,
        ),
        (
            lambda: hub(**without_route(OTHER_CIDR)),
            Step.TRANSIT_GATEWAY,
            ExplanationCode.NO_ROUTE_TO_DESTINATION,
        ),
        (
            lambda: hub(TransitGatewayRoute(OTHER_CIDR, (TO_OFFICE,))),
            Step.TRANSIT_GATEWAY,
            ExplanationCode.TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT,
        ),
        (
            lambda: hub(TransitGatewayRoute(VPC_CIDR, (TO_OFFICE,))),
            Step.TRANSIT_GATEWAY,
            LocalCode.NOT_MODELLED,
        ),
        (
            lambda: hub(transit_gateway_attachments=attachments()[:1]),
            Step.TRANSIT_GATEWAY,
            ExplanationCode.UNASSOCIATED_COMPONENT,
        ),
    ],
)
def test_a_transit_gateway_drops_what_its_tables_do_not_carry_both_ways(
    change: Change, step: Step, code: Code
) -> None:
    assert stop(from_other(change())) == (step, code)


def test_answers_need_a_subnet_of_the_attachment_in_their_own_zone() -> None:
    topology = hub(**attached(TO_APP, subnet_ids=(SUBNET_A,)))
    assert from_other(topology, ALB_A).outcome is None
    reached = from_other(topology, ALB_B)
    assert stop(reached) == (Step.RETURN_ROUTE, ExplanationCode.TGW_ROUTE_AZ_RESTRICTION)
    assert "eu-central-1b" in reached.hops[-1].decision.remedy


def test_answers_need_a_route_to_the_transit_gateway() -> None:
    tables = tuple(
        replace(table, routes=table.routes[:1]) if table.id == "rtb-0main" else table
        for table in hub().network.route_tables
    )
    assert stop(from_other(hub(route_tables=tables))) == (Step.RETURN_ROUTE, LocalCode.NO_RETURN_ROUTE)


def test_the_attachment_subnets_network_acl_is_met_from_the_transit_gateway_into_another_subnet() -> None:
    denied = NetworkAclEntry(50, True, False, "6", VPC_CIDR)
    acl = replace(open_network_acl(), id="acl-0a", subnet_ids=(SUBNET_A,))
    closed = replace(acl, entries=(denied, *acl.entries))
    topology = with_acl(hub(**attached(TO_APP, subnet_ids=(SUBNET_A,))), closed)
    assert stop(from_other(topology, ALB_B)) == (
        Step.NETWORK_ACL_OUTBOUND,
        ExplanationCode.SUBNET_ACL_RESTRICTION,
    )
    assert from_other(topology, ALB_A).outcome is None, "not in the attachment's own subnet"


@pytest.mark.parametrize(
    ("gateway", "there", "passes"), [(True, True, True), (False, True, False), (True, False, False)]
)
def test_security_groups_are_seen_across_a_transit_gateway_where_all_have_it_enabled(
    gateway: bool, there: bool, passes: bool
) -> None:
    referenced = SecurityGroupRule("sgr-0r", False, "tcp", 443, 443, referenced_group_id=OTHER_GROUP)
    topology = hub(
        transit_gateways=(TransitGateway(GATEWAY, security_group_referencing=gateway),),
        **attached(TO_APP, security_group_referencing=there),
    )
    groups = tuple(
        replace(group, rules=(referenced, group.rules[1])) if group.name == "orders-alb" else group
        for group in topology.network.security_groups
    )
    assert (from_other(with_network(topology, security_groups=groups)).outcome is None) is passes


def test_the_office_comes_in_over_direct_connect_and_a_transit_gateway() -> None:
    reached = from_office(hub())
    assert reached.outcome is None
    assert [(hop.step, hop.component.id) for hop in reached.hops][:2] == [
        (Step.LINK, "dxa-0hub"),
        (Step.TRANSIT_GATEWAY, "tgw-rtb-0hub"),
    ]


def test_a_vpn_on_the_transit_gateway_stands_in_for_direct_connect_there_and_back() -> None:
    (association,) = hub().network.direct_connect_associations
    broken = hub(direct_connect_associations=(replace(association, virtual_interface_ids=()),))
    reached = from_office(broken)
    assert reached.outcome is None
    assert reached.hops[0].component.id == "vpn-0office"
    assert stop(from_office(down(broken)))[0] is Step.LINK


def test_direct_connect_to_a_transit_gateway_announces_its_allowed_prefixes_only() -> None:
    (association,) = hub().network.direct_connect_associations
    elsewhere = replace(association, allowed_prefixes=(OTHER_CIDR,))
    reached = from_office(down(hub(direct_connect_associations=(elsewhere,))))
    assert stop(reached) == (Step.LINK, ExplanationCode.NO_ROUTE_TO_DESTINATION)


def test_the_transit_gateway_needs_a_route_back_to_the_office() -> None:
    assert stop(from_office(hub(**without_route(CORPORATE)))) == (
        Step.TRANSIT_GATEWAY,
        ExplanationCode.NO_ROUTE_TO_DESTINATION,
    )
    static = TransitGatewayRoute(CORPORATE, (TO_OTHER,))
    assert stop(from_office(hub(static)))[1] is ExplanationCode.TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT


def test_a_static_route_back_over_a_vpn_that_is_down_does_not_move_to_direct_connect() -> None:
    reached = from_office(down(hub(TransitGatewayRoute(CORPORATE, (TO_OFFICE,)))))
    assert stop(reached) == (Step.TRANSIT_GATEWAY, ExplanationCode.BAD_STATE_VPN)


def test_a_peering_connection_carries_packets_between_its_two_vpcs() -> None:
    reached = from_other(peered())
    assert reached.outcome is None
    assert (Step.PEERING, PEERING) in [(hop.step, hop.component.id) for hop in reached.hops]


@pytest.mark.parametrize(
    ("topology", "destination", "step", "code"),
    [
        (peered("pending-acceptance"), ALB_A, Step.PEERING, ExplanationCode.BAD_STATE),
        (peered(), LAPTOP, Step.LINK, ExplanationCode.NO_PATH),
        (
            peered(),
            IPv4Address("203.0.113.7"),
            Step.PEERING,
            ExplanationCode.PCX_REQUIRES_ADDRESS_IN_VPC_CIDR,
        ),
        (peered(), IPv4Address("10.20.1.99"), Step.DESTINATION, LocalCode.ADDRESS_NOT_IN_USE),
        (peered(peering_connections=()), ALB_A, Step.PEERING, LocalCode.NOT_MODELLED),
    ],
)
def test_a_peering_connection_leads_into_the_other_vpc_and_nowhere_beyond_it(
    topology: Topology, destination: IPv4Address, step: Step, code: Code
) -> None:
    assert stop(from_other(topology, destination)) == (step, code)


def test_peering_needs_a_route_on_both_sides() -> None:
    tables = tuple(
        replace(table, routes=(Route(VPC_CIDR, "local"),)) if table.id == "rtb-0main" else table
        for table in peered().network.route_tables
    )
    assert stop(from_other(peered(route_tables=tables))) == (Step.RETURN_ROUTE, LocalCode.NO_RETURN_ROUTE)


def test_security_groups_are_seen_across_a_peering_connection() -> None:
    referenced = SecurityGroupRule("sgr-0r", False, "tcp", 443, 443, referenced_group_id=OTHER_GROUP)
    groups = tuple(
        replace(group, rules=(referenced, group.rules[1])) if group.name == "orders-alb" else group
        for group in peered().network.security_groups
    )
    assert from_other(peered(security_groups=groups)).outcome is None


def test_the_office_does_not_get_through_one_vpc_into_its_peer() -> None:
    reached = from_office(peered(), SERVER)
    assert stop(reached) == (Step.LINK, ExplanationCode.NO_PATH)
    assert reached.hops[-1].decision.cited is not None
    assert reached.hops[-1].decision.cited.id == PEERING
    assert OTHER_VPC in reached.hops[-1].decision.remedy


def test_the_office_reaches_both_vpcs_over_a_transit_gateway() -> None:
    (association,) = hub().network.direct_connect_associations
    both = replace(association, allowed_prefixes=(VPC_CIDR, OTHER_CIDR))
    reached = from_office(hub(direct_connect_associations=(both,)), SERVER)
    assert reached.hops[1].decision.allowed
    assert stop(reached)[0] is Step.SECURITY_GROUP_INGRESS, "the server's group admits the app's VPC only"


def test_of_several_attachments_direct_connect_is_named_first() -> None:
    shared = TransitGatewayRoute(CORPORATE, (TO_OFFICE, TO_DIRECT))
    assert from_office(hub(shared)).hops[0].component.id == "dxa-0hub"
