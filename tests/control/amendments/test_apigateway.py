import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import ACCOUNT, OPEN_POLICY, REGION, private_api

from landbridge.control.amendments.amend import original_of
from landbridge.control.aws_api import AwsApi


def _unescaped(policy: str) -> Any:
    return json.loads(json.loads(f'"{policy}"'))


def _update(api: AwsApi, api_id: str, *operations: tuple[str, str, str]) -> dict[str, Any]:
    patches = [{"op": op, "path": path, "value": value} for op, path, value in operations]
    answer: dict[str, Any] = api.client("apigateway").update_rest_api(
        restApiId=api_id, patchOperations=patches
    )
    return answer


def test_the_policy_of_an_api_comes_back_escaped_and_in_full(api: AwsApi) -> None:
    api_id, _ = private_api(api, OPEN_POLICY)
    found = api.client("apigateway").get_rest_api(restApiId=api_id)["policy"]
    assert found.startswith('{\\"Version\\"')
    statement = _unescaped(found)["Statement"][0]
    assert statement["Resource"] == f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api_id}/*"


def test_a_policy_can_be_put_and_taken_away(api: AwsApi) -> None:
    api_id, _ = private_api(api)
    changed = _update(api, api_id, ("replace", "/policy", OPEN_POLICY))
    assert _unescaped(changed["policy"])["Statement"][0]["Effect"] == "Allow"
    assert "policy" not in _update(api, api_id, ("replace", "/policy", ""))


@pytest.mark.parametrize("policy", ["{", "[]", "{}", '{"Statement": 1}', '{"Statement": [{"Resource": 1}]}'])
def test_a_policy_that_is_none_is_refused(api: AwsApi, policy: str) -> None:
    api_id, _ = private_api(api)
    with pytest.raises(ClientError, match="Invalid policy document"):
        _update(api, api_id, ("replace", "/policy", policy))


def test_binary_media_types_are_kept_and_patched(api: AwsApi) -> None:
    client = api.client("apigateway")
    api_id = client.create_rest_api(name="orders", binaryMediaTypes=["image/png"])["id"]
    assert client.get_rest_api(restApiId=api_id)["binaryMediaTypes"] == ["image/png"]
    changed = _update(
        api, api_id, ("add", "/binaryMediaTypes/*~1*", ""), ("remove", "/binaryMediaTypes/image~1png", "")
    )
    assert changed["binaryMediaTypes"] == ["*/*"]
    assert _update(api, api_id, ("replace", "/binaryMediaTypes/*~1*", "image~1gif"))["binaryMediaTypes"] == [
        "image/gif"
    ]


def test_endpoint_ids_are_patched_without_touching_the_type(api: AwsApi) -> None:
    api_id, _ = private_api(api)
    changed = _update(
        api,
        api_id,
        ("add", "/endpointConfiguration/vpcEndpointIds", "vpce-1"),
        ("add", "/endpointConfiguration/vpcEndpointIds", "vpce-2"),
        ("remove", "/endpointConfiguration/vpcEndpointIds", "vpce-1"),
    )
    assert changed["endpointConfiguration"]["types"] == ["PRIVATE"]
    assert changed["endpointConfiguration"]["vpcEndpointIds"] == ["vpce-2"]


def test_the_default_endpoint_can_be_switched_on_and_off(api: AwsApi) -> None:
    api_id, _ = private_api(api)
    assert _update(api, api_id, ("replace", "/disableExecuteApiEndpoint", "true"))[
        "disableExecuteApiEndpoint"
    ]
    changed = _update(
        api,
        api_id,
        ("replace", "/disableExecuteApiEndpoint", "false"),
        ("replace", "/minimumCompressionSize", "1024"),
        ("replace", "/name", "renamed"),
    )
    assert changed["disableExecuteApiEndpoint"] is False
    assert (changed["minimumCompressionSize"], changed["name"]) == (1024, "renamed")


def test_an_integration_is_put_with_all_its_properties(api: AwsApi) -> None:
    api_id, root = private_api(api)
    client = api.client("apigateway")
    client.put_integration(
        restApiId=api_id,
        resourceId=root,
        httpMethod="GET",
        type="HTTP_PROXY",
        integrationHttpMethod="GET",
        uri="https://backend.example/",
        connectionType="VPC_LINK",
        connectionId="link1",
        cacheKeyParameters=["method.request.querystring.id"],
    )
    found = client.get_integration(restApiId=api_id, resourceId=root, httpMethod="GET")
    assert found["cacheKeyParameters"] == ["method.request.querystring.id"]
    assert (found["connectionType"], found["connectionId"]) == ("VPC_LINK", "link1")
    assert (found["timeoutInMillis"], found["cacheNamespace"]) == (29000, root)


def test_the_response_of_an_integration_that_is_gone_is_not_found(api: AwsApi) -> None:
    api_id, root = private_api(api)
    client = api.client("apigateway")
    client.delete_integration(restApiId=api_id, resourceId=root, httpMethod="GET")
    with pytest.raises(ClientError) as failed:
        client.get_integration_response(restApiId=api_id, resourceId=root, httpMethod="GET", statusCode="200")
    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500


def test_an_api_and_a_stage_have_tags(api: AwsApi) -> None:
    api_id, _ = private_api(api, OPEN_POLICY)
    client = api.client("apigateway")
    client.create_deployment(restApiId=api_id, stageName="prod")
    for arn in (f"/restapis/{api_id}", f"/restapis/{api_id}/stages/prod"):
        arn = f"arn:aws:apigateway:{REGION}::{arn}"
        client.tag_resource(resourceArn=arn, tags={"app": "orders", "team": "x"})
        client.untag_resource(resourceArn=arn, tagKeys=["team"])
        assert client.get_tags(resourceArn=arn)["tags"] == {"app": "orders"}
    assert client.get_rest_api(restApiId=api_id)["tags"] == {"app": "orders"}


def test_moto_still_lacks_the_escaping_of_policies(api: AwsApi) -> None:
    from moto.apigateway.models import RestAPI

    rest_api: Any = RestAPI
    stock = rest_api("id", ACCOUNT, REGION, "orders", "", policy=OPEN_POLICY)
    assert original_of(RestAPI, "to_dict")(stock)["policy"].startswith('{"')


def test_an_api_keeps_its_security_policy_and_its_endpoint_access_mode(api: AwsApi) -> None:
    client = api.client("apigateway")
    policy = "SecurityPolicy_TLS13_1_3_2025_09"
    made = client.create_rest_api(name="strict", securityPolicy=policy, endpointAccessMode="STRICT")
    assert (made["securityPolicy"], made["endpointAccessMode"]) == (policy, "STRICT")
    operations = [{"op": "replace", "path": "/endpointAccessMode", "value": "BASIC"}]
    assert (
        client.update_rest_api(restApiId=made["id"], patchOperations=operations)["endpointAccessMode"]
        == "BASIC"
    )
    assert "endpointAccessMode" not in client.get_rest_api(restApiId=client.create_rest_api(name="old")["id"])
