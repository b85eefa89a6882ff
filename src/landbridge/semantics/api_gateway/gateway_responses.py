"""Gateway responses: what API Gateway answers when it does not let a request through, byte for byte.

AWS: "Gateway responses for REST APIs in API Gateway"
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from landbridge.model.api_gateway import Deployment, GatewayResponse
from landbridge.model.exchange import Headers, HttpResponse, Moment
from landbridge.semantics.api_gateway.context_variables import context_variables, look_up
from landbridge.semantics.api_gateway.media_types import DEFAULT_CONTENT_TYPE, first_media_type
from landbridge.semantics.api_gateway.request import ApiRequest
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


def forbidden(type_: GatewayResponseType = GatewayResponseType.ACCESS_DENIED) -> GatewayError:
    """403 for an unknown API, stage or base path, before anything of the API counts."""
    body = b'{"message":"Forbidden"}'
    return GatewayError(type_, 403, "ForbiddenException", "Forbidden", body, customisable=False)


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


def incomplete_signature(authorization: str) -> GatewayError:
    """403 for an Authorization header read as a signature that is none."""
    digest = base64.b64encode(hashlib.sha256(authorization.encode("latin-1", "replace")).digest()).decode()
    message = (
        "Invalid key=value pair (missing equal-sign) in Authorization header "
        f"(hashed with SHA-256 and encoded with Base64): '{digest}'."
    )
    return GatewayError(
        GatewayResponseType.INVALID_SIGNATURE, 403, "IncompleteSignatureException", message, _compact(message)
    )


def access_denied(method_arn: str, tail: str) -> GatewayError:
    """403 of a policy: who may not do what on which resource and why; the account is masked.

    AWS: "Control access to a REST API with API Gateway resource policies"
    """
    parts = method_arn.split(":", 5)
    parts[4] = f"********{parts[4][-4:]}"
    message = (
        "User: anonymous is not authorized to perform: execute-api:Invoke on resource: "
        f"{':'.join(parts)}{tail}"
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
    world: World, call: ApiRequest, match: Match | None, moment: Moment, error: GatewayError
) -> HttpResponse:
    """The answer as this API's stage words it: its own gateway response for the type, or AWS's."""
    custom = _customised(world, call, error)
    if custom is None:
        return front_line_response(error, moment, call.through_endpoint, call.request.method)
    status = int(custom.status_code) if custom.status_code.isdigit() else error.status
    substitute = _substitution(world, call, match, moment, error)
    content_type, body = _body(custom, call, error, substitute)
    headers = _parameters(custom, call, match, substitute)
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


Substitute = Callable[[str], str | None]

_VARIABLE = re.compile(r"\$(?:\{(?P<braced>[^}]+)\}|(?P<plain>[A-Za-z][\w.-]*\w))")


def _substitution(
    world: World, call: ApiRequest, match: Match | None, moment: Moment, error: GatewayError
) -> Substitute:
    """The values that ``context.…`` and ``stageVariables.…`` have in this answer."""
    context = context_variables(world, call, moment, match)
    context["error"] = {
        "message": error.message,
        "messageString": json.dumps(error.message),
        "responseType": error.type.value,
    }
    variables = {"context": context, "stageVariables": dict(call.stage.variables)}
    return lambda dotted: look_up(variables, dotted)


def _body(
    custom: GatewayResponse, call: ApiRequest, error: GatewayError, substitute: Substitute
) -> tuple[str, bytes]:
    """The content type and body: templates are plain substitution here, not VTL.

    AWS: "Gateway responses for REST APIs in API Gateway"
    """
    templates = dict(custom.response_templates)
    if not templates:
        return error.content_type, error.body
    accepted = first_media_type(call.request.header("accept"))
    content_type = next((name for name in (accepted, DEFAULT_CONTENT_TYPE) if name in templates), "")
    content_type = content_type or next(iter(templates))
    text = _VARIABLE.sub(
        lambda found: substitute(found["braced"] or found["plain"]) or "", templates[content_type]
    )
    return content_type, text.encode()


def _parameters(
    custom: GatewayResponse, call: ApiRequest, match: Match | None, substitute: Substitute
) -> Headers:
    headers = []
    for target, source in custom.response_parameters:
        value = _parameter(source, call, match, substitute)
        if target.startswith("gatewayresponse.header.") and value is not None:
            headers.append((target.removeprefix("gatewayresponse.header."), value))
    return tuple(headers)


def _parameter(source: str, call: ApiRequest, match: Match | None, substitute: Substitute) -> str | None:
    if source.startswith("'") and source.endswith("'"):
        return source[1:-1]
    if source.startswith("method.request.header."):
        return call.request.header(source.removeprefix("method.request.header.").lower())
    if source.startswith("method.request.path.") and match is not None:
        return dict(match.path_parameters).get(source.removeprefix("method.request.path."))
    return substitute(source)
