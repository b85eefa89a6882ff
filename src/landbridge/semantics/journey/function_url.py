"""A request at the front of all function URLs: which one is meant, who may call it, what is answered."""

from dataclasses import dataclass

from landbridge.model.exchange import HttpResponse
from landbridge.model.functions import Function, FunctionUrl
from landbridge.semantics.api_gateway.signature_errors import word_signature_error
from landbridge.semantics.function_urls.cross_origin import is_preflight, preflight, with_cors
from landbridge.semantics.function_urls.event import url_event
from landbridge.semantics.function_urls.permission import anonymous_hops, signer_hops
from landbridge.semantics.function_urls.response import (
    FORBIDDEN,
    Unusable,
    function_failed,
    refusal,
    url_response,
)
from landbridge.semantics.functions.errors import MAXIMUM_REQUEST_BYTES
from landbridge.semantics.functions.permission import function_reference
from landbridge.semantics.functions.versions import version_facts
from landbridge.semantics.iam.signatures.explanation import explain
from landbridge.semantics.iam.signatures.parts import read_signature
from landbridge.semantics.iam.signatures.verification import LAMBDA, Refused, verify
from landbridge.semantics.iam.signers import Signer, find_signer, verified
from landbridge.semantics.journey.arrival import Answered, Arrival
from landbridge.semantics.needs import Invoke, Invoked, InvokeRefused, Result, Steps
from landbridge.semantics.world import World
from landbridge.trace.codes import LambdaErrorType, LocalCode
from landbridge.trace.decision import (
    Decision,
    Hop,
    Hops,
    ResourceRef,
    Step,
    Verdict,
    allowed,
    denied,
    not_modelled,
)

BUFFERED = "BUFFERED"
IAM = "AWS_IAM"
PATIENCE_MS = 30_000
"""How much longer than the function's own timeout is waited: until Lambda has told."""
FRONT = ResourceRef("AWS::Lambda::Service", "lambda-url")


def at_function_url(world: World, arrival: Arrival) -> Steps[Answered]:
    """The response of the function whose URL the Host names.

    AWS: "Invoking Lambda function URLs"
    """
    called = _find(world, arrival)
    if isinstance(called, Answered):
        return called
    cors = called.url.cors
    if cors is not None and is_preflight(arrival.request):
        response, decision = preflight(cors, arrival.request, arrival.moment, called.reference)
        return Answered(response, (called.hop, Hop(called.reference, Step.CROSS_ORIGIN, decision)))
    admitted = yield from _admit(world, called, arrival)
    if isinstance(admitted, Answered):
        return admitted
    answered = yield from _invoke(called, admitted, arrival)
    return Answered(with_cors(called.url, arrival.request, answered.response), answered.hops)


@dataclass(frozen=True, slots=True)
class _Called:
    """The URL that a request names."""

    url: FunctionUrl
    function: Function
    hop: Hop
    reference: ResourceRef


@dataclass(frozen=True, slots=True)
class _Admitted:
    """A request that may invoke the function."""

    hops: Hops
    signer: Signer | None = None


def _find(world: World, arrival: Arrival) -> _Called | Answered:
    host = (arrival.request.header("host") or "").lower().partition(":")[0]
    found = world.topology.functions.urls_by_host.get(host)
    function = found[1] if found is not None else None
    if found is None or function is None:
        return _no_url(host, arrival)
    url = found[0]
    return world.remember(("function URL", host), lambda: _describe(url, function), len(host))


def _describe(url: FunctionUrl, function: Function) -> _Called:
    reference = ResourceRef("AWS::Lambda::Url", url.host, function.arn)
    facts = (("Host", url.host), ("authorization type", url.auth_type), ("invokes", function.arn))
    return _Called(url, function, Hop(reference, Step.FUNCTION_URL, allowed(reference, *facts)), reference)


def _no_url(host: str, arrival: Arrival) -> Answered:
    decision = denied(
        LambdaErrorType.RESOURCE_NOT_FOUND,
        FRONT,
        ("Host", host),
        remedy="Create a function URL (lambda create-function-url-config), and call it by its own name: "
        "another one, such as that of a CNAME record, does not lead to it",
    )
    response = refusal(404, LambdaErrorType.RESOURCE_NOT_FOUND, None, arrival.moment)
    return Answered(response, (Hop(FRONT, Step.FUNCTION_URL, decision),))


