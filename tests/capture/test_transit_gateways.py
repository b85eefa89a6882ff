from ipaddress import IPv4Network
from typing import Any

from tests.capture.scripted import ScriptedAccount, features

from landbridge.capture.transit_gateways import (
    read_attachments,
    read_transit_gateway_route_tables,
    read_transit_gateways,
)
from landbridge.model.identifiers import SubnetId
from landbridge.model.links import (
    TransitGateway,
    TransitGatewayAttachment,
    TransitGatewayRoute,
    TransitGatewayRouteTable,
)


def attachment(identifier: str, kind: str, **members: Any) -> dict[str, Any]:
    return {
        "TransitGatewayAttachmentId": identifier,
        "TransitGatewayId": "tgw-1",
        "ResourceType": kind,
        "ResourceId": "x",
        "State": "available",
        **members,
    }


def test_a_transit_gateway_tells_whether_security_groups_may_be_referenced() -> None:
    gateways = [
        {
            "TransitGatewayId": "tgw-1",
            "State": "available",
            "Options": {"SecurityGroupReferencingSupport": "enable"},
        },
        {"TransitGatewayId": "tgw-2", "State": "deleted"},
    ]
    reader = ScriptedAccount({"ec2.describe_transit_gateways": {"TransitGateways": gateways}}).reader()
    assert read_transit_gateways(reader) == (TransitGateway("tgw-1", "available", True),)


def test_an_attachment_has_its_route_table_and_a_vpc_attachment_its_subnets() -> None:
    associated = {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "associated"}
    leaving = {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "disassociating"}
    reader = ScriptedAccount(
        {
            "ec2.describe_transit_gateway_attachments": {
                "TransitGatewayAttachments": [
                    attachment("tgw-attach-1", "vpc", Association=associated),
                    attachment("tgw-attach-2", "vpn", Association=leaving),
                    attachment("tgw-attach-3", "peering"),
                    attachment("tgw-attach-4", "vpc", State="deleted"),
                ]
            },
            "ec2.describe_transit_gateway_vpc_attachments": {
                "TransitGatewayVpcAttachments": [
                    {
                        "TransitGatewayAttachmentId": "tgw-attach-1",
                        "SubnetIds": ["subnet-2", "subnet-1"],
                        "Options": {"SecurityGroupReferencingSupport": "disable"},
                    }
                ]
            },
        }
    ).reader()
    subnets = SubnetId("subnet-1"), SubnetId("subnet-2")
    assert read_attachments(reader) == (
        TransitGatewayAttachment(
            "tgw-attach-1", "tgw-1", "vpc", "x", "available", "tgw-rtb-1", subnets, False
        ),
        TransitGatewayAttachment("tgw-attach-2", "tgw-1", "vpn", "x"),
        TransitGatewayAttachment("tgw-attach-3", "tgw-1", "peering", "x"),
    )
    assert features(reader) == [("tgw-attach-3", "transit gateway attachments of type peering")]


def test_a_route_table_has_static_blackhole_and_propagated_routes() -> None:
    paths = [{"TransitGatewayAttachmentId": each} for each in ("tgw-attach-2", "tgw-attach-1")]
    routes = [
        {"DestinationCidrBlock": "10.2.0.0/16", "Type": "static", "State": "blackhole"},
        {
            "DestinationCidrBlock": "10.1.0.0/16",
            "Type": "propagated",
            "State": "active",
            "TransitGatewayAttachments": paths,
        },
        {"DestinationCidrBlock": "2001:db8::/56", "Type": "static", "State": "active"},
    ]
    reader = ScriptedAccount(
        {
            "ec2.describe_transit_gateway_route_tables": {
                "TransitGatewayRouteTables": [
                    {
                        "TransitGatewayRouteTableId": "tgw-rtb-1",
                        "TransitGatewayId": "tgw-1",
                        "State": "available",
                    }
                ]
            },
            "ec2.search_transit_gateway_routes": {"Routes": routes, "AdditionalRoutesAvailable": True},
            "ec2.get_transit_gateway_route_table_propagations": {
                "TransitGatewayRouteTablePropagations": [
                    {"TransitGatewayAttachmentId": "tgw-attach-1", "State": "enabled"},
                    {"TransitGatewayAttachmentId": "tgw-attach-9", "State": "disabled"},
                ]
            },
        }
    ).reader()
    both = ("tgw-attach-1", "tgw-attach-2")
    assert read_transit_gateway_route_tables(reader) == (
        TransitGatewayRouteTable(
            "tgw-rtb-1",
            "tgw-1",
            (
                TransitGatewayRoute(IPv4Network("10.1.0.0/16"), both, propagated=True),
                TransitGatewayRoute(IPv4Network("10.2.0.0/16"), (), "blackhole"),
            ),
            ("tgw-attach-1",),
        ),
    )
    assert features(reader) == [
        ("tgw-rtb-1", "routes beyond the first thousand"),
        ("tgw-rtb-1", "IPv6 routes"),
    ]
