"""What identity-based policies, boundaries, session policies and a resource's policy decide together."""

import pytest
from tests.semantics.iam.policies import ACCOUNT, EVERYONE, ROLE

from landbridge.model.policy import PolicyDocument, Principals, Statement
from landbridge.semantics.iam.evaluation import Attached, compile_policy
from landbridge.semantics.iam.permissions import (
    Concluded,
    Permissions,
    PolicyType,
    attach,
    evaluate_cross_account,
    evaluate_same_account,
)
from landbridge.semantics.iam.request import AuthorizationRequest, Principal, role_session, user
from landbridge.trace.codes import S3ErrorCode
from landbridge.trace.decision import Verdict

ANN = user(f"arn:aws:iam::{ACCOUNT}:user/ann")
SESSION = role_session(ROLE, "s1")
ACCOUNT_ALONE = Principals(False, (("AWS", f"arn:aws:iam::{ACCOUNT}:root"),))
BY_ROLE = Principals(False, (("AWS", ROLE),))
BY_SESSION = Principals(False, (("AWS", SESSION.arn),))
BY_USER = Principals(False, (("AWS", ANN.arn),))
IDENTITY, RESOURCE = PolicyType.IDENTITY_BASED, PolicyType.RESOURCE_BASED
BOUNDARY, HELD = PolicyType.PERMISSIONS_BOUNDARY, PolicyType.SESSION
ALLOWED, DENIED, SILENT, ODD = (
    *(Verdict.ALLOWED, Verdict.EXPLICIT_DENY),
    *(Verdict.IMPLICIT_DENY, Verdict.NOT_MODELLED),
)


def statement(effect: str, principals: Principals | None = None) -> tuple[Statement, ...]:
    """``-`` is a policy about something else, ``?`` one whose effect nobody knows."""
    actions = ("s3:DeleteObject",) if effect == "-" else ("s3:GetObject",)
    unsupported = ("x",) if effect == "?" else ()
    return (
        Statement(
            "Deny" if effect == "Deny" else "Allow",
            principals=principals,
            actions=actions,
            resources=("*",),
            unsupported=unsupported,
        ),
    )


def own(effect: str, kind: str) -> Attached:
    return attach(PolicyDocument(statement(effect)), f"AWS::IAM::{kind}", kind)


def permissions(identity: str, boundary: str = "", session: str = "") -> Permissions:
    return Permissions(
        (own(identity, "User"),) if identity else (),
        own(boundary, "ManagedPolicy") if boundary else None,
        (own(session, "Session"),) if session else (),
    )


def resource(effect: str, principals: Principals | None = None) -> Attached | None:
    if not effect:
        return None
    document = PolicyDocument(statement(effect, principals or EVERYONE))
    return Attached(compile_policy(document), "AWS::S3::Bucket", "site")


def asked(principal: Principal) -> AuthorizationRequest:
    return AuthorizationRequest(principal, "s3:GetObject", "arn:aws:s3:::site/a")


def same(held: Permissions, policy: Attached | None, principal: Principal = ANN) -> Concluded:
    return evaluate_same_account(held, policy, asked(principal), S3ErrorCode.ACCESS_DENIED)


@pytest.mark.parametrize(
    ("identity", "policy", "verdict", "by"),
    [
        ("Allow", "Allow", ALLOWED, IDENTITY),
        ("Allow", "-", ALLOWED, IDENTITY),
        ("Allow", "", ALLOWED, IDENTITY),
        ("Allow", "Deny", DENIED, RESOURCE),
        ("-", "Allow", ALLOWED, IDENTITY),
        ("", "Allow", ALLOWED, IDENTITY),
        ("-", "-", SILENT, IDENTITY),
        ("", "", SILENT, IDENTITY),
        ("-", "Deny", DENIED, RESOURCE),
        ("Deny", "Allow", DENIED, IDENTITY),
        ("Deny", "-", DENIED, IDENTITY),
        ("Deny", "Deny", DENIED, IDENTITY),
        ("?", "-", ODD, IDENTITY),
        ("?", "Allow", ALLOWED, IDENTITY),
        ("Allow", "?", ALLOWED, IDENTITY),
    ],
)
def test_in_one_account_either_side_may_allow_and_a_deny_wins(
    identity: str, policy: str, verdict: Verdict, by: PolicyType
) -> None:
    concluded = same(permissions(identity), resource(policy))
    assert (concluded.decision.verdict, concluded.by) == (verdict, by)


