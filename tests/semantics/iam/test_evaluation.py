from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantics.iam.policies import (
    ACCOUNT,
    API,
    ROLE,
    decide,
    documents,
    request,
    requests,
    statement,
    statements,
)

from landbridge.model.policy import Condition, PolicyDocument, Principals, Statement
from landbridge.semantics.iam.evaluation import (
    Attached,
    compile_identity_policy,
    compile_policy,
    compile_trust_policy,
    conclude,
    evaluate,
)
from landbridge.semantics.iam.parse import parse_policy
from landbridge.semantics.iam.request import AuthorizationRequest, role, service
from landbridge.trace.codes import GatewayResponseType, LambdaErrorType, LocalCode
from landbridge.trace.decision import ResourceRef, Verdict

FROM_ENDPOINT = {"aws:sourcevpce": ("vpce-1",), "aws:sourcevpc": ("vpc-1",), "aws:vpcsourceip": ("10.0.0.1",)}
THROUGH_ENDPOINT = (Condition("StringEquals", "aws:SourceVpce", ("vpce-1",)),)
NOT_FROM_VPC = (Condition("StringNotEquals", "aws:SourceVpc", ("vpc-1",)),)
ALLOW = statement("Allow", "Open")
DENY = statement("Deny", "Closed")
DENY_ELSEWHERE = statement("Deny", "Elsewhere", conditions=NOT_FROM_VPC)
UNKNOWN_ALLOW = statement("Allow", "Odd", unsupported=("element Foo",))
UNKNOWN_DENY = statement("Deny", "Odd", unsupported=("element Foo",))
CANONICAL = Principals(False, (("CanonicalUser", "79a5"),))


@pytest.mark.parametrize(
    ("written", "verdict", "cited"),
    [
        ((), Verdict.IMPLICIT_DENY, "a1b2c3"),
        ((ALLOW,), Verdict.ALLOWED, "Open"),
        ((DENY,), Verdict.EXPLICIT_DENY, "Closed"),
        ((ALLOW, DENY), Verdict.EXPLICIT_DENY, "Closed"),
        ((DENY, ALLOW), Verdict.EXPLICIT_DENY, "Closed"),
        ((ALLOW, DENY_ELSEWHERE), Verdict.ALLOWED, "Open"),
        ((DENY_ELSEWHERE,), Verdict.IMPLICIT_DENY, "a1b2c3"),
        ((statement(conditions=THROUGH_ENDPOINT),), Verdict.ALLOWED, "statement 1"),
        ((statement(conditions=NOT_FROM_VPC),), Verdict.IMPLICIT_DENY, "statement 1"),
        ((statement(actions=("s3:*",)), ALLOW), Verdict.ALLOWED, "Open"),
        ((UNKNOWN_ALLOW,), Verdict.NOT_MODELLED, "Odd"),
        ((UNKNOWN_ALLOW, ALLOW), Verdict.ALLOWED, "Open"),
        ((UNKNOWN_ALLOW, DENY), Verdict.EXPLICIT_DENY, "Closed"),
        ((UNKNOWN_DENY,), Verdict.NOT_MODELLED, "Odd"),
        ((UNKNOWN_DENY, ALLOW), Verdict.NOT_MODELLED, "Odd"),
        ((UNKNOWN_DENY, DENY), Verdict.EXPLICIT_DENY, "Closed"),
        ((statement("deny", "Odd"), ALLOW), Verdict.NOT_MODELLED, "Odd"),
        ((statement("allow", "Odd"),), Verdict.NOT_MODELLED, "Odd"),
        (
            (statement("Deny", actions=("s3:*",), unsupported=("element Foo",)), ALLOW),
            Verdict.ALLOWED,
            "Open",
        ),
        ((statement(actions=("s3:*",), unsupported=("x",)),), Verdict.IMPLICIT_DENY, "statement 1"),
        ((statement(principals=CANONICAL),), Verdict.IMPLICIT_DENY, "statement 1"),
        ((statement(principals=None, sid="Nobody"),), Verdict.NOT_MODELLED, "Nobody"),
        (
            (statement(principals=Principals(False, (("AWS", ACCOUNT),))),),
            Verdict.IMPLICIT_DENY,
            "statement 1",
        ),
    ],
)
def test_an_explicit_deny_wins_over_an_allow_and_an_allow_over_silence(
    written: tuple[Statement, ...], verdict: Verdict, cited: str
) -> None:
    decision = decide(request(FROM_ENDPOINT), *written)
    assert decision.verdict is verdict
    assert decision.cited is not None
    assert decision.cited.id == cited


