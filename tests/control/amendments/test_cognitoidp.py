import json
from base64 import urlsafe_b64decode
from typing import Any

import pytest
from moto.cognitoidp.models import CognitoIdpUserPoolClient

from landbridge.control.amendments.amend import original_of
from landbridge.control.aws_api import AwsApi

ATTRIBUTES = {"email": "ada@corp.example", "given_name": "Ada", "custom:role": "admin"}


def _claims(api: AwsApi, **app: Any) -> dict[str, Any]:
    idp = api.client("cognito-idp")
    pool = idp.create_user_pool(
        PoolName="users", Schema=[{"Name": "role", "AttributeDataType": "String", "Mutable": True}]
    )["UserPool"]["Id"]
    client_id = idp.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"], **app
    )["UserPoolClient"]["ClientId"]
    attributes = [{"Name": name, "Value": value} for name, value in ATTRIBUTES.items()]
    idp.admin_create_user(UserPoolId=pool, Username="ada", UserAttributes=attributes)
    idp.admin_set_user_password(UserPoolId=pool, Username="ada", Password="Secret.123", Permanent=True)
    token: str = idp.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Secret.123"},
    )["AuthenticationResult"]["IdToken"]
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


@pytest.mark.parametrize(
    ("app", "names"),
    [({}, {"email", "given_name"}), ({"ReadAttributes": ["email"]}, {"email"})],
)
def test_an_identity_token_has_what_the_app_client_may_read(
    api: AwsApi, app: dict[str, Any], names: set[str]
) -> None:
    claims = _claims(api, **app)
    assert {name for name in ("email", "given_name") if name in claims} == names


def test_moto_still_lets_an_app_client_read_nothing_by_default() -> None:
    made = CognitoIdpUserPoolClient("pool", False, {})
    assert original_of(CognitoIdpUserPoolClient, "get_readable_fields")(made) == []
