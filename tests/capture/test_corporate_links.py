from ipaddress import IPv4Network
from typing import Any

import pytest
from tests.capture.scripted import VPN_GATEWAY, ScriptedAccount, features

from landbridge.capture.corporate_links import read_direct_connect, vpn_connection, vpn_gateway
from landbridge.model.identifiers import VpcId
from landbridge.model.links import DirectConnectAssociation, VpnConnection, VpnGateway, VpnTunnel
from landbridge.model.network import Network


@pytest.mark.parametrize(("state", "vpc"), [("attached", "vpc-1"), ("detaching", None)])
def test_a_virtual_private_gateway_is_in_the_vpc_it_is_attached_to(state: str, vpc: VpcId | None) -> None:
    answer = {"VpnGatewayId": "vgw-1", "VpcAttachments": [{"State": state, "VpcId": "vpc-1"}]}
    assert vpn_gateway(answer) == VpnGateway(VPN_GATEWAY, vpc)


def test_a_vpn_connection_tells_its_static_routes_and_which_tunnels_are_up() -> None:
    answer = {
        "VpnConnectionId": "vpn-1",
        "VpnGatewayId": "vgw-1",
        "CustomerGatewayId": "cgw-1",
        "State": "available",
        "Routes": [
            {"DestinationCidrBlock": "10.8.0.0/16", "State": "available"},
            {"DestinationCidrBlock": "10.9.0.0/16", "State": "deleted"},
        ],
        "VgwTelemetry": [
            {"OutsideIpAddress": "198.51.100.1", "Status": "UP"},
            {"OutsideIpAddress": "198.51.100.2", "Status": "DOWN", "StatusMessage": "IPSEC IS DOWN"},
        ],
    }
    tunnels = (VpnTunnel("198.51.100.1", "UP"), VpnTunnel("198.51.100.2", "DOWN", "IPSEC IS DOWN"))
    assert vpn_connection(answer) == VpnConnection(
        "vpn-1", VPN_GATEWAY, "available", (IPv4Network("10.8.0.0/16"),), tunnels, "cgw-1"
    )


def test_a_vpn_connection_to_a_transit_gateway_has_no_virtual_private_gateway() -> None:
    answer = {"VpnConnectionId": "vpn-1", "TransitGatewayId": "tgw-1", "State": "available"}
    captured = vpn_connection(answer)
    assert (captured.vpn_gateway_id, captured.transit_gateway_id) == (None, "tgw-1")


def interface(identifier: str, bgp_status: str, **members: Any) -> dict[str, Any]:
    return {
        "virtualInterfaceId": identifier,
        "virtualInterfaceType": "private",
        "virtualInterfaceState": "available",
        "bgpPeers": [{"bgpPeerState": "available", "bgpStatus": bgp_status}],
        **members,
    }


def test_a_direct_connect_gateway_leads_to_its_associated_gateways_over_sessions_that_are_up() -> None:
    association = {
        "associationId": "assoc-1",
        "directConnectGatewayId": "dxgw-1",
        "associatedGateway": {"id": "vgw-1", "type": "virtualPrivateGateway"},
        "associationState": "associated",
        "allowedPrefixesToDirectConnectGateway": [{"cidr": "10.20.0.0/16"}],
    }
    gone = {**association, "associationId": "assoc-2", "associationState": "disassociated"}
    transit = {
        **association,
        "associationId": "assoc-3",
        "associatedGateway": {"id": "tgw-1", "type": "transitGateway"},
    }
    reader = ScriptedAccount(
        {
            "directconnect.describe_virtual_interfaces": {
                "virtualInterfaces": [
                    interface("dxvif-1", "up", directConnectGatewayId="dxgw-1"),
                    interface("dxvif-2", "down", directConnectGatewayId="dxgw-1"),
                    interface("dxvif-3", "up", directConnectGatewayId="dxgw-2"),
                    interface(
                        "dxvif-5", "up", directConnectGatewayId="dxgw-1", virtualInterfaceType="transit"
                    ),
                    interface(
                        "dxvif-4", "up", directConnectGatewayId="dxgw-1", virtualInterfaceType="public"
                    ),
                ]
            },
            "directconnect.describe_direct_connect_gateways": {
                "directConnectGateways": [{"directConnectGatewayId": "dxgw-1"}]
            },
            "directconnect.describe_direct_connect_gateway_associations": {
                "directConnectGatewayAssociations": [association, gone, transit]
            },
        }
    ).reader()
    assert read_direct_connect(reader, Network()).direct_connect_associations == (
        DirectConnectAssociation(
            "assoc-1", "dxgw-1", VPN_GATEWAY, "associated", (IPv4Network("10.20.0.0/16"),), ("dxvif-1",)
        ),
        DirectConnectAssociation(
            "assoc-3", "dxgw-1", None, "associated", (IPv4Network("10.20.0.0/16"),), ("dxvif-5",), "tgw-1"
        ),
    )
    assert features(reader) == [("dxvif-4", "public virtual interfaces")]


@pytest.mark.parametrize(("status", "up"), [("up", ("dxvif-1",)), ("down", ())])
def test_a_virtual_interface_may_lead_to_a_virtual_private_gateway_itself(
    status: str, up: tuple[str]
) -> None:
    answer = {"virtualInterfaces": [interface("dxvif-1", status, virtualGatewayId="vgw-1")]}
    reader = ScriptedAccount({"directconnect.describe_virtual_interfaces": answer}).reader()
    assert read_direct_connect(reader, Network()).direct_connect_associations == (
        DirectConnectAssociation("dxvif-1", "", VPN_GATEWAY, "associated", virtual_interface_ids=up),
    )
