"""Transit gateways: default association and propagation, propagated routes, Direct Connect attachments."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.transit_gateway import TransitGateway
from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachmentBackend
from moto.ec2.models.transit_gateway_route_tables import TransitGatewayRouteTableBackend
from moto.ec2.responses.transit_gateway_route_tables import TransitGatewayRouteTable

from landbridge.control.amendments.amend import add, amend
from landbridge.control.amendments.directconnect import resources_of
from landbridge.control.amendments.transit_attachments import join_default_tables, take_off
from landbridge.control.dispatch import backends_of
from landbridge.control.hooks import hooks

GONE = frozenset({"deleted", "deleting"})
PREFERENCE = ("vpc", "direct-connect-gateway", "vpn")
"""Whose route is in force where several attachments propagate the same one.

AWS: "How AWS Transit Gateway works"
"""
Routes = dict[str, dict[str, Any]]


def install() -> None:
    """Amends moto's transit gateways."""
    TransitGateway.DEFAULT_OPTIONS["SecurityGroupReferencingSupport"] = "disable"
    amend(TransitGatewayAttachmentBackend, "create_transit_gateway_vpc_attachment", attach)
    amend(TransitGatewayAttachmentBackend, "create_transit_gateway_vpn_attachment", attach)
    amend(TransitGatewayAttachmentBackend, "delete_transit_gateway_vpc_attachment", detach)
    amend(TransitGatewayAttachmentBackend, "describe_transit_gateway_vpc_attachments", only_vpcs)
    amend(TransitGatewayAttachmentBackend, "unset_attachment_association", disassociated)
    amend(TransitGatewayAttachmentBackend, "set_attachment_association", associated)
    amend(TransitGatewayRouteTableBackend, "set_route_table_propagation", propagate)
    amend(TransitGatewayRouteTableBackend, "create_transit_gateway_route", create_route)
    amend(TransitGatewayRouteTableBackend, "associate_transit_gateway_route_table", associate)
    add(TransitGatewayRouteTable, "search_transit_gateway_routes", search_transit_gateway_routes)


def attach(original: Any, self: Any, *args: Any, **asked: Any) -> Any:
    """Associated with and propagating to the gateway's default route tables, as far as its options say.

    AWS: "CreateTransitGatewayVpcAttachment" (Amazon EC2 API reference)
    """
    attachment = original(self, *args, **asked)
    join_default_tables(self, attachment)
    return attachment


def detach(original: Any, self: Any, transit_gateway_attachment_id: str) -> Any:
    """No route table knows the attachment any more; its static routes are blackholes.

    AWS: "DeleteTransitGatewayVpcAttachment" (Amazon EC2 API reference)
    """
    return take_off(self, transit_gateway_attachment_id)


def only_vpcs(original: Any, self: Any, *args: Any, **asked: Any) -> Any:
    """VPC attachments, and no others."""
    return [each for each in original(self, *args, **asked) if each.resource_type == "vpc"]


def associate(
    original: Any, self: Any, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str
) -> Any:
    """An attachment is associated with one route table at a time.

    AWS: "AssociateTransitGatewayRouteTable" (Amazon EC2 API reference)
    """
    for table in self.transit_gateways_route_tables.values():
        if transit_gateway_attachment_id in table.route_table_associations:
            raise EC2ClientError(
                "Resource.AlreadyAssociated",
                f"Transit Gateway Attachment {transit_gateway_attachment_id} is already associated to a "
                "route table.",
            )
    return original(self, transit_gateway_attachment_id, transit_gateway_route_table_id)


def associated(
    original: Any, self: Any, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str
) -> None:
    """The attachment tells the table that it is associated with; moto's always tells the default one."""
    attachment = self.transit_gateway_attachments[transit_gateway_attachment_id]
    attachment.transit_gateway_route_table = self.transit_gateways_route_tables[
        transit_gateway_route_table_id
    ]


def disassociated(original: Any, self: Any, tgw_attach_id: str) -> None:
    """The attachment tells no table any more."""
    self.transit_gateway_attachments[tgw_attach_id].transit_gateway_route_table = None


