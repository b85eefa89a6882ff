"""What does not fit a model, in the words of the Java library by which API Gateway validates.

The words reach the client by ``$context.error.validationErrorString`` in a gateway response.
AWS: "Variables for access logging for API Gateway"
"""

import json
from collections.abc import Callable
from typing import Any

from jsonschema.exceptions import ValidationError


def word(error: ValidationError) -> str:
    """One violation: ``object has missing required properties (["name"])``."""
    return _WORDS.get(str(error.validator), _as_worded)(error)


def _as_worded(error: ValidationError) -> str:
    return error.message


_TYPES: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
_FORMATS = {
    "date-time": "is invalid against requested date format(s) [yyyy-MM-dd'T'HH:mm:ssZ, "
    "yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]",
    "email": "is not a valid email address",
    "hostname": "is not a valid hostname",
    "ipv4": "is not a valid IPv4 address",
    "ipv6": "is not a valid IPv6 address",
    "regex": "is not a valid ECMA 262 regular expression",
    "uri": "is not a valid URI",
}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _type(error: Any) -> str:
    named = error.validator_value
    allowed = set(named if isinstance(named, list) else [named])
    # Every integer is a number, and the library says so.
    allowed |= {"integer"} if "number" in allowed else set()
    found = _TYPES[type(error.instance)]
    return (
        f"instance type ({found}) does not match any allowed primitive type "
        f"(allowed: {_json(sorted(allowed))})"
    )


def _limit(too: str, strictly: str, name: str) -> Callable[[Any], str]:
    def worded(error: Any) -> str:
        limit, found = _json(error.validator_value), _json(error.instance)
        if error.instance == error.validator_value:
            return f"numeric instance is not strictly {strictly} than the required {name} {limit}"
        return f"numeric instance is {too} than the required {name} ({name}: {limit}, found: {found})"

    return worded


_WORDS: dict[str, Callable[[Any], str]] = {
    "type": _type,
    "maximum": _limit("greater", "lower", "maximum"),
    "minimum": _limit("lower", "greater", "minimum"),
    "format": lambda error: f"string {_json(error.instance)} {_FORMATS[error.validator_value]}",
    "enum": lambda error: (
        f"instance value ({_json(error.instance)}) not found in enum "
        f"(possible values: {_json(error.validator_value)})"
    ),
    "pattern": lambda error: (
        f'ECMA 262 regex "{error.validator_value}" does not match input string "{error.instance}"'
    ),
    "minLength": lambda error: (
        f'string "{error.instance}" is too short '
        f"(length: {len(error.instance)}, required minimum: {error.validator_value})"
    ),
    "maxLength": lambda error: (
        f'string "{error.instance}" is too long '
        f"(length: {len(error.instance)}, maximum allowed: {error.validator_value})"
    ),
    "minItems": lambda error: (
        f"array is too short: must have at least {error.validator_value} elements but instance has "
        f"{len(error.instance)} elements"
    ),
    "maxItems": lambda error: (
        f"array is too long: must have at most {error.validator_value} elements but instance has "
        f"{len(error.instance)} elements"
    ),
    "uniqueItems": lambda error: "array must not contain duplicate elements",
    "multipleOf": lambda error: (
        f"remainder of division is not zero ({_json(error.instance)} / {_json(error.validator_value)})"
    ),
    "minProperties": lambda error: (
        f"object has too few properties (found {len(error.instance)} but schema requires at least "
        f"{error.validator_value})"
    ),
    "maxProperties": lambda error: (
        f"object has too many properties (found {len(error.instance)} but schema requires at most "
        f"{error.validator_value})"
    ),
    "anyOf": lambda error: (
        f"instance failed to match at least one required schema among {len(error.validator_value)}"
    ),
    "not": lambda error: "instance matched a schema which it should not have",
}
