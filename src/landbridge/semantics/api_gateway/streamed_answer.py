"""``AWS_PROXY`` with response streaming: metadata, eight NUL bytes, and a body that goes on as it comes.

AWS: "Set up a Lambda proxy integration with payload response streaming in API Gateway"
"""

import orjson

from landbridge.model.exchange import HttpResponse, with_stream
from landbridge.semantics.api_gateway.function_failure import excerpt, refuse_invocation
from landbridge.semantics.api_gateway.function_target import FunctionTarget
from landbridge.semantics.api_gateway.gateway_responses import internal_server_error
from landbridge.semantics.api_gateway.method_response import (
    REMAPPED_FROM_PROXY,
    method_response,
    outbound_headers,
)
from landbridge.semantics.api_gateway.proxy_response import (
    Malformed,
    read_headers,
    read_status,
    trace_header,
)
from landbridge.semantics.api_gateway.refusal import failed, integration_hop, refuse
from landbridge.semantics.api_gateway.request import Executed, MethodRequest
from landbridge.semantics.functions.permission import function_reference
from landbridge.semantics.needs import Invoked, Result, Steps
from landbridge.semantics.streaming import DropBody, InvokedStreaming, Streaming
from landbridge.trace.codes import GatewayResponseType, LocalCode
from landbridge.trace.decision import Hops, Step, allowed

DELIMITER = bytes(8)
METADATA_BYTES = 16 * 1024
KEYS = frozenset({"statusCode", "headers", "multiValueHeaders", "cookies"})
IDLE_TIMEOUT_MS = 300_000
EDGE_IDLE_TIMEOUT_MS = 30_000
NO_DELIMITER = "no delimiter of 8 NUL bytes is within its first 16 KB"


def streaming_metadata(request: MethodRequest) -> Streaming:
    """How a function's answer is taken: what has to come first, and how long it may stand still."""
    return Streaming(idle_timeout_ms(request), DELIMITER, METADATA_BYTES)


def streaming_body(request: MethodRequest) -> Streaming | None:
    """How a server's answer is taken; None where the integration waits for all of it."""
    return Streaming(idle_timeout_ms(request)) if request.integration.streams else None


def idle_timeout_ms(request: MethodRequest) -> int:
    """How long a stream may stand still.

    AWS: "Stream the integration response for your proxy integrations in API Gateway"
    """
    return EDGE_IDLE_TIMEOUT_MS if request.call.api.endpoint_type == "EDGE" else IDLE_TIMEOUT_MS


def pass_stream(
    request: MethodRequest, target: FunctionTarget, hops: Hops, result: Result
) -> Steps[Executed]:
    """The client's response once the function has told its metadata, or what it gets in its place."""
    if isinstance(result, InvokedStreaming):
        response = streamed_response(request, result.metadata)
        if isinstance(response, Malformed):
            yield DropBody(result.body)
            return _refuse_answer(request, target, hops, response, result.metadata)
        facts = (("status", str(response.status)), ("response transfer mode", "STREAM"))
        decision = allowed(function_reference(target.function), *facts)
        hop = integration_hop(request, decision, Step.INTEGRATION_RESPONSE)
        return Executed(with_stream(response, result.body), (*hops, *target.invoked, hop))
    if isinstance(result, Invoked) and not result.function_error:
        return _refuse_answer(request, target, hops, Malformed(NO_DELIMITER), result.payload)
    return refuse_invocation(request, target, hops, result)


def streamed_response(request: MethodRequest, metadata: bytes) -> HttpResponse | Malformed:
    """The response that the metadata means, without its body; or why there is none."""
    try:
        told = orjson.loads(metadata)
    except orjson.JSONDecodeError:
        return Malformed("its metadata is not JSON")
    if not isinstance(told, dict):
        return Malformed("its metadata must be a JSON object")
    if not told.keys() <= KEYS:
        unknown = ", ".join(sorted(told.keys() - KEYS))
        return Malformed(f"its metadata has keys that API Gateway does not know: {unknown}")
    status = read_status(told.get("statusCode"))
    if isinstance(status, Malformed):
        return status
    headers = read_headers(told.get("headers"), told.get("multiValueHeaders"))
    if isinstance(headers, Malformed):
        return headers
    cookies = told.get("cookies") or []
    if not isinstance(cookies, list) or not all(isinstance(cookie, str) for cookie in cookies):
        return Malformed("cookies must be an array of strings")
    own = (*outbound_headers(headers, REMAPPED_FROM_PROXY), *(("Set-Cookie", each) for each in cookies))
    return method_response(request.call, request.moment, status, own, b"", trace_header(request))


def _refuse_answer(
    request: MethodRequest, target: FunctionTarget, hops: Hops, malformed: Malformed, answer: bytes
) -> Executed:
    """500, whatever is wrong with the beginning of the answer; 502 is for answers that are not streamed."""
    function = target.function
    decision = failed(
        LocalCode.MALFORMED_PROXY_RESPONSE,
        function_reference(function),
        "Execution failed due to configuration error: Malformed Lambda proxy response",
        f"The answer of {function.name} cannot be streamed: {malformed.reason}; let it write "
        '{"statusCode": 200, "headers": {...}}, 8 NUL bytes, then the body',
        ("what is wrong", malformed.reason),
        ("answer", excerpt(answer)),
    )
    hop = integration_hop(request, decision, Step.INTEGRATION_RESPONSE)
    code = GatewayResponseType.API_CONFIGURATION_ERROR
    return refuse(request, hops + target.invoked, hop, internal_server_error(code, reached_integration=True))
