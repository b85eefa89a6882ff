"""OpenAPI documents of whole APIs for tests of their import: one with everything, and generated ones."""

from typing import Any

from hypothesis import strategies as st
from tests.control.worlds import ACCOUNT, REGION

FUNCTION_URI = (
    f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/"
    f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders/invocations"
)
ROLE = f"arn:aws:iam::{ACCOUNT}:role/reader"
PROXY = {"type": "aws_proxy", "httpMethod": "POST", "uri": FUNCTION_URI}
OPEN = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    ],
}
OBJECT = {
    "type": "aws",
    "httpMethod": "GET",
    "uri": f"arn:aws:apigateway:{REGION}:s3:path/site/{{key}}",
    "credentials": ROLE,
    "requestParameters": {"integration.request.path.key": "method.request.path.id"},
    "requestTemplates": {"application/json": "{}"},
    "passthroughBehavior": "never",
    "contentHandling": "CONVERT_TO_TEXT",
    "timeoutInMillis": 5000,
    "cacheKeyParameters": ["method.request.path.id"],
    "responses": {
        "default": {"statusCode": "200"},
        "4\\d{2}": {
            "statusCode": "404",
            "responseParameters": {"method.response.header.X-Why": "'gone'"},
            "responseTemplates": {"application/json": "not here"},
            "contentHandling": "CONVERT_TO_BINARY",
        },
    },
}
PET = {"type": "object", "properties": {"owner": {"$ref": "#/components/schemas/Owner"}}}
EVERYTHING: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "orders", "version": "7", "description": "All of it"},
    "servers": [
        {
            "url": "https://orders.example/{basePath}",
            "variables": {"basePath": {"default": "shop"}},
            "x-amazon-apigateway-endpoint-configuration": {
                "vpcEndpointIds": ["vpce-1"],
                "disableExecuteApiEndpoint": True,
            },
        }
    ],
    "paths": {
        "/pets": {
            "parameters": [{"name": "X-Tenant", "in": "header", "schema": {"type": "string"}}],
            "post": {
                "operationId": "addPet",
                "parameters": [
                    {"name": "dry", "in": "query", "required": True, "schema": {"type": "string"}}
                ],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}
                },
                "responses": {
                    "201": {
                        "description": "made",
                        "headers": {"Location": {"schema": {"type": "string"}}},
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}},
                    }
                },
                "security": [{"gatekeeper": []}, {"api_key": []}],
                "x-amazon-apigateway-request-validator": "body",
                "x-amazon-apigateway-integration": PROXY,
            },
            "get": {"security": [{"sigv4": []}], "x-amazon-apigateway-integration": PROXY},
        },
        "/pets/{id}": {
            "get": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                "responses": {"200": {"description": ""}, "404": {"description": ""}},
                "security": [{"pool": ["pets/read"]}],
                "x-amazon-apigateway-integration": OBJECT,
            }
        },
        "/assets/{proxy+}": {"x-amazon-apigateway-any-method": {"x-amazon-apigateway-integration": PROXY}},
    },
    "components": {
        "schemas": {"Pet": PET, "Owner": {"type": "string"}},
        "securitySchemes": {
            "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
            "sigv4": {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "awsSigv4",
            },
            "gatekeeper": {
                "type": "apiKey",
                "name": "X-Token",
                "in": "header",
                "x-amazon-apigateway-authtype": "custom",
                "x-amazon-apigateway-authorizer": {
                    "type": "token",
                    "authorizerUri": FUNCTION_URI,
                    "authorizerResultTtlInSeconds": 60,
                    "identityValidationExpression": "^Bearer .*$",
                },
            },
            "pool": {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "cognito_user_pools",
                "x-amazon-apigateway-authorizer": {
                    "type": "cognito_user_pools",
                    "providerARNs": [f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{REGION}_abc"],
                },
            },
        },
    },
    "x-amazon-apigateway-policy": OPEN,
    "x-amazon-apigateway-binary-media-types": ["image/png"],
    "x-amazon-apigateway-api-key-source": "AUTHORIZER",
    "x-amazon-apigateway-minimum-compression-size": 1024,
    "x-amazon-apigateway-request-validators": {
        "body": {"validateRequestBody": True, "validateRequestParameters": False},
        "parameters": {"validateRequestBody": False, "validateRequestParameters": True},
    },
    "x-amazon-apigateway-gateway-responses": {
        "ACCESS_DENIED": {
            "statusCode": "404",
            "responseParameters": {"gatewayresponse.header.X-Why": "'no'"},
            "responseTemplates": {"application/json": "{}"},
        },
        "DEFAULT_4XX": {"responseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}},
    },
}
MOCK = {
    "type": "mock",
    "requestTemplates": {"application/json": '{"statusCode": 200}'},
    "responses": {"default": {"statusCode": "200"}},
}
MOCKED = {"get": {"x-amazon-apigateway-integration": MOCK}}

_names = st.text("abcxyz", min_size=1, max_size=3)
_segments = st.one_of(_names, st.just("{id}"))
_paths = st.lists(_segments, max_size=3).map(lambda parts: "/" + "/".join(parts))
_keys = st.sampled_from(["get", "post", "delete", "x-amazon-apigateway-any-method"])
_security = st.sampled_from(
    [[], [{"api_key": []}], [{"gatekeeper": []}], [{"sigv4": []}, {"api_key": []}], [{"pool": ["a"]}]]
)
_parameters = st.lists(
    st.fixed_dictionaries(
        {
            "name": _names,
            "in": st.sampled_from(["header", "query"]),
            "required": st.booleans(),
            "schema": st.just({"type": "string"}),
        }
    ),
    max_size=2,
    unique_by=lambda parameter: (parameter["name"], parameter["in"]),
)
_schemas = st.sampled_from([{"$ref": "#/components/schemas/Pet"}, {"type": "array"}, {"type": "string"}])
_content = st.dictionaries(
    st.sampled_from(["application/json", "text/plain"]),
    st.fixed_dictionaries({"schema": _schemas}),
    max_size=1,
)
_operations = st.fixed_dictionaries(
    {
        "parameters": _parameters,
        "security": _security,
        "responses": st.dictionaries(
            st.sampled_from(["200", "404"]), st.fixed_dictionaries({"content": _content}), max_size=2
        ),
        "x-amazon-apigateway-integration": st.sampled_from([PROXY, OBJECT, MOCK]),
    },
    optional={
        "requestBody": st.fixed_dictionaries({"content": _content}),
        "operationId": _names,
        "x-amazon-apigateway-request-validator": st.sampled_from(["body", "parameters"]),
    },
)
_items = st.dictionaries(_keys, _operations, max_size=2)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Documents of any APIs that API Gateway would take."""
    extensions = [name for name in EVERYTHING if name.startswith("x-")]
    kept = draw(st.sets(st.sampled_from(extensions))) | {"x-amazon-apigateway-request-validators"}
    return {
        "openapi": "3.0.1",
        "info": {"title": draw(_names), "version": draw(_names)},
        "paths": draw(st.dictionaries(_paths, _items, max_size=4)) | {"/mock": MOCKED},
        "components": EVERYTHING["components"],
        **{name: EVERYTHING[name] for name in sorted(kept)},
    }
