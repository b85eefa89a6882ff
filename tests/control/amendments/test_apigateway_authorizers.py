from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.apigateway.models import Authorizer
from moto.apigateway.responses import APIGatewayResponse
from tests.control.worlds import OPEN_POLICY, private_api

from landbridge.control.amendments.amend import original_of, replaces
from landbridge.control.aws_api import AwsApi

FUNCTION_URI = (
    "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:eu-central-1:123456789012:function:guard/invocations"
)
POOL = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_"
SOURCE = "method.request.header.Authorization"


def _create(api: AwsApi, **changes: Any) -> dict[str, Any]:
    api_id, _ = private_api(api)
    made = {"restApiId": api_id, "name": "guard", "type": "TOKEN", "authorizerUri": FUNCTION_URI}
    created: dict[str, Any] = api.client("apigateway").create_authorizer(
        **{**made, "identitySource": SOURCE, **changes}
    )
    return {**created, "restApiId": api_id}


@pytest.mark.parametrize("ttl_s", [0, 300, 3600])
def test_answers_are_kept_for_an_hour_at_most(api: AwsApi, ttl_s: int) -> None:
    assert _create(api, authorizerResultTtlInSeconds=ttl_s)["authorizerResultTtlInSeconds"] == ttl_s


@pytest.mark.parametrize(
    "changes",
    [
        {"authorizerResultTtlInSeconds": 3601},
        {"authorizerResultTtlInSeconds": -1},
        {"type": "REQUEST", "identitySource": ""},
        {"type": "TOKEN", "identitySource": ""},
    ],
)
def test_an_authorizer_whose_answers_cannot_be_kept_is_refused(
    api: AwsApi, changes: dict[str, object]
) -> None:
    with pytest.raises(ClientError, match="BadRequestException"):
        _create(api, **changes)


def test_a_request_authorizer_that_keeps_nothing_needs_no_identity_source(api: AwsApi) -> None:
    made = _create(api, type="REQUEST", identitySource="", authorizerResultTtlInSeconds=0)
    assert made["type"] == "REQUEST"


def test_an_authorizer_is_patched_user_pools_and_removals_included(api: AwsApi) -> None:
    made = _create(api, type="COGNITO_USER_POOLS", providerARNs=[f"{POOL}a"])
    place = {"restApiId": made["restApiId"], "authorizerId": made["id"]}
    client = api.client("apigateway")

    def patched(*operations: tuple[str, str, str]) -> dict[str, Any]:
        listed = [{"op": op, "path": path, "value": value} for op, path, value in operations]
        changed: dict[str, Any] = client.update_authorizer(**place, patchOperations=listed)
        return changed

    assert patched(("add", "/providerARNs", f"{POOL}b"))["providerARNs"] == [f"{POOL}a", f"{POOL}b"]
    assert patched(("remove", "/providerARNs", f"{POOL}a"))["providerARNs"] == [f"{POOL}b"]
    assert patched(("replace", "/providerARNs", f"{POOL}c"))["providerARNs"] == [f"{POOL}c"]
    changed = patched(
        ("replace", "/identityValidationExpression", "x"), ("replace", "/authorizerResultTtlInSeconds", "60")
    )
    assert (changed["identityValidationExpression"], changed["authorizerResultTtlInSeconds"]) == ("x", 60)
    client.update_authorizer(
        **place, patchOperations=[{"op": "remove", "path": "/identityValidationExpression"}]
    )
    assert "identityValidationExpression" not in client.get_authorizer(**place)
    with pytest.raises(ClientError, match="BadRequestException"):
        patched(("replace", "/authorizerResultTtlInSeconds", "7200"))


def test_an_authorizer_keeps_the_validation_expression_it_is_created_with(api: AwsApi) -> None:
    made = _create(api, identityValidationExpression="[a-z]+")
    assert made["identityValidationExpression"] == "[a-z]+"
    found = api.client("apigateway").get_authorizer(restApiId=made["restApiId"], authorizerId=made["id"])
    assert found["identityValidationExpression"] == "[a-z]+"


def test_flushing_tells_whoever_keeps_the_answers(api: AwsApi) -> None:
    api_id, _ = private_api(api, OPEN_POLICY)
    client = api.client("apigateway")
    client.create_deployment(restApiId=api_id, stageName="live")
    flushed: list[tuple[str, str]] = []
    api.material.set_flush_authorizers(lambda api_id, stage: flushed.append((api_id, stage)))
    answered = client.flush_stage_authorizers_cache(restApiId=api_id, stageName="live")
    assert answered["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert flushed == [(api_id, "live")]
    with pytest.raises(ClientError, match="NotFoundException"):
        client.flush_stage_authorizers_cache(restApiId=api_id, stageName="gone")


def test_moto_still_has_neither_flushing_nor_patches_of_user_pools_nor_the_validation_expression() -> None:
    assert not replaces(APIGatewayResponse, "flush_stage_authorizers_cache")
    made = Authorizer("id", "guard", "COGNITO_USER_POOLS", identiy_validation_expression="x")
    assert made.identity_validation_expression is None
    with pytest.raises(Exception, match="not implemented"):
        original_of(Authorizer, "apply_operations")(
            made, [{"op": "add", "path": "/providerARNs", "value": "arn"}]
        )
