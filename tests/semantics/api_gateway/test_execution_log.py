from typing import Any

import pytest
from tests import topologies
from tests.semantics.api_gateway.authorization.guarded import TOKEN, answer, guarded, order
from tests.semantics.api_gateway.calls import MOMENT, OK, call
from tests.semantics.api_gateway.logged import log, logging_topology

from landbridge.model.api_gateway_stages import LoggingLevel
from landbridge.semantics.api_gateway.execution_log import masked
from landbridge.semantics.needs import Invoked, InvokeTimedOut, Result

GROUP = f"API-Gateway-Execution-Logs_{topologies.API}/live"
PREFIX = f"({MOMENT.request_id}) "
STAGE = f"{topologies.API}/live"
URI = f"https://lambda.eu-central-1.amazonaws.com/2015-03-31/functions/{topologies.FUNCTION_ARN}/invocations"
FUNCTION_ERROR = Invoked(b'{"errorMessage": "no stock", "errorType": "E"}', "Unhandled", "c0ffee")


def lines(
    level: LoggingLevel, *results: Result, target: str = "/api/orders?q=1&q=2", **changes: Any
) -> list[str]:
    """The messages of a request, less the request id in front of each."""
    topology = logging_topology(level=level, **changes)
    headers = (("Authorization", "Bearer abcdefghij"), ("X-Api-Key", "k"))
    messages = log(topology, call(topology, target, headers=headers), *results).lines(GROUP)
    assert all(message.startswith(PREFIX) for message in messages)
    return [message.removeprefix(PREFIX) for message in messages]


def test_the_lines_of_a_request_at_level_info() -> None:
    assert lines(LoggingLevel.INFO) == [
        f"Extended Request Id: {MOMENT.extended_request_id}",
        f"Verifying Usage Plan for request: {MOMENT.request_id}. API Key: * API Stage: {STAGE}",
        "API Key * authorized because method 'GET /api/{proxy+}' does not require API Key. Request will not "
        "contribute to throttle or quota limits",
        f"Usage Plan check succeeded for API Key * and API Stage {STAGE}",
        f"Starting execution for request: {MOMENT.request_id}",
        "HTTP Method: GET, Resource Path: /api/orders",
        f"Sending request to {URI}",
        "Received response. Status: 200, Integration latency: 7 ms",
        "Successfully completed execution",
        "Method completed with status: 200",
        "AWS Integration Endpoint RequestId : c0ffee",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Method request path: {proxy=orders}",
        "Method request query string: {q=1,2}",
        f"Method request headers: {{Host={topologies.DOMAIN}, Authorization=***********efghij, X-Api-Key=*}}",
        "Method request body before transformations: ",
        f"Endpoint request URI: {URI}",
        'Endpoint response body before transformations: {"statusCode": 200, "body": "hello"}',
        "Endpoint response headers: {Content-Type=application/json}",
        "Method response body after transformations: hello",
    ],
)
def test_a_data_trace_has_whole_requests_and_responses_without_secrets(line: str) -> None:
    assert line in lines(LoggingLevel.INFO, data_trace=True)
    assert line not in lines(LoggingLevel.INFO)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (OK, []),
        (
            FUNCTION_ERROR,
            [
                "Lambda execution failed with status 200 due to customer function error: no stock. "
                "Lambda request id: c0ffee",
                "Gateway response type: INTEGRATION_FAILURE with status code: 502",
                "Method completed with status: 502",
            ],
        ),
        (
            InvokeTimedOut(),
            [
                "Execution failed due to a timeout error",
                "Gateway response type: INTEGRATION_TIMEOUT with status code: 504",
                "Method completed with status: 504",
            ],
        ),
        (
            Invoked(b"hello"),
            [
                "Execution failed due to configuration error: Malformed Lambda proxy response",
                "Gateway response type: API_CONFIGURATION_ERROR with status code: 502",
                "Method completed with status: 502",
            ],
        ),
    ],
)
def test_level_error_has_only_what_went_wrong(result: Result, expected: list[str]) -> None:
    assert lines(LoggingLevel.ERROR, result) == expected
    everything = lines(LoggingLevel.INFO, result)
    assert [line for line in everything if line in expected] == expected
    assert ("Successfully completed execution" in everything) == (result is OK)


def test_a_request_that_timed_out_has_no_response_line() -> None:
    assert not [line for line in lines(LoggingLevel.INFO, InvokeTimedOut()) if line.startswith("Received")]


def test_a_line_is_cut_at_1024_characters() -> None:
    long = Invoked(b'{"statusCode": 200, "body": "%s"}' % (b"a" * 5000))
    (line,) = [
        line
        for line in lines(LoggingLevel.INFO, long, data_trace=True)
        if line.startswith("Method response body")
    ]
    assert len(line) == 1024
    assert line.endswith("a [TRUNCATED]")


def test_level_off_writes_nothing_and_asks_nothing() -> None:
    logged = log(logging_topology())
    assert logged.written == ()
    assert len(logged.others) == 1


@pytest.mark.parametrize(
    ("secret", "shown"), [("", ""), ("short", "*****"), ("123456", "******"), ("1234567890", "****567890")]
)
def test_of_a_secret_only_the_end_is_shown(secret: str, shown: str) -> None:
    assert masked(secret) == shown


def authorizer_lines(*results: Result) -> list[str]:
    """What is written of a method with a Lambda authorizer."""
    topology = logging_topology(level=LoggingLevel.INFO, topology=guarded("CUSTOM", TOKEN))
    messages = log(topology, order(topology), *results).lines(GROUP)
    return [message.removeprefix(PREFIX) for message in messages][1:4]


def test_an_authorizer_is_told_before_the_usage_plan() -> None:
    started, completed, usage = authorizer_lines(answer(), OK)
    assert started == f"Starting authorizer: {TOKEN.id} for request: {MOMENT.request_id}"
    assert completed == "Successfully completed authorizer execution"
    assert usage.startswith("Verifying Usage Plan for request: ")


def test_a_request_that_is_barred_has_nothing_of_its_execution() -> None:
    unauthorized = Invoked(b'{"errorMessage": "Unauthorized"}', "Unhandled")
    assert authorizer_lines(unauthorized) == [
        f"Starting authorizer: {TOKEN.id} for request: {MOMENT.request_id}",
        f"Unauthorized request: {MOMENT.request_id}",
        "Unauthorized",
    ]
    denied = authorizer_lines(answer("Deny"))
    assert denied[1] == "Successfully completed authorizer execution"
    assert not any("Usage Plan" in line or "Starting execution" in line for line in denied)
