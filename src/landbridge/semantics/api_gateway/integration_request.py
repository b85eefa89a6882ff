"""The integration request of a non-proxy integration: its parameters, and the body its template makes.

AWS: "Set up an integration request in API Gateway"
"""

from dataclasses import dataclass

from landbridge.model.api_gateway import Integration
from landbridge.semantics.api_gateway.content_handling import convert_request
from landbridge.semantics.api_gateway.gateway_responses import unsupported_media_type
from landbridge.semantics.api_gateway.integration_response import template_failed
from landbridge.semantics.api_gateway.mapping_template import Parameters, render
from landbridge.semantics.api_gateway.media_types import (
    compile_binary_media_types,
    first_media_type,
    is_binary,
)
from landbridge.semantics.api_gateway.parameter_mapping import Mapped, map_request, overridden
from landbridge.semantics.api_gateway.refusal import configuration_error, failed, integration_hop, refuse
from landbridge.semantics.api_gateway.request import Executed, MethodRequest, method_reference
from landbridge.semantics.api_gateway.vtl.errors import MappingTemplateError
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Hops, Step

PROXY = "HTTP_PROXY"
ANY_OTHER_TYPE = "$default"
"""The content type of a template for requests that no other fits."""


@dataclass(frozen=True, slots=True)
class IntegrationRequest:
    """What goes to the backend."""

    received: Parameters
    """The client's parameters, for the templates of the response."""
    parameters: Mapped
    body: bytes


@dataclass(frozen=True, slots=True)
class UnsupportedMediaType:
    """No template fits, and the passthrough behavior forbids to pass the body on."""

    content_type: str


def prepare(request: MethodRequest, hops: Hops) -> IntegrationRequest | Executed:
    """The integration request; or the answer to the client where there can be none."""
    try:
        made = integration_request(request)
    except MappingTemplateError as error:
        return template_failed(request, hops, error, Step.INTEGRATION_REQUEST)
    if isinstance(made, UnsupportedMediaType):
        return refuse_media_type(request, hops, made)
    for name, (value,) in made.parameters.header.items():
        reason = illegal_header(request.integration.type, name, value)
        if reason:
            return _refuse_header(request, hops, name, reason)
    return made


def integration_request(request: MethodRequest) -> IntegrationRequest | UnsupportedMediaType:
    """The parameters after mappings and overrides, and the body; raises ``MappingTemplateError``.

    A template runs for a request without a body too; without a content type JSON's is taken.
    """
    integration = request.integration
    content_type = request.call.request.header("content-type")
    media_type = first_media_type(content_type)
    template = _template(integration, media_type)
    if template is None:
        return UnsupportedMediaType(media_type)
    binary_media_types = request.world.once(compile_binary_media_types, request.call.stage.deployment)
    payload = convert_request(
        request.call.request.body,
        payload_is_binary=is_binary(binary_media_types, content_type),
        content_handling="" if integration.type == PROXY else integration.content_handling,
    )
    received = Parameters(request)
    mapped = map_request(request, received, payload.content.decode("utf-8", "replace"))
    if not template:
        return IntegrationRequest(received, mapped, payload.content)
    rendered = render(request, template, payload.text("request"), received)
    return IntegrationRequest(
        received, overridden(mapped, rendered), rendered.text.encode("utf-8", "replace")
    )


_NEVER_MAPPED = frozenset(
    {"content-length", "transfer-encoding", "x-amzn-trace-id", "x-amzn-apigateway-api-id"}
)
_NEVER_MAPPED_TO_AWS = _NEVER_MAPPED | {"authorization", "connection", "expect", "proxy-authenticate", "te"}


def illegal_header(integration_type: str, name: str, value: str) -> str:
    """Why a header cannot be mapped; empty where it can.

    AWS: "Amazon API Gateway important notes"
    """
    never = _NEVER_MAPPED_TO_AWS if integration_type.startswith("AWS") else _NEVER_MAPPED
    if name.lower() in never:
        return f"{name} header already present"
    if "\r" in value or "\n" in value:
        return f"{name} header has a line break in its value"
    return ""


def refuse_media_type(request: MethodRequest, hops: Hops, found: UnsupportedMediaType) -> Executed:
    """415: no template, and no passing through.

    AWS: "Method request behavior for payloads without mapping templates for REST APIs in API Gateway"
    """
    integration = request.integration
    templates = ", ".join(name for name, _ in integration.request_templates) or "none"
    decision = failed(
        GatewayResponseType.UNSUPPORTED_MEDIA_TYPE,
        method_reference(request.match),
        "Unsupported Media Type",
        f"Add a mapping template for {found.content_type}, or set the passthrough behavior to WHEN_NO_MATCH",
        ("content type", found.content_type),
        ("templates", templates),
        ("passthrough behavior", integration.passthrough_behavior),
    )
    return refuse(request, hops, integration_hop(request, decision), unsupported_media_type())


def passes_through(integration: Integration) -> bool:
    """Whether a body that no template fits goes to the backend as it is.

    AWS: "Method request behavior for payloads without mapping templates for REST APIs in API Gateway"
    """
    match integration.passthrough_behavior:
        case "NEVER":
            return False
        case "WHEN_NO_TEMPLATES":
            return not integration.request_templates
        case _:
            return True


def _template(integration: Integration, media_type: str) -> str | None:
    """The template for a content type; empty to pass the body on, None where that is forbidden.

    A proxy integration has none.
    """
    if integration.type == PROXY:
        return ""
    templates = dict(integration.request_templates)
    template = templates.get(media_type, templates.get(ANY_OTHER_TYPE))
    return "" if template is None and passes_through(integration) else template


def _refuse_header(request: MethodRequest, hops: Hops, name: str, reason: str) -> Executed:
    """500: API Gateway sets the header itself, or nobody could send it."""
    decision = failed(
        GatewayResponseType.API_CONFIGURATION_ERROR,
        method_reference(request.match),
        f"Execution failed due to configuration error: {reason}",
        f"Map no header {name} to the integration, or only values that a header can have",
        ("header", name),
    )
    return refuse(request, hops, integration_hop(request, decision), configuration_error())
