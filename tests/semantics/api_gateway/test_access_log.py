import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import topologies
from tests.semantics.api_gateway.authorization.guarded import SILENT, TOKEN, answer, guarded, order
from tests.semantics.api_gateway.calls import MOMENT, OK, call, with_stage
from tests.semantics.api_gateway.logged import Logged, log, logging_topology
from tests.semantics.iam.signing import ANN, USER_ARN, signed

from landbridge.model.identity import Identity, User
from landbridge.model.policy import PolicyDocument
from landbridge.semantics.api_gateway.access_log import compile_format
from landbridge.semantics.needs import AccessKeyFound, Invoked, InvokeTimedOut, Result

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
        ("integration.responseTransferMode", "BUFFERED"),
        ("integration.status", "201"),
        ("integration.timeToAllHeaders", "7"),
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


PHASES = (
    "$context.authenticate.status $context.authenticate.error $context.authorize.status "
    "$context.authorize.error $context.authorize.latency"
)
FOUND = AccessKeyFound(ANN)
NOT_ALLOWED = f"User: {USER_ARN} is not authorized to perform: execute-api:Invoke"


@pytest.mark.parametrize(
    ("results", "written"),
    [
        ((answer(), OK), "- - 200 - 0"),
        ((answer("Deny"),), "- - 403 User is not authorized to access this resource"),
        ((UNAUTHORIZED,), "- - - - -"),
    ],
    ids=["allowed", "denied", "no policy"],
)
def test_a_lambda_authorizers_policy_is_the_phase_authorize(
    results: tuple[Invoked, ...], written: str
) -> None:
    topology = logging_topology(PHASES, topology=guarded("CUSTOM", TOKEN))
    (line,) = log(topology, order(topology), *results).lines("access")
    assert line.startswith(written)


@pytest.mark.parametrize(
    ("is_signed", "may", "results", "written"),
    [
        (True, True, (FOUND, OK), "200 - 200 - 0"),
        (True, False, (FOUND,), f"200 - 403 {NOT_ALLOWED}"),
        (False, True, (), "403 Missing Authentication Token - - -"),
    ],
    ids=["allowed", "denied", "unsigned"],
)
def test_a_signature_is_the_phase_authenticate_and_what_it_may_the_phase_authorize(
    is_signed: bool, may: bool, results: tuple[Result, ...], written: str
) -> None:
    topology = guarded("AWS_IAM", policy=SILENT)
    policies = (("invoke", ANYTHING),) if may else ()
    topology = replace(topology, identity=Identity((), (User(USER_ARN, "ann", "AIDA1", policies),)))
    topology = logging_topology(PHASES, topology=topology)
    request = signed(f"https://{topologies.DOMAIN}/api/orders/7")
    made = call(topology, "/api/orders/7")
    made = replace(made, request=request) if is_signed else made
    (line,) = log(topology, made, *results).lines("access")
    assert line.startswith(written)


ANYTHING = PolicyDocument((topologies.statement(actions=("execute-api:Invoke",), resources=("*",)),))


@pytest.mark.parametrize(
    ("resource_path", "event_path", "matched"),
    [
        ("/api/orders", "/api/orders", "-"),
        ("/api/orders", "/v1/api/orders", "v1"),
        ("/api/orders", "/v1/shop/api/orders", "v1/shop"),
    ],
)
def test_the_base_path_that_a_custom_domain_name_matched_is_told(
    resource_path: str, event_path: str, matched: str
) -> None:
    topology = logging_topology("$context.customDomain.basePathMatched")
    made = call(topology, resource_path, event_path=event_path)
    assert log(topology, made).lines("access") == [matched]
