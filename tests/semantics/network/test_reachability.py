from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.topologies import (
    ALB_A,
    ALB_B,
    ALB_GROUP,
    CORPORATE,
    ENDPOINT_A,
    ENDPOINT_B,
    ENDPOINT_GROUP,
    EVERYWHERE,
    LAPTOP,
    SUBNET_A,
    SUBNET_B,
    VPC,
    VPC_CIDR,
    VPN_GATEWAY,
    alb_group,
    endpoint_group,
    network_interfaces,
    open_network_acl,
    private_app,
    route_table,
    with_network,
)

from landbridge.model.identifiers import NetworkInterfaceId, SecurityGroupId, SubnetId, VpcId, VpnGatewayId
from landbridge.model.links import VpnGateway
from landbridge.model.network import (
    NetworkAcl,
    NetworkAclEntry,
    NetworkInterface,
    Route,
    SecurityGroup,
    SecurityGroupRule,
    Subnet,
    Vpc,
)
from landbridge.model.topology import Topology
from landbridge.semantics.network.reachability import PUBLIC_EXECUTE_API, Reached, reach
from landbridge.semantics.network.source import Corporate, Internet, Source, locate, vantage
from landbridge.semantics.network.to_office import CorporateHost
from landbridge.semantics.world import World
from landbridge.trace.codes import Code, ExplanationCode, LocalCode
from landbridge.trace.decision import Step, TimedOut, Verdict

OFFICE = Corporate(LAPTOP)
INTERNET = Internet(IPv4Address("203.0.113.10"))
DEFAULT_ROUTE = Route(EVERYWHERE, "nat-1")


def attempt(
    topology: Topology, source: Source, destination: IPv4Address, port: int = 443, protocol: str = "tcp"
) -> Reached:
    return reach(World(topology), source, destination, port, protocol)


def stop(reached: Reached) -> tuple[Step, Code | None]:
    assert reached.outcome == TimedOut()
    assert all(hop.decision.allowed for hop in reached.hops[:-1])
    last = reached.hops[-1]
    assert not last.decision.allowed
    assert last.decision.remedy
    return last.step, last.decision.code


def with_routes(topology: Topology, *routes: Route) -> Topology:
    return with_network(topology, route_tables=(replace(route_table(), routes=routes),))


def with_acl(topology: Topology, *entries: NetworkAclEntry) -> Topology:
    acl = open_network_acl()
    return with_network(topology, network_acls=(replace(acl, entries=entries + acl.entries),))


def deny(number: int, egress: bool, ports: tuple[int, int], cidr: IPv4Network) -> NetworkAclEntry:
    return NetworkAclEntry(number, egress, False, "6", cidr, *ports)


def test_the_office_reaches_the_load_balancer_and_every_component_is_cited() -> None:
    reached = attempt(private_app(), OFFICE, ALB_A)
    assert reached.outcome is None
    assert isinstance(reached.destination, NetworkInterface)
    assert reached.destination.id == "eni-0alba"
    assert [(hop.step, hop.component.id) for hop in reached.hops] == [
        (Step.LINK, "vpn-0office"),
        (Step.NETWORK_ACL_INBOUND, "acl-0default"),
        (Step.SECURITY_GROUP_INGRESS, "eni-0alba"),
        (Step.RETURN_ROUTE, "rtb-0main"),
        (Step.NETWORK_ACL_RETURN, "acl-0default"),
    ]
    assert all(hop.decision.cited is not None for hop in reached.hops)


def test_traffic_within_a_subnet_meets_security_groups_only() -> None:
    reached = attempt(private_app(), locate(private_app(), ALB_A), ENDPOINT_A)
    assert reached.outcome is None
    assert [hop.step for hop in reached.hops] == [Step.SECURITY_GROUP_EGRESS, Step.SECURITY_GROUP_INGRESS]


