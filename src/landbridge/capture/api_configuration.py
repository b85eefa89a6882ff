"""REST APIs as they are configured now, whether or not anybody deployed that.

Only the stages' deployments answer requests; what is configured beside them matters to whoever compares the
two. The answers are put into the form of an export, so that both are read by the same code.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from landbridge.capture.authorization import read_authorizers
from landbridge.capture.open_api import EXTENSION, METHODS, parse_export
from landbridge.capture.reading import Answer, Missing, Reader
from landbridge.capture.request_validation import PLACES, SCHEMA
from landbridge.model.api_gateway import ApiGateway, Deployment, RestApi
from landbridge.trace.decision import ResourceRef

PAGE_SIZE = 500
MODEL_ADDRESS = re.compile(r"https://apigateway\.amazonaws\.com/restapis/[^/]+/models/")
IN_OPEN_API = {place: key for key, place in PLACES.items()}
PARTS = {
    "authorizers": "get_authorizers",
    "models": "get_models",
    "gateway responses": "get_gateway_responses",
    "request validators": "get_request_validators",
}
KEYS = {method: key for key, method in METHODS.items()}


def read_configurations(reader: Reader, api_gateway: ApiGateway) -> ApiGateway:
    """Each REST API with its configuration, where all of it could be read.

    AWS: "Deploy REST APIs in API Gateway"
    """
    answers = reader.items("apigateway", "get_rest_apis", "items", limit=PAGE_SIZE)
    by_id = {answer["id"]: answer for answer in answers}
    configured = (
        replace(api, configured=_configuration(reader, api, by_id[api.id])) if api.id in by_id else api
        for api in api_gateway.rest_apis
    )
    return replace(api_gateway, rest_apis=tuple(configured))


def _configuration(reader: Reader, api: RestApi, answer: Answer) -> Deployment | None:
    about = ResourceRef("AWS::ApiGateway::RestApi", api.id)
    resources = _items(reader, "get_resources", about, embed=["methods"])
    parts = {part: _items(reader, operation, about) for part, operation in PARTS.items()}
    if resources is None or None in parts.values():
        return None
    document = _document(answer, resources, {part: items or [] for part, items in parts.items()})
    authorizer_ids = {each["name"]: each["id"] for each in parts["authorizers"] or ()}
    deployment = parse_export("", document, {each["path"]: each["id"] for each in resources}, authorizer_ids)
    methods = (method for resource in deployment.resources for method in resource.methods)
    attached = {method.authorizer.name for method in methods if method.authorizer is not None}
    unattached = tuple(sorted(read_authorizers(document, {}).keys() - attached))
    return replace(deployment, policy=api.policy, unattached_authorizers=unattached)


def _items(reader: Reader, operation: str, api: ResourceRef, **parameters: Any) -> list[Answer] | None:
    """Every item of a list; None where it could not be read, which is not the same as an empty one."""
    pages = reader.pages("apigateway", operation, api, restApiId=api.id, limit=PAGE_SIZE, **parameters)
    if isinstance(pages, Missing):
        return None
    return [item for page in pages for item in page.get("items") or ()]


def _document(api: Answer, resources: Iterable[Answer], parts: Mapping[str, list[Answer]]) -> Answer:
    """What GetExport would give for a deployment of it.

    AWS: "OpenAPI extensions for API Gateway"
    """
    authorizers = {each["id"]: each["name"] for each in parts["authorizers"]}
    validators = {each["id"]: each["name"] for each in parts["request validators"]}
    return {
        "paths": {
            resource["path"]: {
                KEYS[name]: _operation(method, resource["id"], authorizers, validators)
                for name, method in resource.get("resourceMethods", {}).items()
            }
            for resource in resources
        },
        "components": {
            "schemas": {each["name"]: _schema(each) for each in parts["models"]},
            "securitySchemes": {
                "sigv4": {EXTENSION + "authtype": "awsSigv4"},
                "api_key": {"name": "x-api-key"},
                **{each["name"]: _scheme(each) for each in parts["authorizers"]},
            },
        },
        EXTENSION + "binary-media-types": api.get("binaryMediaTypes") or (),
        EXTENSION + "api-key-source": api.get("apiKeySource") or "HEADER",
        EXTENSION + "minimum-compression-size": api.get("minimumCompressionSize"),
        EXTENSION + "request-validators": {each["name"]: each for each in parts["request validators"]},
        EXTENSION + "gateway-responses": {
            each["responseType"]: each
            for each in parts["gateway responses"]
            if not each.get("defaultResponse")
        },
    }


def _operation(
    method: Answer, resource_id: str, authorizers: Mapping[str, str], validators: Mapping[str, str]
) -> Answer:
    operation: Answer = {
        "parameters": _parameters(method.get("requestParameters") or {}),
        "requestBody": {
            "content": {
                kind: {"schema": {"$ref": SCHEMA + model}}
                for kind, model in (method.get("requestModels") or {}).items()
            }
        },
        "security": _security(method, authorizers),
    }
    if method.get("requestValidatorId"):
        operation[EXTENSION + "request-validator"] = validators.get(method["requestValidatorId"], "")
    if method.get("methodIntegration"):
        operation[EXTENSION + "integration"] = _integration(method["methodIntegration"], resource_id)
    return operation


def _parameters(parameters: Mapping[str, bool]) -> list[Answer]:
    """AWS: "Set up a method request in API Gateway"."""
    found = []
    for address, required in sorted(parameters.items()):
        _, _, place, name = address.split(".", 3)
        if place in IN_OPEN_API:
            wanted = required or place == "path"
            found.append({"name": name, "in": IN_OPEN_API[place], "required": wanted})
    return found


def _security(method: Answer, authorizers: Mapping[str, str]) -> list[Answer]:
    """An authorizer of a method whose type is NONE is not asked; an export has no trace of it, either."""
    requirements: list[Answer] = []
    kind = method.get("authorizationType") or "NONE"
    if kind == "AWS_IAM":
        requirements.append({"sigv4": []})
    elif kind != "NONE":
        name = authorizers.get(method.get("authorizerId", ""), "")
        requirements.append({name: method.get("authorizationScopes") or []})
    if method.get("apiKeyRequired"):
        requirements.append({"api_key": []})
    return requirements


def _integration(answer: Answer, resource_id: str) -> Answer:
    """The answer, where an export has other names or leaves out what is AWS's default.

    AWS: "x-amazon-apigateway-integration object"
    """
    return {
        **{name: value for name, value in answer.items() if value is not None},
        "cacheNamespace": "" if answer.get("cacheNamespace") == resource_id else answer.get("cacheNamespace"),
        "responses": {
            response.get("selectionPattern") or "default": response
            for response in (answer.get("integrationResponses") or {}).values()
        },
    }


def _scheme(authorizer: Answer) -> Answer:
    """AWS: "x-amazon-apigateway-authorizer object"."""
    kind = authorizer.get("type", "TOKEN").lower()
    auth_type = kind if kind == "cognito_user_pools" else authorizer.get("authType") or "custom"
    return {EXTENSION + "authtype": auth_type, EXTENSION + "authorizer": {**authorizer, "type": kind}}


def _schema(model: Answer) -> Any:
    """The schema with references to other models as an export has them.

    AWS: "Data models for REST APIs"
    """
    return json.loads(MODEL_ADDRESS.sub(SCHEMA, model.get("schema") or "{}"))
