"""The lines that API Gateway writes about the execution of a request, each with the request's id in front.

AWS: "Set up CloudWatch logging for REST APIs in API Gateway"
"""

from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl

from landbridge.model.api_gateway_stages import LoggingLevel, MethodSettings
from landbridge.model.exchange import Headers, Moment
from landbridge.semantics.api_gateway.request import ApiRequest, BackendCall, Executed, MethodRequest
from landbridge.trace.codes import GatewayResponseType

LONGEST = 1_024
"""Characters of a line; what is longer is cut."""
TRUNCATED = " [TRUNCATED]"
SECRET_HEADERS = frozenset({"authorization", "x-api-key"})
SHOWN_OF_SECRET = 6
AUTHORIZER_ERRORS = frozenset(
    {
        GatewayResponseType.UNAUTHORIZED,
        GatewayResponseType.AUTHORIZER_FAILURE,
        GatewayResponseType.AUTHORIZER_CONFIGURATION_ERROR,
    }
)
BARRED = AUTHORIZER_ERRORS | {
    GatewayResponseType.ACCESS_DENIED,
    GatewayResponseType.EXPIRED_TOKEN,
    GatewayResponseType.INVALID_SIGNATURE,
    GatewayResponseType.MISSING_AUTHENTICATION_TOKEN,
}
"""Ends of a request before its usage plan is looked at."""
USAGE_ERRORS = frozenset(
    {
        GatewayResponseType.INVALID_API_KEY,
        GatewayResponseType.QUOTA_EXCEEDED,
        GatewayResponseType.THROTTLED,
    }
)
EXECUTION_LOG = "execution log"
"""The fact of a decision that has the line for it."""


def execution_log_events(
    call: ApiRequest,
    moment: Moment,
    executed: Executed,
    settings: MethodSettings,
    ended_ms: int,
) -> tuple[tuple[int, str], ...]:
    """The events of one request: all of it, or only what went wrong, by the method's level.

    AWS: "Set up CloudWatch logging for REST APIs in API Gateway"
    """
    if settings.logging_level is LoggingLevel.INFO:
        begun = [(moment.epoch_ms, line) for line in _begun(call, moment, executed, settings)]
        ended = [(ended_ms, line) for line in _ended(call, executed, settings)]
        events = begun + ended
    elif executed.error_type is not None:
        events = [(ended_ms, line) for line in (*_failure(executed), _completed(executed))]
    else:
        events = []
    return tuple((epoch_ms, f"({moment.request_id}) {_cut(line)}") for epoch_ms, line in events)


def masked(secret: str) -> str:
    """A secret with nothing of it readable but its end."""
    shown = secret[-SHOWN_OF_SECRET:] if len(secret) > SHOWN_OF_SECRET else ""
    return "*" * (len(secret) - len(shown)) + shown


def _begun(call: ApiRequest, moment: Moment, executed: Executed, settings: MethodSettings) -> Iterator[str]:
    """From the arrival to the backend."""
    request = executed.request
    yield f"Extended Request Id: {moment.extended_request_id}"
    if request is not None:
        if request.authorizer_call is not None:
            yield from _authorizer(request, executed)
        if executed.error_type in BARRED:
            return
        yield from _usage(request, executed)
        if executed.error_type in USAGE_ERRORS:
            return
        yield f"Starting execution for request: {moment.request_id}"
        yield f"HTTP Method: {request.match.http_method}, Resource Path: {call.resource_path}"
        if settings.data_trace:
            yield from _method_request(request)
    if executed.backend is not None:
        yield from _endpoint_request(executed.backend, call, moment, settings)


def _authorizer(request: MethodRequest, executed: Executed) -> Iterator[str]:
    """AWS: "How can I use API Gateway logs to troubleshoot API issues?"."""
    authorizer, request_id = request.match.method.authorizer, request.moment.request_id
    yield f"Starting authorizer: {authorizer.id if authorizer else ''} for request: {request_id}"
    if executed.error_type is GatewayResponseType.UNAUTHORIZED:
        yield f"Unauthorized request: {request_id}"
    elif executed.error_type not in AUTHORIZER_ERRORS:
        yield "Successfully completed authorizer execution"


