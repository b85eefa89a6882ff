"""The links to the corporate network: Site-to-Site VPN and Direct Connect."""

from collections import defaultdict
from dataclasses import replace
from ipaddress import IPv4Network

from landbridge.capture.reading import Answer, Reader
from landbridge.model.identifiers import VpcId, VpnGatewayId
from landbridge.model.links import DirectConnectAssociation, VpnConnection, VpnGateway, VpnTunnel
from landbridge.model.network import Network
from landbridge.trace.decision import ResourceRef

GONE = frozenset({"deleted", "deleting"})
UpByGateway = dict[tuple[str, str], list[str]]
"""Virtual interfaces whose BGP session is up, by Direct Connect gateway and type."""
MODELLED_INTERFACES = frozenset({"private", "transit"})
DISASSOCIATED = frozenset({"disassociated", "disassociating"})


def vpn_gateway(answer: Answer) -> VpnGateway:
    """One virtual private gateway from EC2's answer."""
    attached = [
        attachment["VpcId"]
        for attachment in answer.get("VpcAttachments", ())
        if attachment["State"] == "attached"
    ]
    return VpnGateway(VpnGatewayId(answer["VpnGatewayId"]), VpcId(attached[0]) if attached else None)


def vpn_connection(answer: Answer) -> VpnConnection:
    """One Site-to-Site VPN connection from EC2's answer; its telemetry says which tunnels are up.

    AWS: "VgwTelemetry" (Amazon EC2 API reference)
    """
    gateway = answer.get("VpnGatewayId")
    return VpnConnection(
        id=answer["VpnConnectionId"],
        vpn_gateway_id=VpnGatewayId(gateway) if gateway else None,
        state=answer["State"],
        static_routes=tuple(
            sorted(
                IPv4Network(route["DestinationCidrBlock"])
                for route in answer.get("Routes", ())
                if route.get("State") not in GONE
            )
        ),
        tunnels=tuple(
            VpnTunnel(
                tunnel.get("OutsideIpAddress", ""),
                tunnel.get("Status", "DOWN"),
                tunnel.get("StatusMessage", ""),
            )
            for tunnel in answer.get("VgwTelemetry", ())
        ),
        customer_gateway_id=answer.get("CustomerGatewayId", ""),
        transit_gateway_id=answer.get("TransitGatewayId", ""),
    )


def read_direct_connect(reader: Reader, previous: Network) -> Network:
    """The virtual private gateways and transit gateways that virtual interfaces lead to.

    AWS: "Direct Connect gateways"
    """
    interfaces = reader.items(
        "directconnect",
        "describe_virtual_interfaces",
        "virtualInterfaces",
        order_by="virtualInterfaceId",
    )
    gateways = reader.items(
        "directconnect",
        "describe_direct_connect_gateways",
        "directConnectGateways",
        order_by="directConnectGatewayId",
    )
    _notice_other_interfaces(reader, interfaces)
    up_by_gateway = _up_by_gateway(interfaces)
    through_gateways = [
        association
        for gateway in gateways
        for association in _associations(reader, gateway["directConnectGatewayId"], up_by_gateway)
    ]
    direct = [_direct(interface) for interface in interfaces if interface.get("virtualGatewayId")]
    return replace(previous, direct_connect_associations=(*through_gateways, *direct))


def _notice_other_interfaces(reader: Reader, interfaces: list[Answer]) -> None:
    for interface in interfaces:
        kind = interface.get("virtualInterfaceType", "private")
        if kind not in MODELLED_INTERFACES and interface.get("virtualInterfaceState") not in GONE:
            resource = ResourceRef("AWS::DirectConnect::VirtualInterface", interface["virtualInterfaceId"])
            reader.notice(resource, f"{kind} virtual interfaces")


def _up_by_gateway(interfaces: list[Answer]) -> UpByGateway:
    """Private virtual interfaces lead to virtual private gateways, transit ones to transit gateways."""
    found: UpByGateway = defaultdict(list)
    for interface in interfaces:
        if _is_up(interface):
            gateway = interface.get("directConnectGatewayId", ""), interface.get("virtualInterfaceType", "")
            found[gateway].append(interface["virtualInterfaceId"])
    return found


def _is_up(interface: Answer) -> bool:
    return any(peer.get("bgpStatus") == "up" for peer in interface.get("bgpPeers", ()))


def _associations(
    reader: Reader, gateway_id: str, up_by_gateway: UpByGateway
) -> list[DirectConnectAssociation]:
    about = ResourceRef("AWS::DirectConnect::DirectConnectGateway", gateway_id)
    answers = reader.items(
        "directconnect",
        "describe_direct_connect_gateway_associations",
        "directConnectGatewayAssociations",
        about,
        order_by="associationId",
        directConnectGatewayId=gateway_id,
    )
    return [
        _association(answer, up_by_gateway)
        for answer in answers
        if answer["associationState"] not in DISASSOCIATED
    ]


def _association(answer: Answer, up_by_gateway: UpByGateway) -> DirectConnectAssociation:
    gateway = answer.get("associatedGateway", {})
    transit = gateway.get("type") == "transitGateway"
    gateway_id = answer.get("virtualGatewayId") or gateway["id"]
    kind = "transit" if transit else "private"
    return DirectConnectAssociation(
        id=answer["associationId"],
        direct_connect_gateway_id=answer["directConnectGatewayId"],
        vpn_gateway_id=None if transit else VpnGatewayId(gateway_id),
        state=answer["associationState"],
        allowed_prefixes=tuple(
            sorted(
                IPv4Network(prefix["cidr"])
                for prefix in answer.get("allowedPrefixesToDirectConnectGateway", ())
                if prefix.get("cidr")
            )
        ),
        virtual_interface_ids=tuple(up_by_gateway.get((answer["directConnectGatewayId"], kind), ())),
        transit_gateway_id=gateway_id if transit else "",
    )


def _direct(interface: Answer) -> DirectConnectAssociation:
    """A private virtual interface on a virtual private gateway itself, without a Direct Connect gateway."""
    identifier = interface["virtualInterfaceId"]
    return DirectConnectAssociation(
        id=identifier,
        direct_connect_gateway_id="",
        vpn_gateway_id=VpnGatewayId(interface["virtualGatewayId"]),
        state="associated" if interface.get("virtualInterfaceState") == "available" else "disassociated",
        virtual_interface_ids=(identifier,) if _is_up(interface) else (),
    )
