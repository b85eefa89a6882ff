"""Where a transit gateway sends a packet: by the route table of the attachment that it arrives over."""

from ipaddress import IPv4Address

from landbridge.model.identifiers import SubnetId, VpcId
from landbridge.model.links import TransitGatewayAttachment, TransitGatewayRoute, TransitGatewayRouteTable
from landbridge.model.network import Network
from landbridge.semantics.network.faults import zone_of_subnet
from landbridge.trace.codes import ExplanationCode
from landbridge.trace.decision import Decision, Facts, Hop, ResourceRef, Step, allowed, denied

ATTACHMENT = "AWS::EC2::TransitGatewayAttachment"
ROUTE_TABLE = "AWS::EC2::TransitGatewayRouteTable"
ROUTE = "AWS::EC2::TransitGatewayRoute"
TARGET_PREFIX = "tgw-"
CORPORATE_TYPES = ("direct-connect-gateway", "vpn")
"""Attachments that lead to the corporate network, the preferred first.

AWS: "How AWS Transit Gateway works"
"""
Attachments = tuple[TransitGatewayAttachment, ...]


def transit(
    network: Network, arrived_over: TransitGatewayAttachment, destination: IPv4Address
) -> tuple[Attachments, Hop]:
    """The attachments that a packet leaves over, none when it is dropped, and why.

    The longest prefix wins, a static route before a propagated one of the same length. A route to several
    attachments is an equal-cost one.

    AWS: "How AWS Transit Gateway works"
    """
    table = _table_of(network, arrived_over)
    if table is None:
        return (), Hop(_reference(arrived_over), Step.TRANSIT_GATEWAY, _not_associated(arrived_over))
    component = ResourceRef(ROUTE_TABLE, table.id)
    route, decision = _look_up(table, arrived_over, destination)
    if route is None or not decision.allowed:
        return (), Hop(component, Step.TRANSIT_GATEWAY, decision)
    found = _attachments(network, table, route)
    available = tuple(each for each in found if each.state == "available")
    if found and not available:
        decision = _bad_attachment(found[0])
    return available, Hop(component, Step.TRANSIT_GATEWAY, decision)


def attachment_of_vpc(network: Network, gateway_id: str, vpc_id: VpcId) -> TransitGatewayAttachment | None:
    """The attachment of a VPC to a transit gateway."""
    for attachment in network.transit_gateway_attachments:
        if attachment.resource_id == vpc_id and attachment.transit_gateway_id == gateway_id:
            return attachment
    return None


def entry(network: Network, attachment: TransitGatewayAttachment, subnet_id: SubnetId, step: Step) -> Hop:
    """Whether a subnet's packets get into the transit gateway: its zone needs a subnet of the attachment.

    AWS: "Amazon VPC attachments in AWS Transit Gateway"
    """
    zone = zone_of_subnet(network, subnet_id)
    zones = sorted({zone_of_subnet(network, each) for each in attachment.subnet_ids})
    facts = (("zone", zone), ("zones of the attachment", ", ".join(zones) or "none"))
    reference = _reference(attachment)
    if attachment.state != "available":
        return Hop(reference, step, _bad_attachment(attachment))
    if zone not in zones:
        remedy = f"Add a subnet in {zone} to the transit gateway attachment {attachment.id}"
        code = ExplanationCode.TGW_ROUTE_AZ_RESTRICTION
        return Hop(reference, step, denied(code, reference, *facts, remedy=remedy))
    return Hop(reference, step, allowed(reference, *facts))


def subnet_in(network: Network, attachment: TransitGatewayAttachment, zone: str) -> SubnetId | None:
    """The attachment's subnet in a zone, else the one in its first zone; None when it has none."""
    by_zone = {zone_of_subnet(network, each): each for each in attachment.subnet_ids}
    return by_zone.get(zone) or next(iter(attachment.subnet_ids), None)


def no_way_to(attachment_id: str, hop: Hop, found: Attachments) -> Hop:
    """The hop of a packet that would leave over other attachments than the one that it is for."""
    over = ", ".join(f"{each.id} ({each.resource_type})" for each in found) or "none"
    remedy = f"Route it to attachment {attachment_id} in transit gateway route table {hop.component.id}"
    decision = denied(
        ExplanationCode.TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT,
        hop.decision.cited,
        *hop.decision.facts,
        ("leaves over", over),
        remedy=remedy,
    )
    return Hop(hop.component, Step.TRANSIT_GATEWAY, decision)


def _table_of(network: Network, attachment: TransitGatewayAttachment) -> TransitGatewayRouteTable | None:
    tables = network.transit_gateway_route_tables
    return next((table for table in tables if table.id == attachment.route_table_id), None)


def _look_up(
    table: TransitGatewayRouteTable, arrived_over: TransitGatewayAttachment, destination: IPv4Address
) -> tuple[TransitGatewayRoute | None, Decision]:
    facts: Facts = (
        ("destination", str(destination)),
        ("arrived over", f"{arrived_over.id} ({arrived_over.resource_type} {arrived_over.resource_id})"),
    )
    matching = [route for route in table.routes if destination in route.destination]
    if not matching:
        remedy = (
            f"Add a static route for {destination} to transit gateway route table {table.id}, "
            "or let the attachment that has it propagate to it"
        )
        code, cited = ExplanationCode.NO_ROUTE_TO_DESTINATION, ResourceRef(ROUTE_TABLE, table.id)
        return None, denied(code, cited, *facts, remedy=remedy)
    route = max(matching, key=lambda route: (route.destination.prefixlen, not route.propagated))
    cited = ResourceRef(ROUTE, f"{table.id} {route.destination}")
    kind = "propagated" if route.propagated else "static"
    facts = (
        *facts,
        ("route", f"{route.destination} to {', '.join(route.attachment_ids) or 'nothing'} ({kind})"),
    )
    if route.state == "blackhole":
        remedy = (
            f"Remove the blackhole route {route.destination} from {table.id}, or point it to an attachment"
        )
        return route, denied(ExplanationCode.TGW_RTB_BAD_STATE_ROUTE, cited, *facts, remedy=remedy)
    return route, allowed(cited, *facts)


def _attachments(
    network: Network, table: TransitGatewayRouteTable, route: TransitGatewayRoute
) -> Attachments:
    """The route's attachments; behind a propagated one, the others that propagate stand in when it fails."""
    by_id = {attachment.id: attachment for attachment in network.transit_gateway_attachments}
    own = tuple(by_id[each] for each in route.attachment_ids if each in by_id)
    if not route.propagated or not any(each.resource_type in CORPORATE_TYPES for each in own):
        return own
    spare = [by_id[each] for each in table.propagating_attachment_ids if each in by_id]
    spare = [each for each in spare if each.resource_type in CORPORATE_TYPES and each not in own]
    return (*own, *sorted(spare, key=lambda each: CORPORATE_TYPES.index(each.resource_type)))


def _not_associated(attachment: TransitGatewayAttachment) -> Decision:
    remedy = f"Associate attachment {attachment.id} with a route table of {attachment.transit_gateway_id}"
    code = ExplanationCode.TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION
    return denied(code, _reference(attachment), ("attachment", attachment.id), remedy=remedy)


def _bad_attachment(attachment: TransitGatewayAttachment) -> Decision:
    remedy = f"Wait for attachment {attachment.id} to become available, or accept it"
    code = ExplanationCode.BAD_STATE_ATTACHMENT
    return denied(code, _reference(attachment), ("state", attachment.state), remedy=remedy)


def _reference(attachment: TransitGatewayAttachment) -> ResourceRef:
    return ResourceRef(ATTACHMENT, attachment.id)
