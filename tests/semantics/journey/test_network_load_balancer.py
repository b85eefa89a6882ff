"""What a connection to a Network Load Balancer meets, and whom its target sees."""

from dataclasses import replace
from ipaddress import IPv4Address

import pytest
from tests.semantics.conversations import with_group_rules
from tests.semantics.journey.network_load_balancers import (
    ENDPOINTS,
    NLB_A,
    NLB_GROUP,
    NLB_GROUP_ARN,
    NLB_NAME,
    NODE_A,
    NODE_B,
    fronted,
    network_load_balancer,
    network_target_group,
    rule,
)
from tests.topologies import (
    ALB_A,
    ALB_ARN,
    ALB_GROUP,
    DEFAULT_GROUP,
    ENDPOINT_A,
    ENDPOINT_B,
    ENDPOINT_GROUP,
    LAPTOP,
    SUBNET_A,
    VPC,
    with_network,
)

from landbridge.model.faults import Faults
from landbridge.model.health import KnownHealth
from landbridge.model.load_balancing import ForwardAction, LoadBalancer, Target
from landbridge.model.network import SecurityGroupRule
from landbridge.model.topology import Topology
from landbridge.semantics.doors import EndpointDoor, ListenerDoor
from landbridge.semantics.journey.arrival import Connection
from landbridge.semantics.journey.connection import connect, connect_to
from landbridge.semantics.network.source import Corporate, InVpc, Source
from landbridge.semantics.world import World
from landbridge.trace.codes import ExplanationCode, LocalCode
from landbridge.trace.decision import Hop, Refused, Step, TimedOut, Verdict

OFFICE = Corporate(LAPTOP)
PRESERVED = (("preserve_client_ip.enabled", "true"),)
CROSSING = (("load_balancing.cross_zone.enabled", "true"),)
FROM_NLB = SecurityGroupRule("sgr-x", False, "tcp", 443, 443, referenced_group_id=NLB_GROUP)
FROM_NODES = rule("nodes", cidr="10.20.0.0/16")


def through(topology: Topology, source: Source = OFFICE, port: int = 443) -> Connection:
    return connect_to(World(topology), source, NLB_A, port)


def last(connection: Connection) -> Hop:
    return connection.hops[-1]


def to_endpoint(*rules: SecurityGroupRule, attributes: tuple[tuple[str, str], ...] = ()) -> Topology:
    group = network_target_group("ip", ENDPOINTS, attributes)
    return with_group_rules(fronted(group), ENDPOINT_GROUP, rules)


def test_the_load_balancer_behind_takes_the_connection_as_the_clients_own() -> None:
    connection = connect(World(fronted()), OFFICE, NLB_NAME, 443)
    assert isinstance(connection.door, ListenerDoor)
    assert connection.door.load_balancer.arn == ALB_ARN
    assert connection.door.node.address == ALB_A  # of the node's own zone
    assert connection.seen_as == OFFICE
    target = next(hop for hop in connection.hops if hop.step is Step.TARGET)
    assert dict(target.decision.facts)["address that the target sees"] == f"the client's, {LAPTOP}"


def test_the_load_balancer_behind_must_admit_the_client_and_not_the_nodes() -> None:
    connection = through(with_group_rules(fronted(), ALB_GROUP, (FROM_NODES,)))
    assert connection.outcome == TimedOut()
    assert last(connection).step is Step.SECURITY_GROUP_INGRESS
    assert last(connection).decision.code is ExplanationCode.ENI_SG_RULES_MISMATCH
    assert dict(last(connection).decision.facts)["source"] == str(LAPTOP)


@pytest.mark.parametrize(
    ("own", "targets", "stopped"),
    [
        ((rule("in"), rule("out", egress=True)), (FROM_NLB,), None),
        ((rule("out", egress=True),), (FROM_NLB,), Step.SECURITY_GROUP_INGRESS),
        ((rule("in"),), (FROM_NLB,), Step.SECURITY_GROUP_EGRESS),
        ((rule("in"), rule("out", egress=True)), (), Step.SECURITY_GROUP_INGRESS),
        (None, (FROM_NLB,), Step.SECURITY_GROUP_INGRESS),
    ],
)
def test_a_targets_rule_may_name_the_load_balancers_group_whatever_address_it_sees(
    own: tuple[SecurityGroupRule, ...] | None,
    targets: tuple[SecurityGroupRule, ...],
    stopped: Step | None,
) -> None:
    connection = through(with_group_rules(fronted(rules=own), ALB_GROUP, targets))
    if stopped is None:
        assert isinstance(connection.door, ListenerDoor)
    else:
        assert (connection.door, last(connection).step) == (None, stopped)


