"""What a customised gateway response is made of: its template and its header parameters, by substitution.

AWS: "Gateway responses for REST APIs in API Gateway"
"""

import re
from collections.abc import Callable

from landbridge.model.api_gateway import GatewayResponse
from landbridge.model.exchange import Headers
from landbridge.semantics.api_gateway.context_variables import Variables, look_up
from landbridge.semantics.api_gateway.media_types import DEFAULT_CONTENT_TYPE, first_media_type
from landbridge.semantics.api_gateway.request import ApiRequest
from landbridge.semantics.api_gateway.request_parameters import query_parameters
from landbridge.semantics.api_gateway.routing import Match

Substitute = Callable[[str], str | None]
"""The value of ``context.…``, ``stageVariables.…`` or ``method.request.…``; None where there is none."""

TARGET = "gatewayresponse.header."
_REQUEST = "method.request."
_VARIABLE = re.compile(r"\$(?:\{(?P<braced>[^}]+)\}|(?P<plain>[A-Za-z][\w.-]*\w))")
_LINE_BREAK = re.compile(r"[\r\n]")


def substitution(context: Variables, call: ApiRequest, match: Match | None) -> Substitute:
    """The values that this answer can name; `match` is None while no resource is known."""
    variables = {"context": context, "stageVariables": dict(call.stage.variables)}

    def substitute(source: str) -> str | None:
        if not source.startswith(_REQUEST):
            return look_up(variables, source)
        place, _, name = source.removeprefix(_REQUEST).partition(".")
        return _request_parameter(call, match, place, name)

    return substitute


def mapped_body(
    custom: GatewayResponse, call: ApiRequest, substitute: Substitute
) -> tuple[str, bytes] | None:
    """The content type and body of the template for what the client accepts, JSON's, or the only one.

    None without templates. They are plain substitution, not VTL; what has no value is left out.
    AWS: "Gateway responses for REST APIs in API Gateway"
    """
    templates = dict(custom.response_templates)
    if not templates:
        return None
    accepted = first_media_type(call.request.header("accept"))
    content_type = next((name for name in (accepted, DEFAULT_CONTENT_TYPE) if name in templates), "")
    content_type = content_type or next(iter(templates))
    text = _VARIABLE.sub(
        lambda found: substitute(found["braced"] or found["plain"]) or "", templates[content_type]
    )
    return content_type, text.encode()


def mapped_headers(custom: GatewayResponse, substitute: Substitute) -> Headers:
    """The headers of its parameters; those without a value, or with a line break in it, are left out."""
    headers = []
    for target, source in custom.response_parameters:
        value = source[1:-1] if _is_static(source) else substitute(source)
        if target.startswith(TARGET) and value is not None and not _LINE_BREAK.search(value):
            headers.append((target.removeprefix(TARGET), value))
    return tuple(headers)


def _is_static(source: str) -> bool:
    return len(source) > 1 and source[0] == source[-1] == "'"


def _request_parameter(call: ApiRequest, matched: Match | None, place: str, name: str) -> str | None:
    match place:
        case "header":
            return call.request.header(name.lower())
        case "querystring":
            values = query_parameters(call.request.query).get(name)
            return values[-1] if values else None
        case "path" if matched is not None:
            return dict(matched.path_parameters).get(name)
    return None
