import json
from io import BytesIO
from typing import Any

import pytest
from tests.capture.scripted import DENIED, ScriptedAccount, features

from landbridge.capture.api_gateway import UNREAD_CANARY, UNREAD_DEPLOYMENT, read_api_gateway
from landbridge.model.api_gateway import ApiGateway, Deployment
from landbridge.model.api_gateway_usage import ApiKey, MethodThrottle, Throttle, Usage

POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke"}]}'
)
API = {
    "id": "a1b2c3",
    "name": "orders",
    "endpointConfiguration": {"types": ["PRIVATE"], "vpcEndpointIds": ["vpce-2", "vpce-1"]},
    "policy": POLICY.replace('"', '\\"'),
}
STAGE = {"stageName": "prod", "deploymentId": "d1"}
EXPORT = {"openapi": "3.0.1", "paths": {"/orders": {"get": {}}}}


def account(
    api: dict[str, Any] | None = None, stages: tuple[dict[str, Any], ...] = (STAGE,), **answers: Any
) -> ScriptedAccount:
    return ScriptedAccount(
        {
            "apigateway.get_rest_apis": {"items": [api or API]},
            "apigateway.get_stages": {"item": list(stages)},
            "apigateway.get_resources": {"items": [{"id": "r1", "path": "/orders"}]},
            "apigateway.get_export": lambda parameters: {"body": BytesIO(json.dumps(EXPORT).encode())},
            **{f"apigateway.{operation}": answer for operation, answer in answers.items()},
        }
    )


def test_an_api_has_its_configured_policy_which_aws_returns_escaped() -> None:
    (api,) = read_api_gateway(account().reader(), ApiGateway()).rest_apis
    assert (api.id, api.name, api.endpoint_type) == ("a1b2c3", "orders", "PRIVATE")
    assert api.vpc_endpoint_ids == ("vpce-1", "vpce-2")
    assert api.policy is not None
    assert api.policy.statements[0].actions == ("execute-api:Invoke",)
    assert not api.disable_execute_api_endpoint


def test_a_stage_serves_its_exported_deployment_with_the_ids_of_the_resources() -> None:
    reader = account(stages=({**STAGE, "variables": {"b": "2", "a": "1"}},)).reader()
    (stage,) = read_api_gateway(reader, ApiGateway()).rest_apis[0].stages
    assert stage.variables == (("a", "1"), ("b", "2"))
    assert stage.deployment.id == "d1"
    assert [(resource.id, resource.path) for resource in stage.deployment.resources] == [("r1", "/orders")]
    assert reader.notices == []


def test_a_deployment_that_is_known_is_not_exported_again_and_a_new_one_is() -> None:
    scripted = account()
    before = read_api_gateway(scripted.reader(), ApiGateway())
    scripted.calls.clear()
    after = read_api_gateway(scripted.reader(), before)
    assert after.rest_apis[0].stages[0].deployment is before.rest_apis[0].stages[0].deployment
    assert "apigateway.get_export" not in scripted.calls
    scripted.script["apigateway.get_stages"] = {"item": [{**STAGE, "deploymentId": "d2"}]}
    redeployed = read_api_gateway(scripted.reader(), after)
    assert redeployed.rest_apis[0].stages[0].deployment.id == "d2"


def test_two_stages_with_one_deployment_share_one_export() -> None:
    scripted = account(stages=(STAGE, {**STAGE, "stageName": "test"}))
    test, prod = reversed(read_api_gateway(scripted.reader(), ApiGateway()).rest_apis[0].stages)
    assert test.deployment is prod.deployment
    assert scripted.calls.count("apigateway.get_export") == 1


def test_a_deployment_that_cannot_be_read_leaves_its_stage_unsupported_until_it_can() -> None:
    scripted = account(get_export=DENIED)
    reader = scripted.reader()
    before = read_api_gateway(reader, ApiGateway())
    (stage,) = before.rest_apis[0].stages
    assert stage.deployment == Deployment("d1", ())
    assert stage.unsupported == (UNREAD_DEPLOYMENT,)
    assert [notice.missing_permission for notice in reader.notices] == ["apigateway:GET"]
    (stage,) = read_api_gateway(account().reader(), before).rest_apis[0].stages
    assert stage.deployment.resources
    assert stage.unsupported == ()


@pytest.mark.parametrize(
    ("members", "feature"),
    [
        ({"webAclArn": "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/a/1"}, "web ACLs"),
    ],
)
def test_what_changes_a_stage_s_answers_marks_it_and_is_noticed(
    members: dict[str, Any], feature: str
) -> None:
    reader = account(stages=({**STAGE, **members},)).reader()
    (stage,) = read_api_gateway(reader, ApiGateway()).rest_apis[0].stages
    assert stage.unsupported == (feature,)
    assert features(reader) == [("a1b2c3/prod", feature)]


CANARY = {
    "percentTraffic": 10.5,
    "deploymentId": "d2",
    "stageVariableOverrides": {"a": "2"},
    "useStageCache": True,
}


def test_a_canary_has_the_deployment_that_the_local_api_exports_for_it() -> None:
    def export(parameters: dict[str, Any]) -> dict[str, Any]:
        asked = parameters["parameters"].get("x-landbridge-deployment")
        document = {**EXPORT, **({"x-landbridge-deployment": asked} if asked else {})}
        return {"body": BytesIO(json.dumps(document).encode())}

    stages = ({**STAGE, "canarySettings": CANARY},)
    reader = account(stages=stages, get_export=export).reader()
    (stage,) = read_api_gateway(reader, ApiGateway()).rest_apis[0].stages
    assert stage.canary is not None
    assert (stage.deployment.id, stage.canary.deployment.id) == ("d1", "d2")
    assert (stage.canary.percent_traffic, stage.canary.variables) == (10.5, (("a", "2"),))
    assert stage.canary.use_stage_cache
    assert reader.notices == []


