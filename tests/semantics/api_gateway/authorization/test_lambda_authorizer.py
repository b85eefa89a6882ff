import json
from dataclasses import replace

import pytest
from tests import topologies
from tests.semantics.api_gateway.authorization.guarded import (
    API_ARN,
    BEARER,
    REQUEST,
    TOKEN,
    Outside,
    answer,
    guard_function,
    guarded,
    order,
    with_guard,
)
from tests.semantics.api_gateway.calls import MOMENT, with_deployment, with_stage

from landbridge.model.api_gateway import GatewayResponse, Integration, IntegrationResponse
from landbridge.model.exchange import Headers
from landbridge.model.policy import PolicyDocument
from landbridge.semantics.needs import Invoke, Invoked, InvokeRefused, InvokeTimedOut, Result
from landbridge.trace.codes import GatewayResponseType, LambdaErrorType, LocalCode
from landbridge.trace.decision import Step

NULL = b'{"message":null}'


def failed(message: str) -> Invoked:
    return Invoked(json.dumps({"errorMessage": message}).encode(), "Unhandled")


def test_the_backend_is_told_who_the_authorizer_says_it_is() -> None:
    topology = guarded("CUSTOM", TOKEN)
    outside = Outside(answer(context={"tier": "gold", "quota": 7, "share": 0.5, "admin": True, "none": None}))
    executed = outside.run(topology, order(topology), MOMENT)
    assert outside.invoked == ["guard", "orders"]
    authorizer = outside.event("orders")["requestContext"]["authorizer"]
    assert authorizer == {
        "tier": "gold",
        "quota": "7",
        "share": "0.5",
        "admin": "true",
        "principalId": "ada",
        "integrationLatency": 42,
    }
    steps = [hop.step for hop in executed.hops]
    assert steps[1:5] == [Step.RESOURCE_POLICY, Step.FUNCTION_POLICY, Step.INVOKE, Step.AUTHORIZATION]
    assert all(hop.decision.allowed for hop in executed.hops)


def test_templates_and_parameter_mappings_read_the_authorizer_s_context() -> None:
    integration = Integration(
        "MOCK",
        request_templates=(("application/json", '{"statusCode": 200}'),),
        responses=(
            IntegrationResponse(
                "200",
                response_parameters=(("method.response.header.X-Tier", "context.authorizer.tier"),),
                response_templates=(
                    ("application/json", "$context.authorizer.principalId:$context.authorizer.tier"),
                ),
            ),
        ),
    )
    topology = guarded("CUSTOM", TOKEN, integration=integration)
    topology = with_deployment(topology, binary_media_types=())
    executed = Outside(answer(context={"tier": "gold"})).run(topology, order(topology), MOMENT)
    assert executed.response.body == b"ada:gold"


def test_the_authorizer_waits_ten_seconds_and_gets_the_trace() -> None:
    topology = guarded("CUSTOM", TOKEN)
    outside = Outside(answer())
    outside.run(topology, order(topology), MOMENT)
    need = next(need for need in outside.needs if isinstance(need, Invoke))
    assert (need.timeout_ms, need.trace_header) == (10_000, f"Root={MOMENT.trace_id}")


@pytest.mark.parametrize(
    ("result", "status", "error_type", "body", "code"),
    [
        (
            failed("Unauthorized"),
            *(401, "UnauthorizedException", b'{"message":"Unauthorized"}'),
            GatewayResponseType.UNAUTHORIZED,
        ),
        (failed("unauthorized"), 500, "AuthorizerConfigurationException", NULL, LocalCode.FUNCTION_ERROR),
        (failed("Error: no"), 500, "AuthorizerConfigurationException", NULL, LocalCode.FUNCTION_ERROR),
        (
            Invoked(b"no JSON", "Unhandled"),
            *(500, "AuthorizerConfigurationException", NULL),
            LocalCode.FUNCTION_ERROR,
        ),
        (
            InvokeRefused("TooManyRequestsException", "Rate Exceeded."),
            *(500, "AuthorizerConfigurationException", NULL),
            LambdaErrorType.TOO_MANY_REQUESTS,
        ),
        (
            InvokeTimedOut(),
            *(500, "AuthorizerConfigurationException", NULL),
            GatewayResponseType.AUTHORIZER_FAILURE,
        ),
        (
            Invoked(b'{"principalId": "a"}'),
            *(500, "AuthorizerConfigurationException", NULL),
            GatewayResponseType.AUTHORIZER_CONFIGURATION_ERROR,
        ),
        (
            answer(context={"tags": ["a"]}),
            *(500, "AuthorizerConfigurationException", NULL),
            GatewayResponseType.AUTHORIZER_CONFIGURATION_ERROR,
        ),
    ],
)
def test_a_function_that_fails_is_a_500_without_message_unless_it_says_unauthorized(
    result: Result, status: int, error_type: str, body: bytes, code: object
) -> None:
    topology = guarded("CUSTOM", TOKEN)
    outside = Outside(result)
    executed = outside.run(topology, order(topology), MOMENT)
    response = executed.response
    assert (response.status, response.header("x-amzn-errortype"), response.body) == (status, error_type, body)
    assert executed.hops[-1].decision.code is code
    assert executed.hops[-1].decision.remedy
    again = Outside(answer())
    again.memory = outside.memory
    assert again.run(topology, order(topology), MOMENT).response.status == 200, "a failure is not kept"
    assert again.invoked[0] == "guard"