def _usage(request: MethodRequest, executed: Executed) -> Iterator[str]:
    stage = f"{request.call.api.id}/{request.call.stage.name}"
    key = request.call.request.header("x-api-key")
    shown = f"{masked(key)} " if key else ""
    yield f"Verifying Usage Plan for request: {request.moment.request_id}. API Key: {shown}API Stage: {stage}"
    if executed.error_type in USAGE_ERRORS:
        return
    if not request.match.method.api_key_required:
        method = f"{request.match.http_method} {request.match.resource.path}"
        yield (
            f"API Key {shown}authorized because method '{method}' does not require API Key. Request will not "
            "contribute to throttle or quota limits"
        )
    yield f"Usage Plan check succeeded for API Key {shown}and API Stage {stage}"


def _method_request(request: MethodRequest) -> Iterator[str]:
    received = request.call.request
    yield f"Method request path: {_listed(request.match.path_parameters)}"
    yield f"Method request query string: {_listed(parse_qsl(received.query, keep_blank_values=True))}"
    yield f"Method request headers: {_listed(_safe(received.headers))}"
    yield f"Method request body before transformations: {_text(received.body)}"


def _endpoint_request(
    backend: BackendCall, call: ApiRequest, moment: Moment, settings: MethodSettings
) -> Iterator[str]:
    if settings.data_trace:
        own = (
            ("x-amzn-apigateway-api-id", str(call.api.id)),
            ("User-Agent", f"AmazonAPIGateway_{call.api.id}"),
            ("X-Amzn-Trace-Id", f"Root={moment.trace_id}"),
        )
        yield f"Endpoint request URI: {backend.uri}"
        yield f"Endpoint request headers: {_listed(_safe(backend.headers or own))}"
        yield f"Endpoint request body after transformations: {_text(backend.body)}"
    yield f"Sending request to {backend.uri}"


def _ended(call: ApiRequest, executed: Executed, settings: MethodSettings) -> Iterator[str]:
    """From the backend's answer to the end."""
    backend = executed.backend
    if backend is not None and backend.status is not None:
        yield f"Received response. Status: {backend.status}, Integration latency: {backend.latency_ms} ms"
        if settings.data_trace:
            yield f"Endpoint response headers: {_listed(backend.answer_headers)}"
            yield f"Endpoint response body before transformations: {_text(backend.answer)}"
    if executed.error_type is None:
        if settings.data_trace:
            yield f"Method response body after transformations: {_text(executed.response.body)}"
            yield f"Method response headers: {_listed(executed.response.headers)}"
        yield "Successfully completed execution"
    yield from _failure(executed)
    yield _completed(executed)
    if backend is not None and backend.request_id:
        yield f"AWS Integration Endpoint RequestId : {backend.request_id}"
    if executed.request is not None and call.stage.settings.tracing:
        yield f"X-ray Tracing ID : {executed.request.moment.trace_id}"


def _failure(executed: Executed) -> Iterator[str]:
    """Why API Gateway itself answered: the line for it, or what the client was told, and the response's type.

    AWS: "How can I use API Gateway logs to troubleshoot API issues?"
    """
    if executed.error_type is None:
        return
    facts = dict(executed.hops[-1].decision.facts) if executed.hops else {}
    yield facts.get(EXECUTION_LOG) or executed.error_message
    yield f"Gateway response type: {executed.error_type} with status code: {executed.response.status}"


def _completed(executed: Executed) -> str:
    return f"Method completed with status: {executed.response.status}"


def _cut(line: str) -> str:
    """The line as long as it may be.

    AWS: "Set up CloudWatch logging for REST APIs in API Gateway"
    """
    return line if len(line) <= LONGEST else line[: LONGEST - len(TRUNCATED)] + TRUNCATED


def _listed(pairs: Iterable[tuple[str, str]]) -> str:
    """``{Accept=*/*, Host=api.example.com}``; values of one name are joined."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return "{" + ", ".join(f"{name}={','.join(each)}" for name, each in values.items()) + "}"


def _safe(headers: Headers) -> Headers:
    """Without secrets.

    AWS: "Set up CloudWatch logging for REST APIs in API Gateway"
    """
    return tuple(
        (name, masked(value) if name.lower() in SECRET_HEADERS else value) for name, value in headers
    )


def _text(body: bytes) -> str:
    return body[: LONGEST * 4].decode("utf-8", "replace")