def test_a_canary_on_aws_cannot_be_read_so_nobody_decides_for_its_stage() -> None:
    reader = account(stages=({**STAGE, "canarySettings": CANARY},)).reader()
    (stage,) = read_api_gateway(reader, ApiGateway()).rest_apis[0].stages
    assert stage.canary is None
    assert stage.unsupported == (UNREAD_CANARY,)
    assert features(reader) == [("a1b2c3/prod", UNREAD_CANARY)]


@pytest.mark.parametrize("settings", [{"percentTraffic": 0.0, "deploymentId": "d2"}, {}])
def test_a_canary_without_traffic_is_none(settings: dict[str, Any]) -> None:
    reader = account(stages=({**STAGE, "canarySettings": settings},)).reader()
    (stage,) = read_api_gateway(reader, ApiGateway()).rest_apis[0].stages
    assert (stage.canary, stage.unsupported, reader.notices) == (None, (), [])


def test_a_stage_has_the_throttling_of_its_method_settings() -> None:
    settings = {
        "*/*": {"throttlingRateLimit": 10.0, "throttlingBurstLimit": 5},
        "~1orders/GET": {"throttlingRateLimit": -1.0, "throttlingBurstLimit": -1},
    }
    reader = account(stages=({**STAGE, "methodSettings": settings},)).reader()
    (stage,) = read_api_gateway(reader, ApiGateway()).rest_apis[0].stages
    assert stage.throttles == (
        MethodThrottle("*", "*", Throttle(10.0, 5)),
        MethodThrottle("/orders", "GET", None),
    )
    assert reader.notices == []


def test_keys_and_plans_are_read_where_there_are_apis() -> None:
    keys = {"items": [{"id": "k1", "value": "v" * 20, "enabled": True}]}
    read = read_api_gateway(account(get_api_keys=keys).reader(), ApiGateway())
    assert read.usage.api_keys == (ApiKey("k1", "v" * 20),)
    without = account(get_rest_apis={"items": []})
    assert read_api_gateway(without.reader(), ApiGateway()).usage == Usage()
    assert "apigateway.get_api_keys" not in without.calls


@pytest.mark.parametrize(
    ("operation", "feature"),
    [
        ({"x-amazon-apigateway-request-validator": "all"}, "request validators"),
        (
            {"x-amazon-apigateway-integration": {"type": "http_proxy", "responseTransferMode": "LATER"}},
            "a response transfer mode of which nothing is known",
        ),
    ],
)
def test_methods_of_a_deployment_that_are_not_modelled_are_noticed_at_every_capture(
    operation: dict[str, Any], feature: str
) -> None:
    body = json.dumps({"paths": {"/orders": {"get": operation}}}).encode()
    scripted = account(get_export=lambda parameters: {"body": BytesIO(body)})
    first, again = scripted.reader(), scripted.reader()
    read_api_gateway(again, read_api_gateway(first, ApiGateway()))
    assert features(first) == features(again) == [("a1b2c3/prod GET /orders", feature)]


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"endpointConfiguration": {"types": ["EDGE"]}}, "edge-optimized APIs"),
        ({"endpointConfiguration": {"types": ["REGIONAL"], "ipAddressType": "dualstack"}}, "IPv6"),
    ],
)
def test_what_is_not_modelled_of_an_api_is_noticed(members: dict[str, Any], expected: str) -> None:
    reader = account({**API, **members}).reader()
    (api,) = read_api_gateway(reader, ApiGateway()).rest_apis
    assert features(reader) == [("a1b2c3", expected)]
    assert api.stages[0].unsupported == ()


def test_an_api_has_its_endpoint_access_mode_and_whether_its_default_endpoint_is_disabled() -> None:
    members = {"endpointAccessMode": "STRICT", "disableExecuteApiEndpoint": True}
    reader = account({**API, **members}).reader()
    (api,) = read_api_gateway(reader, ApiGateway()).rest_apis
    assert (api.endpoint_access_mode, api.disable_execute_api_endpoint) == ("STRICT", True)
    assert reader.notices == []


def test_a_private_api_is_dualstack_and_that_is_nothing_to_tell() -> None:
    endpoint = {"types": ["PRIVATE"], "ipAddressType": "dualstack"}
    reader = account({**API, "endpointConfiguration": endpoint}).reader()
    read_api_gateway(reader, ApiGateway())
    assert reader.notices == []


def test_a_client_certificate_that_backends_are_not_shown_is_noticed() -> None:
    reader = account(stages=({**STAGE, "clientCertificateId": "c1"},)).reader()
    read_api_gateway(reader, ApiGateway())
    assert features(reader) == [("a1b2c3/prod", "client certificates")]


def test_http_apis_are_noticed() -> None:
    http = {"ApiId": "h1", "ProtocolType": "HTTP", "Name": "h", "RouteSelectionExpression": "$request.method"}
    reader = ScriptedAccount({"apigatewayv2.get_apis": {"Items": [http]}}).reader()
    read_api_gateway(reader, ApiGateway())
    assert features(reader) == [("h1", "HTTP APIs")]
