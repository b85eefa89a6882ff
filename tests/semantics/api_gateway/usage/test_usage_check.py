import json
from dataclasses import replace

import pytest
from tests import topologies
from tests.semantics.api_gateway.calls import OK, call, get, matched, run, the_api, topology_with, with_stage

from landbridge.model.api_gateway import GatewayResponse, Integration
from landbridge.model.api_gateway_usage import (
    ApiKey,
    MethodThrottle,
    PlanStage,
    Quota,
    QuotaPeriod,
    Throttle,
    Usage,
    UsagePlan,
)
from landbridge.model.topology import Topology
from landbridge.semantics.api_gateway.authorization.admission import Admitted
from landbridge.semantics.api_gateway.request import Authorization, Executed
from landbridge.semantics.api_gateway.usage.metering import CountUsage, Meter, UsageCounted, UsageExceeded
from landbridge.semantics.api_gateway.usage.usage_check import check_usage
from landbridge.semantics.needs import Invoke, Need, Result
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Step, Verdict

API = topologies.rest_api()
STAGE = API.stages[0].name
QUOTA = Quota(500, QuotaPeriod.DAY)
GOLD = UsagePlan(
    "gold1",
    "gold",
    stages=(PlanStage(API.id, STAGE),),
    key_ids=("alice",),
    throttle=Throttle(5, 10),
    quota=QUOTA,
)
ALICE = ApiKey("alice", "a" * 14 + "F0yrv6", "Alice")
BOB = ApiKey("bob", "b" * 20, enabled=False)
CAROL = ApiKey("carol", "c" * 20)
USAGE = Usage((ALICE, BOB, CAROL), (GOLD,))


def metered(usage: Usage = USAGE, integration: Integration | None = None, **changes: object) -> Topology:
    """The private app with one method that requires an API key."""
    resource = get("/api/orders", integration or topologies.function_integration())
    keyed = replace(resource, methods=(replace(resource.methods[0], api_key_required=True),))
    topology = topology_with(keyed, **changes)
    return replace(topology, api_gateway=replace(topology.api_gateway, usage=usage))


def asked(topology: Topology, key: str | None, *results: Result) -> tuple[Executed, list[Need]]:
    headers = () if key is None else (("X-Api-Key", key),)
    return run(topology, call(topology, "/api/orders", headers=headers), *results)


def test_a_key_of_a_plan_for_the_stage_lets_the_request_through_and_is_counted() -> None:
    executed, needs = asked(metered(), ALICE.value, UsageCounted(499), OK)
    assert executed.response.status == 200
    count, invoke = needs
    assert isinstance(count, CountUsage)
    assert isinstance(invoke, Invoke)
    assert count.meter == Meter("gold1", "alice", QUOTA)
    assert [(str(limit.level), limit.throttle.rate) for limit in count.limits] == [("usage plan", 5)]
    told = {hop.step: dict(hop.decision.facts) for hop in executed.hops}
    assert told[Step.API_KEY] == {"usage plan": "gold (gold1)"}
    assert told[Step.THROTTLING] == {
        "limit of usage plan": "5 requests per second, burst 10",
        "quota": "500 per DAY",
        "left of the quota": "499",
    }


def test_the_function_is_told_the_key() -> None:
    _, needs = asked(metered(), ALICE.value, UsageCounted(1), OK)
    assert isinstance(needs[-1], Invoke)
    identity = json.loads(needs[-1].payload)["requestContext"]["identity"]
    assert (identity["apiKey"], identity["apiKeyId"]) == (ALICE.value, "alice")


def test_a_method_that_requires_no_key_counts_for_no_plan_and_tells_none() -> None:
    topology = topology_with(get("/api/orders", topologies.function_integration()))
    topology = replace(topology, api_gateway=replace(topology.api_gateway, usage=USAGE))
    _, needs = asked(topology, ALICE.value, OK)
    (invoke,) = needs
    assert isinstance(invoke, Invoke)
    assert "apiKey" not in json.loads(invoke.payload)["requestContext"]["identity"]


