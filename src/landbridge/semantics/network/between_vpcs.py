"""From one VPC into another: over a transit gateway, or over a VPC peering connection."""

from collections.abc import Iterator
from dataclasses import dataclass

from landbridge.model.exchange import Flow
from landbridge.model.identifiers import SubnetId, VpcId
from landbridge.model.links import TransitGatewayAttachment, VpcPeeringConnection
from landbridge.model.network import Network, NetworkInterface
from landbridge.semantics.network import transit_gateway
from landbridge.semantics.network.faults import zone_of_subnet
from landbridge.semantics.network.route_table import cite_route, look_up
from landbridge.semantics.network.security_group import Peer
from landbridge.semantics.network.source import InVpc, from_interface
from landbridge.semantics.network.subnet_boundary import (
    acl_hop,
    address_not_in_use,
    as_peer,
    group_hop,
    interface_at,
    no_route_table,
    vpc_holds,
)
from landbridge.trace.codes import ExplanationCode, LocalCode
from landbridge.trace.decision import Hop, ResourceRef, Step, allowed, denied, not_modelled

PEERING = "AWS::EC2::VPCPeeringConnection"
PEERING_PREFIX = "pcx-"
JOINING_PREFIXES = (transit_gateway.TARGET_PREFIX, PEERING_PREFIX)
"""Targets of a route that lead into another VPC."""


@dataclass(frozen=True, slots=True)
class Passage:
    """The way into another VPC as far as it goes, and the interface there."""

    target: str
    hops: tuple[Hop, ...]
    """What the transit gateway or the peering connection says."""
    destination: NetworkInterface | None = None
    attachments: tuple[TransitGatewayAttachment, TransitGatewayAttachment] | None = None
    """Where a transit gateway is entered and left."""
    keeps_groups: bool = True
    """Whether the security groups there see those here."""


def find_passage(network: Network, source: InVpc, target: str, flow: Flow) -> Passage:
    """Where the target of a route in the source's subnet leads.

    AWS: "How VPC peering connections work"; "How AWS Transit Gateway works"
    """
    if target.startswith(PEERING_PREFIX):
        return _over_peering(network, source, target, flow)
    return _over_transit_gateway(network, source, target, flow)


def cross(network: Network, source: InVpc, passage: Passage, flow: Flow) -> Iterator[Hop]:
    """The hops from a subnet's route on, into the other VPC, and of the answers."""
    yield from _leave(network, source, passage, flow)
    yield from passage.hops
    interface = passage.destination
    if interface is None:
        return
    receiver = from_interface(interface)
    yield from enter_from_transit_gateway(network, passage.attachments, source.subnet_id, receiver, flow)
    yield acl_hop(network, Step.NETWORK_ACL_INBOUND, receiver.subnet_id, flow.source, flow)
    peer = as_peer(source) if passage.keeps_groups else Peer(source.address)
    yield group_hop(network, Step.SECURITY_GROUP_INGRESS, receiver, peer, flow)
    yield _return_route(network, receiver, passage.target, flow)
    yield acl_hop(network, Step.NETWORK_ACL_RETURN, receiver.subnet_id, flow.source, flow, egress=True)
    if passage.attachments is not None:
        here, there = passage.attachments
        yield from leave_by_transit_gateway(network, there, receiver.subnet_id, flow, here)
    yield acl_hop(network, Step.NETWORK_ACL_RETURN, source.subnet_id, flow.destination, flow)


def leave_by_transit_gateway(
    network: Network,
    attachment: TransitGatewayAttachment,
    subnet_id: SubnetId,
    flow: Flow,
    back_to: TransitGatewayAttachment | None = None,
) -> Iterator[Hop]:
    """What answers meet from a subnet into a transit gateway, and there on the way back.

    AWS: "Network ACLs for transit gateways in AWS Transit Gateway"
    """
    yield transit_gateway.entry(network, attachment, subnet_id, Step.RETURN_ROUTE)
    entered = transit_gateway.subnet_in(network, attachment, zone_of_subnet(network, subnet_id))
    if entered is not None:
        yield acl_hop(network, Step.NETWORK_ACL_RETURN, entered, flow.destination, flow)
    if back_to is not None:
        found, hop = transit_gateway.transit(network, attachment, flow.source)
        if hop.decision.allowed and back_to not in found:
            hop = transit_gateway.no_way_to(back_to.id, hop, found)
        yield hop


def enter_from_transit_gateway(
    network: Network,
    attachments: tuple[TransitGatewayAttachment | None, TransitGatewayAttachment] | None,
    from_subnet: SubnetId | None,
    receiver: InVpc,
    flow: Flow,
) -> Iterator[Hop]:
    """What packets meet from a transit gateway into a VPC; nothing in the attachment's own subnet.

    They come in by the zone that they come from, where the attachment has it.
    AWS: "Network ACLs for transit gateways in AWS Transit Gateway"
    """
    if attachments is None:
        return
    zone = zone_of_subnet(network, from_subnet or receiver.subnet_id)
    entered = transit_gateway.subnet_in(network, attachments[1], zone)
    if entered is not None and entered != receiver.subnet_id:
        yield acl_hop(network, Step.NETWORK_ACL_OUTBOUND, entered, flow.destination, flow, egress=True)


