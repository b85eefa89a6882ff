"""Versions and aliases of functions: numbers that are never given twice, lists, what may be deleted."""

from collections.abc import Callable
from copy import copy
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError, UnknownAliasException
from moto.awslambda.models import LambdaBackend, LambdaFunction, LambdaStorage
from moto.awslambda.responses import LambdaResponse

from landbridge.control.amendments.amend import amend
from landbridge.control.amendments.function_policies import POLICIES

LATEST = "$LATEST"
STATUSES = {"get_alias": 200, "update_alias": 200, "delete_alias": 204}
"""By moto's method, which answers 201 to all of them."""


class VersionInUseError(LambdaClientError):
    """AWS: "DeleteFunction" (AWS Lambda API reference)."""

    code = 409

    def __init__(self, aliases: list[str]) -> None:
        super().__init__(
            "ResourceConflictException",
            f"Unable to delete version because the following aliases reference it: [{', '.join(aliases)}]",
        )


def install() -> None:
    """Amends moto's versions and aliases."""
    amend(LambdaStorage, "publish_version", publish_version)
    amend(LambdaStorage, "all", all_versions)
    amend(LambdaStorage, "list_versions_by_function", list_versions)
    amend(LambdaStorage, "del_function", delete_function)
    amend(LambdaStorage, "put_alias", put_alias)
    amend(LambdaStorage, "update_alias", update_alias)
    amend(LambdaBackend, "list_aliases", list_aliases)
    for name, status in STATUSES.items():
        amend(LambdaResponse, name, _answers(status))


def publish_version(original: Any, self: Any, name_or_arn: str, description: str = "") -> Any:
    """The next version, or the last one while nothing has changed since; no number comes back.

    AWS: "PublishVersion" (AWS Lambda API reference)
    """
    function = self.get_function_by_name_or_arn_forbid_qualifier(name_or_arn)
    known = list(self._functions[function.function_name]["versions"])
    published: LambdaFunction = original(self, name_or_arn, description)
    function.code_or_config_updated = False
    if any(each is published for each in known):
        return published
    number = function.__dict__.get("landbridge_last_version", 0) + 1
    function.__dict__["landbridge_last_version"] = number
    published.__dict__["landbridge_last_version"] = number
    if published.version != number:
        self._arns.pop(published.function_arn, None)
        published.set_version(number)
        self._arns[published.function_arn] = published
    return published


def all_versions(original: Any, self: Any) -> list[Any]:
    """Functions and their versions; moto copies all that the log groups hold, too.

    AWS: "ListFunctions" (AWS Lambda API reference)
    """
    return [version for name in self._functions for version in _versions(self, name)]


def list_versions(original: Any, self: Any, name: str) -> list[Any]:
    """The versions of a function by name or ARN; moto has none of a function that it does not know.

    AWS: "ListVersionsByFunction" (AWS Lambda API reference)
    """
    return _versions(self, self.get_function_by_name_or_arn_with_qualifier(unquote(name)).function_name)


def delete_function(original: Any, self: Any, name_or_arn: str, qualifier: str | None = None) -> None:
    """A version is gone that no alias needs, with its policy.

    AWS: "DeleteFunction" (AWS Lambda API reference)
    """
    function = self.get_function_by_name_or_arn_with_qualifier(name_or_arn, qualifier)
    version, itself = str(function.version), self._get_latest(function.function_name)
    if version != LATEST:
        aliases = self._get_function_aliases(function.function_name).values()
        needed_by = [alias.name for alias in aliases if version in _named_by(alias)]
        if needed_by:
            raise VersionInUseError(needed_by)
        itself.__dict__.get(POLICIES, {}).pop(version, None)
    original(self, name_or_arn, qualifier)


def put_alias(
    original: Any,
    self: Any,
    name: str,
    function_name: str,
    function_version: str,
    description: str,
    routing_config: Any,
) -> Any:
    """An alias for versions that exist.

    AWS: "CreateAlias" (AWS Lambda API reference)
    """
    _check_weights(self, function_name, function_version, routing_config)
    return original(self, name, function_name, function_version, description, routing_config)


def update_alias(
    original: Any,
    self: Any,
    name: str,
    function_name: str,
    function_version: str | None,
    description: str,
    routing_config: Any,
) -> Any:
    """The alias for versions that exist.

    AWS: "UpdateAlias" (AWS Lambda API reference)
    """
    version = function_version or self.get_alias(name, function_name).function_version
    _check_weights(self, function_name, version, routing_config)
    return original(self, name, function_name, version, description, routing_config)


def list_aliases(original: Any, self: Any, function_name: str) -> Any:
    """The aliases of a function by name or ARN.

    AWS: "ListAliases" (AWS Lambda API reference)
    """
    return original(self, unquote(function_name))


def _answers(status: int) -> Callable[..., Any]:
    def answer(original: Any, self: Any) -> Any:
        """AWS: "GetAlias" (AWS Lambda API reference)."""
        return status, {"status": status}, original(self)[2]

    return answer


def _versions(storage: Any, name: str) -> list[Any]:
    latest = copy(storage._functions[name]["latest"])
    latest.function_arn = f"{latest.function_arn}:{LATEST}"
    return [latest, *storage._functions[name]["versions"]]


def _named_by(alias: Any) -> set[str]:
    return {alias.function_version, *_weights(alias.routing_config)}


def _weights(routing_config: Any) -> dict[str, float]:
    weights: dict[str, float] = (routing_config or {}).get("AdditionalVersionWeights") or {}
    return weights


def _check_weights(storage: Any, function_name: str, version: str, routing_config: Any) -> None:
    """AWS: "Implement Lambda canary deployments using a weighted alias"."""
    weights = _weights(routing_config)
    for each in weights:
        function = storage.get_function_by_name_or_arn_with_qualifier(function_name, each)
        if str(function.version) != each:
            raise UnknownAliasException(f"{function.function_arn}:{each}")
    if weights and LATEST in (version, *weights):
        raise InvalidParameterValueException(
            "$LATEST is not supported for an alias pointing to more than 1 version"
        )
    if version in weights:
        raise InvalidParameterValueException(
            f"Invalid function version {version}. Function version {version} is already included in "
            "routing configuration."
        )
