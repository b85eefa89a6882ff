"""Whether a connection attempt and its answer pass, hop by hop, and what they arrive at.

``reach`` is the only door. Below it, one generator per kind of path yields its hops in AWS's order; the first
hop that does not allow ends it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from landbridge.model.exchange import Flow
from landbridge.model.identifiers import SubnetId, VpcId
from landbridge.model.network import Network, NetworkInterface
from landbridge.model.topology import Topology
from landbridge.semantics.network import network_acl, security_group
from landbridge.semantics.network.corporate_link import Link, find_link
from landbridge.semantics.network.route_table import LOCAL, cite_route, look_up
from landbridge.semantics.network.source import Corporate, Internet, InVpc, Source, corporate_networks
from landbridge.semantics.network.source import from_interface as as_source
from landbridge.semantics.world import World
from landbridge.trace.codes import ExplanationCode, LocalCode
from landbridge.trace.decision import (
    Decision,
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


@dataclass(frozen=True, slots=True)
class PublicService:
    """A public front of AWS, outside every VPC."""

    name: str
    address: IPv4Address


PUBLIC_EXECUTE_API = PublicService("execute-api", IPv4Address("192.0.2.10"))
"""Stands for API Gateway's public front; its address is one reserved for documentation."""

HTTPS = 443
ROUTED_ELSEWHERE = (LOCAL, "igw-", "nat-", "vgw-")
"""Targets of a route that certainly do not lead back over a link."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What a connection attempt arrives at; ``outcome`` is None when it and its answer pass."""

    hops: Hops
    destination: NetworkInterface | PublicService | None
    outcome: TimedOut | Refused | None = None


def reach(
    world: World, source: Source, destination: IPv4Address, port: int, protocol: str = "tcp"
) -> Reached:
    """What a connection attempt from `source` meets on its way and arrives at.

    AWS: "How Reachability Analyzer works"
    """
    flow = Flow(source.address, destination, port, protocol)
    return world.remember(("reach", source, flow), lambda: _reach(world.topology, source, flow))


def _reach(topology: Topology, source: Source, flow: Flow) -> Reached:
    match source:
        case Corporate():
            return _from_corporate(topology, flow)
        case InVpc():
            return _from_vpc(topology, source, flow)
        case Internet():
            return _from_internet(topology, flow)


def _from_corporate(topology: Topology, flow: Flow) -> Reached:
    network = topology.network
    if not _vpcs_hold(network, flow.destination):
        return _outside_vpcs(topology, flow, "the corporate network's own internet access")
    link, link_hop = find_link(topology, flow)
    if link is None:
        return _stopped(link_hop)
    interface = _interface_at(network, link.vpc_id, flow.destination)
    if interface is None:
        return _stopped(link_hop, _address_not_in_use(network, link.vpc_id, flow))
    rest = _from_link_to_interface(topology, link, interface, flow)
    return _follow(interface, [link_hop], rest)


def _from_link_to_interface(
    topology: Topology, link: Link, interface: NetworkInterface, flow: Flow
) -> Iterator[Hop]:
    network = topology.network
    yield _acl_hop(network, Step.NETWORK_ACL_INBOUND, interface.subnet_id, flow.source, flow)
    yield _group_hop(network, Step.SECURITY_GROUP_INGRESS, as_source(interface), _peer_of(flow.source), flow)
    yield _return_route_to_link(topology, link, interface.subnet_id, flow)
    yield _acl_hop(network, Step.NETWORK_ACL_RETURN, interface.subnet_id, flow.source, flow, egress=True)


def _from_vpc(topology: Topology, source: InVpc, flow: Flow) -> Reached:
    network = topology.network
    if not _vpc_holds(network, source.vpc_id, flow.destination):
        return _follow(PUBLIC_EXECUTE_API, [], _out_of_vpc(topology, source, flow))
    interface = _interface_at(network, source.vpc_id, flow.destination)
    if interface is None:
        return _stopped(_address_not_in_use(network, source.vpc_id, flow))
    return _follow(interface, [], _within_vpc(network, source, interface, flow))


