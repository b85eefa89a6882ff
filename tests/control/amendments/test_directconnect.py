from typing import Any

import pytest
from botocore.exceptions import ClientError

from landbridge.control.aws_api import AwsApi


def _connection(api: AwsApi) -> dict[str, Any]:
    answer: dict[str, Any] = api.client("directconnect").create_connection(
        location="EqFA5", bandwidth="1Gbps", connectionName="office", tags=[{"key": "app", "value": "orders"}]
    )
    return answer


def _gateway(api: AwsApi) -> str:
    answer = api.client("directconnect").create_direct_connect_gateway(
        directConnectGatewayName="office", amazonSideAsn=64600
    )
    return str(answer["directConnectGateway"]["directConnectGatewayId"])


def _interface(api: AwsApi, **ends: Any) -> dict[str, Any]:
    answer: dict[str, Any] = api.client("directconnect").create_private_virtual_interface(
        connectionId=_connection(api)["connectionId"],
        newPrivateVirtualInterface={"virtualInterfaceName": "office", "vlan": 101, "asn": 65000, **ends},
    )
    return answer


def test_a_connection_has_a_short_id_and_the_types_of_the_model(api: AwsApi) -> None:
    made = _connection(api)
    assert made["connectionId"].startswith("dxcon-")
    (found,) = api.client("directconnect").describe_connections()["connections"]
    assert found["hasLogicalRedundancy"] == "no"
    assert found["connectionState"] == "available"
    assert found["tags"] == [{"key": "app", "value": "orders"}]


def test_a_gateway_is_created_described_renamed_and_deleted(api: AwsApi) -> None:
    client = api.client("directconnect")
    gateway_id = _gateway(api)
    client.update_direct_connect_gateway(
        directConnectGatewayId=gateway_id, newDirectConnectGatewayName="headquarters"
    )
    (found,) = client.describe_direct_connect_gateways(directConnectGatewayId=gateway_id)[
        "directConnectGateways"
    ]
    assert (found["directConnectGatewayName"], found["amazonSideAsn"]) == ("headquarters", 64600)
    client.delete_direct_connect_gateway(directConnectGatewayId=gateway_id)
    assert client.describe_direct_connect_gateways()["directConnectGateways"] == []


def test_a_private_virtual_interface_comes_up_with_its_session(api: AwsApi) -> None:
    gateway_id = _gateway(api)
    made = _interface(api, directConnectGatewayId=gateway_id)
    (found,) = api.client("directconnect").describe_virtual_interfaces(
        virtualInterfaceId=made["virtualInterfaceId"]
    )["virtualInterfaces"]
    assert found["virtualInterfaceState"] == "available"
    assert found["directConnectGatewayId"] == gateway_id
    assert found["bgpPeers"][0]["bgpStatus"] == "up"


@pytest.mark.parametrize("ends", [{}, {"virtualGatewayId": "vgw-1", "directConnectGatewayId": "x"}])
def test_a_private_virtual_interface_ends_at_one_gateway(api: AwsApi, ends: dict[str, str]) -> None:
    with pytest.raises(ClientError, match="Exactly one"):
        _interface(api, **ends)


def test_an_association_is_found_by_either_end_and_deleted(api: AwsApi) -> None:
    client = api.client("directconnect")
    gateway_id = _gateway(api)
    made = client.create_direct_connect_gateway_association(
        directConnectGatewayId=gateway_id,
        gatewayId="vgw-12345678",
        addAllowedPrefixesToDirectConnectGateway=[{"cidr": "10.20.0.0/16"}],
    )["directConnectGatewayAssociation"]
    assert made["associationState"] == "associating"
    for asked in ({"directConnectGatewayId": gateway_id}, {"associatedGatewayId": "vgw-12345678"}):
        (found,) = client.describe_direct_connect_gateway_associations(**asked)[
            "directConnectGatewayAssociations"
        ]
        assert found["associationState"] == "associated"
        assert found["allowedPrefixesToDirectConnectGateway"] == [{"cidr": "10.20.0.0/16"}]
    with pytest.raises(ClientError, match="associated resources"):
        client.delete_direct_connect_gateway(directConnectGatewayId=gateway_id)
    client.delete_direct_connect_gateway_association(associationId=made["associationId"])
    assert (
        client.describe_direct_connect_gateway_associations(directConnectGatewayId=gateway_id)[
            "directConnectGatewayAssociations"
        ]
        == []
    )


