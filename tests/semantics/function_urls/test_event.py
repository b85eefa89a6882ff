from dataclasses import replace
from typing import Any

import orjson
import pytest
from tests.semantics.function_urls.urls import HOST, url_app
from tests.semantics.iam.signing import ANN, MOMENT
from tests.topologies import ACCOUNT

from landbridge.model.exchange import Headers, HttpRequest
from landbridge.model.functions import FunctionUrl
from landbridge.semantics.function_urls.event import url_event
from landbridge.semantics.iam.signers import find_signer
from landbridge.semantics.load_balancing.forwarding import Client
from landbridge.semantics.world import World

URL = FunctionUrl(HOST, "NONE")
CLIENT = Client("203.0.113.10", 40000, "TLSv1.3", "TLS_AES_128_GCM_SHA256")
JSON = (("Content-Type", "application/json; charset=utf-8"),)


def event(request: HttpRequest) -> dict[str, Any]:
    decoded: dict[str, Any] = orjson.loads(url_event(URL, request, CLIENT, None, MOMENT))
    return decoded


def sent(target: str = "/", headers: Headers = (), body: bytes = b"") -> dict[str, Any]:
    return event(HttpRequest("POST", target, (("Host", HOST), *headers), body))


def test_a_request_without_anything_has_the_keys_that_are_always_there() -> None:
    assert event(HttpRequest("GET", "/", (("Host", HOST),))) == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/",
        "rawQueryString": "",
        "headers": {
            "host": HOST,
            "x-amzn-tls-cipher-suite": "TLS_AES_128_GCM_SHA256",
            "x-amzn-tls-version": "TLSv1.3",
            "x-amzn-trace-id": f"Root={MOMENT.trace_id}",
            "x-forwarded-for": "203.0.113.10",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "requestContext": {
            "accountId": "anonymous",
            "apiId": HOST.partition(".")[0],
            "domainName": HOST,
            "domainPrefix": HOST.partition(".")[0],
            "http": {
                "method": "GET",
                "path": "/",
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.10",
                "userAgent": "",
            },
            "requestId": MOMENT.request_id,
            "routeKey": "$default",
            "stage": "$default",
            "time": "05/Apr/2022:13:38:09 +0000",
            "timeEpoch": MOMENT.epoch_ms,
        },
        "isBase64Encoded": False,
    }


def test_values_of_one_name_are_joined_by_commas() -> None:
    told = sent("/a?x=1&x=2&y=a%20b+c&z", (("X-Tag", "one"), ("x-tag", "two")))
    assert told["queryStringParameters"] == {"x": "1,2", "y": "a b c", "z": ""}
    assert told["rawQueryString"] == "x=1&x=2&y=a%20b+c&z"
    assert told["headers"]["x-tag"] == "one,two"


def test_cookies_have_a_list_of_their_own_and_hop_by_hop_headers_are_not_passed_on() -> None:
    headers = (("Cookie", "a=1; b=2"), ("Connection", "keep-alive"), ("X-Forwarded-For", "10.0.0.1"))
    told = sent(headers=headers)
    assert told["cookies"] == ["a=1", "b=2"]
    assert not {"cookie", "connection"} & set(told["headers"])
    assert told["headers"]["x-forwarded-for"] == "203.0.113.10"


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        (JSON, b'{"a": "\xc3\xa4"}', ('{"a": "ä"}', False)),
        ((("Content-Type", "text/csv"),), b"a,b", ("a,b", False)),
        ((("Content-Type", "application/x-www-form-urlencoded"),), b"a=b", ("YT1i", True)),
        ((("Content-Encoding", "gzip"), *JSON), b"\x1f\x8b", ("H4s=", True)),
        ((), b"a", ("YQ==", True)),
    ],
)
def test_a_body_that_is_not_known_to_be_text_goes_as_base64(
    headers: Headers, body: bytes, expected: tuple[str, bool]
) -> None:
    told = sent(headers=headers, body=body)
    assert (told["body"], told["isBase64Encoded"]) == expected


def test_the_path_is_raw_and_decoded() -> None:
    told = sent("/orders/a%20b")
    assert (told["rawPath"], told["requestContext"]["http"]["path"]) == ("/orders/a%20b", "/orders/a b")


def test_http_2_is_named_with_its_minor_version() -> None:
    told = event(replace(HttpRequest("GET", "/", (("Host", HOST),)), version="2"))
    assert told["requestContext"]["http"]["protocol"] == "HTTP/2.0"


def test_whoever_signed_is_told() -> None:
    signer = find_signer(World(url_app()), ANN)
    request = HttpRequest("GET", "/", (("Host", HOST),))
    context = orjson.loads(url_event(URL, request, CLIENT, signer, MOMENT))["requestContext"]
    assert context["accountId"] == ACCOUNT
    assert context["authorizer"]["iam"] | {"userId": "", "callerId": ""} == {
        "accessKey": ANN.id,
        "accountId": ACCOUNT,
        "callerId": "",
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": signer.principal.arn,
        "userId": "",
    }