def _within_vpc(network: Network, source: InVpc, interface: NetworkInterface, flow: Flow) -> Iterator[Hop]:
    """Network ACLs and routes are met between subnets only, security groups always."""
    here, there = source.subnet_id, interface.subnet_id
    receiver = as_source(interface)
    yield _group_hop(network, Step.SECURITY_GROUP_EGRESS, source, _peer(receiver), flow)
    if here != there:
        yield _acl_hop(network, Step.NETWORK_ACL_OUTBOUND, here, flow.destination, flow, egress=True)
        yield _local_route(network, Step.ROUTE, here, flow.destination)
        yield _acl_hop(network, Step.NETWORK_ACL_INBOUND, there, flow.source, flow)
    yield _group_hop(network, Step.SECURITY_GROUP_INGRESS, receiver, _peer(source), flow)
    if here != there:
        yield _local_route(network, Step.RETURN_ROUTE, there, flow.source)
        yield _acl_hop(network, Step.NETWORK_ACL_RETURN, there, flow.source, flow, egress=True)
        yield _acl_hop(network, Step.NETWORK_ACL_RETURN, here, flow.destination, flow)


def _out_of_vpc(topology: Topology, source: InVpc, flow: Flow) -> Iterator[Hop]:
    network = topology.network
    yield _group_hop(network, Step.SECURITY_GROUP_EGRESS, source, _peer_of(flow.destination), flow)
    yield _acl_hop(network, Step.NETWORK_ACL_OUTBOUND, source.subnet_id, flow.destination, flow, egress=True)
    yield _route_outwards(topology, source, flow)
    yield _acl_hop(network, Step.NETWORK_ACL_RETURN, source.subnet_id, flow.destination, flow)
    yield _public_hop(flow, "an internet gateway or a NAT gateway")


def _from_internet(topology: Topology, flow: Flow) -> Reached:
    if not _is_private(topology, flow.destination):
        return _outside_vpcs(topology, flow, "the internet")
    found = topology.network.interfaces_by_address.get(flow.destination, ())
    component = _interface_ref(found[0]) if found else ResourceRef("Address", str(flow.destination))
    decision = denied(
        LocalCode.PRIVATE_ADDRESS_FROM_INTERNET,
        component,
        ("source", str(flow.source)),
        ("destination", str(flow.destination)),
        remedy="Come from the corporate network or from inside the VPC: "
        "nothing routes a private address over the internet",
    )
    return _stopped(Hop(component, Step.ROUTE, decision))


def _outside_vpcs(topology: Topology, flow: Flow, way: str) -> Reached:
    """What a client outside every VPC reaches at an address outside every VPC."""
    if _is_private(topology, flow.destination):
        return _stopped(_unused_private_address(topology, flow))
    return _follow(PUBLIC_EXECUTE_API, [_public_hop(flow, way)], ())


def _unused_private_address(topology: Topology, flow: Flow) -> Hop:
    component = ResourceRef("Address", str(flow.destination))
    if any(flow.destination in block for block in corporate_networks(topology)):
        return Hop(component, Step.DESTINATION, not_modelled("hosts in the corporate network", component))
    blocks = ", ".join(str(cidr) for vpc in topology.network.vpcs for cidr in vpc.cidrs) or "none"
    decision = denied(
        LocalCode.ADDRESS_NOT_IN_USE,
        component,
        ("destination", str(flow.destination)),
        ("VPC blocks", blocks),
        remedy=f"Use an address of a VPC; their blocks are {blocks}",
    )
    return Hop(component, Step.DESTINATION, decision)


def _follow(destination: NetworkInterface | PublicService, taken: list[Hop], rest: Iterable[Hop]) -> Reached:
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


def _peer(end: InVpc) -> security_group.Peer:
    return security_group.Peer(end.address, end.security_group_ids)


def _peer_of(address: IPv4Address) -> security_group.Peer:
    return security_group.Peer(address)


def _group_hop(network: Network, step: Step, end: InVpc, peer: security_group.Peer, flow: Flow) -> Hop:
    by_id = network.security_group_by_id
    groups = tuple(by_id[group_id] for group_id in end.security_group_ids if group_id in by_id)
    egress = step is Step.SECURITY_GROUP_EGRESS
    decision = security_group.admits(
        groups, egress=egress, peer=peer, port=flow.destination_port, protocol=flow.protocol
    )
    return Hop(_end_ref(end), step, decision)


