import json
from typing import Any

import pytest

from landbridge.capture.open_api import parse_export
from landbridge.model.api_gateway import Deployment, Method, RequestValidation

VALIDATOR = "x-amazon-apigateway-request-validator"
VALIDATORS = {
    "both": {"validateRequestBody": True, "validateRequestParameters": True},
    "body": {"validateRequestBody": True, "validateRequestParameters": False},
    "parameters": {"validateRequestBody": False, "validateRequestParameters": True},
    "none": {"validateRequestBody": False, "validateRequestParameters": False},
}
ORDER = {"type": "object", "required": ["name"]}
OPERATION = {
    "parameters": [
        {"name": "X-Id", "in": "header", "required": True, "schema": {"type": "string"}},
        {"name": "id", "in": "path", "required": True},
        {"name": "q", "in": "query", "required": True},
        {"name": "p", "in": "query"},
        {"name": "session", "in": "cookie", "required": True},
    ],
    "requestBody": {
        "content": {
            "application/JSON": {"schema": {"$ref": "#/components/schemas/Order"}},
            "$default": {"schema": {"$ref": "#/components/schemas/Empty"}},
        },
        "required": True,
    },
}
PARAMETERS = ("header.X-Id", "path.id", "querystring.q")
MODELS = (("$default", "Empty"), ("application/json", "Order"))


def deployed(operation: dict[str, Any], **members: Any) -> Deployment:
    document = {
        "paths": {"/orders": {"post": operation}},
        "components": {"schemas": {"Order": ORDER, "Empty": {}}},
        f"{VALIDATOR}s": VALIDATORS,
        **members,
    }
    return parse_export("d1", document, {})


def the_method(deployment: Deployment) -> Method:
    return deployment.resources[0].methods[0]


@pytest.mark.parametrize(
    ("operation", "members", "expected"),
    [
        ({VALIDATOR: "both"}, {}, RequestValidation(PARAMETERS, MODELS)),
        ({VALIDATOR: "body"}, {}, RequestValidation((), MODELS)),
        ({VALIDATOR: "parameters"}, {}, RequestValidation(PARAMETERS)),
        ({VALIDATOR: "none"}, {}, None),
        ({}, {}, None),
        ({}, {VALIDATOR: "body"}, RequestValidation((), MODELS)),
        ({VALIDATOR: "none"}, {VALIDATOR: "body"}, None),
    ],
)
def test_the_validator_of_the_method_or_of_the_document_says_what_is_validated(
    operation: dict[str, Any], members: dict[str, Any], expected: RequestValidation | None
) -> None:
    method = the_method(deployed({**OPERATION, **operation}, **members))
    assert (method.validation, method.unsupported) == (expected, ())


def test_models_are_kept_where_a_body_is_validated() -> None:
    kept = (("Empty", "{}"), ("Order", json.dumps(ORDER)))
    assert deployed({**OPERATION, VALIDATOR: "body"}).models == kept
    assert deployed({**OPERATION, VALIDATOR: "parameters"}).models == ()
    assert deployed(OPERATION).models == ()


@pytest.mark.parametrize(
    "operation",
    [
        {VALIDATOR: "unlisted"},
        {VALIDATOR: "body", "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}},
    ],
)
def test_what_the_export_leaves_open_is_not_modelled(operation: dict[str, Any]) -> None:
    assert the_method(deployed(operation)).unsupported == ("request validators",)


def test_the_size_from_which_on_responses_are_compressed_is_deployed() -> None:
    assert deployed({}, **{"x-amazon-apigateway-minimum-compression-size": 0}).minimum_compression_bytes == 0
    assert deployed({}).minimum_compression_bytes is None
