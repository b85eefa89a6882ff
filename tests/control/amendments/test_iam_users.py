import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from landbridge.control.aws_api import AwsApi

DOCUMENT = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
)


def policy(api: AwsApi) -> str:
    arn: str = api.client("iam").create_policy(PolicyName="limit", PolicyDocument=DOCUMENT)["Policy"]["Arn"]
    return arn


def test_a_user_has_an_id_as_aws_gives_them(api: AwsApi) -> None:
    user_id = api.client("iam").create_user(UserName="ann")["User"]["UserId"]
    assert user_id.startswith("AIDA")
    assert len(user_id) == 21
    assert api.client("iam").get_user(UserName="ann")["User"]["UserId"] == user_id


def test_a_user_may_be_made_with_a_permissions_boundary_and_lose_it(api: AwsApi) -> None:
    iam, arn = api.client("iam"), policy(api)
    iam.create_user(UserName="ann", PermissionsBoundary=arn)
    boundary = {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}
    assert iam.get_user(UserName="ann")["User"]["PermissionsBoundary"] == boundary
    (details,) = iam.get_account_authorization_details(Filter=["User"])["UserDetailList"]
    assert details["PermissionsBoundary"] == boundary
    iam.delete_user_permissions_boundary(UserName="ann")
    assert "PermissionsBoundary" not in iam.get_user(UserName="ann")["User"]


def test_a_boundary_may_be_put_later_if_there_is_such_a_policy(api: AwsApi) -> None:
    iam, arn = api.client("iam"), policy(api)
    iam.create_user(UserName="ann")
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.put_user_permissions_boundary(UserName="ann", PermissionsBoundary=f"{arn}s")
    iam.put_user_permissions_boundary(UserName="ann", PermissionsBoundary=arn)
    user = iam.get_user(UserName="ann")["User"]
    assert user["PermissionsBoundary"]["PermissionsBoundaryArn"] == arn


def test_moto_still_lacks_ids_and_boundaries_of_users() -> None:
    from moto.iam.models import User
    from moto.iam.responses import IamResponse

    from landbridge.control.amendments.amend import original_of, replaces

    made: Any = User.__new__(User)
    original_of(User, "__init__")(made, "123456789012", "eu-central-1", "ann")
    assert not made.id.startswith("AIDA")
    assert not replaces(IamResponse, "put_user_permissions_boundary")
    assert not replaces(User, "permissions_boundary")