@pytest.mark.parametrize(
    ("key", "remedy"),
    [
        (None, "Send the value of an API key in the header x-api-key"),
        ("", "Send the value of an API key in the header x-api-key"),
        ("nobody's", "Send the value of an API key that exists, or create a key with this value"),
        ("alice", "What was sent is the id of API key alice: send its value"),
        (BOB.value, "Enable API key bob"),
        (CAROL.value, f"Add API key carol to a usage plan that has stage {API.id}/{STAGE}"),
    ],
)
def test_without_an_enabled_key_of_a_plan_for_the_stage_the_answer_is_forbidden(
    key: str | None, remedy: str
) -> None:
    executed, needs = asked(metered(), key)
    assert needs == []
    response = executed.response
    assert (response.status, response.body) == (403, b'{"message":"Forbidden"}')
    assert response.header("x-amzn-errortype") == "ForbiddenException"
    hop = executed.hops[-1]
    assert (hop.step, hop.decision.code) == (Step.API_KEY, GatewayResponseType.INVALID_API_KEY)
    assert hop.decision.remedy == remedy


def test_a_plan_for_another_stage_does_not_count_and_the_remedy_names_it() -> None:
    elsewhere = replace(GOLD, stages=(PlanStage(API.id, "other"),))
    executed, _ = asked(metered(replace(USAGE, usage_plans=(elsewhere,))), ALICE.value)
    assert executed.response.status == 403
    decision = executed.hops[-1].decision
    assert decision.remedy == f"Add stage {API.id}/{STAGE} to a usage plan of API key alice: gold (gold1)"
    assert dict(decision.facts)["execution log"] == (
        f"API Key {'*' * 14}F0yrv6 not authorized because method 'GET /api/orders' requires API Key and API "
        f"Key is not associated with a Usage Plan for API Stage {API.id}/{STAGE}: "
        "No Usage Plan found for key and API Stage"
    )


def test_no_decision_says_the_value_of_a_key() -> None:
    for key in (ALICE, BOB, CAROL):
        executed, _ = asked(metered(replace(USAGE, usage_plans=())), key.value)
        assert key.value not in str(executed.hops)


def test_an_api_may_take_the_key_from_its_authorizer_and_then_ignores_the_header() -> None:
    executed, _ = asked(metered(api_key_source="AUTHORIZER"), ALICE.value)
    assert executed.response.status == 403
    assert "usageIdentifierKey" in executed.hops[-1].decision.remedy


def test_the_key_that_an_authorizer_names_is_the_one_that_counts() -> None:
    topology = metered(api_key_source="AUTHORIZER")
    request = matched(topology, call(topology, "/api/orders"))
    named = replace(request, authorization=Authorization({}, ALICE.value))
    steps = check_usage(Admitted(named, ()))
    count = next(steps)
    assert isinstance(count, CountUsage)
    assert count.meter == Meter("gold1", "alice", QUOTA)
    with pytest.raises(StopIteration) as done:
        steps.send(UsageCounted(3))
    assert done.value.value.request.authorization.api_key == ALICE


def test_keys_that_could_not_be_read_let_nobody_in() -> None:
    executed, _ = asked(metered(replace(USAGE, unread=True)), ALICE.value)
    assert executed.response.status == 500
    assert executed.hops[-1].decision.verdict is Verdict.NOT_MODELLED


def test_a_used_up_quota_is_limit_exceeded() -> None:
    executed, needs = asked(metered(), ALICE.value, UsageExceeded(None))
    assert len(needs) == 1
    response, decision = executed.response, executed.hops[-1].decision
    assert (response.status, response.body) == (429, b'{"message":"Limit Exceeded"}')
    assert response.header("x-amzn-errortype") == "LimitExceededException"
    assert decision.code is GatewayResponseType.QUOTA_EXCEEDED
    assert dict(decision.facts)["execution log"] == (
        f"API Key {'*' * 14}F0yrv6 exceeded quota limit for API Stage {API.id}/{STAGE}: Key quota exhausted "
        "for Usage Plan ID gold1. Limit: 500 Period: DAY"
    )


