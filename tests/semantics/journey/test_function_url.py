"""Requests at the front of all function URLs, from the internet and from where there is none."""

from dataclasses import replace
from ipaddress import IPv4Address

import orjson
import pytest
from tests.semantics.conversations import Conversation, converse
from tests.semantics.function_urls.urls import (
    ALIAS_ARN,
    HOST,
    account_only,
    by_function,
    by_url,
    public,
    url_app,
)
from tests.semantics.iam.signing import ANN, signed
from tests.topologies import FUNCTION_ARN, REGION, SUBNET_A, statement

from landbridge.model.functions import Alias, Cors
from landbridge.model.identity import AccessKey, Identity, User
from landbridge.model.policy import PolicyDocument
from landbridge.model.topology import Topology
from landbridge.semantics.needs import (
    AccessKeyFound,
    FindAccessKey,
    Invoke,
    Invoked,
    InvokeRefused,
    InvokeTimedOut,
    Result,
)
from landbridge.semantics.network.source import Internet, vantage
from landbridge.trace.codes import LambdaErrorType, LocalCode
from landbridge.trace.decision import Step, TimedOut, Verdict

INTERNET = Internet(IPv4Address("203.0.113.10"))
FORBIDDEN = (
    b'{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: '
    b'https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}'
)
OK = Invoked(b'"hello"')
BOTH = ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")


def call(topology: Topology, result: Result = OK, method: str = "GET") -> Conversation:
    return converse(topology, "/orders", method=method, host=HOST, source=INTERNET, results={Invoke: result})


def body(done: Conversation) -> bytes:
    assert done.response is not None
    return done.response.body


def test_a_public_url_is_resolved_reached_allowed_twice_and_invoked() -> None:
    done = call(url_app(public()))
    assert (done.status, body(done)) == (200, b'"hello"')
    assert done.steps == [
        "resolve name",
        "destination",
        "which function URL",
        "function policy",
        "function policy",
        "invoke",
    ]
    (invoke,) = done.needs
    assert isinstance(invoke, Invoke)
    assert invoke.function_arn == FUNCTION_ARN
    assert orjson.loads(invoke.payload)["rawPath"] == "/orders"


def test_the_url_of_an_alias_is_judged_by_the_alias_s_policy() -> None:
    alias = Alias("live", "1", policy=public(ALIAS_ARN))
    done = call(url_app(None, alias=alias))
    (invoke,) = done.needs
    assert isinstance(invoke, Invoke)
    assert (done.status, invoke.function_arn) == (200, ALIAS_ARN)
    assert ("function version", "1") in done.last.facts
    refused = call(url_app(public(), alias=Alias("live", "1")))
    assert (refused.status, body(refused), refused.needs) == (403, FORBIDDEN, ())


def test_without_permission_the_function_does_not_run() -> None:
    done = call(url_app(None))
    assert (done.status, body(done), done.needs) == (403, FORBIDDEN, ())
    assert done.response is not None
    assert done.response.header("x-amzn-errortype") == "AccessDeniedException"
    assert (done.hops[-1].step, done.last.code) == (Step.FUNCTION_POLICY, LambdaErrorType.ACCESS_DENIED)


def test_a_name_that_is_no_url_s_is_found_by_dns_and_answered_with_404() -> None:
    done = converse(url_app(public()), host=f"other.lambda-url.{REGION}.on.aws", source=INTERNET)
    assert (done.status, body(done)) == (404, b'{"Message":null}')
    assert done.last.code is LambdaErrorType.RESOURCE_NOT_FOUND


@pytest.mark.parametrize("port", [80, 8443])
def test_a_function_url_answers_on_443_only(port: int) -> None:
    done = converse(url_app(public()), host=HOST, source=INTERNET, port=port)
    assert isinstance(done.outcome, TimedOut)
    assert done.last.code is LocalCode.NOTHING_LISTENS


def test_a_subnet_without_a_way_out_does_not_reach_a_function_url() -> None:
    """An endpoint for execute-api does not help: AWS PrivateLink does not lead to function URLs."""
    topology = url_app(public())
    done = converse(topology, host=HOST, source=vantage(topology, SUBNET_A))
    assert done.outcome is not None
    assert not done.last.allowed


@pytest.mark.parametrize(
    ("result", "status", "text", "code"),
    [
        (Invoked(b'{"errorMessage": "x"}', "Unhandled"), 502, b"Internal Server Error", "Unhandled"),
        (InvokeRefused("ServiceException", "down"), 502, b"Internal Server Error", "ServiceException"),
        (InvokeRefused("InvalidZipFileException", "?"), 502, b"Internal Server Error", "ServiceException"),
        (InvokeTimedOut(), 502, b"Internal Server Error", "Unhandled"),
        (
            InvokeRefused("TooManyRequestsException", "Rate Exceeded."),
            429,
            b'{"Message":"Rate Exceeded."}',
            "TooManyRequestsException",
        ),
        (Invoked(b'{"statusCode": 1}'), 502, b"Internal Server Error", "landbridge.MalformedProxyResponse"),
    ],
)
def test_a_function_without_a_usable_answer(result: Result, status: int, text: bytes, code: str) -> None:
    done = call(url_app(public()), result)
    assert (done.status, body(done), done.last.code) == (status, text, code)
    assert done.last.remedy


