"""An exported OpenAPI 3.0 document as Swagger 2.0.

AWS: "Export a REST API from API Gateway"
"""

from typing import Any
from urllib.parse import urlsplit

Document = dict[str, Any]

ENDPOINT = "x-amazon-apigateway-endpoint-configuration"
REFERENCES = ("#/components/schemas/", "#/definitions/")
JSON = "application/json"


def as_swagger(document: Document) -> Document:
    """The same API, with what OpenAPI 3.0 has of servers, components and bodies where Swagger 2.0 has it.

    AWS: "Export a REST API from API Gateway"
    """
    (server,) = document["servers"]
    moved: Document = _with_references(document)
    components = moved["components"]
    others = {
        name: value
        for name, value in moved.items()
        if name not in ("openapi", "info", "servers", "components", "paths")
    }
    endpoint = {ENDPOINT: server[ENDPOINT]} if ENDPOINT in server else {}
    return {
        "swagger": "2.0",
        "info": moved["info"],
        "host": urlsplit(server["url"]).netloc,
        "basePath": "/" + server["variables"]["basePath"]["default"],
        "schemes": ["https"],
        "paths": {
            path: {name: _operation(operation) for name, operation in item.items()}
            for path, item in moved["paths"].items()
        },
        "securityDefinitions": components["securitySchemes"],
        "definitions": components["schemas"],
        **endpoint,
        **others,
    }


def _with_references(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_references(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: inner.replace(*REFERENCES)
        if name == "$ref" and isinstance(inner, str)
        else _with_references(inner)
        for name, inner in value.items()
    }


def _operation(operation: Document) -> Document:
    content = operation.get("requestBody", {}).get("content", {})
    parameters = [_parameter(parameter) for parameter in operation.get("parameters", ())]
    if content:
        schema = next(iter(content.values()))["schema"]
        name = schema["$ref"].rpartition("/")[2]
        parameters.append({"in": "body", "name": name, "required": True, "schema": schema})
    responses = operation.get("responses", {})
    produced = {kind for response in responses.values() for kind in response.get("content", {})}
    others = {
        name: value
        for name, value in operation.items()
        if name not in ("parameters", "requestBody", "responses")
    }
    return {
        **({"consumes": list(content)} if content else {}),
        "produces": sorted(produced) or [JSON],
        **({"parameters": parameters} if parameters else {}),
        "responses": {status: _response(response) for status, response in responses.items()},
        **others,
    }


def _parameter(parameter: Document) -> Document:
    return {**{name: value for name, value in parameter.items() if name != "schema"}, **parameter["schema"]}


def _response(response: Document) -> Document:
    swagger = {"description": response["description"]}
    for media in response.get("content", {}).values():
        swagger["schema"] = media["schema"]
    if "headers" in response:
        swagger["headers"] = {name: header["schema"] for name, header in response["headers"].items()}
    return swagger