def test_traffic_between_subnets_meets_both_network_acls_there_and_back() -> None:
    reached = attempt(private_app(), locate(private_app(), ALB_A), ENDPOINT_B)
    assert reached.outcome is None
    assert [hop.step for hop in reached.hops] == [
        Step.SECURITY_GROUP_EGRESS,
        Step.NETWORK_ACL_OUTBOUND,
        Step.ROUTE,
        Step.NETWORK_ACL_INBOUND,
        Step.SECURITY_GROUP_INGRESS,
        Step.RETURN_ROUTE,
        Step.NETWORK_ACL_RETURN,
        Step.NETWORK_ACL_RETURN,
    ]


@pytest.mark.parametrize(
    ("changes", "step", "code"),
    [
        ({"vpn_connections": ()}, Step.LINK, LocalCode.CORPORATE_NETWORK_NOT_LINKED),
        ({"network_acls": ()}, Step.NETWORK_ACL_INBOUND, LocalCode.NOT_MODELLED),
        (
            {"security_groups": (replace(alb_group(), rules=()),)},
            Step.SECURITY_GROUP_INGRESS,
            ExplanationCode.SG_HAS_NO_RULES,
        ),
        ({"security_groups": ()}, Step.SECURITY_GROUP_INGRESS, ExplanationCode.SG_HAS_NO_RULES),
        ({"network_interfaces": ()}, Step.DESTINATION, LocalCode.ADDRESS_NOT_IN_USE),
        ({"route_tables": ()}, Step.RETURN_ROUTE, LocalCode.NOT_MODELLED),
        ({"vpcs": ()}, Step.DESTINATION, LocalCode.ADDRESS_NOT_IN_USE),
    ],
)
def test_the_way_from_the_office_ends_at_the_first_component_that_stops_it(
    changes: dict[str, Any], step: Step, code: Code
) -> None:
    assert stop(attempt(with_network(private_app(), **changes), OFFICE, ALB_A)) == (step, code)


@pytest.mark.parametrize(
    ("routes", "code", "cited"),
    [
        ((Route(VPC_CIDR, "local"),), LocalCode.NO_RETURN_ROUTE, "rtb-0main"),
        ((DEFAULT_ROUTE,), LocalCode.NO_RETURN_ROUTE, "rtb-0main 0.0.0.0/0"),
        ((Route(CORPORATE, "vgw-0other"),), LocalCode.NO_RETURN_ROUTE, "rtb-0main 192.168.0.0/16"),
        (
            (Route(CORPORATE, VPN_GATEWAY, "blackhole"),),
            ExplanationCode.BAD_STATE_ROUTE,
            "rtb-0main 192.168.0.0/16",
        ),
        ((Route(CORPORATE, "tgw-1"),), LocalCode.NOT_MODELLED, "rtb-0main 192.168.0.0/16"),
    ],
)
def test_answers_need_a_route_back_to_the_gateway_of_the_link(
    routes: tuple[Route, ...], code: Code, cited: str
) -> None:
    reached = attempt(with_routes(private_app(), *routes), OFFICE, ALB_A)
    assert stop(reached) == (Step.RETURN_ROUTE, code)
    decision = reached.hops[-1].decision
    assert decision.cited is not None
    assert decision.cited.id == cited


def test_the_remedy_for_a_missing_route_back_names_block_gateway_and_table() -> None:
    reached = attempt(with_routes(private_app(), Route(VPC_CIDR, "local")), OFFICE, ALB_A)
    assert reached.hops[-1].decision.remedy == (
        "Add a route for 192.168.0.0/16 to vgw-0office to route table rtb-0main, "
        "or let vgw-0office propagate its routes to it"
    )


@pytest.mark.parametrize(
    ("entry", "step"),
    [
        (deny(90, False, (443, 443), CORPORATE), Step.NETWORK_ACL_INBOUND),
        (deny(90, True, (1024, 65535), CORPORATE), Step.NETWORK_ACL_RETURN),
        (deny(90, True, (50000, 50000), CORPORATE), Step.NETWORK_ACL_RETURN),
    ],
)
def test_a_network_acl_stops_requests_or_answers(entry: NetworkAclEntry, step: Step) -> None:
    reached = attempt(with_acl(private_app(), entry), OFFICE, ALB_A)
    assert stop(reached) == (step, ExplanationCode.SUBNET_ACL_RESTRICTION)
    assert reached.hops[-1].decision.verdict is Verdict.EXPLICIT_DENY


