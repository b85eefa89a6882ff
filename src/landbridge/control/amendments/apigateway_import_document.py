"""An uploaded API definition in one form: Swagger 2.0 is read as the OpenAPI 3.0 that says the same.

AWS: "Develop REST APIs using OpenAPI in API Gateway"
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import yaml
from moto.apigateway.exceptions import BadRequestException

from landbridge.control.amendments.apigateway_import_shape import has_shape

Document = dict[str, Any]

EXTENSION = "x-amazon-apigateway-"
ENDPOINT = EXTENSION + "endpoint-configuration"
METHODS = {
    **{name.lower(): name for name in ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")},
    EXTENSION + "any-method": "ANY",
}
"""By the name in a path item: the method."""
MOVED = {
    "#/definitions/": "#/components/schemas/",
    "#/parameters/": "#/components/parameters/",
    "#/responses/": "#/components/responses/",
}
"""Where OpenAPI 3.0 has what Swagger 2.0 has at its root."""
LEFT_BEHIND = ("swagger", "host", "basePath", "schemes")
"""What becomes a server, or nothing."""
JSON = "application/json"


def parse_definition(body: str | bytes) -> Document:
    """The document, JSON or YAML, as OpenAPI 3.0; refused when it is neither that nor Swagger 2.0.

    AWS: "Develop REST APIs using OpenAPI in API Gateway"
    """
    document: Document = _with_path_items(_parsed(body))
    if not has_shape(document):
        raise BadRequestException("Invalid OpenAPI input.")
    if str(document.get("swagger", "")).startswith("2."):
        return _from_swagger(document)
    if str(document.get("openapi", "")).startswith("3.0"):
        return document
    raise BadRequestException("Invalid OpenAPI input.")


def referred(document: Document, value: Any) -> Any:
    """What a reference within the document leads to, None where it leads nowhere; another value as it is."""
    seen: set[str] = set()
    while isinstance(value, dict) and isinstance(value.get("$ref"), str):
        reference = value["$ref"]
        if reference in seen or not reference.startswith("#/"):
            return None
        seen.add(reference)
        value = document
        for part in reference[2:].split("/"):
            value = value.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(value, dict) else None
    return value


def base_path(document: Document) -> str:
    """The path before every path: of the first server variable ``basePath``, or of the server's URL.

    AWS: "Set the OpenAPI basePath property"
    """
    servers = document.get("servers") or [{}]
    for server in servers:
        variable = server.get("variables", {}).get("basePath")
        if variable is not None:
            return _path(variable.get("default", ""))
    return _path(urlsplit(servers[0].get("url", "")).path)


def endpoint_configuration(document: Document) -> Document:
    """Of a server, or of the document as Swagger 2.0 has it.

    AWS: "x-amazon-apigateway-endpoint-configuration object"
    """
    holders = [*(document.get("servers") or ()), document]
    found: Iterable[Document] = (holder[ENDPOINT] for holder in holders if ENDPOINT in holder)
    return next(iter(found), {})


def _parsed(body: str | bytes) -> Any:
    """JSON's values only: no dates, no numbers for names, nothing that is part of itself."""
    try:
        return json.loads(body)
    except ValueError:
        pass
    try:
        return json.loads(json.dumps(yaml.load(body, _Loader)))
    except (yaml.YAMLError, ValueError, TypeError) as error:
        raise BadRequestException("Invalid OpenAPI input.") from error


def _with_path_items(document: Any) -> Any:
    """The document with the path items that its paths refer to."""
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        return document
    paths = {path: referred(document, item) for path, item in document["paths"].items()}
    return {**document, "paths": paths}


class _Loader(yaml.SafeLoader):
    """Leaves dates as the texts that they are in JSON."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _path(path: str) -> str:
    inner = path.strip("/")
    return f"/{inner}" if inner else ""


def _from_swagger(swagger: Document) -> Document:
    """AWS: "OpenAPI extensions for API Gateway"."""
    moved: Document = _with_moved_references(swagger)
    media_types = {name: swagger.get(name) or [JSON] for name in ("consumes", "produces")}
    components = {
        "schemas": moved.pop("definitions", {}),
        "securitySchemes": moved.pop("securityDefinitions", {}),
        "parameters": moved.pop("parameters", {}),
        "responses": moved.pop("responses", {}),
    }
    whole = {**moved, "components": components}
    server = {"url": f"https://{swagger.get('host', '')}{_path(swagger.get('basePath') or '')}"}
    return {
        **{name: value for name, value in whole.items() if name not in LEFT_BEHIND},
        "openapi": "3.0.1",
        "servers": [server],
        "paths": {path: _path_item(whole, item, media_types) for path, item in moved["paths"].items()},
    }


def _with_moved_references(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_moved_references(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _moved(inner) if name == "$ref" and isinstance(inner, str) else _with_moved_references(inner)
        for name, inner in value.items()
    }


def _moved(reference: str) -> str:
    for before, after in MOVED.items():
        if reference.startswith(before):
            return after + reference.removeprefix(before)
    return reference


def _path_item(document: Document, item: Any, media_types: Mapping[str, list[str]]) -> Any:
    if item is None:
        return None
    shared = item.get("parameters") or []
    others = {name: value for name, value in item.items() if name not in METHODS and name != "parameters"}
    return others | {
        name: _operation(document, operation, shared, media_types)
        for name, operation in item.items()
        if name in METHODS
    }


def _operation(
    document: Document, operation: Document, shared: list[Any], media_types: Mapping[str, list[str]]
) -> Document:
    consumes, produces = (operation.get(name) or media_types[name] for name in ("consumes", "produces"))
    given = [*shared, *(operation.get("parameters") or ())]
    parameters = [found for each in given if isinstance(found := referred(document, each), dict)]
    bodies = [each.get("schema", {}) for each in parameters if each.get("in") == "body"]
    converted = operation | {
        "parameters": [each for each in parameters if each.get("in") != "body"],
        "responses": {
            status: _response(referred(document, response), produces)
            for status, response in (operation.get("responses") or {}).items()
        },
    }
    if bodies:
        converted["requestBody"] = {"content": {kind: {"schema": bodies[-1]} for kind in consumes}}
    return converted


def _response(response: Any, produces: list[str]) -> Any:
    if not isinstance(response, dict) or "schema" not in response:
        return response
    return response | {"content": {kind: {"schema": response["schema"]} for kind in produces}}
