"""From a Network Load Balancer's node to a target that sees the client's own address."""

from collections.abc import Iterator
from ipaddress import IPv4Address

from landbridge.model.exchange import Flow
from landbridge.model.network import Network, NetworkInterface
from landbridge.semantics.network.faults import zone_is_down, zone_of
from landbridge.semantics.network.reachability import Reached
from landbridge.semantics.network.security_group import Peer
from landbridge.semantics.network.source import from_interface
from landbridge.semantics.network.subnet_boundary import acl_hop, as_peer, group_hop, interface_reference
from landbridge.semantics.world import World
from landbridge.trace.decision import Hop, Step, TimedOut


def reach_as_client(
    world: World, client: IPv4Address, node: NetworkInterface, target: NetworkInterface, port: int
) -> Reached:
    """What the packets meet between the node and the target.

    The target's rules may name the client's address or the load balancer's security groups, not the
    client's. Answers go back by way of the node, whatever the target's route table says.

    AWS: "Edit target group attributes for your Network Load Balancer";
    "Update the security groups for your Network Load Balancer"
    """
    topology = world.topology
    hops: list[Hop] = []
    for hop in _between(topology.network, client, node, target, port):
        hops.append(hop)
        if not hop.decision.allowed:
            return Reached(tuple(hops), target, TimedOut())
    zone = zone_of(topology.network, target)
    if zone in topology.faults.zones:
        hops.append(zone_is_down(zone, Step.DESTINATION, interface_reference(target)))
        return Reached(tuple(hops), target, TimedOut())
    return Reached(tuple(hops), target)


def _between(
    network: Network, client: IPv4Address, node: NetworkInterface, target: NetworkInterface, port: int
) -> Iterator[Hop]:
    """Network ACLs are met between subnets only, security groups always."""
    flow = Flow(client, target.address, port, "tcp")
    here, there = node.subnet_id, target.subnet_id
    receiver = from_interface(target)
    yield group_hop(network, Step.SECURITY_GROUP_EGRESS, from_interface(node), as_peer(receiver), flow)
    if here != there:
        yield acl_hop(network, Step.NETWORK_ACL_OUTBOUND, here, flow.destination, flow, egress=True)
        yield acl_hop(network, Step.NETWORK_ACL_INBOUND, there, client, flow)
    peer = Peer(client, node.security_group_ids)
    yield group_hop(network, Step.SECURITY_GROUP_INGRESS, receiver, peer, flow)
    if here != there:
        yield acl_hop(network, Step.NETWORK_ACL_RETURN, there, client, flow, egress=True)
        yield acl_hop(network, Step.NETWORK_ACL_RETURN, here, flow.destination, flow)
