from typing import Any
from xml.etree import ElementTree

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import CORPORATE

from landbridge.control.aws_api import AwsApi


def _connection(api: AwsApi, **options: Any) -> dict[str, Any]:
    ec2 = api.client("ec2")
    customer = ec2.create_customer_gateway(Type="ipsec.1", IpAddress="203.0.113.10", BgpAsn=65000)
    answer: dict[str, Any] = ec2.create_vpn_connection(
        Type="ipsec.1",
        CustomerGatewayId=customer["CustomerGateway"]["CustomerGatewayId"],
        VpnGatewayId=ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"],
        Options=options,
    )["VpnConnection"]
    return answer


def _again(api: AwsApi, connection: dict[str, Any], **asked: Any) -> dict[str, Any]:
    asked = asked or {"VpnConnectionIds": [connection["VpnConnectionId"]]}
    (found,) = api.client("ec2").describe_vpn_connections(**asked)["VpnConnections"]
    return dict(found)


def test_the_options_of_a_connection_are_kept(api: AwsApi) -> None:
    connection = _connection(
        api,
        StaticRoutesOnly=True,
        LocalIpv4NetworkCidr=CORPORATE,
        TunnelOptions=[
            {
                "TunnelInsideCidr": "169.254.44.4/30",
                "PreSharedKey": "abcdefgh12345678",
                "StartupAction": "start",
            },
            {"IKEVersions": [{"Value": "ikev2"}]},
        ],
    )
    options = _again(api, connection)["Options"]
    assert options["StaticRoutesOnly"] is True
    assert options["LocalIpv4NetworkCidr"] == CORPORATE
    first, second = options["TunnelOptions"]
    assert (first["TunnelInsideCidr"], first["PreSharedKey"]) == ("169.254.44.4/30", "abcdefgh12345678")
    assert first["StartupAction"] == "start"
    assert second["IkeVersions"] == [{"Value": "ikev2"}]
    assert first["OutsideIpAddress"] != second["OutsideIpAddress"]


def test_a_connection_has_two_tunnels_that_are_up(api: AwsApi) -> None:
    telemetry = _again(api, _connection(api, StaticRoutesOnly=True))["VgwTelemetry"]
    assert [tunnel["Status"] for tunnel in telemetry] == ["UP", "UP"]


def test_static_routes_are_told_and_counted(api: AwsApi) -> None:
    connection = _connection(api, StaticRoutesOnly=True)
    ec2 = api.client("ec2")
    ec2.create_vpn_connection_route(
        VpnConnectionId=connection["VpnConnectionId"], DestinationCidrBlock=CORPORATE
    )
    found = _again(api, connection, Filters=[{"Name": "route.destination-cidr-block", "Values": [CORPORATE]}])
    assert found["Routes"] == [{"DestinationCidrBlock": CORPORATE, "Source": "Static", "State": "available"}]
    assert found["VgwTelemetry"][0]["AcceptedRouteCount"] == 1


def test_a_route_that_does_not_exist_cannot_be_deleted(api: AwsApi) -> None:
    connection = _connection(api, StaticRoutesOnly=True)
    with pytest.raises(ClientError, match=r"InvalidRoute\.NotFound"):
        api.client("ec2").delete_vpn_connection_route(
            VpnConnectionId=connection["VpnConnectionId"], DestinationCidrBlock=CORPORATE
        )


def test_a_connection_with_dynamic_routing_takes_no_static_routes(api: AwsApi) -> None:
    connection = _connection(api)
    with pytest.raises(ClientError, match="does not support static routes"):
        api.client("ec2").create_vpn_connection_route(
            VpnConnectionId=connection["VpnConnectionId"], DestinationCidrBlock=CORPORATE
        )


def test_the_configuration_for_the_device_has_this_connections_tunnels(api: AwsApi) -> None:
    connection = _connection(api)
    document = ElementTree.fromstring(connection["CustomerGatewayConfiguration"])
    outside = [
        tunnel.findtext("vpn_gateway/tunnel_outside_address/ip_address")
        for tunnel in document.findall("ipsec_tunnel")
    ]
    assert outside == [tunnel["OutsideIpAddress"] for tunnel in connection["Options"]["TunnelOptions"]]
    assert document.findtext("ipsec_tunnel/customer_gateway/bgp/asn") == "65000"


def test_moto_still_lacks_options_of_connections() -> None:
    from moto.ec2.models.vpn_connections import VPNConnection

    from landbridge.control.amendments.amend import original_of

    stock: Any = VPNConnection.__new__(VPNConnection)
    original_of(VPNConnection, "__init__")(stock, None, "vpn-1", "ipsec.1", "cgw-1", "vgw-1")
    assert stock.options is None
