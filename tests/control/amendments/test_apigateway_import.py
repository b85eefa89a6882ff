import copy
import json
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.control.amendments.openapi_documents import (
    EVERYTHING,
    FUNCTION_URI,
    MOCK,
    OBJECT,
    OPEN,
    PROXY,
    ROLE,
    documents,
)

from landbridge.capture.open_api import parse_export
from landbridge.control.aws_api import AwsApi
from landbridge.model.api_gateway import Deployment

MOCKED = {"x-amazon-apigateway-integration": MOCK}


def _document(paths: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"openapi": "3.0.1", "info": {"title": "orders", "version": "1"}, "paths": paths, **members}


def _imported(api: AwsApi, document: dict[str, Any], **asked: Any) -> Any:
    return api.client("apigateway").import_rest_api(body=json.dumps(document).encode(), **asked)


def _put(api: AwsApi, api_id: str, document: dict[str, Any], **asked: Any) -> Any:
    client = api.client("apigateway")
    return client.put_rest_api(restApiId=api_id, body=json.dumps(document).encode(), **asked)


def _paths(api: AwsApi, api_id: str) -> set[str]:
    resources = api.client("apigateway").get_resources(restApiId=api_id, limit=500)["items"]
    return {resource["path"] for resource in resources}


def _exported(api: AwsApi, api_id: str, export_type: str = "oas30") -> Any:
    client = api.client("apigateway")
    client.create_deployment(restApiId=api_id, stageName="prod")
    answer = client.get_export(
        restApiId=api_id, stageName="prod", exportType=export_type, parameters={"extensions": "apigateway"}
    )
    return json.loads(answer["body"].read())


def _deployed(api: AwsApi, api_id: str) -> Deployment:
    return parse_export("", _exported(api, api_id), {})


