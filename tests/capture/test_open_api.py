from typing import Any

import pytest

from landbridge.capture.open_api import parse_export
from landbridge.model.api_gateway import (
    Deployment,
    GatewayResponse,
    Integration,
    IntegrationResponse,
    Method,
    Resource,
)

FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:orders"
INVOCATION = f"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
PROXY = {
    "type": "aws_proxy",
    "httpMethod": "POST",
    "uri": INVOCATION,
    "passthroughBehavior": "when_no_match",
    "contentHandling": "CONVERT_TO_TEXT",
}
OBJECT = {
    "type": "aws",
    "httpMethod": "GET",
    "uri": "arn:aws:apigateway:eu-central-1:s3:path/site/{key}",
    "credentials": "arn:aws:iam::123456789012:role/reader",
    "requestParameters": {"integration.request.path.key": "method.request.path.proxy"},
    "requestTemplates": {"application/json": "{}"},
    "passthroughBehavior": "when_no_templates",
    "timeoutInMillis": 5000,
    "responses": {
        "default": {"statusCode": "200"},
        "4\\d{2}": {
            "statusCode": "404",
            "responseParameters": {"method.response.header.Content-Type": "'text/html'"},
            "responseTemplates": {"application/json": "not here"},
            "contentHandling": "CONVERT_TO_BINARY",
        },
    },
}


def export(operation: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"openapi": "3.0.1", "paths": {"/orders": {"get": operation}}, **members}


def only_method(document: dict[str, Any]) -> Method:
    (resource,) = parse_export("d1", document, {}).resources
    (method,) = resource.methods
    return method


