"""Whether a connection attempt and its answer pass, hop by hop, and what they arrive at.

``reach`` is the only door. Below it, one generator per kind of path yields its hops in AWS's order; the first
hop that does not allow ends it. What a packet meets at a subnet's edge is in ``subnet_boundary.py``, between
networks in ``corporate_link.py``, ``between_vpcs.py`` and ``client_vpn.py``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network
from itertools import chain

from landbridge.model.exchange import Flow
from landbridge.model.network import Network, NetworkInterface
from landbridge.model.topology import Topology
from landbridge.semantics.network import security_group, transit_gateway
from landbridge.semantics.network.between_vpcs import (
    JOINING_PREFIXES,
    cross,
    enter_from_transit_gateway,
    find_passage,
    leave_by_transit_gateway,
)
from landbridge.semantics.network.client_vpn import enter
from landbridge.semantics.network.corporate_link import Link, find_link, leave_to_office
from landbridge.semantics.network.faults import zone_is_down, zone_of, zone_of_subnet
from landbridge.semantics.network.gateway_endpoint import gateway_endpoint
from landbridge.semantics.network.internet_gateway import arrive, interface_to_internet, pass_gateway
from landbridge.semantics.network.public_service import (
    PUBLIC_EXECUTE_API,
    PublicService,
    is_private,
    public_hop,
    public_service_at,
    unused_private_address,
    vpcs_hold,
)
from landbridge.semantics.network.route_table import LOCAL, cite_route, look_up
from landbridge.semantics.network.source import (
    ClientVpn,
    Corporate,
    Internet,
    InVpc,
    Source,
    corporate_networks,
)
from landbridge.semantics.network.source import from_interface as as_source
from landbridge.semantics.network.subnet_boundary import (
    acl_hop,
    address_not_in_use,
    as_peer,
    end_reference,
    group_hop,
    interface_at,
    interface_reference,
    local_route,
    no_route_table,
    vpc_holds,
)
from landbridge.semantics.network.to_office import (
    CorporateHost,
    is_in_office,
    stands_for_host,
    way_to_office,
)
from landbridge.semantics.world import World
from landbridge.trace.codes import ExplanationCode, LocalCode
from landbridge.trace.decision import (
    Hop,
    Hops,
    Refused,
    ResourceRef,
    Step,
    TimedOut,
    allowed,
    denied,
    not_modelled,
)

ROUTED_ELSEWHERE = (LOCAL, "igw-", "nat-", "vgw-", "pcx-")
"""Targets of a route that certainly do not lead back over a link."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What a connection attempt arrives at; ``outcome`` is None when it and its answer pass."""

    hops: Hops
    destination: NetworkInterface | PublicService | CorporateHost | None
    outcome: TimedOut | Refused | None = None
    seen_as: Internet | None = None
    """Whom the destination sees, where gateways gave the source a public address."""


def reach(
    world: World, source: Source, destination: IPv4Address, port: int, protocol: str = "tcp"
) -> Reached:
    """What a connection attempt from `source` meets on its way and arrives at.

    AWS: "How Reachability Analyzer works"
    """
    flow = Flow(source.address, destination, port, protocol)
    return world.remember(("reach", source, flow), lambda: _reach_by_zone(world.topology, source, flow))


def _reach_by_zone(topology: Topology, source: Source, flow: Flow) -> Reached:
    """What is reached, unless either end is in an Availability Zone that was broken on purpose."""
    down = topology.faults.zones
    if not down:
        return _reach(topology, source, flow)
    if isinstance(source, InVpc) and zone_of_subnet(topology.network, source.subnet_id) in down:
        zone = zone_of_subnet(topology.network, source.subnet_id)
        return _stopped(zone_is_down(zone, Step.ROUTE, end_reference(source)))
    reached = _reach(topology, source, flow)
    found = reached.destination
    if (
        reached.outcome is None
        and isinstance(found, NetworkInterface)
        and zone_of(topology.network, found) in down
    ):
        hop = zone_is_down(zone_of(topology.network, found), Step.DESTINATION, interface_reference(found))
        return Reached((*reached.hops, hop), found, TimedOut())
    return reached