def test_the_stage_may_word_a_failing_authorizer_otherwise() -> None:
    own = GatewayResponse(
        "AUTHORIZER_CONFIGURATION_ERROR",
        "503",
        (),
        (("application/json", '{"m":$context.error.messageString}'),),
    )
    topology = with_deployment(guarded("CUSTOM", TOKEN), gateway_responses=(own,))
    executed = Outside(failed("no")).run(topology, order(topology), MOMENT)
    assert (executed.response.status, executed.response.body) == (503, b'{"m":null}')


def test_the_context_of_a_deny_can_be_told_to_the_client() -> None:
    own = GatewayResponse(
        "ACCESS_DENIED", "", (), (("application/json", '{"why":"$context.authorizer.reason"}'),)
    )
    topology = with_deployment(guarded("CUSTOM", TOKEN), gateway_responses=(own,))
    executed = Outside(answer("Deny", context={"reason": "locked"})).run(topology, order(topology), MOMENT)
    assert (executed.response.status, executed.response.body) == (403, b'{"why":"locked"}')


@pytest.mark.parametrize(
    ("expression", "token", "status"),
    [
        (r"Bearer [a-z]+", "Bearer abc", 200),
        (r"Bearer", "Bearer abc", 401),
        (r"[a-z]+", "Bearer abc", 401),
        (r"(unclosed", "Bearer abc", 401),
        ("", "anything", 200),
    ],
)
def test_a_token_has_to_fit_the_validation_expression_as_a_whole(
    expression: str, token: str, status: int
) -> None:
    topology = guarded("CUSTOM", replace(TOKEN, identity_validation_expression=expression))
    outside = Outside(answer())
    executed = outside.run(topology, order(topology, (("Authorization", token),)), MOMENT)
    assert executed.response.status == status
    assert bool(outside.needs) is (status == 200)


def test_a_request_authorizer_knows_no_validation_expression() -> None:
    topology = guarded("CUSTOM", replace(REQUEST, identity_validation_expression="no"))
    assert Outside(answer()).run(topology, order(topology), MOMENT).response.status == 200


