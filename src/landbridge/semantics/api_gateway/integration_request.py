"""The integration request of a non-proxy integration: its parameters, and the body its template makes.

AWS: "Set up an integration request in API Gateway"
"""

from dataclasses import dataclass

from landbridge.model.api_gateway import Integration
from landbridge.semantics.api_gateway.gateway_responses import unsupported_media_type
from landbridge.semantics.api_gateway.mapping_template import Parameters, render
from landbridge.semantics.api_gateway.media_types import first_media_type
from landbridge.semantics.api_gateway.parameter_mapping import Mapped, map_request, overridden
from landbridge.semantics.api_gateway.refusal import failed, integration_hop, refuse
from landbridge.semantics.api_gateway.request import Executed, MethodRequest, method_reference
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Hops


@dataclass(frozen=True, slots=True)
class IntegrationRequest:
    """What goes to the backend."""

    received: Parameters
    """The client's parameters, for the templates of the response."""
    parameters: Mapped
    body: str


@dataclass(frozen=True, slots=True)
class UnsupportedMediaType:
    """No template fits, and the passthrough behavior forbids to pass the body on."""

    content_type: str


def integration_request(request: MethodRequest) -> IntegrationRequest | UnsupportedMediaType:
    """The parameters after mappings and overrides, and the body; raises ``MappingTemplateError``.

    A template runs for a request without a body too; without a content type JSON's is taken.
    """
    integration = request.integration
    body = request.call.request.body.decode("utf-8", "replace")
    received = Parameters(request)
    mapped = map_request(request, received, body)
    content_type = first_media_type(request.call.request.header("content-type"))
    template = dict(integration.request_templates).get(content_type)
    if template is None:
        if not passes_through(integration):
            return UnsupportedMediaType(content_type)
        return IntegrationRequest(received, mapped, body)
    if not template:
        return IntegrationRequest(received, mapped, body)
    rendered = render(request, template, body, received)
    return IntegrationRequest(received, overridden(mapped, rendered), rendered.text)


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