def test_a_preflight_request_needs_no_permission_and_runs_nothing() -> None:
    origin = "https://shop.example"
    headers = (("Origin", origin), ("Access-Control-Request-Method", "PUT"))
    topology = url_app(None, cors=Cors((origin,), ("PUT",)))
    done = converse(topology, method="OPTIONS", host=HOST, source=INTERNET, headers=headers)
    assert done.response is not None
    assert (done.status, done.steps[-1], done.needs) == (200, "cross-origin rules", ())
    assert done.response.header("access-control-allow-origin") == origin


def test_streaming_is_not_modelled_and_not_served() -> None:
    done = call(url_app(public(), invoke_mode="RESPONSE_STREAM"))
    assert (done.status, done.last.verdict, done.needs) == (501, Verdict.NOT_MODELLED, ())


def test_an_event_over_six_megabytes_is_413() -> None:
    topology = url_app(public())
    done = converse(topology, method="PUT", host=HOST, source=INTERNET, body=b"x" * 6_000_000)
    assert (done.status, done.last.code) == (413, LambdaErrorType.REQUEST_TOO_LARGE)


def of_user(policy: PolicyDocument | None, *actions: str) -> Topology:
    """A URL for IAM, and a user who may do this."""
    own = PolicyDocument((statement(actions=actions, resources=(FUNCTION_ARN,)),))
    user = User(ANN.owner_arn, "ann", "AIDAEXAMPLE", (("own", own),) if actions else ())
    return replace(url_app(policy, auth_type="AWS_IAM"), identity=Identity(users=(user,)))


def call_signed(topology: Topology, key: AccessKey = ANN, service: str = "lambda") -> Conversation:
    request = signed(f"https://{HOST}/orders", key=key, service=service)
    headers = tuple(pair for pair in request.headers if pair[0].lower() != "host")
    results: dict[type, Result] = {FindAccessKey: AccessKeyFound(ANN), Invoke: OK}
    return converse(topology, "/orders", host=HOST, source=INTERNET, headers=headers, results=results)


@pytest.mark.parametrize(
    ("topology", "status"),
    [
        (of_user(None, *BOTH), 200),
        (of_user(None, *BOTH[:1]), 403),
        (of_user(None, *BOTH[1:]), 403),
        (of_user(None), 403),
        (of_user(PolicyDocument((by_url(auth_type="AWS_IAM"), by_function()))), 200),
        (of_user(public()), 403),
        (of_user(account_only(by_url(auth_type="AWS_IAM"), by_function())), 403),
        (of_user(account_only(by_url(auth_type="AWS_IAM"), by_function()), *BOTH), 200),
    ],
)
def test_in_the_same_account_either_side_may_allow_each_action(topology: Topology, status: int) -> None:
    done = call_signed(topology)
    assert done.status == status
    assert done.steps[3] == "signature"
    assert (body(done) == FORBIDDEN) is (status == 403)


def test_the_signer_is_in_the_event() -> None:
    invoke = call_signed(of_user(None, *BOTH)).needs[-1]
    assert isinstance(invoke, Invoke)
    context = orjson.loads(invoke.payload)["requestContext"]
    assert context["authorizer"]["iam"]["userArn"] == ANN.owner_arn


def test_a_request_that_is_not_signed_is_forbidden_where_iam_is_asked() -> None:
    done = call(of_user(public(), *BOTH))
    assert (done.status, body(done), done.steps[-1]) == (403, FORBIDDEN, "signature")
    assert "for the service lambda" in done.last.remedy


@pytest.mark.parametrize(
    ("key", "service", "code", "message"),
    [
        (ANN, "execute-api", LambdaErrorType.INVALID_SIGNATURE, b"correct service: 'lambda'"),
        (replace(ANN, secret="other"), "lambda", LambdaErrorType.INVALID_SIGNATURE, b"does not match"),
        (replace(ANN, session_token="t"), "lambda", LambdaErrorType.UNRECOGNIZED_CLIENT, b"token included"),
    ],
)
def test_a_signature_that_is_not_taken_is_refused_in_the_words_of_all_services(
    key: AccessKey, service: str, code: LambdaErrorType, message: bytes
) -> None:
    done = call_signed(of_user(None, *BOTH), key, service)
    assert (done.status, done.last.code) == (403, code)
    assert message in body(done)