@pytest.mark.parametrize(
    ("entry", "step"),
    [
        (deny(90, True, (443, 443), VPC_CIDR), Step.NETWORK_ACL_OUTBOUND),
        (deny(90, False, (443, 443), VPC_CIDR), Step.NETWORK_ACL_INBOUND),
        (deny(90, True, (1024, 65535), VPC_CIDR), Step.NETWORK_ACL_RETURN),
        (deny(90, False, (1024, 65535), VPC_CIDR), Step.NETWORK_ACL_RETURN),
    ],
)
def test_a_network_acl_stands_between_the_load_balancer_and_an_endpoint_in_another_subnet(
    entry: NetworkAclEntry, step: Step
) -> None:
    topology = with_acl(private_app(), entry)
    node = locate(topology, ALB_A)
    assert stop(attempt(topology, node, ENDPOINT_B)) == (step, ExplanationCode.SUBNET_ACL_RESTRICTION)
    assert attempt(topology, node, ENDPOINT_A).outcome is None


def test_the_endpoint_admits_the_load_balancer_but_not_the_office() -> None:
    assert attempt(private_app(), locate(private_app(), ALB_B), ENDPOINT_A).outcome is None
    reached = attempt(private_app(), OFFICE, ENDPOINT_A)
    assert stop(reached) == (Step.SECURITY_GROUP_INGRESS, ExplanationCode.ENI_SG_RULES_MISMATCH)
    assert isinstance(reached.destination, NetworkInterface)


def test_a_remedy_names_the_peers_group() -> None:
    closed = (alb_group(), replace(endpoint_group(), rules=()))
    topology = with_network(private_app(), security_groups=closed)
    reached = attempt(topology, locate(topology, ALB_A), ENDPOINT_A)
    assert reached.hops[-1].decision.remedy == (
        "Allow TCP 443 from 10.20.1.10/32 or from security group sg-0alb "
        "in the ingress rules of sg-0endpoint (orders-endpoint)"
    )


def test_egress_rules_may_name_the_destinations_group() -> None:
    topology = private_app()
    node = locate(topology, ALB_A)
    assert stop(attempt(topology, node, ALB_B)) == (
        Step.SECURITY_GROUP_EGRESS,
        ExplanationCode.ENI_SG_RULES_MISMATCH,
    )


def test_another_port_or_protocol_is_another_question() -> None:
    for port, protocol in ((80, "tcp"), (443, "udp")):
        reached = attempt(private_app(), OFFICE, ALB_A, port, protocol)
        assert stop(reached)[0] is Step.SECURITY_GROUP_INGRESS


def test_an_address_that_no_interface_has_times_out() -> None:
    unused = IPv4Address("10.20.1.99")
    assert stop(attempt(private_app(), OFFICE, unused)) == (Step.DESTINATION, LocalCode.ADDRESS_NOT_IN_USE)
    instance = vantage(private_app(), "vpc")
    assert stop(attempt(private_app(), instance, unused)) == (
        Step.DESTINATION,
        LocalCode.ADDRESS_NOT_IN_USE,
    )


def test_the_vpcs_own_resolver_does_not_answer_the_office() -> None:
    reached = attempt(private_app(), OFFICE, IPv4Address("10.20.0.2"), 53, "udp")
    assert stop(reached) == (Step.DESTINATION, LocalCode.ADDRESS_NOT_IN_USE)
    assert "inbound Resolver endpoint" in reached.hops[-1].decision.remedy


def test_a_private_address_is_not_routed_over_the_internet() -> None:
    for address in (ALB_A, IPv4Address("10.20.1.99"), IPv4Address("172.31.0.1")):
        reached = attempt(private_app(), INTERNET, address)
        assert stop(reached) == (Step.ROUTE, LocalCode.PRIVATE_ADDRESS_FROM_INTERNET)


def test_public_addresses_of_others_are_not_modelled() -> None:
    for source in (INTERNET, OFFICE):
        reached = attempt(private_app(), source, IPv4Address("52.28.0.1"))
        assert stop(reached) == (Step.DESTINATION, LocalCode.NOT_MODELLED)


