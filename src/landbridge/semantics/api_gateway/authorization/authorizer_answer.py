"""What a Lambda authorizer answers: a principal, a policy, and what later steps may know of the caller.

AWS: "Output from an API Gateway Lambda authorizer"
"""

import json
from dataclasses import dataclass
from typing import Any

import orjson

from landbridge.errors import DeclarationError
from landbridge.model.policy import PolicyDocument
from landbridge.semantics.iam.evaluation import CompiledPolicy, compile_identity_policy
from landbridge.semantics.iam.parse import parse_policy

LONGEST_RESOURCE = 512
"""Characters of a resource in the policy."""
Texts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class AuthorizerAnswer:
    """An answer that can be used; it is kept, and judged again for each method. Equal only to itself."""

    principal_id: str
    policy: CompiledPolicy
    context: Texts = ()
    """As texts, whatever they were."""
    usage_identifier_key: str = ""


def read_answer(payload: bytes) -> AuthorizerAnswer | str:
    """The answer, or what is wrong with it.

    Values of the context are texts, numbers and booleans; null is left out.
    AWS: "Output from an API Gateway Lambda authorizer"
    """
    try:
        answer = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return "it is not JSON"
    if not isinstance(answer, dict):
        return "it is not a JSON object"
    if not isinstance(answer.get("principalId"), str):
        return "principalId is missing or not a string"
    policy = _policy(answer.get("policyDocument"))
    if isinstance(policy, str):
        return policy
    context = _context(answer.get("context"))
    if isinstance(context, str):
        return context
    key = answer.get("usageIdentifierKey")
    return AuthorizerAnswer(
        answer["principalId"],
        compile_identity_policy(policy),
        context,
        key if isinstance(key, str) else "",
    )


def _policy(document: Any) -> PolicyDocument | str:
    if not isinstance(document, dict):
        return "policyDocument is missing or not an object"
    try:
        policy = parse_policy(json.dumps(document))
    except DeclarationError as error:
        return f"policyDocument: {error.message}"
    for statement in policy.statements:
        if any(len(resource) > LONGEST_RESOURCE for resource in statement.resources):
            return f"a Resource of policyDocument has more than {LONGEST_RESOURCE} characters"
    return policy


def _context(context: Any) -> Texts | str:
    if context is None:
        return ()
    if not isinstance(context, dict):
        return "context is not an object"
    for name, value in context.items():
        if isinstance(value, dict | list):
            return f"context.{name} is an object or array; only strings, numbers and booleans are allowed"
    return tuple((name, _text(value)) for name, value in context.items() if value is not None)


def _text(value: str | float | bool) -> str:
    return value if isinstance(value, str) else json.dumps(value)
