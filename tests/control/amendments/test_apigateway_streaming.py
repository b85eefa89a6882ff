import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import ACCOUNT, REGION, private_api

from landbridge.control.aws_api import AwsApi

FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders"
LAMBDA = f"arn:aws:apigateway:{REGION}:lambda:path"
INVOKE = f"{LAMBDA}/2015-03-31/functions/{FUNCTION}/invocations"
STREAMING = f"{LAMBDA}/2021-11-15/functions/{FUNCTION}/response-streaming-invocations"
SERVER = "https://partner.example/"


def put(api: AwsApi, place: dict[str, str], kind: str, uri: str, **members: Any) -> dict[str, Any]:
    client = api.client("apigateway")
    put: dict[str, Any] = client.put_integration(
        **place, type=kind, uri=uri, integrationHttpMethod="POST", **members
    )
    return put


@pytest.fixture
def place(api: AwsApi) -> dict[str, str]:
    api_id, root = private_api(api)
    return {"restApiId": api_id, "resourceId": root, "httpMethod": "GET"}


@pytest.mark.parametrize(
    ("kind", "uri", "mode"),
    [
        ("AWS_PROXY", STREAMING, "STREAM"),
        ("HTTP_PROXY", SERVER, "STREAM"),
        ("AWS_PROXY", INVOKE, "BUFFERED"),
        ("HTTP_PROXY", SERVER, None),
        ("AWS", INVOKE, None),
    ],
)
def test_an_integration_has_a_response_transfer_mode_which_is_buffered_by_default(
    api: AwsApi, place: dict[str, str], kind: str, uri: str, mode: str | None
) -> None:
    asked = {"responseTransferMode": mode} if mode else {}
    answer = put(api, place, kind, uri, **asked)
    assert answer["responseTransferMode"] == (mode or "BUFFERED")
    found = api.client("apigateway").get_integration(**place)
    assert found["responseTransferMode"] == (mode or "BUFFERED")


def test_a_stream_may_take_15_minutes(api: AwsApi, place: dict[str, str]) -> None:
    longest = {"responseTransferMode": "STREAM", "timeoutInMillis": 900_000}
    assert put(api, place, "AWS_PROXY", STREAMING, **longest)["timeoutInMillis"] == 900_000


@pytest.mark.parametrize(
    ("kind", "uri", "members", "message"),
    [
        ("AWS_PROXY", INVOKE, {"responseTransferMode": "STREAM"}, "STREAM for Lambda .* invoked by Invoke "),
        ("AWS_PROXY", STREAMING, {}, "BUFFERED for Lambda functions invoked by InvokeWithResponseStream"),
        ("AWS", INVOKE, {"responseTransferMode": "STREAM"}, "only supported for HTTP_PROXY and AWS_PROXY"),
        ("HTTP", SERVER, {"responseTransferMode": "STREAM"}, "only supported for HTTP_PROXY and AWS_PROXY"),
        ("HTTP_PROXY", SERVER, {"responseTransferMode": "LATER"}, "Invalid ResponseTransferMode"),
        (
            "HTTP_PROXY",
            SERVER,
            {"responseTransferMode": "STREAM", "timeoutInMillis": 900_001},
            "between 50 ms and 900000 ms",
        ),
    ],
)
def test_what_does_not_go_with_the_mode_is_refused_and_nothing_is_put(
    api: AwsApi, place: dict[str, str], kind: str, uri: str, members: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        put(api, place, kind, uri, **members)
    assert api.client("apigateway").get_integration(**place)["type"] == "MOCK"


def test_mode_and_uri_are_changed_together_or_not_at_all(api: AwsApi, place: dict[str, str]) -> None:
    put(api, place, "AWS_PROXY", INVOKE)
    client = api.client("apigateway")
    mode = {"op": "replace", "path": "/responseTransferMode", "value": "STREAM"}
    uri = {"op": "replace", "path": "/uri", "value": STREAMING}
    with pytest.raises(ClientError, match="Cannot use ResponseTransferMode STREAM"):
        client.update_integration(**place, patchOperations=[mode])
    assert client.get_integration(**place)["responseTransferMode"] == "BUFFERED"
    changed = client.update_integration(**place, patchOperations=[mode, uri])
    assert (changed["responseTransferMode"], changed["uri"]) == ("STREAM", STREAMING)
    back = [{**mode, "value": "BUFFERED"}, {**uri, "value": INVOKE}]
    assert client.update_integration(**place, patchOperations=back)["responseTransferMode"] == "BUFFERED"


def test_an_imported_integration_is_checked_like_any_other(api: AwsApi) -> None:
    integration = {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": INVOKE,
        "responseTransferMode": "stream",
    }
    paths = {"/a": {"get": {"x-amazon-apigateway-integration": integration}}}
    document = {"openapi": "3.0.1", "info": {"title": "a", "version": "1"}, "paths": paths}
    with pytest.raises(ClientError, match="Cannot use ResponseTransferMode STREAM"):
        api.client("apigateway").import_rest_api(body=json.dumps(document))


def test_moto_still_drops_the_mode(api: AwsApi) -> None:
    from moto.apigateway.models import APIGatewayBackend

    assert "response_transfer_mode" not in APIGatewayBackend.put_integration.__code__.co_varnames
