"""An API's models, each compiled to what tells the violations of a body.

AWS: "Data models for REST APIs"
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT4

from landbridge.model.api_gateway import Deployment
from landbridge.semantics.api_gateway.validation.keywords import FORMATS, ModelValidator
from landbridge.semantics.api_gateway.validation.wording import word

Violations = Callable[[bytes], tuple[str, ...]]
"""What is wrong with a body, in AWS's words; nothing where it fits the model."""
UNREADABLE = ("Unknown error parsing request body",)
_MODEL = re.compile(r"(?:https?://[^/]+/restapis/[^/]+/models|#/components/schemas|#/definitions)/([^/]+)")
_PREFIX = "urn:model:"


def compile_models(deployment: Deployment) -> dict[str, Violations | str]:
    """By name: the model's violations, or why it is no model; compile once with ``world.once``.

    AWS refuses such a model when it is made.
    """
    return compile_schemas(dict(deployment.models))


def compile_schemas(texts: dict[str, str]) -> dict[str, Violations | str]:
    """The same from the schemas' texts by name."""
    schemas = {name: _parsed(text) for name, text in texts.items()}
    readable = {name: _refer(schema, schema) for name, schema in schemas.items()}
    resources = [(_PREFIX + name, DRAFT4.create_resource(schema)) for name, schema in readable.items()]
    registry: Registry[Any] = Registry().with_resources(resources)
    return {name: _compile(schema, registry) for name, schema in readable.items()}


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _refer(part: Any, whole: Any) -> Any:
    """The schema with its references to other models turned into names of the registry."""
    if isinstance(part, list):
        return [_refer(each, whole) for each in part]
    if not isinstance(part, dict):
        return part
    reference = str(part.get("$ref", ""))
    found = _MODEL.fullmatch(reference)
    if found is not None and not _is_local(reference, whole, found[1]):
        return {"$ref": _PREFIX + found[1]}
    # A schema that names its dialect would be validated by the plain validator of that dialect.
    return {name: _refer(each, whole) for name, each in part.items() if name != "$schema"}


def _is_local(reference: str, whole: Any, name: str) -> bool:
    """Whether the schema itself has the definition that it refers to."""
    definitions = whole.get("definitions") if isinstance(whole, dict) else None
    return reference.startswith("#/definitions/") and isinstance(definitions, dict) and name in definitions


def _compile(schema: Any, registry: "Registry[Any]") -> Violations | str:
    reason = _not_a_schema(schema, registry)
    if reason:
        return reason
    validator = ModelValidator(schema, registry=registry, format_checker=FORMATS)

    def violations(body: bytes) -> tuple[str, ...]:
        try:
            return _in_order(validator.iter_errors(orjson.loads(body or b"{}")), body)
        except (orjson.JSONDecodeError, RecursionError):
            return UNREADABLE

    return violations


def _not_a_schema(schema: Any, registry: "Registry[Any]") -> str:
    """Why it cannot be used; empty where it can."""
    try:
        ModelValidator.check_schema(schema)
    except SchemaError as error:
        return error.message
    resolver = registry.resolver_with_root(DRAFT4.create_resource(schema))
    for reference in _references(schema):
        try:
            resolver.lookup(reference)
        except (Unresolvable, AttributeError):
            # What is no text is refused by no one before it is looked up.
            return f"it refers to {str(reference).removeprefix(_PREFIX)}, which does not exist"
    return ""


def _references(part: Any) -> Iterator[Any]:
    """Whatever it refers to."""
    if isinstance(part, dict) and "$ref" in part:
        yield part["$ref"]
    for each in part.values() if isinstance(part, dict) else part:
        if isinstance(each, dict | list):
            yield from _references(each)


def _in_order(errors: Iterator[ValidationError], body: bytes) -> tuple[str, ...]:
    """The violations as the library meets them: it does not go deeper once it has found one.

    A node's keywords come by name, then its members by name.
    """
    ordered = sorted(errors, key=lambda error: (_place(error), str(error.validator)))
    if not ordered:
        return ()
    if not body:
        return UNREADABLE
    first = _place(ordered[0])
    return tuple(word(error) for error in ordered if _is_met(_place(error), first))


_Place = tuple[tuple[str, int], ...]


def _place(error: ValidationError) -> _Place:
    return tuple(("", step) if isinstance(step, int) else (str(step), 0) for step in error.absolute_path)


def _is_met(place: _Place, first: _Place) -> bool:
    """Whether the library gets there after the first violation: the node itself, or a sibling on the way."""
    above = place[:-1]
    return place == first or (len(above) < len(first) and len(place) > 0 and first[: len(above)] == above)