def test_the_allowed_prefixes_of_an_association_can_be_changed(api: AwsApi) -> None:
    client = api.client("directconnect")
    association = client.create_direct_connect_gateway_association(
        directConnectGatewayId=_gateway(api),
        gatewayId="vgw-12345678",
        addAllowedPrefixesToDirectConnectGateway=[{"cidr": "10.20.0.0/16"}],
    )["directConnectGatewayAssociation"]
    changed = client.update_direct_connect_gateway_association(
        associationId=association["associationId"],
        addAllowedPrefixesToDirectConnectGateway=[{"cidr": "10.30.0.0/16"}],
        removeAllowedPrefixesToDirectConnectGateway=[{"cidr": "10.20.0.0/16"}],
    )["directConnectGatewayAssociation"]
    assert changed["allowedPrefixesToDirectConnectGateway"] == [{"cidr": "10.30.0.0/16"}]


def test_a_deleted_virtual_interface_is_gone(api: AwsApi) -> None:
    client = api.client("directconnect")
    made = _interface(api, virtualGatewayId="vgw-12345678")
    client.update_virtual_interface_attributes(virtualInterfaceId=made["virtualInterfaceId"], mtu=9001)
    client.delete_virtual_interface(virtualInterfaceId=made["virtualInterfaceId"])
    assert client.describe_virtual_interfaces()["virtualInterfaces"] == []
    with pytest.raises(ClientError, match="does not exist"):
        client.delete_virtual_interface(virtualInterfaceId=made["virtualInterfaceId"])


def test_the_tags_of_a_connection_and_an_interface_are_found_by_their_arns(api: AwsApi) -> None:
    client = api.client("directconnect")
    interface = _interface(
        api, directConnectGatewayId=_gateway(api), tags=[{"key": "app", "value": "orders"}]
    )
    for kind, name in (("dxcon", "connectionId"), ("dxvif", "virtualInterfaceId")):
        arn = f"arn:aws:directconnect:{api.region}:{api.account_id}:{kind}/{interface[name]}"
        client.tag_resource(resourceArn=arn, tags=[{"key": "team", "value": "web"}])
        client.untag_resource(resourceArn=arn, tagKeys=["app"])
        (found,) = client.describe_tags(resourceArns=[arn])["resourceTags"]
        assert found == {"resourceArn": arn, "tags": [{"key": "team", "value": "web"}]}
    (described,) = client.describe_virtual_interfaces()["virtualInterfaces"]
    assert described["tags"] == [{"key": "team", "value": "web"}]


def test_moto_still_lacks_the_tags_of_a_connection_by_its_arn(api: AwsApi) -> None:
    from moto.backends import get_backend
    from moto.directconnect.models import DirectConnectBackend

    from landbridge.control.amendments.amend import original_of

    identifier = _connection(api)["connectionId"]
    backend = get_backend("directconnect")[api.account_id][api.region]
    arn = f"arn:aws:directconnect:{api.region}:{api.account_id}:dxcon/{identifier}"
    assert original_of(DirectConnectBackend, "list_tags_for_resource")(backend, arn) == []


def test_moto_still_lacks_the_right_types_of_a_connection() -> None:
    from moto.directconnect.models import Connection

    from landbridge.control.amendments.amend import original_of

    assert "loaIssueTime" in original_of(Connection, "to_dict").__code__.co_consts