def _reach(topology: Topology, source: Source, flow: Flow) -> Reached:
    match source:
        case Corporate():
            return _from_corporate(topology, flow)
        case InVpc():
            return _from_vpc(topology, source, flow)
        case ClientVpn():
            return _from_client_vpn(topology, source, flow)
        case Internet():
            return _from_internet(topology, flow)


def _from_corporate(topology: Topology, flow: Flow) -> Reached:
    network = topology.network
    if is_in_office(topology, flow.destination) and stands_for_host(topology, flow.destination):
        return Reached((), CorporateHost(flow.destination))
    if not vpcs_hold(topology, flow.destination):
        return _outside_vpcs(topology, flow, "the corporate network's own internet access")
    link, hops = find_link(topology, flow)
    if link is None:
        return _stopped(*hops)
    interface = interface_at(network, link.vpc_id, flow.destination)
    if interface is None:
        return _stopped(*hops, address_not_in_use(network, link.vpc_id, flow))
    rest = _from_link_to_interface(topology, link, interface, flow)
    return _follow(interface, list(hops), rest)


def _from_link_to_interface(
    topology: Topology, link: Link, interface: NetworkInterface, flow: Flow
) -> Iterator[Hop]:
    network, attachment = topology.network, link.attachment
    if attachment is not None:
        yield from enter_from_transit_gateway(network, (None, attachment), None, as_source(interface), flow)
    yield acl_hop(network, Step.NETWORK_ACL_INBOUND, interface.subnet_id, flow.source, flow)
    peer = security_group.Peer(flow.source)
    yield group_hop(network, Step.SECURITY_GROUP_INGRESS, as_source(interface), peer, flow)
    yield _return_route_to_link(topology, link, interface, flow)
    yield acl_hop(network, Step.NETWORK_ACL_RETURN, interface.subnet_id, flow.source, flow, egress=True)
    if attachment is not None:
        yield from leave_by_transit_gateway(network, attachment, interface.subnet_id, flow)
        yield _return_over_transit_gateway(topology, link, flow)


def _return_over_transit_gateway(topology: Topology, link: Link, flow: Flow) -> Hop:
    """The transit gateway's route back: to a link that works, not necessarily the one that was used."""
    assert link.attachment is not None
    found, hop = transit_gateway.transit(topology.network, link.attachment, flow.source)
    if not hop.decision.allowed:
        return hop
    decision = leave_to_office(topology, found, flow)
    if decision is None:
        return transit_gateway.no_way_to("that leads to the corporate network", hop, found)
    if decision.allowed:
        return hop
    return replace(hop, decision=decision)


def _from_client_vpn(topology: Topology, source: ClientVpn, flow: Flow) -> Reached:
    """First the endpoint, then the way of the interface that it translates the client to."""
    interface, hops = enter(topology, source, flow.destination)
    if interface is None:
        return _stopped(*hops)
    reached = _from_vpc(topology, interface, replace(flow, source=interface.address))
    return replace(reached, hops=hops + reached.hops)


def _from_vpc(topology: Topology, source: InVpc, flow: Flow) -> Reached:
    network = topology.network
    if not vpc_holds(network, source.vpc_id, flow.destination):
        return _out_of_vpc(topology, source, flow)
    interface = interface_at(network, source.vpc_id, flow.destination)
    if interface is None:
        return _stopped(address_not_in_use(network, source.vpc_id, flow))
    return _follow(interface, [], _within_vpc(network, source, interface, flow))


