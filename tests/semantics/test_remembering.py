"""What a World remembers spares work and changes no answer: one World for all requests, or one for each."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import topologies

from landbridge.model.api_gateway import Integration, IntegrationResponse, Method, Resource
from landbridge.model.exchange import HttpRequest, Moment
from landbridge.model.policy import PolicyDocument
from landbridge.model.storage import Bucket, Storage
from landbridge.model.topology import Topology
from landbridge.semantics.doors import Door, EndpointDoor, PublicApiDoor
from landbridge.semantics.iam.parse import parse_policy
from landbridge.semantics.journey.answer import answer
from landbridge.semantics.journey.arrival import Answered, Arrival
from landbridge.semantics.journey.connection import connect
from landbridge.semantics.load_balancing.forwarding import Client
from landbridge.semantics.needs import GetObject, Invoke, Invoked, Need, ObjectFound, ObjectMissing, Waited
from landbridge.semantics.network.source import vantage
from landbridge.semantics.world import LONGEST_REMEMBERED, World

API_ARN = f"arn:aws:execute-api:{topologies.REGION}:{topologies.ACCOUNT}:{topologies.API}"
BUCKET_ARN = f"arn:aws:s3:::{topologies.BUCKET}"
NOON_MS = 1_649_160_000_000
BEFORE_NOON = {"DateLessThan": {"aws:CurrentTime": "2022-04-05T12:00:00Z"}}
FALLBACK = (
    "#set($key = $input.params('proxy'))"
    "#if(!$key.matches('^(.*/)?[^/]*[.][^/]*$'))"
    "#set($context.requestOverride.path.key = 'index.html')"
    "#end"
)
BY_USER_AGENT = (
    "#set($context.requestOverride.path.key = \"$context.identity.userAgent/$input.params('X-A')\")"
)


def policy(*statements: dict[str, Any]) -> PolicyDocument:
    common = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
    completed = [{**common, **statement} for statement in statements]
    return parse_policy(json.dumps({"Version": "2012-10-17", "Statement": completed}))


def deny(condition: dict[str, Any], resource: str = "*") -> dict[str, Any]:
    return {"Effect": "Deny", "Resource": resource, "Condition": condition}


def with_resource_policy(document: PolicyDocument | None, *, template: str = FALLBACK) -> Topology:
    """The private app whose pages have a request template, under this resource policy."""
    topology = topologies.private_app()
    mapping = ("method.response.header.Content-Type", "integration.response.header.Content-Type")
    pages = Integration(
        "AWS",
        "GET",
        f"arn:aws:apigateway:{topologies.REGION}:s3:path/{topologies.BUCKET}/{{key}}",
        topologies.FRONTEND_ROLE_ARN,
        (
            ("integration.request.path.key", "method.request.path.proxy"),
            ("integration.request.header.If-None-Match", "method.request.header.If-None-Match"),
        ),
        (("application/json", template),),
        content_handling="CONVERT_TO_TEXT",
        responses=(
            IntegrationResponse("200", "", (mapping,)),
            IntegrationResponse("404", "40[34]", (mapping,)),
        ),
    )
    api = topology.api_gateway.rest_apis[0]
    resources = (
        *(each for each in topologies.resources() if each.path != "/{proxy+}"),
        Resource("r1page", "/{proxy+}", (Method("GET", integration=pages),)),
    )
    deployment = replace(api.stages[0].deployment, policy=document, resources=resources)
    api = replace(api, policy=document, stages=(replace(api.stages[0], deployment=deployment),))
    return replace(topology, api_gateway=replace(topology.api_gateway, rest_apis=(api,)))


def with_endpoint_policy(document: PolicyDocument) -> Topology:
    topology = with_resource_policy(policy({}))
    endpoint = replace(topology.network.vpc_endpoints[0], policy=document)
    return topologies.with_network(topology, vpc_endpoints=(endpoint,))


def with_bucket_policy(document: PolicyDocument) -> Topology:
    topology = with_resource_policy(policy({}))
    return replace(topology, storage=Storage((Bucket(topologies.BUCKET, document),)))


WORLDS = {
    "a policy of the endpoint alone": with_resource_policy(topologies.resource_policy()),
    "no resource policy": with_resource_policy(None),
    "the user agent": with_resource_policy(
        policy({}, deny({"StringLike": {"AWS:UserAgent": "curl*"}}, f"{API_ARN}/*/GET/*"))
    ),
    "the referer": with_resource_policy(policy({"Condition": {"StringLike": {"aws:Referer": "https:*"}}})),
    "no referer": with_resource_policy(policy({"Condition": {"Null": {"aws:referer": "true"}}})),
    "a policy variable": with_resource_policy(
        policy({"Resource": f"{API_ARN}/live/GET/${{aws:UserAgent}}*"})
    ),
    "the time": with_resource_policy(policy({"Condition": BEFORE_NOON})),
    "the method": with_resource_policy(policy({}, {"Effect": "Deny", "Resource": f"{API_ARN}/*/POST/*"})),
    "a resource policy by path": with_resource_policy(
        policy({}, {"Effect": "Deny", "Resource": f"{API_ARN}/*/api/secret*"})
    ),
    "an endpoint policy by path": with_endpoint_policy(
        policy({}, {"Effect": "Deny", "Resource": f"{API_ARN}/*/api/secret*"})
    ),
    "an endpoint policy by time": with_endpoint_policy(policy({"Condition": BEFORE_NOON})),
    "a bucket policy by time": with_bucket_policy(
        policy({"Effect": "Deny", "Action": "s3:*", "Resource": f"{BUCKET_ARN}/*", "Condition": BEFORE_NOON})
    ),
    "a template that reads more": with_resource_policy(policy({}), template=BY_USER_AGENT),
}
HEADERS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(("User-Agent", "user-agent")), st.sampled_from(("curl/8", "Mozilla", "api"))
        ),
        st.tuples(st.just("Referer"), st.sampled_from(("https://a", "ftp://b"))),
        st.tuples(st.just("Authorization"), st.sampled_from(("Bearer x", "AWS4-HMAC-SHA256 a=b"))),
        st.tuples(st.just("x-apigw-api-id"), st.sampled_from((topologies.API, "other"))),
        st.tuples(st.sampled_from(("X-A", "x-a", "If-None-Match")), st.sampled_from(('"e"', "2"))),
        st.tuples(st.just("X-HTTP-Method-Override"), st.just("post")),
        st.tuples(st.just("Connection"), st.sampled_from(("keep-alive", "X-A"))),
        st.tuples(st.just("X-Forwarded-For"), st.just("203.0.113.7")),
    ),
    max_size=4,
)
REQUESTS = st.builds(
    lambda method, target, host, headers: HttpRequest(method, target, (*host, *headers)),
    st.sampled_from(("GET", "POST", "HEAD")),
    st.sampled_from(
        (
            *(
                "/",
                "/app.js",
                "/orders/7",
                "/api/orders",
                "/api/orders?a=1&a=2",
                "/api/secret",
                "/live/api/x",
            ),
            *("/other", "/curl/8", "//api//x/", "/api/" + "x" * LONGEST_REMEMBERED),
        )
    ),
    st.sampled_from(
        (
            (("Host", topologies.DOMAIN),),
            (("host", topologies.DOMAIN.upper()),),
            (("Host", f"{topologies.API}.execute-api.{topologies.REGION}.amazonaws.com"),),
            (("Host", "nobody.example"),),
        )
    ),
    HEADERS,
)
DOORS = st.sampled_from(("listener", "endpoint", "public"))
OFFSETS_MS = st.sampled_from((-1000, 0, 1000))
Call = tuple[HttpRequest, str, int]
CALLS = st.lists(st.tuples(REQUESTS, DOORS, OFFSETS_MS), min_size=2, max_size=8)


def moment(offset_ms: int) -> Moment:
    identifier = f"7e42b0a7-465e-4f43-aaf0-95e049{offset_ms + 5000:06}"
    return Moment(
        NOON_MS + offset_ms, identifier, "QG_qQHmhFiAFsLQ=", "1-624c4641-31a8bde2177ec9aa0409676b", 0
    )


def door_of(world: World, name: str) -> Door:
    if name == "endpoint":
        network = world.topology.network
        endpoint = network.vpc_endpoints[0]
        interface = next(
            each for each in network.network_interfaces if each.id in endpoint.network_interface_ids
        )
        return EndpointDoor(endpoint, interface)
    if name == "public":
        return PublicApiDoor()
    source = vantage(world.topology, "corporate")
    door = connect(world, source, topologies.DOMAIN, 443).door
    assert door is not None
    return door


def played(world: World, call: Call) -> tuple[Answered, list[Need]]:
    """The answer and what was asked for; every third page is missing."""
    request, door, offset_ms = call
    arrival = Arrival(Client(str(topologies.LAPTOP)), request, moment(offset_ms), {})
    steps = answer(world, door_of(world, door), arrival)
    needs: list[Need] = []
    try:
        needs.append(next(steps))
        while True:
            needs.append(steps.send(_result(needs[-1])))
    except StopIteration as done:
        answered: Answered = done.value
        return answered, needs


def _result(need: Need) -> Invoked | ObjectFound | ObjectMissing | Waited:
    if isinstance(need, Invoke):
        return Invoked(b'{"statusCode": 201, "headers": {"X-A": "b"}, "body": "hello"}')
    if isinstance(need, GetObject):
        missing = len(need.key) % 3 == 0
        return (
            ObjectMissing() if missing else ObjectFound(b"x", (("Content-Type", "text/x"), ("ETag", '"e"')))
        )
    return Waited()


def verdicts(name: str, calls: Iterable[Call]) -> list[int]:
    world = World(WORLDS[name])
    return [played(world, call)[0].response.status for call in calls]


def get(target: str, *headers: tuple[str, str]) -> HttpRequest:
    return HttpRequest("GET", target, (("Host", topologies.DOMAIN), *headers))


@pytest.mark.parametrize("name", WORLDS)
@given(calls=CALLS)
def test_what_is_remembered_changes_no_answer(name: str, calls: list[Call]) -> None:
    remembering = World(WORLDS[name])
    for call in [*calls, *calls]:
        assert played(remembering, call) == played(World(WORLDS[name]), call)


@pytest.mark.parametrize(
    ("name", "headers", "statuses"),
    [
        ("the user agent", ("User-Agent", "curl/8"), (201, 403, 201)),
        ("the referer", ("Referer", "https://a"), (403, 201, 403)),
        ("no referer", ("Referer", "https://a"), (201, 403, 201)),
        ("a policy variable", ("User-Agent", "api"), (403, 201, 403)),
        ("an endpoint policy by path", ("Authorization", "AWS4-HMAC-SHA256 a=b"), (201, 403, 201)),
    ],
)
def test_a_policy_that_reads_a_header_is_asked_for_every_request(
    name: str, headers: tuple[str, str], statuses: tuple[int, ...]
) -> None:
    plain, other = (get("/api/x"), "listener", 0), (get("/api/x", headers), "listener", 0)
    assert verdicts(name, (plain, other, plain)) == list(statuses)


@pytest.mark.parametrize(
    ("name", "target", "statuses"),
    [
        ("the time", "/api/x", (201, 403, 201)),
        ("an endpoint policy by time", "/api/x", (201, 403, 201)),
        ("a bucket policy by time", "/a.js", (404, 200, 404)),
    ],
)
def test_a_policy_that_reads_the_clock_is_asked_for_every_request(
    name: str, target: str, statuses: tuple[int, ...]
) -> None:
    calls = [(get(target), "listener", offset_ms) for offset_ms in (-1000, 1000, -1000)]
    assert verdicts(name, calls) == list(statuses)


@pytest.mark.parametrize("name", ["a resource policy by path", "an endpoint policy by path"])
def test_every_path_is_decided_by_itself(name: str) -> None:
    calls = [(get(path), "listener", 0) for path in ("/api/x", "/api/secret", "/api/x", "/api/secret")]
    assert verdicts(name, calls) == [201, 403, 201, 403]


def test_a_template_that_reads_the_context_is_carried_out_for_every_request() -> None:
    world = World(WORLDS["a template that reads more"])
    asked = [
        played(world, (get("/page", ("User-Agent", agent), ("X-A", value)), "listener", 0))[1]
        for agent, value in (("a", "1"), ("b", "1"), ("b", "2"), ("a", "1"))
    ]
    keys = ["a/1", "b/1", "b/2", "a/1"]
    assert asked == [[GetObject(topologies.BUCKET, key)] for key in keys]


def test_what_clients_write_does_not_make_the_memory_grow() -> None:
    world = World(WORLDS["an endpoint policy by path"])
    known = []
    for length in range(LONGEST_REMEMBERED + 1, LONGEST_REMEMBERED + 20):
        played(world, (get("/api/" + "x" * length), "listener", 0))
        played(world, (get("/pages/" + "x" * length), "listener", 0))
        known.append(len(world._decided))
    assert known == [known[0]] * len(known)


def test_a_long_key_is_decided_each_time_and_a_short_one_once() -> None:
    world, decided = World(topologies.private_app()), []
    for characters in (LONGEST_REMEMBERED, LONGEST_REMEMBERED + 1):
        for _ in range(2):
            world.remember(("key", characters), lambda: decided.append(1), characters)
    assert len(decided) == 3
