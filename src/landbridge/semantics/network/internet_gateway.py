"""Between a VPC and the internet: who gets out by which public address, and who gets in to one."""

from collections.abc import Iterator
from ipaddress import IPv4Address

from landbridge.model.exchange import Flow
from landbridge.model.network import Network, NetworkInterface
from landbridge.model.topology import Topology
from landbridge.semantics.network.public_service import is_private
from landbridge.semantics.network.route_table import LOCAL, cite_route, look_up
from landbridge.semantics.network.security_group import Peer
from landbridge.semantics.network.source import InVpc, from_interface
from landbridge.semantics.network.subnet_boundary import (
    acl_hop,
    group_hop,
    interface_reference,
    no_route_table,
)
from landbridge.trace.codes import ExplanationCode, LocalCode
from landbridge.trace.decision import Decision, Hop, ResourceRef, Step, allowed, denied, not_modelled

NAT_GATEWAY = "nat_gateway"
"""The type of a NAT gateway's network interface."""
_NO_WAY_BACK = (LOCAL, "igw-", "nat-", "vgw-", "pcx-", "tgw-")
"""Targets of a route by which answers certainly do not leave with the public address."""


def interface_to_internet(network: Network, source: InVpc, target: str) -> NetworkInterface | None:
    """The interface whose public address a client in a VPC has behind an internet or NAT gateway, if known.

    AWS: "Enable internet access for a VPC using an internet gateway"; "NAT gateways"
    """
    if target.startswith("igw-"):
        return network.interface_by_id.get(source.interface_id) if source.interface_id else None
    interfaces = (each for each in network.network_interfaces if each.interface_type == NAT_GATEWAY)
    return next((each for each in interfaces if each.description.endswith(f" {target}")), None)


def pass_gateway(topology: Topology, source: InVpc, flow: Flow, target: str, decision: Decision) -> Decision:
    """Whether the gateway that a route leads to takes the packet.

    A NAT gateway's own way out is not looked at, and an instance that only stands for one is taken to have
    a public address. A private NAT gateway has none.

    AWS: "Enable internet access for a VPC using an internet gateway"; "NAT gateways"
    """
    if not target.startswith(("igw-", "nat-")):
        return not_modelled(f"traffic from a VPC through {target}", decision.cited)
    if is_private(topology, flow.destination):
        remedy = f"Route {flow.destination} to the network that has it: {target} drops private addresses"
        return denied(ExplanationCode.NO_PATH, decision.cited, *decision.facts, remedy=remedy)
    interface = interface_to_internet(topology.network, source, target)
    if interface is not None and interface.public_address is None:
        is_private_nat = target.startswith("nat-")
        kind = "NatGateway" if is_private_nat else "InternetGateway"
        remedy = f"Associate an Elastic IP address with {interface.id}, or route through a NAT gateway"
        if is_private_nat:
            remedy = f"Route {flow.destination} through a public NAT gateway: {target} is a private one"
        code = ExplanationCode.IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS
        return denied(code, ResourceRef(f"AWS::EC2::{kind}", target), *decision.facts, remedy=remedy)
    return decision


def arrive(
    network: Network, interface: NetworkInterface, client: IPv4Address | None, flow: Flow
) -> Iterator[Hop]:
    """What packets meet from the internet to the interface, and the answers; None is a client nobody knows.

    The internet gateway translates the public address to the private one, and back in the answers, so these
    have to leave through it. Network ACLs and security groups see the client's own, public address.

    AWS: "Enable internet access for a VPC using an internet gateway"
    """
    reference = interface_reference(interface)
    if client is None:
        decision = not_modelled(f"the public address that {flow.source} has on the internet", reference)
        yield Hop(reference, Step.INTERNET_GATEWAY, decision)
        return
    gateway = next((each for each in network.internet_gateways if each.vpc_id == interface.vpc_id), None)
    if gateway is None:
        yield _no_gateway(interface, flow)
        return
    yield _translation(interface, gateway.id, client, flow)
    receiver = from_interface(interface)
    yield acl_hop(network, Step.NETWORK_ACL_INBOUND, receiver.subnet_id, client, flow)
    yield group_hop(network, Step.SECURITY_GROUP_INGRESS, receiver, Peer(client), flow)
    yield _return_route(network, receiver, gateway.id, client)
    yield acl_hop(network, Step.NETWORK_ACL_RETURN, receiver.subnet_id, client, flow, egress=True)


def _no_gateway(interface: NetworkInterface, flow: Flow) -> Hop:
    vpc = ResourceRef("AWS::EC2::VPC", interface.vpc_id)
    decision = denied(
        ExplanationCode.UNASSOCIATED_COMPONENT,
        vpc,
        ("public address", str(flow.destination)),
        ("internet gateway", "none attached"),
        remedy=f"Attach an internet gateway to {interface.vpc_id}",
    )
    return Hop(vpc, Step.INTERNET_GATEWAY, decision)


def _translation(interface: NetworkInterface, gateway_id: str, client: IPv4Address, flow: Flow) -> Hop:
    """To the private address; a NAT gateway takes no connections from the internet.

    AWS: "NAT gateways"
    """
    component = ResourceRef("AWS::EC2::InternetGateway", gateway_id)
    facts = (
        ("client", str(client)),
        ("public address", str(flow.destination)),
        ("private address", f"{interface.address} of {interface.id}"),
    )
    if interface.interface_type == NAT_GATEWAY:
        remedy = "Connect to a load balancer or an instance: a NAT gateway only lets connections out"
        decision = denied(LocalCode.NOTHING_LISTENS, interface_reference(interface), *facts, remedy=remedy)
    else:
        decision = allowed(component, *facts)
    return Hop(component, Step.INTERNET_GATEWAY, decision)


def _return_route(network: Network, receiver: InVpc, gateway_id: str, client: IPv4Address) -> Hop:
    """The subnet's route to the client: only the internet gateway gives answers the public address back.

    AWS: "Enable internet access for a VPC using an internet gateway"
    """
    table = network.route_table_by_subnet.get(receiver.subnet_id)
    if table is None:
        return no_route_table(Step.RETURN_ROUTE, receiver.subnet_id)
    component = ResourceRef("AWS::EC2::RouteTable", table.id)
    route, decision = look_up(table, client)
    if route is not None and (not decision.allowed or route.target == gateway_id):
        return Hop(component, Step.RETURN_ROUTE, decision)
    if route is not None and not route.target.startswith(_NO_WAY_BACK):
        decision = not_modelled(f"answers by way of {route.target}", cite_route(table, route))
        return Hop(component, Step.RETURN_ROUTE, decision)
    decision = denied(
        LocalCode.NO_RETURN_ROUTE,
        cite_route(table, route) if route is not None else component,
        ("subnet", receiver.subnet_id),
        ("answers go to", str(client)),
        ("found", f"the route {route.destination} to {route.target}" if route is not None else "no route"),
        remedy=f"Add a route 0.0.0.0/0 to {gateway_id} to route table {table.id}: without it the subnet "
        "is a private one",
    )
    return Hop(component, Step.RETURN_ROUTE, decision)
