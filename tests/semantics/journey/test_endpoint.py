"""A request at an endpoint, from the names it is called by to the function: whole conversations."""

import json
from dataclasses import replace
from typing import Any

import pytest
from tests import topologies
from tests.semantics.api_gateway.calls import MOMENT, with_api, with_deployment
from tests.semantics.conversations import HELLO, Conversation, with_domain, with_endpoint, with_group_rules
from tests.semantics.endpoint.worlds import (
    ALIAS,
    EXECUTE_ARN,
    OWN,
    PRIVATE_NAME,
    allow,
    when,
    with_private_domain,
)
from tests.topologies import API, DOMAIN, ENDPOINT, private_app

from landbridge.model.api_gateway import BasePathMapping
from landbridge.model.exchange import Headers, HttpRequest
from landbridge.model.names import AliasTarget, RecordSet
from landbridge.model.network import SecurityGroupRule
from landbridge.model.topology import Topology
from landbridge.semantics.journey.arrival import Arrival
from landbridge.semantics.journey.connection import connect
from landbridge.semantics.journey.endpoint import at_endpoint
from landbridge.semantics.load_balancing.forwarding import Client
from landbridge.semantics.needs import Invoke
from landbridge.semantics.network.source import Corporate, InVpc
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType, LocalCode
from landbridge.trace.decision import TimedOut

LAPTOP = Corporate(topologies.LAPTOP)
INSTANCE = InVpc(topologies.ALB_A, topologies.VPC, topologies.SUBNET_A, (topologies.ALB_GROUP,))


def asked(
    world: World,
    host: str,
    target: str = "/api/orders",
    headers: Headers = (),
    server_name: str = "",
    at_front: bool = False,
) -> Conversation:
    """One request at the endpoint, or at the public front, with the driver played by hand."""
    endpoint = None if at_front else world.topology.network.vpc_endpoints[0]
    client = Client("10.20.1.10", 0, "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256", server_name)
    arrival = Arrival(client, HttpRequest("GET", target, (("Host", host), *headers)), MOMENT, {})
    steps, needs = at_endpoint(world, endpoint, arrival), []
    try:
        needs.append(next(steps))
        while True:
            needs.append(steps.send(HELLO))
    except StopIteration as end:
        return Conversation(end.value.hops, tuple(needs), end.value.response, None)


def open_to_all(topology: Topology) -> Topology:
    """The endpoint's group admits everybody."""
    rule = SecurityGroupRule("sgr-0all", False, "tcp", 443, 443, cidr=topologies.EVERYWHERE)
    return with_group_rules(topology, topologies.ENDPOINT_GROUP, (rule, topologies.all_egress(6)))


def with_alias_record(topology: Topology) -> Topology:
    """The private custom domain name as an alias record to the endpoint in the private zone."""
    alias = AliasTarget(topology.network.vpc_endpoints[0].dns_names[0], "Z1234567890ABC", False)
    zone = topology.names.hosted_zones[0]
    record = RecordSet(PRIVATE_NAME, "A", 0, (), alias)
    zones = (replace(zone, records=(*zone.records, record)),)
    return replace(topology, names=replace(topology.names, hosted_zones=zones))


def test_a_private_custom_domain_name_passes_three_policies_in_their_order() -> None:
    policy = allow(conditions=when("ArnEquals", "execute-api:viaDomainArn", EXECUTE_ARN))
    topology = with_endpoint(with_private_domain(), policy=policy)
    conversation = asked(World(topology), PRIVATE_NAME)
    assert conversation.status == 200
    assert conversation.steps[:7] == [
        "which API",
        "base path mapping",
        "endpoint policy",
        "endpoint policy",
        "domain name policy",
        "resource and method",
        "resource policy",
    ]
    (need,) = conversation.needs
    assert isinstance(need, Invoke)
    event = json.loads(need.payload)
    assert event["requestContext"]["domainName"] == PRIVATE_NAME
    assert event["requestContext"]["identity"]["vpceId"] == ENDPOINT


