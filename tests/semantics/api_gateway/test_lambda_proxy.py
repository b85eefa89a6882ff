from dataclasses import replace
from typing import Any

import pytest
from tests import topologies
from tests.semantics.api_gateway.calls import (
    MOMENT,
    OK,
    answered,
    call,
    get,
    last_hop,
    matched,
    run,
    topology_with,
    with_stage,
)

from landbridge.model.api_gateway import Integration
from landbridge.model.functions import Alias, Functions
from landbridge.model.identifiers import Arn
from landbridge.model.policy import Condition, PolicyDocument
from landbridge.model.topology import Topology
from landbridge.semantics.api_gateway.lambda_proxy import invoke_function
from landbridge.semantics.needs import Invoke, Invoked, InvokeRefused, InvokeTimedOut, ObjectMissing, Result
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType, LambdaErrorType, LocalCode
from landbridge.trace.decision import Step, Verdict

BODY_500 = b'{"message": "Internal server error"}'


def with_integration(**changes: Any) -> Topology:
    integration = replace(topologies.function_integration(), **changes)
    return topology_with(get("/api/{proxy+}", integration, "ANY"))


def with_function(topology: Topology, **changes: Any) -> Topology:
    (function,) = topology.functions.functions
    return replace(topology, functions=Functions((replace(function, **changes),)))


def permitting(*source_arns: str) -> PolicyDocument:
    statement = topologies.statement(
        sid="api",
        principals=(("Service", "apigateway.amazonaws.com"),),
        actions=("lambda:InvokeFunction",),
        resources=(topologies.FUNCTION_ARN,),
        conditions=(Condition("ArnLike", "AWS:SourceArn", source_arns),) if source_arns else (),
    )
    return PolicyDocument((statement,))


def test_a_function_is_invoked_with_the_event_and_its_answer_delivered() -> None:
    topology = topologies.private_app()
    executed, needs = run(topology, call(topology), OK)
    (need,) = needs
    assert isinstance(need, Invoke)
    assert (need.function_arn, need.timeout_ms) == (topologies.FUNCTION_ARN, 29_000)
    assert need.trace_header == f"Root={MOMENT.trace_id}"
    assert need.payload.startswith(b'{"resource":"/api/{proxy+}","path":"/api/orders"')
    assert (executed.response.status, executed.response.body) == (200, b"hello")
    assert [hop.step for hop in executed.hops] == [
        Step.RESOURCE_AND_METHOD,
        Step.RESOURCE_POLICY,
        Step.FUNCTION_POLICY,
        Step.INVOKE,
        Step.INTEGRATION_RESPONSE,
    ]
    assert {hop.decision.verdict for hop in executed.hops} == {Verdict.ALLOWED}


@pytest.mark.parametrize(
    ("result", "status", "body", "code", "log"),
    [
        (
            Invoked(b'{"errorMessage":"boom","errorType":"ValueError"}', "Unhandled", "c0ffee"),
            502,
            BODY_500,
            LocalCode.FUNCTION_ERROR,
            "Lambda execution failed with status 200 due to customer function error: boom. "
            "Lambda request id: c0ffee",
        ),
        (
            Invoked(b"not json", "Unhandled", "c0ffee"),
            502,
            BODY_500,
            LocalCode.FUNCTION_ERROR,
            "Lambda execution failed with status 200 due to customer function error: not json. "
            "Lambda request id: c0ffee",
        ),
        (
            Invoked(b"[]", "Unhandled", "c0ffee"),
            502,
            BODY_500,
            LocalCode.FUNCTION_ERROR,
            "Lambda execution failed with status 200 due to customer function error: []. "
            "Lambda request id: c0ffee",
        ),
        (
            Invoked(b'{"a": 1}'),
            502,
            BODY_500,
            LocalCode.MALFORMED_PROXY_RESPONSE,
            "Execution failed due to configuration error: Malformed Lambda proxy response",
        ),
        (
            InvokeTimedOut(),
            504,
            b'{"message": "Endpoint request timed out"}',
            GatewayResponseType.INTEGRATION_TIMEOUT,
            "Execution failed due to a timeout error",
        ),
        (
            InvokeRefused("TooManyRequestsException", "Rate Exceeded."),
            500,
            BODY_500,
            LambdaErrorType.TOO_MANY_REQUESTS,
            "Lambda invocation failed with status: 429. Rate Exceeded.",
        ),
        (
            InvokeRefused("ResourceNotFoundException", "Function not found"),
            500,
            BODY_500,
            LambdaErrorType.RESOURCE_NOT_FOUND,
            "Execution failed due to configuration error: Function not found",
        ),
        (
            InvokeRefused("ServiceException", "internal"),
            500,
            BODY_500,
            LambdaErrorType.SERVICE,
            "Execution failed due to configuration error: internal",
        ),
    ],
)
def test_what_the_client_gets_when_an_invocation_fails(
    result: Result, status: int, body: bytes, code: object, log: str
) -> None:
    topology = topologies.private_app()
    executed = answered(topology, call(topology), result)
    assert (executed.response.status, executed.response.body) == (status, body)
    assert executed.response.header("x-amzn-trace-id") == f"Root={MOMENT.trace_id}"
    decision = last_hop(executed).decision
    assert decision.code is code
    assert ("execution log", log) in decision.facts
    assert decision.remedy


