"""The shape that an uploaded API definition must have for any of it to be understood.

AWS: "Develop REST APIs using OpenAPI in API Gateway"
"""

from functools import cache
from typing import Any

EXTENSION = "x-amazon-apigateway-"
TEXT = {"type": "string"}
TEXT_OR_NULL = {"type": ["string", "null"]}
TEXTS = {"type": "array", "items": TEXT}
ANY_OBJECT = {"type": "object"}
ANY_OBJECTS = {"type": "object", "additionalProperties": ANY_OBJECT}
SCALAR = {"type": ["string", "number", "boolean", "null"]}
SCALARS = {"type": ["object", "null"], "additionalProperties": SCALAR}


def _objects_of(inner: object) -> dict[str, Any]:
    return {"type": ["object", "null"], "additionalProperties": inner}


def _list_of(inner: object) -> dict[str, Any]:
    return {"type": ["array", "null"], "items": inner}


def _object(**properties: object) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


MEDIA = _objects_of(_object(schema=ANY_OBJECT))
PARAMETER = {"allOf": [_object(name=TEXT, schema=ANY_OBJECT), {"properties": {"in": TEXT}}]}
RESPONSE = _object(headers={"type": ["object", "null"]}, content=MEDIA, schema=ANY_OBJECT)
INTEGRATION_RESPONSE = _object(
    statusCode={"type": ["string", "integer"]},
    responseParameters=SCALARS,
    responseTemplates=SCALARS,
    contentHandling=TEXT_OR_NULL,
)
INTEGRATION = _object(
    **dict.fromkeys(("uri", "httpMethod", "credentials", "cacheNamespace"), TEXT_OR_NULL),
    **dict.fromkeys(("passthroughBehavior", "contentHandling", "connectionType"), TEXT),
    type=TEXT,
    requestParameters=SCALARS,
    requestTemplates=SCALARS,
    responses=_objects_of(INTEGRATION_RESPONSE),
    timeoutInMillis={"type": ["integer", "string"], "pattern": r"^\d+$"},
    cacheKeyParameters=TEXTS,
    tlsConfig=ANY_OBJECT,
)
OPERATION = {
    "type": "object",
    "properties": {
        "parameters": _list_of(PARAMETER),
        "requestBody": _object(content=MEDIA),
        "responses": _objects_of(RESPONSE),
        "security": _list_of({"type": "object", "additionalProperties": TEXTS}),
        "operationId": TEXT,
        "consumes": TEXTS,
        "produces": TEXTS,
        EXTENSION + "auth": _object(type=TEXT),
        EXTENSION + "request-validator": TEXT,
        EXTENSION + "integration": INTEGRATION,
    },
}
METHOD = f"^(get|put|post|delete|options|head|patch|{EXTENSION}any-method)$"
PATH_ITEM = {
    "type": ["object", "null"],
    "properties": {"parameters": _list_of(PARAMETER)},
    "patternProperties": {METHOD: OPERATION},
}
AUTHORIZER = _object(
    **dict.fromkeys(("type", "authorizerUri", "identitySource", "identityValidationExpression"), TEXT),
    authorizerCredentials=TEXT_OR_NULL,
    authorizerResultTtlInSeconds={"type": ["integer", "null"]},
    providerARNs=TEXTS,
)
SCHEME = {
    "type": "object",
    "properties": {"name": TEXT, EXTENSION + "authtype": TEXT, EXTENSION + "authorizer": AUTHORIZER},
}
ENDPOINT = _object(vpcEndpointIds=TEXTS, ipAddressType=TEXT)
VARIABLE = _object(default=TEXT)
SERVER = {
    "type": "object",
    "properties": {
        "url": TEXT,
        "variables": {"type": "object", "additionalProperties": VARIABLE},
        EXTENSION + "endpoint-configuration": ENDPOINT,
    },
}
GATEWAY_RESPONSE = _object(
    statusCode={"type": ["string", "integer", "null"]}, responseParameters=SCALARS, responseTemplates=SCALARS
)
SCHEMES = {"type": "object", "additionalProperties": SCHEME}
SHAPE = {
    "type": "object",
    "required": ["paths"],
    "properties": {
        "info": ANY_OBJECT,
        "servers": _list_of(SERVER),
        "paths": {"type": "object", "additionalProperties": PATH_ITEM},
        "components": _object(
            schemas=ANY_OBJECTS,
            securitySchemes=SCHEMES,
            parameters=_objects_of(PARAMETER),
            responses=_objects_of(RESPONSE),
            requestBodies=_objects_of(_object(content=MEDIA)),
        ),
        "definitions": ANY_OBJECTS,
        "securityDefinitions": SCHEMES,
        "parameters": _objects_of(PARAMETER),
        "responses": _objects_of(RESPONSE),
        **dict.fromkeys(("basePath", "host"), TEXT),
        **dict.fromkeys(("consumes", "produces"), TEXTS),
        EXTENSION + "policy": {"type": ["object", "string"]},
        EXTENSION + "binary-media-types": TEXTS,
        EXTENSION + "minimum-compression-size": {"type": ["integer", "null"]},
        EXTENSION + "endpoint-configuration": ENDPOINT,
        EXTENSION + "request-validator": TEXT,
        EXTENSION + "request-validators": ANY_OBJECTS,
        EXTENSION + "gateway-responses": {"type": "object", "additionalProperties": GATEWAY_RESPONSE},
    },
}


def has_shape(document: object) -> bool:
    """Whether every part that API Gateway reads is of the type that it has to be.

    AWS: "Develop REST APIs using OpenAPI in API Gateway"
    """
    return bool(_validator().is_valid(document))


@cache
def _validator() -> Any:
    from jsonschema import Draft4Validator  # not before a document is imported

    return Draft4Validator(SHAPE)
