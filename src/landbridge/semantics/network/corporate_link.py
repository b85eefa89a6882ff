"""Which link carries packets between the corporate network and a VPC: Direct Connect or Site-to-Site VPN."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from landbridge.model.exchange import Flow
from landbridge.model.identifiers import VpcId, VpnGatewayId
from landbridge.model.links import (
    DirectConnectAssociation,
    TransitGatewayAttachment,
    VpnConnection,
    VpnTunnel,
)
from landbridge.model.network import Network, Vpc
from landbridge.model.topology import Topology
from landbridge.semantics.network.faults import broken_tunnels, virtual_interfaces_up
from landbridge.semantics.network.source import corporate_networks
from landbridge.semantics.network.transit_gateway import (
    CORPORATE_TYPES,
    Attachments,
    no_way_to,
    transit,
)
from landbridge.trace.codes import ExplanationCode, LocalCode
from landbridge.trace.decision import Decision, Facts, Hop, Hops, ResourceRef, Step, allowed, denied

VPN_CONNECTION = "AWS::EC2::VPNConnection"
UP = "UP"
DIRECT_CONNECT = "AWS::DirectConnect::DirectConnectGatewayAssociation"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that works, the VPC it leads to and the gateway that answers must leave by."""

    vpc_id: VpcId
    gateway_id: str
    """A virtual private gateway or a transit gateway."""
    attachment: TransitGatewayAttachment | None = None
    """The transit gateway's attachment to the VPC."""


def find_link(topology: Topology, flow: Flow) -> tuple[Link | None, Hops]:
    """The link that carries packets from the corporate network to an address, or why none does.

    Direct Connect is preferred to a VPN, a virtual private gateway to a transit gateway. Of several VPCs with
    the address, the first that a working link leads to is meant, one with an interface at the address before
    others.

    AWS: "AWS Site-to-Site VPN routing options"
    """
    failed: list[Hops] = []
    for link, hops in _ways(topology, flow):
        if link is not None:
            return link, hops
        failed.append(hops)
    return None, failed[0] if failed else (_not_linked(topology, flow),)


def leave_to_office(topology: Topology, attachments: Attachments, flow: Flow) -> Decision | None:
    """Whether answers that leave a transit gateway over these attachments get to the corporate network.

    None when none of them leads there.
    """
    links = [each for each in attachments if each.resource_type in CORPORATE_TYPES]
    decisions = [hop.decision for each in links for hop in _of_attachment(topology, each, flow)]
    return next((each for each in decisions if each.allowed), decisions[0] if decisions else None)


def _ways(topology: Topology, flow: Flow) -> Iterator[tuple[Link | None, Hops]]:
    network = topology.network
    for vpc in _vpcs_of(network, flow.destination):
        for gateway in network.vpn_gateways:
            if gateway.vpc_id == vpc.id:
                for hop in _links(topology, vpc, gateway.id, flow):
                    yield (Link(vpc.id, gateway.id) if hop.decision.allowed else None), (hop,)
    for kind in CORPORATE_TYPES:
        for attachment in network.transit_gateway_attachments:
            if attachment.resource_type == kind:
                yield from _over_transit_gateway(topology, attachment, flow)


def _vpcs_of(network: Network, address: IPv4Address) -> list[Vpc]:
    used = {interface.vpc_id for interface in network.interfaces_by_address.get(address, ())}
    holders = [vpc for vpc in network.own_vpcs if any(address in cidr for cidr in vpc.cidrs)]
    return sorted(holders, key=lambda vpc: vpc.id not in used)


def _links(topology: Topology, vpc: Vpc, gateway_id: VpnGatewayId, flow: Flow) -> Iterator[Hop]:
    announced = corporate_networks(topology)
    for association in topology.network.direct_connect_associations:
        if association.vpn_gateway_id == gateway_id:
            prefixes = association.allowed_prefixes or vpc.cidrs
            decision = _over_direct_connect(topology, association, prefixes, flow)
            decision = _knows_office(decision, announced, flow, _announce(flow))
            yield Hop(ResourceRef(DIRECT_CONNECT, association.id), Step.LINK, decision)
    for connection in topology.network.vpn_connections:
        if connection.vpn_gateway_id == gateway_id:
            decision = _over_vpn(topology, connection)
            remedy = f"Give VPN connection {connection.id} a static route to a block that holds {flow.source}"
            decision = _knows_office(decision, connection.static_routes or announced, flow, remedy)
            yield Hop(ResourceRef(VPN_CONNECTION, connection.id), Step.LINK, decision)