def _acl_hop(
    network: Network, step: Step, subnet_id: SubnetId, peer: IPv4Address, flow: Flow, *, egress: bool = False
) -> Hop:
    acl = network.network_acl_by_subnet.get(subnet_id)
    if acl is None:
        subnet = ResourceRef("AWS::EC2::Subnet", subnet_id)
        return Hop(subnet, step, not_modelled("a subnet without a network ACL", subnet))
    ports = (flow.destination_port, flow.destination_port)
    if step is Step.NETWORK_ACL_RETURN:
        ports = network_acl.EPHEMERAL_PORTS
    decision = network_acl.evaluate(acl, egress=egress, peer=peer, ports=ports, protocol=flow.protocol)
    return Hop(ResourceRef("AWS::EC2::NetworkAcl", acl.id), step, decision)


def _local_route(network: Network, step: Step, subnet_id: SubnetId, address: IPv4Address) -> Hop:
    table = network.route_table_by_subnet.get(subnet_id)
    if table is None:
        return _no_route_table(step, subnet_id)
    component = ResourceRef("AWS::EC2::RouteTable", table.id)
    route, decision = look_up(table, address)
    if route is not None and decision.allowed and route.target != LOCAL:
        decision = not_modelled(f"a route within a VPC to {route.target}", cite_route(table, route))
    return Hop(component, step, decision)


def _return_route_to_link(topology: Topology, link: Link, subnet_id: SubnetId, flow: Flow) -> Hop:
    """The subnet's route back: answers must leave by the gateway that the link arrives at.

    AWS: "Configure route tables"
    """
    table = topology.network.route_table_by_subnet.get(subnet_id)
    if table is None:
        return _no_route_table(Step.RETURN_ROUTE, subnet_id)
    component = ResourceRef("AWS::EC2::RouteTable", table.id)
    route, decision = look_up(table, flow.source)
    if route is not None and (not decision.allowed or route.target == link.vpn_gateway_id):
        return Hop(component, Step.RETURN_ROUTE, decision)
    if route is not None and not route.target.startswith(ROUTED_ELSEWHERE):
        decision = not_modelled(f"answers by way of {route.target}", cite_route(table, route))
        return Hop(component, Step.RETURN_ROUTE, decision)
    block = _corporate_block(topology, flow.source)
    elsewhere = f"the route {route.destination} to {route.target}" if route is not None else "no route"
    decision = denied(
        LocalCode.NO_RETURN_ROUTE,
        cite_route(table, route) if route is not None else component,
        ("subnet", subnet_id),
        ("answers go to", str(flow.source)),
        ("found", elsewhere),
        remedy=f"Add a route for {block} to {link.vpn_gateway_id} to route table {table.id}, "
        f"or let {link.vpn_gateway_id} propagate its routes to it",
    )
    return Hop(component, Step.RETURN_ROUTE, decision)


def _corporate_block(topology: Topology, address: IPv4Address) -> IPv4Network:
    blocks = (block for block in corporate_networks(topology) if address in block)
    return next(blocks, IPv4Network(address))


def _route_outwards(topology: Topology, source: InVpc, flow: Flow) -> Hop:
    table = topology.network.route_table_by_subnet.get(source.subnet_id)
    if table is None:
        return _no_route_table(Step.ROUTE, source.subnet_id)
    route, decision = look_up(table, flow.destination)
    component = ResourceRef("AWS::EC2::RouteTable", table.id)
    if route is not None and decision.allowed:
        decision = _through_gateway(topology, source, flow, route.target, decision)
    elif route is None and not _is_private(topology, flow.destination):
        decision = denied(
            ExplanationCode.NO_ROUTE_TO_DESTINATION,
            component,
            *decision.facts,
            remedy=f"Add a route 0.0.0.0/0 to a NAT or internet gateway to route table {table.id}, "
            "or use a VPC endpoint for the service",
        )
    return Hop(component, Step.ROUTE, decision)


