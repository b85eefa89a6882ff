import orjson
import pytest

from landbridge.model.exchange import Headers, HttpResponse
from landbridge.semantics.load_balancing.lambda_response import InvalidAnswer, lambda_response

NOW_MS = 1_777_135_516_000
DATE = ("Date", "Sat, 25 Apr 2026 16:45:16 GMT")
SERVER = ("Server", "awselb/2.0")


def answered(answer: object, *, multi: bool = False) -> HttpResponse | InvalidAnswer:
    return lambda_response(orjson.dumps(answer), multi, NOW_MS)


def good(answer: object, *, multi: bool = False) -> HttpResponse:
    response = answered(answer, multi=multi)
    assert isinstance(response, HttpResponse)
    return response


def test_a_whole_answer_becomes_a_response_with_its_own_reason() -> None:
    response = good(
        {
            "isBase64Encoded": False,
            "statusCode": 201,
            "statusDescription": "201 Made it",
            "headers": {"Content-Type": "text/plain", "X-A": "1"},
            "body": "hello",
        }
    )
    assert response == HttpResponse(
        201, (SERVER, DATE, ("Content-Type", "text/plain"), ("X-A", "1")), b"hello", "Made it"
    )


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({}, (SERVER, DATE, ("Content-Type", "application/octet-stream"))),
        ({"server": "mine", "content-type": "text/css"}, (DATE,)),
        ({"date": "today"}, (SERVER, ("Content-Type", "application/octet-stream"))),
    ],
)
def test_what_the_function_leaves_out_is_added(headers: dict[str, str], own: Headers) -> None:
    assert good({"statusCode": 200, "headers": headers}).headers == (*own, *headers.items())


def test_base64_is_decoded_whatever_the_client_accepts() -> None:
    response = good({"statusCode": 200, "headers": {}, "body": "AAH/", "isBase64Encoded": True})
    assert response.body == b"\x00\x01\xff"


def test_several_cookies_need_multi_value_headers() -> None:
    answer = {"statusCode": 200, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}}
    assert good(answer, multi=True).headers[-2:] == (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))
    assert isinstance(answered(answer), InvalidAnswer)
    assert isinstance(answered({"statusCode": 200, "headers": {}}, multi=True), InvalidAnswer)


@pytest.mark.parametrize(
    "answer",
    [
        "hello",
        None,
        [],
        {},
        {"statusCode": 200},
        {"statusCode": 200, "headers": None},
        {"statusCode": "200", "headers": {}},
        {"statusCode": 99, "headers": {}},
        {"statusCode": True, "headers": {}},
        {"statusCode": 200, "headers": {"X-A": 1}},
        {"statusCode": 200, "headers": [], "body": ""},
        {"statusCode": 200, "headers": {}, "body": {"a": 1}},
        {"statusCode": 200, "headers": {}, "body": "%", "isBase64Encoded": True},
        {"statusCode": 200, "headers": {}, "isBase64Encoded": "yes"},
        {"statusCode": 200, "headers": {}, "statusDescription": 200},
    ],
)
def test_an_answer_that_is_no_response_is_invalid(answer: object) -> None:
    assert isinstance(answered(answer), InvalidAnswer)


def test_what_is_not_json_is_invalid() -> None:
    assert isinstance(lambda_response(b"hello", False, NOW_MS), InvalidAnswer)


@pytest.mark.parametrize("values", ["a", [1], [None]])
def test_multi_value_headers_are_arrays_of_strings(values: object) -> None:
    assert isinstance(
        answered({"statusCode": 200, "multiValueHeaders": {"X": values}}, multi=True), InvalidAnswer
    )
