import json
from typing import Any

import pytest
from tests.control.worlds import ACCOUNT, OPEN_POLICY, REGION, private_api

from landbridge.control.aws_api import AwsApi

FUNCTION_URI = (
    f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/"
    f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders/invocations"
)
ROLE = f"arn:aws:iam::{ACCOUNT}:role/reader"


def _exported(api: AwsApi, api_id: str) -> Any:
    client = api.client("apigateway")
    client.create_deployment(restApiId=api_id, stageName="prod")
    answer = client.get_export(
        restApiId=api_id,
        stageName="prod",
        exportType="oas30",
        parameters={"extensions": "apigateway,integrations"},
    )
    return json.loads(answer["body"].read())


def _resource(api: AwsApi, api_id: str, parent: str, part: str) -> str:
    answer = api.client("apigateway").create_resource(restApiId=api_id, parentId=parent, pathPart=part)
    return str(answer["id"])


def test_a_proxy_integration_for_any_method_is_exported(api: AwsApi) -> None:
    api_id, root = private_api(api, OPEN_POLICY)
    resource = _resource(api, api_id, root, "{proxy+}")
    place = {"restApiId": api_id, "resourceId": resource, "httpMethod": "ANY"}
    client = api.client("apigateway")
    client.put_method(
        **place, authorizationType="NONE", requestParameters={"method.request.path.proxy": True}
    )
    client.put_integration(
        **place, type="AWS_PROXY", integrationHttpMethod="POST", uri=FUNCTION_URI, timeoutInMillis=5000
    )
    operation = _exported(api, api_id)["paths"]["/{proxy+}"]["x-amazon-apigateway-any-method"]
    assert operation["parameters"] == [
        {"name": "proxy", "in": "path", "schema": {"type": "string"}, "required": True}
    ]
    assert operation["x-amazon-apigateway-integration"] == {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": FUNCTION_URI,
        "passthroughBehavior": "when_no_match",
        "timeoutInMillis": 5000,
    }


def test_every_property_of_an_integration_is_exported(api: AwsApi) -> None:
    api_id, root = private_api(api, OPEN_POLICY)
    place = {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}
    client = api.client("apigateway")
    client.put_integration(
        **place,
        type="AWS",
        integrationHttpMethod="GET",
        uri=f"arn:aws:apigateway:{REGION}:s3:path/assets/index.html",
        credentials=ROLE,
        requestParameters={"integration.request.header.Accept": "'text/html'"},
        requestTemplates={"application/json": "$input.body"},
        passthroughBehavior="NEVER",
        contentHandling="CONVERT_TO_BINARY",
    )
    client.put_method_response(
        **place, statusCode="200", responseParameters={"method.response.header.Content-Type": False}
    )
    client.put_integration_response(
        **place,
        statusCode="200",
        responseParameters={
            "method.response.header.Content-Type": "integration.response.header.Content-Type"
        },
        contentHandling="CONVERT_TO_TEXT",
    )
    client.put_method_response(**place, statusCode="404")
    client.put_integration_response(
        **place, statusCode="404", selectionPattern="4\\d{2}", responseTemplates={"text/plain": "none"}
    )
    operation = _exported(api, api_id)["paths"]["/"]["get"]
    integration = operation["x-amazon-apigateway-integration"]
    assert integration["credentials"] == ROLE
    assert integration["requestParameters"] == {"integration.request.header.Accept": "'text/html'"}
    assert integration["requestTemplates"] == {"application/json": "$input.body"}
    assert (integration["passthroughBehavior"], integration["contentHandling"]) == (
        "never",
        "CONVERT_TO_BINARY",
    )
    assert integration["responses"] == {
        "default": {
            "statusCode": "200",
            "responseParameters": {
                "method.response.header.Content-Type": "integration.response.header.Content-Type"
            },
            "contentHandling": "CONVERT_TO_TEXT",
        },
        "4\\d{2}": {"statusCode": "404", "responseTemplates": {"text/plain": "none"}},
    }
    assert operation["responses"]["200"]["headers"] == {"Content-Type": {"schema": {"type": "string"}}}


