from dataclasses import replace
from typing import Any

import pytest
from tests import topologies
from tests.semantics.api_gateway.calls import MOMENT, OK, call, with_stage

from landbridge.model.api_gateway import Integration, Method, Resource
from landbridge.model.api_gateway_stages import MethodSettings, StageSettings, UnauthorizedCacheControl
from landbridge.model.exchange import Headers, HttpResponse, Moment
from landbridge.model.policy import PolicyDocument
from landbridge.model.topology import Topology
from landbridge.semantics.api_gateway.execution import execute
from landbridge.semantics.api_gateway.method_cache import WARNING
from landbridge.semantics.api_gateway.request import ApiRequest
from landbridge.semantics.needs import Invoke, Invoked, Keep, Kept, Need, Recall, Recalled, Result
from landbridge.semantics.world import World
from landbridge.trace.decision import Step

FRESH: Headers = (("Cache-Control", "max-age=0"),)
EVERY_METHOD = MethodSettings(caching=True)
OWN = MethodSettings("/api/{proxy+}", "POST", caching=True)


class Cache:
    """A stage with a cache whose time is told by hand."""

    def __init__(self, *methods: MethodSettings, cluster: bool = True, **integration: Any) -> None:
        settings = StageSettings(methods=methods or (EVERY_METHOD,), cache_cluster=cluster)
        self.topology = with_stage(with_integration(**integration), settings=settings)
        self.kept: dict[Any, tuple[object, int]] = {}

    def ask(
        self,
        target: str = "/api/orders",
        *,
        result: Result = OK,
        moment: Moment = MOMENT,
        made: ApiRequest | None = None,
        **changes: Any,
    ) -> tuple[HttpResponse, str]:
        """The answer, and what its hop says of the cache."""
        steps = execute(World(self.topology), made or call(self.topology, target, **changes), moment)
        try:
            need: Need = next(steps)
            while True:
                need = steps.send(self._perform(need, result))
        except StopIteration as end:
            told = [dict(hop.decision.facts) for hop in end.value.hops if hop.step is Step.METHOD_CACHE]
            return end.value.response, told[0].get("cache", "refused") if told else "none"

    def _perform(self, need: Need, result: Result) -> Result:
        match need:
            case Recall(key, epoch_ms):
                value, until_epoch_ms = self.kept.get(key, (None, 0))
                return Recalled(value if until_epoch_ms > epoch_ms else None)
            case Keep(key, value, until_epoch_ms):
                self.kept[key] = value, until_epoch_ms
                return Kept()
            case _:
                assert isinstance(need, Invoke)
                return result


def with_integration(**changes: Any) -> Topology:
    """The private app, its backend's integration changed."""
    topology = topologies.private_app()
    (api,) = topology.api_gateway.rest_apis
    stage = api.stages[0]
    resources = tuple(_changed(each, changes) for each in stage.deployment.resources)
    return with_stage(topology, deployment=replace(stage.deployment, resources=resources))


def _changed(resource: Resource, changes: dict[str, Any]) -> Resource:
    if resource.path != "/api/{proxy+}":
        return resource
    methods = tuple(
        replace(each, integration=replace(each.integration or Integration("MOCK"), **changes))
        for each in resource.methods
    )
    return replace(resource, methods=tuple[Method, ...](methods))


def invalidating(topology: Topology, effect: str = "Allow") -> Topology:
    """The topology whose API lets everyone, or nobody, invalidate its cache."""
    deployment = topology.api_gateway.rest_apis[0].stages[0].deployment
    assert deployment.policy is not None
    more = topologies.statement(
        principals=(("*", "*"),), actions=("execute-api:InvalidateCache",), resources=("*",), effect=effect
    )
    policy = PolicyDocument((*deployment.policy.statements, more))
    return with_stage(topology, deployment=replace(deployment, policy=policy))


def later(seconds: int) -> Moment:
    return replace(MOMENT, epoch_ms=MOMENT.epoch_ms + seconds * 1000, request_id="another")


def test_the_second_request_is_answered_from_the_cache_with_its_own_ids() -> None:
    cache = Cache()
    first, told = cache.ask()
    assert told == "miss"
    second, told = cache.ask(moment=later(299))
    assert (told, second.body) == ("hit", first.body)
    assert second.header("x-amzn-requestid") == "another"
    assert second.header("date") != first.header("date")
    assert cache.ask(moment=later(300))[1] == "miss"


