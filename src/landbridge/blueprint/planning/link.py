"""The link to the corporate network: a VPN connection or Direct Connect on a virtual private gateway.

What only the two ends of a real line know (addresses, ASNs, VLAN, location) is made up here, from the ranges
reserved for documentation and private use; nothing on the path depends on it.
"""

from ipaddress import IPv4Network

from landbridge.blueprint.calls import ApiCall, Plan, Ref, Value
from landbridge.blueprint.declaration import Declaration, LinkType
from landbridge.blueprint.naming import tag_specification
from landbridge.blueprint.planning.network import ROUTE_TABLE_ID, VPC_ID

CORPORATE_ASN = 65000
AMAZON_ASN = 64512
CUSTOMER_GATEWAY_ADDRESS = "203.0.113.10"
"""From TEST-NET-3: the public address of the corporate VPN device."""
VPN_GATEWAY_ID = Ref("vpn-gateway", "VpnGateway.VpnGatewayId")
DIRECT_CONNECT_GATEWAY_ID = Ref("direct-connect-gateway", "directConnectGateway.directConnectGatewayId")
VIRTUAL_INTERFACE_ID = Ref("virtual-interface", "virtualInterfaceId")
"""Over which the corporate router announces its networks by BGP: no AWS call says which."""


def plan(declaration: Declaration) -> Plan:
    """The gateway on the VPC, the line behind it, and the way back: routes to the corporate networks."""
    line = _vpn(declaration) if declaration.link.type is LinkType.VPN else _direct_connect(declaration)
    return (
        ApiCall(
            "vpn-gateway",
            "ec2",
            "create_vpn_gateway",
            {
                "Type": "ipsec.1",
                "TagSpecifications": tag_specification(declaration, "vpn-gateway", declaration.name),
            },
        ),
        ApiCall(
            "vpn-gateway-attachment",
            "ec2",
            "attach_vpn_gateway",
            {"VpcId": VPC_ID, "VpnGatewayId": VPN_GATEWAY_ID},
        ),
        *line,
        ApiCall(
            "route-propagation",
            "ec2",
            "enable_vgw_route_propagation",
            {"GatewayId": VPN_GATEWAY_ID, "RouteTableId": ROUTE_TABLE_ID},
        ),
    )


def _vpn(declaration: Declaration) -> Plan:
    """A VPN connection with a static route for each corporate network.

    AWS: "Static and dynamic routing in AWS Site-to-Site VPN"
    """
    return (
        ApiCall(
            "customer-gateway",
            "ec2",
            "create_customer_gateway",
            {
                "Type": "ipsec.1",
                "IpAddress": CUSTOMER_GATEWAY_ADDRESS,
                "BgpAsn": CORPORATE_ASN,
                "TagSpecifications": tag_specification(declaration, "customer-gateway", declaration.name),
            },
        ),
        ApiCall(
            "vpn-connection",
            "ec2",
            "create_vpn_connection",
            {
                "Type": "ipsec.1",
                "CustomerGatewayId": Ref("customer-gateway", "CustomerGateway.CustomerGatewayId"),
                "VpnGatewayId": VPN_GATEWAY_ID,
                "Options": {"StaticRoutesOnly": True},
                "TagSpecifications": tag_specification(declaration, "vpn-connection", declaration.name),
            },
        ),
        *(_vpn_route(block) for block in declaration.link.corporate),
    )


def _vpn_route(block: IPv4Network) -> ApiCall:
    return ApiCall(
        f"vpn-route-{block}",
        "ec2",
        "create_vpn_connection_route",
        {
            "VpnConnectionId": Ref("vpn-connection", "VpnConnection.VpnConnectionId"),
            "DestinationCidrBlock": str(block),
        },
    )


def _direct_connect(declaration: Declaration) -> Plan:
    """A connection, a private virtual interface on a Direct Connect gateway, and the VPC's gateway behind it.

    AWS: "Direct Connect virtual interfaces and hosted virtual interfaces",
    "Virtual private gateway associations"
    """
    return (
        ApiCall(
            "connection",
            "directconnect",
            "create_connection",
            {
                "location": "EqFA5",
                "bandwidth": "1Gbps",
                "connectionName": declaration.name,
                "tags": _lower_case_tags(declaration),
            },
        ),
        ApiCall(
            "direct-connect-gateway",
            "directconnect",
            "create_direct_connect_gateway",
            {"directConnectGatewayName": declaration.name, "amazonSideAsn": AMAZON_ASN},
        ),
        _create_virtual_interface(declaration),
        ApiCall(
            "direct-connect-association",
            "directconnect",
            "create_direct_connect_gateway_association",
            {
                "directConnectGatewayId": DIRECT_CONNECT_GATEWAY_ID,
                "gatewayId": VPN_GATEWAY_ID,
                # What is announced to the corporate side.
                "addAllowedPrefixesToDirectConnectGateway": [{"cidr": str(declaration.vpc)}],
            },
        ),
    )


def _create_virtual_interface(declaration: Declaration) -> ApiCall:
    interface: Value = {
        "virtualInterfaceName": declaration.name,
        "vlan": 101,
        "asn": CORPORATE_ASN,
        "directConnectGatewayId": DIRECT_CONNECT_GATEWAY_ID,
        "tags": _lower_case_tags(declaration),
    }
    return ApiCall(
        "virtual-interface",
        "directconnect",
        "create_private_virtual_interface",
        {"connectionId": Ref("connection", "connectionId"), "newPrivateVirtualInterface": interface},
    )


def _lower_case_tags(declaration: Declaration) -> Value:
    """Tags as Direct Connect takes them."""
    return [
        {"key": "Name", "value": declaration.name},
        {"key": "app", "value": declaration.name},
    ]
