import json
from typing import Any
from urllib.parse import quote

from tests.capture.scripted import DENIED, ScriptedAccount, features

from landbridge.capture.identity import BOUNDARY, UNREAD, read_identity
from landbridge.model.identity import Identity

ACCOUNT = "arn:aws:iam::123456789012"
AWS_MANAGED = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def document(action: str, **members: Any) -> str:
    """A policy as IAM sends it: percent-encoded JSON."""
    statement = {"Effect": "Allow", "Action": action, **members}
    return quote(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def role(name: str, path: str = "/", **members: Any) -> dict[str, Any]:
    trust = document("sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
    return {
        "RoleName": name,
        "Path": path,
        "Arn": f"{ACCOUNT}:role{path}{name}",
        "AssumeRolePolicyDocument": trust,
        **members,
    }


def account(*roles: dict[str, Any], **answers: Any) -> ScriptedAccount:
    versions = [
        {"VersionId": "v1", "IsDefaultVersion": False, "Document": document("s3:*")},
        {"VersionId": "v2", "IsDefaultVersion": True, "Document": document("s3:GetObject")},
    ]
    own = {"Arn": f"{ACCOUNT}:policy/read", "PolicyName": "read", "PolicyVersionList": versions}
    return ScriptedAccount(
        {
            "iam.get_account_authorization_details": {"RoleDetailList": list(roles), "Policies": [own]},
            "iam.get_policy": {"Policy": {"DefaultVersionId": "v7"}},
            "iam.get_policy_version": {"PolicyVersion": {"Document": document("logs:PutLogEvents")}},
            **{f"iam.{operation}": answer for operation, answer in answers.items()},
        }
    )


def test_a_role_has_its_trust_policy_and_is_left_out_when_a_service_owns_it() -> None:
    linked = role("AWSServiceRoleForX", "/aws-service-role/x.amazonaws.com/")
    reader = account(linked, role("b"), role("a")).reader()
    roles = read_identity(reader, Identity()).roles
    assert [each.name for each in roles] == ["a", "b"]
    assert roles[0].arn == f"{ACCOUNT}:role/a"
    assert roles[0].trust_policy.statements[0].actions == ("sts:AssumeRole",)
    assert reader.notices == []


def test_a_role_has_its_inline_its_own_managed_and_aws_managed_policies_in_force() -> None:
    answer = role(
        "a",
        RolePolicyList=[{"PolicyName": "inline", "PolicyDocument": document("dynamodb:GetItem")}],
        AttachedManagedPolicies=[
            {"PolicyName": "read", "PolicyArn": f"{ACCOUNT}:policy/read"},
            {"PolicyName": "AWSLambdaBasicExecutionRole", "PolicyArn": AWS_MANAGED},
        ],
    )
    (captured,) = read_identity(account(answer).reader(), Identity()).roles
    assert [(name, policy.statements[0].actions) for name, policy in captured.policies] == [
        ("AWSLambdaBasicExecutionRole", ("logs:PutLogEvents",)),
        ("inline", ("dynamodb:GetItem",)),
        ("read", ("s3:GetObject",)),
    ]


def test_an_aws_managed_policy_is_read_once_however_many_roles_have_it() -> None:
    attached = [{"PolicyName": "AWSLambdaBasicExecutionRole", "PolicyArn": AWS_MANAGED}]
    roles = [role(name, AttachedManagedPolicies=attached) for name in ("a", "b", "c")]
    scripted = account(*roles)
    read_identity(scripted.reader(), Identity())
    assert scripted.calls.count("iam.get_policy_version") == 1


def test_a_managed_policy_that_cannot_be_read_has_an_unknown_effect() -> None:
    attached = [{"PolicyName": "AWSLambdaBasicExecutionRole", "PolicyArn": AWS_MANAGED}]
    for denied in ("get_policy", "get_policy_version"):
        scripted = account(role("a", AttachedManagedPolicies=attached), **{denied: DENIED})
        (captured,) = read_identity(scripted.reader(), Identity()).roles
        assert captured.policies[0][1].statements[0].unsupported == (UNREAD,)


def test_a_permissions_boundary_leaves_it_unknown_what_a_role_may_do() -> None:
    reader = account(role("a", PermissionsBoundary={"PermissionsBoundaryArn": AWS_MANAGED})).reader()
    (captured,) = read_identity(reader, Identity()).roles
    assert captured.policies[-1][1].statements[0].unsupported == (BOUNDARY,)
    assert features(reader) == [("a", BOUNDARY)]


def test_roles_that_cannot_be_listed_are_none_with_a_notice() -> None:
    reader = account(get_account_authorization_details=DENIED).reader()
    assert read_identity(reader, Identity()).roles == ()
    assert [notice.missing_permission for notice in reader.notices] == ["iam:GetAccountAuthorizationDetails"]
