"""Models and request validators: refused when they are none, and kept while methods use them."""

import json
from typing import Any

from moto.apigateway.exceptions import BadRequestException
from moto.apigateway.models import APIGatewayBackend

from landbridge.control.amendments.amend import amend


def install() -> None:
    """Amends moto's models and request validators."""
    amend(APIGatewayBackend, "create_model", create_model)
    amend(APIGatewayBackend, "put_method", put_method)
    amend(APIGatewayBackend, "delete_request_validator", delete_request_validator)


def create_model(
    original: Any, self: Any, rest_api_id: str, name: str, content_type: str, description: str, schema: str
) -> Any:
    """A model whose schema is one of draft 4; moto takes any text.

    AWS: "Data models for REST APIs"
    """
    reason = _not_a_schema(schema) if schema else ""
    if reason:
        raise BadRequestException(
            "Invalid model specified: Validation Result: warnings : [], errors : "
            f"[Invalid model schema specified. {reason}]"
        )
    return original(self, rest_api_id, name, content_type, description, schema)


def put_method(original: Any, self: Any, function_id: str, *args: Any, **parameters: Any) -> Any:
    """A method whose request validator exists; moto takes any id.

    AWS: "PutMethod" (Amazon API Gateway API reference)
    """
    validator_id = parameters.get("request_validator_id")
    if validator_id and validator_id not in self.get_rest_api(function_id).request_validators:
        raise BadRequestException("Invalid Request Validator identifier specified")
    return original(self, function_id, *args, **parameters)


def delete_request_validator(original: Any, self: Any, restapi_id: str, validator_id: str) -> Any:
    """Refused while a method uses the validator; moto deletes it, and nothing is validated any more.

    AWS: "DeleteRequestValidator" (Amazon API Gateway API reference)
    """
    for resource in self.get_rest_api(restapi_id).resources.values():
        for method in resource.resource_methods.values():
            if method.request_validator_id == validator_id:
                raise BadRequestException(
                    f"Cannot delete validator '{validator_id}', is referenced in method {method.http_method} "
                    f"of resource {resource.get_path()}"
                )
    return original(self, restapi_id, validator_id)


def _not_a_schema(text: str) -> str:
    """What is wrong with it; empty for a schema."""
    # JSON schema takes long to import, and few APIs have models.
    from jsonschema import Draft4Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft4Validator.check_schema(json.loads(text))
    except ValueError as error:
        return str(error)
    except SchemaError as error:
        return error.message
    return ""
