import json
from typing import Any

import pytest

from landbridge.semantics.api_gateway.authorization.authorizer_answer import AuthorizerAnswer, read_answer

POLICY = {
    "Version": "2012-10-17",
    "Statement": {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": "*"},
}


def read(**changes: Any) -> AuthorizerAnswer | str:
    made = {"principalId": "ada", "policyDocument": POLICY, **changes}
    return read_answer(json.dumps({name: value for name, value in made.items() if value is not ...}).encode())


def test_an_answer_has_a_principal_a_policy_a_context_and_a_key() -> None:
    found = read(context={"a": "b", "n": 1, "f": 1.5, "t": True, "x": None}, usageIdentifierKey="key")
    assert isinstance(found, AuthorizerAnswer)
    assert (found.principal_id, found.usage_identifier_key) == ("ada", "key")
    assert found.context == (("a", "b"), ("n", "1"), ("f", "1.5"), ("t", "true"))
    assert len(found.policy.allows) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"principalId": ...}, "principalId is missing or not a string"),
        ({"principalId": 7}, "principalId is missing or not a string"),
        ({"policyDocument": ...}, "policyDocument is missing or not an object"),
        ({"policyDocument": "{}"}, "policyDocument is missing or not an object"),
        ({"policyDocument": {}}, "policyDocument: The policy is not a JSON object with a Statement"),
        ({"context": []}, "context is not an object"),
        (
            {"context": {"a": {}}},
            "context.a is an object or array; only strings, numbers and booleans are allowed",
        ),
        (
            {"policyDocument": {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "a" * 513}]}},
            "a Resource of policyDocument has more than 512 characters",
        ),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(changes: dict[str, Any], reason: str) -> None:
    assert read(**changes) == reason


@pytest.mark.parametrize("payload", [b"null", b"[]", b'"Unauthorized"', b"{", b""])
def test_only_a_json_object_is_an_answer(payload: bytes) -> None:
    assert isinstance(read_answer(payload), str)


def test_an_answer_may_leave_out_context_and_key() -> None:
    found = read(context=None)
    assert isinstance(found, AuthorizerAnswer)
    assert (found.context, found.usage_identifier_key) == ((), "")
