import pytest
from tests.semantics.function_urls.urls import (
    ALIAS_ARN,
    HOST,
    by_function,
    by_url,
    function_with,
    public,
    url_app,
)
from tests.semantics.iam.signing import MOMENT
from tests.topologies import FUNCTION_ARN, statement

from landbridge.model.exchange import HttpRequest
from landbridge.model.functions import FunctionUrl
from landbridge.model.policy import Condition, PolicyDocument, Statement
from landbridge.semantics.function_urls.permission import anonymous_hops
from landbridge.semantics.world import World
from landbridge.trace.codes import LambdaErrorType
from landbridge.trace.decision import Hops, Verdict

GET = HttpRequest("GET", "/", (("Host", HOST), ("User-Agent", "curl/8")))
URL = FunctionUrl(HOST, "NONE")


def decide(policy: PolicyDocument | None, request: HttpRequest = GET) -> Hops:
    world = World(url_app(policy))
    function = function_with(policy=policy)
    return anonymous_hops(world, URL, function, request, "203.0.113.10", MOMENT.epoch_ms)


def policy(*statements: Statement) -> PolicyDocument:
    return PolicyDocument(statements)


def deny(*conditions: Condition) -> Statement:
    return statement(
        effect="Deny",
        principals=(("*", "*"),),
        actions=("lambda:*",),
        resources=("*",),
        conditions=conditions,
    )


@pytest.mark.parametrize(
    ("document", "verdicts"),
    [
        (None, [Verdict.IMPLICIT_DENY]),
        (policy(), [Verdict.IMPLICIT_DENY]),
        (policy(by_function()), [Verdict.IMPLICIT_DENY]),
        (policy(by_url()), [Verdict.ALLOWED, Verdict.IMPLICIT_DENY]),
        (policy(by_url(auth_type="AWS_IAM"), by_function()), [Verdict.IMPLICIT_DENY]),
        (policy(by_url(), by_function(via_url="false")), [Verdict.ALLOWED, Verdict.IMPLICIT_DENY]),
        (policy(by_url(ALIAS_ARN), by_function(ALIAS_ARN)), [Verdict.IMPLICIT_DENY]),
        (public(), [Verdict.ALLOWED, Verdict.ALLOWED]),
        (policy(by_url(), by_function(), deny()), [Verdict.EXPLICIT_DENY]),
        (
            policy(by_url(), by_function(), deny(Condition("NotIpAddress", "aws:SourceIp", ("10.0.0.0/8",)))),
            [Verdict.EXPLICIT_DENY],
        ),
        (
            policy(by_url(), by_function(), deny(Condition("Bool", "aws:SecureTransport", ("false",)))),
            [Verdict.ALLOWED, Verdict.ALLOWED],
        ),
    ],
)
def test_both_actions_have_to_be_allowed_to_everyone(
    document: PolicyDocument | None, verdicts: list[Verdict]
) -> None:
    hops = decide(document)
    assert [hop.decision.verdict for hop in hops] == verdicts
    if verdicts[-1] is not Verdict.ALLOWED:
        assert hops[-1].decision.code is LambdaErrorType.ACCESS_DENIED
        assert hops[-1].decision.remedy


def test_a_missing_policy_says_which_permissions_a_public_url_needs() -> None:
    remedy = decide(None)[-1].decision.remedy
    assert "lambda:InvokeFunctionUrl" in remedy
    assert "--function-url-auth-type NONE" in remedy
    assert "lambda:InvokeFunction" in remedy


def test_it_is_decided_once_unless_the_policy_reads_what_the_client_says() -> None:
    by_agent = deny(Condition("StringEquals", "aws:UserAgent", ("curl/8",)))
    other = HttpRequest("GET", "/", (("Host", HOST), ("User-Agent", "firefox")))
    for document, same in ((public(), True), (policy(by_url(), by_function(), by_agent), False)):
        world, function = World(url_app(document)), function_with(policy=document)
        decided = [
            anonymous_hops(world, URL, function, request, "203.0.113.10", MOMENT.epoch_ms)
            for request in (GET, other)
        ]
        assert (decided[0] is decided[1]) is same
        assert decided[1][-1].decision.allowed


def test_the_resource_is_exactly_what_the_url_invokes() -> None:
    assert decide(public())[0].component.arn == FUNCTION_ARN
