import base64
from typing import Any

import orjson
import pytest
from tests.semantics.load_balancing.builders import target_group

from landbridge.model.exchange import Headers, HttpRequest
from landbridge.semantics.load_balancing.lambda_event import lambda_event

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:orders"
MULTI = (("lambda.multi_value_headers.enabled", "true"),)


def event(
    target: str = "/", headers: Headers = (), body: bytes = b"", method: str = "GET", *, multi: bool = False
) -> Any:
    group = target_group(ARN, target_type="lambda", attributes=MULTI if multi else ())
    made = lambda_event(group, HttpRequest(method, target, headers, body))
    return orjson.loads(made) if made is not None else None


def test_the_event_of_a_health_check_is_the_documented_one() -> None:
    group = target_group(ARN, target_type="lambda")
    made = lambda_event(group, HttpRequest("GET", "/", (("user-agent", "ELB-HealthChecker/2.0"),)))
    assert made == (
        b'{"requestContext":{"elb":{"targetGroupArn":"' + group.arn.encode() + b'"}},"httpMethod":"GET",'
        b'"path":"/","queryStringParameters":{},"headers":{"user-agent":"ELB-HealthChecker/2.0"},'
        b'"body":"","isBase64Encoded":false}'
    )


def test_names_are_in_lower_case_and_the_last_value_counts() -> None:
    made = event("/a%20b?k=1&k=%32&flag", (("X-B", "1"), ("Cookie", "a=1"), ("cookie", "b=2")))
    assert made["path"] == "/a%20b"
    assert made["queryStringParameters"] == {"k": "%32", "flag": ""}
    assert made["headers"] == {"cookie": "b=2", "x-b": "1"}
    assert list(made["headers"]) == ["cookie", "x-b"]


def test_multi_value_headers_replace_both_maps() -> None:
    made = event("/?&k=1&k=2", (("Cookie", "a=1"), ("cookie", "b=2")), multi=True)
    assert made["multiValueQueryStringParameters"] == {"k": ["1", "2"]}
    assert made["multiValueHeaders"] == {"cookie": ["a=1", "b=2"]}
    assert "headers" not in made
    assert "queryStringParameters" not in made


@pytest.mark.parametrize(
    ("headers", "encoded"),
    [
        ((("Content-Type", "text/plain"),), False),
        ((("Content-Type", "application/json; charset=utf-8"),), False),
        ((("Content-Type", "Application/JavaScript"),), False),
        ((("Content-Type", "application/xml"),), False),
        ((("Content-Type", "application/x-www-form-urlencoded"),), True),
        ((("Content-Type", "application/json"), ("Content-Encoding", "gzip")), True),
        ((), True),
    ],
)
def test_a_body_goes_as_base64_unless_it_is_known_to_be_text(headers: Headers, encoded: bool) -> None:
    made = event(headers=headers, body=b"a=1", method="POST")
    assert made["isBase64Encoded"] is encoded
    assert made["body"] == (base64.b64encode(b"a=1").decode() if encoded else "a=1")


def test_utf_8_in_headers_comes_out_as_text() -> None:
    assert event(headers=(("X-Name", "Zoë".encode().decode("latin-1")),))["headers"] == {"x-name": "Zoë"}


@pytest.mark.parametrize(
    ("headers", "body"),
    [((("X-Name", "\xff"),), b""), ((("Content-Type", "text/plain"),), b"\xff")],
)
def test_a_request_that_is_not_all_utf_8_has_no_event(headers: Headers, body: bytes) -> None:
    assert event(headers=headers, body=body) is None
