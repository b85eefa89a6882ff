"""Request validators and models of a deployment, from the OpenAPI document that GetExport gives.

AWS: "x-amazon-apigateway-request-validator property"
"""

import json

from landbridge.capture.reading import Answer
from landbridge.model.api_gateway import RequestValidation, StringMap

VALIDATOR = "x-amazon-apigateway-request-validator"
PLACES = {"header": "header", "path": "path", "query": "querystring"}
"""By a parameter's ``in``: the place as API Gateway names it."""
SCHEMA = "#/components/schemas/"


def read_validation(operation: Answer, document: Answer) -> RequestValidation | None:
    """What the method's validator checks, or the whole document's; None where nothing is checked.

    AWS: "x-amazon-apigateway-request-validator property"
    """
    name = operation.get(VALIDATOR, document.get(VALIDATOR))
    validator = document.get(f"{VALIDATOR}s", {}).get(name, {})
    required = _required_parameters(operation) if validator.get("validateRequestParameters") else ()
    models = _models(operation) if validator.get("validateRequestBody") else ()
    return RequestValidation(required, models) if required or models else None


def is_unreadable(operation: Answer, document: Answer) -> bool:
    """Whether the export leaves open what is validated: no such validator, or a model without a name."""
    name = operation.get(VALIDATOR, document.get(VALIDATOR))
    if not name:
        return False
    validator = document.get(f"{VALIDATOR}s", {}).get(name)
    if validator is None:
        return True
    content = operation.get("requestBody", {}).get("content", {})
    nameless = any("$ref" not in media.get("schema", {}) for media in content.values())
    return bool(validator.get("validateRequestBody")) and nameless


def read_models(document: Answer) -> StringMap:
    """The schemas of all models as text, by name."""
    schemas = document.get("components", {}).get("schemas", {})
    return tuple((name, json.dumps(schema)) for name, schema in sorted(schemas.items()))


def _required_parameters(operation: Answer) -> tuple[str, ...]:
    return tuple(
        f"{PLACES[parameter['in']]}.{parameter['name']}"
        for parameter in operation.get("parameters", ())
        if parameter.get("required") and parameter.get("in") in PLACES
    )


def _models(operation: Answer) -> StringMap:
    content = operation.get("requestBody", {}).get("content", {})
    named = ((kind, media.get("schema", {}).get("$ref", "")) for kind, media in sorted(content.items()))
    return tuple((kind.lower(), ref.removeprefix(SCHEMA)) for kind, ref in named if ref)
