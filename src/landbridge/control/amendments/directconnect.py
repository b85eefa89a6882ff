"""AWS Direct Connect: connections in AWS's types, and virtual interfaces and gateways, which moto lacks."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.directconnect.exceptions import DXConnectionError
from moto.directconnect.models import Connection, DirectConnectBackend
from moto.directconnect.responses import DirectConnectResponse
from moto.moto_api._internal import mock_random

from landbridge.control.amendments.amend import add, amend
from landbridge.control.amendments.transit_attachments import attach_direct_connect, detach_direct_connect
from landbridge.control.dispatch import backends_of
from landbridge.control.hooks import hooks

DEFAULT_AMAZON_SIDE_ASN = 64512
ID_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
Request = dict[str, Any]


@dataclass(slots=True)
class Resources:
    """What is kept beside moto's connections, by id, as the API answers it."""

    gateways: dict[str, Request] = field(default_factory=dict)
    associations: dict[str, Request] = field(default_factory=dict)
    virtual_interfaces: dict[str, Request] = field(default_factory=dict)


def install() -> None:
    """Amends moto's Direct Connect."""
    amend(Connection, "__post_init__", new_connection)
    amend(Connection, "to_dict", connection)
    for operation_on_tags in ("list_tags_for_resource", "tag_resource", "untag_resource"):
        amend(DirectConnectBackend, operation_on_tags, by_identifier)
    for operation in (
        *(create_direct_connect_gateway, describe_direct_connect_gateways, update_direct_connect_gateway),
        *(delete_direct_connect_gateway, create_direct_connect_gateway_association),
        *(describe_direct_connect_gateway_associations, update_direct_connect_gateway_association),
        *(delete_direct_connect_gateway_association, create_private_virtual_interface),
        create_transit_virtual_interface,
        *(describe_virtual_interfaces, update_virtual_interface_attributes, delete_virtual_interface),
    ):
        add(DirectConnectResponse, operation.__name__, _as_method(operation))


def new_connection(original: Any, self: Any) -> None:
    """A connection's id is short, ``dxcon-fg5678gh``; moto's is an ARN.

    AWS: "Connection" (AWS Direct Connect API reference)
    """
    original(self)
    if self.connection_id.startswith("arn:"):
        self.connection_id = _identifier("dxcon")


def connection(original: Any, self: Any) -> Request:
    """A connection in the types of AWS's model, which clients insist on.

    AWS: "Connection" (AWS Direct Connect API reference)
    """
    answer = original(self)
    del answer["loaIssueTime"]
    answer |= {"hasLogicalRedundancy": "no", "ownerAccount": self.owner_account}
    return {name: value for name, value in answer.items() if value is not None}


def by_identifier(original: Any, self: Any, resource: str, *rest: Any) -> Any:
    """Tags of ``arn:aws:directconnect:…:dxcon/dxcon-fg5678gh``; moto keeps a connection's under its id.

    AWS: "DescribeTags" (AWS Direct Connect API reference)
    """
    return original(self, resource.rpartition("/")[2], *rest)


def create_direct_connect_gateway(response: Any, asked: Request, kept: Resources) -> Request:
    """AWS: "CreateDirectConnectGateway" (AWS Direct Connect API reference)."""
    gateway = {
        "directConnectGatewayId": str(mock_random.uuid4()),
        "directConnectGatewayName": asked["directConnectGatewayName"],
        "amazonSideAsn": int(asked.get("amazonSideAsn") or DEFAULT_AMAZON_SIDE_ASN),
        "ownerAccount": response.current_account,
        "directConnectGatewayState": "available",
    }
    kept.gateways[gateway["directConnectGatewayId"]] = gateway
    return {"directConnectGateway": gateway}


def describe_direct_connect_gateways(response: Any, asked: Request, kept: Resources) -> Request:
    """AWS: "DescribeDirectConnectGateways" (AWS Direct Connect API reference)."""
    return {"directConnectGateways": _matching(kept.gateways, asked, ("directConnectGatewayId",))}


def update_direct_connect_gateway(response: Any, asked: Request, kept: Resources) -> Request:
    """AWS: "UpdateDirectConnectGateway" (AWS Direct Connect API reference)."""
    gateway = _found(kept.gateways, asked["directConnectGatewayId"], "Direct Connect gateway")
    gateway["directConnectGatewayName"] = asked["newDirectConnectGatewayName"]
    return {"directConnectGateway": gateway}


def delete_direct_connect_gateway(response: Any, asked: Request, kept: Resources) -> Request:
    """A gateway that is still in use is not deleted.

    AWS: "DeleteDirectConnectGateway" (AWS Direct Connect API reference)
    """
    gateway_id = asked["directConnectGatewayId"]
    gateway = _found(kept.gateways, gateway_id, "Direct Connect gateway")
    users = [*kept.associations.values(), *kept.virtual_interfaces.values()]
    if any(user.get("directConnectGatewayId") == gateway_id for user in users):
        raise DXConnectionError(
            "DirectConnectClientException", f"Direct Connect Gateway {gateway_id} has associated resources."
        )
    del kept.gateways[gateway_id]
    return {"directConnectGateway": {**gateway, "directConnectGatewayState": "deleted"}}


