import pytest
from tests.semantics.iam.policies import ACCOUNT, EVERYONE, ROLE

from landbridge.model.identifiers import Arn
from landbridge.model.identity import Role
from landbridge.model.policy import Condition, PolicyDocument, Principals, Statement
from landbridge.semantics.iam.combination import compile_role, evaluate_identity, may_assume
from landbridge.semantics.iam.evaluation import Attached, compile_policy, compile_trust_policy
from landbridge.semantics.iam.parse import parse_policy
from landbridge.semantics.iam.permissions import Permissions
from landbridge.semantics.iam.request import AuthorizationRequest, role, role_session
from landbridge.trace.codes import LocalCode, S3ErrorCode
from landbridge.trace.decision import Decision, ResourceRef, Verdict

OBJECT = "arn:aws:s3:::site/index.html"
BY_NAME = Principals(False, (("AWS", ROLE),))
BY_ACCOUNT = Principals(False, (("AWS", f"arn:aws:iam::{ACCOUNT}:root"),))


def written(
    effect: str,
    principals: Principals | None = None,
    *,
    conditions: tuple[Condition, ...] = (),
    unsupported: tuple[str, ...] = (),
) -> Statement:
    return Statement(
        effect,
        principals=principals,
        actions=("s3:GetObject",),
        resources=("arn:aws:s3:::site/*",),
        conditions=conditions,
        unsupported=unsupported,
    )


def decide(own: tuple[Statement, ...], bucket: tuple[Statement, ...] | None) -> Decision:
    policies = tuple((f"p{number}", PolicyDocument((each,))) for number, each in enumerate(own))
    reader = Role(Arn(ROLE), "reader", PolicyDocument(()), policies)
    resource_policy = (
        None
        if bucket is None
        else Attached(compile_policy(PolicyDocument(bucket)), "AWS::S3::Bucket", "site")
    )
    asked = AuthorizationRequest(role_session(ROLE, "s1"), "s3:GetObject", OBJECT)
    return evaluate_identity(compile_role(reader), resource_policy, asked, S3ErrorCode.ACCESS_DENIED)


ALLOW, DENY = written("Allow"), written("Deny")
ODD_ALLOW, ODD_DENY = written("Allow", unsupported=("x",)), written("Deny", unsupported=("x",))
BY_ARN = (Condition("ArnEquals", "aws:PrincipalArn", (ROLE,)),)
TABLE = [
    ((), None, Verdict.IMPLICIT_DENY),
    ((ALLOW,), None, Verdict.ALLOWED),
    ((ALLOW,), (), Verdict.ALLOWED),
    ((DENY,), None, Verdict.EXPLICIT_DENY),
    ((ALLOW, DENY), None, Verdict.EXPLICIT_DENY),
    ((), (written("Allow", EVERYONE),), Verdict.ALLOWED),
    ((), (written("Allow", BY_NAME),), Verdict.ALLOWED),
    ((), (written("Allow", BY_ACCOUNT),), Verdict.IMPLICIT_DENY),
    ((ALLOW,), (written("Allow", BY_ACCOUNT),), Verdict.ALLOWED),
    ((ALLOW,), (written("Deny", BY_ACCOUNT),), Verdict.EXPLICIT_DENY),
    ((ALLOW,), (written("Deny", EVERYONE),), Verdict.EXPLICIT_DENY),
    ((DENY,), (written("Allow", BY_NAME),), Verdict.EXPLICIT_DENY),
    ((), (written("Deny", EVERYONE),), Verdict.EXPLICIT_DENY),
    ((), (), Verdict.IMPLICIT_DENY),
    ((ODD_ALLOW,), None, Verdict.NOT_MODELLED),
    ((ODD_ALLOW,), (written("Allow", BY_NAME),), Verdict.ALLOWED),
    ((ODD_ALLOW, ALLOW), None, Verdict.ALLOWED),
    ((ODD_DENY, ALLOW), None, Verdict.NOT_MODELLED),
    ((ODD_DENY,), (written("Allow", BY_NAME),), Verdict.NOT_MODELLED),
    ((ODD_DENY,), (written("Deny", BY_NAME),), Verdict.EXPLICIT_DENY),
    ((ALLOW,), (written("Deny", EVERYONE, unsupported=("x",)),), Verdict.NOT_MODELLED),
    ((), (written("Allow", EVERYONE, conditions=BY_ARN),), Verdict.ALLOWED),
    ((written("Allow", EVERYONE),), None, Verdict.NOT_MODELLED),
]


@pytest.mark.parametrize(("own", "bucket", "verdict"), TABLE)
def test_either_side_may_allow_and_either_side_may_deny(
    own: tuple[Statement, ...], bucket: tuple[Statement, ...] | None, verdict: Verdict
) -> None:
    assert decide(own, bucket).verdict is verdict


