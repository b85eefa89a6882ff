"""REST APIs: their policy, media types and endpoint, what integrations are put with, and tags."""

import json
from collections.abc import Callable, MutableMapping
from typing import Any
from urllib.parse import unquote

from moto.apigateway import urls
from moto.apigateway.exceptions import BadRequestException, NoIntegrationDefined, NotFoundException
from moto.apigateway.models import APIGatewayBackend, Integration, RestAPI
from moto.apigateway.responses import APIGatewayResponse

from landbridge.control.amendments.amend import add, amend
from landbridge.control.amendments.apigateway_streaming import BUFFERED, check_transfer_mode
from landbridge.control.amendments.apigateway_vpc_links import check_connection

DEFAULT_TIMEOUT_MS = 29_000
SHORT_RESOURCE = "execute-api:/"
KEPT = {
    "/endpointAccessMode": "landbridge_endpoint_access_mode",
    "/securityPolicy": "landbridge_security_policy",
}
"""What moto does not keep of an API."""
KEPT_OF_INTEGRATIONS = {
    "connectionId": "landbridge_connection_id",
    "integrationTarget": "landbridge_integration_target",
    "responseTransferMode": "landbridge_response_transfer_mode",
}
"""What moto does not keep of an integration."""


def install() -> None:
    """Amends moto's REST APIs."""
    amend(RestAPI, "__init__", new_rest_api)
    amend(RestAPI, "to_dict", rest_api)
    amend(RestAPI, "apply_patch_operations", apply_patch_operations)
    add(RestAPI, "update_integration_mocks", lambda self, stage_name: None)
    amend(APIGatewayResponse, "create_rest_api", create_rest_api)
    amend(APIGatewayResponse, "put_integration", put_integration)
    amend(APIGatewayBackend, "get_integration_response", get_integration_response)
    amend(Integration, "to_json", integration)
    urls.url_paths["{0}/tags/(?P<resourceArn>.+)$"] = APIGatewayResponse.dispatch
    for tagging in (get_tags, tag_resource, untag_resource):
        add(APIGatewayResponse, tagging.__name__, tagging)