def test_a_long_malformed_answer_is_shown_in_part() -> None:
    topology = topologies.private_app()
    executed = answered(topology, call(topology), Invoked(b'"' + b"x" * 1000 + b'"'))
    shown = dict(last_hop(executed).decision.facts)["answer"]
    assert len(shown) == 401
    assert shown.endswith("…")


@pytest.mark.parametrize(
    ("sentence", "policy", "target", "method", "admitted"),
    [
        ("no policy at all", None, "/api/a", "GET", False),
        ("a policy without condition", permitting(), "/api/a", "GET", True),
        (
            "path parameters as a star",
            permitting("arn:aws:execute-api:*:*:*/*/GET/api/*"),
            "/api/a",
            "GET",
            True,
        ),
        ("another method", permitting("arn:aws:execute-api:*:*:*/*/GET/api/*"), "/api/a", "PUT", False),
        (
            "ANY is no method of a request",
            permitting("arn:aws:execute-api:*:*:*/*/ANY/api/*"),
            "/api/a",
            "PUT",
            False,
        ),
        (
            "another stage",
            permitting("arn:aws:execute-api:*:*:a1b2c3d4e5/test/*/*"),
            "/api/a",
            "GET",
            False,
        ),
        (
            "the resource's template is the path",
            permitting(
                f"arn:aws:execute-api:{topologies.REGION}:{topologies.ACCOUNT}:a1b2c3d4e5/live/GET/api/{{proxy+}}"
            ),
            "/api/a",
            "GET",
            True,
        ),
        (
            "the concrete path is not",
            permitting("arn:aws:execute-api:*:*:a1b2c3d4e5/live/GET/api/a"),
            "/api/a",
            "GET",
            False,
        ),
    ],
)
def test_the_functions_policy_must_admit_the_api_stage_and_method(
    sentence: str, policy: PolicyDocument | None, target: str, method: str, admitted: bool
) -> None:
    topology = with_function(topologies.private_app(), policy=policy)
    executed = answered(topology, call(topology, target, method), *((OK,) if admitted else ()))
    assert executed.response.status == (200 if admitted else 500), sentence


def test_a_missing_permission_says_what_to_permit() -> None:
    topology = with_function(topologies.private_app(), policy=permitting("arn:aws:execute-api:*:*:x/*/*/*"))
    executed = answered(topology, call(topology))
    assert executed.response.body == BODY_500
    hop = last_hop(executed)
    assert (hop.step, hop.decision.code) == (Step.FUNCTION_POLICY, LambdaErrorType.ACCESS_DENIED)
    assert "Invalid permissions on Lambda function" in hop.decision.remedy
    assert "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/*/*/api/*" in hop.decision.remedy


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"http_method": "GET"}, ("integration HTTP method", "GET")),
        ({"http_method": ""}, ("integration HTTP method", "none")),
        (
            {"uri": "arn:aws:apigateway:eu-central-1:lambda:path/x"},
            ("uri", "arn:aws:apigateway:eu-central-1:lambda:path/x"),
        ),
    ],
)
def test_an_integration_that_cannot_work_is_a_500(changes: dict[str, str], fact: tuple[str, str]) -> None:
    topology = with_integration(**changes)
    executed = answered(topology, call(topology))
    assert (executed.response.status, executed.response.body) == (500, BODY_500)
    assert executed.response.header("x-amzn-trace-id") is None
    assert fact in last_hop(executed).decision.facts


URI = "arn:aws:apigateway:eu-central-1:lambda:path/{}/functions/{}/{}"
ARN = topologies.FUNCTION_ARN


def with_alias(qualifier: str, policy: PolicyDocument | None, *weights: tuple[str, float]) -> Topology:
    """The method invokes a version or an alias, which has this policy."""
    topology = with_integration(uri=URI.format("2015-03-31", f"{ARN}:{qualifier}", "invocations"))
    (function,) = topology.functions.functions
    version = replace(function, arn=Arn(f"{ARN}:7"), version="7", policy=policy)
    alias = Alias("live", "7", weights, policy)
    return with_stage(
        with_function(topology, versions=(version,), aliases=(alias,)), variables=(("alias", "live"),)
    )


def permitting_on(qualifier: str) -> PolicyDocument:
    (permission,) = permitting().statements
    return PolicyDocument((replace(permission, resources=(f"{ARN}:{qualifier}",)),))


