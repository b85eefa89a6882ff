import json
from io import BytesIO
from typing import Any

import pytest
from tests.capture.scripted import DENIED, ScriptedAccount, features

from landbridge.capture.api_gateway import UNREAD_DEPLOYMENT, UNREAD_MAPPINGS, read_api_gateway
from landbridge.model.api_gateway import ApiGateway, BasePathMapping, Deployment, DomainName
from landbridge.model.identifiers import Arn, RestApiId

ARN = Arn("arn:aws:acm:eu-central-1:123456789012:certificate/1")
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
        ({"canarySettings": {"percentTraffic": 10.0}}, "canary deployments"),
        ({"cacheClusterEnabled": True}, "stage caches"),
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


def test_throttling_is_noticed_and_marks_nothing() -> None:
    settings = {"*/*": {"throttlingRateLimit": 10.0, "throttlingBurstLimit": 5}}
    reader = account(stages=({**STAGE, "methodSettings": settings},)).reader()
    (stage,) = read_api_gateway(reader, ApiGateway()).rest_apis[0].stages
    assert stage.unsupported == ()
    assert features(reader) == [("a1b2c3/prod", "throttling")]


def test_a_stage_whose_methods_are_not_throttled_is_not_noticed() -> None:
    settings = {"*/*": {"metricsEnabled": True, "throttlingRateLimit": -1.0, "throttlingBurstLimit": -1}}
    reader = account(stages=({**STAGE, "methodSettings": settings},)).reader()
    read_api_gateway(reader, ApiGateway())
    assert features(reader) == []


@pytest.mark.parametrize(
    ("operation", "feature"),
    [
        ({"x-amazon-apigateway-request-validator": "all"}, "request validators"),
        ({"x-amazon-apigateway-auth": {"type": "AWS_IAM"}}, "the authorization type AWS_IAM"),
        ({"security": [{"mine": []}]}, "the authorization type CUSTOM"),
        ({"security": [{"api_key": []}]}, "API keys"),
        ({"x-amazon-apigateway-integration": {"type": "http_proxy"}}, "HTTP_PROXY integrations"),
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
    ("members", "expected", "marks"),
    [
        ({"endpointConfiguration": {"types": ["EDGE"]}}, "edge-optimized APIs", ()),
        ({"minimumCompressionSize": 0}, "compression of responses", ()),
        (
            {"endpointAccessMode": "STRICT"},
            "strict endpoint access mode",
            ("strict endpoint access mode",),
        ),
    ],
)
def test_what_is_not_modelled_of_an_api_is_noticed(
    members: dict[str, Any], expected: str, marks: tuple[str, ...]
) -> None:
    reader = account({**API, **members}).reader()
    (api,) = read_api_gateway(reader, ApiGateway()).rest_apis
    assert features(reader) == [("a1b2c3", expected)]
    assert api.stages[0].unsupported == marks


def test_http_apis_are_noticed() -> None:
    http = {"ApiId": "h1", "ProtocolType": "HTTP", "Name": "h", "RouteSelectionExpression": "$request.method"}
    reader = ScriptedAccount({"apigatewayv2.get_apis": {"Items": [http]}}).reader()
    read_api_gateway(reader, ApiGateway())
    assert features(reader) == [("h1", "HTTP APIs")]


DOMAIN = {
    "domainName": "orders.corp.example",
    "endpointConfiguration": {"types": ["REGIONAL"]},
    "regionalCertificateArn": ARN,
    "securityPolicy": "TLS_1_2",
}


def domains(domain: dict[str, Any], mappings: Any) -> ScriptedAccount:
    return ScriptedAccount(
        {"apigateway.get_domain_names": {"items": [domain]}, "apigateway.get_base_path_mappings": mappings}
    )


def test_a_domain_name_has_its_certificate_and_base_path_mappings() -> None:
    mappings = [
        {"basePath": "v1", "restApiId": "a1b2c3", "stage": "prod"},
        {"basePath": "(none)", "restApiId": "a1b2c3", "stage": "test"},
    ]
    reader = domains(DOMAIN, {"items": mappings}).reader()
    assert read_api_gateway(reader, ApiGateway()).domain_names == (
        DomainName(
            "orders.corp.example",
            "REGIONAL",
            "TLS_1_2",
            ARN,
            (
                BasePathMapping("", RestApiId("a1b2c3"), "test"),
                BasePathMapping("v1", RestApiId("a1b2c3"), "prod"),
            ),
        ),
    )
    assert reader.notices == []


@pytest.mark.parametrize(
    ("members", "feature"),
    [
        (
            {"endpointConfiguration": {"types": ["PRIVATE"]}, "domainNameId": "x1"},
            "private custom domain names",
        ),
        ({"endpointConfiguration": {"types": ["EDGE"]}}, "edge-optimized custom domain names"),
        ({"mutualTlsAuthentication": {"truststoreUri": "s3://trust/store.pem"}}, "mutual TLS"),
        ({"routingMode": "ROUTING_RULE_ONLY"}, "routing rules"),
        ({"endpointAccessMode": "STRICT"}, "strict endpoint access mode"),
    ],
)
def test_a_domain_name_that_is_not_modelled_is_marked_and_noticed(
    members: dict[str, Any], feature: str
) -> None:
    reader = domains({**DOMAIN, **members}, {"items": []}).reader()
    (domain,) = read_api_gateway(reader, ApiGateway()).domain_names
    assert domain.unsupported == (feature,)
    assert features(reader) == [("orders.corp.example", feature)]


def test_mappings_that_cannot_be_read_mark_the_domain_name() -> None:
    (domain,) = read_api_gateway(domains(DOMAIN, DENIED).reader(), ApiGateway()).domain_names
    assert domain.unsupported == (UNREAD_MAPPINGS,)