@pytest.mark.parametrize(
    ("identity", "policy", "verdict", "by"),
    [
        ("Allow", "Allow", ALLOWED, RESOURCE),
        ("Allow", "-", SILENT, RESOURCE),
        ("Allow", "", SILENT, RESOURCE),
        ("Allow", "Deny", DENIED, RESOURCE),
        ("-", "Allow", SILENT, IDENTITY),
        ("", "Allow", SILENT, IDENTITY),
        ("-", "-", SILENT, RESOURCE),
        ("-", "Deny", DENIED, RESOURCE),
        ("Deny", "Allow", DENIED, IDENTITY),
        ("Deny", "Deny", DENIED, IDENTITY),
        ("?", "Allow", ODD, IDENTITY),
        ("?", "-", SILENT, RESOURCE),
    ],
)
def test_from_another_account_both_sides_have_to_allow(
    identity: str, policy: str, verdict: Verdict, by: PolicyType
) -> None:
    held = permissions(identity)
    concluded = evaluate_cross_account(held, resource(policy), asked(ANN), S3ErrorCode.ACCESS_DENIED)
    assert (concluded.decision.verdict, concluded.by) == (verdict, by)


def test_from_another_account_a_policy_that_names_the_account_is_enough_on_its_side() -> None:
    policy = resource("Allow", ACCOUNT_ALONE)
    code = S3ErrorCode.ACCESS_DENIED
    assert evaluate_cross_account(permissions("Allow"), policy, asked(ANN), code).decision.allowed
    assert not evaluate_cross_account(permissions(""), policy, asked(ANN), code).decision.allowed


@pytest.mark.parametrize(
    ("held", "verdict", "by"),
    [
        (permissions("Allow", boundary="Allow"), ALLOWED, IDENTITY),
        (permissions("Allow", boundary="-"), SILENT, BOUNDARY),
        (permissions("Allow", boundary="Deny"), DENIED, BOUNDARY),
        (permissions("", boundary="Allow"), SILENT, IDENTITY),
        (permissions("Allow", session="Allow"), ALLOWED, IDENTITY),
        (permissions("Allow", session="-"), SILENT, HELD),
        (permissions("Allow", session="Deny"), DENIED, HELD),
        (permissions("", session="Allow"), SILENT, IDENTITY),
        (permissions("Allow", boundary="Allow", session="-"), SILENT, HELD),
        (permissions("Allow", boundary="-", session="Allow"), SILENT, BOUNDARY),
        (permissions("Allow", boundary="?"), ODD, BOUNDARY),
    ],
)
def test_a_boundary_and_session_policies_only_limit(
    held: Permissions, verdict: Verdict, by: PolicyType
) -> None:
    concluded = same(held, None)
    assert (concluded.decision.verdict, concluded.by) == (verdict, by)


@pytest.mark.parametrize(
    ("principal", "named", "verdict"),
    [
        (ANN, BY_USER, ALLOWED),
        (ANN, EVERYONE, ALLOWED),
        (ANN, ACCOUNT_ALONE, SILENT),
        (SESSION, BY_SESSION, ALLOWED),
        (SESSION, BY_ROLE, SILENT),
        (SESSION, EVERYONE, SILENT),
        (SESSION, ACCOUNT_ALONE, SILENT),
    ],
)
@pytest.mark.parametrize("limits", [{"boundary": "-"}, {"session": "-"}])
def test_what_a_resource_grants_to_a_user_or_session_by_name_no_boundary_limits(
    principal: Principal, named: Principals, verdict: Verdict, limits: dict[str, str]
) -> None:
    held = permissions("", **limits)
    concluded = same(held, resource("Allow", named), principal)
    assert concluded.decision.verdict is verdict


@pytest.mark.parametrize(
    ("concluded", "reason"),
    [
        (same(permissions(""), None), " because no identity-based policy allows the s3:GetObject action"),
        (same(permissions("Deny"), None), " with an explicit deny in an identity-based policy"),
        (same(permissions(""), resource("Deny")), " with an explicit deny in a resource-based policy"),
        (
            same(permissions("Allow", boundary="-"), None),
            " because no permissions boundary allows the s3:GetObject action",
        ),
        (same(permissions("Allow", session="Deny"), None), " with an explicit deny in a session policy"),
    ],
)
def test_a_denial_names_the_kind_of_policy(concluded: Concluded, reason: str) -> None:
    assert concluded.reason("s3:GetObject") == reason


def test_a_denial_cites_the_policy_and_says_what_to_change() -> None:
    for held in (permissions(""), permissions("Allow", boundary="-"), permissions("Allow", session="Deny")):
        decision = same(held, None).decision
        assert decision.cited is not None
        assert decision.remedy