def _through_gateway(
    topology: Topology, source: InVpc, flow: Flow, target: str, decision: Decision
) -> Decision:
    """Whether the gateway that a route leads to takes the packet.

    A NAT gateway's own way out is not looked at, and an instance that only stands for one is taken to have
    a public address.

    AWS: "Enable internet access for a VPC using an internet gateway"
    """
    if not target.startswith(("igw-", "nat-")):
        return not_modelled(f"traffic from a VPC through {target}", decision.cited)
    if _is_private(topology, flow.destination):
        remedy = f"Route {flow.destination} to the network that has it: {target} drops private addresses"
        return denied(ExplanationCode.NO_PATH, decision.cited, *decision.facts, remedy=remedy)
    interface = topology.network.interface_by_id.get(source.interface_id) if source.interface_id else None
    if target.startswith("igw-") and interface is not None and interface.public_address is None:
        return denied(
            ExplanationCode.IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS,
            ResourceRef("AWS::EC2::InternetGateway", target),
            *decision.facts,
            remedy=f"Associate an Elastic IP address with {interface.id}, or route through a NAT gateway",
        )
    return decision


def _public_hop(flow: Flow, way: str) -> Hop:
    """What answers at a public address: of all the internet, only API Gateway's front is modelled."""
    if flow.destination != PUBLIC_EXECUTE_API.address:
        component = ResourceRef("Address", str(flow.destination))
        return Hop(component, Step.DESTINATION, not_modelled("public addresses", component))
    component = ResourceRef("AWS::ApiGateway::Service", PUBLIC_EXECUTE_API.name)
    facts = (("by way of", way), ("port", str(flow.destination_port)))
    if (flow.protocol, flow.destination_port) != ("tcp", HTTPS):
        remedy = "API Gateway answers on TCP 443 only"
        decision = denied(LocalCode.NOTHING_LISTENS, component, *facts, remedy=remedy)
    else:
        decision = allowed(component, *facts)
    return Hop(component, Step.DESTINATION, decision)


def _address_not_in_use(network: Network, vpc_id: VpcId, flow: Flow) -> Hop:
    resolver = {cidr.network_address + 2 for cidr in network.vpc_by_id[vpc_id].cidrs}
    remedy = (
        f"Use an address that a network interface in {vpc_id} has; "
        "an endpoint that was created anew has new addresses"
    )
    if flow.destination in resolver:
        remedy = "Ask an inbound Resolver endpoint: the VPC's own resolver answers inside the VPC only"
    component = ResourceRef("AWS::EC2::VPC", vpc_id)
    decision = denied(
        LocalCode.ADDRESS_NOT_IN_USE, component, ("destination", str(flow.destination)), remedy=remedy
    )
    return Hop(component, Step.DESTINATION, decision)


def _no_route_table(step: Step, subnet_id: SubnetId) -> Hop:
    subnet = ResourceRef("AWS::EC2::Subnet", subnet_id)
    return Hop(subnet, step, not_modelled("a subnet without a route table", subnet))


def _vpcs_hold(network: Network, address: IPv4Address) -> bool:
    return any(_vpc_holds(network, vpc.id, address) for vpc in network.vpcs)


def _vpc_holds(network: Network, vpc_id: VpcId, address: IPv4Address) -> bool:
    return any(address in cidr for cidr in network.vpc_by_id[vpc_id].cidrs)


def _is_private(topology: Topology, address: IPv4Address) -> bool:
    """Whether the internet does not route the address: a private one, or one of a VPC's or the office's."""
    if address == PUBLIC_EXECUTE_API.address:
        return False
    blocks = corporate_networks(topology)
    return (
        address.is_private
        or _vpcs_hold(topology.network, address)
        or any(address in block for block in blocks)
    )


def _interface_at(network: Network, vpc_id: VpcId, address: IPv4Address) -> NetworkInterface | None:
    found = network.interfaces_by_address.get(address, ())
    return next((interface for interface in found if interface.vpc_id == vpc_id), None)


def _interface_ref(interface: NetworkInterface) -> ResourceRef:
    return ResourceRef("AWS::EC2::NetworkInterface", interface.id)


def _end_ref(end: InVpc) -> ResourceRef:
    if end.interface_id is None:
        return ResourceRef("AWS::EC2::Instance", f"an instance at {end.address}")
    return ResourceRef("AWS::EC2::NetworkInterface", end.interface_id)
