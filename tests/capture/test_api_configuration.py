"""A REST API as it is configured, beside what its stage serves: equal after a deployment, until a change."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.capture.scripted import DENIED, ScriptedAccount

from landbridge.capture.api_configuration import read_configurations
from landbridge.capture.capture import capture
from landbridge.control.aws_api import AwsApi
from landbridge.model.api_gateway import ApiGateway, Deployment, RestApi
from landbridge.model.identifiers import RestApiId

FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:guard"
INVOKE = f"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
POOL = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_abc"
HTTP = {
    "type": "http",
    "httpMethod": "POST",
    "uri": "https://backend.example/{id}",
    "requestParameters": {"integration.request.path.id": "method.request.path.id"},
    "requestTemplates": {"application/json": "$input.json('$')"},
    "passthroughBehavior": "when_no_templates",
    "timeoutInMillis": 5000,
    "cacheKeyParameters": ["method.request.path.id"],
    "cacheNamespace": "orders",
    "tlsConfig": {"insecureSkipVerification": True},
    "responses": {
        "default": {"statusCode": "200"},
        "5\\d{2}": {"statusCode": "502", "responseTemplates": {"application/json": "{}"}},
    },
}
DOCUMENT = {
    "openapi": "3.0.1",
    "info": {"title": "orders", "version": "1"},
    "paths": {
        "/orders/{id}": {
            "post": {
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "x-id", "in": "header", "required": True, "schema": {"type": "string"}},
                    {"name": "page", "in": "query", "schema": {"type": "string"}},
                ],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
                },
                "responses": {"200": {"description": "fine"}, "502": {"description": "not"}},
                "security": [{"pool": ["orders/write"]}, {"api_key": []}],
                "x-amazon-apigateway-request-validator": "all",
                "x-amazon-apigateway-integration": HTTP,
            },
            "get": {
                "responses": {"200": {"description": "fine"}},
                "security": [{"guard": []}],
                "x-amazon-apigateway-integration": {"type": "aws_proxy", "httpMethod": "POST", "uri": INVOKE},
            },
            "options": {
                "responses": {"200": {"description": "fine"}},
                "x-amazon-apigateway-integration": {
                    "type": "mock",
                    "requestTemplates": {"application/json": '{"statusCode": 200}'},
                    "responses": {"default": {"statusCode": "200"}},
                },
            },
        },
        "/signed": {
            "x-amazon-apigateway-any-method": {
                "responses": {"200": {"description": "fine"}},
                "security": [{"sigv4": []}],
                "x-amazon-apigateway-integration": {"type": "http_proxy", "uri": "https://b.example"}
                | {"httpMethod": "ANY"},
            },
        },
    },
    "components": {
        "schemas": {
            "Line": {"type": "object", "properties": {"item": {"type": "string"}}},
            "Order": {"type": "object", "properties": {"line": {"$ref": "#/components/schemas/Line"}}},
        },
        "securitySchemes": {
            "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
            "sigv4": {"type": "apiKey", "name": "Authorization", "in": "header"}
            | {"x-amazon-apigateway-authtype": "awsSigv4"},
            "pool": {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "cognito_user_pools",
                "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [POOL]},
            },
            "guard": {
                "type": "apiKey",
                "name": "Unused",
                "in": "header",
                "x-amazon-apigateway-authtype": "custom",
                "x-amazon-apigateway-authorizer": {
                    "type": "request",
                    "authorizerUri": INVOKE,
                    "identitySource": "method.request.header.X-Token, method.request.querystring.token",
                    "authorizerResultTtlInSeconds": 0,
                },
            },
        },
    },
    "x-amazon-apigateway-request-validators": {
        "all": {"validateRequestBody": True, "validateRequestParameters": True}
    },
    "x-amazon-apigateway-binary-media-types": ["image/png"],
    "x-amazon-apigateway-minimum-compression-size": 1024,
    "x-amazon-apigateway-api-key-source": "AUTHORIZER",
    "x-amazon-apigateway-gateway-responses": {"ACCESS_DENIED": {"statusCode": 404}},
}


@pytest.fixture
def api() -> Iterator[AwsApi]:
    aws_api = AwsApi("eu-central-1")
    yield aws_api
    aws_api.close()


@pytest.fixture
def rest_api_id(api: AwsApi) -> str:
    client = api.client("apigateway")
    made = str(client.import_rest_api(body=json.dumps(DOCUMENT).encode())["id"])
    client.create_deployment(restApiId=made, stageName="live")
    return made


def captured(api: AwsApi) -> RestApi:
    [found] = capture(
        api.client, account_id=api.account_id, region=api.region, configurations=True
    ).topology.api_gateway.rest_apis
    return found


def both(api: AwsApi) -> tuple[Deployment, Deployment]:
    """What is configured and what the stage serves, less its id and AWS's own model in every export."""
    found = captured(api)
    assert found.configured is not None
    served = found.stages[0].deployment
    models = tuple(model for model in served.models if model[0] != "Empty")
    return found.configured, replace(served, id="", models=models)


