"""What a packet meets where it leaves or enters a subnet: security groups, network ACL, route table."""

from ipaddress import IPv4Address

from landbridge.model.exchange import Flow
from landbridge.model.identifiers import SubnetId, VpcId
from landbridge.model.network import Network, NetworkInterface
from landbridge.semantics.network import network_acl, security_group
from landbridge.semantics.network.route_table import LOCAL, cite_route, look_up
from landbridge.semantics.network.source import InVpc
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Hop, ResourceRef, Step, allowed, denied, not_modelled

NETWORK_LOAD_BALANCER = "ELB net/"
"""How the descriptions of its nodes begin."""


def group_hop(network: Network, step: Step, end: InVpc, peer: security_group.Peer, flow: Flow) -> Hop:
    """Whether the security groups at one end let the connection pass.

    A Network Load Balancer made without any lets everything pass.

    AWS: "Update the security groups for your Network Load Balancer"
    """
    if not end.security_group_ids and _is_network_load_balancer_node(network, end):
        decision = allowed(None, ("security groups", "none: a Network Load Balancer without any takes all"))
        return Hop(end_reference(end), step, decision)
    by_id = network.security_group_by_id
    groups = tuple(by_id[group_id] for group_id in end.security_group_ids if group_id in by_id)
    egress = step is Step.SECURITY_GROUP_EGRESS
    decision = security_group.admits(
        groups, egress=egress, peer=peer, port=flow.destination_port, protocol=flow.protocol
    )
    return Hop(end_reference(end), step, decision)


def acl_hop(
    network: Network, step: Step, subnet_id: SubnetId, peer: IPv4Address, flow: Flow, *, egress: bool = False
) -> Hop:
    """Whether the subnet's network ACL lets the packets, or the answers to them, pass."""
    acl = network.network_acl_by_subnet.get(subnet_id)
    if acl is None:
        subnet = ResourceRef("AWS::EC2::Subnet", subnet_id)
        return Hop(subnet, step, not_modelled("a subnet without a network ACL", subnet))
    ports = (flow.destination_port, flow.destination_port)
    if step is Step.NETWORK_ACL_RETURN:
        ports = network_acl.EPHEMERAL_PORTS
    decision = network_acl.evaluate(acl, egress=egress, peer=peer, ports=ports, protocol=flow.protocol)
    return Hop(ResourceRef("AWS::EC2::NetworkAcl", acl.id), step, decision)


def local_route(network: Network, step: Step, subnet_id: SubnetId, address: IPv4Address) -> Hop:
    """The route to an address of the same VPC."""
    table = network.route_table_by_subnet.get(subnet_id)
    if table is None:
        return no_route_table(step, subnet_id)
    component = ResourceRef("AWS::EC2::RouteTable", table.id)
    route, decision = look_up(table, address)
    if route is not None and decision.allowed and route.target != LOCAL:
        decision = not_modelled(f"a route within a VPC to {route.target}", cite_route(table, route))
    return Hop(component, step, decision)


def no_route_table(step: Step, subnet_id: SubnetId) -> Hop:
    """The hop at which nothing is known any more."""
    subnet = ResourceRef("AWS::EC2::Subnet", subnet_id)
    return Hop(subnet, step, not_modelled("a subnet without a route table", subnet))


def address_not_in_use(network: Network, vpc_id: VpcId, flow: Flow) -> Hop:
    """The hop at which a packet ends that no network interface of the VPC takes."""
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


def vpc_holds(network: Network, vpc_id: VpcId, address: IPv4Address) -> bool:
    """Whether an address lies in the VPC's blocks."""
    vpc = network.vpc_by_id.get(vpc_id)
    return vpc is not None and any(address in cidr for cidr in vpc.cidrs)


def interface_at(network: Network, vpc_id: VpcId, address: IPv4Address) -> NetworkInterface | None:
    """The network interface of the VPC with this address."""
    found = network.interfaces_by_address.get(address, ())
    return next((interface for interface in found if interface.vpc_id == vpc_id), None)


def interface_reference(interface: NetworkInterface) -> ResourceRef:
    """A network interface, as hops name it."""
    return ResourceRef("AWS::EC2::NetworkInterface", interface.id)


def end_reference(end: InVpc) -> ResourceRef:
    """One end of a connection, as hops name it."""
    if end.interface_id is None:
        return ResourceRef("AWS::EC2::Instance", f"an instance at {end.address}")
    return ResourceRef("AWS::EC2::NetworkInterface", end.interface_id)


def as_peer(end: InVpc) -> security_group.Peer:
    """One end as the other's security groups see it."""
    return security_group.Peer(end.address, end.security_group_ids)


def _is_network_load_balancer_node(network: Network, end: InVpc) -> bool:
    interface = network.interface_by_id.get(end.interface_id) if end.interface_id is not None else None
    return interface is not None and interface.description.startswith(NETWORK_LOAD_BALANCER)
