from tests.semantics.api_gateway.calls import MOMENT, call, public, topology_with

from landbridge.semantics.api_gateway.method_response import (
    REMAPPED_FROM_MAPPING,
    REMAPPED_FROM_PROXY,
    method_response,
    outbound_headers,
)


def test_a_response_without_trace_through_a_public_front() -> None:
    made = public(call(topology_with()))
    response = method_response(made, MOMENT, 200, (("X-A", "1"),), b"x", "")
    assert response.headers == (
        ("Date", "Tue, 05 Apr 2022 13:38:09 GMT"),
        ("Content-Type", "application/json"),
        ("x-amzn-RequestId", MOMENT.request_id),
        ("X-A", "1"),
        ("x-amz-apigw-id", MOMENT.extended_request_id),
    )


def test_more_headers_are_renamed_when_a_mapping_sets_them_than_when_a_function_does() -> None:
    headers = (("WWW-Authenticate", "Basic"), ("date", "d"), ("TE", "x"))
    renamed = ("x-amzn-Remapped-Date", "d")
    assert outbound_headers(headers, REMAPPED_FROM_PROXY) == (("WWW-Authenticate", "Basic"), renamed)
    assert outbound_headers(headers, REMAPPED_FROM_MAPPING) == (
        ("x-amzn-Remapped-Www-Authenticate", "Basic"),
        renamed,
    )