def _configured_by_calls(api: AwsApi) -> str:
    """What the document with everything says, put there piece by piece."""
    client = api.client("apigateway")
    created = client.create_rest_api(
        name="orders",
        description="All of it",
        version="7",
        endpointConfiguration={"types": ["REGIONAL"], "vpcEndpointIds": ["vpce-1"]},
        policy=json.dumps(OPEN),
        binaryMediaTypes=["image/png"],
        apiKeySource="AUTHORIZER",
        minimumCompressionSize=1024,
        disableExecuteApiEndpoint=True,
    )
    api_id = created["id"]
    resources = {"": created["rootResourceId"]}
    for path in ("/pets", "/pets/{id}", "/assets", "/assets/{proxy+}"):
        parent, _, part = path.rpartition("/")
        made = client.create_resource(restApiId=api_id, parentId=resources[parent], pathPart=part)
        resources[path] = made["id"]
    for name, schema in (
        (
            "Pet",
            {
                "type": "object",
                "properties": {
                    "owner": {"$ref": f"https://apigateway.amazonaws.com/restapis/{api_id}/models/Owner"}
                },
            },
        ),
        ("Owner", {"type": "string"}),
    ):
        client.create_model(
            restApiId=api_id, name=name, contentType="application/json", schema=json.dumps(schema)
        )
    validator = client.create_request_validator(restApiId=api_id, name="body", validateRequestBody=True)
    client.create_request_validator(restApiId=api_id, name="parameters", validateRequestParameters=True)
    gatekeeper = client.create_authorizer(
        restApiId=api_id,
        name="gatekeeper",
        type="TOKEN",
        authType="custom",
        authorizerUri=FUNCTION_URI,
        identitySource="method.request.header.X-Token",
        authorizerResultTtlInSeconds=60,
    )["id"]
    client.update_authorizer(
        restApiId=api_id,
        authorizerId=gatekeeper,
        patchOperations=[{"op": "replace", "path": "/identityValidationExpression", "value": "^Bearer .*$"}],
    )
    schemes = EVERYTHING["components"]["securitySchemes"]
    pool = client.create_authorizer(
        restApiId=api_id,
        name="pool",
        type="COGNITO_USER_POOLS",
        authType="cognito_user_pools",
        identitySource="method.request.header.Authorization",
        providerARNs=schemes["pool"]["x-amazon-apigateway-authorizer"]["providerARNs"],
    )["id"]
    proxy = {"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": FUNCTION_URI}
    place = {"restApiId": api_id, "resourceId": resources["/pets"]}
    client.put_method(
        **place,
        httpMethod="POST",
        authorizationType="CUSTOM",
        authorizerId=gatekeeper,
        apiKeyRequired=True,
        operationName="addPet",
        requestParameters={
            "method.request.header.X-Tenant": False,
            "method.request.querystring.dry": True,
        },
        requestModels={"application/json": "Pet"},
        requestValidatorId=validator["id"],
    )
    client.put_method_response(
        **place,
        httpMethod="POST",
        statusCode="201",
        responseModels={"application/json": "Pet"},
        responseParameters={"method.response.header.Location": False},
    )
    client.put_integration(**place, httpMethod="POST", **proxy)
    client.put_method(
        **place,
        httpMethod="GET",
        authorizationType="AWS_IAM",
        requestParameters={"method.request.header.X-Tenant": False},
    )
    client.put_integration(**place, httpMethod="GET", **proxy)
    place = {"restApiId": api_id, "resourceId": resources["/pets/{id}"], "httpMethod": "GET"}
    client.put_method(
        **place,
        authorizationType="COGNITO_USER_POOLS",
        authorizerId=pool,
        authorizationScopes=["pets/read"],
        requestParameters={"method.request.path.id": True},
    )
    for status in ("200", "404"):
        client.put_method_response(**place, statusCode=status)
    client.put_integration(
        **place,
        type="AWS",
        integrationHttpMethod="GET",
        uri=OBJECT["uri"],
        credentials=ROLE,
        requestParameters=OBJECT["requestParameters"],
        requestTemplates=OBJECT["requestTemplates"],
        passthroughBehavior="NEVER",
        contentHandling="CONVERT_TO_TEXT",
        timeoutInMillis=5000,
        cacheKeyParameters=["method.request.path.id"],
    )
    client.put_integration_response(**place, statusCode="200")
    client.put_integration_response(
        **place,
        statusCode="404",
        selectionPattern="4\\d{2}",
        responseParameters={"method.response.header.X-Why": "'gone'"},
        responseTemplates={"application/json": "not here"},
        contentHandling="CONVERT_TO_BINARY",
    )
    place = {"restApiId": api_id, "resourceId": resources["/assets/{proxy+}"], "httpMethod": "ANY"}
    client.put_method(**place, authorizationType="NONE")
    client.put_integration(**place, **proxy)
    for kind, response in EVERYTHING["x-amazon-apigateway-gateway-responses"].items():
        client.put_gateway_response(restApiId=api_id, responseType=kind, **response)
    return str(api_id)


def _without_ids(document: Any, api_id: str) -> Any:
    return json.loads(json.dumps(document).replace(api_id, "the-api"))


def test_an_imported_api_equals_one_that_is_put_together_by_calls(api: AwsApi) -> None:
    imported = _imported(api, EVERYTHING, parameters={"endpointConfigurationTypes": "REGIONAL"})
    by_calls = _configured_by_calls(api)
    assert imported["warnings"] == [
        "No responses specified for 'ANY /assets/{proxy+}'",
        "No responses specified for 'GET /pets'",
    ]
    assert _without_ids(_exported(api, imported["id"]), imported["id"]) == _without_ids(
        _exported(api, by_calls), by_calls
    )
    client = api.client("apigateway")
    told = [client.get_rest_api(restApiId=api_id) for api_id in (imported["id"], by_calls)]
    for answer in told:
        for member in ("id", "rootResourceId", "createdDate", "policy", "tags", "ResponseMetadata"):
            answer.pop(member, None)
    assert told[0] == told[1]


