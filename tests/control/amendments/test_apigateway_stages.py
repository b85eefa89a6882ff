from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import OPEN_POLICY, private_api

from landbridge.control.aws_api import AwsApi

ROLE = "arn:aws:iam::123456789012:role/logs"
GROUP = "arn:aws:logs:eu-central-1:123456789012:log-group:access"
LOGS_ON = (
    ("/*/*/logging/loglevel", "ERROR"),
    ("/~1pets/GET/logging/loglevel", "INFO"),
    ("/accessLogSettings/destinationArn", GROUP),
)


def _stage(api: AwsApi, **deployment: Any) -> tuple[Any, str, str]:
    """A client, an API with stage prod, and its deployment."""
    api_id, _ = private_api(api, OPEN_POLICY)
    client = api.client("apigateway")
    made = client.create_deployment(restApiId=api_id, stageName="prod", **deployment)
    return client, api_id, made["id"]


def _patch(client: Any, api_id: str, *operations: dict[str, str]) -> Any:
    return client.update_stage(restApiId=api_id, stageName="prod", patchOperations=list(operations))


def _replace(path: str, value: str) -> dict[str, str]:
    return {"op": "replace", "path": path, "value": value}


def _let_log(client: Any) -> None:
    client.update_account(patchOperations=[_replace("/cloudwatchRoleArn", ROLE)])


@pytest.mark.parametrize(("path", "value"), LOGS_ON)
def test_logs_are_turned_on_only_where_the_account_has_a_role_for_them(
    api: AwsApi, path: str, value: str
) -> None:
    client, api_id, _ = _stage(api)
    with pytest.raises(ClientError, match="CloudWatch Logs role ARN must be set in account settings"):
        _patch(client, api_id, _replace(path, value))
    _let_log(client)
    assert _patch(client, api_id, _replace(path, value))["stageName"] == "prod"


def test_a_stage_that_does_not_exist_is_not_made_by_an_update(api: AwsApi) -> None:
    client, api_id, _ = _stage(api)
    with pytest.raises(ClientError, match="Invalid stage identifier specified"):
        client.update_stage(
            restApiId=api_id, stageName="gone", patchOperations=[_replace("/description", "x")]
        )


def test_a_stage_is_rolled_back_by_its_deployment_id(api: AwsApi) -> None:
    client, api_id, first = _stage(api)
    second = client.create_deployment(restApiId=api_id, stageName="prod")["id"]
    assert client.get_stage(restApiId=api_id, stageName="prod")["deploymentId"] == second
    assert _patch(client, api_id, _replace("/deploymentId", first))["deploymentId"] == first
    with pytest.raises(ClientError, match="Deployment id does not exist"):
        _patch(client, api_id, _replace("/deploymentId", "gone"))


def test_a_deployment_with_canary_settings_leaves_the_stage_as_it_is(api: AwsApi) -> None:
    client, api_id, first = _stage(api, variables={"colour": "blue"})
    canary = {"percentTraffic": 25.0, "stageVariableOverrides": {"colour": "green"}}
    second = client.create_deployment(restApiId=api_id, stageName="prod", canarySettings=canary)["id"]
    stage = client.get_stage(restApiId=api_id, stageName="prod")
    assert (stage["deploymentId"], stage["variables"]) == (first, {"colour": "blue"})
    assert stage["canarySettings"] == {**canary, "deploymentId": second, "useStageCache": False}


def test_a_canary_is_promoted_by_copies_and_removed(api: AwsApi) -> None:
    client, api_id, first = _stage(api, variables={"colour": "blue", "size": "xl"})
    canary = {"percentTraffic": 10.5, "stageVariableOverrides": {"colour": "green"}}
    second = client.create_deployment(restApiId=api_id, stageName="prod", canarySettings=canary)["id"]
    with pytest.raises(ClientError, match="Active stages"):
        client.delete_deployment(restApiId=api_id, deploymentId=second)
    _patch(
        client,
        api_id,
        {"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"},
        {"op": "copy", "from": "/canarySettings/stageVariableOverrides", "path": "/variables"},
        {"op": "remove", "path": "/canarySettings"},
    )
    stage = client.get_stage(restApiId=api_id, stageName="prod")
    assert "canarySettings" not in stage
    assert (stage["deploymentId"], stage["variables"]) == (second, {"colour": "green", "size": "xl"})
    client.delete_deployment(restApiId=api_id, deploymentId=first)


def test_a_canary_is_patched_value_by_value(api: AwsApi) -> None:
    client, api_id, first = _stage(api)
    stage = _patch(
        client,
        api_id,
        _replace("/canarySettings/deploymentId", first),
        _replace("/canarySettings/percentTraffic", "12.5"),
        _replace("/canarySettings/useStageCache", "true"),
        _replace("/canarySettings/stageVariableOverrides/a~1b", "1"),
    )
    assert stage["canarySettings"] == {
        "deploymentId": first,
        "percentTraffic": 12.5,
        "useStageCache": True,
        "stageVariableOverrides": {"a/b": "1"},
    }
    removed = {"op": "remove", "path": "/canarySettings/stageVariableOverrides/a~1b"}
    assert _patch(client, api_id, removed)["canarySettings"]["stageVariableOverrides"] == {}


def test_a_copy_of_anything_else_is_refused(api: AwsApi) -> None:
    client, api_id, _ = _stage(api)
    with pytest.raises(ClientError, match="Invalid patch path"):
        _patch(
            client, api_id, {"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"}
        )


def test_the_cache_of_a_stage_can_be_flushed(api: AwsApi) -> None:
    client, api_id, _ = _stage(api)
    answer = client.flush_stage_cache(restApiId=api_id, stageName="prod")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    with pytest.raises(ClientError, match="Invalid stage identifier specified"):
        client.flush_stage_cache(restApiId=api_id, stageName="gone")
