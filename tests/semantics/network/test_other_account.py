"""Another account's VPC: who stands there meets AWS as from anywhere, and nobody else notices it."""

from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantics.conversations import Conversation, converse, with_domain
from tests.topologies import (
    ALB_A,
    ALB_NAME,
    API,
    BUCKET,
    DOMAIN,
    ENDPOINT,
    ENDPOINT_A,
    LAPTOP,
    REGION,
    RESOLVER_A,
    VPC,
    private_app,
    rest_api,
    statement,
)

from landbridge.errors import DeclarationError
from landbridge.model.faults import FaultKind
from landbridge.model.identifiers import Arn
from landbridge.model.policy import Condition, PolicyDocument
from landbridge.model.storage import PublicAccessBlock, Storage
from landbridge.model.topology import Topology
from landbridge.semantics.app_urls import app_urls
from landbridge.semantics.fault_injection import names_of
from landbridge.semantics.journey.connection import connect
from landbridge.semantics.network.names import resolve
from landbridge.semantics.network.other_account import (
    OTHER_ACCOUNT_ENDPOINT,
    OTHER_ACCOUNT_HOST,
    OTHER_ACCOUNT_S3_ENDPOINT,
    OTHER_ACCOUNT_VPC,
    instance_in_other_account,
    join_other_account,
)
from landbridge.semantics.network.reachability import reach
from landbridge.semantics.network.source import address_in_other_account, locate, vantage
from landbridge.semantics.world import World
from landbridge.trace.codes import DnsCode, ExplanationCode, LocalCode
from landbridge.trace.decision import ResourceRef, Step, TimedOut

API_NAME = f"{API}.execute-api.{REGION}.amazonaws.com"
VANTAGES = ("corporate", "vpc", "internet", "10.20.2.0/24", "10.20.1.10", "172.31.0.10", "192.168.7.7")
NAMES = (
    *(DOMAIN, API_NAME, ALB_NAME, f"{API}-{ENDPOINT}.execute-api.{REGION}.amazonaws.com"),
    *(f"{BUCKET}.s3.{REGION}.amazonaws.com", f"execute-api.{REGION}.amazonaws.com", "nowhere.example"),
    f"{ENDPOINT}-x1y2z3w4.execute-api.{REGION}.vpce.amazonaws.com",
)


def with_policy(*conditions: Condition) -> Topology:
    """The private app whose API admits everyone under these conditions."""
    allow = statement(
        principals=(("*", "*"),),
        actions=("execute-api:Invoke",),
        resources=("execute-api:/*",),
        conditions=conditions,
    )
    return with_api(policy=PolicyDocument((allow,)))


def with_api(policy: PolicyDocument | None) -> Topology:
    topology, api = private_app(), rest_api()
    deployment = api.stages[0].deployment
    assert deployment is not None
    stage = replace(api.stages[0], deployment=replace(deployment, policy=policy))
    api = replace(api, policy=policy, stages=(stage,))
    return replace(topology, api_gateway=replace(topology.api_gateway, rest_apis=(api,)))


def from_there(
    topology: Topology,
    target: str = "/live/api/orders",
    address: IPv4Address = OTHER_ACCOUNT_HOST,
    **asked: Any,
) -> Conversation:
    """One request of an instance in the other account."""
    joined = join_other_account(topology, (address,))
    source = instance_in_other_account(joined, address)
    return converse(joined, target, source=source, **{"host": API_NAME, **asked})


