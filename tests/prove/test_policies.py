"""Whatever a policy allows is like one of the requests that stand for all of its kind."""

from dataclasses import replace

import pytest
from hypothesis import given
from tests.prove.documents import ACCOUNT, BUCKET, OTHER, documents, requests

from landbridge.errors import UnsupportedError
from landbridge.model.policy import Condition, PolicyDocument, Principals, Statement
from landbridge.prove.policy.policies import Granted, Question, who_may
from landbridge.prove.policy.principals import services, strangers
from landbridge.prove.policy.values import Free
from landbridge.prove.texts import TooManyCellsError
from landbridge.semantics.iam.evaluation import compile_policy, evaluate
from landbridge.semantics.iam.request import (
    ANONYMOUS,
    AuthorizationRequest,
    PrincipalType,
    role,
    service,
    with_principal_keys,
)
from landbridge.trace.codes import S3ErrorCode
from landbridge.trace.decision import ResourceRef, Verdict

OWNER = ResourceRef("AWS::S3::Bucket", "site")
EVERYONE = Principals(False, (("*", "*"),))
ANY_ACTION, ANY_RESOURCE = Free("s3:?*", prefer=("s3:getobject",)), Free(f"{BUCKET}*")


def _signature(document: PolicyDocument, request: AuthorizationRequest) -> object:
    """Which clauses of which statements hold: all that the policy can see."""
    policy = compile_policy(document)
    return tuple(
        (tuple(clause.holds(request) for clause in each.clauses), bool(each.doubt(request)))
        for each in (*policy.denies, *policy.allows)
        if each.principal_test is None or each.principal_test.admits(request.principal)
    )


def _real(request: AuthorizationRequest) -> AuthorizationRequest:
    """The request with the keys that a principal of its kind has, and without those it cannot have."""
    of_service = request.principal.type is PrincipalType.SERVICE
    context = {key: values for key, values in request.context.items() if of_service or key != "aws:sourcearn"}
    return with_principal_keys(replace(request, context=context))


@given(documents, requests)
def test_what_a_policy_allows_is_like_one_of_the_requests_granted(
    document: PolicyDocument, asked: AuthorizationRequest
) -> None:
    request = _real(asked)
    decision = evaluate(
        compile_policy(document), request, "AWS::S3::Bucket", "site", S3ErrorCode.ACCESS_DENIED
    )
    if decision.verdict not in (Verdict.ALLOWED, Verdict.NOT_MODELLED):
        return
    try:
        everybody = (*strangers(document, ACCOUNT), *services(document))
        granted = list(who_may(document, Question(everybody, ANY_ACTION, ANY_RESOURCE), OWNER))
    except UnsupportedError:
        return
    alike = [each for each in granted if _signature(document, each.request) == _signature(document, request)]
    assert alike
    assert {each.decision.verdict for each in alike} == {decision.verdict}


@given(documents)
def test_whatever_is_granted_is_allowed_by_the_policy_itself(document: PolicyDocument) -> None:
    policy = compile_policy(document)
    try:
        question = Question(strangers(document, ACCOUNT), ANY_ACTION, ANY_RESOURCE)
        granted = list(who_may(document, question, OWNER))
    except UnsupportedError:
        return
    for each in granted:
        decision = evaluate(policy, each.request, OWNER.type, OWNER.id, S3ErrorCode.ACCESS_DENIED)
        assert decision.verdict is each.decision.verdict
        assert each.request.principal.account != ACCOUNT


def _statement(effect: str, *conditions: Condition, principals: Principals = EVERYONE) -> Statement:
    return Statement(
        effect, effect, principals, ("s3:GetObject",), resources=(f"{BUCKET}/*",), conditions=conditions
    )


def _granted(*statements: Statement, keys: dict[str, tuple[str, ...] | Free] | None = None) -> list[Granted]:
    question = Question((ANONYMOUS,), "s3:GetObject", f"{BUCKET}/a", keys or {})
    return list(who_may(PolicyDocument(statements), question, OWNER))


def test_a_deny_of_the_other_endpoints_leaves_the_one() -> None:
    only = Condition("StringNotEquals", "aws:SourceVpce", ("vpce-1",))
    assert [
        each.value("aws:sourcevpce") for each in _granted(_statement("Allow"), _statement("Deny", only))
    ] == ["vpce-1"]


