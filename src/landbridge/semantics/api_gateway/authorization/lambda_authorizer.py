"""``CUSTOM``: a function says who the caller is and returns a policy, which is judged with the API's own.

AWS: "Use API Gateway Lambda authorizers"
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace

import orjson

from landbridge.model.authorizers import Authorizer
from landbridge.model.functions import Function
from landbridge.semantics.api_gateway.authorization.admission import (
    Admission,
    Admitted,
    Barred,
    authorization_hop,
    authorizer_reference,
)
from landbridge.semantics.api_gateway.authorization.authorizer_answer import AuthorizerAnswer, read_answer
from landbridge.semantics.api_gateway.authorization.authorizer_event import request_event, token_event
from landbridge.semantics.api_gateway.authorization.authorizer_function import (
    CONFIGURATION,
    NoFunction,
    authorizer_function,
)
from landbridge.semantics.api_gateway.authorization.identity_sources import (
    Missing,
    identity_values,
    is_valid,
)
from landbridge.semantics.api_gateway.authorization.resource_policy import (
    ACTION,
    admit_unless_denied,
    attached_resource_policy,
    resource_policy_question,
)
from landbridge.semantics.api_gateway.gateway_responses import (
    authorizer_failed,
    unauthorized,
    user_not_authorized,
)
from landbridge.semantics.api_gateway.proxy_response import trace_root
from landbridge.semantics.api_gateway.refusal import configuration_error, failed
from landbridge.semantics.api_gateway.request import Authorization, MethodRequest
from landbridge.semantics.functions.permission import function_reference
from landbridge.semantics.iam.evaluation import Attached, conclude
from landbridge.semantics.needs import Invoke, Invoked, InvokeRefused, Keep, Recall, Recalled, Result, Steps
from landbridge.trace.codes import Code, GatewayResponseType, LambdaErrorType, LocalCode
from landbridge.trace.decision import Decision, Hop, Hops, Step, Verdict, allowed, denied

TIMEOUT_MS = 10_000
"""How long API Gateway waits for an authorizer, whatever the function's own timeout; AWS does not say."""
AUTHORIZER = "authorizer"
"""Answers are kept under keys that begin with it, the API's id and the stage's name."""
UNAUTHORIZED = "Unauthorized"
"""The error message by which a function asks for a 401."""
_TAILS = {
    Verdict.EXPLICIT_DENY: " with an explicit deny in an identity-based policy",
    Verdict.IMPLICIT_DENY: f" because no identity-based policy allows the {ACTION} action",
}


def ask_authorizer(request: MethodRequest) -> Steps[Admission]:
    """Whether the authorizer's policy and the resource policy let the request in.

    An explicit deny of the resource policy ends it before the authorizer is asked. After that either may
    allow, and a deny of the authorizer's wins.
    AWS: "How API Gateway resource policies affect authorization workflow"
    """
    admission = admit_unless_denied(request)
    if isinstance(admission, Barred):
        return admission
    authorizer = request.match.method.authorizer
    if authorizer is None:
        return _not_wired(request, admission.hops)
    identity = identity_values(request, authorizer)
    if isinstance(identity, Missing):
        return _bar_unidentified(
            request, admission.hops, ("identity source", f"{identity.source} is missing")
        )
    if authorizer.type == "TOKEN" and not is_valid(authorizer, identity[0]):
        expression = authorizer.identity_validation_expression
        return _bar_unidentified(request, admission.hops, ("validation expression", expression))
    answered = yield from _answer(request, authorizer, identity, admission.hops)
    return answered if isinstance(answered, Barred) else _judge(request, answered)


@dataclass(frozen=True, slots=True)
class _Answered:
    """An authorizer's answer, kept or fresh."""

    answer: AuthorizerAnswer
    latency_ms: int
    hops: Hops
    kept: bool = False


def _answer(
    request: MethodRequest, authorizer: Authorizer, identity: tuple[str, ...], hops: Hops
) -> Steps[_Answered | Barred]:
    """The kept answer for this identity, or the function's.

    AWS: "CreateAuthorizer" (Amazon API Gateway API reference)
    """
    key = _key(request, authorizer, identity)
    if key is not None:
        recalled = yield Recall(key, request.moment.epoch_ms)
        if isinstance(recalled, Recalled) and isinstance(recalled.value, AuthorizerAnswer):
            kept = allowed(authorizer_reference(request), ("answer", "kept from an earlier request"))
            return _Answered(recalled.value, 0, (*hops, authorization_hop(request, kept)), kept=True)
    found = authorizer_function(request, authorizer)
    if isinstance(found, NoFunction):
        return Barred(request, hops + found.hops, found.hop, found.error)
    payload = token_event(request, identity[0]) if authorizer.type == "TOKEN" else request_event(request)
    result = yield Invoke(found.function.arn, payload, f"Root={trace_root(request)}", TIMEOUT_MS)
    if not isinstance(result, Invoked) or result.function_error:
        return _failure(request, found.function, hops + found.hops[:-1], result)
    answer = read_answer(result.payload)
    if isinstance(answer, str):
        return _unusable(request, found.function, hops + found.hops, answer, result.payload)
    if key is not None:
        yield Keep(key, answer, request.moment.epoch_ms + authorizer.result_ttl_s * 1000)
    return _Answered(answer, result.duration_ms, hops + found.hops)


def _key(request: MethodRequest, authorizer: Authorizer, identity: tuple[str, ...]) -> Hashable | None:
    """What an answer is kept under; None where none is kept.

    The identity alone, not the method: what was answered for one method is judged for every other. A new
    deployment begins with nothing kept.
    AWS: "Use API Gateway Lambda authorizers"
    """
    if authorizer.result_ttl_s <= 0 or not identity:
        return None
    call = request.call
    return (AUTHORIZER, call.api.id, call.stage.name, call.stage.deployment.id, authorizer.name, identity)


