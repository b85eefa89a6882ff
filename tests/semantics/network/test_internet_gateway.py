"""Public addresses of network interfaces: who reaches them, and as whom."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantics.conversations import converse, with_group_rules
from tests.topologies import (
    ALB_A,
    ALB_B,
    ALB_GROUP,
    ALB_NAME,
    DEFAULT_GROUP,
    ENDPOINT_GROUP,
    EVERYWHERE,
    LAPTOP,
    REGION,
    SUBNET_A,
    SUBNET_B,
    VPC,
    VPC_CIDR,
    network_interfaces,
    open_network_acl,
    private_app,
    route_table,
    with_network,
)

from landbridge.model.identifiers import NetworkInterfaceId, SubnetId, VpcEndpointId
from landbridge.model.network import (
    InternetGateway,
    NetworkAclEntry,
    NetworkInterface,
    Route,
    SecurityGroupRule,
    Subnet,
    VpcEndpoint,
)
from landbridge.model.topology import Topology
from landbridge.semantics.doors import S3Door
from landbridge.semantics.journey.connection import connect
from landbridge.semantics.network.names import resolve
from landbridge.semantics.network.public_service import PUBLIC_EXECUTE_API, PUBLIC_S3
from landbridge.semantics.network.reachability import Reached, reach
from landbridge.semantics.network.source import Corporate, Internet, Source, from_interface, vantage
from landbridge.semantics.world import World
from landbridge.trace.codes import Code, ExplanationCode, LocalCode
from landbridge.trace.decision import Step, TimedOut

PUBLIC_A, PUBLIC_B = IPv4Address("52.28.0.1"), IPv4Address("52.28.0.2")
NAT_ADDRESS, NAT_PUBLIC = IPv4Address("10.20.1.40"), IPv4Address("52.28.0.9")
CLIENT = Internet(IPv4Address("203.0.113.10"))
GATEWAY, NAT = "igw-0app", "nat-0app"
LOCAL_ROUTE, TO_INTERNET = Route(VPC_CIDR, "local"), Route(EVERYWHERE, GATEWAY)
PRIVATE_SUBNET = SubnetId("subnet-0private")
PUBLIC_OF = {ALB_A: PUBLIC_A, ALB_B: PUBLIC_B}


def to_endpoint() -> SecurityGroupRule:
    return SecurityGroupRule("sgr-1", True, "tcp", 443, 443, referenced_group_id=ENDPOINT_GROUP)


def https_from(block: str) -> SecurityGroupRule:
    return SecurityGroupRule("sgr-2", False, "tcp", 443, 443, cidr=IPv4Network(block))


def facing_app(*routes: Route, admits: str = "0.0.0.0/0", **changes: Any) -> Topology:
    """The app whose load balancer faces the internet, in subnets with these routes."""
    app = private_app()
    balancer = replace(app.load_balancing.load_balancers[0], scheme="internet-facing")
    interfaces = tuple(
        replace(each, public_address=PUBLIC_OF.get(each.address)) for each in network_interfaces()
    )
    table = replace(route_table(), routes=(LOCAL_ROUTE, *(routes or (TO_INTERNET,))))
    topology = with_network(
        replace(app, load_balancing=replace(app.load_balancing, load_balancers=(balancer,))),
        **{
            "network_interfaces": interfaces,
            "route_tables": (table,),
            "internet_gateways": (InternetGateway(GATEWAY, VPC),),
            **changes,
        },
    )
    return with_group_rules(topology, ALB_GROUP, (https_from(admits), to_endpoint()))


def with_private_subnet(topology: Topology, *, nat_public: IPv4Address | None = NAT_PUBLIC) -> Topology:
    """The app with a private subnet, which goes out through a NAT gateway in a public one."""
    network = topology.network
    subnet = Subnet(PRIVATE_SUBNET, VPC, IPv4Network("10.20.3.0/24"), f"{REGION}a")
    table = replace(
        route_table(),
        id="rtb-0private",
        main=False,
        subnet_ids=(PRIVATE_SUBNET,),
        routes=(LOCAL_ROUTE, Route(EVERYWHERE, NAT)),
    )
    gateway = NetworkInterface(
        NetworkInterfaceId("eni-0nat"),
        VPC,
        SUBNET_A,
        NAT_ADDRESS,
        (),
        f"Interface for NAT Gateway {NAT}",
        "nat_gateway",
        f"{REGION}a",
        nat_public,
    )
    return with_network(
        topology,
        subnets=(*network.subnets, subnet),
        route_tables=(*network.route_tables, table),
        network_interfaces=(*network.network_interfaces, gateway),
    )


def attempt(topology: Topology, source: Source, to: IPv4Address = PUBLIC_A, port: int = 443) -> Reached:
    return reach(World(topology), source, to, port)


def stop(reached: Reached) -> tuple[Step, Code | None]:
    assert reached.outcome == TimedOut()
    assert all(hop.decision.allowed for hop in reached.hops[:-1])
    assert reached.hops[-1].decision.remedy
    return reached.hops[-1].step, reached.hops[-1].decision.code


def test_an_internet_facing_load_balancer_answers_the_internet() -> None:
    done = converse(facing_app(), source=CLIENT, to=ALB_NAME)
    assert done.status == 200
    assert done.steps[:7] == [
        "resolve name",
        "internet gateway",
        "network ACL inbound",
        "security group ingress",
        "return route",
        "network ACL return traffic",
        "listener",
    ]


@pytest.mark.parametrize("source", [CLIENT, Corporate(LAPTOP), "vpc"])
def test_its_name_has_public_addresses_for_everyone_in_the_vpc_too(source: Source | str) -> None:
    topology = facing_app()
    asker = vantage(topology, source) if isinstance(source, str) else source
    assert resolve(World(topology), asker, ALB_NAME).addresses == (PUBLIC_A, PUBLIC_B)


@pytest.mark.parametrize(
    ("routes", "code"),
    [
        ((TO_INTERNET,), None),
        ((Route(IPv4Network("203.0.113.0/24"), GATEWAY),), None),
        ((Route(IPv4Network("8.0.0.0/8"), GATEWAY),), LocalCode.NO_RETURN_ROUTE),
        ((Route(EVERYWHERE, NAT),), LocalCode.NO_RETURN_ROUTE),
        ((Route(EVERYWHERE, "tgw-1"),), LocalCode.NO_RETURN_ROUTE),
        ((Route(EVERYWHERE, "igw-0other"),), LocalCode.NO_RETURN_ROUTE),
        ((Route(EVERYWHERE, GATEWAY, "blackhole"),), ExplanationCode.BAD_STATE_ROUTE),
        ((Route(EVERYWHERE, "vpce-0firewall"),), LocalCode.NOT_MODELLED),
    ],
)
def test_answers_have_to_leave_by_the_internet_gateway(routes: tuple[Route, ...], code: Code | None) -> None:
    reached = attempt(facing_app(*routes), CLIENT)
    if code is None:
        assert reached.outcome is None
    else:
        assert stop(reached) == (Step.RETURN_ROUTE, code)


def test_without_an_internet_gateway_nothing_arrives() -> None:
    reached = attempt(facing_app(internet_gateways=()), CLIENT)
    assert stop(reached) == (Step.INTERNET_GATEWAY, ExplanationCode.UNASSOCIATED_COMPONENT)


@pytest.mark.parametrize(
    ("admits", "code"),
    [
        ("203.0.113.10/32", None),
        ("203.0.113.11/32", ExplanationCode.ENI_SG_RULES_MISMATCH),
        ("192.168.0.0/16", ExplanationCode.ENI_SG_RULES_MISMATCH),
    ],
)
def test_security_groups_see_the_clients_public_address(admits: str, code: Code | None) -> None:
    reached = attempt(facing_app(admits=admits), CLIENT)
    if code is None:
        assert reached.outcome is None
    else:
        assert stop(reached) == (Step.SECURITY_GROUP_INGRESS, code)


@pytest.mark.parametrize(
    ("egress", "ports", "step"),
    [(False, (443, 443), Step.NETWORK_ACL_INBOUND), (True, (1024, 65535), Step.NETWORK_ACL_RETURN)],
)
def test_network_acls_see_the_clients_public_address_both_ways(
    egress: bool, ports: tuple[int, int], step: Step
) -> None:
    entry = NetworkAclEntry(90, egress, False, "6", IPv4Network("203.0.113.10/32"), *ports)
    acl = open_network_acl()
    topology = facing_app(network_acls=(replace(acl, entries=(entry, *acl.entries)),))
    assert stop(attempt(topology, CLIENT)) == (step, ExplanationCode.SUBNET_ACL_RESTRICTION)
    assert attempt(topology, Internet(IPv4Address("203.0.113.11"))).outcome is None


def test_a_private_address_stays_out_of_reach_from_the_internet() -> None:
    reached = attempt(facing_app(), CLIENT, ALB_A)
    assert stop(reached) == (Step.ROUTE, LocalCode.PRIVATE_ADDRESS_FROM_INTERNET)


def test_a_load_balancer_is_still_reached_by_its_private_addresses_within_the_vpc() -> None:
    topology = facing_app(admits="10.20.0.0/16")
    assert attempt(topology, vantage(topology, "vpc"), ALB_A).outcome is None


def test_behind_a_nat_gateway_a_client_is_seen_by_the_gateways_public_address() -> None:
    topology = with_private_subnet(facing_app(admits=f"{NAT_PUBLIC}/32"))
    source = vantage(topology, PRIVATE_SUBNET)
    reached = attempt(topology, source)
    assert (reached.outcome, reached.seen_as) == (None, Internet(NAT_PUBLIC))
    assert connect(World(topology), source, ALB_NAME, 443).seen_as == Internet(NAT_PUBLIC)
    assert [hop.step for hop in reached.hops] == [
        Step.SECURITY_GROUP_EGRESS,
        Step.NETWORK_ACL_OUTBOUND,
        Step.ROUTE,
        Step.INTERNET_GATEWAY,
        Step.NETWORK_ACL_INBOUND,
        Step.SECURITY_GROUP_INGRESS,
        Step.RETURN_ROUTE,
        Step.NETWORK_ACL_RETURN,
        Step.NETWORK_ACL_RETURN,
    ]
    assert stop(attempt(with_private_subnet(facing_app(admits="10.20.0.0/16")), source)) == (
        Step.SECURITY_GROUP_INGRESS,
        ExplanationCode.ENI_SG_RULES_MISMATCH,
    )


def test_aws_services_see_a_nat_gateways_public_address_but_not_past_a_gateway_endpoint() -> None:
    topology = with_private_subnet(facing_app())
    source = vantage(topology, PRIVATE_SUBNET)
    assert attempt(topology, source, PUBLIC_EXECUTE_API.address).seen_as == Internet(NAT_PUBLIC)
    assert connect(World(topology), source, str(PUBLIC_S3.address), 443).door == S3Door(
        443, None, str(NAT_PUBLIC)
    )
    endpoint = VpcEndpoint(
        VpcEndpointId("vpce-0s3"),
        VPC,
        f"com.amazonaws.{REGION}.s3",
        "Gateway",
        "available",
        private_dns_enabled=False,
        network_interface_ids=(),
        subnet_ids=(),
        security_group_ids=(),
        policy=None,
        dns_names=(),
        route_table_ids=("rtb-0private",),
    )
    topology = with_network(topology, vpc_endpoints=(*topology.network.vpc_endpoints, endpoint))
    connection = connect(World(topology), source, str(PUBLIC_S3.address), 443)
    assert (connection.door, connection.seen_as) == (S3Door(443, endpoint), None)


def test_rules_that_name_a_group_do_not_see_it_behind_a_public_address() -> None:
    topology = with_private_subnet(facing_app())
    rule = SecurityGroupRule("sgr-9", False, "tcp", 443, 443, referenced_group_id=DEFAULT_GROUP)
    reached = attempt(with_group_rules(topology, ALB_GROUP, (rule,)), vantage(topology, PRIVATE_SUBNET))
    assert stop(reached)[0] is Step.SECURITY_GROUP_INGRESS


def test_a_private_nat_gateway_has_no_public_address_to_go_out_with() -> None:
    topology = with_private_subnet(facing_app(), nat_public=None)
    reached = attempt(topology, vantage(topology, PRIVATE_SUBNET))
    assert stop(reached) == (Step.ROUTE, ExplanationCode.IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS)


def test_a_nat_gateway_takes_no_connections_from_the_internet() -> None:
    reached = attempt(with_private_subnet(facing_app()), CLIENT, NAT_PUBLIC)
    assert stop(reached) == (Step.INTERNET_GATEWAY, LocalCode.NOTHING_LISTENS)


def test_an_interface_is_seen_by_its_own_public_address() -> None:
    topology = facing_app()
    node = next(each for each in topology.network.network_interfaces if each.address == ALB_B)
    topology = with_group_rules(
        topology,
        ALB_GROUP,
        (https_from(f"{PUBLIC_B}/32"), SecurityGroupRule("sgr-3", True, "-1", None, None, cidr=EVERYWHERE)),
    )
    reached = attempt(topology, from_interface(node))
    assert (reached.outcome, reached.seen_as) == (None, Internet(PUBLIC_B))


@pytest.mark.parametrize("name", ["corporate", "vpc", SUBNET_B])
def test_where_a_clients_public_address_is_not_known_nothing_is_decided(name: str) -> None:
    topology = facing_app()
    assert stop(attempt(topology, vantage(topology, name))) == (
        Step.INTERNET_GATEWAY,
        LocalCode.NOT_MODELLED,
    )


def test_behind_a_nat_gateway_nobody_knows_nothing_is_decided() -> None:
    topology = with_private_subnet(facing_app())
    others = tuple(each for each in topology.network.network_interfaces if each.address != NAT_ADDRESS)
    topology = with_network(topology, network_interfaces=others)
    assert stop(attempt(topology, vantage(topology, PRIVATE_SUBNET)))[1] is LocalCode.NOT_MODELLED


def test_a_subnet_without_a_way_to_the_internet_does_not_get_out() -> None:
    topology = with_network(facing_app(), route_tables=(replace(route_table(), routes=(LOCAL_ROUTE,)),))
    reached = attempt(topology, vantage(topology, "vpc"))
    assert stop(reached) == (Step.ROUTE, ExplanationCode.NO_ROUTE_TO_DESTINATION)


def test_a_node_in_a_zone_that_is_down_is_not_reached() -> None:
    topology = facing_app()
    down = replace(topology, faults=replace(topology.faults, zones=frozenset({f"{REGION}a"})))
    assert stop(attempt(down, CLIENT)) == (Step.DESTINATION, LocalCode.INJECTED_FAULT)
    assert attempt(down, CLIENT, PUBLIC_B).outcome is None
    assert resolve(World(down), CLIENT, ALB_NAME).addresses == (PUBLIC_B,)


@given(address=st.ip_addresses(v=4).filter(lambda each: each.is_global))
def test_where_everybody_is_let_in_every_public_address_is(address: IPv4Address) -> None:
    assert attempt(facing_app(), Internet(address)).outcome is None
    only_one = attempt(facing_app(admits=f"{address}/32"), Internet(address))
    assert only_one.outcome is None
    assert isinstance(only_one.destination, NetworkInterface)


def test_an_instance_with_an_elastic_ip_address_is_reached_like_a_node() -> None:
    instance = NetworkInterface(
        NetworkInterfaceId("eni-0shop"), VPC, SUBNET_A, IPv4Address("10.20.1.50"), (ALB_GROUP,)
    )
    topology = facing_app()
    interfaces = (*topology.network.network_interfaces, replace(instance, public_address=NAT_PUBLIC))
    topology = with_network(topology, network_interfaces=interfaces)
    reached = attempt(topology, CLIENT, NAT_PUBLIC)
    assert reached.outcome is None
    assert isinstance(reached.destination, NetworkInterface)
    assert reached.destination.id == instance.id
