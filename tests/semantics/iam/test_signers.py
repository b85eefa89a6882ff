"""Whom an access key stands for."""

from dataclasses import replace
from typing import Any

import pytest
from tests.semantics.iam.policies import EVERYONE
from tests.semantics.iam.signing import ANN, ROLE_ARN, SESSION, USER_ARN
from tests.topologies import ACCOUNT, private_app

from landbridge.model.identifiers import Arn
from landbridge.model.identity import AccessKey, Group, Identity, Role, User
from landbridge.model.policy import PolicyDocument, Statement
from landbridge.semantics.iam.evaluation import Attached, compile_policy
from landbridge.semantics.iam.request import AuthorizationRequest, PrincipalType
from landbridge.semantics.iam.signers import Signer, evaluate_signer, find_signer
from landbridge.semantics.world import World
from landbridge.trace.codes import S3ErrorCode
from landbridge.trace.decision import Verdict

ROOT = AccessKey("landbridge", Arn(f"arn:aws:iam::{ACCOUNT}:root"), "landbridge")
STRANGER = replace(SESSION, owner_arn=Arn("arn:aws:iam::999999999999:role/guest"))
MANAGED = Arn(f"arn:aws:iam::{ACCOUNT}:policy/reading")


def allow(*actions: str, effect: str = "Allow") -> PolicyDocument:
    return PolicyDocument((Statement(effect, actions=actions, resources=("*",)),))


def world(*, user: dict[str, Any] | None = None, role: dict[str, Any] | None = None) -> World:
    ann = User(USER_ARN, "ann", "AIDA1", groups=("readers", "gone"), tags=(("Team", "a"),))
    reader = Role(ROLE_ARN, "reader", PolicyDocument(()), id="AROA1", tags=(("Team", "b"),))
    identity = Identity(
        (replace(reader, **(role or {})),),
        (replace(ann, **(user or {})),),
        (Group("readers", (("read", allow("s3:GetObject")),)),),
        ((MANAGED, allow("s3:GetObject")),),
    )
    return World(replace(private_app(), identity=identity))


def verdict(
    world: World, key: AccessKey, action: str = "s3:GetObject", policy: PolicyDocument | None = None
) -> Verdict:
    signer = find_signer(world, key)
    attached = Attached(compile_policy(policy), "AWS::S3::Bucket", "site") if policy else None
    request = AuthorizationRequest(signer.principal, action, "arn:aws:s3:::site/a", signer.keys)
    concluded = evaluate_signer(world, signer, attached, request, S3ErrorCode.ACCESS_DENIED)
    return concluded.decision.verdict


def test_a_user_is_known_by_name_id_and_tags() -> None:
    signer = find_signer(world(), ANN)
    assert signer.principal.type is PrincipalType.USER
    assert (signer.principal.arn, signer.principal.account, signer.user_id) == (USER_ARN, ACCOUNT, "AIDA1")
    assert signer.keys == {
        "aws:userid": ("AIDA1",),
        "aws:viaawsservice": ("false",),
        "aws:username": ("ann",),
        "aws:principaltag/team": ("a",),
    }


def test_a_session_is_known_by_the_role_without_its_path_and_by_the_tags_of_both() -> None:
    signer = find_signer(world(), replace(SESSION, session_tags=(("Team", "c"), ("Job", "d"))))
    assert signer.principal.arn == f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/ann"
    assert signer.principal.role_arn == ROLE_ARN
    assert signer.user_id == "AROA1:ann"
    assert signer.keys == {
        "aws:userid": ("AROA1:ann",),
        "aws:viaawsservice": ("false",),
        "aws:tokenissuetime": ("2022-04-05T13:37:09Z",),
        "aws:multifactorauthpresent": ("false",),
        "aws:principaltag/team": ("c",),
        "aws:principaltag/job": ("d",),
    }