def _over_transit_gateway(
    topology: Topology, attachment: TransitGatewayAttachment, flow: Flow
) -> Iterator[tuple[Link | None, Hops]]:
    """Over a VPN connection or a Direct Connect gateway into a transit gateway, and on to a VPC.

    AWS: "How AWS Transit Gateway works"
    """
    for hop in _of_attachment(topology, attachment, flow):
        if not hop.decision.allowed:
            yield None, (hop,)
            continue
        found, transit_hop = transit(topology.network, attachment, flow.destination)
        vpcs = {vpc.id for vpc in _vpcs_of(topology.network, flow.destination)}
        onwards = next((each for each in found if each.resource_id in vpcs), None)
        if onwards is not None:
            link = Link(VpcId(onwards.resource_id), attachment.transit_gateway_id, onwards)
            yield link, (hop, transit_hop)
        elif transit_hop.decision.allowed:
            meant = f"of {' or '.join(sorted(vpcs)) or 'the VPC'}"
            yield None, (hop, no_way_to(meant, transit_hop, found))
        else:
            yield None, (hop, transit_hop)


def _of_attachment(topology: Topology, attachment: TransitGatewayAttachment, flow: Flow) -> Iterator[Hop]:
    """The VPN connection, or the Direct Connect gateway associations, behind an attachment."""
    network = topology.network
    for connection in network.vpn_connections:
        if connection.id == attachment.resource_id:
            decision = _over_vpn(topology, connection)
            yield Hop(ResourceRef(VPN_CONNECTION, connection.id), Step.LINK, decision)
    for association in network.direct_connect_associations:
        if association.transit_gateway_id == attachment.transit_gateway_id and (
            association.direct_connect_gateway_id == attachment.resource_id
        ):
            prefixes = association.allowed_prefixes
            decision = _over_direct_connect(topology, association, prefixes, flow)
            yield Hop(ResourceRef(DIRECT_CONNECT, association.id), Step.LINK, decision)


def _over_vpn(topology: Topology, connection: VpnConnection) -> Decision:
    """Whether a VPN connection carries anything: one tunnel is enough.

    AWS: "VgwTelemetry" (Amazon EC2 API reference)
    """
    cited = ResourceRef(VPN_CONNECTION, connection.id)
    broken = broken_tunnels(connection, topology.faults)
    told = {tunnel.outside_address: _status(tunnel, broken) for tunnel in connection.tunnels}
    facts: Facts = (
        ("state", connection.state),
        *((f"tunnel {address}", status) for address, status in told.items()),
    )
    if connection.state != "available":
        remedy = f"Wait for VPN connection {connection.id} to become available, or create it anew"
        return denied(ExplanationCode.BAD_STATE_VPN, cited, *facts, remedy=remedy)
    if UP not in told.values():
        remedy = f"Bring up a tunnel of VPN connection {connection.id} on the customer gateway"
        if broken:
            names = " and ".join(f"landbridge fault link {name} off" for name in sorted({*broken.values()}))
            remedy = f"Take the fault back: {names}"
        return denied(ExplanationCode.BAD_STATE_VPN, cited, *facts, remedy=remedy)
    return allowed(cited, *facts)


def _status(tunnel: VpnTunnel, broken: dict[str, str]) -> str:
    if tunnel.outside_address in broken:
        return "DOWN (injected fault)"
    if tunnel.status == UP or not tunnel.status_message:
        return tunnel.status
    return f"{tunnel.status} ({tunnel.status_message})"


