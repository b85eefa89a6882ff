from typing import Any

import pytest

from landbridge.capture.authorization import (
    MethodAuthorization,
    has_authorizers,
    read_authorization,
    read_authorizers,
)
from landbridge.model.authorizers import Authorizer
from landbridge.model.identifiers import Arn

URI = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn/invocations"
POOL = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_AbCdEf"


def scheme(authtype: str, name: str = "Authorization", **authorizer: Any) -> dict[str, Any]:
    return {
        "type": "apiKey",
        "name": name,
        "in": "header",
        "x-amazon-apigateway-authtype": authtype,
        "x-amazon-apigateway-authorizer": authorizer,
    }


def document(**schemes: Any) -> dict[str, Any]:
    return {"components": {"securitySchemes": schemes}}


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        (
            scheme("custom", "Auth", type="token", authorizerUri=URI),
            Authorizer("a", "TOKEN", "id1", URI, identity_sources=("method.request.header.Auth",)),
        ),
        (
            scheme(
                "custom",
                type="token",
                authorizerUri=URI,
                identitySource="method.request.header.Mine",
                identityValidationExpression="x.*",
                authorizerResultTtlInSeconds=0,
                authorizerCredentials="arn:aws:iam::123456789012:role/r",
            ),
            Authorizer(
                "a",
                "TOKEN",
                "id1",
                URI,
                "arn:aws:iam::123456789012:role/r",
                ("method.request.header.Mine",),
                "x.*",
                0,
            ),
        ),
        (
            scheme(
                "custom",
                "Unused",
                type="request",
                authorizerUri=URI,
                identitySource="method.request.header.A, context.path",
                authorizerResultTtlInSeconds=3600,
            ),
            Authorizer(
                "a",
                "REQUEST",
                "id1",
                URI,
                identity_sources=("method.request.header.A", "context.path"),
                result_ttl_s=3600,
            ),
        ),
        (scheme("custom", "Unused", type="request"), Authorizer("a", "REQUEST", "id1")),
        (
            scheme("cognito_user_pools", type="cognito_user_pools", providerARNs=[POOL]),
            Authorizer(
                "a",
                "COGNITO_USER_POOLS",
                "id1",
                identity_sources=("method.request.header.Authorization",),
                provider_arns=(Arn(POOL),),
            ),
        ),
    ],
)
def test_an_authorizer_is_read_from_its_security_scheme(
    described: dict[str, Any], expected: Authorizer
) -> None:
    exported = document(a=described)
    assert has_authorizers(exported)
    assert read_authorizers(exported, {"a": "id1"}) == {"a": expected}


def test_a_method_has_its_authorizer_with_the_scopes_it_wants() -> None:
    exported = document(
        users=scheme("cognito_user_pools", type="cognito_user_pools"),
        api_key={"type": "apiKey", "name": "x-api-key", "in": "header"},
    )
    authorizers = read_authorizers(exported, {})
    operation = {"security": [{"users": ["orders/read", "profile"]}, {"api_key": []}]}
    assert read_authorization(operation, exported, authorizers) == MethodAuthorization(
        "COGNITO_USER_POOLS", True, authorizers["users"], ("orders/read", "profile")
    )
    assert read_authorization({}, exported, authorizers) == MethodAuthorization("NONE", False, None, ())


def test_keys_and_signatures_are_no_authorizers() -> None:
    exported = document(
        sigv4={"type": "apiKey", "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4"},
        api_key={"type": "apiKey", "name": "x-api-key", "in": "header"},
    )
    assert not has_authorizers(exported)
    operation: dict[str, Any] = {"security": [{"sigv4": []}]}
    assert read_authorization(operation, exported, {}) == MethodAuthorization("AWS_IAM", False, None, ())
