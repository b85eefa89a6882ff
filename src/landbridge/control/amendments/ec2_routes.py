"""Routes that a virtual private gateway propagates, and routes whose target is not available."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.route_tables import Route, RouteTable
from moto.ec2.responses.route_tables import RouteTables

from landbridge.control.amendments.amend import add, amend_property
from landbridge.control.amendments.directconnect import resources_of
from landbridge.control.dispatch import backends_of
from landbridge.control.hooks import hooks


def install() -> None:
    """Amends moto's route tables."""
    add(RouteTables, "enable_vgw_route_propagation", enable_vgw_route_propagation)
    add(RouteTables, "disable_vgw_route_propagation", disable_vgw_route_propagation)
    add(RouteTable, "propagating_vgws", property(propagating_vgws))
    amend_property(RouteTable, "routes", routes)
    amend_property(Route, "state", state)


def enable_vgw_route_propagation(self: Any) -> ActionResult:
    """The route table takes over what the virtual private gateway knows.

    AWS: "EnableVgwRoutePropagation" (Amazon EC2 API reference)
    """
    table = self.ec2_backend.get_route_table(self._get_param("RouteTableId"))
    gateway = self.ec2_backend.get_vpn_gateway(self._get_param("GatewayId"))
    if not _is_attached(gateway, table.vpc_id):
        raise EC2ClientError(
            "Gateway.NotAttached", f"resource {gateway.id} is not attached to {table.vpc_id}"
        )
    if gateway.id not in _propagating(table):
        _propagating(table).append(gateway.id)
    return EmptyResult()


def disable_vgw_route_propagation(self: Any) -> ActionResult:
    """The routes propagated from the gateway are gone from the table.

    AWS: "DisableVgwRoutePropagation" (Amazon EC2 API reference)
    """
    table = self.ec2_backend.get_route_table(self._get_param("RouteTableId"))
    gateway_id = self._get_param("GatewayId")
    if gateway_id in _propagating(table):
        _propagating(table).remove(gateway_id)
    return EmptyResult()


def propagating_vgws(self: Any) -> list[dict[str, str]]:
    """The gateways that propagate into the table.

    AWS: "RouteTable" (Amazon EC2 API reference)
    """
    return [{"GatewayId": gateway_id} for gateway_id in _propagating(self)]


def routes(original: Any, self: Any) -> list[Any]:
    """The table's own routes, then the propagated ones; a static route wins over a propagated one.

    AWS: "How route priority works" (Amazon VPC user guide)
    """
    own: list[Any] = original(self)
    known = {route.destination_cidr_block for route in own}
    propagated = []
    for gateway_id in _propagating(self):
        gateway = self.ec2_backend.vpn_gateways.get(gateway_id)
        if gateway is None or not _is_attached(gateway, self.vpc_id):
            continue
        for cidr in dict.fromkeys(_known_to(self.ec2_backend, gateway_id)):
            if cidr not in known:
                known.add(cidr)
                propagated.append(
                    {
                        "DestinationCidrBlock": cidr,
                        "GatewayId": gateway_id,
                        "Origin": "EnableVgwRoutePropagation",
                        "State": "active",
                    }
                )
    return own + propagated


def state(original: Any, self: Any) -> str:
    """``blackhole`` when the gateway is not attached, or the target is gone; moto always says ``active``.

    AWS: "Route" (Amazon EC2 API reference)
    """
    usual: str = original(self)
    return usual if all(_targets(self)) else "blackhole"


def _targets(route: Any) -> Iterator[bool]:
    backend, vpc_id = route.route_table.ec2_backend, route.route_table.vpc_id
    if route.gateway is not None and route.gateway.id.startswith("vgw-"):
        yield _is_attached(route.gateway, vpc_id)
    if route.gateway is not None and route.gateway.id.startswith("igw-"):
        yield route.gateway.vpc is not None and route.gateway.vpc.id == vpc_id
    if route.nat_gateway is not None:
        yield route.nat_gateway.state == "available"
    if route.transit_gateway is not None:
        yield _is_joined(backend, route.transit_gateway.id, vpc_id)
    if route.vpc_pcx is not None:
        yield route.vpc_pcx._status.code == "active"
    if route.interface is not None:
        yield route.interface.id in backend.enis


def _is_joined(backend: Any, gateway_id: str, vpc_id: str) -> bool:
    attachments = backend.transit_gateway_attachments.values()
    return any((each.transit_gateway_id, each.resource_id) == (gateway_id, vpc_id) for each in attachments)


def _propagating(table: Any) -> list[str]:
    gateway_ids: list[str] = table.__dict__.setdefault("landbridge_propagating", [])
    return gateway_ids


def _is_attached(gateway: Any, vpc_id: str) -> bool:
    attachment = gateway.attachments.get(vpc_id)
    return gateway.state == "available" and attachment is not None and attachment.state == "attached"


def _known_to(backend: Any, gateway_id: str) -> Iterator[str]:
    """What the gateway learnt: static routes of its VPN connections, and announcements of the other side.

    AWS: "AWS Site-to-Site VPN routing options"
    """
    for connection in backend.vpn_connections.values():
        if connection.vpn_gateway_id == gateway_id and connection.state != "deleted":
            yield from connection.landbridge_static_routes
            yield from _announced(connection.id)
    for virtual_interface_id in _virtual_interfaces_to(backend, gateway_id):
        yield from _announced(virtual_interface_id)


def _announced(link_id: str) -> Iterator[str]:
    for cidr in hooks.announced.get(link_id, ()):
        yield str(ip_network(cidr))


def _virtual_interfaces_to(backend: Any, gateway_id: str) -> Iterator[str]:
    """Private virtual interfaces that end at the gateway, straight or over a Direct Connect gateway.

    AWS: "Direct Connect gateways"
    """
    backends = backends_of("directconnect")
    kept = resources_of(backends[backend.account_id][backend.region_name])
    through = {
        association["directConnectGatewayId"]
        for association in kept.associations.values()
        if association["associatedGateway"]["id"] == gateway_id
    }
    for interface in kept.virtual_interfaces.values():
        if (
            interface.get("virtualGatewayId") == gateway_id
            or interface.get("directConnectGatewayId") in through
        ):
            yield interface["virtualInterfaceId"]
