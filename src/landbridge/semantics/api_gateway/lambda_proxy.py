"""``AWS_PROXY``: the whole request to a function, its answer back.

AWS: "Lambda proxy integrations in API Gateway"
"""

import re
from dataclasses import dataclass

import orjson

from landbridge.model.api_gateway import Integration
from landbridge.model.functions import Function
from landbridge.model.identifiers import Arn
from landbridge.semantics.api_gateway.gateway_responses import (
    GatewayError,
    integration_timed_out,
    internal_server_error,
    request_too_long,
)
from landbridge.semantics.api_gateway.integration_role import INTEGRATION_SERVICE, integration_role_hops
from landbridge.semantics.api_gateway.proxy_event import proxy_event
from landbridge.semantics.api_gateway.proxy_response import Malformed, proxy_response, trace_root
from landbridge.semantics.api_gateway.refusal import (
    configuration_error,
    configuration_hop,
    failed,
    integration_hop,
    refuse,
    unmodelled_hop,
)
from landbridge.semantics.api_gateway.request import (
    Executed,
    MethodRequest,
    execute_api_arn,
    method_reference,
)
from landbridge.semantics.api_gateway.stage_variables import with_stage_variables
from landbridge.semantics.functions.errors import MAXIMUM_REQUEST_BYTES
from landbridge.semantics.functions.permission import INVOKE, function_policy_hop, function_reference
from landbridge.semantics.needs import Invoke, Invoked, InvokeRefused, InvokeTimedOut, Result, Steps
from landbridge.trace.codes import GatewayResponseType, LambdaErrorType, LocalCode
from landbridge.trace.decision import Decision, Hop, Hops, ResourceRef, Step, allowed

BUFFERED = "2015-03-31"
_URI = re.compile(
    r"arn:[a-z-]+:apigateway:[a-z0-9-]+:lambda:path/(?P<version>[0-9-]+)/functions/(?P<function>.+)/"
    r"(?P<operation>invocations|response-streaming-invocations)"
)


@dataclass(frozen=True, slots=True)
class _Refused:
    """Every request to this method ends the same way, for a reason that is in the topology."""

    hops: Hops
    hop: Hop
    error: GatewayError


@dataclass(frozen=True, slots=True)
class _Target:
    """The function that a method invokes and may invoke."""

    function: Function
    hops: Hops
    """What was decided on the way, the same for every request."""
    invoked: Hops
    """The same and that the function ran."""


def invoke_function(request: MethodRequest, hops: Hops) -> Steps[Executed]:
    """The function's answer as an HTTP response, or what API Gateway says in its place."""
    target = _target(request)
    if isinstance(target, _Refused):
        return refuse(request, hops + target.hops, target.hop, target.error)
    payload = proxy_event(request)
    if len(payload) > MAXIMUM_REQUEST_BYTES:
        return _too_large(request, target, hops, len(payload))
    trace = f"Root={trace_root(request)}"
    result = yield Invoke(target.function.arn, payload, trace, request.integration.timeout_ms)
    if isinstance(result, Invoked) and not result.function_error:
        return _respond(request, target, hops, result)
    return _failure(request, target, hops, result)


def _unqualified(function_arn: str) -> tuple[Arn, str]:
    """The function's ARN and its version or alias, if there is one."""
    parts = function_arn.split(":")
    return Arn(":".join(parts[:7])), ":".join(parts[7:])


def _target(request: MethodRequest) -> _Target | _Refused:
    """What the topology says of the method's integration; decided once."""
    call, match = request.call, request.match
    return request.world.remember(
        ("lambda proxy", call.api.id, call.stage.name, match.resource.id, match.http_method),
        lambda: _read_uri(request, request.integration),
    )


def _read_uri(request: MethodRequest, integration: Integration) -> _Target | _Refused:
    if integration.http_method != "POST":
        facts = (("integration HTTP method", integration.http_method or "none"),)
        remedy = "Lambda is invoked by POST whatever the method: set the integration's HTTP method to POST"
        return _Refused((), configuration_hop(request, facts, remedy), configuration_error())
    parsed = _URI.fullmatch(with_stage_variables(integration.uri, request.call.stage.variables))
    if parsed is None:
        remedy = (
            "The URI of the integration must be arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/"
            "<function ARN>/invocations"
        )
        hop = configuration_hop(request, (("uri", integration.uri),), remedy)
        return _Refused((), hop, configuration_error())
    if parsed["version"] != BUFFERED or parsed["operation"] != "invocations":
        return _Refused((), unmodelled_hop(request, "response streaming"), configuration_error())
    function_arn, qualifier = _unqualified(parsed["function"])
    if qualifier not in ("", "$LATEST"):
        what = f"function versions and aliases ({qualifier})"
        return _Refused((), unmodelled_hop(request, what), configuration_error())
    return _decide_target(request, integration, function_arn)


