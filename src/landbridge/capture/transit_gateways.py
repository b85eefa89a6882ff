"""Transit gateways with their attachments and route tables, from EC2's describe calls."""

from ipaddress import IPv4Network

from landbridge.capture.reading import Answer, Missing, Reader
from landbridge.model.identifiers import SubnetId
from landbridge.model.links import (
    TransitGateway,
    TransitGatewayAttachment,
    TransitGatewayRoute,
    TransitGatewayRouteTable,
)
from landbridge.trace.decision import ResourceRef

GONE = frozenset({"deleted", "deleting", "failed", "rejected"})
MODELLED_ATTACHMENTS = frozenset({"vpc", "vpn", "direct-connect-gateway"})
COUNTING_STATES = [{"Name": "state", "Values": ["active", "blackhole"]}]


def read_transit_gateways(reader: Reader) -> tuple[TransitGateway, ...]:
    """The transit gateways that are not gone."""
    answers = reader.items("ec2", "describe_transit_gateways", "TransitGateways", order_by="TransitGatewayId")
    return tuple(
        TransitGateway(
            answer["TransitGatewayId"],
            answer["State"],
            answer.get("Options", {}).get("SecurityGroupReferencingSupport") == "enable",
        )
        for answer in answers
        if answer["State"] not in GONE
    )


def read_attachments(reader: Reader) -> tuple[TransitGatewayAttachment, ...]:
    """What is attached to them; kinds that are not modelled are noticed."""
    answers = reader.items(
        "ec2",
        "describe_transit_gateway_attachments",
        "TransitGatewayAttachments",
        order_by="TransitGatewayAttachmentId",
    )
    of_vpcs = {
        answer["TransitGatewayAttachmentId"]: answer
        for answer in reader.items(
            "ec2", "describe_transit_gateway_vpc_attachments", "TransitGatewayVpcAttachments"
        )
    }
    return tuple(
        _attachment(reader, answer, of_vpcs.get(answer["TransitGatewayAttachmentId"], {}))
        for answer in answers
        if answer["State"] not in GONE
    )


def read_transit_gateway_route_tables(reader: Reader) -> tuple[TransitGatewayRouteTable, ...]:
    """Their route tables with every route in force, propagated ones among them."""
    answers = reader.items(
        "ec2",
        "describe_transit_gateway_route_tables",
        "TransitGatewayRouteTables",
        order_by="TransitGatewayRouteTableId",
    )
    return tuple(_route_table(reader, answer) for answer in answers if answer["State"] not in GONE)


def _attachment(reader: Reader, answer: Answer, of_vpc: Answer) -> TransitGatewayAttachment:
    identifier, kind = answer["TransitGatewayAttachmentId"], answer["ResourceType"]
    if kind not in MODELLED_ATTACHMENTS:
        about = ResourceRef("AWS::EC2::TransitGatewayAttachment", identifier)
        reader.notice(about, f"transit gateway attachments of type {kind}")
    association = answer.get("Association", {})
    associated = association.get("State") == "associated"
    return TransitGatewayAttachment(
        id=identifier,
        transit_gateway_id=answer["TransitGatewayId"],
        resource_type=kind,
        resource_id=answer.get("ResourceId", ""),
        state=answer["State"],
        route_table_id=association.get("TransitGatewayRouteTableId", "") if associated else "",
        subnet_ids=tuple(sorted(SubnetId(subnet) for subnet in of_vpc.get("SubnetIds", ()))),
        security_group_referencing=(
            of_vpc.get("Options", {}).get("SecurityGroupReferencingSupport", "enable") == "enable"
        ),
    )


def _route_table(reader: Reader, answer: Answer) -> TransitGatewayRouteTable:
    identifier = answer["TransitGatewayRouteTableId"]
    about = ResourceRef("AWS::EC2::TransitGatewayRouteTable", identifier)
    propagations = reader.items(
        "ec2",
        "get_transit_gateway_route_table_propagations",
        "TransitGatewayRouteTablePropagations",
        about,
        TransitGatewayRouteTableId=identifier,
    )
    return TransitGatewayRouteTable(
        id=identifier,
        transit_gateway_id=answer["TransitGatewayId"],
        routes=_routes(reader, about),
        propagating_attachment_ids=tuple(
            sorted(
                propagation["TransitGatewayAttachmentId"]
                for propagation in propagations
                if propagation.get("State") == "enabled"
            )
        ),
    )


def _routes(reader: Reader, table: ResourceRef) -> tuple[TransitGatewayRoute, ...]:
    answer = reader.answer(
        "ec2",
        "search_transit_gateway_routes",
        table,
        TransitGatewayRouteTableId=table.id,
        Filters=COUNTING_STATES,
    )
    if isinstance(answer, Missing):
        return ()
    if answer.get("AdditionalRoutesAvailable"):
        reader.notice(table, "routes beyond the first thousand")
    found = [_route(reader, table, route) for route in answer.get("Routes", ())]
    return tuple(sorted(filter(None, found), key=lambda route: (route.destination, route.propagated)))


def _route(reader: Reader, table: ResourceRef, answer: Answer) -> TransitGatewayRoute | None:
    destination = answer.get("DestinationCidrBlock", "")
    if ":" in destination:
        reader.notice(table, "IPv6 routes")
        return None
    return TransitGatewayRoute(
        destination=IPv4Network(destination, strict=False),
        attachment_ids=tuple(
            sorted(each["TransitGatewayAttachmentId"] for each in answer.get("TransitGatewayAttachments", ()))
        ),
        state=answer.get("State", "active"),
        propagated=answer.get("Type") == "propagated",
    )
