"""What a client gets, and a trace says, where a function that a method invokes gives no answer."""

import orjson

from landbridge.model.functions import Function
from landbridge.semantics.api_gateway.function_target import FunctionTarget
from landbridge.semantics.api_gateway.gateway_responses import (
    integration_timed_out,
    internal_server_error,
    request_too_long,
)
from landbridge.semantics.api_gateway.refusal import failed, refuse
from landbridge.semantics.api_gateway.request import Executed, MethodRequest
from landbridge.semantics.functions.errors import MAXIMUM_REQUEST_BYTES
from landbridge.semantics.functions.permission import function_reference
from landbridge.semantics.needs import Invoked, InvokeRefused, InvokeTimedOut, Result
from landbridge.trace.codes import GatewayResponseType, LambdaErrorType, LocalCode
from landbridge.trace.decision import Decision, Hop, Hops, Step


def refuse_invocation(request: MethodRequest, target: FunctionTarget, hops: Hops, result: Result) -> Executed:
    """What API Gateway makes of an invocation without an answer."""
    match result:
        case Invoked():
            decision = function_error(target.function, result)
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


def refuse_event(request: MethodRequest, target: FunctionTarget, hops: Hops, size_bytes: int) -> Executed:
    """413: Lambda refuses an event of that size."""
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


def function_error(function: Function, invoked: Invoked) -> Decision:
    """A function that failed, in the words of the execution log."""
    error_type, message = error_of(invoked.payload)
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


def error_of(payload: bytes) -> tuple[str, str]:
    """The type and message of a function's error."""
    try:
        error = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return "", excerpt(payload)
    if not isinstance(error, dict):
        return "", excerpt(payload)
    return str(error.get("errorType", "")), str(error.get("errorMessage", ""))


def excerpt(payload: bytes) -> str:
    """The beginning of an answer, for the reader of a trace."""
    text = payload[:400].decode("utf-8", "replace")
    return f"{text}…" if len(payload) > 400 else text


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
