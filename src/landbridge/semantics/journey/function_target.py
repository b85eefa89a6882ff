"""A function as a load balancer's target: may it be invoked, with which event, what its answer becomes."""

from dataclasses import dataclass, replace

from landbridge.model.exchange import HttpRequest
from landbridge.model.functions import Function
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import Target, TargetGroup
from landbridge.semantics.functions.permission import function_policy_hop, function_reference
from landbridge.semantics.functions.versions import how_to_create, version_facts
from landbridge.semantics.journey.arrival import Answered, Arrival, page
from landbridge.semantics.load_balancing.lambda_event import (
    MAXIMUM_BODY_BYTES,
    has_multi_value_headers,
    lambda_event,
)
from landbridge.semantics.load_balancing.lambda_response import InvalidAnswer, lambda_response
from landbridge.semantics.needs import Invoke, Invoked, InvokeRefused, Result, Steps
from landbridge.semantics.world import World
from landbridge.trace.codes import LambdaTargetReason
from landbridge.trace.decision import (
    Decision,
    Hop,
    Hops,
    ResourceRef,
    Step,
    Verdict,
    allowed,
    denied,
)

SERVICE = "elasticloadbalancing.amazonaws.com"
PATIENCE_MS = 30_000
"""How much longer than the function's own timeout the load balancer waits: until Lambda has told."""


def at_function(world: World, group: TargetGroup, target: Target, arrival: Arrival) -> Steps[Answered]:
    """The function's answer as an HTTP response, or the load balancer's page in its place.

    AWS: "Use Lambda functions as targets of an Application Load Balancer"
    """
    passage = world.remember(("function target", group.arn, target.id), lambda: _enter(world, group, target))
    function = passage.function
    if function is None:
        return Answered(page(passage.status, arrival), passage.hops)
    refusal = _refuse(function, arrival.request)
    event = lambda_event(group, arrival.request) if refusal is None else None
    if event is None:
        status, decision = refusal or _not_utf_8(function)
        return Answered(page(status, arrival), (*passage.hops, Hop(passage.reference, Step.INVOKE, decision)))
    trace = arrival.request.header("x-amzn-trace-id") or f"Root={arrival.moment.trace_id}"
    result = yield Invoke(function.arn, event, trace, function.timeout_s * 1000 + PATIENCE_MS)
    failure = _failure(function, result)
    if failure is not None:
        hop = Hop(passage.reference, Step.INVOKE, failure)
        return Answered(page(502, arrival), (*passage.hops, hop))
    assert isinstance(result, Invoked)
    answer = lambda_response(result.payload, has_multi_value_headers(group), arrival.moment.epoch_ms)
    if isinstance(answer, InvalidAnswer):
        hop = Hop(passage.reference, Step.TARGET_RESPONSE, _invalid(function, result.payload, answer))
        return Answered(page(502, arrival), (*passage.invoked, hop))
    return Answered(answer, passage.invoked)


@dataclass(frozen=True, slots=True)
class _Passage:
    """The function that a target names; None where it cannot be invoked, whatever the request."""

    reference: ResourceRef
    hops: Hops
    """What was decided on the way, the same for every request."""
    function: Function | None = None
    invoked: Hops = ()
    """The same and that the function ran."""
    status: int = 502


def _enter(world: World, group: TargetGroup, target: Target) -> _Passage:
    arn = Arn(target.id)
    function = world.topology.functions.by_invoked_arn.get(arn)
    if function is None:
        reference = ResourceRef("AWS::Lambda::Function", arn.partition(":function:")[2], arn)
        return _Passage(reference, (Hop(reference, Step.INVOKE, _missing(world, reference, group)),))
    reference = function_reference(function)
    permission = function_policy_hop(
        world,
        function,
        SERVICE,
        group.arn,
        f"Add a permission (lambda add-permission) on {function.qualified_name} for principal "
        f"{SERVICE} with source ARN {group.arn}",
    )
    if permission.decision.verdict is Verdict.NOT_MODELLED:
        return _Passage(reference, (permission,), status=500)
    if not permission.decision.allowed:
        decision = replace(permission.decision, code=LambdaTargetReason.ACCESS_DENIED)
        return _Passage(reference, (replace(permission, decision=decision),))
    invoked = Hop(reference, Step.INVOKE, allowed(reference, *version_facts(function)))
    return _Passage(reference, (permission,), function, (permission, invoked))


