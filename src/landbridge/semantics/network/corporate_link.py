"""Which link carries packets between the corporate network and a VPC: Direct Connect or Site-to-Site VPN."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from landbridge.model.exchange import Flow
from landbridge.model.identifiers import VpcId, VpnGatewayId
from landbridge.model.links import DirectConnectAssociation, VpnConnection
from landbridge.model.network import Network, Vpc
from landbridge.model.topology import Topology
from landbridge.semantics.network.source import corporate_networks
from landbridge.trace.codes import ExplanationCode, LocalCode
from landbridge.trace.decision import Decision, Facts, Hop, ResourceRef, Step, allowed, denied, not_modelled

VPN_CONNECTION = "AWS::EC2::VPNConnection"
DIRECT_CONNECT = "AWS::DirectConnect::DirectConnectGatewayAssociation"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that works, the VPC it leads to and the gateway it arrives at."""

    vpc_id: VpcId
    vpn_gateway_id: VpnGatewayId


def find_link(topology: Topology, flow: Flow) -> tuple[Link | None, Hop]:
    """The link that carries packets from the corporate network to an address, or why none does.

    Direct Connect is preferred to a VPN. Of several VPCs with the address, the first that a working link
    leads to is meant, one with an interface at the address before others. Transit gateways are not modelled.

    AWS: "AWS Site-to-Site VPN routing options"
    """
    network = topology.network
    failed: list[Hop] = []
    for vpc in _vpcs_of(network, flow.destination):
        for gateway in network.vpn_gateways:
            if gateway.vpc_id != vpc.id:
                continue
            for hop in _links(topology, vpc, gateway.id, flow):
                if hop.decision.allowed:
                    return Link(vpc.id, gateway.id), hop
                failed.append(hop)
    return None, failed[0] if failed else _not_linked(network, flow)


def _vpcs_of(network: Network, address: IPv4Address) -> list[Vpc]:
    used = {interface.vpc_id for interface in network.interfaces_by_address.get(address, ())}
    holders = [vpc for vpc in network.vpcs if any(address in cidr for cidr in vpc.cidrs)]
    return sorted(holders, key=lambda vpc: vpc.id not in used)


def _links(topology: Topology, vpc: Vpc, gateway_id: VpnGatewayId, flow: Flow) -> Iterator[Hop]:
    announced = corporate_networks(topology)
    for association in topology.network.direct_connect_associations:
        if association.vpn_gateway_id == gateway_id:
            decision = _over_direct_connect(association, vpc, announced, flow)
            yield Hop(ResourceRef(DIRECT_CONNECT, association.id), Step.LINK, decision)
    for connection in topology.network.vpn_connections:
        if connection.vpn_gateway_id == gateway_id:
            decision = _over_vpn(connection, connection.static_routes or announced, flow)
            yield Hop(ResourceRef(VPN_CONNECTION, connection.id), Step.LINK, decision)


def _over_vpn(connection: VpnConnection, known: tuple[IPv4Network, ...], flow: Flow) -> Decision:
    """Whether a VPN connection carries the flow; without static routes it is taken to learn them by BGP."""
    cited = ResourceRef(VPN_CONNECTION, connection.id)
    facts = (
        *_facts(flow, known),
        ("state", connection.state),
        ("tunnels up", str(connection.tunnels_up)),
    )
    if connection.state != "available":
        remedy = f"Wait for VPN connection {connection.id} to become available, or create it anew"
        return denied(ExplanationCode.BAD_STATE_VPN, cited, *facts, remedy=remedy)
    if connection.tunnels_up == 0:
        remedy = f"Bring up a tunnel of VPN connection {connection.id} on the customer gateway"
        return denied(ExplanationCode.BAD_STATE_VPN, cited, *facts, remedy=remedy)
    if not _holds(known, flow.source):
        remedy = f"Give VPN connection {connection.id} a static route to a block that holds {flow.source}"
        return denied(LocalCode.NO_RETURN_ROUTE, cited, *facts, remedy=remedy)
    return allowed(cited, *facts)


def _over_direct_connect(
    association: DirectConnectAssociation, vpc: Vpc, known: tuple[IPv4Network, ...], flow: Flow
) -> Decision:
    """Whether a Direct Connect association carries the flow.

    AWS: "Allowed prefixes interactions for Direct Connect gateways"
    """
    cited = ResourceRef(DIRECT_CONNECT, association.id)
    prefixes = association.allowed_prefixes or vpc.cidrs
    facts = (
        *_facts(flow, known),
        ("state", association.state),
        ("allowed prefixes", _render(prefixes)),
        ("virtual interfaces", ", ".join(association.virtual_interface_ids) or "none"),
    )
    gateway = association.direct_connect_gateway_id
    if association.state != "associated":
        remedy = f"Wait for the association {association.id} with Direct Connect gateway {gateway}"
        return denied(ExplanationCode.BAD_STATE, cited, *facts, remedy=remedy)
    if not association.virtual_interface_ids:
        remedy = f"Attach a private virtual interface to {gateway} and bring its BGP session up"
        return denied(ExplanationCode.BAD_STATE, cited, *facts, remedy=remedy)
    if not _holds(prefixes, flow.destination):
        remedy = f"Add a prefix that holds {flow.destination} to the allowed prefixes of {association.id}"
        return denied(ExplanationCode.NO_ROUTE_TO_DESTINATION, cited, *facts, remedy=remedy)
    if not _holds(known, flow.source):
        remedy = f"Announce a block that holds {flow.source} from the corporate side"
        return denied(LocalCode.NO_RETURN_ROUTE, cited, *facts, remedy=remedy)
    return allowed(cited, *facts)


def _not_linked(network: Network, flow: Flow) -> Hop:
    vpc_ids = ", ".join(vpc.id for vpc in _vpcs_of(network, flow.destination))
    component = ResourceRef("AWS::EC2::VPC", vpc_ids)
    elsewhere = [link for link in network.vpn_connections if link.vpn_gateway_id is None]
    if elsewhere:
        cited = ResourceRef(VPN_CONNECTION, elsewhere[0].id)
        return Hop(component, Step.LINK, not_modelled("a VPN connection on a transit gateway", cited))
    decision = denied(
        LocalCode.CORPORATE_NETWORK_NOT_LINKED,
        component,
        ("source", str(flow.source)),
        ("destination", str(flow.destination)),
        remedy=f"Attach a virtual private gateway with a VPN connection or a Direct Connect association "
        f"to {vpc_ids}",
    )
    return Hop(component, Step.LINK, decision)


def _facts(flow: Flow, known: tuple[IPv4Network, ...]) -> Facts:
    return (
        ("source", str(flow.source)),
        ("destination", str(flow.destination)),
        ("corporate networks", _render(known)),
    )


def _holds(blocks: tuple[IPv4Network, ...], address: IPv4Address) -> bool:
    return any(address in block for block in blocks)


def _render(blocks: tuple[IPv4Network, ...]) -> str:
    return ", ".join(str(block) for block in blocks) or "none"