def _over_direct_connect(
    topology: Topology,
    association: DirectConnectAssociation,
    prefixes: tuple[IPv4Network, ...],
    flow: Flow,
) -> Decision:
    """Whether a Direct Connect association carries packets between the flow's two ends.

    To a transit gateway the allowed prefixes are what is announced; to a virtual private gateway they filter
    the VPC's own blocks.

    AWS: "Allowed prefixes interactions for Direct Connect gateways"
    """
    cited = ResourceRef(DIRECT_CONNECT, association.id)
    up = virtual_interfaces_up(association, topology.faults)
    facts: Facts = (
        ("state", association.state),
        ("allowed prefixes", _render(prefixes)),
        ("virtual interfaces", ", ".join(up) or "none"),
    )
    gateway = association.direct_connect_gateway_id
    if association.state != "associated":
        remedy = f"Wait for the association {association.id} with Direct Connect gateway {gateway}"
        return denied(ExplanationCode.BAD_STATE, cited, *facts, remedy=remedy)
    if not up:
        kind = "transit" if association.transit_gateway_id else "private"
        remedy = f"Attach a {kind} virtual interface to {gateway} and bring its BGP session up"
        if association.virtual_interface_ids:
            facts = (*facts, ("fault", "its virtual interfaces are down (injected fault)"))
            remedy = "Take the fault back: landbridge fault list tells which one it is"
        return denied(ExplanationCode.BAD_STATE, cited, *facts, remedy=remedy)
    if not _holds(prefixes, flow.destination):
        remedy = f"Add a prefix that holds {flow.destination} to the allowed prefixes of {association.id}"
        return denied(ExplanationCode.NO_ROUTE_TO_DESTINATION, cited, *facts, remedy=remedy)
    return allowed(cited, *facts)


def _knows_office(decision: Decision, known: tuple[IPv4Network, ...], flow: Flow, remedy: str) -> Decision:
    """The decision, with what the gateway knows of the corporate side; answers need it."""
    facts = (*_facts(flow, known), *decision.facts)
    if not decision.allowed:
        assert decision.code is not None
        return denied(decision.code, decision.cited, *facts, remedy=decision.remedy)
    if not _holds(known, flow.source):
        return denied(LocalCode.NO_RETURN_ROUTE, decision.cited, *facts, remedy=remedy)
    return allowed(decision.cited, *facts)


def _announce(flow: Flow) -> str:
    return f"Announce a block that holds {flow.source} from the corporate side"


def _not_linked(topology: Topology, flow: Flow) -> Hop:
    network = topology.network
    vpcs = _vpcs_of(network, flow.destination)
    vpc_ids = ", ".join(vpc.id for vpc in vpcs)
    component = ResourceRef("AWS::EC2::VPC", vpc_ids)
    facts = (("source", str(flow.source)), ("destination", str(flow.destination)))
    peering = _peering_with_a_linked_vpc(network, [vpc.id for vpc in vpcs])
    if peering is not None:
        remedy = (
            f"Attach a link to {vpc_ids} itself, or use a transit gateway: "
            f"VPC peering {peering} carries nothing from beyond the other VPC"
        )
        cited = ResourceRef("AWS::EC2::VPCPeeringConnection", peering)
        return Hop(component, Step.LINK, denied(ExplanationCode.NO_PATH, cited, *facts, remedy=remedy))
    decision = denied(
        LocalCode.CORPORATE_NETWORK_NOT_LINKED,
        component,
        *facts,
        remedy=f"Attach a virtual private gateway with a VPN connection or a Direct Connect association, "
        f"or a transit gateway with one, to {vpc_ids}",
    )
    return Hop(component, Step.LINK, decision)


def _peering_with_a_linked_vpc(network: Network, vpc_ids: list[VpcId]) -> str | None:
    """The peering connection that leads to a VPC with a link: edge-to-edge routing, which there is not.

    AWS: "VPC peering limitations"
    """
    linked = {gateway.vpc_id for gateway in network.vpn_gateways}
    linked |= {VpcId(each.resource_id) for each in network.transit_gateway_attachments}
    for peering in network.peering_connections:
        ends = (peering.requester_vpc_id, peering.accepter_vpc_id)
        for here, there in (ends, ends[::-1]):
            if here in vpc_ids and there in linked:
                return peering.id
    return None


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
