from dataclasses import replace
from typing import Any

import pytest
from tests.semantics.api_gateway.authorization.guarded import COGNITO, POOL, Outside, guarded, order
from tests.semantics.api_gateway.authorization.tokens import (
    KEYS,
    NOW_S,
    OTHER_KEY,
    access_token,
    identity_token,
)
from tests.semantics.api_gateway.calls import MOMENT

from landbridge.model.identifiers import Arn
from landbridge.semantics.api_gateway.execution import Executed
from landbridge.semantics.needs import ReadUserPoolKeys
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Step, Verdict

UNAUTHORIZED = b'{"message":"Unauthorized"}'


def call(value: str | None, scopes: tuple[str, ...] = (), **changes: Any) -> tuple[Executed, Outside]:
    keys = changes.pop("keys", KEYS)
    topology = guarded("COGNITO_USER_POOLS", replace(COGNITO, **changes), authorization_scopes=scopes)
    outside = Outside(keys=keys)
    headers = (("Authorization", value),) if value is not None else ()
    return outside.run(topology, order(topology, headers), MOMENT), outside


@pytest.mark.parametrize("prefix", ["", "Bearer ", "bearer "])
def test_an_identity_token_gets_in_with_or_without_bearer(prefix: str) -> None:
    executed, outside = call(prefix + identity_token())
    assert executed.response.status == 200
    assert outside.needs[0] == ReadUserPoolKeys("eu-central-1_AbCdEf")
    steps = [hop.step for hop in executed.hops]
    assert steps[1:3] == [Step.AUTHORIZATION, Step.RESOURCE_POLICY]


def test_the_backend_gets_every_claim_as_a_text() -> None:
    _, outside = call(identity_token(exp=NOW_S + 3600, iat=NOW_S))
    claims = outside.event("orders")["requestContext"]["authorizer"]["claims"]
    assert claims == {
        "sub": "6f1d",
        "aud": "client1",
        "iss": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf",
        "token_use": "id",
        "auth_time": str(NOW_S),
        "iat": "Tue Apr 05 13:38:09 UTC 2022",
        "exp": "Tue Apr 05 14:38:09 UTC 2022",
        "cognito:username": "ada",
        "cognito:groups": "admins,readers",
        "email_verified": "true",
    }


@pytest.mark.parametrize(
    ("value", "scopes", "reason"),
    [
        (None, (), "method.request.header.Authorization is missing"),
        ("", (), "method.request.header.Authorization is missing"),
        ("Bearer nonsense", (), "no JSON Web Token"),
        (identity_token(OTHER_KEY), (), "no key of the user pool made the signature (kid 'pool-key')"),
        (identity_token(iss="https://elsewhere.example"), (), "iss 'https://elsewhere.example' is none of"),
        (identity_token(exp=None), (), "no claim exp"),
        (access_token(), (), "token_use 'access'; a method without scopes wants 'id'"),
        (identity_token(), ("orders/read",), "token_use 'id'; a method with scopes wants 'access'"),
        (access_token("orders/write"), ("orders/read",), "scope 'orders/write' has none of orders/read"),
        (access_token(""), ("orders/read", "a"), "scope '' has none of orders/read a"),
        (identity_token()[:-4] + "AAAA", (), "no key of the user pool made the signature"),
    ],
)
def test_a_token_that_is_not_good_for_the_method_is_unauthorized(
    value: str | None, scopes: tuple[str, ...], reason: str
) -> None:
    executed, outside = call(value, scopes)
    response = executed.response
    assert (response.status, response.body) == (401, UNAUTHORIZED)
    assert response.header("x-amzn-errortype") == "UnauthorizedException"
    assert dict(executed.hops[-1].decision.facts)["reason"].startswith(reason)
    assert "orders" not in outside.invoked


@pytest.mark.parametrize(("expires_s", "status"), [(NOW_S, 401), (NOW_S - 60, 401), (NOW_S + 1, 200)])
def test_an_expired_token_is_told_so(expires_s: int, status: int) -> None:
    executed, _ = call(identity_token(exp=expires_s))
    assert executed.response.status == status
    if status == 401:
        assert executed.response.body == b'{"message":"The incoming token has expired"}'
        assert executed.response.header("x-amzn-errortype") == "UnauthorizedException"


@pytest.mark.parametrize("scopes", [("orders/read",), ("other", "profile")])
def test_one_of_the_scopes_is_enough(scopes: tuple[str, ...]) -> None:
    assert call(access_token("orders/read profile"), scopes)[0].response.status == 200


@pytest.mark.parametrize(("expression", "status"), [("client.", 200), ("client", 401), ("client1|x", 200)])
def test_the_validation_expression_is_about_the_audience(expression: str, status: int) -> None:
    executed, _ = call(identity_token(), identity_validation_expression=expression)
    assert executed.response.status == status


def test_any_of_several_user_pools_will_do() -> None:
    other = Arn(f"{POOL.rpartition('/')[0]}/eu-central-1_Other")
    assert call(identity_token(), provider_arns=(other, POOL))[0].response.status == 200


@pytest.mark.parametrize(("keys", "arns"), [(b"", (POOL,)), (KEYS, ())])
def test_a_user_pool_that_is_not_there_is_a_500_without_message(keys: bytes, arns: tuple[Arn, ...]) -> None:
    executed, _ = call(identity_token(), keys=keys, provider_arns=arns)
    response = executed.response
    assert (response.status, response.body) == (500, b'{"message":null}')
    assert response.header("x-amzn-errortype") == "AuthorizerConfigurationException"


def test_a_user_pool_of_another_account_is_not_modelled() -> None:
    foreign = Arn(POOL.replace("123456789012", "999999999999"))
    executed, _ = call(identity_token(), provider_arns=(foreign,))
    assert executed.hops[-1].decision.verdict is Verdict.NOT_MODELLED
    assert executed.hops[-1].decision.code is LocalCode.NOT_MODELLED
