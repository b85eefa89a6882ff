from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import CORPORATE, TwoSubnets, two_subnets

from landbridge.control.aws_api import AwsApi


def gateway(api: AwsApi, **options: str) -> dict[str, Any]:
    made: dict[str, Any] = api.client("ec2").create_transit_gateway(Options=options)["TransitGateway"]
    return made


def attach(api: AwsApi, gateway_id: str, world: TwoSubnets) -> str:
    made = api.client("ec2").create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateway_id, VpcId=world.vpc_id, SubnetIds=[world.subnet_ids[0]]
    )
    return str(made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"])


def vpn(api: AwsApi, gateway_id: str) -> str:
    ec2 = api.client("ec2")
    customer = ec2.create_customer_gateway(Type="ipsec.1", IpAddress="203.0.113.10", BgpAsn=65000)
    made = ec2.create_vpn_connection(
        Type="ipsec.1",
        CustomerGatewayId=customer["CustomerGateway"]["CustomerGatewayId"],
        TransitGatewayId=gateway_id,
    )
    return str(made["VpnConnection"]["VpnConnectionId"])


def direct_connect(api: AwsApi, gateway_id: str) -> str:
    """A transit virtual interface that leads to the gateway; its id."""
    client = api.client("directconnect")
    connection = client.create_connection(location="EqFA5", bandwidth="1Gbps", connectionName="office")
    made = client.create_direct_connect_gateway(directConnectGatewayName="office")
    identifier = made["directConnectGateway"]["directConnectGatewayId"]
    client.create_direct_connect_gateway_association(
        directConnectGatewayId=identifier,
        gatewayId=gateway_id,
        addAllowedPrefixesToDirectConnectGateway=[{"cidr": "10.20.0.0/16"}],
    )
    interface = client.create_transit_virtual_interface(
        connectionId=connection["connectionId"],
        newTransitVirtualInterface={
            "virtualInterfaceName": "office",
            "vlan": 101,
            "asn": 65000,
            "directConnectGatewayId": identifier,
        },
    )["virtualInterface"]
    assert interface["virtualInterfaceType"] == "transit"
    return str(interface["virtualInterfaceId"])


def routes(api: AwsApi, table_id: str) -> dict[str, tuple[str, str, list[str]]]:
    """Type, state and attached resource types by destination."""
    found = api.client("ec2").search_transit_gateway_routes(
        TransitGatewayRouteTableId=table_id, Filters=[{"Name": "state", "Values": ["active", "blackhole"]}]
    )["Routes"]
    return {
        route["DestinationCidrBlock"]: (
            route["Type"],
            route["State"],
            [each["ResourceType"] for each in route.get("TransitGatewayAttachments", [])],
        )
        for route in found
    }


def default_table(made: dict[str, Any]) -> str:
    return str(made["Options"]["AssociationDefaultRouteTableId"])


def test_attachments_join_the_default_route_table_and_propagate_to_it(api: AwsApi) -> None:
    made = gateway(api)
    attach(api, made["TransitGatewayId"], two_subnets(api))
    connection = vpn(api, made["TransitGatewayId"])
    api.announce(connection, (CORPORATE,))
    assert routes(api, default_table(made)) == {
        "10.20.0.0/16": ("propagated", "active", ["vpc"]),
        CORPORATE: ("propagated", "active", ["vpn"]),
    }
    attachments = api.client("ec2").describe_transit_gateway_attachments()["TransitGatewayAttachments"]
    assert {each["Association"]["TransitGatewayRouteTableId"] for each in attachments} == {
        default_table(made)
    }


def test_a_route_over_direct_connect_is_in_force_before_one_over_a_vpn(api: AwsApi) -> None:
    made = gateway(api)
    connection = vpn(api, made["TransitGatewayId"])
    api.announce(connection, (CORPORATE,))
    api.announce(direct_connect(api, made["TransitGatewayId"]), (CORPORATE,))
    assert routes(api, default_table(made))[CORPORATE] == ("propagated", "active", ["direct-connect-gateway"])


def test_vpn_connections_with_the_same_route_share_the_load(api: AwsApi) -> None:
    made = gateway(api)
    for connection in (vpn(api, made["TransitGatewayId"]), vpn(api, made["TransitGatewayId"])):
        api.announce(connection, (CORPORATE,))
    assert routes(api, default_table(made))[CORPORATE] == ("propagated", "active", ["vpn", "vpn"])


def test_a_static_route_is_in_force_before_a_propagated_one_and_is_a_blackhole_without_its_attachment(
    api: AwsApi,
) -> None:
    made, ec2 = gateway(api), api.client("ec2")
    attachment = attach(api, made["TransitGatewayId"], two_subnets(api))
    for cidr in ("10.20.0.0/16", "10.99.0.0/16"):
        ec2.create_transit_gateway_route(
            TransitGatewayRouteTableId=default_table(made),
            DestinationCidrBlock=cidr,
            TransitGatewayAttachmentId=attachment,
        )
    assert routes(api, default_table(made))["10.20.0.0/16"] == ("static", "active", ["vpc"])
    ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=attachment)
    assert {state for _, state, _ in routes(api, default_table(made)).values()} == {"blackhole"}


