"""Updates by JSON patch that moto does not have: methods, integrations, their responses, and the like."""

import json
from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from moto.apigateway.responses import APIGatewayResponse

from landbridge.control.amendments.amend import add
from landbridge.control.amendments.apigateway import KEPT_OF_INTEGRATIONS, unescaped
from landbridge.control.amendments.apigateway_streaming import check_transfer_mode
from landbridge.control.amendments.apigateway_vpc_links import check_connection

Attributes = Mapping[str, str]
"""By name in a patch's path: moto's attribute."""

METHOD: Attributes = {
    "authorizationType": "authorization_type",
    "authorizerId": "authorizer_id",
    "authorizationScopes": "authorization_scopes",
    "apiKeyRequired": "api_key_required",
    "operationName": "operation_name",
    "requestModels": "request_models",
    "requestParameters": "request_parameters",
    "requestValidatorId": "request_validator_id",
}
METHOD_RESPONSE: Attributes = {
    "responseModels": "response_models",
    "responseParameters": "response_parameters",
}
INTEGRATION: Attributes = {
    "type": "integration_type",
    "uri": "uri",
    "httpMethod": "http_method",
    "credentials": "credentials",
    "passthroughBehavior": "passthrough_behaviour",
    "contentHandling": "content_handling",
    "timeoutInMillis": "timeout_in_millis",
    "requestTemplates": "request_templates",
    "requestParameters": "request_parameters",
    "cacheKeyParameters": "cache_key_parameters",
    "cacheNamespace": "cache_namespace",
    "tlsConfig": "tls_config",
    "connectionType": "connection_type",
    **KEPT_OF_INTEGRATIONS,
}
INTEGRATION_RESPONSE: Attributes = {
    "selectionPattern": "selection_pattern",
    "responseTemplates": "response_templates",
    "responseParameters": "response_parameters",
    "contentHandling": "content_handling",
}
GATEWAY_RESPONSE: Attributes = {
    "statusCode": "status_code",
    "responseParameters": "response_parameters",
    "responseTemplates": "response_templates",
}
CONVERSIONS: Mapping[str, Callable[[Any], Any]] = {
    "apiKeyRequired": lambda value: str(value).lower() == "true",
    "timeoutInMillis": int,
    "requestParameters": lambda value: value == "true" if value in ("true", "false") else value,
    "responseParameters": lambda value: value == "true" if value in ("true", "false") else value,
}
LISTS = frozenset({"authorizationScopes", "cacheKeyParameters"})


def install() -> None:
    """Adds the operations to moto's API Gateway."""
    for operation in (
        *(update_method, update_method_response, update_integration, update_integration_response),
        *(update_gateway_response, update_deployment, update_model, update_resource),
    ):
        add(APIGatewayResponse, operation.__name__, operation)


def update_method(self: Any) -> str:
    """AWS: "UpdateMethod" (Amazon API Gateway API reference)."""
    _, _, api_id, _, resource_id, _, method, *_ = self.path.split("/")
    return _patched(self, self.backend.get_method(api_id, resource_id, method), METHOD)


def update_method_response(self: Any) -> str:
    """AWS: "UpdateMethodResponse" (Amazon API Gateway API reference)."""
    _, _, api_id, _, resource_id, _, method, _, status, *_ = self.path.split("/")
    response = self.backend.get_method_response(api_id, resource_id, method, status)
    return _patched(self, response, METHOD_RESPONSE)


def update_integration(self: Any) -> str:
    """Nothing is changed where the whole does not go together.

    AWS: "UpdateIntegration" (Amazon API Gateway API reference)
    """
    _, _, api_id, _, resource_id, _, method, *_ = self.path.split("/")
    integration = self.backend.get_integration(api_id, resource_id, method)
    wanted = copy(integration)
    patch(wanted, self._get_param("patchOperations") or [], INTEGRATION)
    check_transfer_mode(lambda name: getattr(wanted, INTEGRATION[name], None))
    named = (getattr(wanted, INTEGRATION[name], None) for name in ("connectionId", "integrationTarget"))
    check_connection(self.backend, *named)
    return _patched(self, integration, INTEGRATION)


def update_integration_response(self: Any) -> str:
    """AWS: "UpdateIntegrationResponse" (Amazon API Gateway API reference)."""
    _, _, api_id, _, resource_id, _, method, _, _, status, *_ = self.path.split("/")
    response = self.backend.get_integration_response(api_id, resource_id, method, status)
    return _patched(self, response, INTEGRATION_RESPONSE)


def update_gateway_response(self: Any) -> str:
    """AWS: "UpdateGatewayResponse" (Amazon API Gateway API reference)."""
    _, _, api_id, _, kind, *_ = self.path.split("/")
    return _patched(self, self.backend.get_gateway_response(api_id, kind), GATEWAY_RESPONSE)


def update_deployment(self: Any) -> str:
    """Only the description of a deployment changes, ever.

    AWS: "UpdateDeployment" (Amazon API Gateway API reference)
    """
    _, _, api_id, _, deployment_id, *_ = self.path.split("/")
    return _patched(self, self.backend.get_deployment(api_id, deployment_id), {"description": "description"})


def update_model(self: Any) -> str:
    """AWS: "UpdateModel" (Amazon API Gateway API reference)."""
    _, _, api_id, _, name, *_ = self.path.split("/")
    return _patched(
        self, self.backend.get_model(api_id, name), {"description": "description", "schema": "schema"}
    )


def update_resource(self: Any) -> str:
    """AWS: "UpdateResource" (Amazon API Gateway API reference)."""
    _, _, api_id, _, resource_id, *_ = self.path.split("/")
    resource = self.backend.get_resource(api_id, resource_id)
    patch(
        resource, self._get_param("patchOperations") or [], {"pathPart": "path_part", "parentId": "parent_id"}
    )
    return json.dumps(resource.to_dict())


def patch(patched: Any, operations: list[dict[str, Any]], attributes: Attributes) -> None:
    """The operations are applied to a model object of moto's.

    AWS: "Patch operations" (Amazon API Gateway API reference)
    """
    for operation in operations:
        name, _, place = operation["path"].strip("/").partition("/")
        if name not in attributes:
            raise NotImplementedError(f"a patch of {operation['path']}")
        attribute = attributes[name]
        current = getattr(patched, attribute, None)
        setattr(patched, attribute, _changed(name, current, unescaped(place), operation))


def _patched(response: Any, patched: Any, attributes: Attributes) -> str:
    patch(patched, response._get_param("patchOperations") or [], attributes)
    return json.dumps(patched.to_json())


def _changed(name: str, current: Any, place: str, operation: dict[str, Any]) -> Any:
    convert = CONVERSIONS.get(name, lambda value: value)
    removes = operation["op"] == "remove"
    if name in LISTS and place:
        left = [each for each in current or [] if each != place]
        return left if removes else [*left, place]
    if place:
        others = {key: value for key, value in (current or {}).items() if key != place}
        return others if removes else {**others, place: convert(operation.get("value"))}
    if removes:
        return type(current)() if isinstance(current, dict | list) else None
    return convert(operation.get("value"))