def _within_vpc(network: Network, source: InVpc, interface: NetworkInterface, flow: Flow) -> Iterator[Hop]:
    """Network ACLs and routes are met between subnets only, security groups always."""
    here, there = source.subnet_id, interface.subnet_id
    receiver = as_source(interface)
    yield group_hop(network, Step.SECURITY_GROUP_EGRESS, source, as_peer(receiver), flow)
    if here != there:
        yield acl_hop(network, Step.NETWORK_ACL_OUTBOUND, here, flow.destination, flow, egress=True)
        yield local_route(network, Step.ROUTE, here, flow.destination)
        yield acl_hop(network, Step.NETWORK_ACL_INBOUND, there, flow.source, flow)
    yield group_hop(network, Step.SECURITY_GROUP_INGRESS, receiver, as_peer(source), flow)
    if here != there:
        yield local_route(network, Step.RETURN_ROUTE, there, flow.source)
        yield acl_hop(network, Step.NETWORK_ACL_RETURN, there, flow.source, flow, egress=True)
        yield acl_hop(network, Step.NETWORK_ACL_RETURN, here, flow.destination, flow)


def _out_of_vpc(topology: Topology, source: InVpc, flow: Flow) -> Reached:
    """By the subnet's route: to the office, into another VPC, or out to the internet."""
    network = topology.network
    is_own = source.vpc_id not in network.vpcs_of_others
    if is_own and is_in_office(topology, flow.destination):
        return _follow(CorporateHost(flow.destination), [], way_to_office(topology, source, flow))
    table = network.route_table_by_subnet.get(source.subnet_id)
    route, decision = look_up(table, flow.destination) if table is not None else (None, None)
    if (
        route is None
        or decision is None
        or not decision.allowed
        or not route.target.startswith(JOINING_PREFIXES)
    ):
        return _over_internet(topology, source, route.target if route is not None else "", flow)
    passage = find_passage(network, source, route.target, flow)
    return _follow(passage.destination, [], cross(network, source, passage, flow))


def _over_internet(topology: Topology, source: InVpc, target: str, flow: Flow) -> Reached:
    """Out of the VPC, seen by the public address that a gateway gives the source, and perhaps back in."""
    network = topology.network
    endpoint = gateway_endpoint(topology, source, flow.destination)
    gateway = interface_to_internet(network, source, target) if endpoint is None else None
    client = gateway.public_address if gateway is not None else None
    leave = _leave_vpc(topology, source, flow)
    back = acl_hop(network, Step.NETWORK_ACL_RETURN, source.subnet_id, flow.destination, flow)
    interface = network.interface_by_public_address.get(flow.destination)
    if interface is not None:
        reached = _follow(interface, [], chain(leave, arrive(network, interface, client, flow), (back,)))
    else:
        way = endpoint.id if endpoint is not None else "an internet gateway or a NAT gateway"
        hops = chain(leave, (back, public_hop(flow, way)))
        reached = _follow(public_service_at(flow.destination), [], hops)
    return replace(reached, seen_as=Internet(client) if client is not None else None)


def _leave_vpc(topology: Topology, source: InVpc, flow: Flow) -> Iterator[Hop]:
    network = topology.network
    peer = security_group.Peer(flow.destination)
    yield group_hop(network, Step.SECURITY_GROUP_EGRESS, source, peer, flow)
    yield acl_hop(network, Step.NETWORK_ACL_OUTBOUND, source.subnet_id, flow.destination, flow, egress=True)
    yield _route_outwards(topology, source, flow)


def _from_internet(topology: Topology, flow: Flow) -> Reached:
    if not is_private(topology, flow.destination):
        return _outside_vpcs(topology, flow, "the internet", flow.source)
    network = topology.network
    found = [
        each
        for each in network.interfaces_by_address.get(flow.destination, ())
        if each.vpc_id not in network.vpcs_of_others
    ]
    component = interface_reference(found[0]) if found else ResourceRef("Address", str(flow.destination))
    decision = denied(
        LocalCode.PRIVATE_ADDRESS_FROM_INTERNET,
        component,
        ("source", str(flow.source)),
        ("destination", str(flow.destination)),
        remedy="Come from the corporate network or from inside the VPC: "
        "nothing routes a private address over the internet",
    )
    return _stopped(Hop(component, Step.ROUTE, decision))