def test_a_deny_on_a_key_spares_whoever_comes_without_it_unless_it_says_if_exists() -> None:
    plain = Condition("Bool", "aws:SecureTransport", ("false",))
    strict = replace(plain, operator="BoolIfExists")
    for condition, spared in ((plain, {"", "true"}), (strict, {"true"})):
        granted = _granted(_statement("Allow"), _statement("Deny", condition))
        assert {each.value("aws:securetransport") for each in granted} == spared


def test_for_all_values_holds_for_a_key_that_is_absent() -> None:
    lax = Condition("ForAllValues:StringEquals", "aws:SourceVpce", ("vpce-1",))
    assert [each.value("aws:sourcevpce") for each in _granted(_statement("Allow", lax))] == ["", "vpce-1"]


def test_a_source_address_of_the_internet_is_never_private() -> None:
    private = Condition("IpAddress", "aws:SourceIp", ("10.0.0.0/8",))
    assert _granted(_statement("Allow", private)) == []
    wider = Condition("IpAddress", "aws:SourceIp", ("8.0.0.0/6",))
    assert [each.value("aws:sourceip") for each in _granted(_statement("Allow", wider))] == ["8.0.0.10"]


def test_a_policy_variable_with_a_known_value_is_compared_and_any_other_is_unknown() -> None:
    same = Condition("StringEquals", "aws:SourceVpc", ("${aws:SourceVpce}",))
    known: dict[str, tuple[str, ...] | Free] = {"aws:sourcevpce": ("vpc-1",)}
    assert [each.value("aws:sourcevpc") for each in _granted(_statement("Allow", same), keys=known)] == [
        "vpc-1"
    ]
    with pytest.raises(UnsupportedError, match=r"aws:sourcevpce"):
        _granted(_statement("Allow", same))


def test_a_statement_that_is_not_understood_leaves_the_answer_open() -> None:
    odd = replace(_statement("Allow"), unsupported=("the condition operator Odd",))
    assert [each.certain for each in _granted(odd)] == [False]


def test_too_many_kinds_of_requests_are_given_up() -> None:
    keys = [Condition("StringEquals", f"aws:RequestTag/{name}", ("a", "b", "c")) for name in "abcdefgh"]
    with pytest.raises(TooManyCellsError, match="kinds of requests by anonymous"):
        _granted(_statement("Allow", *keys))


def test_strangers_are_nobody_and_whoever_of_another_account_is_named_or_not() -> None:
    named = Principals(False, (("AWS", f"arn:aws:iam::{OTHER}:role/reader"), ("AWS", f"{ACCOUNT}")))
    names = [
        str(each) for each in strangers(PolicyDocument((_statement("Allow", principals=named),)), ACCOUNT)
    ]
    assert names[:4] == [
        "anonymous",
        "arn:aws:iam::999999999999:role/stranger",
        f"arn:aws:iam::{OTHER}:role/stranger",
        f"arn:aws:iam::{OTHER}:role/reader",
    ]
    assert not any(f"::{ACCOUNT}:" in name for name in names)


def test_an_account_is_not_a_name_where_only_names_count() -> None:
    account = Principals(False, (("AWS", ACCOUNT),))
    own = role(f"arn:aws:iam::{ACCOUNT}:role/reader")
    document = PolicyDocument((_statement("Allow", principals=account),))
    question = Question((own,), "s3:GetObject", f"{BUCKET}/a")
    assert len(list(who_may(document, question, OWNER))) == 1
    assert not list(who_may(document, replace(question, by_name_only=True), OWNER))


def test_only_a_service_acts_for_another_resource() -> None:
    source = Condition("ArnLike", "aws:SourceArn", (f"arn:aws:s3:*:{ACCOUNT}:*",))
    document = PolicyDocument((_statement("Allow", source),))
    question = Question((ANONYMOUS, service("s3.amazonaws.com")), "s3:GetObject", f"{BUCKET}/a")
    assert [each.request.principal.type for each in who_may(document, question, OWNER)] == [
        PrincipalType.SERVICE
    ]


def test_the_services_are_those_named_and_another() -> None:
    named = Principals(False, (("Service", "events.amazonaws.com"),))
    document = PolicyDocument((_statement("Allow", principals=named),))
    assert {str(each) for each in services(document)} == {
        "events.amazonaws.com",
        "another-service.amazonaws.com",
    }
