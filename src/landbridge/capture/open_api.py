"""A deployment from the OpenAPI document that GetExport gives for a stage.

AWS: "OpenAPI extensions for API Gateway"
"""

from typing import Any

from landbridge.capture.authorization import Authorizers, read_authorization, read_authorizers
from landbridge.capture.reading import Answer, parsed_policy
from landbridge.capture.request_validation import is_unreadable, read_models, read_validation
from landbridge.model.api_gateway import (
    Deployment,
    GatewayResponse,
    Integration,
    IntegrationResponse,
    Method,
    Resource,
    ResponseTransferMode,
    StringMap,
)

EXTENSION = "x-amazon-apigateway-"
BUFFERED = ResponseTransferMode.BUFFERED
MODES = {mode.value: mode for mode in ResponseTransferMode}
METHODS = {
    "delete": "DELETE",
    "get": "GET",
    "head": "HEAD",
    "options": "OPTIONS",
    "patch": "PATCH",
    "post": "POST",
    "put": "PUT",
    EXTENSION + "any-method": "ANY",
}
DEFAULT_TIMEOUT_MS = 29_000


def parse_export(
    deployment_id: str,
    document: Answer,
    resource_ids: dict[str, str],
    authorizer_ids: dict[str, str] | None = None,
) -> Deployment:
    """The deployment that an exported document describes; the ids of its parts are not in an export.

    Resource ids are by path, authorizer ids by name.
    """
    authorizers = read_authorizers(document, authorizer_ids or {})
    resources = tuple(
        Resource(resource_ids.get(path, ""), path, _methods(item, document, authorizers))
        for path, item in sorted(document.get("paths", {}).items())
    )
    return Deployment(
        id=deployment_id,
        resources=resources,
        policy=parsed_policy(document.get(EXTENSION + "policy")),
        binary_media_types=tuple(document.get(EXTENSION + "binary-media-types", ())),
        gateway_responses=tuple(
            _gateway_response(kind, response)
            for kind, response in sorted(document.get(EXTENSION + "gateway-responses", {}).items())
        ),
        api_key_source=document.get(EXTENSION + "api-key-source", "HEADER"),
        models=read_models(document) if _has_models(resources) else (),
        minimum_compression_bytes=document.get(EXTENSION + "minimum-compression-size"),
    )


def _has_models(resources: tuple[Resource, ...]) -> bool:
    """Whether any body is validated; what nobody asks for need not be kept."""
    methods = (method for resource in resources for method in resource.methods)
    return any(method.validation is not None and method.validation.models for method in methods)


def _methods(path_item: Answer, document: Answer, authorizers: Authorizers) -> tuple[Method, ...]:
    return tuple(
        _method(METHODS[key], operation, document, authorizers)
        for key, operation in sorted(path_item.items())
        if key in METHODS
    )


def _method(http_method: str, operation: Answer, document: Answer, authorizers: Authorizers) -> Method:
    integration = operation.get(EXTENSION + "integration")
    authorization = read_authorization(operation, document, authorizers)
    unsupported = {
        "request validators": is_unreadable(operation, document),
        "a response transfer mode of which nothing is known": not _has_known_mode(integration or {}),
    }
    return Method(
        http_method=http_method,
        authorization_type=authorization.type,
        api_key_required=authorization.api_key_required,
        integration=_integration(integration) if integration else None,
        authorizer=authorization.authorizer,
        authorization_scopes=authorization.scopes,
        validation=read_validation(operation, document),
        unsupported=tuple(feature for feature, in_use in unsupported.items() if in_use),
    )


def _has_known_mode(integration: Answer) -> bool:
    return str(integration.get("responseTransferMode", BUFFERED)).upper() in MODES


def _transfer_mode(integration: Answer) -> ResponseTransferMode:
    return MODES.get(str(integration.get("responseTransferMode", BUFFERED)).upper(), BUFFERED)


def _integration(answer: Answer) -> Integration:
    return Integration(
        type=answer["type"].upper(),
        http_method=answer.get("httpMethod", ""),
        uri=answer.get("uri", ""),
        credentials=answer.get("credentials", ""),
        request_parameters=_string_map(answer.get("requestParameters")),
        request_templates=_string_map(answer.get("requestTemplates")),
        passthrough_behavior=answer.get("passthroughBehavior", "when_no_match").upper(),
        content_handling=answer.get("contentHandling", "").upper(),
        timeout_ms=int(answer.get("timeoutInMillis", DEFAULT_TIMEOUT_MS)),
        cache_key_parameters=tuple(answer.get("cacheKeyParameters") or ()),
        cache_namespace=answer.get("cacheNamespace") or "",
        vpc_link_id=answer.get("connectionId", "") if _is_connected(answer) else "",
        integration_target=answer.get("integrationTarget", "") if _is_connected(answer) else "",
        insecure_skip_verification=_is_insecure(answer.get("tlsConfig") or {}),
        response_transfer_mode=_transfer_mode(answer),
        responses=tuple(
            _integration_response(pattern, response)
            for pattern, response in answer.get("responses", {}).items()
        ),
    )


def _is_connected(answer: Answer) -> bool:
    """Whether it goes through a VPC link."""
    return str(answer.get("connectionType", "")).upper() == "VPC_LINK"


def _is_insecure(tls: Answer) -> bool:
    """AWS: "x-amazon-apigateway-integration.tlsConfig object"."""
    return str(tls.get("insecureSkipVerification", "")).lower() == "true"


def _integration_response(pattern: str, answer: Answer) -> IntegrationResponse:
    return IntegrationResponse(
        status_code=str(answer["statusCode"]),
        selection_pattern="" if pattern == "default" else pattern,
        response_parameters=_string_map(answer.get("responseParameters")),
        response_templates=_string_map(answer.get("responseTemplates")),
        content_handling=answer.get("contentHandling", "").upper(),
    )


def _gateway_response(kind: str, answer: Answer) -> GatewayResponse:
    return GatewayResponse(
        type=kind,
        status_code=str(answer.get("statusCode") or ""),
        response_parameters=_string_map(answer.get("responseParameters")),
        response_templates=_string_map(answer.get("responseTemplates")),
    )


def _string_map(answer: dict[str, Any] | None) -> StringMap:
    return tuple(sorted((key, str(value)) for key, value in (answer or {}).items()))
