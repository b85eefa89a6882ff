"""An API as an OpenAPI document with API Gateway's extensions: what a deployment keeps, and an export.

AWS: "OpenAPI extensions for API Gateway"
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from landbridge.control.amendments.apigateway import KEPT_OF_INTEGRATIONS

Document = dict[str, Any]

EXTENSION = "x-amazon-apigateway-"
PARAMETER_PLACES = {"path": "path", "querystring": "query", "header": "header"}
MODEL_ADDRESS = re.compile(r"https://apigateway\.amazonaws\.com/restapis/[^/]+/models/")
SCHEMAS = "#/components/schemas/"
SECURITY = {
    "security-policy": "landbridge_security_policy",
    "endpoint-access-mode": "landbridge_endpoint_access_mode",
}
"""By extension: where an API keeps it."""
AUTHORIZER_TYPES = ("CUSTOM", "COGNITO_USER_POOLS")
API_KEY_SCHEME = {"type": "apiKey", "name": "x-api-key", "in": "header"}
SIGNATURE_SCHEME = {
    "type": "apiKey",
    "name": "Authorization",
    "in": "header",
    EXTENSION + "authtype": "awsSigv4",
}


def snapshot(api: Any) -> Document:
    """Everything of an API that a deployment fixes.

    AWS: "Deploy REST APIs in API Gateway"
    """
    document: Document = {
        "openapi": "3.0.1",
        "info": {"title": api.name, "version": api.version or ""},
        "paths": {
            resource.get_path(): _path_item(api, resource)
            for resource in sorted(api.resources.values(), key=lambda resource: str(resource.get_path()))
        },
        "components": {"schemas": _schemas(api), "securitySchemes": _security_schemes(api)},
    }
    if api.description:
        document["info"]["description"] = api.description
    if api.policy:
        document[EXTENSION + "policy"] = json.loads(api.policy)
    if api.binaryMediaTypes:
        document[EXTENSION + "binary-media-types"] = list(api.binaryMediaTypes)
    if api.api_key_source == "AUTHORIZER":
        document[EXTENSION + "api-key-source"] = api.api_key_source
    if api.minimum_compression_size is not None:
        document[EXTENSION + "minimum-compression-size"] = int(api.minimum_compression_size)
    if api.gateway_responses:
        document[EXTENSION + "gateway-responses"] = {
            response.response_type: _gateway_response(response) for response in api.gateway_responses.values()
        }
    if api.request_validators:
        document[EXTENSION + "request-validators"] = {
            validator.name: {
                "validateRequestParameters": bool(validator.validate_request_parameters),
                "validateRequestBody": bool(validator.validate_request_body),
            }
            for validator in api.request_validators.values()
        }
    return document


def as_served(document: Document, api: Any, stage: Any) -> Document:
    """The snapshot with the address at which a stage serves it."""
    server: Document = {
        "url": f"https://{api.id}.execute-api.{api.region_name}.amazonaws.com/{{basePath}}",
        "variables": {"basePath": {"default": stage.name}},
    }
    endpoint: Document = {}
    if api.disableExecuteApiEndpoint:
        endpoint["disableExecuteApiEndpoint"] = True
    if api.endpoint_configuration.get("vpcEndpointIds"):
        endpoint["vpcEndpointIds"] = list(api.endpoint_configuration["vpcEndpointIds"])
    if endpoint:
        server[EXTENSION + "endpoint-configuration"] = endpoint
    kept = {extension: api.__dict__.get(attribute) for extension, attribute in SECURITY.items()}
    security = {EXTENSION + extension: value for extension, value in kept.items() if value}
    return {**document, **security, "servers": [server]}


def _path_item(api: Any, resource: Any) -> Document:
    return {
        EXTENSION + "any-method" if name == "ANY" else name.lower(): _operation(api, resource.id, method)
        for name, method in sorted(resource.resource_methods.items())
    }


def _operation(api: Any, resource_id: str, method: Any) -> Document:
    operation: Document = {
        "parameters": _parameters(method.request_parameters or {}),
        "responses": {
            str(status): _response(response) for status, response in sorted(method.method_responses.items())
        },
    }
    if method.request_models:
        operation["requestBody"] = {"content": _content(method.request_models), "required": True}
    if method.operation_name:
        operation["operationId"] = method.operation_name
    security = _security(api, method)
    if security:
        operation["security"] = security
    validator = api.request_validators.get(method.request_validator_id)
    if validator is not None:
        operation[EXTENSION + "request-validator"] = validator.name
    if method.method_integration is not None:
        operation[EXTENSION + "integration"] = _integration(method.method_integration, resource_id)
    return {name: value for name, value in operation.items() if value}


def _parameters(request_parameters: Mapping[str, Any]) -> list[Document]:
    """AWS: "Set up a method request in API Gateway"."""
    parameters = []
    for name, required in sorted(request_parameters.items()):
        _, _, place, parameter = name.split(".", 3)
        if place in PARAMETER_PLACES:
            described = {"name": parameter, "in": PARAMETER_PLACES[place], "schema": {"type": "string"}}
            is_required = place == "path" or str(required).lower() == "true"
            parameters.append(described | ({"required": True} if is_required else {}))
    return parameters


def _response(response: Any) -> Document:
    described: Document = {"description": f"{response.status_code} response"}
    headers = {
        name.removeprefix("method.response.header."): {"schema": {"type": "string"}}
        for name in sorted(response.response_parameters or {})
    }
    if headers:
        described["headers"] = headers
    described["content"] = _content(response.response_models or {})
    return described


def _content(models: Mapping[str, str]) -> Document:
    return {kind: {"schema": {"$ref": SCHEMAS + model}} for kind, model in models.items()}


def _schemas(api: Any) -> Document:
    empty: Document = {"Empty": {"title": "Empty Schema", "type": "object"}}
    return empty | {
        name: _with_references(json.loads(model.schema)) for name, model in api.models.items() if model.schema
    }


def _with_references(schema: Any) -> Any:
    """The schema with references to other models as OpenAPI has them.

    AWS: "Data models for REST APIs"
    """
    if isinstance(schema, list):
        return [_with_references(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: MODEL_ADDRESS.sub(SCHEMAS, inner)
        if name == "$ref" and isinstance(inner, str)
        else _with_references(inner)
        for name, inner in schema.items()
    }


def _security(api: Any, method: Any) -> list[Document]:
    """What a method asks for: an authorizer that it keeps with another type of authorization is not asked.

    AWS: "Method" (Amazon API Gateway API reference)
    """
    requirements: list[Document] = []
    if method.authorization_type == "AWS_IAM":
        requirements.append({"sigv4": []})
    authorizer = api.authorizers.get(method.authorizer_id)
    if authorizer is not None and method.authorization_type in AUTHORIZER_TYPES:
        requirements.append({authorizer.name: list(method.authorization_scopes or [])})
    if str(method.api_key_required).lower() == "true":
        requirements.append({"api_key": []})
    return requirements


def _security_schemes(api: Any) -> Document:
    """AWS: "x-amazon-apigateway-authtype property", "x-amazon-apigateway-authorizer object"."""
    methods = [method for resource in api.resources.values() for method in resource.resource_methods.values()]
    schemes: Document = {}
    if any(method.authorization_type == "AWS_IAM" for method in methods):
        schemes["sigv4"] = SIGNATURE_SCHEME
    if any(str(method.api_key_required).lower() == "true" for method in methods):
        schemes["api_key"] = API_KEY_SCHEME
    return schemes | {authorizer.name: _authorizer(authorizer) for authorizer in api.authorizers.values()}


def _authorizer(authorizer: Any) -> Document:
    described = {name: value for name, value in authorizer.to_json().items() if value is not None}
    kind = str(described.pop("type")).lower()
    source = str(described.get("identitySource") or "method.request.header.Authorization")
    auth_type = "cognito_user_pools" if kind == "cognito_user_pools" else described.pop("authType", "custom")
    is_header = kind != "request" and source.startswith("method.request.header.")
    for name in ("id", "name", "authType", *(("identitySource",) if is_header else ())):
        described.pop(name, None)
    return {
        "type": "apiKey",
        "name": source.rpartition(".")[2] if is_header else "Unused",
        "in": "header",
        EXTENSION + "authtype": auth_type,
        EXTENSION + "authorizer": {**described, "type": kind},
    }


def _integration(integration: Any, resource_id: str) -> Document:
    """AWS: "x-amazon-apigateway-integration object"."""
    connected = integration.connection_type == "VPC_LINK"
    described = {
        "type": integration.integration_type.lower(),
        "httpMethod": integration.http_method,
        "uri": integration.uri,
        "credentials": integration.credentials,
        "requestParameters": integration.request_parameters,
        "requestTemplates": integration.request_templates,
        "passthroughBehavior": (integration.passthrough_behaviour or "WHEN_NO_MATCH").lower(),
        "contentHandling": integration.content_handling,
        "timeoutInMillis": int(integration.timeout_in_millis or 29_000),
        "cacheNamespace": None if integration.cache_namespace == resource_id else integration.cache_namespace,
        "cacheKeyParameters": integration.cache_key_parameters,
        "tlsConfig": integration.tls_config,
        "connectionType": "VPC_LINK" if connected else None,
        **{name: integration.__dict__.get(attribute) for name, attribute in KEPT_OF_INTEGRATIONS.items()},
        "responses": {
            response.selection_pattern or "default": _integration_response(response)
            for response in (integration.integration_responses or {}).values()
        },
    }
    return {name: value for name, value in described.items() if value not in (None, "", {}, [])}


def _integration_response(response: Any) -> Document:
    """AWS: "x-amazon-apigateway-integration.response object"."""
    described = {
        "statusCode": str(response.status_code),
        "responseParameters": response.response_parameters,
        "responseTemplates": {kind: text or "" for kind, text in (response.response_templates or {}).items()},
        "contentHandling": response.content_handling,
    }
    return {name: value for name, value in described.items() if value}


def _gateway_response(response: Any) -> Document:
    """AWS: "x-amazon-apigateway-gateway-responses.gatewayResponse object"."""
    described = {
        "statusCode": response.status_code and str(response.status_code),
        "responseParameters": response.response_parameters,
        "responseTemplates": response.response_templates,
    }
    return {name: value for name, value in described.items() if value}