def create_direct_connect_gateway_association(response: Any, asked: Request, kept: Resources) -> Request:
    """AWS: "CreateDirectConnectGatewayAssociation" (AWS Direct Connect API reference)."""
    _found(kept.gateways, asked["directConnectGatewayId"], "Direct Connect gateway")
    gateway_id = asked.get("gatewayId") or asked["virtualGatewayId"]
    transit = gateway_id.startswith("tgw-")
    association = {
        "associationId": str(mock_random.uuid4()),
        "directConnectGatewayId": asked["directConnectGatewayId"],
        "directConnectGatewayOwnerAccount": response.current_account,
        "associationState": "associated",
        "associatedGateway": {
            "id": gateway_id,
            "type": "transitGateway" if transit else "virtualPrivateGateway",
            "ownerAccount": response.current_account,
            "region": response.region,
        },
        "allowedPrefixesToDirectConnectGateway": asked.get("addAllowedPrefixesToDirectConnectGateway", []),
    }
    if not transit:
        association |= {"virtualGatewayId": gateway_id, "virtualGatewayRegion": response.region}
    if transit:
        _attach(response, gateway_id, asked)
    kept.associations[association["associationId"]] = association
    return {"directConnectGatewayAssociation": {**association, "associationState": "associating"}}


def describe_direct_connect_gateway_associations(response: Any, asked: Request, kept: Resources) -> Request:
    """AWS: "DescribeDirectConnectGatewayAssociations" (AWS Direct Connect API reference)."""
    matching = _matching(
        kept.associations, asked, ("associationId", "directConnectGatewayId", "virtualGatewayId")
    )
    gateway_id = asked.get("associatedGatewayId")
    return {
        "directConnectGatewayAssociations": [
            each for each in matching if gateway_id in (None, each["associatedGateway"]["id"])
        ]
    }


def update_direct_connect_gateway_association(response: Any, asked: Request, kept: Resources) -> Request:
    """AWS: "UpdateDirectConnectGatewayAssociation" (AWS Direct Connect API reference)."""
    association = _found(kept.associations, asked["associationId"], "association")
    removed = {prefix["cidr"] for prefix in asked.get("removeAllowedPrefixesToDirectConnectGateway", [])}
    left = [p for p in association["allowedPrefixesToDirectConnectGateway"] if p["cidr"] not in removed]
    association["allowedPrefixesToDirectConnectGateway"] = [
        *left,
        *asked.get("addAllowedPrefixesToDirectConnectGateway", []),
    ]
    return {"directConnectGatewayAssociation": association}


def delete_direct_connect_gateway_association(response: Any, asked: Request, kept: Resources) -> Request:
    """AWS: "DeleteDirectConnectGatewayAssociation" (AWS Direct Connect API reference)."""
    matching = _matching(
        kept.associations, asked, ("associationId", "directConnectGatewayId", "virtualGatewayId")
    )
    if not matching:
        raise _not_found("association", asked.get("associationId", ""))
    association = kept.associations.pop(matching[0]["associationId"])
    gateway = association["associatedGateway"]
    if gateway["type"] == "transitGateway":
        detach_direct_connect(_ec2(response), gateway["id"], association["directConnectGatewayId"])
    return {"directConnectGatewayAssociation": {**association, "associationState": "disassociating"}}


def _attach(response: Any, gateway_id: str, asked: Request) -> None:
    """A transit gateway gets an attachment; what is announced over it has to be said.

    AWS: "Allowed prefixes interactions for Direct Connect gateways"
    """
    backend = _ec2(response)
    if gateway_id not in backend.transit_gateways:
        raise _not_found("transit gateway", gateway_id)
    if not asked.get("addAllowedPrefixesToDirectConnectGateway"):
        raise DXConnectionError(
            "DirectConnectClientException", "Allowed prefixes must be specified for a transit gateway."
        )
    attach_direct_connect(backend, gateway_id, asked["directConnectGatewayId"])


def create_private_virtual_interface(response: Any, asked: Request, kept: Resources) -> Request:
    """A private virtual interface whose BGP session is up.

    What the other side announces over it is set by ``AwsApi.announce``.
    AWS: "CreatePrivateVirtualInterface" (AWS Direct Connect API reference)
    """
    new = asked["newPrivateVirtualInterface"]
    return _create_virtual_interface(response, asked["connectionId"], "private", new, kept)


def create_transit_virtual_interface(response: Any, asked: Request, kept: Resources) -> Request:
    """A transit virtual interface whose BGP session is up; it leads to transit gateways.

    AWS: "CreateTransitVirtualInterface" (AWS Direct Connect API reference)
    """
    new = asked["newTransitVirtualInterface"]
    made = _create_virtual_interface(response, asked["connectionId"], "transit", new, kept)
    return {"virtualInterface": made}