def test_the_group_of_a_client_in_the_vpc_is_lost_on_the_way() -> None:
    client = InVpc(IPv4Address("10.20.1.99"), VPC, SUBNET_A, (DEFAULT_GROUP,))
    from_default = SecurityGroupRule("sgr-y", False, "tcp", 443, 443, referenced_group_id=DEFAULT_GROUP)
    app = with_group_rules(fronted(), ALB_GROUP, (from_default,))
    assert isinstance(connect_to(World(app), client, ALB_A, 443).door, ListenerDoor)
    assert last(through(app, client)).step is Step.SECURITY_GROUP_INGRESS


@pytest.mark.parametrize(
    ("attributes", "admitted", "seen"),
    [((), FROM_NODES, NLB_A), (PRESERVED, rule("office", cidr="192.168.0.0/16"), LAPTOP)],
)
def test_a_target_by_address_sees_the_node_unless_client_addresses_are_preserved(
    attributes: tuple[tuple[str, str], ...], admitted: SecurityGroupRule, seen: IPv4Address
) -> None:
    connection = through(to_endpoint(admitted, attributes=attributes))
    assert isinstance(connection.door, EndpointDoor)
    assert connection.door.interface.address == ENDPOINT_A
    assert connection.seen_as is not None
    assert connection.seen_as.address == seen
    other = rule("other", cidr="10.99.0.0/16")
    assert through(to_endpoint(other, attributes=attributes)).outcome == TimedOut()


def test_an_instance_sees_its_client_by_default() -> None:
    app = fronted(network_target_group("instance", (Target("i-0web", 443),)))
    (interface, *others) = app.network.network_interfaces
    web = replace(interface, description="", primary_of="i-0web")
    app = with_network(app, network_interfaces=(web, *others))
    connection = through(app)
    assert connection.seen_as == OFFICE
    assert last(connection).decision.verdict is Verdict.NOT_MODELLED  # no local server stands for it


def test_a_target_that_connects_to_itself_hears_nothing() -> None:
    app = to_endpoint(rule("any"), rule("out", egress=True), attributes=PRESERVED)
    itself = InVpc(ENDPOINT_A, VPC, SUBNET_A, (ENDPOINT_GROUP,))
    connection = through(app, itself)
    assert connection.outcome == TimedOut()
    assert "preserve_client_ip.enabled" in last(connection).decision.remedy


@pytest.mark.parametrize(
    ("balancer", "targets", "expected"),
    [
        (network_load_balancer(), ENDPOINTS[1:], None),
        (network_load_balancer(attributes=CROSSING), ENDPOINTS[1:], ENDPOINT_B),
        (network_load_balancer(), ENDPOINTS, ENDPOINT_A),
        (network_load_balancer(), (), None),
    ],
)
def test_a_node_uses_targets_of_its_own_zone_unless_it_crosses_zones(
    balancer: LoadBalancer, targets: tuple[Target, ...], expected: IPv4Address | None
) -> None:
    app = fronted(network_target_group("ip", targets), balancer)
    connection = through(with_group_rules(app, ENDPOINT_GROUP, (FROM_NODES,)))
    if expected is None:
        assert (connection.door, connection.outcome) == (None, Refused())
        assert last(connection).decision.code is ExplanationCode.ELBV2_LISTENER_HAS_NO_TG
    else:
        assert isinstance(connection.door, EndpointDoor)
        assert connection.door.interface.address == expected