@pytest.mark.parametrize(
    ("methods", "cluster", "method", "told"),
    [
        ((EVERY_METHOD,), True, "GET", "hit"),
        ((EVERY_METHOD,), True, "POST", "none"),
        ((OWN,), True, "POST", "hit"),
        ((OWN,), True, "GET", "none"),
        ((EVERY_METHOD, replace(OWN, http_method="GET", caching=False)), True, "GET", "none"),
        ((replace(EVERY_METHOD, cache_ttl_s=0),), True, "GET", "none"),
        ((EVERY_METHOD,), False, "GET", "none"),
    ],
)
def test_which_methods_are_cached(
    methods: tuple[MethodSettings, ...], cluster: bool, method: str, told: str
) -> None:
    cache = Cache(*methods, cluster=cluster)
    cache.ask(method=method)
    assert cache.ask(method=method)[1] == told


@pytest.mark.parametrize(
    ("keys", "target", "headers", "told"),
    [
        ((), "/api/customers?q=2", (), "hit"),
        (("method.request.path.proxy",), "/api/customers", (), "miss"),
        (("method.request.path.proxy",), "/api/orders?q=2", (), "hit"),
        (("method.request.querystring.q",), "/api/orders?q=2", (), "miss"),
        (("method.request.querystring.q",), "/api/orders?q=1&p=3", (), "hit"),
        (("method.request.header.Accept-Language",), "/api/orders?q=1", (("Accept-Language", "de"),), "miss"),
        (("integration.request.querystring.r",), "/api/orders?q=2", (), "miss"),
        (("integration.request.header.fixed",), "/api/orders?q=2", (), "hit"),
    ],
)
def test_only_cache_keys_tell_requests_apart(
    keys: tuple[str, ...], target: str, headers: Headers, told: str
) -> None:
    parameters = (
        ("integration.request.header.fixed", "'1'"),
        ("integration.request.querystring.r", "method.request.querystring.q"),
    )
    cache = Cache(cache_key_parameters=keys, request_parameters=parameters)
    cache.ask("/api/orders?q=1")
    assert cache.ask(target, headers=headers)[1] == told


def test_an_answer_of_api_gateway_itself_is_not_kept_and_one_of_the_backend_is() -> None:
    cache = Cache()
    cache.ask(result=Invoked(b"no proxy response"))
    assert cache.ask()[1] == "miss"
    cache = Cache()
    cache.ask(result=Invoked(b'{"statusCode": 429}'))
    response, told = cache.ask()
    assert (response.status, told) == (429, "hit")


def test_an_answer_of_more_than_a_mebibyte_is_not_kept() -> None:
    cache = Cache()
    cache.ask(result=Invoked(b'{"statusCode": 200, "body": "%s"}' % (b"a" * 1_048_577)))
    assert cache.ask()[1] == "miss"


@pytest.mark.parametrize(
    ("strategy", "status", "told", "warns"),
    [
        (UnauthorizedCacheControl.FAIL_WITH_403, 403, "refused", False),
        (UnauthorizedCacheControl.SUCCEED_WITH_RESPONSE_HEADER, 200, "hit", True),
        (UnauthorizedCacheControl.SUCCEED_WITHOUT_RESPONSE_HEADER, 200, "hit", False),
    ],
)
def test_what_becomes_of_a_wish_for_a_fresh_answer_without_authorization(
    strategy: UnauthorizedCacheControl, status: int, told: str, warns: bool
) -> None:
    cache = Cache(replace(EVERY_METHOD, unauthorized_cache_control=strategy))
    cache.ask()
    response, said = cache.ask(headers=FRESH)
    assert (response.status, said) == (status, told)
    assert (WARNING in response.headers) == warns
    if status == 403:
        assert b"execute-api:InvalidateCache" in response.body


@pytest.mark.parametrize("needs_authorization", [True, False])
def test_a_fresh_answer_replaces_the_kept_one(needs_authorization: bool) -> None:
    cache = Cache(replace(EVERY_METHOD, cache_control_needs_authorization=needs_authorization))
    cache.topology = invalidating(cache.topology) if needs_authorization else cache.topology
    cache.ask()
    fresh = Invoked(b'{"statusCode": 200, "body": "fresh"}')
    for header in ("max-age=0", "no-transform, Max-Age = 0"):
        assert cache.ask(result=fresh, headers=(("Cache-Control", header),))[1] == "refreshed"
    response, told = cache.ask()
    assert (response.body, told) == (b"fresh", "hit")


def test_other_cache_control_is_not_heard() -> None:
    cache = Cache(replace(EVERY_METHOD, cache_control_needs_authorization=False))
    cache.ask()
    assert cache.ask(headers=(("Cache-Control", "no-cache"),))[1] == "hit"
