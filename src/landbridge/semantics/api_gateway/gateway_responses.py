"""Gateway responses: what API Gateway answers when it does not let a request through, byte for byte.

AWS: "Gateway responses for REST APIs in API Gateway"
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from landbridge.model.api_gateway import Deployment, GatewayResponse
from landbridge.model.exchange import Headers, HttpResponse, Moment
from landbridge.semantics.api_gateway.context_variables import Variables, context_variables
from landbridge.semantics.api_gateway.gateway_response_mapping import (
    mapped_body,
    mapped_headers,
    substitution,
)
from landbridge.semantics.api_gateway.media_types import DEFAULT_CONTENT_TYPE
from landbridge.semantics.api_gateway.request import NOBODY, ApiRequest, Authorization
from landbridge.semantics.api_gateway.routing import Match
from landbridge.semantics.dates import http_date
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType


@dataclass(frozen=True, slots=True)
class GatewayError:
    """One answer of API Gateway's own making."""

    type: GatewayResponseType
    status: int
    error_type: str
    """``x-amzn-ErrorType``; empty for none."""
    message: str
    body: bytes
    """The default body; AWS writes a space after the colon in some, none in others."""
    content_type: str = DEFAULT_CONTENT_TYPE
    customisable: bool = True
    reached_integration: bool = False
    """Whether the integration was attempted: then the answer carries a trace id."""
    validation_error: str = ""
    """``$context.error.validationErrorString``: what request validation found, in brackets."""


def forbidden(type_: GatewayResponseType = GatewayResponseType.ACCESS_DENIED) -> GatewayError:
    """403 for an unknown API, stage or base path, before anything of the API counts."""
    body = b'{"message":"Forbidden"}'
    return GatewayError(type_, 403, "ForbiddenException", "Forbidden", body, customisable=False)


def invalid_api_key() -> GatewayError:
    """403 for a method that requires an API key, without one that may call it."""
    message = "Forbidden"
    return GatewayError(
        GatewayResponseType.INVALID_API_KEY, 403, "ForbiddenException", message, _compact(message)
    )


def too_many_requests() -> GatewayError:
    """429 for requests that come too fast."""
    message = "Too Many Requests"
    return GatewayError(
        GatewayResponseType.THROTTLED, 429, "TooManyRequestsException", message, _compact(message)
    )


def limit_exceeded() -> GatewayError:
    """429 when the quota of a usage plan is used up."""
    message = "Limit Exceeded"
    return GatewayError(
        GatewayResponseType.QUOTA_EXCEEDED, 429, "LimitExceededException", message, _compact(message)
    )


def missing_authentication_token() -> GatewayError:
    """403 for a resource or method that does not exist."""
    message = "Missing Authentication Token"
    return GatewayError(
        GatewayResponseType.MISSING_AUTHENTICATION_TOKEN,
        403,
        "MissingAuthenticationTokenException",
        message,
        _compact(message),
    )


def incomplete_signature(message: str) -> GatewayError:
    """403 for an Authorization header read as a signature that is none; ``signature_shape`` words it."""
    return GatewayError(
        GatewayResponseType.INVALID_SIGNATURE, 403, "IncompleteSignatureException", message, _compact(message)
    )


def signature_refused(
    error_type: str, message: str, type_: GatewayResponseType = GatewayResponseType.INVALID_SIGNATURE
) -> GatewayError:
    """403 for a signature that is not taken; ``signature_errors`` words it."""
    return GatewayError(type_, 403, error_type, message, _compact(message))


def unauthorized(message: str = "Unauthorized") -> GatewayError:
    """401 of an authorizer: no token, one that is not accepted, or one that has expired.

    AWS: "How do I troubleshoot HTTP 403 errors from API Gateway?"
    """
    type_ = GatewayResponseType.UNAUTHORIZED
    return GatewayError(type_, 401, "UnauthorizedException", message, _compact(message))


