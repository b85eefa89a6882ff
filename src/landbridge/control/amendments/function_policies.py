"""Resource-based policies of functions: one for the function, one for each alias and each version."""

import re
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError
from moto.awslambda.models import LambdaBackend, LambdaFunction
from moto.awslambda.policy import Policy
from moto.awslambda.responses import LambdaResponse

from landbridge.control.amendments.amend import add, amend
from landbridge.model.functions import LATEST, qualifier_of

POLICIES, URLS = "landbridge_policies", "landbridge_urls"
"""Attributes of a function: what its qualifiers have."""
CONDITIONS = {
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
    "InvokedViaFunctionUrl": ("Bool", "lambda:InvokedViaFunctionUrl"),
}
"""By parameter of ``AddPermission``: operator and key of the condition that it becomes."""
_ACCOUNT = re.compile(r"\d{12}")


class StatementExistsError(LambdaClientError):
    """AWS: "AddPermission" (AWS Lambda API reference)."""

    code = 409

    def __init__(self, statement_id: str) -> None:
        super().__init__(
            "ResourceConflictException",
            f"The statement id ({statement_id}) provided already exists. "
            "Please provide a new statement id, or remove the existing statement.",
        )


def install() -> None:
    """Amends moto's policies of functions."""
    amend(Policy, "add_statement", add_statement)
    amend(Policy, "principal_formatter", principal)
    amend(LambdaBackend, "add_permission", add_permission)
    amend(LambdaBackend, "get_policy", get_policy)
    add(LambdaResponse, "remove_permission", remove_permission)
    amend(LambdaBackend, "delete_alias", delete_alias)


def add_statement(original: Any, self: Any, raw: str, qualifier: str | None = None) -> Any:
    """A statement whose id is new in the policy; moto takes the same id again.

    AWS: "AddPermission" (AWS Lambda API reference)
    """
    known = {statement.get("Sid") for statement in self.statements}
    statement, revision = original(self, raw, qualifier)
    _add_conditions(statement)
    if statement["Sid"] in known:
        self.statements.remove(statement)
        raise StatementExistsError(statement["Sid"])
    return statement, revision


def principal(original: Any, self: Any, name: Any) -> Any:
    """A service, an account by its root user, another principal by its ARN, or everyone.

    AWS: "AddPermission" (AWS Lambda API reference)
    """
    if not isinstance(name, str) or name == "*":
        return name
    if _ACCOUNT.fullmatch(name):
        return {"AWS": f"arn:aws:iam::{name}:root"}
    return {"AWS": name} if name.startswith("arn:") else original(self, name)


def add_permission(original: Any, self: Any, function_name: str, qualifier: str | None, raw: str) -> Any:
    """A statement in the policy of what the qualifier names; moto puts it in the function's for all of them.

    AWS: "AddPermission" (AWS Lambda API reference)
    """
    policy, alias_or_version = _policy(self, function_name, qualifier)
    if LATEST in (qualifier, qualifier_in(function_name)):
        raise InvalidParameterValueException("We currently do not support adding policies for $LATEST.")
    statement, _ = policy.add_statement(raw, alias_or_version or None)
    return statement


def get_policy(original: Any, self: Any, function_name: str, qualifier: str | None = None) -> Any:
    """The policy of what the qualifier names.

    AWS: "GetPolicy" (AWS Lambda API reference)
    """
    return _policy(self, function_name, qualifier)[0].wire_format()


def remove_permission(self: Any) -> Any:
    """A statement is gone from the policy of what the qualifier names.

    AWS: "RemovePermission" (AWS Lambda API reference)
    """
    *_, name, _, statement_id = self.path.split("/")
    asked = {key: values[0] for key, values in self.querystring.items()}
    policy, _ = _policy(self.backend, unquote(name), asked.get("Qualifier"))
    policy.del_statement(unquote(statement_id), asked.get("RevisionId", ""))
    return 204, {"status": 204}, ""


def delete_alias(original: Any, self: Any, name: str, function_name: str) -> None:
    """An alias is gone with its policy and its URL.

    AWS: "DeleteAlias" (AWS Lambda API reference)
    """
    original(self, name, function_name)
    function = self.get_function(function_name)
    _by_qualifier(function).pop(name, None)
    function.__dict__.get(URLS, {}).pop(name, None)


def _add_conditions(statement: dict[str, Any]) -> None:
    """What moto leaves among the statement's own members.

    AWS: "Control access to Lambda function URLs"
    """
    for parameter, (operator, key) in CONDITIONS.items():
        value = statement.pop(parameter, None)
        if value is not None:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            statement.setdefault("Condition", {}).setdefault(operator, {})[key] = text


def _policy(backend: Any, name: str, qualifier: str | None) -> tuple[Policy, str]:
    """The policy, and the alias or version that it is of; empty for the function itself."""
    function = backend.get_function(name, qualifier)  # refuses what does not exist
    itself = backend.get_function(function.function_name)
    named = qualifier_in(name) or qualifier or ""
    if named in ("", LATEST):
        return itself.policy, ""
    return _by_qualifier(itself).setdefault(named, Policy(itself)), named


def qualifier_in(name: str) -> str:
    """The version or alias in a name or an ARN; empty without one."""
    parts = name.split(":")
    if name.startswith("arn:"):
        return qualifier_of(name)
    return parts[-1] if len(parts) > 1 else ""


def _by_qualifier(function: LambdaFunction) -> dict[str, Policy]:
    policies: dict[str, Policy] = function.__dict__.setdefault(POLICIES, {})
    return policies