def _decide_target(request: MethodRequest, integration: Integration, function_arn: Arn) -> _Target | _Refused:
    """Is there such a function, and may API Gateway invoke it for this method."""
    function = request.world.topology.functions.by_arn.get(function_arn)
    if function is None:
        return _no_function(request, function_arn)
    invoked = Hop(function_reference(function), Step.INVOKE, allowed(function_reference(function)))
    if integration.credentials:
        credentials = with_stage_variables(integration.credentials, request.call.stage.variables)
        hops = integration_role_hops(request, credentials, INVOKE, function.arn, function_reference(function))
    else:
        hops = (_permission(request, function),)
    if not hops[-1].decision.allowed:
        code = GatewayResponseType.API_CONFIGURATION_ERROR
        return _Refused(hops[:-1], hops[-1], internal_server_error(code, reached_integration=True))
    return _Target(function, hops, (*hops, invoked))


def _no_function(request: MethodRequest, function_arn: Arn) -> _Refused:
    decision = failed(
        LambdaErrorType.RESOURCE_NOT_FOUND,
        method_reference(request.match),
        f"Execution failed due to configuration error: Function not found: {function_arn}",
        f"Create the function {function_arn}, or correct the URI of the integration and deploy again",
        ("function", function_arn),
    )
    hop = Hop(ResourceRef("AWS::Lambda::Function", function_arn, function_arn), Step.INVOKE, decision)
    error = internal_server_error(GatewayResponseType.API_CONFIGURATION_ERROR, reached_integration=True)
    return _Refused((), hop, error)


def _permission(request: MethodRequest, function: Function) -> Hop:
    """Does the function's policy admit this method; the source ARN has the resource's template as path.

    AWS: "Granting Lambda function access to AWS services"
    """
    match, path = request.match, request.match.resource.path
    source_arn = execute_api_arn(request.world, request.call, match.http_method, path)
    permitted = _arn_to_permit(request, path)
    return function_policy_hop(
        request.world,
        function,
        INTEGRATION_SERVICE,
        source_arn,
        "Invalid permissions on Lambda function: add a permission (lambda add-permission) on "
        f"{function.name} for principal {INTEGRATION_SERVICE} with source ARN {permitted}",
    )


def _arn_to_permit(request: MethodRequest, path: str) -> str:
    """The source ARN that consoles and templates write: any stage, path parameters as ``*``."""
    topology = request.world.topology
    method = request.match.method.http_method.replace("ANY", "*")
    pattern = re.sub(r"\{[^}]*\}", "*", path)
    return (
        f"arn:aws:execute-api:{topology.region}:{topology.account_id}:"
        f"{request.call.api.id}/*/{method}{pattern}"
    )


def _respond(request: MethodRequest, target: _Target, hops: Hops, invoked: Invoked) -> Executed:
    answer = proxy_response(request, invoked.payload)
    hops += target.invoked
    if not isinstance(answer, Malformed):
        return Executed(answer, (*hops, _answered(request, target.function, answer.status)))
    decision = failed(
        LocalCode.MALFORMED_PROXY_RESPONSE,
        function_reference(target.function),
        "Execution failed due to configuration error: Malformed Lambda proxy response",
        f"The answer of {target.function.name} cannot be used: {answer.reason}; return "
        '{"statusCode": 200, "headers": {...}, "body": "a string"}',
        ("what is wrong", answer.reason),
        ("answer", _excerpt(invoked.payload)),
    )
    hop = integration_hop(request, decision, Step.INTEGRATION_RESPONSE)
    code = GatewayResponseType.API_CONFIGURATION_ERROR
    return refuse(request, hops, hop, internal_server_error(code, answer.status, reached_integration=True))


def _answered(request: MethodRequest, function: Function, status: int) -> Hop:
    """The hop of an answer that could be used; there is one for each status."""

    def make() -> Hop:
        decision = allowed(function_reference(function), ("status", str(status)))
        return integration_hop(request, decision, Step.INTEGRATION_RESPONSE)

    call = request.call
    return request.world.remember(("answered", call.api.id, call.stage.name, function.arn, status), make)


