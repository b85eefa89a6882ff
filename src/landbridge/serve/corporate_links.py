"""The corporate router's part: what it announces over links that learn their routes by BGP."""

from collections.abc import Iterable
from ipaddress import IPv4Network

from landbridge.control.aws_api import AwsApi


def announce_corporate_networks(api: AwsApi, networks: Iterable[IPv4Network]) -> None:
    """These blocks over every private virtual interface and every VPN connection with dynamic routing."""
    blocks = tuple(str(network) for network in networks)
    for link in (*_virtual_interfaces(api), *_dynamic_connections(api)):
        api.announce(link, blocks)


def _virtual_interfaces(api: AwsApi) -> list[str]:
    found = api.client("directconnect").describe_virtual_interfaces()["virtualInterfaces"]
    return [interface["virtualInterfaceId"] for interface in found]


def _dynamic_connections(api: AwsApi) -> list[str]:
    found = api.client("ec2").describe_vpn_connections()["VpnConnections"]
    return [
        connection["VpnConnectionId"]
        for connection in found
        if connection["State"] == "available" and not connection.get("Options", {}).get("StaticRoutesOnly")
    ]