def test_what_was_just_deployed_is_what_is_configured(api: AwsApi, rest_api_id: str) -> None:
    configured, served = both(api)
    assert configured == served
    [order, signed] = [each for each in configured.resources if each.methods]
    by_method = {method.http_method: method for method in order.methods}
    assert by_method["POST"].authorization_type == "COGNITO_USER_POOLS"
    assert by_method["POST"].authorization_scopes == ("orders/write",)
    assert by_method["POST"].validation is not None
    assert signed.methods[0].authorization_type == "AWS_IAM"
    assert configured.gateway_responses != ()


def order_resource(client: Any, rest_api_id: str) -> str:
    items = client.get_resources(restApiId=rest_api_id)["items"]
    return next(str(item["id"]) for item in items if item["path"] == "/orders/{id}")


def open_method(client: Any, rest_api_id: str) -> None:
    client.update_method(
        restApiId=rest_api_id,
        resourceId=order_resource(client, rest_api_id),
        httpMethod="GET",
        patchOperations=[{"op": "replace", "path": "/authorizationType", "value": "NONE"}],
    )


def delete_method(client: Any, rest_api_id: str) -> None:
    client.delete_method(
        restApiId=rest_api_id, resourceId=order_resource(client, rest_api_id), httpMethod="OPTIONS"
    )


def point_elsewhere(client: Any, rest_api_id: str) -> None:
    client.update_integration(
        restApiId=rest_api_id,
        resourceId=order_resource(client, rest_api_id),
        httpMethod="POST",
        patchOperations=[{"op": "replace", "path": "/uri", "value": "https://other.example"}],
    )


def take_every_media_type(client: Any, rest_api_id: str) -> None:
    operations = [{"op": "add", "path": "/binaryMediaTypes/*~1*"}]
    client.update_rest_api(restApiId=rest_api_id, patchOperations=operations)


@pytest.mark.parametrize("change", [open_method, delete_method, point_elsewhere, take_every_media_type])
def test_a_change_shows_in_the_configuration_and_not_in_the_deployment(
    change: Callable[[Any, str], None], api: AwsApi, rest_api_id: str
) -> None:
    _, before = both(api)
    change(api.client("apigateway"), rest_api_id)
    configured, served = both(api)
    assert served == before
    assert configured != served
    api.client("apigateway").create_deployment(restApiId=rest_api_id, stageName="live")
    configured, served = both(api)
    assert replace(configured, unattached_authorizers=()) == served


def test_an_authorizer_that_no_method_has_is_told(api: AwsApi, rest_api_id: str) -> None:
    client = api.client("apigateway")
    client.create_authorizer(
        restApiId=rest_api_id, name="spare", type="COGNITO_USER_POOLS", providerARNs=[POOL]
    )
    configured, served = both(api)
    assert configured.unattached_authorizers == ("spare",)
    assert served.unattached_authorizers == ()


def test_a_configuration_is_only_read_where_it_is_asked_for(api: AwsApi, rest_api_id: str) -> None:
    [found] = capture(api.client, account_id=api.account_id, region=api.region).topology.api_gateway.rest_apis
    assert found.id == rest_api_id
    assert found.configured is None


@pytest.mark.parametrize(
    "operation", ["get_resources", "get_authorizers", "get_models", "get_gateway_responses"]
)
def test_a_part_that_may_not_be_read_leaves_the_configuration_unknown(operation: str) -> None:
    account = ScriptedAccount(
        {"apigateway.get_rest_apis": {"items": [{"id": "a1"}]}, f"apigateway.{operation}": DENIED}
    )
    rest_api = RestApi(RestApiId("a1"), "orders", "PRIVATE", (), None, ())
    reader = account.reader("API Gateway")
    [found] = read_configurations(reader, ApiGateway((rest_api,))).rest_apis
    assert found.configured is None
    assert [notice.missing_permission for notice in reader.notices] == ["apigateway:GET"]