def _admit(world: World, called: _Called, arrival: Arrival) -> Steps[_Admitted | Answered]:
    """Who calls, and whether that principal may.

    AWS: "Control access to Lambda function URLs"
    """
    url, function, moment = called.url, called.function, arrival.moment
    request, address = arrival.request, arrival.client.address
    if url.auth_type != IAM:
        hops = anonymous_hops(world, url, function, request, address, moment.epoch_ms)
        return _judged(called, (called.hop,), hops, None, arrival)
    signer = yield from _verify(world, called, arrival)
    if isinstance(signer, Answered):
        return signer
    signature = Hop(called.reference, Step.SIGNATURE, verified(signer, called.reference))
    hops = signer_hops(world, url, function, signer, request, address, moment.epoch_ms)
    return _judged(called, (called.hop, signature), hops, signer, arrival)


def _judged(
    called: _Called, before: Hops, hops: Hops, signer: Signer | None, arrival: Arrival
) -> _Admitted | Answered:
    decision = hops[-1].decision
    if decision.allowed:
        return _Admitted(before + hops, signer)
    if decision.verdict is Verdict.NOT_MODELLED:
        return Answered(_unmodelled(arrival), before + hops)
    return Answered(_forbidden(arrival), before + hops)


def _forbidden(arrival: Arrival) -> HttpResponse:
    return refusal(403, LambdaErrorType.ACCESS_DENIED, FORBIDDEN, arrival.moment)


def _unmodelled(arrival: Arrival) -> HttpResponse:
    """Nothing that AWS says: landbridge does not know what AWS would say."""
    return refusal(
        501, "NotImplemented", "landbridge does not model this; its trace says what", arrival.moment
    )


def _verify(world: World, called: _Called, arrival: Arrival) -> Steps[Signer | Answered]:
    """Whoever signed the request; any other Authorization counts as none."""
    parts = read_signature(arrival.request)
    if parts is None:
        authorization = (arrival.request.header("authorization") or "").partition(" ")[0]
        decision = denied(
            LambdaErrorType.ACCESS_DENIED,
            called.reference,
            ("authorization type", IAM),
            ("Authorization", authorization or "absent"),
            remedy="Sign the request with Signature Version 4 for the service lambda, as "
            '`curl --aws-sigv4 "aws:amz:<region>:lambda"` does',
        )
        return _stopped(called, Step.SIGNATURE, decision, _forbidden(arrival))
    result = yield from verify(arrival.request, parts, LAMBDA, world.topology.region, arrival.moment)
    if isinstance(result, Refused):
        return _refuse_signature(world, called, result, arrival)
    return find_signer(world, result.key)


def _refuse_signature(world: World, called: _Called, refused: Refused, arrival: Arrival) -> Answered:
    """AWS: "Troubleshoot Signature Version 4 signing for AWS API requests"."""
    request, moment = arrival.request, arrival.moment
    error = word_signature_error(request, refused, moment, LAMBDA)
    code = LambdaErrorType(error.error_type)
    decision = explain(world, request, refused, LAMBDA, moment, code, called.reference)
    response = refusal(403, error.error_type, error.message, moment, "message")
    return _stopped(called, Step.SIGNATURE, decision, response)


def _stopped(called: _Called, step: Step, decision: Decision, response: HttpResponse) -> Answered:
    return Answered(response, (called.hop, Hop(called.reference, step, decision)))


