import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.semantics.api_gateway.validation.models import UNREADABLE, compile_schemas

SPECIES = {"type": "string", "enum": ["dog", "cat"]}
PET = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "type": "object",
    "required": ["name", "type"],
    "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 5},
        "type": {"$ref": "https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/Species"},
        "price": {"type": "number", "minimum": 25.0, "maximum": 500},
        "friends": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}, "maxItems": 2},
        "code": {"$ref": "#/definitions/code"},
    },
    "definitions": {"code": {"type": "string", "pattern": "^[A-Z]+$"}},
}
MODELS = {"Pet": json.dumps(PET), "Species": json.dumps(SPECIES), "Empty": "{}"}


def violations(body: object, **models: dict[str, Any]) -> tuple[str, ...]:
    """What is wrong with the body by the model ``Model``, or by that of a pet."""
    texts = {name: json.dumps(schema) for name, schema in models.items()}
    model = compile_schemas(texts or MODELS)["Model" if models else "Pet"]
    assert callable(model), model
    return model(body if isinstance(body, bytes) else json.dumps(body).encode())


REX = {"name": "Rex", "type": "dog"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (REX, ()),
        ({**REX, "friends": [REX]}, ()),
        ({}, ('object has missing required properties (["name","type"])',)),
        ([], ('instance type (array) does not match any allowed primitive type (allowed: ["object"])',)),
        (b"{", UNREADABLE),
        (b"", UNREADABLE),
        (
            {**REX, "type": "frog"},
            ('instance value ("frog") not found in enum (possible values: ["dog","cat"])',),
        ),
        ({**REX, "name": "R"}, ('string "R" is too short (length: 1, required minimum: 2)',)),
        ({**REX, "name": "Rexler"}, ('string "Rexler" is too long (length: 6, maximum allowed: 5)',)),
        (
            {**REX, "price": 0},
            ("numeric instance is lower than the required minimum (minimum: 25.0, found: 0)",),
        ),
        (
            {**REX, "price": 501},
            ("numeric instance is greater than the required maximum (maximum: 500, found: 501)",),
        ),
        (
            {**REX, "price": "1"},
            (
                "instance type (string) does not match any allowed primitive type "
                '(allowed: ["integer","number"])',
            ),
        ),
        ({**REX, "code": "a"}, ('ECMA 262 regex "^[A-Z]+$" does not match input string "a"',)),
        (
            {**REX, "friends": [REX, REX, REX]},
            ("array is too long: must have at most 2 elements but instance has 3 elements",),
        ),
        ({**REX, "friends": [{"name": "Rex"}]}, ('object has missing required properties (["type"])',)),
    ],
)
def test_what_is_wrong_in_the_words_of_the_library(body: object, expected: tuple[str, ...]) -> None:
    assert violations(body) == expected


@pytest.mark.parametrize(
    ("schema", "body", "expected"),
    [
        (
            {"properties": {"a": {}}, "additionalProperties": False},
            {"c": 1, "b": 1},
            'object instance has properties which are not allowed by the schema: ["b","c"]',
        ),
        ({"patternProperties": {"^x": {}}, "additionalProperties": False}, {"xy": 1}, None),
        (
            {"additionalProperties": {"type": "string"}},
            {"b": None},
            'instance type (null) does not match any allowed primitive type (allowed: ["string"])',
        ),
        (
            {"minimum": 3, "exclusiveMinimum": True},
            3,
            "numeric instance is not strictly greater than the required minimum 3",
        ),
        (
            {"maximum": 3, "exclusiveMaximum": True},
            3,
            "numeric instance is not strictly lower than the required maximum 3",
        ),
        ({"multipleOf": 2}, 3, "remainder of division is not zero (3 / 2)"),
        (
            {"type": "integer"},
            1.0,
            'instance type (number) does not match any allowed primitive type (allowed: ["integer"])',
        ),
        ({"type": "number"}, 1, None),
        ({"uniqueItems": True}, [1, 1], "array must not contain duplicate elements"),
        (
            {"minItems": 1},
            [],
            "array is too short: must have at least 1 elements but instance has 0 elements",
        ),
        (
            {"minProperties": 1},
            {},
            "object has too few properties (found 0 but schema requires at least 1)",
        ),
        (
            {"maxProperties": 0},
            {"a": 1},
            "object has too many properties (found 1 but schema requires at most 0)",
        ),
        (
            {"oneOf": [{"type": "string"}, {"type": "object"}, {"maxLength": 3}]},
            "ab",
            "instance failed to match exactly one schema (matched 2 out of 3)",
        ),
        (
            {"allOf": [{"type": "string"}, {"minLength": 3}]},
            "ab",
            "instance failed to match all required schemas (matched only 1 out of 2)",
        ),
        (
            {"anyOf": [{"type": "null"}, {"minLength": 3}]},
            "ab",
            "instance failed to match at least one required schema among 2",
        ),
        ({"not": {"type": "string"}}, "ab", "instance matched a schema which it should not have"),
        ({"format": "email"}, "ab", 'string "ab" is not a valid email address'),
        ({"format": "email"}, "a@b.c", None),
        ({"format": "ipv4"}, "1.2.3", 'string "1.2.3" is not a valid IPv4 address'),
        ({"format": "ipv6"}, "1::g", 'string "1::g" is not a valid IPv6 address'),
        ({"format": "hostname"}, "-a", 'string "-a" is not a valid hostname'),
        ({"format": "uri"}, "a b", 'string "a b" is not a valid URI'),
        ({"format": "regex"}, "(", 'string "(" is not a valid ECMA 262 regular expression'),
        ({"format": "date-time"}, "2026-02-28T10:00:00.123Z", None),
        (
            {"format": "date-time"},
            "2026-02-30T10:00:00Z",
            'string "2026-02-30T10:00:00Z" is invalid against requested date format(s) '
            "[yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,12}Z]",
        ),
        ({"format": "colour"}, "ab", None),
        ({}, b"", None),
    ],
)
def test_every_keyword_of_draft_4(schema: dict[str, Any], body: object, expected: str | None) -> None:
    assert violations(body, Model=schema) == (() if expected is None else (expected,))


