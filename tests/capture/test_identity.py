import json
from typing import Any
from urllib.parse import quote

from tests.capture.scripted import DENIED, ScriptedAccount, features

from landbridge.capture.identity import UNREAD, read_identity
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


OWN = [
    {
        "Arn": f"{ACCOUNT}:policy/read",
        "PolicyName": "read",
        "PolicyVersionList": [
            {"VersionId": "v1", "IsDefaultVersion": False, "Document": document("s3:*")},
            {"VersionId": "v2", "IsDefaultVersion": True, "Document": document("s3:GetObject")},
        ],
    }
]


def account(*roles: dict[str, Any], **answers: Any) -> ScriptedAccount:
    return ScriptedAccount(
        {
            "iam.get_account_authorization_details": {"RoleDetailList": list(roles), "Policies": OWN},
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


def boundary(arn: str) -> dict[str, Any]:
    return {"PermissionsBoundary": {"PermissionsBoundaryArn": arn}}


def test_a_permissions_boundary_is_the_managed_policy_in_force() -> None:
    roles = (role("a", **boundary(f"{ACCOUNT}:policy/read")), role("b", **boundary(AWS_MANAGED)), role("c"))
    reader = account(*roles).reader()
    captured = read_identity(reader, Identity()).roles
    found = [
        each.boundary and (each.boundary[0], each.boundary[1].statements[0].actions) for each in captured
    ]
    assert found == [
        ("read", ("s3:GetObject",)),
        ("AWSLambdaBasicExecutionRole", ("logs:PutLogEvents",)),
        None,
    ]
    assert features(reader) == []


def test_users_have_their_policies_groups_boundary_and_tags() -> None:
    ann = {
        "UserName": "ann",
        "UserId": "AIDAIOSFODNN7EXAMPLE",
        "Path": "/",
        "Arn": f"{ACCOUNT}:user/ann",
        "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": document("s3:PutObject")}],
        "GroupList": ["readers", "all"],
        "AttachedManagedPolicies": [],
        "Tags": [{"Key": "Team", "Value": "a"}],
        **boundary(AWS_MANAGED),
    }
    readers = {
        "GroupName": "readers",
        "Arn": f"{ACCOUNT}:group/readers",
        "GroupPolicyList": [],
        "AttachedManagedPolicies": [{"PolicyName": "read", "PolicyArn": f"{ACCOUNT}:policy/read"}],
    }
    scripted = account()
    scripted.script["iam.get_account_authorization_details"] = {
        "Policies": OWN,
        "UserDetailList": [ann],
        "GroupDetailList": [readers],
    }
    captured = read_identity(scripted.reader(), Identity())
    (user,), (group,) = captured.users, captured.groups
    assert (user.arn, user.id, user.groups, user.tags) == (
        f"{ACCOUNT}:user/ann",
        "AIDAIOSFODNN7EXAMPLE",
        ("all", "readers"),
        (("Team", "a"),),
    )
    assert [(name, policy.statements[0].actions) for name, policy in user.policies] == [
        ("own", ("s3:PutObject",))
    ]
    assert user.boundary is not None
    assert [(name, policy.statements[0].actions) for name, policy in group.policies] == [
        ("read", ("s3:GetObject",))
    ]
    assert captured.user_by_arn[user.arn] is user
    assert captured.group_by_name["readers"] is group
    assert set(captured.managed_by_arn) == {f"{ACCOUNT}:policy/read", AWS_MANAGED}


def test_roles_that_cannot_be_listed_are_none_with_a_notice() -> None:
    reader = account(get_account_authorization_details=DENIED).reader()
    assert read_identity(reader, Identity()).roles == ()
    assert [notice.missing_permission for notice in reader.notices] == ["iam:GetAccountAuthorizationDetails"]