def test_swagger_and_openapi_of_one_api_import_alike(api: AwsApi) -> None:
    api_id = _imported(api, EVERYTHING)["id"]
    before, swagger = _exported(api, api_id), _exported(api, api_id, "swagger")
    assert swagger["swagger"] == "2.0"
    assert swagger["paths"]["/pets"]["post"]["parameters"][-1]["in"] == "body"
    _put(api, api_id, swagger, mode="overwrite")
    assert _exported(api, api_id) == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(document=documents())
def test_an_export_imports_to_the_same_api(api: AwsApi, document: dict[str, Any]) -> None:
    first = _imported(api, document)["id"]
    before = _exported(api, first)
    _put(api, first, before, mode="overwrite")
    assert _exported(api, first) == before
    other = _imported(api, EVERYTHING)["id"]
    _put(api, other, before, mode="overwrite")
    assert _deployed(api, other) == _deployed(api, first)
    assert _paths(api, other) == _paths(api, first)


def test_an_export_as_yaml_imports_too(api: AwsApi) -> None:
    client = api.client("apigateway")
    first = _imported(api, EVERYTHING)["id"]
    exported = _exported(api, first)
    answer = client.get_export(
        restApiId=first,
        stageName="prod",
        exportType="oas30",
        parameters={"extensions": "apigateway"},
        accepts="application/yaml",
    )
    text = answer["body"].read()
    assert answer["contentType"] == "application/yaml"
    assert yaml.safe_load(text) == exported
    second = client.import_rest_api(body=text)["id"]
    assert _deployed(api, second) == _deployed(api, first)


@pytest.mark.parametrize(
    ("basepath", "servers", "expected"),
    [
        (None, [{"url": "https://x.example/a/b/c"}], {"/", "/e"}),
        ("ignore", [{"url": "https://x.example/a/b/c"}], {"/", "/e"}),
        ("prepend", [{"url": "https://x.example/a/b"}], {"/", "/a", "/a/b", "/a/b/e"}),
        ("split", [{"url": "https://x.example/a/b/c"}], {"/", "/b", "/b/c", "/b/c/e"}),
        ("split", [{"url": "https://x.example/a"}], {"/", "/e"}),
        ("prepend", [{"url": "https://x.example/"}], {"/", "/e"}),
        ("prepend", [], {"/", "/e"}),
        (
            "prepend",
            [{"url": "https://x.example/v", "variables": {"basePath": {"default": "a"}}}],
            {"/", "/a", "/a/e"},
        ),
        (
            "prepend",
            [
                {"url": "https://x.example/"},
                {"url": "https://y.example", "variables": {"basePath": {"default": "/a/"}}},
            ],
            {"/", "/a", "/a/e"},
        ),
    ],
)
def test_a_base_path_is_ignored_put_before_or_split(
    api: AwsApi, basepath: str | None, servers: list[Any], expected: set[str]
) -> None:
    asked = {"parameters": {"basepath": basepath}} if basepath else {}
    imported = _imported(api, _document({"/e": {}}, servers=servers), **asked)
    assert _paths(api, imported["id"]) == expected


def test_a_base_path_of_swagger_is_before_its_paths(api: AwsApi) -> None:
    document = {"swagger": "2.0", "info": {"title": "t"}, "basePath": "/a", "paths": {"/e": {}}}
    imported = _imported(api, document, parameters={"basepath": "prepend"})
    assert _paths(api, imported["id"]) == {"/", "/a", "/a/e"}