def user_not_authorized(tail: str) -> GatewayError:
    """403 of the policy that a Lambda authorizer returned; `tail` says why, as AWS does.

    AWS: "How do I troubleshoot HTTP 403 errors from API Gateway?"
    """
    message = f"User is not authorized to access this resource{tail}"
    body = b'{"Message":' + json.dumps(message).encode() + b"}"
    return GatewayError(GatewayResponseType.ACCESS_DENIED, 403, "AccessDeniedException", message, body)


def authorizer_failed(type_: GatewayResponseType) -> GatewayError:
    """500 without a message for an authorizer that does not work."""
    return GatewayError(type_, 500, "AuthorizerConfigurationException", "", b'{"message":null}')


def access_denied(method_arn: str, tail: str, user: str = "anonymous") -> GatewayError:
    """403 of a policy: who may not do what on which resource and why; the account is masked.

    AWS: "Control access to a REST API with API Gateway resource policies"
    """
    parts = method_arn.split(":", 5)
    parts[4] = f"********{parts[4][-4:]}"
    message = (
        f"User: {user} is not authorized to perform: execute-api:Invoke on resource: {':'.join(parts)}{tail}"
    )
    body = b'{"Message":' + json.dumps(message).encode() + b"}"
    return GatewayError(GatewayResponseType.ACCESS_DENIED, 403, "AccessDeniedException", message, body)


def internal_server_error(
    type_: GatewayResponseType, status: int = 500, *, reached_integration: bool = False
) -> GatewayError:
    """500 for a wrong configuration, 502 for a function that failed or answered badly."""
    message = "Internal server error"
    return GatewayError(
        type_,
        status,
        "InternalServerErrorException",
        message,
        _spaced(message),
        reached_integration=reached_integration,
    )


def integration_timed_out() -> GatewayError:
    """504 when the integration's timeout is over."""
    message = "Endpoint request timed out"
    return GatewayError(
        GatewayResponseType.INTEGRATION_TIMEOUT,
        504,
        "InternalServerErrorException",
        message,
        _spaced(message),
        reached_integration=True,
    )


def network_error() -> GatewayError:
    """504 when an integration's server cannot be spoken with."""
    message = "Network error communicating with endpoint"
    return GatewayError(
        GatewayResponseType.INTEGRATION_FAILURE,
        504,
        "InternalServerErrorException",
        message,
        _spaced(message),
        reached_integration=True,
    )


def bad_request_parameters(missing: Sequence[str]) -> GatewayError:
    """400 for required parameters that are missing or blank."""
    names = f"[{', '.join(missing)}]"
    message = f"Missing required request parameters: {names}"
    type_ = GatewayResponseType.BAD_REQUEST_PARAMETERS
    return GatewayError(type_, 400, "BadRequestException", message, _spaced(message), validation_error=names)


def invalid_request_body(violations: str) -> GatewayError:
    """400 for a body that does not fit its model; only a gateway response of one's own says why."""
    return replace(bad_request_body("Invalid request body"), validation_error=violations)


def bad_request_body(message: str) -> GatewayError:
    """400 for a body that the mapping template cannot read."""
    return GatewayError(
        GatewayResponseType.BAD_REQUEST_BODY, 400, "BadRequestException", message, _spaced(message)
    )


def unsupported_media_type() -> GatewayError:
    """415 when no mapping template fits the request's content type and passing through is not allowed."""
    message = "Unsupported Media Type"
    return GatewayError(
        GatewayResponseType.UNSUPPORTED_MEDIA_TYPE, 415, "BadRequestException", message, _spaced(message)
    )


def content_too_long(limit_bytes: int) -> GatewayError:
    """413 in plain text, which no gateway response can customise."""
    message = f"HTTP content length exceeded {limit_bytes} bytes."
    return GatewayError(
        GatewayResponseType.REQUEST_TOO_LARGE,
        413,
        "",
        message,
        message.encode(),
        content_type="text/plain",
        customisable=False,
    )


