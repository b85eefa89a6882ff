"""Whatever leads to the app is named; the claim is broken where anybody is certain to get in."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Network

import pytest
from tests.prove.example_app import case_of
from tests.prove.mutation import Mutation
from tests.prove.mutations_entrances import (
    ENTRANCES,
    FRONT,
    OTHER_ENTRANCE,
    accelerator,
    admit_block,
    entrance_of,
    in_front,
    with_entrance,
)

from landbridge.model.network import Route
from landbridge.model.other_entrances import ANYWHERE, OtherEntrance
from landbridge.model.policy import Condition, PolicyDocument, Principals, Statement
from landbridge.model.topology import Topology
from landbridge.prove.claims.no_other_entrance import KINDS, judge
from landbridge.prove.verdict import Finding, Verdict

FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:orders-backend"
BUCKET = "orders-frontend-123456789012"
SOURCE = "arn:aws:execute-api:eu-central-1:123456789012:h0api/$default/ANY/orders"
DISTRIBUTION = "arn:aws:cloudfront::123456789012:distribution/E0"


@pytest.fixture
def gateway(example_topology: Callable[[str], Topology]) -> Topology:
    return example_topology("gateway")


def found(topology: Topology, *entrances: OtherEntrance) -> list[Finding]:
    case = case_of(with_entrance(topology, *entrances), "orders.corp.example")
    balancers = (each for each in case.app.load_balancers if each.type == "application")
    return list(judge(replace(case, app=replace(case.app, load_balancers=tuple(balancers)))))


def leading(kind: str, *places: str, public: bool = False, arn: str = "") -> OtherEntrance:
    return OtherEntrance(kind, "other", places, arn=arn, open_to="somebody", public=public)


def test_an_account_without_other_entrances_has_nothing_that_leads_in(gateway: Topology) -> None:
    assert found(gateway) == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_whatever_leads_to_the_load_balancer_is_named_with_what_to_do_about_it(
    kind: str, gateway: Topology
) -> None:
    balancer = entrance_of(gateway)
    [finding] = found(gateway, leading(kind, balancer.arn, arn="arn:of:it"))
    assert finding.verdict is Verdict.UNKNOWN
    assert "other is open to somebody and may lead to orders" in finding.what
    assert finding.cited is not None
    assert (finding.cited.type, finding.cited.id) == (kind, "other")
    assert finding.remedy
    assert "{" not in finding.remedy


@pytest.mark.parametrize(
    "place",
    [
        ANYWHERE,
        "orders.corp.example",
        FUNCTION,
        f"{FUNCTION}:live",
        BUCKET,
        f"arn:aws:s3:::{BUCKET}",
        f"{BUCKET}.s3.eu-central-1.amazonaws.com",
        f"{BUCKET}.s3-website.eu-central-1.amazonaws.com",
        "10.20.1.5",
        "10.20.0.0/16",
    ],
)
def test_a_part_of_the_app_is_known_by_any_of_its_names(place: str, gateway: Topology) -> None:
    [finding] = found(gateway, leading("AWS::VpcLattice::ResourceConfiguration", place))
    assert finding.verdict is Verdict.UNKNOWN


def test_endpoints_interfaces_names_of_aws_and_apis_are_parts_too(gateway: Topology) -> None:
    [endpoint] = gateway.network.vpc_endpoints
    [api] = gateway.api_gateway.rest_apis
    places = (
        endpoint.id,
        endpoint.dns_names[0],
        endpoint.network_interface_ids[0],
        endpoint.subnet_ids[0],
        f"dualstack.{entrance_of(gateway).dns_name}",
        f"{api.id}.execute-api.eu-central-1.amazonaws.com",
    )
    assert len(found(gateway, leading("AWS::CloudFront::Distribution", *places))) == len(places)


@pytest.mark.parametrize(
    "place",
    [
        "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/another/1",
        f"{FUNCTION}s",
        f"{BUCKET}-2",
        f"{BUCKET}.s3.example.com",
        "www.example.com",
        "10.99.0.0/16",
        "2001:db8::/32",
        "eipalloc-0",
    ],
)
def test_what_leads_elsewhere_is_left_alone(place: str, gateway: Topology) -> None:
    assert found(gateway, leading("AWS::VpcLattice::ResourceConfiguration", place, public=True)) == []


@pytest.mark.parametrize("mutation", [each for each in ENTRANCES if each.claim_id == OTHER_ENTRANCE], ids=str)
def test_it_is_unknown_once_one_condition_of_a_certain_way_is_missing(
    mutation: Mutation, gateway: Topology
) -> None:
    broken = mutation.apply(gateway)
    groups = tuple(
        replace(group, rules=tuple(rule for rule in group.rules if rule.id != "sgr-0other"))
        for group in broken.network.security_groups
    )
    closed = replace(broken, network=replace(broken.network, security_groups=groups))
    guarded = replace(
        broken, other_entrances=tuple(replace(each, public=False) for each in broken.other_entrances)
    )
    assert [each.verdict for each in found(broken)] == [Verdict.BROKEN]
    assert [each.verdict for each in found(closed)] == [Verdict.UNKNOWN]
    assert [each.verdict for each in found(guarded)] == [Verdict.UNKNOWN]


def test_a_load_balancer_that_does_not_listen_on_an_accelerator_s_port_gets_nothing_from_it(
    gateway: Topology,
) -> None:
    topology = accelerator(gateway)
    [entrance] = topology.other_entrances
    other = replace(topology, other_entrances=(replace(entrance, ports=((80, 80),)),))
    assert [each.verdict for each in found(other)] == [Verdict.UNKNOWN]


def test_an_accelerator_that_hides_its_clients_gets_in_only_where_everybody_does(gateway: Topology) -> None:
    entrance = leading("AWS::GlobalAccelerator::Accelerator", entrance_of(gateway).arn, public=True)
    some = admit_block(gateway, IPv4Network("198.51.100.0/24"))
    everybody = admit_block(gateway, IPv4Network("0.0.0.0/0"))
    assert [each.verdict for each in found(some, entrance)] == [Verdict.UNKNOWN]
    assert [each.verdict for each in found(everybody, entrance)] == [Verdict.BROKEN]


def test_a_network_load_balancer_without_groups_takes_whatever_comes(gateway: Topology) -> None:
    topology = in_front(gateway)
    balancing = topology.load_balancing
    without = tuple(
        replace(each, security_group_ids=()) if each.arn == FRONT else each
        for each in balancing.load_balancers
    )
    topology = replace(topology, load_balancing=replace(balancing, load_balancers=without))
    entrance = leading("AWS::EC2::VPCEndpointService", FRONT, public=True)
    [finding] = found(topology, entrance)
    assert finding.verdict is Verdict.UNKNOWN
    node = next(each for each in topology.network.network_interfaces if each.id == "eni-0front")
    [finding] = found(admit_block(topology, IPv4Network(f"{node.address}/32")), entrance)
    assert finding.verdict is Verdict.BROKEN


def test_a_network_load_balancer_that_leads_elsewhere_is_no_part_of_the_app(gateway: Topology) -> None:
    topology = in_front(gateway)
    balancing = topology.load_balancing
    empty = tuple(
        replace(each, targets=()) if each.name == "front" else each for each in balancing.target_groups
    )
    topology = replace(topology, load_balancing=replace(balancing, target_groups=empty))
    assert found(topology, leading("AWS::EC2::VPCEndpointService", FRONT, public=True)) == []


@pytest.mark.parametrize(
    ("source_arn", "condition", "verdict"),
    [
        (SOURCE, (), Verdict.BROKEN),
        (SOURCE, (Condition("ArnLike", "AWS:SourceArn", (SOURCE,)),), Verdict.BROKEN),
        (SOURCE, (Condition("ArnLike", "AWS:SourceArn", ("arn:*:a1b2c3/*",)),), Verdict.UNKNOWN),
        ("", (), Verdict.UNKNOWN),
    ],
)
def test_an_open_api_invokes_the_function_as_far_as_the_function_s_policy_lets_it(
    source_arn: str, condition: tuple[Condition, ...], verdict: Verdict, gateway: Topology
) -> None:
    allow = Statement(
        "Allow",
        "open",
        Principals(False, (("Service", "apigateway.amazonaws.com"),)),
        ("lambda:InvokeFunction",),
        resources=(FUNCTION,),
        conditions=condition,
    )
    functions = tuple(replace(each, policy=PolicyDocument((allow,))) for each in gateway.functions.functions)
    topology = replace(gateway, functions=replace(gateway.functions, functions=functions))
    entrance = replace(leading("AWS::ApiGatewayV2::Api", FUNCTION, public=True), source_arn=source_arn)
    assert [each.verdict for each in found(topology, entrance)] == [verdict]


@pytest.mark.parametrize(
    ("principal", "source", "verdict"),
    [
        ("cloudfront.amazonaws.com", DISTRIBUTION, Verdict.BROKEN),
        ("cloudfront.amazonaws.com", f"{DISTRIBUTION}2", Verdict.UNKNOWN),
        ("s3.amazonaws.com", DISTRIBUTION, Verdict.UNKNOWN),
    ],
)
def test_a_distribution_serves_the_bucket_to_anybody_where_the_bucket_s_policy_lets_it_read(
    principal: str, source: str, verdict: Verdict, gateway: Topology
) -> None:
    allow = Statement(
        "Allow",
        "cdn",
        Principals(False, (("Service", principal),)),
        ("s3:GetObject",),
        resources=(f"arn:aws:s3:::{BUCKET}/*",),
        conditions=(Condition("StringEquals", "AWS:SourceArn", (source,)),),
    )
    buckets = tuple(replace(each, policy=PolicyDocument((allow,))) for each in gateway.storage.buckets)
    topology = replace(gateway, storage=replace(gateway.storage, buckets=buckets))
    host = f"{BUCKET}.s3.eu-central-1.amazonaws.com"
    entrance = leading("AWS::CloudFront::Distribution", host, public=True, arn=DISTRIBUTION)
    assert [each.verdict for each in found(topology, entrance)] == [verdict]


@pytest.mark.parametrize(
    ("target", "findings"),
    [("arn:aws:networkmanager::123456789012:core-network/c1", 1), ("lgw-1", 1), ("tgw-1", 0)],
)
def test_a_route_to_a_network_that_is_not_modelled_is_named(
    target: str, findings: int, gateway: Topology
) -> None:
    tables = tuple(
        replace(table, routes=(*table.routes, Route(IPv4Network("10.99.0.0/16"), target)))
        for table in gateway.network.route_tables
    )
    topology = replace(gateway, network=replace(gateway.network, route_tables=tables))
    assert [each.verdict for each in found(topology)] == [Verdict.UNKNOWN] * findings


def test_groups_of_the_same_name_in_another_vpc_are_not_the_entrance_s(gateway: Topology) -> None:
    [mutation] = [each for each in ENTRANCES if "CloudFront" in each.name]
    topology = mutation.apply(gateway)
    elsewhere = next(each.id for each in gateway.network.vpcs if each.id != entrance_of(gateway).vpc_id)
    groups = tuple(
        replace(each, vpc_id=elsewhere) if each.name.startswith("CloudFront") else each
        for each in topology.network.security_groups
    )
    moved = replace(topology, network=replace(topology.network, security_groups=groups))
    assert [each.verdict for each in found(moved)] == [Verdict.UNKNOWN]
