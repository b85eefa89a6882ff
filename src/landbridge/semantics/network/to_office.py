"""From a VPC to a host of the corporate network: the other way of the same links."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from landbridge.model.exchange import Flow
from landbridge.model.network import Network
from landbridge.model.topology import Topology
from landbridge.semantics.network.corporate_link import Link, find_link, leave_to_office
from landbridge.semantics.network.route_table import cite_route, look_up
from landbridge.semantics.network.security_group import Peer
from landbridge.semantics.network.source import InVpc, corporate_networks
from landbridge.semantics.network.subnet_boundary import acl_hop, group_hop, no_route_table, vpc_holds
from landbridge.semantics.network.transit_gateway import entry, no_way_to, transit
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Hop, ResourceRef, Step, denied


@dataclass(frozen=True, slots=True)
class CorporateHost:
    """A host of the corporate network; whether there is one, AWS does not know."""

    address: IPv4Address


def is_in_office(topology: Topology, address: IPv4Address) -> bool:
    """Whether the corporate network has the address, and no VPC."""
    if any(vpc_holds(topology.network, vpc.id, address) for vpc in topology.network.own_vpcs):
        return False
    return any(address in block for block in corporate_networks(topology))


def stands_for_host(topology: Topology, address: IPv4Address) -> bool:
    """Whether a local server has been put at the address."""
    return any(server.address == address for server in topology.local_servers)


def way_to_office(topology: Topology, source: InVpc, flow: Flow) -> Iterator[Hop]:
    """What packets from a VPC meet on their way to the corporate network, and the answers to them.

    A link that is up carries packets both ways, and the office is taken to let in what it asked for.

    AWS: "AWS Site-to-Site VPN routing options"
    """
    network = topology.network
    yield group_hop(network, Step.SECURITY_GROUP_EGRESS, source, Peer(flow.destination), flow)
    yield acl_hop(network, Step.NETWORK_ACL_OUTBOUND, source.subnet_id, flow.destination, flow, egress=True)
    back = Flow(flow.destination, flow.source, flow.destination_port, flow.protocol)
    link, hops = find_link(topology, back)
    yield _route(network, source, link, flow)
    if link is not None and link.attachment is not None:
        yield entry(network, link.attachment, source.subnet_id, Step.ROUTE)
        yield _over_transit_gateway(topology, link, back)
    yield from hops
    yield acl_hop(network, Step.NETWORK_ACL_RETURN, source.subnet_id, flow.destination, flow)


def _route(network: Network, source: InVpc, link: Link | None, flow: Flow) -> Hop:
    table = network.route_table_by_subnet.get(source.subnet_id)
    if table is None:
        return no_route_table(Step.ROUTE, source.subnet_id)
    component = ResourceRef("AWS::EC2::RouteTable", table.id)
    route, decision = look_up(table, flow.destination)
    if route is None or not decision.allowed or link is None or route.target == link.gateway_id:
        return Hop(component, Step.ROUTE, decision)
    decision = denied(
        LocalCode.NO_RETURN_ROUTE,
        cite_route(table, route),
        ("destination", str(flow.destination)),
        ("found", f"the route {route.destination} to {route.target}"),
        remedy=f"Add a route for {flow.destination} to {link.gateway_id} to route table {table.id}",
    )
    return Hop(component, Step.ROUTE, decision)


def _over_transit_gateway(topology: Topology, link: Link, back: Flow) -> Hop:
    """Whether the transit gateway sends the packet over a link to the office."""
    assert link.attachment is not None
    found, hop = transit(topology.network, link.attachment, back.source)
    if not hop.decision.allowed:
        return hop
    decision = leave_to_office(topology, found, back)
    return hop if decision is not None else no_way_to("that leads to the corporate network", hop, found)
