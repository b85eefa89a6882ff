import base64
import json

import pytest
from tests.semantics.api_gateway.calls import MOMENT, call, matched, public, topology_with

from landbridge.model.exchange import Headers, HttpResponse
from landbridge.semantics.api_gateway.proxy_response import (
    Malformed,
    proxy_response,
    trace_header,
    trace_root,
)


def respond(
    payload: bytes, accept: str = "", binary: tuple[str, ...] = (), method: str = "GET"
) -> HttpResponse | Malformed:
    topology = topology_with(binary_media_types=binary)
    headers: Headers = (("Accept", accept),) if accept else ()
    return proxy_response(matched(topology, call(topology, "/api/x", method, headers)), payload)


def good(answer: object, method: str = "GET") -> HttpResponse:
    response = respond(json.dumps(answer).encode(), method=method)
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        ({}, 200, b""),
        ({"headers": {"a": "b"}}, 200, b""),
        ({"statusCode": "201"}, 201, b""),
        ({"statusCode": 204, "headers": None, "multiValueHeaders": None, "body": None}, 204, b""),
        ({"statusCode": 200, "body": "ä", "isBase64Encoded": False}, 200, "ä".encode()),
    ],
)
def test_what_api_gateway_takes_for_an_answer(answer: object, status: int, body: bytes) -> None:
    response = good(answer)
    assert (response.status, response.body) == (status, body)
    assert response.header("content-type") == "application/json"


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"not json", "not JSON"),
        (b'"text"', "not a string"),
        (b"[]", "not an array"),
        (b"null", "not null"),
        (b"7", "not a number"),
        (b'{"errorMessage": "x"}', "errorMessage"),
        (b'{"statusCode": 200, "cookies": []}', "cookies"),
        (b'{"statusCode": "test"}', "statusCode"),
        (b'{"statusCode": true}', "statusCode"),
        (b'{"statusCode": 99}', "statusCode"),
        (b'{"statusCode": 200.5}', "statusCode"),
        (b'{"headers": []}', "headers"),
        (b'{"headers": {"a": {}}}', "'a'"),
        (b'{"multiValueHeaders": {"a": "b"}}', "'a'"),
        (b'{"body": {"a": 1}}', "json.dumps"),
        (b'{"isBase64Encoded": "yes"}', "isBase64Encoded"),
    ],
)
def test_a_malformed_answer_is_a_502_and_says_what_is_wrong(payload: bytes, reason: str) -> None:
    answer = respond(payload)
    assert isinstance(answer, Malformed)
    assert reason in answer.reason
    assert answer.status == 502


@pytest.mark.parametrize(
    ("headers", "multi", "expected"),
    [
        ({"X-A": "1"}, None, [("X-A", "1")]),
        ({"X-A": True, "X-B": 7, "X-C": None}, None, [("X-A", "true"), ("X-B", "7")]),
        (None, {"Set-Cookie": ["a=1", "b=2"]}, [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]),
        ({"x-a": "2"}, {"X-A": ["1"]}, [("X-A", "1"), ("X-A", "2")]),
        ({"X-A": "1"}, {"X-A": ["1"]}, [("X-A", "1")]),
        (
            {"Date": "d", "server": "s", "Connection": "close", "content-length": "9"},
            None,
            [
                ("x-amzn-Remapped-Date", "d"),
                ("x-amzn-Remapped-Server", "s"),
                ("x-amzn-Remapped-Connection", "close"),
                ("x-amzn-Remapped-Content-Length", "9"),
            ],
        ),
        ({"Transfer-Encoding": "chunked", "Host": "h"}, None, [("Host", "h")]),
    ],
)
def test_headers_of_both_maps_are_merged_and_some_renamed(
    headers: object, multi: object, expected: list[tuple[str, str]]
) -> None:
    response = good({"headers": headers, "multiValueHeaders": multi})
    own = ("Server", "Date", "Content-Type", "x-amzn-RequestId", "x-amz-apigw-id", "X-Amzn-Trace-Id")
    assert [pair for pair in response.headers if pair[0] not in own] == expected


def test_the_headers_of_an_answer_in_their_order() -> None:
    response = good({"headers": {"X-A": "1", "content-type": "text/html"}})
    assert response.headers == (
        ("Server", "Server"),
        ("Date", "Tue, 05 Apr 2022 13:38:09 GMT"),
        ("Content-Type", "text/html"),
        ("x-amzn-RequestId", MOMENT.request_id),
        ("X-A", "1"),
        ("x-amz-apigw-id", MOMENT.extended_request_id),
        (
            "X-Amzn-Trace-Id",
            "Root=1-624c4641-31a8bde2177ec9aa0409676b;Parent=177ec9aa0409676b;Sampled=0;Lineage=1:177ec9aa:0",
        ),
    )


PNG = b"\x89PNG\xff"
ENCODED = base64.b64encode(PNG)


@pytest.mark.parametrize(
    ("binary", "accept", "expected"),
    [
        ((), "image/png", ENCODED),
        (("image/png",), "image/png", PNG),
        (("image/png",), "image/png;q=0.9,*/*", PNG),
        (("image/png",), "*/*,image/png", ENCODED),
        (("image/png",), "", ENCODED),
        (("*/*",), "text/html", PNG),
        (("*/*",), "", PNG),
    ],
)
def test_base64_is_decoded_only_when_the_first_accepted_type_is_binary(
    binary: tuple[str, ...], accept: str, expected: bytes
) -> None:
    payload = json.dumps({"body": ENCODED.decode(), "isBase64Encoded": True}).encode()
    response = respond(payload, accept, binary)
    assert isinstance(response, HttpResponse)
    assert response.body == expected


def test_what_claims_to_be_base64_and_is_not_is_a_500() -> None:
    answer = respond(b'{"body": "%%%", "isBase64Encoded": true}', binary=("*/*",))
    assert isinstance(answer, Malformed)
    assert answer.status == 500


def test_a_head_request_gets_the_headers_without_the_body() -> None:
    assert good({"body": "hello"}, method="HEAD").body == b""


def test_the_root_of_the_trace_is_the_load_balancers_if_it_sent_one() -> None:
    topology = topology_with()
    made = call(topology, headers=(("X-Amzn-Trace-Id", "Self=1-a-b;Root=1-c-d"),))
    assert trace_root(matched(topology, made)) == "1-c-d"
    assert trace_header(matched(topology, public(call(topology)))).startswith(f"Root={MOMENT.trace_id};")
