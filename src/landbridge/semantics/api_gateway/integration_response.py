"""The integration response: which mapping fits the backend's answer, and what it makes of it.

AWS: "Set up an integration response in API Gateway"
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from landbridge.model.api_gateway import Integration, IntegrationResponse
from landbridge.model.exchange import HttpResponse, all_values
from landbridge.semantics.api_gateway.content_handling import Payload, convert_response
from landbridge.semantics.api_gateway.gateway_responses import GatewayError, bad_request_body
from landbridge.semantics.api_gateway.mapping_template import Parameters, Rendered, Strings, render
from landbridge.semantics.api_gateway.media_types import (
    DEFAULT_CONTENT_TYPE,
    compile_binary_media_types,
    first_media_type,
    is_binary,
)
from landbridge.semantics.api_gateway.method_response import (
    REMAPPED_FROM_MAPPING,
    method_response,
    outbound_headers,
)
from landbridge.semantics.api_gateway.parameter_mapping import body_value, context_value, static
from landbridge.semantics.api_gateway.refusal import configuration_error, failed, integration_hop, refuse
from landbridge.semantics.api_gateway.request import Executed, MethodRequest, method_reference
from landbridge.semantics.api_gateway.vtl.errors import MappingTemplateError
from landbridge.trace.codes import GatewayResponseType, LocalCode
from landbridge.trace.decision import Hop, Hops, ResourceRef, Step, allowed

TARGET = "method.response.header."
SOURCE = "integration.response."


@dataclass(frozen=True, slots=True)
class BackendAnswer:
    """What the backend said."""

    response: HttpResponse
    selected_by: str
    """The text that selection patterns are compared with: the status, or a function's error message."""
    parameters: Parameters
    trace: str = ""
    """``X-Amzn-Trace-Id``; empty where the integration has none."""


def respond(request: MethodRequest, hops: Hops, answer: BackendAnswer) -> Executed:
    """The client's response by the mapping that fits, or 500 when none does."""
    chosen = choose(request, answer.selected_by)
    if chosen is None:
        return _none_fits(request, hops, answer)
    try:
        response = _map(request, chosen, answer)
    except MappingTemplateError as error:
        return template_failed(request, hops, error, Step.INTEGRATION_RESPONSE)
    return Executed(response, (*hops, _responded(request, chosen, answer.selected_by, response.status)))


def choose(request: MethodRequest, text: str) -> IntegrationResponse | None:
    """The first mapping whose pattern fits the whole text, or the one without a pattern.

    AWS: "Set up an integration response in API Gateway"
    """
    return request.world.once(compile_selection, request.integration)(text)


Fits = Callable[[str], object]


def compile_selection(integration: Integration) -> Callable[[str], IntegrationResponse | None]:
    """The mapping for a text; a pattern that is no regular expression fits nothing."""
    patterns = [(_compile(response.selection_pattern), response) for response in integration.responses]

    @lru_cache(maxsize=64)
    def select(text: str) -> IntegrationResponse | None:
        default = None
        for fits, response in patterns:
            if fits is None:
                default = default or response
            elif fits(text):
                return response
        return default

    return select


def template_failed(request: MethodRequest, hops: Hops, error: MappingTemplateError, step: Step) -> Executed:
    """400 when the body is not JSON, 500 for every other failure of a template."""
    message = str(error)
    decision = failed(
        GatewayResponseType.BAD_REQUEST_BODY if error.bad_request else _CONFIGURATION,
        method_reference(request.match),
        f"Execution failed due to configuration error: {message}",
        f"Correct the mapping template of the method: {message}",
        ("template", message),
    )
    gateway_error = bad_request_body(message) if error.bad_request else configuration_error()
    return refuse(request, hops, integration_hop(request, decision, step), gateway_error)


_CONFIGURATION = GatewayResponseType.API_CONFIGURATION_ERROR


def _compile(pattern: str) -> Fits | None:
    if not pattern:
        return None
    try:
        return re.compile(pattern).fullmatch
    except re.error:
        return lambda text: None


def _responded(request: MethodRequest, chosen: IntegrationResponse, selected_by: str, status: int) -> Hop:
    """The hop of an answer that a mapping fitted; the same for all answers of this kind."""
    pattern = chosen.selection_pattern or "default"

    def make() -> Hop:
        decision = allowed(
            ResourceRef("AWS::ApiGateway::Method IntegrationResponse", chosen.status_code),
            ("backend status", selected_by),
            ("selection pattern", pattern),
            ("status", str(status)),
        )
        return integration_hop(request, decision, Step.INTEGRATION_RESPONSE)

    call = request.call
    return request.world.remember(
        ("responded", call.api.id, call.stage.name, chosen.status_code, selected_by, pattern, status), make
    )


