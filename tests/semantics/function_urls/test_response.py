from typing import Any

import orjson
import pytest
from tests.semantics.iam.signing import MOMENT

from landbridge.model.exchange import HttpResponse
from landbridge.semantics.function_urls.response import Unusable, refusal, url_response

TRACE = MOMENT.trace_id


def respond(answer: Any) -> HttpResponse:
    response = url_response(orjson.dumps(answer), MOMENT, TRACE)
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize(
    "payload", [b'"Hello, world!"', b'{"message": "Hello"}', b"[1, 2]", b"null", b'{"body": "no status"}']
)
def test_an_answer_without_a_status_is_the_body_of_a_200(payload: bytes) -> None:
    response = url_response(payload, MOMENT, TRACE)
    assert isinstance(response, HttpResponse)
    assert (response.status, response.body) == (200, payload)
    assert response.header("content-type") == "application/json"


def test_an_answer_with_a_status_says_the_whole_response() -> None:
    answer = {
        "statusCode": 201,
        "headers": {"content-type": "text/html", "X-Count": 3, "X-None": None},
        "cookies": ["a=1; Secure", "b=2"],
        "body": "<p>",
    }
    response = respond(answer)
    assert (response.status, response.body) == (201, b"<p>")
    assert response.headers == (
        ("content-type", "text/html"),
        ("X-Count", "3"),
        ("Set-Cookie", "a=1; Secure"),
        ("Set-Cookie", "b=2"),
        ("Date", "Tue, 05 Apr 2022 13:38:09 GMT"),
        ("x-amzn-RequestId", MOMENT.request_id),
        ("X-Amzn-Trace-Id", f"Root={TRACE};Parent={TRACE[-16:]};Sampled=0;Lineage=1:{TRACE[-16:-8]}:0"),
    )


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        ({"statusCode": 204}, 204, b""),
        ({"statusCode": "404", "body": None}, 404, b""),
        ({"statusCode": 200, "body": "YQ==", "isBase64Encoded": True}, 200, b"a"),
        ({"statusCode": 200, "body": "YQ==", "isBase64Encoded": False}, 200, b"YQ=="),
    ],
)
def test_what_is_left_out_has_a_default(answer: dict[str, Any], status: int, body: bytes) -> None:
    response = respond(answer)
    assert (response.status, response.body) == (status, body)
    assert response.header("content-type") == "application/json"


@pytest.mark.parametrize("name", ["Content-Length", "connection", "Date"])
def test_headers_that_a_function_cannot_set_are_renamed(name: str) -> None:
    response = respond({"statusCode": 200, "headers": {name: "x"}, "body": ""})
    assert response.header(f"x-amzn-remapped-{name.lower()}") == "x"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"<html>", "it is not JSON"),
        (b'{"statusCode": "ok"}', "statusCode must be"),
        (b'{"statusCode": true}', "statusCode must be"),
        (b'{"statusCode": 42}', "statusCode must be"),
        (b'{"statusCode": 200, "body": {"a": 1}}', "body must be a string"),
        (b'{"statusCode": 200, "headers": [1]}', "headers must be"),
        (b'{"statusCode": 200, "cookies": "a=1"}', "cookies an array"),
        (b'{"statusCode": 200, "headers": {"a": ["b"]}}', "must be a string"),
        (b'{"statusCode": 200, "body": "!", "isBase64Encoded": true}', "is not Base64"),
    ],
)
def test_an_answer_that_is_no_response_says_what_is_wrong(payload: bytes, reason: str) -> None:
    response = url_response(payload, MOMENT, TRACE)
    assert isinstance(response, Unusable)
    assert reason in response.reason


def test_lambda_s_own_responses_have_no_trace() -> None:
    response = refusal(404, "ResourceNotFoundException", None, MOMENT)
    assert (response.status, response.body) == (404, b'{"Message":null}')
    assert response.header("x-amzn-errortype") == "ResourceNotFoundException"
    assert response.header("x-amzn-trace-id") is None