def test_a_private_api_that_admits_everyone_answers_at_any_accounts_endpoint() -> None:
    done = from_there(with_policy())
    assert done.status == 200
    assert ResourceRef("AWS::EC2::VPCEndpoint", OTHER_ACCOUNT_ENDPOINT) in [
        hop.component for hop in done.hops
    ]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 200),
        ({"host": "anything", "to": API_NAME, "headers": (("x-apigw-api-id", API),)}, 200),
        ({"host": DOMAIN, "to": API_NAME, "target": "/api/orders"}, 200),
        ({"host": f"{API}-{ENDPOINT}.execute-api.{REGION}.amazonaws.com", "to": API_NAME}, 403),
        ({"host": f"{API}-{OTHER_ACCOUNT_ENDPOINT}.execute-api.{REGION}.amazonaws.com"}, 403),
    ],
    ids=["own name", "header", "public domain name", "alias of the app's endpoint", "alias of its own"],
)
def test_an_endpoint_that_no_api_lists_calls_by_host_or_header(asked: dict[str, Any], status: int) -> None:
    assert from_there(with_policy(), **asked).status == status


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (Condition("StringEquals", "aws:SourceVpce", (ENDPOINT,)), 403),
        (Condition("StringEquals", "aws:SourceVpce", (OTHER_ACCOUNT_ENDPOINT,)), 200),
        (Condition("StringLike", "aws:SourceVpce", ("vpce-*",)), 200),
        (Condition("StringEquals", "aws:SourceVpc", (VPC,)), 403),
        (Condition("StringEquals", "aws:SourceVpc", (OTHER_ACCOUNT_VPC,)), 200),
        (Condition("IpAddress", "aws:VpcSourceIp", ("172.31.0.0/16",)), 200),
        (Condition("IpAddress", "aws:VpcSourceIp", ("192.168.0.0/16",)), 403),
    ],
)
def test_the_resource_policy_sees_the_other_accounts_endpoint(condition: Condition, status: int) -> None:
    assert from_there(with_policy(condition)).status == status


def test_a_private_api_without_a_resource_policy_answers_nobody() -> None:
    done = from_there(with_api(None))
    assert (done.status, done.hops[-1].step) == (403, Step.RESOURCE_POLICY)


@pytest.mark.parametrize("address", [LAPTOP, ALB_A, IPv4Address("10.20.128.0"), IPv4Address("100.64.3.7")])
def test_an_instance_there_may_have_the_address_of_anybody_here(address: IPv4Address) -> None:
    block = Condition("IpAddress", "aws:VpcSourceIp", (f"{address}/32",))
    assert from_there(with_policy(block), address=address).status == 200


@pytest.mark.parametrize("to", [ALB_NAME, str(ALB_A), str(ENDPOINT_A), str(RESOLVER_A), str(LAPTOP)])
def test_no_packet_gets_from_there_into_the_app(to: str) -> None:
    done = from_there(private_app(), to=to)
    assert (done.outcome, done.hops[-1].decision.code) == (
        TimedOut(),
        ExplanationCode.NO_ROUTE_TO_DESTINATION,
    )


def test_private_zones_do_not_answer_there() -> None:
    joined = join_other_account(private_app())
    answer = resolve(World(joined), instance_in_other_account(joined, OTHER_ACCOUNT_HOST), DOMAIN)
    assert answer.code is DnsCode.NXDOMAIN
    assert OTHER_ACCOUNT_VPC in answer.hops[-1].decision.remedy


def test_a_private_custom_domain_name_needs_an_association_with_the_endpoint() -> None:
    topology = with_domain(
        with_policy(), endpoint_type="PRIVATE", id="abc123", arn=Arn("arn:aws:apigateway:eu-central-1::/d")
    )
    done = from_there(topology, "/api/orders", host=DOMAIN, to=API_NAME)
    assert (done.status, done.last.code) == (403, LocalCode.DOMAIN_NAME_NOT_ASSOCIATED)


@pytest.mark.parametrize(
    ("key", "value", "status"),
    [
        ("aws:SourceVpce", OTHER_ACCOUNT_S3_ENDPOINT, 200),
        ("aws:SourceVpc", OTHER_ACCOUNT_VPC, 200),
        ("aws:VpceAccount", "444455556666", 200),
        ("aws:SourceVpce", ENDPOINT, 403),
        ("aws:VpceAccount", "123456789012", 403),
    ],
)
def test_a_bucket_policy_sees_the_other_accounts_gateway_endpoint(key: str, value: str, status: int) -> None:
    read = statement(
        principals=(("*", "*"),),
        actions=("s3:GetObject",),
        resources=(f"arn:aws:s3:::{BUCKET}/*",),
        conditions=(Condition("StringEquals", key, (value,)),),
    )
    topology = private_app()
    bucket = replace(
        topology.storage.buckets[0], policy=PolicyDocument((read,)), public_access_block=PublicAccessBlock()
    )
    topology = replace(topology, storage=Storage((bucket,)))
    done = from_there(topology, "/index.html", host=f"{BUCKET}.s3.{REGION}.amazonaws.com")
    assert done.status == status