def _too_large(request: MethodRequest, target: _Target, hops: Hops, size_bytes: int) -> Executed:
    reference = function_reference(target.function)
    decision = failed(
        GatewayResponseType.REQUEST_TOO_LARGE,
        reference,
        "Lambda invocation failed with status: 413",
        "A function takes events of 6 MB at most: let the client upload to S3 by a presigned URL",
        ("event", f"{size_bytes} bytes"),
        ("limit", f"{MAXIMUM_REQUEST_BYTES} bytes"),
    )
    hop = Hop(reference, Step.INVOKE, decision)
    return refuse(request, hops + target.hops, hop, request_too_long())


def _failure(request: MethodRequest, target: _Target, hops: Hops, result: Result) -> Executed:
    """What API Gateway makes of an invocation without an answer."""
    match result:
        case Invoked():
            decision = _function_error(target.function, result)
            code, status = GatewayResponseType.INTEGRATION_FAILURE, 502
            error = internal_server_error(code, status, reached_integration=True)
        case InvokeTimedOut():
            decision = _timed_out(request, target.function)
            error = integration_timed_out()
        case InvokeRefused():
            decision = _refused(target.function, result)
            code = GatewayResponseType.API_CONFIGURATION_ERROR
            error = internal_server_error(code, reached_integration=True)
        case _:
            raise TypeError(f"not the result of an invocation: {result!r}")
    hop = Hop(function_reference(target.function), Step.INVOKE, decision)
    return refuse(request, hops + target.hops, hop, error)


def _function_error(function: Function, invoked: Invoked) -> Decision:
    error_type, message = _error(invoked.payload)
    return failed(
        LocalCode.FUNCTION_ERROR,
        function_reference(function),
        f"Lambda execution failed with status 200 due to customer function error: {message}. "
        f"Lambda request id: {invoked.request_id}",
        f"{function.name} failed with {error_type or 'an error'}: {message}; its log has the stack trace",
        ("errorType", error_type),
        ("errorMessage", message),
        ("Lambda request id", invoked.request_id),
    )


def _timed_out(request: MethodRequest, function: Function) -> Decision:
    return failed(
        GatewayResponseType.INTEGRATION_TIMEOUT,
        function_reference(function),
        "Execution failed due to a timeout error",
        f"{function.name} did not answer within the integration's timeout: make it faster, let it answer "
        "before its work is done, or raise the timeout and its quota",
        ("integration timeout", f"{request.integration.timeout_ms} ms"),
        ("function timeout", f"{function.timeout_s} s"),
    )


def _refused(function: Function, refused: InvokeRefused) -> Decision:
    """A throttled function is a 500 for the client, not a 429.

    AWS: "Troubleshoot invocation issues in Lambda"
    """
    throttled = refused.error_type == LambdaErrorType.TOO_MANY_REQUESTS
    facts = [("error", refused.error_type), ("message", refused.message)]
    if throttled:
        limit = function.reserved_concurrency
        facts.append(("reserved concurrency", "none" if limit is None else str(limit)))
        remedy = f"All environments of {function.name} are busy: raise its reserved concurrency, or send less"
        log = f"Lambda invocation failed with status: 429. {refused.message}"
        return failed(LambdaErrorType.TOO_MANY_REQUESTS, function_reference(function), log, remedy, *facts)
    log = f"Execution failed due to configuration error: {refused.message}"
    remedy = f"Lambda did not run {function.name}: {refused.message}"
    code = _LAMBDA_CODES.get(refused.error_type, LambdaErrorType.UNHANDLED)
    return failed(code, function_reference(function), log, remedy, *facts)


_LAMBDA_CODES = {code.value: code for code in LambdaErrorType}


def _error(payload: bytes) -> tuple[str, str]:
    """The type and message of a function's error."""
    try:
        error = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return "", _excerpt(payload)
    if not isinstance(error, dict):
        return "", _excerpt(payload)
    return str(error.get("errorType", "")), str(error.get("errorMessage", ""))


def _excerpt(payload: bytes) -> str:
    """The beginning of an answer, for the reader of a trace."""
    text = payload[:400].decode("utf-8", "replace")
    return f"{text}…" if len(payload) > 400 else text