@pytest.mark.parametrize("source", [INTERNET, OFFICE])
def test_api_gateways_public_front_answers_everyone_with_internet_access(source: Source) -> None:
    reached = attempt(private_app(), source, PUBLIC_EXECUTE_API.address)
    assert (reached.outcome, reached.destination) == (None, PUBLIC_EXECUTE_API)


def test_api_gateways_public_front_listens_on_443_only() -> None:
    reached = attempt(private_app(), INTERNET, PUBLIC_EXECUTE_API.address, 80)
    assert stop(reached) == (Step.DESTINATION, LocalCode.NOTHING_LISTENS)


@pytest.mark.parametrize(
    ("routes", "code"),
    [
        ((), ExplanationCode.NO_ROUTE_TO_DESTINATION),
        ((DEFAULT_ROUTE,), None),
        ((Route(EVERYWHERE, "igw-1"),), None),
        ((Route(EVERYWHERE, "nat-1", "blackhole"),), ExplanationCode.BAD_STATE_ROUTE),
        ((Route(EVERYWHERE, VPN_GATEWAY),), LocalCode.NOT_MODELLED),
    ],
)
def test_an_instance_reaches_the_internet_through_a_default_route_to_a_gateway(
    routes: tuple[Route, ...], code: Code | None
) -> None:
    topology = with_routes(private_app(), Route(VPC_CIDR, "local"), *routes)
    reached = attempt(topology, vantage(topology, "vpc"), PUBLIC_EXECUTE_API.address)
    if code is None:
        assert (reached.outcome, reached.destination) == (None, PUBLIC_EXECUTE_API)
    else:
        assert stop(reached) == (Step.ROUTE, code)


def test_an_interface_without_a_public_address_gets_nothing_through_an_internet_gateway() -> None:
    open_group = SecurityGroup(
        ALB_GROUP, "open", VPC, (SecurityGroupRule("sgr-1", True, "-1", None, None, cidr=EVERYWHERE),)
    )
    topology = with_network(
        with_routes(private_app(), Route(EVERYWHERE, "igw-1")), security_groups=(open_group,)
    )
    node = locate(topology, ALB_A)
    assert stop(attempt(topology, node, PUBLIC_EXECUTE_API.address)) == (
        Step.ROUTE,
        ExplanationCode.IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS,
    )
    public = tuple(replace(one, public_address=IPv4Address("52.28.0.1")) for one in network_interfaces())
    topology = with_network(topology, network_interfaces=public)
    assert attempt(topology, locate(topology, ALB_A), PUBLIC_EXECUTE_API.address).outcome is None


def test_answers_from_the_internet_pass_the_network_acl_too() -> None:
    topology = with_acl(
        with_routes(private_app(), Route(VPC_CIDR, "local"), DEFAULT_ROUTE),
        deny(90, False, (1024, 65535), EVERYWHERE),
    )
    reached = attempt(topology, vantage(topology, "vpc"), PUBLIC_EXECUTE_API.address)
    assert stop(reached) == (Step.NETWORK_ACL_RETURN, ExplanationCode.SUBNET_ACL_RESTRICTION)


@pytest.mark.parametrize(
    ("routes", "code"),
    [
        ((), ExplanationCode.NO_ROUTE_TO_DESTINATION),
        ((DEFAULT_ROUTE,), ExplanationCode.NO_PATH),
    ],
)
def test_another_vpc_is_out_of_reach_without_a_route_into_it(routes: tuple[Route, ...], code: Code) -> None:
    topology = with_routes(with_second_vpc(private_app(), "10.30.0.0/16"), *routes)
    destination = IPv4Address("10.30.1.10")
    assert stop(attempt(topology, vantage(topology, "vpc"), destination)) == (Step.ROUTE, code)


def test_the_office_is_not_linked_to_a_vpc_without_a_gateway() -> None:
    topology = with_second_vpc(private_app(), "10.30.0.0/16")
    assert stop(attempt(topology, OFFICE, IPv4Address("10.30.1.10"))) == (
        Step.LINK,
        LocalCode.CORPORATE_NETWORK_NOT_LINKED,
    )


