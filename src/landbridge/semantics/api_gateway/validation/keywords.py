"""JSON schema draft 4 as API Gateway's library applies it: some keywords report otherwise than usual.

AWS: "Data models for REST APIs"
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft4Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

FORMATS = FormatChecker(formats=("ipv4", "ipv6", "regex"))
"""Formats that are checked; any other is no condition."""


def _required(
    validator: Any, required: Sequence[str], instance: object, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """One violation that names all missing properties."""
    if isinstance(instance, dict) and (missing := sorted(set(required) - instance.keys())):
        yield ValidationError(f"object has missing required properties ({_json(missing)})")


def _additional_properties(
    validator: Any, allowed: object, instance: object, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if not isinstance(instance, dict):
        return
    patterns = schema.get("patternProperties", {})
    further = sorted(
        name
        for name in instance.keys() - schema.get("properties", {}).keys()
        if not any(re.search(pattern, name) for pattern in patterns)
    )
    if allowed is False and further:
        yield ValidationError(
            f"object instance has properties which are not allowed by the schema: {_json(further)}"
        )
    if isinstance(allowed, dict):
        for name in further:
            yield from validator.descend(instance[name], allowed, path=name)


def _all_of(
    validator: Any, schemas: Sequence[Any], instance: object, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """One violation that counts."""
    matched = _matches(validator, schemas, instance)
    if matched < len(schemas):
        yield ValidationError(
            f"instance failed to match all required schemas (matched only {matched} out of {len(schemas)})"
        )


def _one_of(
    validator: Any, schemas: Sequence[Any], instance: object, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """One violation that counts."""
    matched = _matches(validator, schemas, instance)
    if matched != 1:
        yield ValidationError(
            f"instance failed to match exactly one schema (matched {matched} out of {len(schemas)})"
        )


def _matches(validator: Any, schemas: Sequence[Any], instance: object) -> int:
    return sum(not any(validator.descend(instance, schema)) for schema in schemas)


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


_DATE_TIME = re.compile(
    r"(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,12})?(?:Z|[+-]\d\d:?\d\d)", re.ASCII
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_HOSTNAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(?:\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")


@FORMATS.checks("date-time", raises=ValueError)
def _is_date_time(instance: object) -> bool:
    if not isinstance(instance, str):
        return True
    found = _DATE_TIME.fullmatch(instance)
    return found is not None and bool(datetime.fromisoformat(found["moment"]))


@FORMATS.checks("email")
def _is_email(instance: object) -> bool:
    return not isinstance(instance, str) or _EMAIL.fullmatch(instance) is not None


@FORMATS.checks("hostname")
def _is_hostname(instance: object) -> bool:
    return not isinstance(instance, str) or _HOSTNAME.fullmatch(instance) is not None


@FORMATS.checks("uri", raises=ValueError)
def _is_uri(instance: object) -> bool:
    return not isinstance(instance, str) or (" " not in instance and urlsplit(instance).scheme != "")


ModelValidator = extend(  # type: ignore[no-untyped-call]
    Draft4Validator,
    {
        "required": _required,
        "additionalProperties": _additional_properties,
        "allOf": _all_of,
        "oneOf": _one_of,
    },
)
