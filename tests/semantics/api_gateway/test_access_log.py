import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import topologies
from tests.semantics.api_gateway.authorization.guarded import TOKEN, answer, guarded, order
from tests.semantics.api_gateway.calls import MOMENT, OK, call, with_stage
from tests.semantics.api_gateway.logged import Logged, log, logging_topology

from landbridge.semantics.api_gateway.access_log import compile_format
from landbridge.semantics.needs import Invoked, InvokeTimedOut

UNAUTHORIZED = Invoked(b'{"errorMessage": "Unauthorized"}', "Unhandled")
CLF = (
    "$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime]"
    '"$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength '
    "$context.requestId $context.extendedRequestId"
)
JSON = (
    '{ "requestId":"$context.requestId", "ip": "$context.identity.sourceIp", '
    '"caller":"$context.identity.caller", '
    '"httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath", "status":"$context.status",'
    '"responseLength":"$context.responseLength" }'
)
XML = (
    '<request id="$context.requestId"> <ip>$context.identity.sourceIp</ip> '
    "<status>$context.status</status></request>"
)
CSV = (
    "$context.identity.sourceIp,$context.identity.caller,$context.requestTime,$context.status,"
    "$context.requestId"
)


def entry(form: str, *results: Invoked | InvokeTimedOut, target: str = "/api/orders") -> str:
    topology = logging_topology(form)
    (line,) = log(topology, call(topology, target), *results).lines("access")
    return line


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (
            CLF,
            f"{topologies.ALB_A} - - [05/Apr/2022:13:38:09 +0000]"
            f'"GET /api/{{proxy+}} HTTP/1.1" 200 5 {MOMENT.request_id} {MOMENT.extended_request_id}',
        ),
        (CSV, f"{topologies.ALB_A},-,05/Apr/2022:13:38:09 +0000,200,{MOMENT.request_id}"),
        (
            XML,
            f'<request id="{MOMENT.request_id}"> <ip>{topologies.ALB_A}</ip> <status>200</status></request>',
        ),
    ],
)
def test_an_entry_is_the_format_with_its_variables_filled_in(form: str, expected: str) -> None:
    assert entry(form) == expected


def test_an_entry_in_json_can_be_read_as_json() -> None:
    assert json.loads(entry(JSON)) == {
        "requestId": MOMENT.request_id,
        "ip": str(topologies.ALB_A),
        "caller": "-",
        "httpMethod": "GET",
        "resourcePath": "/api/{proxy+}",
        "status": "200",
        "responseLength": "5",
    }


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("accountId", "123456789012"),
        ("authorizer.claims", "-"),
        ("authorizer.principalId", "-"),
        ("awsEndpointRequestId", "c0ffee"),
        ("cipherSuite", "ECDHE-RSA-AES128-GCM-SHA256"),
        ("endpointType", "PRIVATE"),
        ("error.message", "-"),
        ("error.responseType", "-"),
        ("identity.vpceId", topologies.ENDPOINT),
        ("integration.integrationStatus", "200"),
        ("integration.latency", "7"),
        ("integration.requestId", "c0ffee"),
        ("integration.status", "201"),
        ("integrationLatency", "7"),
        ("integrationStatus", "200"),
        ("isCanaryRequest", "-"),
        ("nothing.of.the.kind", "-"),
        ("protocol", "HTTP/1.1"),
        ("requestTimeEpoch", str(MOMENT.epoch_ms)),
        ("responseLatency", "21"),
        ("status", "201"),
        ("tlsVersion", "TLSv1.2"),
        ("wafResponseCode", "-"),
        ("xrayTraceId", "-"),
    ],
)
def test_a_variable_of_a_lambda_proxy_integration(variable: str, value: str) -> None:
    created = Invoked(b'{"statusCode": 201, "body": "hello"}', request_id="c0ffee")
    assert entry(f"$context.requestId $context.{variable}", created) == f"{MOMENT.request_id} {value}"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("error.message", "Endpoint request timed out"),
        ("error.messageString", '"Endpoint request timed out"'),
        ("error.responseType", "INTEGRATION_TIMEOUT"),
        ("error.validationErrorString", "-"),
        ("integration.error", "Endpoint request timed out"),
        ("integration.status", "-"),
        ("status", "504"),
    ],
)
def test_a_variable_of_an_error(variable: str, value: str) -> None:
    assert entry(f"$context.{variable}", InvokeTimedOut()) == value


def test_a_path_that_no_method_has_leaves_an_entry_too() -> None:
    logged = log(logging_topology("x"))
    assert logged.lines("access") == ["x"]
    assert entry_of_unmatched() == "403 MISSING_AUTHENTICATION_TOKEN - -"


def entry_of_unmatched() -> str:
    topology = logging_topology(
        "$context.status $context.error.responseType $context.resourcePath $context.integrationLatency"
    )
    logged: Logged = log(topology, call(topology, "/api/orders", method="PROPFIND"))
    (line,) = logged.lines("access")
    return line


def test_the_trace_id_is_told_where_tracing_is_active() -> None:
    topology = logging_topology("$context.xrayTraceId")
    settings = topology.api_gateway.rest_apis[0].stages[0].settings
    traced = with_stage(topology, settings=replace(settings, tracing=True))
    assert log(traced).lines("access") == [MOMENT.trace_id]


@given(st.text(alphabet=st.characters(exclude_characters="$\r\n")))
def test_text_without_variables_stays_as_it_is(text: str) -> None:
    assert compile_format(text)({}) == text


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("$context.status.", "200."),
        ("$context.status-$context.status", "200-200"),
        ("$context.identity.sourceIp:$context.status", "10.0.0.1:200"),
        ("$$context.status", "$200"),
        ("$context.", "$context."),
        ("$stageVariables.a", "$stageVariables.a"),
        ("$context.status\n", "200"),
    ],
)
def test_where_the_name_of_a_variable_ends(form: str, expected: str) -> None:
    assert compile_format(form)({"status": 200, "identity": {"sourceIp": "10.0.0.1"}}) == expected


@pytest.mark.parametrize(
    ("variable", "results", "value"),
    [
        ("principalId", (answer(), OK), "ada"),
        ("tier", (answer(context={"tier": "gold"}), OK), "gold"),
        ("latency", (answer(), OK), "7"),
        ("integrationStatus", (answer(), OK), "200"),
        ("status", (answer(), OK), "200"),
        ("error", (answer(), OK), "-"),
        ("status", (UNAUTHORIZED,), "401"),
        ("error", (UNAUTHORIZED,), "Unauthorized"),
    ],
)
def test_a_variable_of_a_lambda_authorizer(variable: str, results: tuple[Invoked, ...], value: str) -> None:
    topology = logging_topology(f"$context.authorizer.{variable}", topology=guarded("CUSTOM", TOKEN))
    assert log(topology, order(topology), *results).lines("access") == [value]