def test_a_canonical_user_might_be_any_account() -> None:
    decision = decide(request(principal=role(ROLE)), statement("Deny", principals=CANONICAL), ALLOW)
    assert decision.verdict is Verdict.NOT_MODELLED


def test_what_is_not_modelled_is_named() -> None:
    decision = decide(request(), ALLOW, UNKNOWN_DENY)
    assert decision.code is LocalCode.NOT_MODELLED
    assert decision.facts == (("feature", "element Foo in Odd of the policy of a1b2c3"),)


def test_an_allow_cites_its_statement_and_what_it_compared() -> None:
    decision = decide(request(FROM_ENDPOINT), statement(sid="Vpce", conditions=THROUGH_ENDPOINT))
    assert decision.cited == ResourceRef("AWS::ApiGateway::RestApi Policy Statement", "Vpce")
    assert decision.facts == (
        ("policy of", "a1b2c3"),
        ("aws:SourceVpce", "policy: vpce-1; request: vpce-1"),
    )
    assert decision.code is None
    assert decision.remedy == ""


def test_an_implicit_deny_names_each_clause_of_the_nearest_allow_that_failed() -> None:
    far = statement(sid="Far", actions=("s3:*",))
    near = statement(
        sid="Near",
        resources=("*",),
        conditions=(
            Condition("StringEquals", "aws:SourceVpce", ("vpce-9",)),
            Condition("IpAddress", "aws:VpcSourceIp", ("10.0.0.0/8",)),
            Condition("Bool", "aws:SecureTransport", ("true",)),
        ),
    )
    decision = decide(request(FROM_ENDPOINT), far, near)
    assert decision.code is GatewayResponseType.ACCESS_DENIED
    assert decision.cited == ResourceRef("AWS::ApiGateway::RestApi Policy Statement", "Near")
    assert decision.facts == (
        ("policy of", "a1b2c3"),
        ("aws:SourceVpce", "policy: vpce-9; request: vpce-1"),
        ("aws:SecureTransport", "policy: Bool true; request: absent"),
    )
    assert decision.remedy


def test_without_any_allow_the_policy_itself_is_cited() -> None:
    decision = decide(request(), DENY_ELSEWHERE, statement("Deny", actions=("s3:*",)))
    assert decision.verdict is Verdict.EXPLICIT_DENY
    decision = decide(request(FROM_ENDPOINT), DENY_ELSEWHERE)
    assert decision.cited == ResourceRef("AWS::ApiGateway::RestApi Policy", "a1b2c3")
    assert decision.facts[0] == ("Allow statements", "none")


def test_the_caller_of_evaluate_says_what_a_denial_is_called() -> None:
    policy = compile_policy(PolicyDocument((DENY,)))
    decision = evaluate(policy, request(), "AWS::Lambda::Function", "f", LambdaErrorType.ACCESS_DENIED)
    assert decision.code is LambdaErrorType.ACCESS_DENIED
    assert decision.cited == ResourceRef("AWS::Lambda::Function Policy Statement", "Closed")


def test_a_function_policy_admits_the_api_and_the_method_it_names() -> None:
    function = "arn:aws:lambda:eu-central-1:123456789012:function:orders"
    document = parse_policy(
        '{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"gateway","Effect":"Allow",'
        '"Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction",'
        f'"Resource":"{function}","Condition":{{"ArnLike":{{"AWS:SourceArn":"{API}/*/GET/orders/*"}}}}}}]}}'
    )
    policy = compile_policy(document)

    def verdict(source_arn: str, caller: str = "apigateway.amazonaws.com") -> Verdict:
        asked = AuthorizationRequest(
            service(caller), "lambda:InvokeFunction", function, {"aws:sourcearn": (source_arn,)}
        )
        return evaluate(policy, asked, "AWS::Lambda::Function", "f", LambdaErrorType.ACCESS_DENIED).verdict

    assert verdict(f"{API}/prod/GET/orders/{{id}}") is Verdict.ALLOWED
    assert verdict(f"{API}/prod/POST/orders/{{id}}") is Verdict.IMPLICIT_DENY
    assert verdict(f"{API}/prod/GET/orders/7", "s3.amazonaws.com") is Verdict.IMPLICIT_DENY