def test_the_root_user_may_do_everything_that_nobody_denies() -> None:
    signer = find_signer(world(), ROOT)
    assert (signer.principal.type, signer.user_id) == (PrincipalType.ACCOUNT, ACCOUNT)
    assert verdict(world(), ROOT, "s3:DeleteBucket") is Verdict.ALLOWED
    denial = PolicyDocument(
        tuple(replace(each, principals=EVERYONE) for each in allow("s3:*", effect="Deny").statements)
    )
    assert verdict(world(), ROOT, policy=denial) is Verdict.EXPLICIT_DENY


@pytest.mark.parametrize(
    ("user", "action", "expected"),
    [
        ({}, "s3:GetObject", Verdict.ALLOWED),
        ({}, "s3:PutObject", Verdict.IMPLICIT_DENY),
        ({"groups": ()}, "s3:GetObject", Verdict.IMPLICIT_DENY),
        ({"groups": (), "policies": (("own", allow("s3:*")),)}, "s3:PutObject", Verdict.ALLOWED),
        (
            {"policies": (("no", allow("s3:GetObject", effect="Deny")),)},
            "s3:GetObject",
            Verdict.EXPLICIT_DENY,
        ),
        ({"boundary": ("limit", allow("s3:ListBucket"))}, "s3:GetObject", Verdict.IMPLICIT_DENY),
        ({"boundary": ("limit", allow("s3:*"))}, "s3:GetObject", Verdict.ALLOWED),
    ],
)
def test_a_user_has_its_own_policies_and_those_of_its_groups_within_its_boundary(
    user: dict[str, Any], action: str, expected: Verdict
) -> None:
    assert verdict(world(user=user), ANN, action) is expected


READING = {"policies": (("read", allow("s3:GetObject", "s3:PutObject")),)}
DOCUMENT = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"%s","Resource":"*"}]}'


@pytest.mark.parametrize(
    ("key", "action", "expected"),
    [
        ({}, "s3:PutObject", Verdict.ALLOWED),
        ({"session_policy": DOCUMENT % "s3:GetObject"}, "s3:GetObject", Verdict.ALLOWED),
        ({"session_policy": DOCUMENT % "s3:GetObject"}, "s3:PutObject", Verdict.IMPLICIT_DENY),
        ({"session_policy": DOCUMENT % "s3:*"}, "s3:DeleteObject", Verdict.IMPLICIT_DENY),
        ({"session_policy_arns": (MANAGED,)}, "s3:GetObject", Verdict.ALLOWED),
        ({"session_policy_arns": (MANAGED,)}, "s3:PutObject", Verdict.IMPLICIT_DENY),
        ({"session_policy_arns": ("arn:aws:iam::aws:policy/X",)}, "s3:PutObject", Verdict.NOT_MODELLED),
        ({"session_policy": "{"}, "s3:GetObject", Verdict.NOT_MODELLED),
        (
            {"session_policy": DOCUMENT % "s3:PutObject", "session_policy_arns": (MANAGED,)},
            "s3:GetObject",
            Verdict.ALLOWED,
        ),
    ],
)
def test_a_session_is_held_to_the_policies_it_was_made_with(
    key: dict[str, Any], action: str, expected: Verdict
) -> None:
    assert verdict(world(role=READING), replace(SESSION, **key), action) is expected


def test_a_user_or_role_that_is_gone_may_do_nothing() -> None:
    empty = World(replace(private_app(), identity=Identity()))
    assert verdict(empty, SESSION) is Verdict.IMPLICIT_DENY


def test_nobody_knows_what_a_role_of_another_account_may_do_at_home() -> None:
    public = PolicyDocument(
        tuple(replace(each, principals=EVERYONE) for each in allow("s3:GetObject").statements)
    )
    assert verdict(world(), STRANGER, policy=public) is Verdict.NOT_MODELLED
    assert verdict(world(), STRANGER) is Verdict.IMPLICIT_DENY


def test_a_signer_is_made_once_for_each_key() -> None:
    here = world()
    signer: Signer = find_signer(here, ANN)
    assert find_signer(here, ANN) is signer
    assert find_signer(here, replace(ANN, session_name="x")) is not signer