def test_policy_gateway_responses_and_endpoints_are_exported(api: AwsApi) -> None:
    api_id, _ = private_api(api, OPEN_POLICY)
    client = api.client("apigateway")
    client.put_gateway_response(
        restApiId=api_id,
        responseType="ACCESS_DENIED",
        statusCode="404",
        responseParameters={"gatewayresponse.header.X-Why": "'no'"},
        responseTemplates={"application/json": "{}"},
    )
    client.update_rest_api(
        restApiId=api_id,
        patchOperations=[{"op": "add", "path": "/endpointConfiguration/vpcEndpointIds", "value": "vpce-1"}],
    )
    document = _exported(api, api_id)
    statement = document["x-amazon-apigateway-policy"]["Statement"][0]
    assert statement["Resource"] == f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api_id}/*"
    assert document["x-amazon-apigateway-gateway-responses"]["ACCESS_DENIED"] == {
        "statusCode": "404",
        "responseParameters": {"gatewayresponse.header.X-Why": "'no'"},
        "responseTemplates": {"application/json": "{}"},
    }
    (server,) = document["servers"]
    assert server["variables"]["basePath"]["default"] == "prod"
    assert server["x-amazon-apigateway-endpoint-configuration"] == {"vpcEndpointIds": ["vpce-1"]}


@pytest.mark.parametrize(
    ("method", "requirement", "authtype"),
    [
        ({"authorizationType": "AWS_IAM"}, "sigv4", "awsSigv4"),
        ({"authorizationType": "NONE", "apiKeyRequired": True}, "api_key", None),
        ({"authorizationType": "CUSTOM"}, "gatekeeper", "custom"),
    ],
)
def test_authorization_is_exported_as_security_schemes(
    api: AwsApi, method: dict[str, Any], requirement: str, authtype: str | None
) -> None:
    api_id, root = private_api(api, OPEN_POLICY)
    client = api.client("apigateway")
    if method["authorizationType"] == "CUSTOM":
        method = method | {
            "authorizerId": client.create_authorizer(
                restApiId=api_id,
                name="gatekeeper",
                type="TOKEN",
                authorizerUri=FUNCTION_URI,
                identitySource="method.request.header.Authorization",
            )["id"]
        }
    client.put_method(restApiId=api_id, resourceId=root, httpMethod="PUT", **method)
    document = _exported(api, api_id)
    assert document["paths"]["/"]["put"]["security"] == [{requirement: []}]
    scheme = document["components"]["securitySchemes"][requirement]
    assert scheme.get("x-amazon-apigateway-authtype") == authtype


@pytest.mark.parametrize(("source", "exported"), [("AUTHORIZER", "AUTHORIZER"), ("HEADER", None)])
def test_where_api_keys_come_from_is_exported(api: AwsApi, source: str, exported: str | None) -> None:
    api_id, _ = private_api(api, OPEN_POLICY)
    operation = {"op": "replace", "path": "/apiKeySource", "value": source}
    api.client("apigateway").update_rest_api(restApiId=api_id, patchOperations=[operation])
    assert _exported(api, api_id).get("x-amazon-apigateway-api-key-source") == exported


def test_request_validators_are_exported(api: AwsApi) -> None:
    api_id, root = private_api(api, OPEN_POLICY)
    client = api.client("apigateway")
    validator = client.create_request_validator(restApiId=api_id, name="body", validateRequestBody=True)
    client.put_method(
        restApiId=api_id,
        resourceId=root,
        httpMethod="POST",
        authorizationType="NONE",
        requestValidatorId=validator["id"],
        requestModels={"application/json": "Empty"},
    )
    document = _exported(api, api_id)
    assert document["x-amazon-apigateway-request-validators"]["body"]["validateRequestBody"] is True
    assert document["paths"]["/"]["post"]["x-amazon-apigateway-request-validator"] == "body"


def test_moto_still_lacks_integrations_in_its_export() -> None:
    from moto.apigateway.models import APIGatewayBackend

    names = APIGatewayBackend.export_api.__code__.co_consts
    assert not any("x-amazon-apigateway-integration" in str(constant) for constant in names)
