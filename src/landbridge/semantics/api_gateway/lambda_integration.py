"""``AWS`` with a function: what the mapping template makes is the event, what it returns is mapped back.

AWS: "Set up Lambda custom integrations in API Gateway"
"""

import json

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse, first_value
from landbridge.semantics.api_gateway.function_failure import (
    error_of,
    function_error,
    refuse_event,
    refuse_invocation,
)
from landbridge.semantics.api_gateway.function_target import FunctionTarget, NoTarget, function_target
from landbridge.semantics.api_gateway.integration_request import IntegrationRequest, prepare
from landbridge.semantics.api_gateway.integration_response import BackendAnswer, respond
from landbridge.semantics.api_gateway.proxy_response import trace_header, trace_root
from landbridge.semantics.api_gateway.refusal import refuse
from landbridge.semantics.api_gateway.request import Executed, MethodRequest
from landbridge.semantics.functions.errors import MAXIMUM_REQUEST_BYTES
from landbridge.semantics.functions.permission import function_reference
from landbridge.semantics.needs import CallService, Invoke, Invoked, ServiceAnswered, Steps
from landbridge.trace.decision import Hop, Hops, Step, allowed

INVOCATION_TYPE = "x-amz-invocation-type"
ASYNCHRONOUS = frozenset({"Event", "DryRun"})
NO_ERROR = ""
"""What selection patterns are compared with where the function has not failed."""


def invoke_with_mapping(request: MethodRequest, hops: Hops) -> Steps[Executed]:
    """What the integration response makes of the function's result, be it an error of the function's own."""
    target = function_target(request)
    if isinstance(target, NoTarget):
        return refuse(request, hops + target.hops, target.hop, target.error)
    made = prepare(request, hops + target.hops)
    if isinstance(made, Executed):
        return made
    payload = made.body or b"{}"
    if len(payload) > MAXIMUM_REQUEST_BYTES:
        return refuse_event(request, target, hops, len(payload))
    reason = _unreadable(payload)
    if reason:
        return respond(request, hops + target.hops, _refused_by_lambda(made, reason))
    invocation_type = _invocation_type(made)
    if invocation_type in ASYNCHRONOUS:
        return (yield from _invoke_later(request, hops, target, made, invocation_type))
    trace = f"Root={trace_root(request)}"
    result = yield Invoke(target.function.arn, payload, trace, request.integration.timeout_ms)
    if not isinstance(result, Invoked):
        return refuse_invocation(request, target, hops, result)
    return _answered(request, hops, target, made, result)


def _invocation_type(made: IntegrationRequest) -> str:
    headers = tuple((name, values[-1]) for name, values in made.parameters.header.items())
    return first_value(headers, INVOCATION_TYPE) or "RequestResponse"


def _unreadable(payload: bytes) -> str:
    """Why Lambda takes the payload for no event; empty where it is JSON."""
    try:
        json.loads(payload)
    except ValueError as error:
        return f"Could not parse request body into json: {error}"
    return ""


def _refused_by_lambda(made: IntegrationRequest, reason: str) -> BackendAnswer:
    """Lambda's own refusal of an event that is no JSON, which has no ``errorMessage``.

    AWS: "Invoke" (AWS Lambda API reference)
    """
    body = json.dumps({"Type": "User", "message": reason}, separators=(",", ":"))
    headers: Headers = (
        ("Content-Type", "application/json"),
        ("x-amzn-ErrorType", "InvalidRequestContentException"),
    )
    return BackendAnswer(HttpResponse(400, headers, body.encode()), NO_ERROR, made.received)


def _invoke_later(
    request: MethodRequest, hops: Hops, target: FunctionTarget, made: IntegrationRequest, invocation_type: str
) -> Steps[Executed]:
    """Lambda takes the event and answers at once, without a body.

    AWS: "Set up asynchronous invocation of the backend Lambda function"
    """
    function = target.function
    headers = (("X-Amz-Invocation-Type", invocation_type), ("Content-Type", "application/json"))
    path = f"/2015-03-31/functions/{function.arn}/invocations"
    sent = HttpRequest("POST", path, headers, made.body or b"{}")
    result = yield CallService("lambda", "Invoke", sent)
    assert isinstance(result, ServiceAnswered)
    reference = function_reference(function)
    decision = allowed(
        reference, ("invocation type", invocation_type), ("status", str(result.response.status))
    )
    hop = Hop(reference, Step.INVOKE, decision)
    answer = BackendAnswer(result.response, NO_ERROR, made.received, trace_header(request))
    return respond(request, (*hops, *target.hops, hop), answer)


def _answered(
    request: MethodRequest, hops: Hops, target: FunctionTarget, made: IntegrationRequest, invoked: Invoked
) -> Executed:
    """Selection patterns look at the ``errorMessage`` of a function that failed.

    AWS: "Handle Lambda errors in API Gateway"
    """
    headers = [
        ("Content-Type", "application/json"),
        ("x-amzn-RequestId", invoked.request_id),
        ("X-Amz-Executed-Version", invoked.executed_version),
    ]
    selected_by, path = NO_ERROR, target.invoked
    if invoked.function_error:
        headers.append(("X-Amz-Function-Error", invoked.function_error))
        selected_by = error_of(invoked.payload)[1]
        path = (*target.hops, _failed(target, invoked))
    response = HttpResponse(200, tuple(headers), invoked.payload)
    answer = BackendAnswer(response, selected_by, made.received, trace_header(request))
    return respond(request, hops + path, answer)


def _failed(target: FunctionTarget, invoked: Invoked) -> Hop:
    """A function that failed does not stop the request: its error is mapped like any other result."""
    reference = function_reference(target.function)
    facts = function_error(target.function, invoked).facts
    return Hop(reference, Step.INVOKE, allowed(reference, *facts))