@pytest.mark.parametrize(
    ("mode", "paths", "media_types", "endpoints"),
    [
        ("merge", {"/", "/pets", "/pets/{id}", "/assets", "/assets/{proxy+}", "/more"}, 2, ["vpce-1"]),
        ("overwrite", {"/", "/pets", "/more"}, 1, None),
    ],
)
def test_a_definition_is_merged_or_replaces_everything(
    api: AwsApi, mode: str, paths: set[str], media_types: int, endpoints: list[str] | None
) -> None:
    api_id = _imported(api, EVERYTHING)["id"]
    client = api.client("apigateway")
    before = {each["path"]: each["id"] for each in client.get_resources(restApiId=api_id)["items"]}
    more = _document(
        {"/more": {"get": {"x-amazon-apigateway-integration": MOCK}}, "/pets": {"get": {}}},
        **{"x-amazon-apigateway-binary-media-types": ["image/gif"]},
    )
    answer = _put(api, api_id, more, mode=mode)
    after = {each["path"]: each["id"] for each in client.get_resources(restApiId=api_id)["items"]}
    assert set(after) == paths
    assert (after["/"], after["/pets"]) == (before["/"], before["/pets"])
    assert len(answer["binaryMediaTypes"]) == media_types
    assert answer["endpointConfiguration"].get("vpcEndpointIds") == endpoints
    assert bool(client.get_authorizers(restApiId=api_id)["items"]) is (mode == "merge")
    assert bool(client.get_models(restApiId=api_id)["items"]) is (mode == "merge")
    methods = set(client.get_resource(restApiId=api_id, resourceId=after["/pets"])["resourceMethods"])
    assert methods == ({"GET", "POST"} if mode == "merge" else {"GET"})


def _with_integration(**members: Any) -> dict[str, Any]:
    integration = {"type": "http", "httpMethod": "GET", "uri": "https://x.example", **members}
    return _document({"/e": {"get": {"x-amazon-apigateway-integration": integration}}})


ON_E = "Unable to put integration on 'GET' for resource at path '/e': "


@pytest.mark.parametrize(
    ("document", "messages"),
    [
        (_with_integration(uri="x"), [ON_E + "Invalid HTTP endpoint specified for URI"]),
        (_with_integration(type="aws", uri="x"), [ON_E + "Invalid ARN specified in the request"]),
        (
            _with_integration(type="aws", uri="arn:aws:lambda:eu-central-1:123456789012:function:f"),
            [ON_E + "AWS ARN for integration must contain path or action"],
        ),
        (_with_integration(httpMethod=None), [ON_E + "Enumeration value for HttpMethod must be non-empty"]),
        (
            _document({"/a b": {"get": {}}, "/a{id}": {"get": {}}}),
            ["Unable to create resource at path '/a b': ", "Unable to create resource at path '/a{id}': "],
        ),
        (
            _document({"/{id}": {"get": {}}, "/{name}/x": {"get": {}}}),
            [
                "Unable to create resource at path '/{name}/x': A sibling ({id}) of this resource already "
                "has a variable path part -- only one is allowed"
            ],
        ),
        (
            _document({}, components={"schemas": {"body_1": {"type": "object"}}}),
            ["Unable to create model for 'body_1': Model name must be alphanumeric: body_1"],
        ),
    ],
)
def test_errors_are_listed_and_leave_the_api_as_it_was(
    api: AwsApi, document: dict[str, Any], messages: list[str]
) -> None:
    api_id = _imported(api, EVERYTHING)["id"]
    before = _exported(api, api_id)
    attempts = (partial(_put, api, api_id, document, mode="overwrite"), partial(_imported, api, document))
    for attempt in attempts:
        with pytest.raises(ClientError) as raised:
            attempt()
        message = raised.value.response["Error"]["Message"]
        assert message.startswith("Errors found during import:\n\t")
        assert [line for line in messages if line not in message] == []
        assert raised.value.response["Error"]["Code"] == "BadRequestException"
    assert _exported(api, api_id) == before
    assert len(api.client("apigateway").get_rest_apis()["items"]) == 1


UNKNOWN_MODEL = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Gone"}}}}
COOKIE = {"name": "s", "in": "cookie", "schema": {"type": "string"}}


