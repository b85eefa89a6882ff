"""What is attached to moto's transit gateways, whoever makes it: EC2, or Direct Connect."""

from typing import Any

from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachment


def attach_direct_connect(backend: Any, gateway_id: str, direct_connect_gateway_id: str) -> None:
    """The attachment that a Direct Connect gateway association makes.

    AWS: "Transit gateway attachments to a Direct Connect gateway in AWS Transit Gateway"
    """
    gateway = backend.transit_gateways[gateway_id]
    kind = "direct-connect-gateway"
    attachment = TransitGatewayAttachment(backend, direct_connect_gateway_id, kind, gateway)
    backend.transit_gateway_attachments[attachment.id] = attachment
    join_default_tables(backend, attachment)


def detach_direct_connect(backend: Any, gateway_id: str, direct_connect_gateway_id: str) -> None:
    """The attachment is gone with the association."""
    for attachment in list(backend.transit_gateway_attachments.values()):
        if (attachment.transit_gateway_id, attachment.resource_id) == (gateway_id, direct_connect_gateway_id):
            take_off(backend, attachment.id)


def join_default_tables(backend: Any, attachment: Any) -> None:
    """Association and propagation with the default route tables, where the gateway has them enabled."""
    gateway = backend.transit_gateways[attachment.transit_gateway_id]
    attachment.transit_gateway_route_table = None
    for table in backend.transit_gateways_route_tables.values():
        table.route_table_associations.pop(attachment.id, None)
    if gateway.options["DefaultRouteTableAssociation"] == "enable":
        table_id = gateway.options["AssociationDefaultRouteTableId"]
        backend.associate_transit_gateway_route_table(attachment.id, table_id)
    if gateway.options["DefaultRouteTablePropagation"] == "enable":
        table_id = gateway.options["PropagationDefaultRouteTableId"]
        backend.enable_transit_gateway_route_table_propagation(attachment.id, table_id)


def take_off(backend: Any, attachment_id: str) -> Any:
    """The attachment, deleted and forgotten by every route table."""
    attachment = backend.transit_gateway_attachments.pop(attachment_id)
    attachment.state = "deleted"
    for table in backend.transit_gateways_route_tables.values():
        table.route_table_associations.pop(attachment.id, None)
        table.route_table_propagation = [
            each for each in table.route_table_propagation if each.transitGatewayAttachmentId != attachment.id
        ]
    return attachment
