"""Site-to-Site VPN connections: options, two tunnels, static routes, telemetry."""

from ipaddress import ip_network
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.vpn_connections import VPNConnection
from moto.ec2.responses.vpn_connections import VPNConnections
from moto.moto_api._internal import mock_random

from landbridge.control.amendments.amend import add, amend
from landbridge.control.hooks import hooks

KEY_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._"
TUNNELS = 2
AMAZON_SIDE_ASN = 64512
KEPT_TUNNEL_OPTIONS = (
    *("Phase1LifetimeSeconds", "Phase2LifetimeSeconds", "RekeyMarginTimeSeconds", "RekeyFuzzPercentage"),
    *("ReplayWindowSize", "DPDTimeoutSeconds", "DPDTimeoutAction", "StartupAction"),
    *("Phase1EncryptionAlgorithms", "Phase2EncryptionAlgorithms", "Phase1IntegrityAlgorithms"),
    *("Phase2IntegrityAlgorithms", "Phase1DHGroupNumbers", "Phase2DHGroupNumbers", "IKEVersions"),
    *("EnableTunnelLifecycleControl", "LogOptions"),
)
ANSWERED_AS = {
    "DPDTimeoutSeconds": "DpdTimeoutSeconds",
    "DPDTimeoutAction": "DpdTimeoutAction",
    "IKEVersions": "IkeVersions",
}


def install() -> None:
    """Amends moto's VPN connections."""
    amend(VPNConnections, "create_vpn_connection", create_vpn_connection)
    add(VPNConnections, "create_vpn_connection_route", create_vpn_connection_route)
    add(VPNConnections, "delete_vpn_connection_route", delete_vpn_connection_route)
    amend(VPNConnection, "__init__", new_connection)
    amend(VPNConnection, "get_filter_value", get_filter_value)
    add(VPNConnection, "category", "VPN")
    add(VPNConnection, "routes", property(routes))
    add(VPNConnection, "vgw_telemetry", property(vgw_telemetry))
    add(VPNConnection, "customer_gateway_configuration", property(customer_gateway_configuration))


