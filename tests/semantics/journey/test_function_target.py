from dataclasses import replace

import orjson
import pytest
from tests.semantics.conversations import converse
from tests.semantics.journey.worlds import function_app
from tests.topologies import FUNCTION_ARN, TARGET_GROUP_ARN

from landbridge.model.exchange import Headers
from landbridge.model.functions import Alias, Functions
from landbridge.model.identifiers import Arn
from landbridge.model.policy import PolicyDocument
from landbridge.semantics.needs import Invoke, Invoked, InvokeRefused, InvokeTimedOut, Result
from landbridge.trace.codes import LambdaTargetReason

ANSWER = {
    "statusCode": 200,
    "statusDescription": "200 OK",
    "headers": {"Content-Type": "text/plain"},
    "body": "hi",
}
OK = Invoked(orjson.dumps(ANSWER))
REASON = LambdaTargetReason


def test_a_function_gets_the_request_as_an_event_and_its_answer_is_the_response() -> None:
    done = converse(function_app(), "/api?a=1", results={Invoke: OK})
    (invoke,) = done.needs
    assert isinstance(invoke, Invoke)
    event = orjson.loads(invoke.payload)
    assert (invoke.function_arn, event["path"]) == (FUNCTION_ARN, "/api")
    assert event["requestContext"]["elb"]["targetGroupArn"] == TARGET_GROUP_ARN
    assert event["headers"]["x-forwarded-proto"] == "https"
    assert event["headers"]["x-amzn-trace-id"] == invoke.trace_header
    assert done.response is not None
    assert (done.status, done.response.body) == (200, b"hi")
    assert done.steps[-3:] == ["target", "function policy", "invoke"]


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (Invoked(b'{"errorMessage": "x"}', "Unhandled"), REASON.UNHANDLED),
        (Invoked(b'"hello"'), REASON.INVALID_RESPONSE),
        (Invoked(orjson.dumps({**ANSWER, "body": "x" * 2**20})), REASON.RESPONSE_TOO_LARGE),
        (InvokeRefused("TooManyRequestsException", "Rate Exceeded."), REASON.THROTTLING),
        (InvokeRefused("ResourceNotFoundException", "Function not found"), REASON.RESOURCE_NOT_FOUND),
        (InvokeRefused("InvalidZipFileException", "no zip"), REASON.INVALID_ZIP_FILE),
        (InvokeRefused("Whatever", "broken"), REASON.SERVICE_EXCEPTION),
        (InvokeTimedOut(), REASON.UNHANDLED),
    ],
)
def test_a_function_without_a_usable_answer_is_502_with_aws_reason(
    result: Result, reason: LambdaTargetReason
) -> None:
    done = converse(function_app(), results={Invoke: result})
    assert (done.status, done.last.code) == (502, reason)
    assert done.last.remedy
    assert done.response is not None
    assert done.response.header("server") == "awselb/2.0"
    assert len(done.response.body) == 122


@pytest.mark.parametrize(
    ("headers", "body", "status", "reason"),
    [
        ((), b"x" * (2**20 + 1), 413, REASON.REQUEST_TOO_LARGE),
        ((("Connection", "Upgrade"), ("Upgrade", "websocket")), b"", 400, REASON.WEBSOCKET_NOT_SUPPORTED),
        ((("X-Name", "\xff"),), b"", 400, REASON.BAD_REQUEST),
    ],
)
def test_what_no_function_can_be_given_is_refused_before_it_runs(
    headers: Headers, body: bytes, status: int, reason: LambdaTargetReason
) -> None:
    done = converse(function_app(), method="POST", headers=headers, body=body)
    assert (done.status, done.last.code, done.needs) == (status, reason, ())


def test_a_body_of_one_megabyte_is_taken() -> None:
    done = converse(function_app(), method="POST", body=b"x" * 2**20, results={Invoke: OK})
    assert done.status == 200


def test_the_function_must_allow_the_load_balancer_for_this_target_group() -> None:
    other = TARGET_GROUP_ARN.replace("orders-endpoint", "other")
    done = converse(function_app(source_arn=other))
    assert (done.status, done.last.code, done.needs) == (502, REASON.ACCESS_DENIED, ())
    assert TARGET_GROUP_ARN in done.last.remedy


def test_a_function_that_is_gone_is_502() -> None:
    done = converse(function_app(function_arn=FUNCTION_ARN + "2"))
    assert (done.status, done.last.code, done.needs) == (502, REASON.RESOURCE_NOT_FOUND, ())


def test_an_alias_is_a_target_by_its_own_policy() -> None:
    arn = Arn(f"{FUNCTION_ARN}:live")
    topology = function_app(function_arn=arn)
    (function,) = topology.functions.functions
    assert function.policy is not None
    own = PolicyDocument(tuple(replace(each, resources=(arn,)) for each in function.policy.statements))
    for policy, status in ((own, 200), (None, 502)):
        aliases = (Alias("live", "$LATEST", policy=policy),)
        named = replace(topology, functions=Functions((replace(function, aliases=aliases),)))
        done = converse(named, results={Invoke: OK})
        assert done.status == status
        assert [need.function_arn for need in done.needs if isinstance(need, Invoke)] == [arn] * (
            status == 200
        )
    assert done.last.code is REASON.ACCESS_DENIED


def test_an_alias_that_is_gone_is_502() -> None:
    done = converse(function_app(function_arn=FUNCTION_ARN + ":live"))
    assert (done.status, done.last.code, done.needs) == (502, REASON.RESOURCE_NOT_FOUND, ())
    assert done.last.remedy.startswith("Create the alias live of orders")


def test_several_cookies_reach_the_client_with_multi_value_headers() -> None:
    topology = function_app(attributes=(("lambda.multi_value_headers.enabled", "true"),))
    answer = {"statusCode": 200, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}}
    done = converse(topology, headers=(("Cookie", "x=1"),), results={Invoke: Invoked(orjson.dumps(answer))})
    assert done.response is not None
    assert [value for name, value in done.response.headers if name == "Set-Cookie"] == ["a=1", "b=2"]


def test_permission_is_asked_once_and_not_for_each_request() -> None:
    topology = function_app()
    (function,) = topology.functions.functions
    without = replace(
        topology, functions=replace(topology.functions, functions=(replace(function, policy=None),))
    )
    done = converse(without)
    assert (done.status, done.last.code) == (502, REASON.ACCESS_DENIED)