def test_the_policy_that_decided_is_cited() -> None:
    from_bucket = decide((), (written("Allow", BY_NAME),))
    assert from_bucket.cited == ResourceRef("AWS::S3::Bucket Policy Statement", "statement 1")
    from_role = decide((DENY, ALLOW), (written("Allow", BY_NAME),))
    assert from_role.cited == ResourceRef("AWS::IAM::Role Policy Statement", "statement 1")
    assert from_role.facts[0] == ("policy of", "reader/p0")


def test_a_role_without_policies_may_do_nothing() -> None:
    decision = decide((), None)
    assert decision.cited == ResourceRef("AWS::IAM::Role Policy", ROLE)
    assert decision.code is S3ErrorCode.ACCESS_DENIED
    assert decision.remedy.startswith(f"add a statement to the policy of {ROLE} that allows s3:GetObject")


def test_a_bucket_policy_that_lets_in_the_account_leaves_the_rest_to_the_account() -> None:
    decision = decide((), (written("Allow", BY_ACCOUNT),))
    assert decision.remedy == (
        "statement 1 lets in the account; also allow s3:GetObject in the policies of "
        f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/s1"
    )


TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"Service":["apigateway.amazonaws.com","lambda.amazonaws.com"]}%s}]}'
)
FOR_LAMBDA = ',"Condition":{"StringEquals":{"aws:PrincipalServiceName":"lambda.amazonaws.com"}}'
FROM_ACCOUNT = f',"Condition":{{"StringEquals":{{"aws:SourceAccount":"{ACCOUNT}"}}}}'


@pytest.mark.parametrize(
    ("text", "caller", "source_account", "verdict"),
    [
        (TRUST % "", "apigateway.amazonaws.com", "", Verdict.ALLOWED),
        (TRUST % "", "lambda.amazonaws.com", "", Verdict.ALLOWED),
        (TRUST % "", "ec2.amazonaws.com", "", Verdict.IMPLICIT_DENY),
        (TRUST % FROM_ACCOUNT, "lambda.amazonaws.com", ACCOUNT, Verdict.ALLOWED),
        (TRUST % FROM_ACCOUNT, "lambda.amazonaws.com", "", Verdict.IMPLICIT_DENY),
        (
            TRUST.replace("sts:AssumeRole", "sts:TagSession") % "",
            "lambda.amazonaws.com",
            "",
            Verdict.IMPLICIT_DENY,
        ),
        (TRUST.replace("Service", "AWS") % "", "lambda.amazonaws.com", "", Verdict.IMPLICIT_DENY),
        (TRUST.replace("Allow", "Deny") % "", "lambda.amazonaws.com", "", Verdict.EXPLICIT_DENY),
        (TRUST % FOR_LAMBDA, "lambda.amazonaws.com", "", Verdict.ALLOWED),
        (TRUST % FOR_LAMBDA, "apigateway.amazonaws.com", "", Verdict.IMPLICIT_DENY),
        (TRUST % ',"Foo":1', "lambda.amazonaws.com", "", Verdict.NOT_MODELLED),
        ('{"Statement":[]}', "lambda.amazonaws.com", "", Verdict.IMPLICIT_DENY),
    ],
)
def test_a_service_may_assume_a_role_whose_trust_policy_names_it(
    text: str, caller: str, source_account: str, verdict: Verdict
) -> None:
    trust_policy = compile_trust_policy(parse_policy(text))
    context = {"aws:sourceaccount": (source_account,)} if source_account else None
    assert may_assume(trust_policy, ROLE, caller, context).verdict is verdict


def test_a_role_that_may_not_be_assumed_says_who_may() -> None:
    decision = may_assume(compile_trust_policy(parse_policy(TRUST % "")), ROLE, "ec2.amazonaws.com")
    assert decision.code is LocalCode.ROLE_NOT_ASSUMABLE
    assert decision.cited == ResourceRef("AWS::IAM::Role Policy Statement", "statement 1")
    assert decision.facts == (
        ("policy of", "reader"),
        (
            "Principal",
            "policy: Service apigateway.amazonaws.com, Service lambda.amazonaws.com; "
            "request: ec2.amazonaws.com",
        ),
    )
    assert decision.remedy == "let the Principal of statement 1 include ec2.amazonaws.com"


def test_a_role_stands_for_any_of_its_sessions() -> None:
    policy = compile_policy(PolicyDocument((written("Allow", BY_NAME),)))
    asked = AuthorizationRequest(role(ROLE), "s3:GetObject", OBJECT)
    attached = Attached(policy, "AWS::S3::Bucket", "site")
    assert evaluate_identity(Permissions(), attached, asked, S3ErrorCode.ACCESS_DENIED).allowed
