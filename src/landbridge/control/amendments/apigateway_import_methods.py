"""The paths of an imported document: resources, methods, their integrations and responses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.apigateway.exceptions import ApiGatewayException, BadRequestException

from landbridge.control.amendments.apigateway import complete_integration
from landbridge.control.amendments.apigateway_import_document import EXTENSION, METHODS, Document
from landbridge.control.amendments.apigateway_import_parts import model_of
from landbridge.control.amendments.apigateway_import_target import Target
from landbridge.control.amendments.apigateway_streaming import check_transfer_mode

PLACES = {"path": "path", "query": "querystring", "header": "header"}
"""By the place of a parameter in a document: its place in API Gateway."""
ENUMERATIONS = (
    "type",
    "httpMethod",
    "passthroughBehavior",
    "contentHandling",
    "connectionType",
    "responseTransferMode",
)
INTEGRATION_TYPES = ("AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK")
API_KEY_HEADER = "x-api-key"


def put_paths(target: Target, prefix: str) -> set[str]:
    """The API has the document's paths behind the prefix; every path that is needed for that.

    AWS: "Develop REST APIs using OpenAPI in API Gateway"
    """
    by_path = {resource.get_path(): resource for resource in target.api.resources.values()}
    needed: set[str] = set()
    for path, item in sorted(target.document["paths"].items()):
        whole = prefix + "/" + path.strip("/") if path.strip("/") else prefix or "/"
        found = target.referred(item, f"path item '{path}'")
        resource = _resource(target, by_path, whole, needed)
        if found is None or resource is None:
            continue
        for name, http_method in METHODS.items():
            if isinstance(found.get(name), dict):
                _put_operation(target, resource, http_method, _with_shared(found, found[name]))
    return needed


def _resource(target: Target, by_path: dict[str, Any], path: str, needed: set[str]) -> Any:
    """The resource at the path, which is made with its ancestors; None with an error where it cannot be."""
    resource, so_far = target.api.default, ""
    for part in path.strip("/").split("/") if path != "/" else ():
        so_far = f"{so_far}/{part}"
        needed.add(so_far)
        if so_far in by_path:
            resource = by_path[so_far]
            continue
        with _as_error(target, f"Unable to create resource at path '{path}'"):
            resource = target.backend.create_resource(target.api.id, resource.id, part)
            by_path[so_far] = resource
        if so_far not in by_path:
            return None
    return resource


def _with_shared(item: Document, operation: Document) -> Document:
    """The operation with the parameters of its path, less those that it has of its own."""
    own = operation.get("parameters") or []
    named = {(each.get("in"), each.get("name")) for each in own if isinstance(each, dict)}
    shared = [
        each
        for each in item.get("parameters") or ()
        if isinstance(each, dict) and (each.get("in"), each.get("name")) not in named
    ]
    return {**operation, "parameters": [*shared, *own]}


def _put_operation(target: Target, resource: Any, http_method: str, operation: Document) -> None:
    path = resource.get_path()
    where = f"'{http_method}' for resource at path '{path}'"
    place = {"function_id": target.api.id, "resource_id": resource.id, "method_type": http_method}
    with _as_error(target, f"Unable to put method '{http_method}' on resource at path '{path}'"):
        target.backend.put_method(
            **place,
            **_authorization(target, operation),
            request_parameters=_request_parameters(target, operation) or None,
            request_models=_models(target, _request_body(target, operation)) or None,
            operation_name=operation.get("operationId"),
            request_validator_id=_validator_id(target, operation, where),
        )
    if not operation.get("responses"):
        target.warnings.append(f"No responses specified for '{http_method} {path}'")
    for status, response in (operation.get("responses") or {}).items():
        _put_response(target, place, str(status), response)
    integration = operation.get(EXTENSION + "integration")
    if isinstance(integration, dict):
        _put_integration(target, place, integration, where)


def _authorization(target: Target, operation: Document) -> Document:
    """Who may call: an authorizer, whoever signs, whoever has an API key.

    AWS: "x-amazon-apigateway-authtype property"; "x-amazon-apigateway-auth object"
    """
    by_name = {each.name: each for each in target.api.authorizers.values()}
    schemes = target.component("securitySchemes")
    kind = str(operation.get(EXTENSION + "auth", {}).get("type", "NONE")).upper()
    found: Document = {"authorization_type": kind, "api_key_required": False}
    for requirement in operation.get("security") or ():
        for name, scopes in requirement.items():
            scheme = schemes.get(name, {})
            if name in by_name:
                cognito = by_name[name].type == "COGNITO_USER_POOLS"
                found["authorization_type"] = "COGNITO_USER_POOLS" if cognito else "CUSTOM"
                found["authorizer_id"] = by_name[name].id
                found["authorization_scopes"] = list(scopes) or None
            elif str(scheme.get(EXTENSION + "authtype", "")).lower() == "awssigv4":
                found["authorization_type"] = "AWS_IAM"
            elif scheme.get("type") == "apiKey" and str(scheme.get("name", "")).lower() == API_KEY_HEADER:
                found["api_key_required"] = True
    return found


def _request_parameters(target: Target, operation: Document) -> dict[str, bool]:
    """AWS: "Set up a method request in API Gateway"."""
    parameters = {}
    for given in operation["parameters"]:
        parameter = target.referred(given, "parameter")
        if parameter is None:
            continue
        place, name = parameter.get("in"), parameter.get("name")
        if place in PLACES:
            parameters[f"method.request.{PLACES[place]}.{name}"] = bool(parameter.get("required"))
        else:
            target.warnings.append(f"Unsupported parameter location '{place}' for '{name}'. Ignoring.")
    return parameters


def _request_body(target: Target, operation: Document) -> Document:
    if "requestBody" not in operation:
        return {}
    return target.referred(operation["requestBody"], "request body") or {}


def _models(target: Target, described: Document) -> dict[str, str]:
    """The models by media type of a request body or a response."""
    models = {kind: model_of(target, media) for kind, media in (described.get("content") or {}).items()}
    return {kind: name for kind, name in models.items() if name is not None}


def _validator_id(target: Target, operation: Document, where: str) -> str | None:
    """AWS: "x-amazon-apigateway-request-validator property"."""
    extension = EXTENSION + "request-validator"
    name = operation.get(extension, target.document.get(extension))
    if not name:
        return None
    for validator in target.api.request_validators.values():
        if validator.name == name:
            return str(validator.id)
    target.warnings.append(f"Request validator '{name}' of {where} not found. Ignoring.")
    return None


def _put_response(target: Target, place: Document, status: str, given: Any) -> None:
    """A method response; ranges and ``default`` are no status codes of API Gateway's.

    AWS: "Amazon API Gateway important notes"
    """
    response = target.referred(given, f"response '{status}'")
    if response is None:
        return
    if not status.isdecimal():
        target.warnings.append(f"Unsupported response status code '{status}'. Ignoring.")
        return
    headers = response.get("headers") or {}
    target.backend.put_method_response(
        **place,
        response_code=status,
        response_models=_models(target, response) or None,
        response_parameters={f"method.response.header.{name}": False for name in headers} or None,
    )


def _put_integration(target: Target, place: Document, described: Document, where: str) -> None:
    """AWS: "x-amazon-apigateway-integration object"."""
    asked: Document = {
        name: value.upper() if name in ENUMERATIONS and isinstance(value, str) else value
        for name, value in described.items()
    }
    if asked.get("type") not in INTEGRATION_TYPES:
        path = target.backend.get_resource(target.api.id, place["resource_id"]).get_path()
        raise BadRequestException(
            f"Unable to parse API definition because of a malformed integration at path {path}."
        )
    with _as_error(target, f"Unable to put integration on {where}"):
        check_transfer_mode(asked.get)
        put = target.backend.put_integration(
            **place,
            integration_type=asked.get("type"),
            uri=asked.get("uri") or "",
            integration_method=asked.get("httpMethod"),
            credentials=asked.get("credentials"),
            request_templates=asked.get("requestTemplates"),
            passthrough_behavior=asked.get("passthroughBehavior"),
            tls_config=asked.get("tlsConfig"),
            cache_namespace=asked.get("cacheNamespace"),
            timeout_in_millis=asked.get("timeoutInMillis"),
            request_parameters=asked.get("requestParameters"),
            content_handling=asked.get("contentHandling"),
            connection_type=asked.get("connectionType"),
        )
        put.uri = put.uri or None
        complete_integration(put, asked.get, place["resource_id"])
        for pattern, response in (asked.get("responses") or {}).items():
            _put_integration_response(target, place, pattern, response)


def _put_integration_response(target: Target, place: Document, pattern: str, response: Document) -> None:
    """AWS: "x-amazon-apigateway-integration.responses object"."""
    handling = response.get("contentHandling")
    target.backend.put_integration_response(
        **place,
        status_code=str(response.get("statusCode", 200)),
        selection_pattern=None if pattern == "default" else pattern,
        response_templates=dict(response.get("responseTemplates") or {}),
        response_parameters=response.get("responseParameters") or {},
        content_handling=handling and handling.upper(),
    )


@contextmanager
def _as_error(target: Target, attempt: str) -> Iterator[None]:
    """A refusal by API Gateway is one of the errors of the import.

    AWS: "Errors and warnings from importing your API into API Gateway"
    """
    try:
        yield
    except ApiGatewayException as error:
        target.errors.append(f"{attempt}: {error.message}")