def test_of_overlapping_vpcs_each_source_reaches_its_own() -> None:
    topology = with_second_vpc(private_app(), "10.20.0.0/16")
    reached = attempt(topology, OFFICE, ALB_A)
    assert isinstance(reached.destination, NetworkInterface)
    assert (reached.outcome, reached.destination.vpc_id) == (None, VPC)
    moved = with_network(topology, vpn_gateways=(VpnGateway(VPN_GATEWAY, VpcId("vpc-0second")),))
    reached = attempt(moved, OFFICE, ALB_A)
    assert isinstance(reached.destination, NetworkInterface)
    assert reached.destination.id == "eni-0second"


def with_second_vpc(topology: Topology, cidr: str) -> Topology:
    second = VpcId("vpc-0second")
    block = IPv4Network(cidr)
    subnet = Subnet(SubnetId("subnet-0s"), second, next(block.subnets(new_prefix=23)), "eu-central-1a")
    address = block.network_address + 266
    interface = NetworkInterface(NetworkInterfaceId("eni-0second"), second, subnet.id, address, ())
    network = topology.network
    return with_network(
        topology,
        vpcs=(*network.vpcs, Vpc(second, (block,))),
        subnets=(*network.subnets, subnet),
        network_interfaces=(interface, *network.network_interfaces),
        network_acls=(
            *network.network_acls,
            replace(open_network_acl(), id="acl-0second", vpc_id=second, subnet_ids=(subnet.id,)),
        ),
    )


def test_hosts_inside_the_corporate_network_are_not_modelled() -> None:
    reached = attempt(private_app(), OFFICE, IPv4Address("192.168.9.9"))
    assert stop(reached) == (Step.DESTINATION, LocalCode.NOT_MODELLED)


def test_a_vpc_reaches_the_office_over_the_same_link() -> None:
    reached = attempt(private_app(), vantage(private_app(), "vpc"), LAPTOP)
    assert (reached.outcome, reached.destination) == (None, CorporateHost(LAPTOP))


def test_a_route_to_an_appliance_inside_the_vpc_is_not_modelled() -> None:
    routes = (Route(VPC_CIDR, "local"), Route(IPv4Network("10.20.2.0/24"), "eni-0firewall"))
    topology = with_routes(private_app(), *routes)
    reached = attempt(topology, locate(topology, ALB_A), ENDPOINT_B)
    assert stop(reached) == (Step.ROUTE, LocalCode.NOT_MODELLED)
    reached = attempt(topology, locate(topology, ALB_B), ENDPOINT_A)
    assert stop(reached) == (Step.RETURN_ROUTE, LocalCode.NOT_MODELLED)


def test_an_office_address_that_the_vpc_itself_claims_gets_no_answer() -> None:
    wide = replace(private_app(), corporate_networks=(IPv4Network("10.0.0.0/8"),))
    topology = with_network(
        wide,
        vpn_connections=tuple(replace(one, static_routes=()) for one in wide.network.vpn_connections),
        security_groups=(open_to_everyone(ALB_GROUP),),
    )
    reached = attempt(topology, Corporate(IPv4Address("10.20.5.5")), ALB_A)
    assert stop(reached) == (Step.RETURN_ROUTE, LocalCode.NO_RETURN_ROUTE)


def open_to_everyone(group_id: SecurityGroupId) -> SecurityGroup:
    rules = tuple(
        SecurityGroupRule(f"sgr-{egress}", egress, "-1", None, None, cidr=EVERYWHERE)
        for egress in (False, True)
    )
    return SecurityGroup(group_id, "open", VPC, rules)


def test_a_decision_is_taken_once_per_world() -> None:
    world = World(private_app())
    assert reach(world, OFFICE, ALB_A, 443) is reach(world, OFFICE, ALB_A, 443)