BEFORE_2024 = (Condition("DateLessThan", "aws:CurrentTime", ("2024-01-01T00:00:00Z",)),)
BEFORE_2024_BY_EPOCH = (Condition("NumericLessThan", "AWS:EpochTime", ("1704067200",)),)


@pytest.mark.parametrize("conditions", [BEFORE_2024, BEFORE_2024_BY_EPOCH])
@pytest.mark.parametrize(
    ("epoch_ms", "verdict"),
    [
        (1_704_067_199_000, Verdict.ALLOWED),
        (1_704_067_200_000, Verdict.IMPLICIT_DENY),
        (None, Verdict.IMPLICIT_DENY),
    ],
)
def test_conditions_on_the_time_look_at_the_time_of_the_request(
    conditions: tuple[Condition, ...], epoch_ms: int | None, verdict: Verdict
) -> None:
    assert decide(request(epoch_ms=epoch_ms), statement(conditions=conditions)).verdict is verdict


@pytest.mark.parametrize(
    ("version", "verdict"), [("2012-10-17", Verdict.ALLOWED), ("2008-10-17", Verdict.IMPLICIT_DENY)]
)
def test_policy_variables_need_the_second_version(version: str, verdict: Verdict) -> None:
    written = statement(resources=(f"{API}/${{aws:PrincipalTag/stage, 'prod'}}/*",))
    assert decide(request(), written, version=version).verdict is verdict


def test_identity_based_and_trust_policies_have_other_elements() -> None:
    own = compile_identity_policy(PolicyDocument((statement(principals=None),)))
    trust = compile_trust_policy(PolicyDocument((statement(resources=()),)))
    for policy in (own, trust):
        attached = (Attached(policy, "AWS::IAM::Role", "reader"),)
        assert conclude(attached, request(), GatewayResponseType.ACCESS_DENIED).allowed


odd_statements = st.builds(
    statement,
    st.sampled_from(["Allow", "Deny", "deny", ""]),
    actions=st.sampled_from([("*",), ("execute-api:Invoke",), ()]),
    resources=st.sampled_from([("*",), (), ("${}",)]),
    unsupported=st.just(("element Foo",)),
)
positions = st.integers(0, 4)


@given(documents, statements, positions, requests)
def test_adding_a_deny_never_allows_more(
    document: PolicyDocument, added: Statement, position: int, asked: AuthorizationRequest
) -> None:
    deny = replace(added, effect="Deny")
    before = decide(asked, *document.statements)
    after = decide(asked, *document.statements[:position], deny, *document.statements[position:])
    assert before.allowed or not after.allowed


@given(documents, odd_statements, positions, requests)
def test_adding_what_is_not_understood_never_turns_a_denial_into_an_allow(
    document: PolicyDocument, added: Statement, position: int, asked: AuthorizationRequest
) -> None:
    before = decide(asked, *document.statements)
    after = decide(asked, *document.statements[:position], added, *document.statements[position:])
    assert before.allowed or not after.allowed


@given(documents, st.randoms(use_true_random=False), requests)
def test_the_order_of_the_statements_does_not_matter(
    document: PolicyDocument, shuffler: Random, asked: AuthorizationRequest
) -> None:
    shuffled = list(document.statements)
    shuffler.shuffle(shuffled)
    assert decide(asked, *document.statements).verdict is decide(asked, *shuffled).verdict


@given(documents, requests)
def test_every_denial_says_what_to_change(document: PolicyDocument, asked: AuthorizationRequest) -> None:
    decision = decide(asked, *document.statements)
    assert decision.cited is not None
    assert bool(decision.remedy) is not decision.allowed
    assert not decision.remedy.endswith(".")
