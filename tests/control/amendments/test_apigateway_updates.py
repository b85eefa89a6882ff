from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import OPEN_POLICY, private_api

from landbridge.control.aws_api import AwsApi


def _patched(
    api: AwsApi, operation: str, place: dict[str, str], *patches: tuple[str, str, str]
) -> dict[str, Any]:
    operations = [{"op": op, "path": path, "value": value} for op, path, value in patches]
    answer: dict[str, Any] = getattr(api.client("apigateway"), operation)(**place, patchOperations=operations)
    return answer


def test_a_method_is_patched(api: AwsApi) -> None:
    api_id, root = private_api(api)
    place = {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}
    changed = _patched(
        api,
        "update_method",
        place,
        ("replace", "/authorizationType", "AWS_IAM"),
        ("replace", "/apiKeyRequired", "true"),
        ("add", "/requestParameters/method.request.querystring.id", "true"),
    )
    assert (changed["authorizationType"], changed["apiKeyRequired"]) == ("AWS_IAM", True)
    assert changed["requestParameters"] == {"method.request.querystring.id": True}
    changed = _patched(
        api, "update_method", place, ("remove", "/requestParameters/method.request.querystring.id", "")
    )
    assert changed.get("requestParameters", {}) == {}


def test_an_integration_and_its_response_are_patched(api: AwsApi) -> None:
    api_id, root = private_api(api)
    place = {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}
    changed = _patched(
        api,
        "update_integration",
        place,
        ("replace", "/timeoutInMillis", "1000"),
        ("add", "/requestTemplates/application~1json", '{"statusCode": 200}'),
        ("add", "/cacheKeyParameters/method.request.path.id", ""),
    )
    assert changed["timeoutInMillis"] == 1000
    assert changed["requestTemplates"] == {"application/json": '{"statusCode": 200}'}
    assert changed["cacheKeyParameters"] == ["method.request.path.id"]
    client = api.client("apigateway")
    client.put_method_response(**place, statusCode="200")
    client.put_integration_response(**place, statusCode="200")
    status = {**place, "statusCode": "200"}
    assert (
        _patched(api, "update_integration_response", status, ("replace", "/selectionPattern", "2.."))[
            "selectionPattern"
        ]
        == "2.."
    )
    assert _patched(
        api,
        "update_method_response",
        status,
        ("add", "/responseParameters/method.response.header.X", "false"),
    )["responseParameters"] == {"method.response.header.X": False}


def test_resources_deployments_and_gateway_responses_are_patched(api: AwsApi) -> None:
    api_id, root = private_api(api, OPEN_POLICY)
    client = api.client("apigateway")
    resource = client.create_resource(restApiId=api_id, parentId=root, pathPart="a")["id"]
    place = {"restApiId": api_id, "resourceId": resource}
    assert _patched(api, "update_resource", place, ("replace", "/pathPart", "b"))["path"] == "/b"
    deployment = {"restApiId": api_id, "deploymentId": client.create_deployment(restApiId=api_id)["id"]}
    assert (
        _patched(api, "update_deployment", deployment, ("replace", "/description", "two"))["description"]
        == "two"
    )
    client.put_gateway_response(restApiId=api_id, responseType="DEFAULT_4XX", statusCode="400")
    response = {"restApiId": api_id, "responseType": "DEFAULT_4XX"}
    assert (
        _patched(api, "update_gateway_response", response, ("replace", "/statusCode", "404"))["statusCode"]
        == "404"
    )


def test_a_patch_that_is_not_known_is_not_implemented(api: AwsApi) -> None:
    api_id, root = private_api(api)
    place = {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}
    with pytest.raises(ClientError, match="/colour"):
        _patched(api, "update_integration", place, ("replace", "/colour", "blue"))


def test_moto_still_lacks_updates_of_methods() -> None:
    from moto.apigateway.responses import APIGatewayResponse

    from landbridge.control.amendments.amend import replaces

    assert not replaces(APIGatewayResponse, "update_method")