def _invoke(called: _Called, admitted: _Admitted, arrival: Arrival) -> Steps[Answered]:
    function, reference = called.function, function_reference(called.function)
    if called.url.invoke_mode != BUFFERED:
        decision = not_modelled(f"the invoke mode {called.url.invoke_mode} of function URLs", reference)
        return Answered(_unmodelled(arrival), (*admitted.hops, Hop(reference, Step.INVOKE, decision)))
    event = url_event(called.url, arrival.request, arrival.client, admitted.signer, arrival.moment)
    if len(event) > MAXIMUM_REQUEST_BYTES:
        response, decision = _too_large(function, len(event), arrival)
        return Answered(response, (*admitted.hops, Hop(reference, Step.INVOKE, decision)))
    trace_id = _trace_id(arrival)
    result = yield Invoke(function.arn, event, f"Root={trace_id}", function.timeout_s * 1000 + PATIENCE_MS)
    if not isinstance(result, Invoked) or result.function_error:
        response, decision = _failure(function, result, arrival, trace_id)
        return Answered(response, (*admitted.hops, Hop(reference, Step.INVOKE, decision)))
    executed = (("executed version", result.executed_version),) if function.weights else ()
    decision = allowed(reference, *version_facts(function), *executed)
    hops = (*admitted.hops, Hop(reference, Step.INVOKE, decision))
    answer = url_response(result.payload, arrival.moment, trace_id)
    if not isinstance(answer, Unusable):
        return Answered(answer, hops)
    hop = Hop(reference, Step.INTEGRATION_RESPONSE, _unusable(function, answer))
    return Answered(function_failed(arrival.moment, trace_id), (*hops, hop))


def _trace_id(arrival: Arrival) -> str:
    """The root of a trace that the client began, or a new one."""
    for part in (arrival.request.header("x-amzn-trace-id") or "").split(";"):
        if part.startswith("Root="):
            return part[5:]
    return arrival.moment.trace_id


def _too_large(function: Function, size: int, arrival: Arrival) -> tuple[HttpResponse, Decision]:
    """AWS: "Lambda quotas"."""
    code = LambdaErrorType.REQUEST_TOO_LARGE
    facts = (("event", f"{size} bytes"), ("limit", f"{MAXIMUM_REQUEST_BYTES} bytes"))
    decision = denied(code, function_reference(function), *facts, remedy="Send less, or upload to S3")
    return refusal(413, code, "Request Entity Too Large", arrival.moment), decision


def _failure(
    function: Function, result: Result, arrival: Arrival, trace_id: str
) -> tuple[HttpResponse, Decision]:
    """The response where there is no answer, and why there is none.

    AWS: "Monitoring Lambda function URLs"
    """
    reference = function_reference(function)
    if isinstance(result, Invoked):
        facts = (("error", _excerpt(result.payload)), ("Lambda request id", result.request_id))
        remedy = f"{function.name} failed; its log has the stack trace"
        decision = denied(LambdaErrorType.UNHANDLED, reference, *facts, remedy=remedy)
        return function_failed(arrival.moment, trace_id), decision
    if isinstance(result, InvokeRefused):
        known = {code.value: code for code in LambdaErrorType}
        code = known.get(result.error_type, LambdaErrorType.SERVICE)
        facts = (("error", result.error_type), ("message", result.message))
        remedy = f"Lambda did not run {function.name}: {result.message}"
        decision = denied(code, reference, *facts, remedy=remedy)
        if code is LambdaErrorType.TOO_MANY_REQUESTS:
            return refusal(429, code, result.message, arrival.moment), decision
        return function_failed(arrival.moment, trace_id), decision
    remedy = f"{function.name} did not answer within its timeout: make it faster, or raise the timeout"
    timeout = ("function timeout", f"{function.timeout_s} s")
    decision = denied(LambdaErrorType.UNHANDLED, reference, timeout, remedy=remedy)
    return function_failed(arrival.moment, trace_id), decision


def _unusable(function: Function, answer: Unusable) -> Decision:
    return denied(
        LocalCode.MALFORMED_PROXY_RESPONSE,
        function_reference(function),
        ("what is wrong", answer.reason),
        remedy=f"The answer of {function.name} cannot be used: {answer.reason}; return "
        '{"statusCode": 200, "headers": {...}, "body": "a string"}, or any JSON without statusCode',
    )


def _excerpt(payload: bytes) -> str:
    """The beginning of an answer, for the reader of a trace."""
    text = payload[:400].decode("utf-8", "replace")
    return f"{text}…" if len(payload) > 400 else text
