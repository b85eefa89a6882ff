"""Conditions and transforms of listener rules: what AWS refuses about them, and moto does not.

Messages are AWS's where they are known from reports.
"""

import re
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from typing import Any

from moto.elbv2.exceptions import InvalidConditionFieldError, ValidationError

from landbridge.semantics.load_balancing.expressions import (
    MOST_CHARACTERS_OF_A_CONDITION,
    MOST_CHARACTERS_OF_A_TRANSFORM,
    fault_of,
)

MOST_VALUES = 5
MOST_WILDCARDS = 6
MOST_CHARACTERS_OF_A_NAME = 40
"""Of a header's name and of a method."""
CONFIGURATIONS = {
    "host-header": "HostHeaderConfig",
    "http-header": "HttpHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "path-pattern": "PathPatternConfig",
    "query-string": "QueryStringConfig",
    "source-ip": "SourceIpConfig",
}
ONLY_ONCE = ("host-header", "http-request-method", "path-pattern", "source-ip")
WITH_EXPRESSIONS = frozenset(("host-header", "http-header", "path-pattern"))
TRANSFORMS = {"host-header-rewrite": "HostHeaderRewriteConfig", "url-rewrite": "UrlRewriteConfig"}


def validate_conditions(original: Any, self: Any, conditions: list[dict[str, Any]]) -> None:
    """Every documented limit of conditions, regular expressions among them; moto fails at those.

    The user guide's three evaluations per condition are not asked for: AWS was seen to take five.

    AWS: "Condition types for listener rules"; "Quotas for your Application Load Balancers"
    """
    for condition in conditions:
        _check_condition(condition)
    fields = [condition["Field"] for condition in conditions]
    for field in ONLY_ONCE:
        if fields.count(field) > 1:
            raise ValidationError(f"A rule can only have one '{field}' condition")
    if sum(len(_values(each)) + len(_expressions(each)) for each in conditions) > MOST_VALUES:
        raise ValidationError(f"A rule can only have '{MOST_VALUES}' condition values and regex values")
    wildcards = sum(_wildcards(text) for each in conditions for text in _texts(each))
    if wildcards > MOST_WILDCARDS:
        raise ValidationError(f"A rule can only have '{MOST_WILDCARDS}' condition wildcards")


def check_transforms(transforms: list[dict[str, Any]]) -> None:
    """One transform of each type, each with rewrites that can be made.

    AWS: "Transforms for listener rules"
    """
    types = [transform.get("Type") for transform in transforms]
    for kind in types:
        if kind not in TRANSFORMS:
            raise ValidationError(f"Transform type '{kind}' must be one of '{', '.join(TRANSFORMS)}'")
        if types.count(kind) > 1:
            raise ValidationError(f"A rule can only have one '{kind}' transform")
    for transform in transforms:
        configuration = TRANSFORMS[transform["Type"]]
        rewrites = transform.get(configuration, {}).get("Rewrites")
        if not rewrites:
            raise ValidationError(f"A '{configuration}' must be specified with '{transform['Type']}'")
        if len(rewrites) > 1:
            raise ValidationError(f"A '{transform['Type']}' transform can only have one rewrite")
        for rewrite in rewrites:
            _check_rewrite(rewrite)


def _check_condition(condition: dict[str, Any]) -> None:
    field = condition.get("Field", "")
    if field not in CONFIGURATIONS:
        raise InvalidConditionFieldError(field)
    if "Values" in condition and field not in ("host-header", "path-pattern"):
        raise ValidationError(f"The 'Values' field is not compatible with '{field}'")
    configuration = CONFIGURATIONS[field]
    if configuration in condition and (condition.get("Values") or condition.get("RegexValues")):
        raise ValidationError(
            f"You cannot provide both Values and '{configuration}' for a condition of type '{field}'"
        )
    if field == "http-header":
        _check_header_name(condition.get(configuration, {}).get("HttpHeaderName", ""))
    values, expressions = _values(condition), _expressions(condition)
    if values and expressions:
        raise ValidationError(f"You cannot provide both Values and RegexValues for '{field}'")
    if not values and not expressions:
        raise ValidationError("A condition value must be specified")
    for value in values:
        _CHECKS[field](value)
    _check_expressions(field, expressions)