def test_the_other_account_is_not_of_this_one() -> None:
    plain, joined = private_app(), join_other_account(private_app())
    assert joined.network.own_vpcs == plain.network.own_vpcs == plain.network.vpcs
    assert list(app_urls(joined)) == list(app_urls(plain))
    for kind in FaultKind:
        assert names_of(joined, kind) == names_of(plain, kind)


def test_joined_again_it_is_laid_out_anew() -> None:
    addresses = (LAPTOP, ALB_A, OTHER_ACCOUNT_HOST)
    joined = join_other_account(join_other_account(private_app()), addresses)
    assert joined == join_other_account(private_app(), addresses)
    for address in addresses:
        assert instance_in_other_account(joined, address).address == address


PLACES = st.one_of(
    st.sampled_from([LAPTOP, ALB_A, ENDPOINT_A, RESOLVER_A, OTHER_ACCOUNT_HOST]),
    st.integers(0, 2**16 - 1).map(lambda number: IPv4Address("10.20.0.0") + number),
    st.integers(0, 2**32 - 1).map(IPv4Address),
)


@given(addresses=st.lists(PLACES, min_size=1, max_size=4), name=st.sampled_from(VANTAGES), to=st.data())
def test_for_everybody_else_everything_stays_as_it_is(
    addresses: list[IPv4Address], name: str, to: st.DataObject
) -> None:
    plain = faulty(private_app())
    joined = join_other_account(plain, tuple(addresses))
    source = vantage(plain, name)
    assert vantage(joined, name) == source
    before, after = World(plain), World(joined)
    host = to.draw(st.one_of(st.sampled_from(NAMES), st.sampled_from(addresses).map(str), PLACES.map(str)))
    port = to.draw(st.sampled_from([53, 80, 443]))
    assert resolve(after, source, host) == resolve(before, source, host)
    assert connect(after, source, host, port) == connect(before, source, host, port)
    there = to.draw(st.one_of(st.sampled_from(addresses), PLACES))
    assert locate(joined, there) == locate(plain, there)
    assert reach(after, source, there, port) == reach(before, source, there, port)


def faulty(topology: Topology) -> Topology:
    """With a fault, so that zones count as well."""
    return replace(topology, faults=replace(topology.faults, zones=frozenset({f"{REGION}a"})))


@given(addresses=st.lists(PLACES, min_size=1, max_size=6))
def test_its_subnets_lie_in_its_vpc_and_apart_from_each_other(addresses: list[IPv4Address]) -> None:
    network = join_other_account(private_app(), tuple(addresses)).network
    subnets = [each for each in network.subnets if each.vpc_id == OTHER_ACCOUNT_VPC]
    assert all(a is b or not a.cidr.overlaps(b.cidr) for a in subnets for b in subnets)
    assert all(16 <= each.cidr.prefixlen <= 28 for each in subnets)
    assert network.vpc_by_id[OTHER_ACCOUNT_VPC].cidrs == tuple(each.cidr for each in subnets)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("other-account", OTHER_ACCOUNT_HOST),
        ("other-account/10.0.0.10", IPv4Address("10.0.0.10")),
        ("other-account/10.0.1.0", IPv4Address("10.0.1.0")),
        ("corporate", None),
        ("10.0.0.10", None),
    ],
)
def test_a_vantage_says_at_which_address_it_stands(name: str, address: IPv4Address | None) -> None:
    assert address_in_other_account(name) == address
    if address is not None:
        joined = join_other_account(private_app(), (address,))
        assert vantage(joined, name) == instance_in_other_account(joined, address)


@pytest.mark.parametrize(
    "address", ["10.0.0.0", "10.0.0.3", "10.0.255.255", "127.0.0.1", "169.254.1.9", "240.1.1.9"]
)
def test_what_no_instance_of_any_vpc_can_have_is_no_vantage(address: str) -> None:
    with pytest.raises(DeclarationError, match="No instance of any VPC"):
        address_in_other_account(f"other-account/{address}")


@pytest.mark.parametrize("name", ["other-account/", "other-account/nowhere", "other-account/10.0.0.0/16"])
def test_what_is_no_address_is_no_vantage(name: str) -> None:
    with pytest.raises(DeclarationError, match="no IPv4 address"):
        address_in_other_account(name)


def test_nobody_stands_in_an_account_that_was_not_joined() -> None:
    with pytest.raises(DeclarationError, match="No VPC of another account"):
        vantage(private_app(), "other-account")