blocks = st.sampled_from([CORPORATE, VPC_CIDR, EVERYWHERE, IPv4Network("10.20.1.10/32")])
referenced = st.sampled_from([ALB_GROUP, ENDPOINT_GROUP])
group_rules = st.builds(
    lambda egress, protocol, port, cidr, group, by_group: SecurityGroupRule(
        "sgr-x", egress, protocol, port, port, None if by_group else cidr, group if by_group else None
    ),
    st.booleans(),
    st.sampled_from(["-1", "tcp", "udp"]),
    st.sampled_from([80, 443]),
    blocks,
    referenced,
    st.booleans(),
)
acl_entries = st.builds(
    lambda number, egress, allow, ports, cidr: NetworkAclEntry(number, egress, allow, "6", cidr, *ports),
    st.integers(1, 200),
    st.booleans(),
    st.booleans(),
    st.sampled_from([(443, 443), (1024, 65535), (0, 65535), (32768, 65535)]),
    blocks,
)
flows = st.tuples(
    st.sampled_from([LAPTOP, ALB_A, ALB_B]),
    st.sampled_from([ALB_A, ALB_B, ENDPOINT_A, ENDPOINT_B]),
    st.sampled_from([80, 443]),
).filter(lambda flow: flow[0] != flow[1])
rule_lists = st.lists(group_rules, max_size=4)


def world_of(
    alb_rules: list[SecurityGroupRule],
    endpoint_rules: list[SecurityGroupRule],
    entries: list[NetworkAclEntry],
) -> Topology:
    groups = (
        replace(alb_group(), rules=tuple(alb_rules)),
        replace(endpoint_group(), rules=tuple(endpoint_rules)),
    )
    acl = NetworkAcl("acl-1", VPC, (*entries, *open_network_acl().entries), (SUBNET_A, SUBNET_B))
    return with_network(private_app(), security_groups=groups, network_acls=(acl,))


def passes(topology: Topology, flow: tuple[IPv4Address, IPv4Address, int]) -> bool:
    source, destination, port = flow
    return attempt(topology, locate(topology, source), destination, port).outcome is None


@given(rule_lists, rule_lists, st.lists(acl_entries, max_size=2), group_rules, flows)
def test_adding_a_security_group_rule_never_makes_a_reachable_flow_unreachable(
    alb_rules: list[SecurityGroupRule],
    endpoint_rules: list[SecurityGroupRule],
    entries: list[NetworkAclEntry],
    more: SecurityGroupRule,
    flow: tuple[IPv4Address, IPv4Address, int],
) -> None:
    if passes(world_of(alb_rules, endpoint_rules, entries), flow):
        assert passes(world_of([*alb_rules, more], endpoint_rules, entries), flow)
        assert passes(world_of(alb_rules, [*endpoint_rules, more], entries), flow)


@given(st.lists(acl_entries, max_size=6), flows)
def test_removing_a_network_acl_deny_never_makes_a_reachable_flow_unreachable(
    entries: list[NetworkAclEntry], flow: tuple[IPv4Address, IPv4Address, int]
) -> None:
    everything = [*open_to_everyone(ALB_GROUP).rules]
    fewer = [entry for entry in entries if entry.allow]
    if passes(world_of(everything, everything, entries), flow):
        assert passes(world_of(everything, everything, fewer), flow)
    assert passes(world_of(everything, everything, []), flow)


@given(rule_lists, rule_lists, st.lists(acl_entries, max_size=3), flows)
def test_a_flow_passes_exactly_when_every_hop_allows_it(
    alb_rules: list[SecurityGroupRule],
    endpoint_rules: list[SecurityGroupRule],
    entries: list[NetworkAclEntry],
    flow: tuple[IPv4Address, IPv4Address, int],
) -> None:
    topology = world_of(alb_rules, endpoint_rules, entries)
    reached = attempt(topology, locate(topology, flow[0]), flow[1], flow[2])
    assert (reached.outcome is None) == all(hop.decision.allowed for hop in reached.hops)


def test_a_gateway_of_another_link_is_named_in_the_remedy() -> None:
    other = VpnGatewayId("vgw-0other")
    topology = with_routes(private_app(), Route(CORPORATE, other))
    remedy = attempt(topology, OFFICE, ALB_A).hops[-1].decision.remedy
    assert "192.168.0.0/16 to vgw-0office" in remedy
