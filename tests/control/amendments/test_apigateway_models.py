import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import OPEN_POLICY, private_api

from landbridge.control.aws_api import AwsApi


def _refused(operation: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refused:
        operation(**parameters)
    error = refused.value.response["Error"]
    assert error["Code"] == "BadRequestException"
    return str(error["Message"])


@pytest.mark.parametrize(
    ("schema", "reason"),
    [("{", "Expecting property name"), ('"x"', "is not of type"), ('{"type": "strin"}', "is not valid")],
)
def test_a_model_has_a_schema_of_draft_4(api: AwsApi, schema: str, reason: str) -> None:
    api_id, _ = private_api(api, OPEN_POLICY)
    client = api.client("apigateway")
    model = {"restApiId": api_id, "name": "Order", "contentType": "application/json"}
    message = _refused(client.create_model, **model, schema=schema)
    assert message.startswith("Invalid model specified: Validation Result: warnings : [], errors : [")
    assert reason in message
    client.create_model(**model, schema=json.dumps({"type": "object"}))
    assert json.loads(client.get_model(restApiId=api_id, modelName="Order")["schema"]) == {"type": "object"}


def test_a_request_validator_must_exist_and_stays_while_a_method_uses_it(api: AwsApi) -> None:
    api_id, root = private_api(api, OPEN_POLICY)
    client = api.client("apigateway")
    method = {"restApiId": api_id, "resourceId": root, "httpMethod": "PUT", "authorizationType": "NONE"}
    message = _refused(client.put_method, **method, requestValidatorId="gone")
    assert message == "Invalid Request Validator identifier specified"
    validator = client.create_request_validator(restApiId=api_id, name="all", validateRequestBody=True)["id"]
    client.put_method(**method, requestValidatorId=validator)
    named = {"restApiId": api_id, "requestValidatorId": validator}
    message = _refused(client.delete_request_validator, **named)
    assert message == f"Cannot delete validator '{validator}', is referenced in method PUT of resource /"
    client.delete_method(restApiId=api_id, resourceId=root, httpMethod="PUT")
    client.delete_request_validator(**named)
    assert client.get_request_validators(restApiId=api_id)["items"] == []