class TestCache:
    """What is kept of the answers."""

    def test_an_answer_is_kept_for_its_time_to_live(self) -> None:
        topology = guarded("CUSTOM", replace(TOKEN, result_ttl_s=60))
        outside = Outside(answer())
        for seconds, times in ((0, 1), (59, 1), (60, 2), (61, 2)):
            moment = replace(MOMENT, epoch_ms=MOMENT.epoch_ms + seconds * 1000)
            executed = outside.run(topology, order(topology), moment)
            assert executed.response.status == 200
            assert outside.invoked.count("guard") == times, seconds

    def test_a_kept_answer_took_no_time(self) -> None:
        topology = guarded("CUSTOM", TOKEN)
        outside = Outside(answer())
        outside.run(topology, order(topology), MOMENT)
        outside.run(topology, order(topology), MOMENT)
        assert outside.event("orders")["requestContext"]["authorizer"]["integrationLatency"] == 0

    def test_a_kept_policy_is_judged_again_for_each_method(self) -> None:
        topology = guarded("CUSTOM", TOKEN, policy=PolicyDocument(()))
        outside = Outside(answer(resource=f"{API_ARN}/live/GET/*"))
        assert outside.run(topology, order(topology), MOMENT).response.status == 200
        other = outside.run(topology, order(topology, method="POST"), MOMENT)
        assert other.response.status == 403
        assert b"no identity-based policy allows" in other.response.body
        assert outside.invoked.count("guard") == 1

    @pytest.mark.parametrize(
        ("second", "times"),
        [
            ({}, 1),
            ({"headers": (("Authorization", "Bearer other"),)}, 2),
            ({"headers": (("Authorization", "Bearer ABC"),)}, 2),
            ({"target": "/api/orders/8"}, 1),
            ({"method": "POST"}, 1),
        ],
    )
    def test_the_identity_alone_is_the_key(self, second: dict[str, object], times: int) -> None:
        topology = guarded("CUSTOM", TOKEN)
        outside = Outside(answer())
        outside.run(topology, order(topology), MOMENT)
        headers = second.get("headers", BEARER)
        rest = {name: value for name, value in second.items() if name != "headers"}
        assert isinstance(headers, tuple)
        outside.run(topology, order(topology, headers, **rest), MOMENT)
        assert outside.invoked.count("guard") == times

    def test_every_identity_source_is_part_of_the_key(self) -> None:
        sources = ("method.request.header.Authorization", "method.request.querystring.tenant")
        topology = guarded("CUSTOM", replace(REQUEST, identity_sources=sources))
        outside = Outside(answer())
        for target in ("/api/orders/7?tenant=a", "/api/orders/7?tenant=b", "/api/orders/7?tenant=a&more=1"):
            outside.run(topology, order(topology, target=target), MOMENT)
        assert outside.invoked.count("guard") == 2

    @pytest.mark.parametrize(
        "authorizer", [replace(TOKEN, result_ttl_s=0), replace(REQUEST, identity_sources=())]
    )
    def test_nothing_is_kept_without_time_to_live_or_identity(self, authorizer: object) -> None:
        topology = guarded("CUSTOM", authorizer)  # type: ignore[arg-type]
        outside = Outside(answer())
        outside.run(topology, order(topology), MOMENT)
        outside.run(topology, order(topology), MOMENT)
        assert outside.invoked.count("guard") == 2

    @pytest.mark.parametrize("change", ["deployment", "stage", "flush"])
    def test_a_new_deployment_another_stage_and_a_flush_begin_with_nothing_kept(self, change: str) -> None:
        topology = guarded("CUSTOM", TOKEN)
        outside = Outside(answer(resource="*"))
        outside.run(topology, order(topology), MOMENT)
        if change == "deployment":
            topology = with_deployment(topology, id="d2")
        elif change == "stage":
            topology = with_stage(topology, name="test")
        else:
            outside.memory.forget("authorizer", topologies.API, "live")
        outside.run(topology, order(topology), MOMENT)
        assert outside.invoked.count("guard") == 2

    def test_a_denial_is_kept_as_an_admission_is(self) -> None:
        topology = guarded("CUSTOM", TOKEN)
        outside = Outside(answer("Deny"))
        assert [outside.run(topology, order(topology), MOMENT).response.status for _ in range(2)] == [
            403,
            403,
        ]
        assert outside.invoked == ["guard"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [((("authorization", "x"),), 200), ((("AUTHORIZATION", ""),), 401), ((("Auth", "x"),), 401)],
)
def test_an_empty_token_is_a_missing_one(headers: Headers, status: int) -> None:
    topology = guarded("CUSTOM", TOKEN)
    assert Outside(answer()).run(topology, order(topology, headers), MOMENT).response.status == status


def test_a_function_that_may_not_be_invoked_is_a_500() -> None:
    topology = with_guard(guarded("CUSTOM", TOKEN), guard_function(PolicyDocument(())))
    executed = Outside().run(topology, order(topology), MOMENT)
    assert (executed.response.status, executed.response.body) == (500, NULL)
    hop = executed.hops[-1]
    assert hop.step is Step.FUNCTION_POLICY
    assert hop.decision.remedy.endswith(f"{API_ARN}/authorizers/auth01")


def test_a_method_whose_authorizer_is_not_known_is_a_500() -> None:
    topology = guarded("CUSTOM")
    executed = Outside().run(topology, order(topology), MOMENT)
    assert (executed.response.status, executed.response.body) == (500, NULL)