def _outside_vpcs(topology: Topology, flow: Flow, way: str, client: IPv4Address | None = None) -> Reached:
    """What a client outside every VPC reaches at an address outside every VPC; `client` is its public one."""
    interface = topology.network.interface_by_public_address.get(flow.destination)
    if interface is not None:
        return _follow(interface, [], arrive(topology.network, interface, client, flow))
    if is_private(topology, flow.destination):
        return _stopped(unused_private_address(topology, flow))
    return _follow(public_service_at(flow.destination), [public_hop(flow, way)], ())


def _follow(
    destination: NetworkInterface | PublicService | CorporateHost | None,
    taken: list[Hop],
    rest: Iterable[Hop],
) -> Reached:
    """Takes hops until one does not allow."""
    for hop in rest:
        taken.append(hop)
        if not hop.decision.allowed:
            break
    if all(hop.decision.allowed for hop in taken):
        return Reached(tuple(taken), destination)
    found = destination if isinstance(destination, NetworkInterface) else None
    return Reached(tuple(taken), found, TimedOut())


def _stopped(*hops: Hop) -> Reached:
    return Reached(hops, None, TimedOut())


def _return_route_to_link(topology: Topology, link: Link, interface: NetworkInterface, flow: Flow) -> Hop:
    """The subnet's route back: answers must leave by the gateway that the link arrives at.

    AWS: "Configure route tables"
    """
    table = topology.network.route_table_by_subnet.get(interface.subnet_id)
    if table is None:
        return no_route_table(Step.RETURN_ROUTE, interface.subnet_id)
    component = ResourceRef("AWS::EC2::RouteTable", table.id)
    route, decision = look_up(table, flow.source)
    if route is not None and (not decision.allowed or route.target == link.gateway_id):
        return Hop(component, Step.RETURN_ROUTE, decision)
    if route is not None and not route.target.startswith(ROUTED_ELSEWHERE):
        decision = not_modelled(f"answers by way of {route.target}", cite_route(table, route))
        return Hop(component, Step.RETURN_ROUTE, decision)
    block = _corporate_block(topology, flow.source)
    elsewhere = f"the route {route.destination} to {route.target}" if route is not None else "no route"
    propagate = f", or let {link.gateway_id} propagate its routes to it" if link.attachment is None else ""
    decision = denied(
        LocalCode.NO_RETURN_ROUTE,
        cite_route(table, route) if route is not None else component,
        ("subnet", interface.subnet_id),
        ("answers go to", str(flow.source)),
        ("found", elsewhere),
        remedy=f"Add a route for {block} to {link.gateway_id} to route table {table.id}{propagate}",
    )
    return Hop(component, Step.RETURN_ROUTE, decision)


def _corporate_block(topology: Topology, address: IPv4Address) -> IPv4Network:
    blocks = (block for block in corporate_networks(topology) if address in block)
    return next(blocks, IPv4Network(address))


def _route_outwards(topology: Topology, source: InVpc, flow: Flow) -> Hop:
    table = topology.network.route_table_by_subnet.get(source.subnet_id)
    if table is None:
        return no_route_table(Step.ROUTE, source.subnet_id)
    route, decision = look_up(table, flow.destination)
    component = ResourceRef("AWS::EC2::RouteTable", table.id)
    endpoint = gateway_endpoint(topology, source, flow.destination)
    if endpoint is not None:
        cited = ResourceRef("AWS::EC2::Route", f"{table.id} {endpoint.id}")
        facts = (("destination", str(flow.destination)), ("route", f"prefix list of S3 to {endpoint.id}"))
        return Hop(component, Step.ROUTE, allowed(cited, *facts))
    if route is not None and decision.allowed:
        decision = pass_gateway(topology, source, flow, route.target, decision)
    elif route is None and not is_private(topology, flow.destination):
        decision = denied(
            ExplanationCode.NO_ROUTE_TO_DESTINATION,
            component,
            *decision.facts,
            remedy=f"Add a route 0.0.0.0/0 to a NAT or internet gateway to route table {table.id}, "
            "or use a VPC endpoint for the service",
        )
    return Hop(component, Step.ROUTE, decision)


__all__ = ["PUBLIC_EXECUTE_API", "PublicService", "Reached", "reach"]