def _check_expressions(field: str, expressions: list[str]) -> None:
    if expressions and field not in WITH_EXPRESSIONS:
        raise ValidationError(f"The 'RegexValues' field is not compatible with '{field}'")
    for expression in expressions:
        _check_length(field, expression, MOST_CHARACTERS_OF_A_CONDITION)
        fault = fault_of(expression)
        if fault:
            raise ValidationError(f"The regular expression '{expression}' is not valid: {fault}")


def _values(condition: dict[str, Any]) -> list[Any]:
    configured = condition.get(CONFIGURATIONS[condition["Field"]], {}).get("Values")
    values: list[Any] = configured or condition.get("Values") or []
    return values


def _expressions(condition: dict[str, Any]) -> list[str]:
    configured = condition.get(CONFIGURATIONS[condition["Field"]], {}).get("RegexValues")
    expressions: list[str] = configured or condition.get("RegexValues") or []
    return expressions


def _texts(condition: dict[str, Any]) -> Iterator[str]:
    """What wildcards can be in."""
    if condition["Field"] in ("http-request-method", "source-ip"):
        return
    for value in _values(condition):
        if isinstance(value, dict):
            yield value.get("Key", "") + value["Value"]
        else:
            yield value


def _wildcards(text: str) -> int:
    return len(re.findall(r"[*?]", re.sub(r"\\.", "", text)))


def _check_length(field: str, value: str, most: int = MOST_CHARACTERS_OF_A_CONDITION) -> None:
    if len(value) > most:
        raise ValidationError(f"The '{field}' value is too long; the limit is '{most}'")


def _check_characters(value: str, admitted: str) -> None:
    if not re.fullmatch(admitted, value):
        raise ValidationError(f"Condition value '{value}' contains a character that is not valid")


def _check_header_name(name: str) -> None:
    if not name:
        raise ValidationError("A 'HttpHeaderConfig' must be specified with 'http-header'")
    if len(name) > MOST_CHARACTERS_OF_A_NAME:
        raise ValidationError(
            f"The 'HttpHeaderName' value is too long; the limit is '{MOST_CHARACTERS_OF_A_NAME}'"
        )
    if name.lower() == "host" or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
        raise ValidationError(f"The 'HttpHeaderName' value '{name}' is not valid")


def _check_host(value: str) -> None:
    _check_length("host-header", value)
    _check_characters(value, r"[A-Za-z0-9.*?-]+")
    _, dot, last = value.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z*?]+", last):
        raise ValidationError(
            f"Condition value '{value}' must have a '.' and only alphabetical characters after the last one"
        )


def _check_header(value: str) -> None:
    _check_length("http-header", value)
    _check_characters(value, r"[ -~]+")


def _check_method(value: str) -> None:
    _check_length("http-request-method", value, MOST_CHARACTERS_OF_A_NAME)
    if not re.fullmatch(r"[A-Z_-]+", value):
        raise ValidationError(
            "The 'http-request-method' value is invalid; "
            "the allowed characters are A-Z, hyphen and underscore"
        )


def _check_path(value: str) -> None:
    _check_length("path-pattern", value)
    _check_characters(value, r"""[A-Za-z0-9_.$/~"'@:+&*?-]+""")


def _check_query(value: dict[str, str]) -> None:
    if not value.get("Value"):
        raise ValidationError("A 'Value' must be specified in 'QueryStringKeyValuePair'")
    for name in ("Key", "Value"):
        _check_length(name, value.get(name, ""))


def _check_source(value: str) -> None:
    try:
        network = ip_network(value)
    except ValueError:
        network = None
    if network is None or "/" not in value or str(network) == "255.255.255.255/32":
        raise ValidationError(f"The 'source-ip' value '{value}' must be in CIDR format")


_CHECKS: dict[str, Callable[[Any], None]] = {
    "host-header": _check_host,
    "http-header": _check_header,
    "http-request-method": _check_method,
    "path-pattern": _check_path,
    "query-string": _check_query,
    "source-ip": _check_source,
}


def _check_rewrite(rewrite: dict[str, str]) -> None:
    for name in ("Regex", "Replace"):
        if name not in rewrite:
            raise ValidationError(f"A '{name}' must be specified in a rewrite")
        if len(rewrite[name]) > MOST_CHARACTERS_OF_A_TRANSFORM:
            raise ValidationError(
                f"The '{name}' value is too long; the limit is '{MOST_CHARACTERS_OF_A_TRANSFORM}'"
            )
    fault = fault_of(rewrite["Regex"])
    if fault:
        raise ValidationError(f"The regular expression '{rewrite['Regex']}' is not valid: {fault}")