@pytest.mark.parametrize(
    ("named", "qualifier"), [("live", "live"), ("7", "7"), ("${stageVariables.alias}", "live")]
)
def test_a_version_or_alias_is_invoked_by_its_own_permission(named: str, qualifier: str) -> None:
    topology = with_alias(named, permitting_on(qualifier))
    executed, needs = run(topology, call(topology), OK)
    assert executed.response.status == 200
    assert [need.function_arn for need in needs if isinstance(need, Invoke)] == [f"{ARN}:{qualifier}"]


def test_the_function_s_own_permission_does_not_count_for_its_alias() -> None:
    topology = with_alias("live", None)
    executed = answered(topology, call(topology))
    decision = last_hop(executed).decision
    assert (executed.response.status, decision.code) == (500, LambdaErrorType.ACCESS_DENIED)
    assert "on orders:live for principal apigateway.amazonaws.com" in decision.remedy
    assert decision.remedy.endswith("the permission on orders itself does not count for orders:live")


def test_a_trace_tells_which_version_of_a_weighted_alias_ran() -> None:
    topology = with_alias("live", permitting_on("live"), ("8", 0.5))
    ran = Invoked(OK.payload, executed_version="8")
    executed = answered(topology, call(topology), ran)
    assert ("executed version", "8") in last_hop(executed).decision.facts


@pytest.mark.parametrize("qualifier", ["gone", "8"])
def test_a_qualifier_that_does_not_exist_is_named(qualifier: str) -> None:
    topology = with_alias(qualifier, permitting_on(qualifier))
    decision = last_hop(answered(topology, call(topology))).decision
    assert decision.code is LambdaErrorType.RESOURCE_NOT_FOUND
    assert qualifier in decision.remedy
    assert "of orders" in decision.remedy


@pytest.mark.parametrize("function", [f"{ARN}:$LATEST", ARN.replace("orders", "${stageVariables.name}")])
def test_the_latest_version_and_stage_variables_name_the_function(function: str) -> None:
    topology = with_stage(
        with_integration(uri=URI.format("2015-03-31", function, "invocations")),
        variables=(("name", "orders"),),
    )
    _, needs = run(topology, call(topology), OK)
    assert [need.function_arn for need in needs if isinstance(need, Invoke)] == [ARN]


def test_a_function_that_does_not_exist_is_a_500() -> None:
    topology = replace(topologies.private_app(), functions=Functions())
    executed = answered(topology, call(topology))
    assert executed.response.status == 500
    assert last_hop(executed).decision.code is LambdaErrorType.RESOURCE_NOT_FOUND


def invoking_role(actions: str) -> Topology:
    topology = with_function(with_integration(credentials=topologies.FRONTEND_ROLE_ARN), policy=None)
    allow = topologies.statement(actions=(actions,), resources=("*",))
    roles = tuple(
        replace(role, policies=(("invoke", PolicyDocument((allow,))),)) for role in topology.identity.roles
    )
    return replace(topology, identity=replace(topology.identity, roles=roles))


def test_a_role_that_may_invoke_replaces_the_functions_policy() -> None:
    topology = invoking_role("lambda:InvokeFunction")
    executed = answered(topology, call(topology), OK)
    assert executed.response.status == 200
    assert [hop.step for hop in executed.hops][2:5] == [Step.ROLE, Step.ROLE, Step.INVOKE]


def test_a_role_that_may_not_invoke_is_a_500() -> None:
    topology = invoking_role("lambda:GetFunction")
    executed = answered(topology, call(topology))
    assert executed.response.status == 500
    assert last_hop(executed).decision.code is LambdaErrorType.ACCESS_DENIED


def test_a_role_that_api_gateway_may_not_assume_is_a_500() -> None:
    topology = with_integration(credentials=topologies.FUNCTION_ROLE_ARN)
    executed = answered(topology, call(topology))
    assert executed.response.status == 500
    assert last_hop(executed).decision.code is LocalCode.ROLE_NOT_ASSUMABLE


def test_an_event_over_six_megabytes_is_a_413() -> None:
    topology = topologies.private_app()
    executed = answered(topology, call(topology, "/api/x", "PUT", (), b"x" * 6_000_000))
    assert (executed.response.status, executed.response.body) == (413, b'{"message":"Request Too Long"}')
    assert last_hop(executed).decision.code is GatewayResponseType.REQUEST_TOO_LARGE


def test_a_result_that_is_none_of_an_invocation_is_a_bug() -> None:
    topology = topologies.private_app()
    request = matched(topology, call(topology), World(topology))
    assert request.integration == Integration("AWS_PROXY", "POST", topologies.function_integration().uri)
    steps = invoke_function(request, ())
    next(steps)
    with pytest.raises(TypeError, match="ObjectMissing"):
        steps.send(ObjectMissing())
