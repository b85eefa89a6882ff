import json

import pytest
from tests.control.worlds import ACCOUNT, role

from landbridge.control.aws_api import AwsApi

READ = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)


def test_a_users_key_is_whose_it_is_until_it_is_deleted(api: AwsApi) -> None:
    iam = api.client("iam")
    iam.create_user(UserName="ann", Path="/team/")
    made = iam.create_access_key(UserName="ann")["AccessKey"]
    key = api.material.access_key(made["AccessKeyId"])
    assert key is not None
    assert (key.id, key.secret) == (made["AccessKeyId"], made["SecretAccessKey"])
    assert key.owner_arn == f"arn:aws:iam::{ACCOUNT}:user/team/ann"
    assert (key.active, key.session_token, key.expires_ms) == (True, "", 0)
    assert made["SecretAccessKey"] not in repr(key)
    iam.update_access_key(UserName="ann", AccessKeyId=key.id, Status="Inactive")
    inactive = api.material.access_key(key.id)
    assert inactive is not None
    assert not inactive.active
    iam.delete_access_key(UserName="ann", AccessKeyId=key.id)
    assert api.material.access_key(key.id) is None


def test_a_sessions_key_has_its_token_end_and_limits(api: AwsApi) -> None:
    role_arn = role(api, "reader")
    policy_arn = api.client("iam").create_policy(PolicyName="read", PolicyDocument=READ)["Policy"]["Arn"]
    made = api.client("sts").assume_role(
        RoleArn=role_arn,
        RoleSessionName="ann",
        DurationSeconds=900,
        Policy=READ,
        PolicyArns=[{"arn": policy_arn}],
        Tags=[{"Key": "Team", "Value": "a"}],
    )["Credentials"]
    key = api.material.access_key(made["AccessKeyId"])
    assert key is not None
    assert (key.secret, key.session_token) == (made["SecretAccessKey"], made["SessionToken"])
    assert (key.owner_arn, key.session_name) == (role_arn, "ann")
    assert key.expires_ms - key.issued_ms in range(899_000, 901_000)
    assert abs(key.expires_ms - made["Expiration"].timestamp() * 1000) < 1000
    assert (key.session_policy, key.session_policy_arns) == (READ, (policy_arn,))
    assert key.session_tags == (("Team", "a"),)
    assert made["SessionToken"] not in repr(key)


def test_a_role_of_another_account_has_sessions_too(api: AwsApi) -> None:
    arn = "arn:aws:iam::999999999999:role/guest"
    made = api.client("sts").assume_role(RoleArn=arn, RoleSessionName="ann")["Credentials"]
    key = api.material.access_key(made["AccessKeyId"])
    assert key is not None
    assert (key.owner_arn, key.account) == (arn, "999999999999")


def test_a_functions_own_credentials_are_its_roles(api: AwsApi) -> None:
    role_arn = role(api, "orders")
    credentials = api.material.role_credentials(role_arn)
    key = api.material.access_key(credentials.access_key_id)
    assert key is not None
    assert (key.owner_arn, key.session_name) == (role_arn, "landbridge")


def test_the_credentials_of_the_local_api_are_the_root_users(api: AwsApi) -> None:
    key = api.material.access_key("landbridge")
    assert key is not None
    assert key.owner_arn == f"arn:aws:iam::{ACCOUNT}:root"


@pytest.mark.parametrize("access_key_id", ["", "AKIAIOSFODNN7EXAMPLE"])
def test_a_key_that_nobody_was_given_is_none(api: AwsApi, access_key_id: str) -> None:
    assert api.material.access_key(access_key_id) is None