def _judge(request: MethodRequest, answered: _Answered) -> Admission:
    """The authorizer's policy and the resource policy together.

    AWS: "How API Gateway resource policies affect authorization workflow"
    """
    answer = answered.answer
    context: dict[str, object] = dict(answer.context)
    context |= {"principalId": answer.principal_id, "integrationLatency": answered.latency_ms}
    known = replace(request, authorization=Authorization(context, answer.usage_identifier_key))
    hop = _judged_before(request, answer) if answered.kept else _judgement(request, answer)
    if hop.decision.allowed:
        return Admitted(known, (*answered.hops, hop))
    tail = _TAILS.get(hop.decision.verdict)
    error = configuration_error() if tail is None else user_not_authorized(tail)
    return Barred(known, answered.hops, hop, error)


def _judged_before(request: MethodRequest, answer: AuthorizerAnswer) -> Hop:
    """The judgement of a kept answer, remembered unless a policy asks for what differs between requests."""
    call, policy = request.call, attached_resource_policy(request)
    if answer.policy.reads or (policy is not None and policy.policy.reads):
        return _judgement(request, answer)
    return request.world.remember(
        (
            *("judgement", answer, call.stage.name, request.match.http_method, call.resource_path),
            *(call.source_address, call.vpc_endpoint_id, call.via_domain_arn),
        ),
        lambda: _judgement(request, answer),
        len(call.resource_path),
    )


def _judgement(request: MethodRequest, answer: AuthorizerAnswer) -> Hop:
    reference, policy = authorizer_reference(request), attached_resource_policy(request)
    own = Attached(answer.policy, reference.type, reference.id)
    decision = conclude(
        (own, policy) if policy is not None else (own,),
        resource_policy_question(request),
        GatewayResponseType.ACCESS_DENIED,
    )
    return authorization_hop(request, decision)


def _bar_unidentified(request: MethodRequest, hops: Hops, fact: tuple[str, str]) -> Barred:
    """401, and the function is not invoked.

    AWS: "CreateAuthorizer" (Amazon API Gateway API reference)
    """
    decision = denied(
        GatewayResponseType.UNAUTHORIZED,
        authorizer_reference(request),
        fact,
        remedy="Send what the authorizer knows callers by: every identity source, not empty, and a token "
        "that fits its validation expression as a whole",
    )
    return Barred(request, hops, authorization_hop(request, decision), unauthorized())


def _not_wired(request: MethodRequest, hops: Hops) -> Barred:
    decision = failed(
        CONFIGURATION,
        authorizer_reference(request),
        "Execution failed due to configuration error: the method has no authorizer",
        f"Give the method an authorizer, then deploy stage {request.call.stage.name} again",
        ("authorizer", "none"),
    )
    return Barred(request, hops, authorization_hop(request, decision), authorizer_failed(CONFIGURATION))


def _unusable(request: MethodRequest, function: Function, hops: Hops, reason: str, payload: bytes) -> Barred:
    """500 for an answer that is no authorizer's.

    AWS: "Output from an API Gateway Lambda authorizer"
    """
    decision = failed(
        CONFIGURATION,
        function_reference(function),
        f"Execution failed due to configuration error: Invalid authorizer response: {reason}",
        f"The answer of {function.name} cannot be used: {reason}; return "
        '{"principalId": "...", "policyDocument": {...}, "context": {...}}',
        ("answer", payload[:400].decode("utf-8", "replace")),
    )
    return Barred(request, hops, authorization_hop(request, decision), authorizer_failed(CONFIGURATION))


def _failure(request: MethodRequest, function: Function, hops: Hops, result: Result) -> Barred:
    """401 where the function asks for it, else 500: it failed, did not run, or did not answer in time."""
    reference = function_reference(function)
    if isinstance(result, Invoked):
        message = _error_message(result.payload)
        if message == UNAUTHORIZED:
            decision = denied(
                GatewayResponseType.UNAUTHORIZED,
                reference,
                ("errorMessage", message),
                remedy=f"{function.name} does not accept the caller: send a token that it knows",
            )
            return Barred(request, hops, Hop(reference, Step.INVOKE, decision), unauthorized())
        log = "Execution failed due to configuration error: Authorizer function failed with response body: "
        return _broken(request, function, hops, LocalCode.FUNCTION_ERROR, log + _excerpt(result.payload))
    if isinstance(result, InvokeRefused):
        log = f"Execution failed due to configuration error: {result.message}"
        error_types = (each for each in LambdaErrorType if each == result.error_type)
        return _broken(request, function, hops, next(error_types, LambdaErrorType.UNHANDLED), log)
    code = GatewayResponseType.AUTHORIZER_FAILURE
    return _broken(request, function, hops, code, "Execution failed due to a timeout error")


def _broken(request: MethodRequest, function: Function, hops: Hops, code: Code, log: str) -> Barred:
    reference = function_reference(function)
    type_ = code if isinstance(code, GatewayResponseType) else CONFIGURATION
    decision: Decision = failed(
        code,
        reference,
        log,
        f"The authorizer {function.name} gave no answer: let it return a policy in {TIMEOUT_MS // 1000} s, "
        f'or fail with the message "{UNAUTHORIZED}" for a 401; its log says what went wrong',
    )
    return Barred(request, hops, Hop(reference, Step.INVOKE, decision), authorizer_failed(type_))


def _error_message(payload: bytes) -> str:
    try:
        error = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return ""
    return str(error.get("errorMessage", "")) if isinstance(error, dict) else ""


def _excerpt(payload: bytes) -> str:
    return payload[:400].decode("utf-8", "replace")