def _missing(world: World, reference: ResourceRef, group: TargetGroup) -> Decision:
    return denied(
        LambdaTargetReason.RESOURCE_NOT_FOUND,
        reference,
        ("function", reference.arn),
        remedy=f"{how_to_create(world, reference.arn)}, or register another one in {group.name}",
    )


def _refuse(function: Function, request: HttpRequest) -> tuple[int, Decision] | None:
    """The status and decision of a request that no function can be given."""
    reference = function_reference(function)
    if "upgrade" in (request.header("connection") or "").lower() and request.header("upgrade"):
        remedy = "A function cannot take WebSocket connections: forward them to servers"
        code = LambdaTargetReason.WEBSOCKET_NOT_SUPPORTED
        return 400, denied(code, reference, ("upgrade", request.header("upgrade") or ""), remedy=remedy)
    size = len(request.body)
    if size <= MAXIMUM_BODY_BYTES:
        return None
    facts = (("body", f"{size} bytes"), ("limit", f"{MAXIMUM_BODY_BYTES} bytes"))
    remedy = "Behind a load balancer a function takes 1 MB at most: upload to S3 by a presigned URL"
    return 413, denied(LambdaTargetReason.REQUEST_TOO_LARGE, reference, *facts, remedy=remedy)


def _not_utf_8(function: Function) -> tuple[int, Decision]:
    remedy = "Send paths, headers and text in UTF-8, and other bodies with a binary Content-Type"
    return 400, denied(LambdaTargetReason.BAD_REQUEST, function_reference(function), remedy=remedy)


def _failure(function: Function, result: Result) -> Decision | None:
    """Why there is no answer that could be looked at; None where there is one.

    AWS: "Troubleshoot your Application Load Balancers"
    """
    reference = function_reference(function)
    if isinstance(result, Invoked) and not result.function_error:
        size = len(result.payload)
        if size <= MAXIMUM_BODY_BYTES:
            return None
        facts = (("answer", f"{size} bytes"), ("limit", f"{MAXIMUM_BODY_BYTES} bytes"))
        remedy = f"Let {function.name} answer with 1 MB at most, or with a presigned URL of S3"
        return denied(LambdaTargetReason.RESPONSE_TOO_LARGE, reference, *facts, remedy=remedy)
    if isinstance(result, Invoked):
        error = _excerpt(result.payload)
        remedy = f"{function.name} failed; its log has the stack trace"
        facts = (("error", error), ("Lambda request id", result.request_id))
        return denied(LambdaTargetReason.UNHANDLED, reference, *facts, remedy=remedy)
    if isinstance(result, InvokeRefused):
        code = _REFUSALS.get(result.error_type, LambdaTargetReason.SERVICE_EXCEPTION)
        remedy = f"Lambda did not run {function.name}: {result.message}"
        facts = (("error", result.error_type), ("message", result.message))
        return denied(code, reference, *facts, remedy=remedy)
    remedy = f"{function.name} did not answer within its timeout: make it faster, or raise the timeout"
    return denied(
        LambdaTargetReason.UNHANDLED,
        reference,
        ("function timeout", f"{function.timeout_s} s"),
        remedy=remedy,
    )


_REFUSALS = {
    "TooManyRequestsException": LambdaTargetReason.THROTTLING,
    "ResourceNotFoundException": LambdaTargetReason.RESOURCE_NOT_FOUND,
    "RequestEntityTooLargeException": LambdaTargetReason.REQUEST_TOO_LARGE,
    "InvalidZipFileException": LambdaTargetReason.INVALID_ZIP_FILE,
}


def _invalid(function: Function, payload: bytes, answer: InvalidAnswer) -> Decision:
    return denied(
        LambdaTargetReason.INVALID_RESPONSE,
        function_reference(function),
        ("what is wrong", answer.reason),
        ("answer", _excerpt(payload)),
        remedy=f"The answer of {function.name} cannot be used: {answer.reason}; return "
        '{"statusCode": 200, "statusDescription": "200 OK", "isBase64Encoded": false, "headers": {...}, '
        '"body": "a string"}',
    )


def _excerpt(payload: bytes) -> str:
    """The beginning of an answer, for the reader of a trace."""
    text = payload[:400].decode("utf-8", "replace")
    return f"{text}…" if len(payload) > 400 else text