def test_an_export_holds_resources_policy_media_types_and_gateway_responses() -> None:
    document = {
        "openapi": "3.0.1",
        "info": {"title": "orders", "version": "2024-04-15T21:43:25Z"},
        "paths": {
            "/{proxy+}": {"get": {"x-amazon-apigateway-integration": OBJECT}},
            "/api/{proxy+}": {
                "x-amazon-apigateway-any-method": {"x-amazon-apigateway-integration": PROXY},
                "parameters": [{"name": "proxy", "in": "path", "required": True}],
            },
        },
        "x-amazon-apigateway-policy": {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
            ],
        },
        "x-amazon-apigateway-binary-media-types": ["image/png"],
        "x-amazon-apigateway-api-key-source": "AUTHORIZER",
        "x-amazon-apigateway-gateway-responses": {
            "DEFAULT_4XX": {
                "statusCode": 418,
                "responseParameters": {"gatewayresponse.header.X-From": "'gateway'"},
                "responseTemplates": {"application/json": "{}"},
            }
        },
    }
    deployment = parse_export("d1", document, {"/{proxy+}": "r1"})
    assert deployment.policy is not None
    assert deployment == Deployment(
        id="d1",
        resources=(
            Resource(
                "",
                "/api/{proxy+}",
                (
                    Method(
                        "ANY",
                        integration=Integration(
                            "AWS_PROXY", "POST", INVOCATION, content_handling="CONVERT_TO_TEXT"
                        ),
                    ),
                ),
            ),
            Resource(
                "r1",
                "/{proxy+}",
                (
                    Method(
                        "GET",
                        integration=Integration(
                            type="AWS",
                            http_method="GET",
                            uri="arn:aws:apigateway:eu-central-1:s3:path/site/{key}",
                            credentials="arn:aws:iam::123456789012:role/reader",
                            request_parameters=(
                                ("integration.request.path.key", "method.request.path.proxy"),
                            ),
                            request_templates=(("application/json", "{}"),),
                            passthrough_behavior="WHEN_NO_TEMPLATES",
                            timeout_ms=5000,
                            responses=(
                                IntegrationResponse("200"),
                                IntegrationResponse(
                                    "404",
                                    "4\\d{2}",
                                    (("method.response.header.Content-Type", "'text/html'"),),
                                    (("application/json", "not here"),),
                                    "CONVERT_TO_BINARY",
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        policy=deployment.policy,
        binary_media_types=("image/png",),
        api_key_source="AUTHORIZER",
        gateway_responses=(
            GatewayResponse(
                "DEFAULT_4XX",
                "418",
                (("gatewayresponse.header.X-From", "'gateway'"),),
                (("application/json", "{}"),),
            ),
        ),
    )
    assert deployment.policy.statements[0].actions == ("execute-api:Invoke",)


def test_a_method_may_have_no_integration() -> None:
    assert only_method(export({})) == Method("GET")


SCHEMES = {
    "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
    "sigv4": {"type": "apiKey", "x-amazon-apigateway-authtype": "awsSigv4"},
    "pool": {"type": "apiKey", "x-amazon-apigateway-authtype": "cognito_user_pools"},
    "mine": {"type": "apiKey", "x-amazon-apigateway-authtype": "custom"},
}


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({}, Method("GET")),
        ({"security": [{"sigv4": []}]}, Method("GET", "AWS_IAM")),
        ({"x-amazon-apigateway-auth": {"type": "AWS_IAM"}}, Method("GET", "AWS_IAM")),
        ({"security": [{"api_key": []}]}, Method("GET", "NONE", True)),
        ({"security": [{"mine": []}]}, Method("GET", "CUSTOM")),
        ({"security": [{"unknown": []}]}, Method("GET", "CUSTOM")),
        ({"security": [{"pool": []}]}, Method("GET", "COGNITO_USER_POOLS")),
        (
            {"security": [{"mine": []}, {"api_key": []}]},
            Method("GET", "CUSTOM", True),
        ),
    ],
)
def test_authorization_is_read_from_the_security_schemes(operation: dict[str, Any], expected: Method) -> None:
    assert only_method(export(operation, components={"securitySchemes": SCHEMES})) == expected


@pytest.mark.parametrize(
    ("member", "value", "feature"),
    [
        ("responseTransferMode", "LATER", "a response transfer mode of which nothing is known"),
    ],
)
def test_an_integration_that_is_not_modelled_marks_the_method(member: str, value: str, feature: str) -> None:
    integration = {"type": "http_proxy", "httpMethod": "GET", "uri": "https://backend.example", member: value}
    assert only_method(export({"x-amazon-apigateway-integration": integration})).unsupported == (feature,)


@pytest.mark.parametrize(
    ("members", "streams"),
    [({}, False), ({"responseTransferMode": "buffered"}, False), ({"responseTransferMode": "STREAM"}, True)],
)
def test_an_integration_has_its_response_transfer_mode(members: dict[str, Any], streams: bool) -> None:
    integration = {"type": "http_proxy", "httpMethod": "GET", "uri": "https://backend.example", **members}
    method = only_method(export({"x-amazon-apigateway-integration": integration}))
    assert method.unsupported == ()
    assert method.integration is not None
    assert method.integration.streams is streams


@pytest.mark.parametrize(
    ("members", "link", "insecure"),
    [
        ({}, "", False),
        ({"connectionType": "INTERNET", "connectionId": "l1nk"}, "", False),
        ({"connectionType": "VPC_LINK", "connectionId": "l1nk"}, "l1nk", False),
        ({"tlsConfig": {"insecureSkipVerification": True}}, "", True),
        ({"tlsConfig": {"insecureSkipVerification": "true"}}, "", True),
        ({"tlsConfig": {"insecureSkipVerification": False}}, "", False),
    ],
)
def test_an_integration_by_http_has_its_link_and_its_tls(
    members: dict[str, Any], link: str, insecure: bool
) -> None:
    integration = {"type": "http_proxy", "httpMethod": "GET", "uri": "https://backend.example", **members}
    method = only_method(export({"x-amazon-apigateway-integration": integration}))
    assert method.unsupported == ()
    assert method.integration is not None
    assert (method.integration.vpc_link_id, method.integration.insecure_skip_verification) == (link, insecure)