def _create_virtual_interface(
    response: Any, connection_id: str, kind: str, new: Request, kept: Resources
) -> Request:
    backend = response.directconnect_backend
    _found(backend.connections, connection_id, "connection")
    if bool(new.get("virtualGatewayId")) == bool(new.get("directConnectGatewayId")):
        raise DXConnectionError(
            "DirectConnectClientException",
            "Exactly one of virtualGatewayId and directConnectGatewayId must be specified.",
        )
    identifier = _identifier("dxvif")
    peer = 4 * mock_random.randint(0, 63)
    family = new.get("addressFamily", "ipv4")
    bgp_peer = {"bgpPeerId": _identifier("dxpeer"), "asn": new["asn"], "addressFamily": family}
    interface = {
        **{name: new[name] for name in ("virtualInterfaceName", "vlan", "asn")},
        **{name: new[name] for name in ("virtualGatewayId", "directConnectGatewayId") if new.get(name)},
        "virtualInterfaceId": identifier,
        "connectionId": connection_id,
        "location": backend.connections[connection_id].location,
        "ownerAccount": response.current_account,
        "region": response.region,
        "virtualInterfaceType": kind,
        "virtualInterfaceState": "available",
        "amazonSideAsn": DEFAULT_AMAZON_SIDE_ASN,
        "addressFamily": family,
        "authKey": new.get("authKey") or _identifier("key"),
        "amazonAddress": new.get("amazonAddress") or f"169.254.255.{peer + 1}/30",
        "customerAddress": new.get("customerAddress") or f"169.254.255.{peer + 2}/30",
        "mtu": new.get("mtu", 1500),
        "jumboFrameCapable": True,
        "siteLinkEnabled": new.get("enableSiteLink", False),
        "bgpPeers": [{**bgp_peer, "bgpPeerState": "available", "bgpStatus": "up"}],
        "routeFilterPrefixes": [],
    }
    kept.virtual_interfaces[identifier] = interface
    backend.tagger.tag_resource(identifier, new.get("tags", []))
    return _with_tags(response, interface)


def describe_virtual_interfaces(response: Any, asked: Request, kept: Resources) -> Request:
    """AWS: "DescribeVirtualInterfaces" (AWS Direct Connect API reference)."""
    matching = _matching(kept.virtual_interfaces, asked, ("virtualInterfaceId", "connectionId"))
    return {"virtualInterfaces": [_with_tags(response, interface) for interface in matching]}


def update_virtual_interface_attributes(response: Any, asked: Request, kept: Resources) -> Request:
    """AWS: "UpdateVirtualInterfaceAttributes" (AWS Direct Connect API reference)."""
    interface: Request = _found(kept.virtual_interfaces, asked["virtualInterfaceId"], "virtual interface")
    for parameter, name in (
        ("mtu", "mtu"),
        ("virtualInterfaceName",) * 2,
        ("enableSiteLink", "siteLinkEnabled"),
    ):
        if parameter in asked:
            interface[name] = asked[parameter]
    return _with_tags(response, interface)


def delete_virtual_interface(response: Any, asked: Request, kept: Resources) -> Request:
    """AWS: "DeleteVirtualInterface" (AWS Direct Connect API reference)."""
    _found(kept.virtual_interfaces, asked["virtualInterfaceId"], "virtual interface")
    del kept.virtual_interfaces[asked["virtualInterfaceId"]]
    response.directconnect_backend.tagger.delete_all_tags_for_resource(asked["virtualInterfaceId"])
    hooks.announced.pop(asked["virtualInterfaceId"], None)
    return {"virtualInterfaceState": "deleted"}


def resources_of(backend: Any) -> Resources:
    """What is kept for one of moto's Direct Connect backends."""
    kept: Resources = backend.__dict__.setdefault("landbridge_resources", Resources())
    return kept


def _ec2(response: Any) -> Any:
    return backends_of("ec2")[response.current_account][response.region]


def _with_tags(response: Any, interface: Request) -> Request:
    tags = response.directconnect_backend.list_tags_for_resource(interface["virtualInterfaceId"])
    return {**interface, "tags": tags}


def _as_method(operation: Callable[[Any, Request, Resources], Request]) -> Callable[[Any], str]:
    def method(self: Any) -> str:
        return json.dumps(
            operation(self, json.loads(self.body or "{}"), resources_of(self.directconnect_backend))
        )

    return method


def _matching(kept: Mapping[str, Request], asked: Request, names: tuple[str, ...]) -> list[Request]:
    wanted = {name: asked[name] for name in names if asked.get(name)}
    return [each for each in kept.values() if all(each.get(name) == value for name, value in wanted.items())]


def _found(kept: Mapping[str, Any], identifier: str, what: str) -> Any:
    if identifier not in kept:
        raise _not_found(what, identifier)
    return kept[identifier]


def _not_found(what: str, identifier: str) -> DXConnectionError:
    return DXConnectionError("DirectConnectClientException", f"The {what} {identifier} does not exist.")


def _identifier(prefix: str) -> str:
    return f"{prefix}-" + "".join(mock_random.choice(ID_CHARACTERS) for _ in range(8))