@pytest.mark.parametrize(
    ("unhealthy", "expected", "code"),
    [
        ((), ENDPOINT_A, None),
        ((ENDPOINT_A,), ENDPOINT_B, None),
        ((ENDPOINT_A, ENDPOINT_B), ENDPOINT_A, LocalCode.FAIL_OPEN),
    ],
)
def test_the_first_healthy_target_is_used_and_all_are_when_none_is(
    unhealthy: tuple[IPv4Address, ...], expected: IPv4Address, code: LocalCode | None
) -> None:
    app = fronted(network_target_group("ip", ENDPOINTS), network_load_balancer(attributes=CROSSING))
    found = frozenset((NODE_A, (NLB_GROUP_ARN, str(address), 443)) for address in unhealthy)
    app = replace(app, health=KnownHealth(unhealthy_targets=found))
    connection = through(with_group_rules(app, ENDPOINT_GROUP, (FROM_NODES,)))
    assert isinstance(connection.door, EndpointDoor)
    assert connection.door.interface.address == expected
    assert next(hop for hop in connection.hops if hop.step is Step.TARGET).decision.code is code


@pytest.mark.parametrize("protocol", ["TLS", "UDP", "TCP_UDP"])
def test_other_listeners_than_tcp_are_named_as_not_modelled(protocol: str) -> None:
    connection = through(fronted(balancer=network_load_balancer(protocol)))
    assert connection.door is None
    assert protocol in last(connection).decision.remedy
    assert last(connection).decision.verdict is Verdict.NOT_MODELLED


def test_what_is_not_read_or_not_modelled_of_a_target_group_is_never_passed_on() -> None:
    balancer = network_load_balancer()
    (listener,) = balancer.listeners
    (only,) = listener.rules
    two = replace(only, actions=(ForwardAction(((NLB_GROUP_ARN, 1), (ALB_ARN, 1))),))
    unread = replace(only, actions=(ForwardAction(((ALB_ARN, 1),)),))
    changed = [
        fronted(balancer=replace(balancer, listeners=(replace(listener, rules=(rule_,)),)))
        for rule_ in (two, unread)
    ]
    proxied = fronted(network_target_group(attributes=(("proxy_protocol_v2.enabled", "true"),)))
    elsewhere = fronted(network_target_group("ip", (Target("10.99.0.1", 443, "all"),), PRESERVED))
    gone = fronted(network_target_group(targets=(Target(f"{ALB_ARN}0", 443),)))
    for app in (*changed, proxied, elsewhere, gone):
        assert last(through(app)).decision.verdict is Verdict.NOT_MODELLED


def test_a_port_without_a_listener_is_silent_and_the_load_balancer_behind_refuses_one() -> None:
    assert through(fronted(), port=80).outcome == TimedOut()
    other = fronted(network_target_group(targets=(Target(ALB_ARN, 8443),)))
    connection = through(with_group_rules(other, ALB_GROUP, (rule("any"),)))
    assert (connection.door, connection.outcome) == (None, Refused())


def test_a_network_load_balancer_behind_another_is_not_modelled() -> None:
    connection = through(fronted(network_target_group("ip", (Target(str(NLB_A), 443, "all"),))))
    assert last(connection).decision.verdict is Verdict.NOT_MODELLED


@pytest.mark.parametrize(
    ("faults", "step"),
    [
        (Faults(targets=frozenset({ALB_ARN})), Step.TARGET),
        (Faults(zones=frozenset({"eu-central-1a"})), Step.DESTINATION),
    ],
)
def test_faults_stop_a_connection_at_the_node_or_at_its_target(faults: Faults, step: Step) -> None:
    connection = through(replace(fronted(), faults=faults))
    assert (connection.outcome, last(connection).step) == (TimedOut(), step)
    assert last(connection).decision.code is LocalCode.INJECTED_FAULT


def test_names_lead_to_the_nodes_and_zonal_names_to_one() -> None:
    world = World(replace(fronted(), health=KnownHealth(unhealthy_nodes=frozenset({NODE_B}))))
    for name in (NLB_NAME, f"eu-central-1a.{NLB_NAME}"):
        connection = connect(world, OFFICE, name, 443)
        assert isinstance(connection.door, ListenerDoor)
    refused = connect(world, OFFICE, f"dualstack.{NLB_NAME}", 443)
    assert (refused.door, last(refused).step) == (None, Step.RESOLVE_NAME)