@pytest.mark.parametrize(
    ("operation", "members", "warning"),
    [
        ({"requestBody": UNKNOWN_MODEL}, {}, "Reference to model 'Gone' not found. Ignoring."),
        ({"responses": {"200": UNKNOWN_MODEL}}, {}, "Reference to model 'Gone' not found. Ignoring."),
        ({"responses": {}}, {}, "No responses specified for 'GET /e'"),
        ({"responses": {"default": {}}}, {}, "Unsupported response status code 'default'. Ignoring."),
        ({"parameters": [COOKIE]}, {}, "Unsupported parameter location 'cookie' for 's'. Ignoring."),
        (
            {"parameters": [{"$ref": "#/components/parameters/Gone"}]},
            {},
            "Unable to resolve parameter. Ignoring.",
        ),
        (
            {},
            {"components": {"securitySchemes": {"login": {"type": "oauth2"}}}},
            "Unsupported security definition type 'oauth2' for 'login'. Ignoring.",
        ),
        (
            {"x-amazon-apigateway-request-validator": "gone"},
            {},
            "Request validator 'gone' of 'GET' for resource at path '/e' not found. Ignoring.",
        ),
    ],
)
def test_warnings_are_told_and_make_an_import_fail_only_when_that_is_asked(
    api: AwsApi, operation: dict[str, Any], members: dict[str, Any], warning: str
) -> None:
    document = _document({"/e": {"get": {"responses": {"200": {}}, **operation}}}, **members)
    assert _imported(api, document)["warnings"] == [warning]
    with pytest.raises(ClientError) as raised:
        _imported(api, document, failOnWarnings=True)
    assert raised.value.response["Error"]["Message"] == f"Warnings found during import:\n\t{warning}"
    assert len(api.client("apigateway").get_rest_apis()["items"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\t- :",
        b'{"openapi": "3.0.1"}',
        b'{"openapi": "3.1.0", "paths": {}}',
        b'{"paths": {}}',
    ],
)
def test_what_is_no_openapi_is_refused(api: AwsApi, body: bytes) -> None:
    api_id = _imported(api, EVERYTHING)["id"]
    with pytest.raises(ClientError, match=r"Invalid OpenAPI input\."):
        api.client("apigateway").put_rest_api(restApiId=api_id, body=body)


def _places(value: Any, *place: Any) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*place, key)
        yield from _places(each, *place, key)


PLACES = sorted(_places(EVERYTHING), key=str)
JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, 0, 1.5, True, "", "x", [], [None], [{}], {}, {"x": None}, {"$ref": "#/x"}]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(PLACES), junk=JUNK)
def test_a_document_of_any_shape_is_taken_or_refused(api: AwsApi, place: tuple[Any, ...], junk: Any) -> None:
    document = copy.deepcopy(EVERYTHING)
    *holders, last = place
    holder = document
    for key in holders:
        holder = holder[key]
    holder[last] = junk
    client = api.client("apigateway")
    refused: type[Exception] = client.exceptions.BadRequestException
    with suppress(refused):
        assert _exported(api, _imported(api, document)["id"])["openapi"] == "3.0.1"


def test_yaml_is_read_as_the_json_that_it_stands_for(api: AwsApi) -> None:
    text = """
        swagger: "2.0"
        info: {title: orders, version: 2026-11-22}
        paths:
          /e:
            get:
              responses: {200: {description: fine, schema: {type: string, example: 2026-11-22}}}
              x-amazon-apigateway-integration: {type: mock}
    """
    imported = api.client("apigateway").import_rest_api(body=textwrap.dedent(text).encode())
    assert imported["version"] == "2026-11-22"
    assert set(_exported(api, imported["id"])["paths"]["/e"]["get"]["responses"]) == {"200"}


@pytest.mark.parametrize("integration", [{}, {"uri": FUNCTION_URI}, {"type": "lambda"}])
def test_an_integration_is_of_a_known_type(api: AwsApi, integration: dict[str, Any]) -> None:
    document = _document({"/e": {"get": {"x-amazon-apigateway-integration": integration}}})
    with pytest.raises(ClientError, match="because of a malformed integration at path /e"):
        _imported(api, document)