def _leave(network: Network, source: InVpc, passage: Passage, flow: Flow) -> Iterator[Hop]:
    """The source's groups, its subnet's network ACL and route."""
    receiver = passage.destination
    peer = Peer(flow.destination)
    if receiver is not None and passage.attachments is None:
        peer = as_peer(from_interface(receiver))
    yield group_hop(network, Step.SECURITY_GROUP_EGRESS, source, peer, flow)
    yield acl_hop(network, Step.NETWORK_ACL_OUTBOUND, source.subnet_id, flow.destination, flow, egress=True)
    table = network.route_table_by_subnet[source.subnet_id]
    yield Hop(ResourceRef("AWS::EC2::RouteTable", table.id), Step.ROUTE, look_up(table, flow.destination)[1])
    if passage.attachments is not None:
        here = passage.attachments[0]
        yield transit_gateway.entry(network, here, source.subnet_id, Step.ROUTE)
        entered = transit_gateway.subnet_in(network, here, zone_of_subnet(network, source.subnet_id))
        if entered is not None:
            yield acl_hop(network, Step.NETWORK_ACL_INBOUND, entered, flow.source, flow)


def _over_peering(network: Network, source: InVpc, target: str, flow: Flow) -> Passage:
    """Only the other VPC itself is behind a peering connection, nothing beyond it.

    AWS: "VPC peering limitations"
    """
    peering = next((each for each in network.peering_connections if each.id == target), None)
    reference = ResourceRef(PEERING, target)
    if peering is None:
        decision = not_modelled("VPC peering with another account or region", reference)
        return Passage(target, (Hop(reference, Step.PEERING, decision),))
    vpc_id = _other_side(peering, source.vpc_id)
    facts = (("state", peering.state), ("source", str(flow.source)), ("destination", str(flow.destination)))
    if peering.state != "active":
        remedy = f"Accept VPC peering connection {target}, or create it anew"
        decision = denied(ExplanationCode.BAD_STATE, reference, *facts, remedy=remedy)
        return Passage(target, (Hop(reference, Step.PEERING, decision),))
    if vpc_id not in network.vpc_by_id:
        decision = not_modelled("VPC peering with another account or region", reference)
        return Passage(target, (Hop(reference, Step.PEERING, decision),))
    if not vpc_holds(network, vpc_id, flow.destination):
        remedy = (
            f"Route {flow.destination} another way: a peering connection leads into {vpc_id} "
            "and nowhere beyond it"
        )
        code = ExplanationCode.PCX_REQUIRES_ADDRESS_IN_VPC_CIDR
        return Passage(
            target, (Hop(reference, Step.PEERING, denied(code, reference, *facts, remedy=remedy)),)
        )
    return _arrive(
        network, vpc_id, Passage(target, (Hop(reference, Step.PEERING, allowed(reference, *facts)),)), flow
    )


def _other_side(peering: VpcPeeringConnection, vpc_id: VpcId) -> VpcId:
    return peering.accepter_vpc_id if vpc_id == peering.requester_vpc_id else peering.requester_vpc_id


def _over_transit_gateway(network: Network, source: InVpc, target: str, flow: Flow) -> Passage:
    here = transit_gateway.attachment_of_vpc(network, target, source.vpc_id)
    reference = ResourceRef("AWS::EC2::TransitGateway", target)
    if here is None:
        remedy = f"Attach {source.vpc_id} to {target}"
        code = ExplanationCode.UNASSOCIATED_COMPONENT
        decision = denied(code, reference, ("VPC", source.vpc_id), remedy=remedy)
        return Passage(target, (Hop(reference, Step.TRANSIT_GATEWAY, decision),))
    found, hop = transit_gateway.transit(network, here, flow.destination)
    if not hop.decision.allowed:
        return Passage(target, (hop,), attachments=(here, here))
    for there in found:
        if there.resource_type == "vpc" and vpc_holds(network, VpcId(there.resource_id), flow.destination):
            keeps = _keeps_groups(network, here, there)
            passage = Passage(target, (hop,), attachments=(here, there), keeps_groups=keeps)
            return _arrive(network, VpcId(there.resource_id), passage, flow)
    what = f"traffic from a VPC through {', '.join(f'a {each.resource_type} attachment' for each in found)}"
    beyond = Hop(hop.component, Step.TRANSIT_GATEWAY, not_modelled(what, hop.decision.cited))
    return Passage(target, (hop, beyond), attachments=(here, here))


def _keeps_groups(network: Network, here: TransitGatewayAttachment, there: TransitGatewayAttachment) -> bool:
    """Whether a group's ingress rules see the groups of the other VPC; all three must have it enabled.

    AWS: "Security group referencing in AWS Transit Gateway"
    """
    gateways = {each.id for each in network.transit_gateways if each.security_group_referencing}
    return (
        here.transit_gateway_id in gateways
        and here.security_group_referencing
        and there.security_group_referencing
    )


def _arrive(network: Network, vpc_id: VpcId, passage: Passage, flow: Flow) -> Passage:
    interface = interface_at(network, vpc_id, flow.destination)
    hops = (
        passage.hops if interface is not None else (*passage.hops, address_not_in_use(network, vpc_id, flow))
    )
    return Passage(passage.target, hops, interface, passage.attachments, passage.keeps_groups)


def _return_route(network: Network, receiver: InVpc, target: str, flow: Flow) -> Hop:
    table = network.route_table_by_subnet.get(receiver.subnet_id)
    if table is None:
        return no_route_table(Step.RETURN_ROUTE, receiver.subnet_id)
    component = ResourceRef("AWS::EC2::RouteTable", table.id)
    route, decision = look_up(table, flow.source)
    if route is not None and (not decision.allowed or route.target == target):
        return Hop(component, Step.RETURN_ROUTE, decision)
    decision = denied(
        LocalCode.NO_RETURN_ROUTE,
        cite_route(table, route) if route is not None else component,
        ("subnet", receiver.subnet_id),
        ("answers go to", str(flow.source)),
        ("found", f"the route {route.destination} to {route.target}" if route is not None else "no route"),
        remedy=f"Add a route for {flow.source} to {target} to route table {table.id}",
    )
    return Hop(component, Step.RETURN_ROUTE, decision)
