"""From API Gateway into a VPC: which node of a load balancer is entered, and from where."""

from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from tests.semantics.api_gateway.private_worlds import LINK_V2, to_load_balancer, to_shop
from tests.semantics.journey.network_load_balancers import NLB_ARN, NLB_B, NODE_A, NODE_B
from tests.topologies import (
    ALB_A,
    ALB_ARN,
    ALB_B,
    DEFAULT_GROUP,
    REGION,
    SUBNET_A,
    SUBNET_B,
    VPC,
    with_network,
)

from landbridge.model.faults import Faults
from landbridge.model.identifiers import NetworkInterfaceId, SubnetId
from landbridge.model.load_balancing import LoadBalancer
from landbridge.model.network import NetworkInterface
from landbridge.model.topology import Topology
from landbridge.semantics.doors import ListenerDoor, LocalServerDoor
from landbridge.semantics.journey.vpc_link import from_interfaces, through_private_link
from landbridge.semantics.world import World
from landbridge.trace.decision import Step, TimedOut, Verdict


def balancer(topology: Topology, arn: str) -> LoadBalancer:
    return next(each for each in topology.load_balancing.load_balancers if each.arn == arn)


def without_nodes(topology: Topology) -> Topology:
    interfaces = (each for each in topology.network.network_interfaces if "ELB" not in each.description)
    return with_network(topology, network_interfaces=tuple(interfaces))


def in_zone_b(topology: Topology) -> Topology:
    return replace(topology, faults=Faults(zones=frozenset({f"{REGION}a"})))


def test_private_link_enters_a_node_whose_target_answers() -> None:
    topology = to_shop()
    connection = through_private_link(World(topology), balancer(topology, NLB_ARN), 443)
    assert isinstance(connection.door, LocalServerDoor)
    assert connection.hops[0].component.id == NODE_A


def test_private_link_leaves_out_a_zone_that_is_down() -> None:
    topology = in_zone_b(to_shop())
    connection = through_private_link(World(topology), balancer(topology, NLB_ARN), 443)
    assert connection.door is None  # its one target is in the zone that is down
    assert connection.hops[0].component.id == NODE_B
    topology = in_zone_b(to_load_balancer())
    connection = through_private_link(World(topology), balancer(topology, NLB_ARN), 443)
    assert isinstance(connection.door, ListenerDoor)
    assert connection.seen_as is not None
    assert connection.seen_as.address == NLB_B


def test_a_port_without_a_listener_takes_no_answer() -> None:
    topology = to_shop()
    connection = through_private_link(World(topology), balancer(topology, NLB_ARN), 8443)
    assert (connection.outcome, connection.hops[-1].step) == (TimedOut(), Step.LISTENER)


@pytest.mark.parametrize(("down", "node", "subnet"), [(False, ALB_A, SUBNET_A), (True, ALB_B, SUBNET_B)])
def test_a_link_v2_enters_the_node_of_its_own_zone(down: bool, node: IPv4Address, subnet: SubnetId) -> None:
    topology = to_load_balancer(LINK_V2, target=ALB_ARN)
    topology = in_zone_b(topology) if down else topology
    connection = from_interfaces(World(topology), LINK_V2, balancer(topology, ALB_ARN), 443)
    assert isinstance(connection.door, ListenerDoor)
    assert connection.door.node.address == node
    assert connection.seen_as is not None
    assert connection.seen_as.address in topology.network.subnet_by_id[subnet].cidr


def test_a_link_v2_has_the_interface_that_aws_keeps_for_it() -> None:
    own = NetworkInterface(
        NetworkInterfaceId("eni-0link"),
        VPC,
        SUBNET_A,
        IPv4Address("10.20.1.123"),
        (DEFAULT_GROUP,),
        f"API Gateway VPC link {LINK_V2.id}",
    )
    topology = to_load_balancer(LINK_V2, target=ALB_ARN)
    topology = with_network(topology, network_interfaces=(*topology.network.network_interfaces, own))
    connection = from_interfaces(World(topology), LINK_V2, balancer(topology, ALB_ARN), 443)
    assert connection.seen_as is not None
    assert connection.seen_as.address == own.address


def test_what_could_not_be_read_is_never_taken_for_granted() -> None:
    topology = to_load_balancer(LINK_V2, target=ALB_ARN)
    elsewhere = replace(LINK_V2, subnet_ids=(SubnetId("subnet-0gone"),))
    nodeless = without_nodes(topology)
    for connection in (
        from_interfaces(World(topology), elsewhere, balancer(topology, ALB_ARN), 443),
        from_interfaces(World(nodeless), LINK_V2, balancer(topology, ALB_ARN), 443),
        through_private_link(World(nodeless), balancer(topology, NLB_ARN), 443),
    ):
        assert connection.door is None
        assert connection.hops[-1].decision.verdict is Verdict.NOT_MODELLED
