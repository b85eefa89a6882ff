"""A deployment from the OpenAPI document that GetExport gives for a stage.

AWS: "OpenAPI extensions for API Gateway"
"""

from typing import Any

from landbridge.capture.reading import Answer, parsed_policy
from landbridge.model.api_gateway import (
    Deployment,
    GatewayResponse,
    Integration,
    IntegrationResponse,
    Method,
    Resource,
    StringMap,
)

EXTENSION = "x-amazon-apigateway-"
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
AUTHORIZATION_TYPES = {
    "awssigv4": "AWS_IAM",
    "cognito_user_pools": "COGNITO_USER_POOLS",
}
"""By ``x-amazon-apigateway-authtype``; every other one is a Lambda authorizer."""
DEFAULT_TIMEOUT_MS = 29_000


def parse_export(deployment_id: str, document: Answer, resource_ids: dict[str, str]) -> Deployment:
    """The deployment that an exported document describes; resource ids are not part of an export."""
    return Deployment(
        id=deployment_id,
        resources=tuple(
            Resource(resource_ids.get(path, ""), path, _methods(item, document))
            for path, item in sorted(document.get("paths", {}).items())
        ),
        policy=parsed_policy(document.get(EXTENSION + "policy")),
        binary_media_types=tuple(document.get(EXTENSION + "binary-media-types", ())),
        gateway_responses=tuple(
            _gateway_response(kind, response)
            for kind, response in sorted(document.get(EXTENSION + "gateway-responses", {}).items())
        ),
    )


def _methods(path_item: Answer, document: Answer) -> tuple[Method, ...]:
    return tuple(
        _method(METHODS[key], operation, document)
        for key, operation in sorted(path_item.items())
        if key in METHODS
    )


def _method(http_method: str, operation: Answer, document: Answer) -> Method:
    integration = operation.get(EXTENSION + "integration")
    authorization_type, api_key_required = _authorization(operation, document)
    unsupported = {
        "request validators": _is_validated(operation, document),
        **_unsupported_integration(integration or {}),
    }
    return Method(
        http_method=http_method,
        authorization_type=authorization_type,
        api_key_required=api_key_required,
        integration=_integration(integration) if integration else None,
        unsupported=tuple(feature for feature, in_use in unsupported.items() if in_use),
    )


def _authorization(operation: Answer, document: Answer) -> tuple[str, bool]:
    """The authorization type, and whether an API key is required.

    AWS: "x-amazon-apigateway-authtype property"
    """
    schemes = document.get("components", {}).get("securitySchemes", {})
    authorization_type = operation.get(EXTENSION + "auth", {}).get("type", "NONE").upper()
    api_key_required = False
    for requirement in operation.get("security", ()):
        for name in requirement:
            kind = _scheme_type(name, schemes.get(name, {}))
            api_key_required |= kind == "API_KEY"
            authorization_type = authorization_type if kind == "API_KEY" else kind
    return authorization_type, api_key_required


def _scheme_type(name: str, scheme: Answer) -> str:
    kind = scheme.get(EXTENSION + "authtype", "").lower()
    if not kind and (name == "api_key" or scheme.get("name", "").lower() == "x-api-key"):
        return "API_KEY"
    return AUTHORIZATION_TYPES.get(kind, "CUSTOM")


def _is_validated(operation: Answer, document: Answer) -> bool:
    """Whether a request validator that validates anything is in force.

    AWS: "x-amazon-apigateway-request-validator property"
    """
    name = operation.get(EXTENSION + "request-validator", document.get(EXTENSION + "request-validator"))
    validator = document.get(EXTENSION + "request-validators", {}).get(name, {"validateRequestBody": True})
    return bool(name) and any(validator.values())


def _unsupported_integration(answer: Answer) -> dict[str, bool]:
    return {
        "VPC links": answer.get("connectionType", "INTERNET").upper() != "INTERNET",
        "response streaming": answer.get("responseTransferMode", "BUFFERED").upper() == "STREAM",
    }


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
        responses=tuple(
            _integration_response(pattern, response)
            for pattern, response in answer.get("responses", {}).items()
        ),
    )


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