def test_a_mode_is_merge_or_overwrite(api: AwsApi) -> None:
    api_id = _imported(api, EVERYTHING)["id"]
    with pytest.raises(ClientError, match='must be "overwrite" or "merge"'):
        _put(api, api_id, EVERYTHING, mode="replace")


def test_an_endpoint_type_is_one_of_three(api: AwsApi) -> None:
    with pytest.raises(ClientError, match="Invalid endpoint configuration type: LOCAL"):
        _imported(api, EVERYTHING, parameters={"endpointConfigurationTypes": "LOCAL"})


def test_a_schema_without_a_name_becomes_a_model_of_its_own(api: AwsApi) -> None:
    body = {"content": {"application/json": {"schema": {"type": "object", "required": ["name"]}}}}
    api_id = _imported(api, _document({"/e": {"post": {"requestBody": body, **MOCKED}}}))["id"]
    (model,) = api.client("apigateway").get_models(restApiId=api_id)["items"]
    assert model["name"].startswith("MODEL")
    content = _exported(api, api_id)["paths"]["/e"]["post"]["requestBody"]["content"]
    assert content == {"application/json": {"schema": {"$ref": f"#/components/schemas/{model['name']}"}}}


def test_references_within_a_document_are_followed(api: AwsApi) -> None:
    document = _document(
        {
            "/e": {"$ref": "#/components/x-items/e"},
        },
        components={
            "x-items": {"e": {"get": {"parameters": [{"$ref": "#/components/parameters/Dry"}], **MOCKED}}},
            "parameters": {"Dry": {"name": "dry", "in": "query", "required": True}},
        },
    )
    operation = _exported(api, _imported(api, document)["id"])["paths"]["/e"]["get"]
    assert [parameter["name"] for parameter in operation["parameters"]] == ["dry"]


def test_security_policies_and_access_modes_are_imported(api: AwsApi) -> None:
    extensions = {
        "x-amazon-apigateway-security-policy": "SecurityPolicy_TLS13_1_3_2025_09",
        "x-amazon-apigateway-endpoint-access-mode": "STRICT",
    }
    imported = _imported(api, _document({"/e": {"get": MOCKED}}, **extensions))
    assert imported["securityPolicy"] == "SecurityPolicy_TLS13_1_3_2025_09"
    assert imported["endpointAccessMode"] == "STRICT"
    assert extensions.items() <= _exported(api, imported["id"]).items()


def test_a_streaming_integration_with_a_cache_namespace_is_imported(api: AwsApi) -> None:
    uri = (
        PROXY["uri"]
        .replace("2015-03-31", "2021-11-15")
        .replace("/invocations", "/response-streaming-invocations")
    )
    integration = {**PROXY, "uri": uri, "responseTransferMode": "STREAM", "cacheNamespace": "shared"}
    document = _document({"/e": {"get": {"x-amazon-apigateway-integration": integration}}})
    exported = _exported(api, _imported(api, document)["id"])
    assert integration.items() <= exported["paths"]["/e"]["get"]["x-amazon-apigateway-integration"].items()


@pytest.mark.parametrize(
    ("part", "message"), [("pets", "already has this name"), ("{name}", "only one is allowed")]
)
def test_resources_side_by_side_are_told_apart(api: AwsApi, part: str, message: str) -> None:
    answer = _imported(api, _document({"/pets": {}, "/{id}": {}}))
    with pytest.raises(ClientError, match=message):
        api.client("apigateway").create_resource(
            restApiId=answer["id"], parentId=answer["rootResourceId"], pathPart=part
        )


def test_moto_still_imports_a_part_of_openapi_only() -> None:
    from moto.apigateway.models import APIGatewayBackend

    names = (
        *APIGatewayBackend.put_rest_api.__code__.co_consts,
        *APIGatewayBackend.put_rest_api.__code__.co_names,
    )
    assert "swagger" in names  # which it refuses
    assert not any("authorizer" in str(name) for name in names)
