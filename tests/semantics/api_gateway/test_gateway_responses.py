import pytest
from tests.semantics.api_gateway.calls import MOMENT, call, matched, public, topology_with

from landbridge.model.api_gateway import GatewayResponse
from landbridge.semantics.api_gateway.gateway_responses import (
    GatewayError,
    access_denied,
    bad_request_body,
    content_too_long,
    forbidden,
    front_line_response,
    gateway_response,
    incomplete_signature,
    integration_timed_out,
    internal_server_error,
    missing_authentication_token,
    request_too_long,
    unsupported_media_type,
)
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType

ARN = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/live/GET/orders"
ERRORS = GatewayResponseType.API_CONFIGURATION_ERROR


@pytest.mark.parametrize(
    ("error", "status", "body", "error_type"),
    [
        (forbidden(), 403, b'{"message":"Forbidden"}', "ForbiddenException"),
        (
            missing_authentication_token(),
            403,
            b'{"message":"Missing Authentication Token"}',
            "MissingAuthenticationTokenException",
        ),
        (
            incomplete_signature("Invalid key=value pair"),
            403,
            b'{"message":"Invalid key=value pair"}',
            "IncompleteSignatureException",
        ),
        (
            access_denied(ARN, " with an explicit deny in a resource-based policy"),
            403,
            b'{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: '
            b"arn:aws:execute-api:eu-central-1:********9012:a1b2c3d4e5/live/GET/orders with an explicit deny "
            b'in a resource-based policy"}',
            "AccessDeniedException",
        ),
        (
            internal_server_error(ERRORS),
            500,
            b'{"message": "Internal server error"}',
            "InternalServerErrorException",
        ),
        (
            internal_server_error(ERRORS, 502),
            502,
            b'{"message": "Internal server error"}',
            "InternalServerErrorException",
        ),
        (
            integration_timed_out(),
            504,
            b'{"message": "Endpoint request timed out"}',
            "InternalServerErrorException",
        ),
        (unsupported_media_type(), 415, b'{"message": "Unsupported Media Type"}', "BadRequestException"),
        (bad_request_body("no"), 400, b'{"message": "no"}', "BadRequestException"),
        (request_too_long(), 413, b'{"message":"Request Too Long"}', "RequestTooLongException"),
        (content_too_long(10_485_760), 413, b"HTTP content length exceeded 10485760 bytes.", ""),
    ],
)
def test_every_error_has_aws_own_status_body_and_type(
    error: GatewayError, status: int, body: bytes, error_type: str
) -> None:
    response = front_line_response(error, MOMENT, through_endpoint=False)
    assert (response.status, response.body) == (status, body)
    assert response.header("x-amzn-errortype") == (error_type or None)


def test_the_captured_lengths_of_bodies() -> None:
    """Forbidden 23, Missing Authentication Token 42, Internal server error 36, timed out 41."""
    errors = (
        forbidden(),
        missing_authentication_token(),
        internal_server_error(ERRORS),
        integration_timed_out(),
    )
    assert [len(error.body) for error in errors] == [23, 42, 36, 41]


def test_an_error_through_an_endpoint_has_the_captured_headers_in_their_order() -> None:
    response = front_line_response(forbidden(), MOMENT, through_endpoint=True)
    assert response.headers == (
        ("Server", "Server"),
        ("Date", "Tue, 05 Apr 2022 13:38:09 GMT"),
        ("Content-Type", "application/json"),
        ("x-amzn-RequestId", "7e42b0a7-465e-4f43-aaf0-95e049fcf05b"),
        ("x-amzn-ErrorType", "ForbiddenException"),
        ("x-amz-apigw-id", "QG_qQHmhFiAFsLQ="),
    )


def test_only_a_public_front_leaves_out_the_server_header() -> None:
    assert front_line_response(forbidden(), MOMENT, through_endpoint=False).header("server") is None


def test_an_error_after_the_integration_was_attempted_carries_the_trace_id() -> None:
    response = front_line_response(integration_timed_out(), MOMENT, through_endpoint=True)
    assert response.headers[-1] == ("X-Amzn-Trace-Id", f"Root={MOMENT.trace_id}")


def test_an_error_to_a_head_request_has_no_body() -> None:
    response = front_line_response(forbidden(), MOMENT, through_endpoint=True, http_method="HEAD")
    assert response.body == b""


def customised(*responses: GatewayResponse, error: GatewayError, accept: str = "") -> tuple[int, str, bytes]:
    topology = topology_with(gateway_responses=responses)
    made = call(topology, headers=(("Accept", accept), ("Origin", "https://a")) if accept else ())
    request = matched(topology, made)
    response = gateway_response(World(topology), made, request.match, MOMENT, error)
    return response.status, response.header("content-type") or "", response.body