THROTTLED_STAGE = (MethodThrottle("/api/orders", "GET", Throttle(1, 1)),)


@pytest.mark.parametrize(
    ("place", "cited", "log"),
    [
        (
            0,
            "AWS::ApiGateway::UsagePlan",
            f"API Key {'*' * 14}F0yrv6 exceeded throttle limit for API Stage {API.id}/{STAGE}: Key throttle "
            f"limit exceeded for Usage Plan ID gold1, RestApi {API.id}, Stage {STAGE}, "
            "Resource r-/api/orders, HttpMethod GET. Limit: 5.00 Burst: 10",
        ),
        (
            1,
            "AWS::ApiGateway::Stage",
            f"Key throttle limit exceeded for RestApi {API.id}, Stage {STAGE}, Resource r-/api/orders, "
            "HttpMethod GET. Limit: 1.00 Burst: 1",
        ),
        (
            2,
            "AWS::ApiGateway::Account",
            f"Key throttle limit exceeded for RestApi {API.id}, Stage {STAGE}, Resource r-/api/orders, "
            "HttpMethod GET. Limit: 10000.00 Burst: 5000",
        ),
    ],
)
def test_every_limit_is_told_as_too_many_requests_and_the_trace_says_which(
    place: int, cited: str, log: str
) -> None:
    account = replace(USAGE, account_throttle=Throttle(10_000, 5_000))
    topology = with_stage(metered(account), throttles=THROTTLED_STAGE)
    _, (count, _) = asked(topology, ALICE.value, UsageCounted(1), OK)
    assert isinstance(count, CountUsage)
    executed, _ = asked(topology, ALICE.value, UsageExceeded(count.limits[place]))
    response, decision = executed.response, executed.hops[-1].decision
    assert (response.status, response.body) == (429, b'{"message":"Too Many Requests"}')
    assert response.header("x-amzn-errortype") == "TooManyRequestsException"
    assert decision.code is GatewayResponseType.THROTTLED
    assert decision.cited is not None
    assert (decision.cited.type, dict(decision.facts)["execution log"]) == (cited, log)


def test_the_account_s_limit_alone_is_counted_and_adds_no_hop() -> None:
    topology = topology_with(get("/api/orders", topologies.function_integration()))
    usage = Usage(account_throttle=Throttle(10_000, 5_000))
    limited = replace(topology, api_gateway=replace(topology.api_gateway, usage=usage))
    with_limit, (count, _) = asked(limited, None, UsageCounted(), OK)
    without, _ = asked(topology, None, OK)
    assert isinstance(count, CountUsage)
    assert count.meter is None
    assert with_limit.hops == without.hops


@pytest.mark.parametrize(
    ("kind", "key", "results"),
    [
        ("INVALID_API_KEY", None, ()),
        ("THROTTLED", ALICE.value, ("limit",)),
        ("QUOTA_EXCEEDED", ALICE.value, ("quota",)),
        ("DEFAULT_4XX", None, ()),
    ],
)
def test_the_answers_are_gateway_responses_that_may_be_customised(
    kind: str, key: str | None, results: tuple[str, ...]
) -> None:
    own = GatewayResponse(kind, "418", (), (("application/json", '{"type":"$context.error.responseType"}'),))
    topology = metered(gateway_responses=(own,))
    given: list[Result] = []
    if results:
        _, (count, _) = asked(topology, ALICE.value, UsageCounted(1), OK)
        assert isinstance(count, CountUsage)
        given = [UsageExceeded(count.limits[0] if results == ("limit",) else None)]
    executed, _ = asked(topology, key, *given)
    expected = "INVALID_API_KEY" if kind == "DEFAULT_4XX" else kind
    assert (executed.response.status, json.loads(executed.response.body)) == (418, {"type": expected})


def test_a_key_is_looked_at_only_after_the_caller_is_authorized() -> None:
    topology = metered()
    denied = replace(the_api(topology).stages[0].deployment, policy=None)
    executed, _ = asked(with_stage(topology, deployment=denied), None)
    assert executed.hops[-1].step is Step.RESOURCE_POLICY