def new_rest_api(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    """An API whose policy names it in full.

    AWS: "Create and attach an API Gateway resource policy to an API"
    """
    original(self, *args, **kwargs)
    self.policy = saved_policy(self, self.policy)
    private = "PRIVATE" in self.endpoint_configuration.get("types", [])
    self.endpoint_configuration.setdefault("ipAddressType", "dualstack" if private else "ipv4")


def create_rest_api(original: Any, self: Any) -> Any:
    """An API with the media types, version and security settings it is created with, which moto drops.

    AWS: "CreateRestApi" (Amazon API Gateway API reference)
    """
    status, headers, body = original(self)
    created = json.loads(body)
    if status >= 300 or "id" not in created:
        return status, headers, body
    api = self.backend.get_rest_api(created["id"])
    asked = json.loads(self.body) if self.body.lstrip().startswith("{") else {}
    api.binaryMediaTypes = list(asked.get("binaryMediaTypes") or [])
    api.version = asked.get("version") or api.version
    for path, attribute in KEPT.items():
        api.__dict__[attribute] = asked.get(path.lstrip("/"))
    return 201, {**headers, "status": 201}, json.dumps(api.to_dict())


def rest_api(original: Any, self: Any) -> dict[str, Any]:
    """The API with its policy as the inside of a JSON string; clients unescape it.

    AWS: "RestApi" (Amazon API Gateway API reference)
    """
    answer: dict[str, Any] = original(self)
    if answer["policy"]:
        answer["policy"] = json.dumps(answer["policy"])[1:-1]
    kept = {path.lstrip("/"): self.__dict__.get(attribute) for path, attribute in KEPT.items()}
    return answer | {name: value for name, value in kept.items() if value}


def apply_patch_operations(original: Any, self: Any, patch_operations: list[dict[str, Any]]) -> None:
    """Every path of the API's own; moto overwrites the endpoint types with endpoint ids, among others.

    AWS: "Patch operations" (Amazon API Gateway API reference)
    """
    unknown = []
    for operation in patch_operations:
        path, value = operation["path"], operation.get("value", "")
        if path.startswith("/binaryMediaTypes/"):
            _patch_list(self.binaryMediaTypes, operation, unescaped(path.removeprefix("/binaryMediaTypes/")))
        elif path.startswith("/endpointConfiguration/"):
            _patch_endpoint(self.endpoint_configuration, operation)
        elif path == "/minimumCompressionSize":
            self.minimum_compression_size = int(value) if value else None
        elif path == "/disableExecuteApiEndpoint":
            self.disableExecuteApiEndpoint = value.lower() == "true"
        elif path == "/policy":
            self.policy = saved_policy(self, value)
        elif path in KEPT:
            self.__dict__[KEPT[path]] = value or None
        else:
            unknown.append(operation)
    original(self, unknown)


def saved_policy(api: Any, policy: str | None) -> str | None:
    """The policy as it is saved: short resources become ARNs of this API.

    AWS: "Create and attach an API Gateway resource policy to an API"
    """
    if not policy:
        return None
    arn = f"arn:aws:execute-api:{api.region_name}:{api.account_id}:{api.id}/"
    try:
        document = json.loads(policy)
        statements = document["Statement"]
        for statement in statements if isinstance(statements, list) else [statements]:
            for element in {"Resource", "NotResource"} & statement.keys():
                statement[element] = _in_full(statement[element], arn)
    except (AttributeError, KeyError, TypeError, ValueError) as error:  # not of the shape of a policy
        raise BadRequestException(
            "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."
        ) from error
    return json.dumps(document, separators=(",", ":"))


def put_integration(original: Any, self: Any) -> Any:
    """An integration with its cache keys, connection and timeout.

    AWS: "PutIntegration" (Amazon API Gateway API reference)
    """
    check_connection(self.backend, self._get_param("connectionId"), self._get_param("integrationTarget"))
    check_transfer_mode(self._get_param)
    status, headers, _ = original(self)
    _, _, api_id, _, resource_id, _, method, *_ = self.path.split("/")
    put = self.backend.get_integration(api_id, resource_id, method)
    complete_integration(put, self._get_param, resource_id)
    return status, headers, json.dumps(put.to_json())


def complete_integration(put: Any, asked: Callable[[str], Any], resource_id: str) -> None:
    """The integration has what was asked for and moto drops, and AWS's defaults.

    AWS: "PutIntegration" (Amazon API Gateway API reference)
    """
    put.cache_key_parameters = asked("cacheKeyParameters") or []
    put.cache_namespace = put.cache_namespace or resource_id
    put.connection_type = put.connection_type or "INTERNET"
    put.passthrough_behaviour = put.passthrough_behaviour or "WHEN_NO_MATCH"
    put.timeout_in_millis = int(put.timeout_in_millis or DEFAULT_TIMEOUT_MS)
    for name, attribute in KEPT_OF_INTEGRATIONS.items():
        put.__dict__[attribute] = asked(name)


def integration(original: Any, self: Any) -> dict[str, Any]:
    """The integration with its connection and how responses are transferred.

    AWS: "Integration" (Amazon API Gateway API reference)
    """
    kept = {name: self.__dict__.get(attribute) for name, attribute in KEPT_OF_INTEGRATIONS.items()}
    answer: dict[str, Any] = {"responseTransferMode": BUFFERED} | original(self)
    return answer | {name: value for name, value in kept.items() if value}


def get_integration_response(
    original: Any, self: Any, function_id: str, resource_id: str, method_type: str, status_code: str
) -> Any:
    """404 when the integration is gone; moto fails.

    AWS: "GetIntegrationResponse" (Amazon API Gateway API reference)
    """
    if self.get_method(function_id, resource_id, method_type).method_integration is None:
        raise NoIntegrationDefined()
    return original(self, function_id, resource_id, method_type, status_code)


def get_tags(self: Any) -> str:
    """AWS: "GetTags" (Amazon API Gateway API reference)."""
    return json.dumps({"tags": _tags(self)})


def tag_resource(self: Any) -> Any:
    """AWS: "TagResource" (Amazon API Gateway API reference)."""
    _tags(self).update(self._get_param("tags") or {})
    return 204, {"status": 204}, ""


def untag_resource(self: Any) -> Any:
    """AWS: "UntagResource" (Amazon API Gateway API reference)."""
    tags = _tags(self)
    for key in self.querystring.get("tagKeys") or []:
        tags.pop(key, None)
    return 204, {"status": 204}, ""


def unescaped(token: str) -> str:
    """A reference token of a JSON pointer without its escapes."""
    return token.replace("~1", "/").replace("~0", "~")


def _tags(request: Any) -> MutableMapping[str, str]:
    """The tags of whatever the ARN names; moto knows stages only."""
    arn = unquote(request.path.split("/tags/", 1)[1])
    kind, identifier, *rest = arn.split(":", 5)[-1].strip("/").split("/")
    backend = request.backend
    finders: dict[str, Any] = {
        "restapis": lambda: (
            backend.get_stage(identifier, rest[1]) if len(rest) > 1 else backend.get_rest_api(identifier)
        ),
        "domainnames": lambda: backend.get_domain_name(identifier.split("+")[0]),
        "apikeys": lambda: backend.get_api_key(identifier),
        "usageplans": lambda: backend.get_usage_plan(identifier),
        "vpclinks": lambda: backend.get_vpc_link(identifier),
        "domainnameaccessassociations": lambda: backend.__dict__.get("landbridge_associations", {}).get(arn),
    }
    tagged = finders[kind]() if kind in finders else None
    if tagged is None:
        raise NotFoundException(f"Invalid Resource identifier specified: {arn}")
    tagged.tags = tagged.tags or {}
    tags: MutableMapping[str, str] = tagged.tags
    return tags


def _patch_list(values: list[str], operation: dict[str, Any], named: str) -> None:
    if operation["op"] == "add" and named not in values:
        values.append(named)
    if operation["op"] == "remove" and named in values:
        values.remove(named)
    if operation["op"] == "replace" and named in values:
        values[values.index(named)] = unescaped(operation["value"])


def _patch_endpoint(configuration: dict[str, Any], operation: dict[str, Any]) -> None:
    name, _, place = operation["path"].removeprefix("/endpointConfiguration/").partition("/")
    value = operation.get("value")
    if name == "types":
        configuration["types"] = [value]
    if name == "ipAddressType":
        configuration["ipAddressType"] = value
    if name == "vpcEndpointIds" and operation["op"] == "replace":
        configuration["vpcEndpointIds"] = [value]
    elif name == "vpcEndpointIds":
        _patch_list(configuration.setdefault("vpcEndpointIds", []), operation, value or place)


def _in_full(resource: Any, arn: str) -> Any:
    if isinstance(resource, list):
        return [_in_full(each, arn) for each in resource]
    return arn + resource.removeprefix(SHORT_RESOURCE) if resource.startswith(SHORT_RESOURCE) else resource
