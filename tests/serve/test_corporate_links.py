"""What the corporate router announces, over which links."""

from ipaddress import IPv4Network

from landbridge.control.aws_api import AwsApi
from landbridge.control.hooks import hooks
from landbridge.serve.corporate_links import announce_corporate_networks

OFFICE = IPv4Network("192.168.0.0/16")


def connection(api: AwsApi, static: bool) -> str:
    ec2 = api.client("ec2")
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    device = ec2.create_customer_gateway(Type="ipsec.1", PublicIp="203.0.113.7", BgpAsn=65000)
    created = ec2.create_vpn_connection(
        Type="ipsec.1",
        VpnGatewayId=gateway,
        CustomerGatewayId=device["CustomerGateway"]["CustomerGatewayId"],
        Options={"StaticRoutesOnly": static},
    )
    return str(created["VpnConnection"]["VpnConnectionId"])


def test_only_links_with_dynamic_routing_are_announced_over() -> None:
    api = AwsApi("eu-central-1")
    dynamic, _static, deleted = connection(api, False), connection(api, True), connection(api, False)
    api.client("ec2").delete_vpn_connection(VpnConnectionId=deleted)
    interface = api.client("directconnect").create_private_virtual_interface(
        connectionId=api.client("directconnect").create_connection(
            location="EqDC2", bandwidth="1Gbps", connectionName="office"
        )["connectionId"],
        newPrivateVirtualInterface={
            "virtualInterfaceName": "office",
            "vlan": 100,
            "asn": 65000,
            "directConnectGatewayId": api.client("directconnect").create_direct_connect_gateway(
                directConnectGatewayName="office"
            )["directConnectGateway"]["directConnectGatewayId"],
        },
    )["virtualInterfaceId"]
    announce_corporate_networks(api, [OFFICE])
    assert hooks.announced == {interface: (str(OFFICE),), dynamic: (str(OFFICE),)}
