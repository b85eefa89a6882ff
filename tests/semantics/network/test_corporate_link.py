from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from tests.topologies import (
    ALB_A,
    LAPTOP,
    TUNNELS,
    VPC,
    VPC_CIDR,
    VPN_GATEWAY,
    private_app,
    vpn_connection,
    with_network,
)

from landbridge.model.exchange import Flow
from landbridge.model.identifiers import VpcId, VpnGatewayId
from landbridge.model.links import DirectConnectAssociation, VpnGateway, VpnTunnel
from landbridge.model.network import Vpc
from landbridge.model.topology import Topology
from landbridge.semantics.network.corporate_link import Link, find_link
from landbridge.trace.codes import Code, ExplanationCode, LocalCode
from landbridge.trace.decision import Step

DOWN = VpnTunnel("198.51.100.1", "DOWN", "IPSEC IS DOWN")
FLOW = Flow(LAPTOP, ALB_A, 443)
WORKING = Link(VPC, VPN_GATEWAY)


def association(**changes: Any) -> DirectConnectAssociation:
    made = DirectConnectAssociation(
        "dxa-0office", "dxgw-0office", VPN_GATEWAY, "associated", (VPC_CIDR,), ("dxvif-0office",)
    )
    return replace(made, **changes)


def over_direct_connect(**changes: Any) -> Topology:
    return with_network(
        private_app(), vpn_connections=(), direct_connect_associations=(association(**changes),)
    )


def over_vpn(**changes: Any) -> Topology:
    return with_network(private_app(), vpn_connections=(replace(vpn_connection(), **changes),))


def test_a_vpn_connection_on_the_attached_gateway_carries_the_flow() -> None:
    link, (hop,) = find_link(private_app(), FLOW)
    assert link == WORKING
    assert (hop.step, hop.component.id) == (Step.LINK, "vpn-0office")


@pytest.mark.parametrize(
    ("changes", "code", "remedy"),
    [
        ({"state": "pending"}, ExplanationCode.BAD_STATE_VPN, "available"),
        ({"tunnels": (DOWN, DOWN)}, ExplanationCode.BAD_STATE_VPN, "Bring up a tunnel"),
        (
            {"static_routes": (IPv4Network("192.168.1.0/24"),)},
            LocalCode.NO_RETURN_ROUTE,
            "static route to a block that holds 192.168.0.10",
        ),
    ],
)
def test_a_vpn_connection_must_be_up_and_know_the_way_back(
    changes: dict[str, Any], code: Code, remedy: str
) -> None:
    link, (hop,) = find_link(over_vpn(**changes), FLOW)
    assert link is None
    assert hop.decision.code is code
    assert remedy in hop.decision.remedy


def test_one_tunnel_is_enough() -> None:
    assert find_link(over_vpn(tunnels=(DOWN, TUNNELS[1])), FLOW)[0] == WORKING


def test_a_vpn_connection_without_static_routes_learns_what_the_office_announces() -> None:
    assert find_link(over_vpn(static_routes=()), FLOW)[0] == WORKING
    elsewhere = Flow(IPv4Address("172.16.0.1"), ALB_A, 443)
    assert find_link(over_vpn(static_routes=()), elsewhere)[0] is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": "associating"}, ExplanationCode.BAD_STATE),
        ({"virtual_interface_ids": ()}, ExplanationCode.BAD_STATE),
        ({"allowed_prefixes": (IPv4Network("10.20.2.0/24"),)}, ExplanationCode.NO_ROUTE_TO_DESTINATION),
    ],
)
def test_a_direct_connect_association_must_be_up_and_announce_the_destination(
    changes: dict[str, Any], code: Code
) -> None:
    link, (hop,) = find_link(over_direct_connect(**changes), FLOW)
    assert link is None
    assert hop.decision.code is code
    assert hop.decision.remedy


def test_an_association_without_allowed_prefixes_announces_the_vpc() -> None:
    assert find_link(over_direct_connect(), FLOW)[0] == WORKING
    assert find_link(over_direct_connect(allowed_prefixes=()), FLOW)[0] == WORKING


def test_direct_connect_carries_only_what_the_office_announces() -> None:
    _, (hop,) = find_link(over_direct_connect(), Flow(IPv4Address("172.16.0.1"), ALB_A, 443))
    assert hop.decision.code is LocalCode.NO_RETURN_ROUTE


def test_direct_connect_is_preferred_and_a_vpn_stands_in_for_it() -> None:
    both = with_network(private_app(), direct_connect_associations=(association(),))
    assert find_link(both, FLOW)[1][0].component.id == "dxa-0office"
    broken = with_network(private_app(), direct_connect_associations=(association(state="disassociated"),))
    assert find_link(broken, FLOW)[1][0].component.id == "vpn-0office"


@pytest.mark.parametrize(
    "changes",
    [
        {"vpn_connections": ()},
        {"vpn_gateways": ()},
        {"vpn_gateways": (VpnGateway(VPN_GATEWAY, None),)},
        {"vpn_gateways": (VpnGateway(VPN_GATEWAY, VpcId("vpc-0other")),)},
    ],
)
def test_a_vpc_without_a_gateway_or_a_link_on_it_is_not_linked(changes: dict[str, Any]) -> None:
    link, (hop,) = find_link(with_network(private_app(), **changes), FLOW)
    assert link is None
    assert hop.decision.code is LocalCode.CORPORATE_NETWORK_NOT_LINKED
    assert hop.decision.remedy.endswith("to vpc-0app")


def test_of_overlapping_vpcs_the_one_that_the_link_leads_to_is_meant() -> None:
    twin = VpcId("vpc-0twin")
    vpcs = (Vpc(twin, (VPC_CIDR,)), *private_app().network.vpcs)
    assert find_link(with_network(private_app(), vpcs=vpcs), FLOW)[0] == WORKING
    gateway = VpnGatewayId("vgw-0twin")
    moved = with_network(
        over_vpn(vpn_gateway_id=gateway),
        vpcs=vpcs,
        vpn_gateways=(VpnGateway(gateway, twin), VpnGateway(VPN_GATEWAY, VPC)),
    )
    assert find_link(moved, FLOW)[0] == Link(twin, gateway)


def test_of_overlapping_linked_vpcs_the_one_with_an_interface_at_the_address_is_meant() -> None:
    twin, gateway = VpcId("vpc-0twin"), VpnGatewayId("vgw-0twin")
    topology = with_network(
        private_app(),
        vpcs=(Vpc(twin, (VPC_CIDR,)), *private_app().network.vpcs),
        vpn_gateways=(VpnGateway(gateway, twin), VpnGateway(VPN_GATEWAY, VPC)),
        vpn_connections=(
            replace(vpn_connection(), id="vpn-0twin", vpn_gateway_id=gateway),
            vpn_connection(),
        ),
    )
    assert find_link(topology, FLOW)[0] == WORKING
    assert find_link(topology, Flow(LAPTOP, IPv4Address("10.20.1.99"), 443))[0] == Link(twin, gateway)
