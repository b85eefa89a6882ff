"""``AWS_PROXY``: the whole request to a function, its answer back.

AWS: "Lambda proxy integrations in API Gateway"
"""

from landbridge.model.functions import Function
from landbridge.semantics.api_gateway.function_failure import excerpt, refuse_event, refuse_invocation
from landbridge.semantics.api_gateway.function_target import FunctionTarget, NoTarget, function_target
from landbridge.semantics.api_gateway.gateway_responses import internal_server_error
from landbridge.semantics.api_gateway.proxy_event import proxy_event
from landbridge.semantics.api_gateway.proxy_response import Malformed, proxy_response, trace_root
from landbridge.semantics.api_gateway.refusal import failed, integration_hop, refuse
from landbridge.semantics.api_gateway.request import Executed, MethodRequest
from landbridge.semantics.api_gateway.streamed_answer import pass_stream, streaming_metadata
from landbridge.semantics.functions.errors import MAXIMUM_REQUEST_BYTES
from landbridge.semantics.functions.permission import function_reference
from landbridge.semantics.needs import Invoke, Invoked, Steps
from landbridge.trace.codes import GatewayResponseType, LocalCode
from landbridge.trace.decision import Hop, Hops, Step, allowed


def invoke_function(request: MethodRequest, hops: Hops) -> Steps[Executed]:
    """The function's answer as an HTTP response, or what API Gateway says in its place."""
    target = function_target(request)
    if isinstance(target, NoTarget):
        return refuse(request, hops + target.hops, target.hop, target.error)
    payload = proxy_event(request)
    if len(payload) > MAXIMUM_REQUEST_BYTES:
        return refuse_event(request, target, hops, len(payload))
    trace = f"Root={trace_root(request)}"
    integration = request.integration
    if integration.streams:
        streaming = streaming_metadata(request)
        result = yield Invoke(target.function.arn, payload, trace, integration.timeout_ms, streaming)
        return (yield from pass_stream(request, target, hops, result))
    result = yield Invoke(target.function.arn, payload, trace, integration.timeout_ms)
    if isinstance(result, Invoked) and not result.function_error:
        return _respond(request, target, hops, result)
    return refuse_invocation(request, target, hops, result)


def _respond(request: MethodRequest, target: FunctionTarget, hops: Hops, invoked: Invoked) -> Executed:
    answer = proxy_response(request, invoked.payload)
    hops += target.invoked
    if not isinstance(answer, Malformed):
        return Executed(
            answer, (*hops, _answered(request, target.function, answer.status, invoked.executed_version))
        )
    decision = failed(
        LocalCode.MALFORMED_PROXY_RESPONSE,
        function_reference(target.function),
        "Execution failed due to configuration error: Malformed Lambda proxy response",
        f"The answer of {target.function.name} cannot be used: {answer.reason}; return "
        '{"statusCode": 200, "headers": {...}, "body": "a string"}',
        ("what is wrong", answer.reason),
        ("answer", excerpt(invoked.payload)),
    )
    hop = integration_hop(request, decision, Step.INTEGRATION_RESPONSE)
    code = GatewayResponseType.API_CONFIGURATION_ERROR
    return refuse(request, hops, hop, internal_server_error(code, answer.status, reached_integration=True))


def _answered(request: MethodRequest, function: Function, status: int, version: str) -> Hop:
    """The hop of an answer that could be used; there is one for each status, and each version of an alias."""

    def make() -> Hop:
        executed = (("executed version", version),) if function.weights else ()
        decision = allowed(function_reference(function), ("status", str(status)), *executed)
        return integration_hop(request, decision, Step.INTEGRATION_RESPONSE)

    call = request.call
    return request.world.remember(
        ("answered", call.api.id, call.stage.name, function.arn, status, version), make
    )