def new_connection(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    """A connection without static routes, whose tunnels came up when it was made.

    AWS: "VpnConnection" (Amazon EC2 API reference)
    """
    original(self, *args, **kwargs)
    self.landbridge_static_routes = []
    self.landbridge_since = utcnow()
    self.options = _options({})


def create_vpn_connection(original: Any, self: Any) -> Any:
    """A connection with the options asked for and two tunnels; moto drops all options.

    AWS: "Tunnel options for your AWS Site-to-Site VPN connection"
    """
    result = original(self)
    result.result["VpnConnection"].options = _options(self._get_param("Options") or {})
    return result


def create_vpn_connection_route(self: Any) -> ActionResult:
    """A static route to the other side of a connection that has static routing.

    AWS: "CreateVpnConnectionRoute" (Amazon EC2 API reference)
    """
    connection = _connection(self)
    if not connection.options["StaticRoutesOnly"]:
        raise EC2ClientError(
            "InvalidParameterCombination",
            f"The VPN connection {connection.id} does not support static routes",
        )
    cidr = str(ip_network(self._get_param("DestinationCidrBlock"), strict=False))
    if cidr not in connection.landbridge_static_routes:
        connection.landbridge_static_routes.append(cidr)
    return EmptyResult()


def delete_vpn_connection_route(self: Any) -> ActionResult:
    """The static route is gone, and with it what is propagated from it.

    AWS: "DeleteVpnConnectionRoute" (Amazon EC2 API reference)
    """
    connection = _connection(self)
    cidr = self._get_param("DestinationCidrBlock")
    if cidr not in connection.landbridge_static_routes:
        raise EC2ClientError("InvalidRoute.NotFound", f"no route with destination {cidr} in {connection.id}")
    connection.landbridge_static_routes.remove(cidr)
    return EmptyResult()


def get_filter_value(original: Any, self: Any, filter_name: str, method_name: str | None = None) -> Any:
    """Filters by route and by id, which moto does not have.

    AWS: "DescribeVpnConnections" (Amazon EC2 API reference)
    """
    if filter_name == "route.destination-cidr-block":
        return list(self.landbridge_static_routes)
    if filter_name == "option.static-routes-only":
        return str(self.options["StaticRoutesOnly"]).lower()
    named = {"vpn-connection-id": self.id, "vpn-gateway-id": self.vpn_gateway_id, "state": self.state}
    return named[filter_name] if filter_name in named else original(self, filter_name, method_name)


def routes(self: Any) -> list[dict[str, str]]:
    """The static routes.

    AWS: "VpnStaticRoute" (Amazon EC2 API reference)
    """
    return [
        {"DestinationCidrBlock": cidr, "Source": "Static", "State": "available"}
        for cidr in self.landbridge_static_routes
    ]


def vgw_telemetry(self: Any) -> list[dict[str, Any]]:
    """Both tunnels are up, since the connection was made.

    AWS: "VgwTelemetry" (Amazon EC2 API reference)
    """
    announced = hooks.announced.get(self.id, ())
    static = self.options["StaticRoutesOnly"]
    return [
        {
            "AcceptedRouteCount": len(self.landbridge_static_routes if static else announced),
            "OutsideIpAddress": tunnel["OutsideIpAddress"],
            "Status": "UP",
            "StatusMessage": "" if static else f"{len(announced)} BGP ROUTES",
            "LastStatusChange": self.landbridge_since,
        }
        for tunnel in self.options["TunnelOptions"]
    ]


def customer_gateway_configuration(self: Any) -> str:
    """The XML for the customer gateway device, with this connection's tunnels; moto's is a constant.

    AWS: "Get started with AWS Site-to-Site VPN" (AWS Site-to-Site VPN user guide)
    """
    device = self.ec2_backend.customer_gateways.get(self.customer_gateway_id)
    tunnels = "".join(
        _tunnel_configuration(tunnel, device, self.options["StaticRoutesOnly"])
        for tunnel in self.options["TunnelOptions"]
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<vpn_connection id="{self.id}">'
        f"<customer_gateway_id>{self.customer_gateway_id}</customer_gateway_id>"
        f"<vpn_gateway_id>{self.vpn_gateway_id or ''}</vpn_gateway_id>"
        f"<vpn_connection_type>{self.type}</vpn_connection_type>{tunnels}</vpn_connection>"
    )


def _connection(request: Any) -> Any:
    return request.ec2_backend.describe_vpn_connections([request._get_param("VpnConnectionId")])[0]


def _options(asked: Any) -> dict[str, Any]:
    tunnels = [*(asked.get("TunnelOptions") or []), *({} for _ in range(TUNNELS))][:TUNNELS]
    return {
        "EnableAcceleration": _is_true(asked.get("EnableAcceleration")),
        "StaticRoutesOnly": _is_true(asked.get("StaticRoutesOnly")),
        "LocalIpv4NetworkCidr": asked.get("LocalIpv4NetworkCidr") or "0.0.0.0/0",
        "RemoteIpv4NetworkCidr": asked.get("RemoteIpv4NetworkCidr") or "0.0.0.0/0",
        "OutsideIpAddressType": asked.get("OutsideIpAddressType") or "PublicIpv4",
        "TunnelInsideIpVersion": asked.get("TunnelInsideIpVersion") or "ipv4",
        "TunnelOptions": [_tunnel(number, tunnel) for number, tunnel in enumerate(tunnels)],
    }


def _tunnel(number: int, asked: Any) -> dict[str, Any]:
    """Outside addresses are from a range reserved for documentation: no packet goes there.

    AWS: "Tunnel options for your AWS Site-to-Site VPN connection"
    """
    inside = f"169.254.{mock_random.randint(12, 250)}.{4 * mock_random.randint(0, 63)}/30"
    key = "".join(mock_random.choice(KEY_CHARACTERS) for _ in range(32))
    tunnel = {
        "OutsideIpAddress": f"198.51.100.{128 * number + mock_random.randint(1, 126)}",
        "TunnelInsideCidr": asked.get("TunnelInsideCidr") or inside,
        "PreSharedKey": asked.get("PreSharedKey") or key,
    }
    return tunnel | {
        ANSWERED_AS.get(name, name): asked[name]
        for name in KEPT_TUNNEL_OPTIONS
        if asked.get(name) is not None
    }


def _tunnel_configuration(tunnel: dict[str, Any], device: Any, static: bool) -> str:
    inside = ip_network(tunnel["TunnelInsideCidr"])
    return (
        "<ipsec_tunnel>"
        + _side("customer_gateway", device.ip_address, str(inside[2]), None if static else device.bgp_asn)
        + _side(
            "vpn_gateway", tunnel["OutsideIpAddress"], str(inside[1]), None if static else AMAZON_SIDE_ASN
        )
        + "<ike><authentication_protocol>sha1</authentication_protocol>"
        "<encryption_protocol>aes-128-cbc</encryption_protocol><lifetime>28800</lifetime>"
        "<perfect_forward_secrecy>group2</perfect_forward_secrecy><mode>main</mode>"
        f"<pre_shared_key>{tunnel['PreSharedKey']}</pre_shared_key></ike>"
        "<ipsec><protocol>esp</protocol><authentication_protocol>hmac-sha1-96</authentication_protocol>"
        "<encryption_protocol>aes-128-cbc</encryption_protocol><lifetime>3600</lifetime>"
        "<perfect_forward_secrecy>group2</perfect_forward_secrecy><mode>tunnel</mode></ipsec></ipsec_tunnel>"
    )


def _side(name: str, outside: str, inside: str, asn: object) -> str:
    bgp = f"<bgp><asn>{asn}</asn><hold_time>30</hold_time></bgp>" if asn else ""
    return (
        f"<{name}><tunnel_outside_address><ip_address>{outside}</ip_address></tunnel_outside_address>"
        f"<tunnel_inside_address><ip_address>{inside}</ip_address><network_mask>255.255.255.252</network_mask>"
        f"<network_cidr>30</network_cidr></tunnel_inside_address>{bgp}</{name}>"
    )


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"