def propagate(
    original: Any, self: Any, transit_gateway_attachment_id: str, transit_gateway_route_table_id: str
) -> None:
    """Once, however often it is asked for."""
    table = self.transit_gateways_route_tables[transit_gateway_route_table_id]
    self.disable_route_table_propagation(transit_gateway_attachment_id, table.id)
    original(self, transit_gateway_attachment_id, table.id)


def create_route(original: Any, self: Any, *args: Any, **asked: Any) -> Any:
    """A static route, its attachment in a list, as AWS's shape has it."""
    route = original(self, *args, **asked)
    if isinstance(route.get("transitGatewayAttachments"), dict):
        route["transitGatewayAttachments"] = [route["transitGatewayAttachments"]]
    return route


def search_transit_gateway_routes(self: Any) -> ActionResult:
    """Static routes and those that attachments propagate; of equal ones the static one is in force.

    AWS: "SearchTransitGatewayRoutes" (Amazon EC2 API reference)
    """
    backend = self.ec2_backend
    table = backend.transit_gateways_route_tables[self._get_param("TransitGatewayRouteTableId")]
    routes = {**_propagated(backend, table), **_static(backend, table)}
    filters = self._filters_from_querystring()
    found = [route for route in routes.values() if _matches(route, filters)]
    limit = int(self._get_param("MaxResults") or len(found) or 1)
    return ActionResult({"Routes": found[:limit], "AdditionalRoutesAvailable": len(found) > limit})


def _matches(route: dict[str, Any], filters: dict[str, list[str]]) -> bool:
    wanted = {
        "type": route["type"],
        "state": route["state"],
        "route-search.exact-match": route["destinationCidrBlock"],
    }
    return all(value in filters[name] for name, value in wanted.items() if name in filters)


def _static(backend: Any, table: Any) -> Routes:
    """The static routes; one whose attachment is gone is a blackhole."""
    found: Routes = {}
    for cidr, route in table.routes.items():
        known = backend.transit_gateway_attachments
        attachments = route.get("transitGatewayAttachments", [])
        gone = any(each["transitGatewayAttachmentId"] not in known for each in attachments)
        found[cidr] = {**route, "state": "blackhole" if gone else route["state"]}
    return found


def _propagated(backend: Any, table: Any) -> Routes:
    """The routes that attachments propagate; VPN connections with the same one share the load.

    AWS: "How AWS Transit Gateway works"
    """
    found: Routes = {}
    attachments = [
        backend.transit_gateway_attachments[each.transitGatewayAttachmentId]
        for each in table.route_table_propagation
        if each.transitGatewayAttachmentId in backend.transit_gateway_attachments
    ]
    attachments = [
        each for each in attachments if each.state not in GONE and each.resource_type in PREFERENCE
    ]
    for attachment in sorted(attachments, key=lambda each: PREFERENCE.index(each.resource_type)):
        told = {
            "resourceId": attachment.resource_id,
            "resourceType": attachment.resource_type,
            "transitGatewayAttachmentId": attachment.id,
        }
        for cidr in dict.fromkeys(_announced_by(backend, attachment)):
            route = found.setdefault(cidr, _propagated_route(cidr))
            others = {each["resourceType"] for each in route["transitGatewayAttachments"]}
            if others <= {attachment.resource_type} and (not others or others == {"vpn"}):
                route["transitGatewayAttachments"].append(told)
    return found


def _propagated_route(cidr: str) -> dict[str, Any]:
    return {
        "destinationCidrBlock": cidr,
        "transitGatewayAttachments": [],
        "state": "active",
        "type": "propagated",
    }


def _announced_by(backend: Any, attachment: Any) -> Iterator[str]:
    """A VPC's blocks, or what the corporate side announces over the link."""
    if attachment.resource_type == "vpc":
        vpc = backend.get_vpc(attachment.resource_id)
        yield from (each["cidr_block"] for each in vpc.get_cidr_block_association_set())
    elif attachment.resource_type == "vpn":
        yield from _announced(attachment.resource_id)
    else:
        backends = backends_of("directconnect")
        kept = resources_of(backends[backend.account_id][backend.region_name])
        for interface in kept.virtual_interfaces.values():
            if interface.get("directConnectGatewayId") == attachment.resource_id:
                yield from _announced(interface["virtualInterfaceId"])


def _announced(link_id: str) -> Iterator[str]:
    for cidr in hooks.announced.get(link_id, ()):
        yield str(ip_network(cidr))
