import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import OPEN_POLICY, private_api

from landbridge.control.aws_api import AwsApi


def _export(api: AwsApi, api_id: str, stage: str = "prod", extensions: str = "apigateway") -> Any:
    answer = api.client("apigateway").get_export(
        restApiId=api_id,
        stageName=stage,
        exportType="oas30",
        parameters={"extensions": extensions} if extensions else {},
        accepts="application/json",
    )
    return json.loads(answer["body"].read())


def test_a_private_api_without_a_policy_cannot_be_deployed(api: AwsApi) -> None:
    api_id, _ = private_api(api)
    with pytest.raises(ClientError, match="Private REST API doesn't have a resource policy attached to it"):
        api.client("apigateway").create_deployment(restApiId=api_id, stageName="prod")


def test_a_stage_serves_the_snapshot_until_it_is_deployed_to_again(api: AwsApi) -> None:
    api_id, root = private_api(api, OPEN_POLICY)
    client = api.client("apigateway")
    client.create_deployment(restApiId=api_id, stageName="prod")
    before = _export(api, api_id)
    client.put_method(restApiId=api_id, resourceId=root, httpMethod="POST", authorizationType="NONE")
    client.update_rest_api(
        restApiId=api_id, patchOperations=[{"op": "add", "path": "/binaryMediaTypes/*~1*", "value": ""}]
    )
    assert _export(api, api_id) == before
    assert set(before["paths"]["/"]) == {"get"}
    client.create_deployment(restApiId=api_id, stageName="prod")
    after = _export(api, api_id)
    assert set(after["paths"]["/"]) == {"get", "post"}
    assert after["x-amazon-apigateway-binary-media-types"] == ["*/*"]


def test_a_stage_keeps_its_settings_when_it_is_deployed_to_again(api: AwsApi) -> None:
    api_id, _ = private_api(api, OPEN_POLICY)
    client = api.client("apigateway")
    client.create_deployment(restApiId=api_id, stageName="prod", variables={"colour": "blue"})
    client.update_stage(
        restApiId=api_id,
        stageName="prod",
        patchOperations=[
            {"op": "replace", "path": "/*/*/logging/dataTrace", "value": "true"},
            {"op": "add", "path": "/variables/size", "value": "xl"},
        ],
    )
    second = client.create_deployment(restApiId=api_id, stageName="prod")["id"]
    stage = client.get_stage(restApiId=api_id, stageName="prod")
    assert stage["deploymentId"] == second
    assert stage["variables"] == {"colour": "blue", "size": "xl"}
    assert stage["methodSettings"]["*/*"]["dataTraceEnabled"]


def test_method_settings_can_be_removed(api: AwsApi) -> None:
    api_id, _ = private_api(api, OPEN_POLICY)
    client = api.client("apigateway")
    client.create_deployment(restApiId=api_id, stageName="prod")
    for operation in (
        {"op": "replace", "path": "/*/*/metrics/enabled", "value": "true"},
        {"op": "remove", "path": "/*/*"},
    ):
        client.update_stage(restApiId=api_id, stageName="prod", patchOperations=[operation])
    assert client.get_stage(restApiId=api_id, stageName="prod")["methodSettings"] == {}


def test_a_stage_can_be_moved_to_an_older_deployment(api: AwsApi) -> None:
    api_id, root = private_api(api, OPEN_POLICY)
    client = api.client("apigateway")
    first = client.create_deployment(restApiId=api_id)["id"]
    client.create_stage(restApiId=api_id, stageName="prod", deploymentId=first)
    client.put_method(restApiId=api_id, resourceId=root, httpMethod="POST", authorizationType="NONE")
    second = client.create_deployment(restApiId=api_id, stageName="prod")["id"]
    assert set(_export(api, api_id)["paths"]["/"]) == {"get", "post"}
    client.update_stage(
        restApiId=api_id,
        stageName="prod",
        patchOperations=[{"op": "replace", "path": "/deploymentId", "value": first}],
    )
    assert set(_export(api, api_id)["paths"]["/"]) == {"get"}
    client.delete_deployment(restApiId=api_id, deploymentId=second)


def test_a_deployment_that_a_stage_serves_cannot_be_deleted(api: AwsApi) -> None:
    api_id, _ = private_api(api, OPEN_POLICY)
    client = api.client("apigateway")
    deployment = client.create_deployment(restApiId=api_id)["id"]
    client.create_stage(restApiId=api_id, stageName="prod", deploymentId=deployment)
    with pytest.raises(ClientError, match="stages"):
        client.delete_deployment(restApiId=api_id, deploymentId=deployment)


def test_a_stage_of_a_deployment_that_does_not_exist_is_refused(api: AwsApi) -> None:
    api_id, _ = private_api(api, OPEN_POLICY)
    with pytest.raises(ClientError, match="Deployment id does not exist"):
        api.client("apigateway").create_stage(restApiId=api_id, stageName="prod", deploymentId="none")


def test_a_canary_is_told_and_can_be_removed(api: AwsApi) -> None:
    api_id, _ = private_api(api, OPEN_POLICY)
    client = api.client("apigateway")
    deployment = client.create_deployment(restApiId=api_id)["id"]
    client.create_stage(
        restApiId=api_id,
        stageName="prod",
        deploymentId=deployment,
        canarySettings={"percentTraffic": 10.0, "deploymentId": deployment},
    )
    assert client.get_stage(restApiId=api_id, stageName="prod")["canarySettings"]["percentTraffic"] == 10.0
    client.update_stage(
        restApiId=api_id, stageName="prod", patchOperations=[{"op": "remove", "path": "/canarySettings"}]
    )
    assert "canarySettings" not in client.get_stage(restApiId=api_id, stageName="prod")


@pytest.mark.parametrize(
    ("extensions", "policy", "integration"),
    [("apigateway", True, True), ("integrations", False, True), ("", False, False)],
)
def test_an_export_has_the_extensions_that_were_asked_for(
    api: AwsApi, extensions: str, policy: bool, integration: bool
) -> None:
    api_id, _ = private_api(api, OPEN_POLICY)
    api.client("apigateway").create_deployment(restApiId=api_id, stageName="prod")
    document = _export(api, api_id, extensions=extensions)
    assert document["openapi"] == "3.0.1"
    assert ("x-amazon-apigateway-policy" in document) is policy
    assert ("x-amazon-apigateway-integration" in document["paths"]["/"]["get"]) is integration


def test_the_export_of_a_stage_that_does_not_exist_is_not_found(api: AwsApi) -> None:
    api_id, _ = private_api(api, OPEN_POLICY)
    with pytest.raises(ClientError, match="NotFoundException"):
        _export(api, api_id, "none")


def test_moto_still_lacks_snapshots(api: AwsApi) -> None:
    from moto.apigateway.models import Deployment

    stock: Any = Deployment
    assert set(vars(stock("id", "prod"))) == {"id", "stage_name", "description", "created_date"}