def test_a_gateway_response_changes_status_and_body_by_plain_substitution() -> None:
    own = GatewayResponse(
        "MISSING_AUTHENTICATION_TOKEN",
        "404",
        response_templates=(
            (
                "application/json",
                '{"message":$context.error.messageString,"at":"$context.stage$context.resourcePath",'
                '"type":"${context.error.responseType}","none":"$context.nothing"}',
            ),
        ),
    )
    status, content_type, body = customised(own, error=missing_authentication_token())
    assert (status, content_type) == (404, "application/json")
    assert body == (
        b'{"message":"Missing Authentication Token","at":"live/api/{proxy+}",'
        b'"type":"MISSING_AUTHENTICATION_TOKEN","none":""}'
    )


def test_a_customised_status_keeps_the_error_type() -> None:
    topology = topology_with(gateway_responses=(GatewayResponse("MISSING_AUTHENTICATION_TOKEN", "404"),))
    response = gateway_response(World(topology), call(topology), None, MOMENT, missing_authentication_token())
    assert response.status == 404
    assert response.header("x-amzn-errortype") == "MissingAuthenticationTokenException"
    assert response.body == b'{"message":"Missing Authentication Token"}'


def test_a_type_without_its_own_response_takes_the_default_of_its_class() -> None:
    defaults = (GatewayResponse("DEFAULT_4XX", "418"), GatewayResponse("DEFAULT_5XX", "599"))
    assert customised(*defaults, error=missing_authentication_token())[0] == 418
    assert customised(*defaults, error=internal_server_error(ERRORS, 502))[0] == 599
    own = GatewayResponse("MISSING_AUTHENTICATION_TOKEN", "404")
    assert customised(*defaults, own, error=missing_authentication_token())[0] == 404


@pytest.mark.parametrize("error", [forbidden(), content_too_long(10_485_760)])
def test_some_errors_cannot_be_customised(error: GatewayError) -> None:
    assert customised(GatewayResponse("DEFAULT_4XX", "418"), error=error)[0] == error.status


def test_the_template_for_what_the_client_accepts_is_taken() -> None:
    own = GatewayResponse(
        "DEFAULT_4XX", response_templates=(("text/html", "<p>$context.error.message"), ("text/plain", "no"))
    )
    error = missing_authentication_token()
    assert customised(own, error=error, accept="text/plain")[1:] == ("text/plain", b"no")
    html = ("text/html", b"<p>Missing Authentication Token")
    assert customised(own, error=error, accept="image/png")[1:] == html


def test_response_parameters_come_from_statics_the_request_and_the_context() -> None:
    own = GatewayResponse(
        "DEFAULT_5XX",
        response_parameters=(
            ("gatewayresponse.header.Access-Control-Allow-Origin", "'*'"),
            ("gatewayresponse.header.X-Origin", "method.request.header.Origin"),
            ("gatewayresponse.header.X-Proxy", "method.request.path.proxy"),
            ("gatewayresponse.header.X-Peer", "context.identity.sourceIp"),
            ("gatewayresponse.header.X-Nothing", "method.request.header.Nothing"),
            ("gatewayresponse.header.Content-Type", "'text/x'"),
        ),
    )
    topology = topology_with(gateway_responses=(own,))
    made = call(topology, headers=(("Origin", "https://a"),))
    request = matched(topology, made)
    response = gateway_response(World(topology), made, request.match, MOMENT, internal_server_error(ERRORS))
    assert response.headers == (
        ("Server", "Server"),
        ("Date", "Tue, 05 Apr 2022 13:38:09 GMT"),
        ("x-amzn-RequestId", MOMENT.request_id),
        ("Access-Control-Allow-Origin", "*"),
        ("X-Origin", "https://a"),
        ("X-Proxy", "orders"),
        ("X-Peer", "10.20.1.10"),
        ("Content-Type", "text/x"),
        ("x-amzn-ErrorType", "InternalServerErrorException"),
        ("x-amz-apigw-id", "QG_qQHmhFiAFsLQ="),
    )


def test_a_public_api_answers_without_server_header_too() -> None:
    topology = topology_with(gateway_responses=(GatewayResponse("DEFAULT_4XX", "404"),))
    made = public(call(topology))
    response = gateway_response(World(topology), made, None, MOMENT, missing_authentication_token())
    assert response.headers[0][0] == "Date"