def request_too_long() -> GatewayError:
    """413 when the function refuses so large an event."""
    message = "Request Too Long"
    return GatewayError(
        GatewayResponseType.REQUEST_TOO_LARGE,
        413,
        "RequestTooLongException",
        message,
        _compact(message),
        customisable=False,
    )


def request_line_or_headers_too_long(status: int, message: str) -> GatewayError:
    """414 for the URL, 431 for the headers."""
    return GatewayError(
        GatewayResponseType.REQUEST_TOO_LARGE, status, "", message, _compact(message), customisable=False
    )


def front_line_response(
    error: GatewayError, moment: Moment, through_endpoint: bool, http_method: str = "GET"
) -> HttpResponse:
    """The answer as AWS words it; for a request whose API is not known there is no other.

    Header order as captured; ``Content-Length`` and ``Connection`` belong after ``Content-Type``.
    """
    return _response(error, moment, through_endpoint, http_method, error.body, ())


def gateway_response(
    world: World,
    call: ApiRequest,
    match: Match | None,
    moment: Moment,
    error: GatewayError,
    authorization: Authorization = NOBODY,
) -> HttpResponse:
    """The answer as this API's stage words it: its own gateway response for the type, or AWS's."""
    custom = _customised(world, call, error)
    if custom is None:
        return front_line_response(error, moment, call.through_endpoint, call.request.method)
    status = int(custom.status_code) if custom.status_code.isdigit() else error.status
    context = context_variables(world, call, moment, match, authorization)
    substitute = substitution(context | {"error": _error_variables(error)}, call, match)
    content_type, body = mapped_body(custom, call, substitute) or (error.content_type, error.body)
    headers = mapped_headers(custom, substitute)
    return _response(
        replace(error, status=status, content_type=content_type),
        moment,
        call.through_endpoint,
        call.request.method,
        body,
        headers,
    )


def compile_gateway_responses(deployment: Deployment) -> dict[str, GatewayResponse]:
    """The customised gateway responses by type; compile once with ``world.once``."""
    return {response.type: response for response in deployment.gateway_responses}


def _error_variables(error: GatewayError) -> Variables:
    """``$context.error``; the validation error stands between quotation marks in templates, and is escaped.

    AWS: "Variables for access logging for API Gateway"
    """
    return {
        "message": error.message,
        "messageString": json.dumps(error.message or None),
        "responseType": error.type.value,
        "validationErrorString": json.dumps(error.validation_error)[1:-1],
    }


def _compact(message: str) -> bytes:
    return b'{"message":' + json.dumps(message).encode() + b"}"


def _spaced(message: str) -> bytes:
    return b'{"message": ' + json.dumps(message).encode() + b"}"


def _response(
    error: GatewayError, moment: Moment, through_endpoint: bool, http_method: str, body: bytes, extra: Headers
) -> HttpResponse:
    own = {name.lower() for name, _ in extra}
    headers = [("Server", "Server")] if through_endpoint else []
    headers.append(("Date", http_date(moment.epoch_ms)))
    if "content-type" not in own:
        headers.append(("Content-Type", error.content_type))
    headers.append(("x-amzn-RequestId", moment.request_id))
    headers.extend(extra)
    if error.error_type:
        headers.append(("x-amzn-ErrorType", error.error_type))
    headers.append(("x-amz-apigw-id", moment.extended_request_id))
    if error.reached_integration:
        headers.append(("X-Amzn-Trace-Id", f"Root={moment.trace_id}"))
    return HttpResponse(error.status, tuple(headers), b"" if http_method == "HEAD" else body)


def _customised(world: World, call: ApiRequest, error: GatewayError) -> GatewayResponse | None:
    """Its own type's, or the default of its class.

    AWS: "Gateway response types for API Gateway"
    """
    if not error.customisable or not call.stage.deployment.gateway_responses:
        return None
    responses = world.once(compile_gateway_responses, call.stage.deployment)
    return responses.get(error.type) or responses.get(f"DEFAULT_{error.status // 100}XX")
