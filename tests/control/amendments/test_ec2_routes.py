from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import CORPORATE, two_subnets

from landbridge.control.aws_api import AwsApi


def _attached_gateway(api: AwsApi, vpc_id: str) -> str:
    ec2 = api.client("ec2")
    gateway_id: str = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpcId=vpc_id, VpnGatewayId=gateway_id)
    return gateway_id


def _vpn(api: AwsApi, gateway_id: str, static: bool = True) -> str:
    ec2 = api.client("ec2")
    customer = ec2.create_customer_gateway(Type="ipsec.1", IpAddress="203.0.113.10", BgpAsn=65000)
    answer = ec2.create_vpn_connection(
        Type="ipsec.1",
        CustomerGatewayId=customer["CustomerGateway"]["CustomerGatewayId"],
        VpnGatewayId=gateway_id,
        Options={"StaticRoutesOnly": static},
    )
    return str(answer["VpnConnection"]["VpnConnectionId"])


def _table(api: AwsApi, table_id: str) -> dict[str, Any]:
    (table,) = api.client("ec2").describe_route_tables(RouteTableIds=[table_id])["RouteTables"]
    return dict(table)


def _propagated(api: AwsApi, table_id: str) -> list[tuple[str, str]]:
    return [
        (route["DestinationCidrBlock"], route["GatewayId"])
        for route in _table(api, table_id)["Routes"]
        if route["Origin"] == "EnableVgwRoutePropagation"
    ]


def _propagating_table(api: AwsApi) -> tuple[str, str]:
    vpc_id = two_subnets(api).vpc_id
    gateway_id = _attached_gateway(api, vpc_id)
    table_id: str = api.client("ec2").create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"]
    api.client("ec2").enable_vgw_route_propagation(GatewayId=gateway_id, RouteTableId=table_id)
    return gateway_id, table_id


def test_static_routes_of_a_vpn_connection_are_propagated(api: AwsApi) -> None:
    gateway_id, table_id = _propagating_table(api)
    vpn = _vpn(api, gateway_id)
    ec2 = api.client("ec2")
    assert _propagated(api, table_id) == []
    ec2.create_vpn_connection_route(VpnConnectionId=vpn, DestinationCidrBlock=CORPORATE)
    assert _propagated(api, table_id) == [(CORPORATE, gateway_id)]
    assert _table(api, table_id)["PropagatingVgws"] == [{"GatewayId": gateway_id}]
    ec2.delete_vpn_connection_route(VpnConnectionId=vpn, DestinationCidrBlock=CORPORATE)
    assert _propagated(api, table_id) == []


def test_a_deleted_vpn_connection_propagates_nothing(api: AwsApi) -> None:
    gateway_id, table_id = _propagating_table(api)
    vpn = _vpn(api, gateway_id)
    api.client("ec2").create_vpn_connection_route(VpnConnectionId=vpn, DestinationCidrBlock=CORPORATE)
    api.client("ec2").delete_vpn_connection(VpnConnectionId=vpn)
    assert _propagated(api, table_id) == []


def test_what_the_corporate_router_announces_over_direct_connect_is_propagated(api: AwsApi) -> None:
    gateway_id, table_id = _propagating_table(api)
    direct_connect = api.client("directconnect")
    connection = direct_connect.create_connection(
        location="EqFA5", bandwidth="1Gbps", connectionName="office"
    )
    gateway = direct_connect.create_direct_connect_gateway(directConnectGatewayName="office")
    direct_connect_gateway_id = gateway["directConnectGateway"]["directConnectGatewayId"]
    interface = direct_connect.create_private_virtual_interface(
        connectionId=connection["connectionId"],
        newPrivateVirtualInterface={
            "virtualInterfaceName": "office",
            "vlan": 101,
            "asn": 65000,
            "directConnectGatewayId": direct_connect_gateway_id,
        },
    )
    api.announce(interface["virtualInterfaceId"], [CORPORATE, "192.168.0.0/16"])
    assert _propagated(api, table_id) == []
    direct_connect.create_direct_connect_gateway_association(
        directConnectGatewayId=direct_connect_gateway_id, gatewayId=gateway_id
    )
    assert _propagated(api, table_id) == [(CORPORATE, gateway_id), ("192.168.0.0/16", gateway_id)]
    api.announce(interface["virtualInterfaceId"], [])
    assert _propagated(api, table_id) == []


def test_a_vpn_connection_with_dynamic_routing_propagates_what_is_announced(api: AwsApi) -> None:
    gateway_id, table_id = _propagating_table(api)
    api.announce(_vpn(api, gateway_id, static=False), [CORPORATE])
    assert _propagated(api, table_id) == [(CORPORATE, gateway_id)]


def test_a_static_route_wins_over_a_propagated_one(api: AwsApi) -> None:
    gateway_id, table_id = _propagating_table(api)
    vpn = _vpn(api, gateway_id)
    ec2 = api.client("ec2")
    ec2.create_route(RouteTableId=table_id, DestinationCidrBlock=CORPORATE, GatewayId=gateway_id)
    ec2.create_vpn_connection_route(VpnConnectionId=vpn, DestinationCidrBlock=CORPORATE)
    assert _propagated(api, table_id) == []


def test_disabling_propagation_takes_the_routes_away(api: AwsApi) -> None:
    gateway_id, table_id = _propagating_table(api)
    vpn = _vpn(api, gateway_id)
    ec2 = api.client("ec2")
    ec2.create_vpn_connection_route(VpnConnectionId=vpn, DestinationCidrBlock=CORPORATE)
    ec2.disable_vgw_route_propagation(GatewayId=gateway_id, RouteTableId=table_id)
    assert _propagated(api, table_id) == []
    assert _table(api, table_id)["PropagatingVgws"] == []


def test_a_gateway_that_is_not_attached_cannot_propagate(api: AwsApi) -> None:
    ec2 = api.client("ec2")
    gateway_id = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    table_id = ec2.create_route_table(VpcId=two_subnets(api).vpc_id)["RouteTable"]["RouteTableId"]
    with pytest.raises(ClientError, match=r"Gateway\.NotAttached"):
        ec2.enable_vgw_route_propagation(GatewayId=gateway_id, RouteTableId=table_id)


def test_a_route_to_a_detached_gateway_is_a_blackhole(api: AwsApi) -> None:
    gateway_id, table_id = _propagating_table(api)
    ec2 = api.client("ec2")
    ec2.create_route(RouteTableId=table_id, DestinationCidrBlock=CORPORATE, GatewayId=gateway_id)
    states = {route["DestinationCidrBlock"]: route["State"] for route in _table(api, table_id)["Routes"]}
    assert set(states.values()) == {"active"}
    ec2.detach_vpn_gateway(VpcId=_table(api, table_id)["VpcId"], VpnGatewayId=gateway_id)
    states = {route["DestinationCidrBlock"]: route["State"] for route in _table(api, table_id)["Routes"]}
    assert states[CORPORATE] == "blackhole"


def test_moto_still_lacks_route_propagation() -> None:
    from moto.ec2.responses.route_tables import RouteTables

    from landbridge.control.amendments.amend import replaces

    assert not replaces(RouteTables, "enable_vgw_route_propagation")