def _none_fits(request: MethodRequest, hops: Hops, answer: BackendAnswer) -> Executed:
    patterns = ", ".join(each.selection_pattern for each in request.integration.responses) or "none"
    decision = failed(
        LocalCode.NO_INTEGRATION_RESPONSE,
        method_reference(request.match),
        "Execution failed due to configuration error: No match for output mapping and no default output "
        "mapping configured",
        "Add an integration response without a selection pattern: it is the default",
        ("backend status", answer.selected_by),
        ("selection patterns", patterns),
    )
    error: GatewayError = configuration_error()
    return refuse(request, hops, integration_hop(request, decision, Step.INTEGRATION_RESPONSE), error)


def _map(request: MethodRequest, chosen: IntegrationResponse, answer: BackendAnswer) -> HttpResponse:
    """Body, headers and status by the mapping; what it does not name is not passed on."""
    payload = _payload(request, chosen, answer.response)
    body = payload.content
    status, override = int(chosen.status_code), _NOTHING
    content_type, template = _template(request, chosen)
    if template is not None:
        rendered: Rendered = render(request, template, payload.text("response"), answer.parameters)
        body, override = rendered.text.encode("utf-8", "replace"), rendered.response_header
        status = rendered.response_status or status
    headers = _headers(request, chosen, answer.response)
    headers.update(override)
    if "Content-Type" not in headers and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = content_type
    outbound = outbound_headers(tuple(headers.items()), REMAPPED_FROM_MAPPING)
    return method_response(request.call, request.moment, status, outbound, body, answer.trace)


_NOTHING: Strings = {}


def _template(request: MethodRequest, chosen: IntegrationResponse) -> tuple[str, str | None]:
    """The template for what the client accepts, JSON's, or the only one there is."""
    if not chosen.response_templates:
        return DEFAULT_CONTENT_TYPE, None
    templates = dict(chosen.response_templates)
    accepted = first_media_type(request.call.request.header("accept"))
    for content_type in (accepted, DEFAULT_CONTENT_TYPE, *templates):
        if templates.get(content_type):
            return content_type, templates[content_type]
    return DEFAULT_CONTENT_TYPE, None


def _headers(request: MethodRequest, chosen: IntegrationResponse, backend: HttpResponse) -> Strings:
    headers = {}
    for name, read in request.world.once(compile_response_parameters, chosen):
        value = read(request, backend)
        if value is not None:
            headers[name] = value
    return headers


Read = Callable[[MethodRequest, HttpResponse], str | None]
"""The value of a source, given the backend's answer."""


def compile_response_parameters(response: IntegrationResponse) -> tuple[tuple[str, Read], ...]:
    """The headers that a mapping sets, and how to read their sources; compile once with ``world.once``."""
    return tuple(
        (target.removeprefix(TARGET), _compile_source(source))
        for target, source in response.response_parameters
        if target.startswith(TARGET)
    )


def _compile_source(source: str) -> Read:
    fixed = static(source)
    if fixed is not None:
        return lambda request, backend: fixed
    if not source.startswith(SOURCE):
        return lambda request, backend: context_value(request, source)
    place, _, name = source.removeprefix(SOURCE).partition(".")
    lower = name.lower()
    match place:
        case "header":
            return lambda request, backend: backend.header(lower)
        case "multivalueheader":
            return lambda request, backend: ",".join(all_values(backend.headers, lower)) or None
        case "body":
            return lambda request, backend: body_value(
                backend.body.decode("utf-8", "replace"), name, _UNREADABLE
            )
    return lambda request, backend: None


_UNREADABLE = MappingTemplateError("the integration's response is to be read as JSON, and is none")


def _payload(request: MethodRequest, chosen: IntegrationResponse, backend: HttpResponse) -> Payload:
    """The payload as text, as it is, or converted, by what the client accepts first."""
    binary_media_types = request.world.once(compile_binary_media_types, request.call.stage.deployment)
    return convert_response(
        backend.body,
        payload_is_binary=is_binary(binary_media_types, backend.header("content-type")),
        accepts_binary=is_binary(binary_media_types, request.call.request.header("accept")),
        content_handling=chosen.content_handling,
    )