def test_nothing_joins_by_itself_where_the_defaults_are_off_and_one_table_at_a_time(api: AwsApi) -> None:
    made = gateway(api, DefaultRouteTableAssociation="disable", DefaultRouteTablePropagation="disable")
    attachment, ec2 = attach(api, made["TransitGatewayId"], two_subnets(api)), api.client("ec2")
    (described,) = ec2.describe_transit_gateway_attachments()["TransitGatewayAttachments"]
    assert "Association" not in described
    table = ec2.create_transit_gateway_route_table(TransitGatewayId=made["TransitGatewayId"])
    table_id = table["TransitGatewayRouteTable"]["TransitGatewayRouteTableId"]
    asked = {"TransitGatewayAttachmentId": attachment, "TransitGatewayRouteTableId": table_id}
    ec2.associate_transit_gateway_route_table(**asked)
    assert routes(api, table_id) == {}
    for _ in range(2):
        ec2.enable_transit_gateway_route_table_propagation(**asked)
    assert list(routes(api, table_id)) == ["10.20.0.0/16"]
    with pytest.raises(ClientError, match=r"Resource\.AlreadyAssociated"):
        ec2.associate_transit_gateway_route_table(**asked)
    ec2.disassociate_transit_gateway_route_table(**asked)
    (described,) = ec2.describe_transit_gateway_attachments()["TransitGatewayAttachments"]
    assert "Association" not in described


def test_only_vpc_attachments_are_described_as_such(api: AwsApi) -> None:
    made = gateway(api)
    vpn(api, made["TransitGatewayId"])
    assert api.client("ec2").describe_transit_gateway_vpc_attachments()["TransitGatewayVpcAttachments"] == []


def test_a_direct_connect_association_attaches_and_its_end_detaches(api: AwsApi) -> None:
    made, ec2 = gateway(api), api.client("ec2")
    direct_connect(api, made["TransitGatewayId"])
    (attached,) = ec2.describe_transit_gateway_attachments()["TransitGatewayAttachments"]
    assert attached["ResourceType"] == "direct-connect-gateway"
    client = api.client("directconnect")
    with pytest.raises(ClientError, match="Allowed prefixes"):
        client.create_direct_connect_gateway_association(
            directConnectGatewayId=attached["ResourceId"], gatewayId=made["TransitGatewayId"]
        )
    (association,) = client.describe_direct_connect_gateway_associations(
        directConnectGatewayId=attached["ResourceId"]
    )["directConnectGatewayAssociations"]
    client.delete_direct_connect_gateway_association(associationId=association["associationId"])
    assert ec2.describe_transit_gateway_attachments()["TransitGatewayAttachments"] == []