@pytest.mark.parametrize(
    ("topology", "step", "code"),
    [
        (with_private_domain(associations=()), "which API", LocalCode.DOMAIN_NAME_NOT_ASSOCIATED),
        (with_private_domain(policy=None), "domain name policy", LocalCode.DOMAIN_NAME_POLICY),
        (
            with_endpoint(with_private_domain(), policy=allow(resources=("arn:aws:s3:::x",))),
            "endpoint policy",
            LocalCode.ENDPOINT_POLICY,
        ),
        (
            with_deployment(with_private_domain(), policy=allow(effect="Deny")),
            "resource policy",
            GatewayResponseType.ACCESS_DENIED,
        ),
        (with_private_domain(mappings=()), "base path mapping", LocalCode.BASE_PATH_NOT_MAPPED),
        (
            with_private_domain(mappings=(BasePathMapping("", API, "nostage"),)),
            "stage",
            LocalCode.STAGE_NOT_FOUND,
        ),
    ],
    ids=["association", "domain policy", "endpoint policy", "API policy", "mapping", "stage"],
)
def test_what_a_private_custom_domain_name_lacks_is_what_stops_the_request(
    topology: Topology, step: str, code: object
) -> None:
    conversation = asked(World(topology), PRIVATE_NAME)
    assert conversation.status == 403
    assert (conversation.steps[-1], conversation.last.code) == (step, code)
    assert conversation.last.remedy


@pytest.mark.parametrize(
    ("host", "target", "status"), [(PRIVATE_NAME, "/api/orders", 200), (OWN, "/live/api/orders", 403)]
)
def test_an_apis_policy_may_ask_by_which_domain_name_it_is_called(
    host: str, target: str, status: int
) -> None:
    policy = allow(conditions=when("ArnEquals", "execute-api:viaDomainArn", EXECUTE_ARN))
    world = World(with_deployment(with_private_domain(), policy=policy))
    asked(world, PRIVATE_NAME)
    asked(world, OWN, "/live/api/orders")
    assert asked(world, host, target).status == status


@pytest.mark.parametrize("server_name", ["", "other.example"])
def test_what_was_decided_for_one_server_name_is_not_taken_for_another(server_name: str) -> None:
    world = World(with_api(private_app(), endpoint_access_mode="STRICT"))
    assert asked(world, OWN, "/live/api/orders", server_name=OWN).status == 200
    assert asked(world, OWN, "/live/api/orders", server_name=server_name).status == 403
    assert asked(world, OWN, "/live/api/orders", server_name=OWN).status == 200


def test_a_domain_policy_that_asks_for_the_time_is_asked_each_time() -> None:
    policy = allow(conditions=when("StringEquals", "aws:Referer", "https://a.example"))
    world = World(with_private_domain(policy=policy))
    assert asked(world, PRIVATE_NAME, headers=(("Referer", "https://a.example"),)).status == 200
    assert asked(world, PRIVATE_NAME).status == 403


@pytest.mark.parametrize(
    ("value", "status"),
    [("Bearer x", 200), ("AWS4-HMAC-SHA256 Credential=a", 403), ("AWS4-HMAC-SHA256 x", 403)],
)
def test_under_a_custom_endpoint_policy_a_bearer_token_passes_and_half_a_signature_does_not(
    value: str, status: int
) -> None:
    world = World(with_endpoint(private_app(), policy=allow()))
    assert asked(world, DOMAIN).status == 200
    assert asked(world, DOMAIN, headers=(("Authorization", value),)).status == status
    assert asked(world, DOMAIN).status == 200


def test_mappings_on_several_levels_give_the_function_header_names_in_lower_case() -> None:
    mappings = (BasePathMapping("v1/shop", API, "live"),)
    topology = with_domain(with_api(private_app(), endpoint_type="REGIONAL"), mappings=mappings)
    topology = with_deployment(topology, policy=None)
    agent = (("User-Agent", "curl/8"), ("X-Mine", "1"))
    conversation = asked(World(topology), DOMAIN, "/v1/shop/api/orders", agent, at_front=True)
    assert conversation.status == 200
    (need,) = conversation.needs
    assert isinstance(need, Invoke)
    event = json.loads(need.payload)
    assert {name for name in event["headers"] if name != name.lower()} == set()
    assert event["headers"]["x-mine"] == "1"
    assert event["requestContext"]["identity"]["userAgent"] == "curl/8"
    assert (event["path"], event["resource"]) == ("/v1/shop/api/orders", "/api/{proxy+}")


@pytest.mark.parametrize("source", [LAPTOP, INSTANCE])
@pytest.mark.parametrize(
    "name",
    [PRIVATE_NAME, ALIAS, *topologies.execute_api_endpoint().dns_names[:3], str(topologies.ENDPOINT_A)],
)
def test_clients_reach_the_endpoint_itself_by_name_and_address(source: Any, name: str) -> None:
    world = World(open_to_all(with_alias_record(with_private_domain())))
    connection = connect(world, source, name, 443)
    assert connection.outcome is None
    assert asked(world, PRIVATE_NAME).status == 200


def test_from_the_office_the_endpoints_group_has_to_admit_the_office() -> None:
    world = World(with_alias_record(with_private_domain()))
    connection = connect(world, LAPTOP, PRIVATE_NAME, 443)
    assert connection.outcome == TimedOut()
    assert connection.hops[-1].decision.remedy