def test_siblings_are_reported_together_in_the_order_of_their_names() -> None:
    assert violations({"name": "Rex", "type": "frog", "price": 0}) == (
        "numeric instance is lower than the required minimum (minimum: 25.0, found: 0)",
        'instance value ("frog") not found in enum (possible values: ["dog","cat"])',
    )


def test_the_library_goes_no_deeper_once_it_has_found_a_violation() -> None:
    assert violations({"type": "frog", "price": 0}) == ('object has missing required properties (["name"])',)
    assert violations({**REX, "code": "a", "friends": [{}]}) == (
        'ECMA 262 regex "^[A-Z]+$" does not match input string "a"',
    )


def test_models_may_refer_to_each_other_in_a_circle() -> None:
    person = {
        "type": "object",
        "properties": {
            "child": {"$ref": "https://apigateway.amazonaws.com/restapis/x/models/House"},
            "age": {"type": "integer"},
        },
    }
    house = {"properties": {"owner": {"$ref": "https://apigateway.amazonaws.com/restapis/x/models/Model"}}}
    assert violations({"child": {"owner": {"age": 3}}}, Model=person, House=house) == ()
    assert len(violations({"child": {"owner": {"age": "3"}}}, Model=person, House=house)) == 1


def test_a_body_deeper_than_anyone_sends_is_unreadable_and_no_crash() -> None:
    tree = {"type": "object", "properties": {"a": {"$ref": "#"}}}
    assert violations(b'{"a":' * 900 + b"{}" + b"}" * 900, Model=tree) == UNREADABLE


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not of type"),
        ('{"type": "strin"}', "strin"),
        ('{"properties": {"a": {"pattern": "("}}}', "not a 'regex'"),
        ('{"items": {"$ref": "https://apigateway.amazonaws.com/restapis/x/models/Other"}}', "Other"),
        ('{"items": {"$ref": "#/definitions/other"}}', "refers to other"),
        ('{"$ref": "https://elsewhere.example/schema"}', "https://elsewhere.example/schema"),
        ('{"$ref": null}', "None"),
    ],
)
def test_what_is_no_model_has_a_reason(text: str, reason: str) -> None:
    model = compile_schemas({"Model": text})["Model"]
    assert isinstance(model, str)
    assert reason in model


@given(
    st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["name", "type", "friends", "x"]), inner)
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_any_body_fits_or_has_a_violation_in_words(body: bytes) -> None:
    pet = compile_schemas(MODELS)["Pet"]
    assert callable(pet)
    assert all(isinstance(each, str) and each for each in pet(body))


WORDS = ["type", "properties", "items", "required", "$ref", "definitions", "enum", "oneOf", "minimum"]
VALUES = [
    "object",
    "string",
    "#/definitions/a",
    "#",
    "https://apigateway.amazonaws.com/restapis/x/models/Pet",
]
SCHEMAS = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(VALUES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
)


@given(SCHEMAS, st.sampled_from([b"", b"{}", b"[1]", b'{"type": {"type": []}}']))
def test_any_text_is_a_model_or_has_a_reason_why_not(schema: object, body: bytes) -> None:
    model = compile_schemas({**MODELS, "Model": json.dumps(schema)})["Model"]
    if callable(model):
        assert all(isinstance(each, str) for each in model(body))
    else:
        assert model
