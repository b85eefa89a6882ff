import json
from dataclasses import replace

import pytest
from hypothesis import given
from tests.semantics.iam.policies import EVERYONE, documents, render

from landbridge.errors import DeclarationError
from landbridge.model.policy import Condition, PolicyDocument, Principals, Statement
from landbridge.semantics.iam.parse import parse_policy

PLAIN = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",'
    '"Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:eu-central-1:123456789012:a1b2c3/*"}]}'
)


def parsed(**elements: object) -> Statement:
    whole = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*", **elements}
    chosen = {name: value for name, value in whole.items() if value is not None}
    return parse_policy(json.dumps({"Version": "2012-10-17", "Statement": chosen})).statements[0]


def test_a_policy_reads_as_its_statements() -> None:
    document = parse_policy(PLAIN)
    assert document.version == "2012-10-17"
    assert document.text == PLAIN
    assert document.statements == (
        Statement(
            "Allow",
            principals=EVERYONE,
            actions=("execute-api:Invoke",),
            resources=("arn:aws:execute-api:eu-central-1:123456789012:a1b2c3/*",),
        ),
    )


def test_api_gateway_escapes_the_policy_it_answers_with() -> None:
    escaped = PLAIN.replace('"', '\\"')
    assert parse_policy(escaped).statements == parse_policy(PLAIN).statements
    assert parse_policy(escaped).text == escaped


def test_one_statement_needs_no_list() -> None:
    element = json.loads(PLAIN)["Statement"][0]
    single = json.dumps({"Version": "2012-10-17", "Statement": element})
    assert parse_policy(single).statements == parse_policy(PLAIN).statements


def test_statements_know_their_place_and_their_name() -> None:
    element = json.loads(PLAIN)["Statement"][0]
    document = parse_policy(json.dumps({"Statement": [element, {**element, "Sid": "Second"}]}))
    assert [each.position for each in document.statements] == [0, 1]
    assert [each.name for each in document.statements] == ["statement 1", "Second"]


def test_a_policy_without_version_is_of_the_first_version() -> None:
    assert parse_policy('{"Statement": []}').version == "2008-10-17"


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", (("*", "*"),)),
        ({"AWS": "*"}, (("AWS", "*"),)),
        ({"AWS": "123456789012"}, (("AWS", "123456789012"),)),
        ({"AWS": 123456789012}, (("AWS", "123456789012"),)),
        ({"AWS": ["1", "2"]}, (("AWS", "1"), ("AWS", "2"))),
        ({"Service": "apigateway.amazonaws.com"}, (("Service", "apigateway.amazonaws.com"),)),
        ({"Federated": "accounts.google.com"}, (("Federated", "accounts.google.com"),)),
        ({"CanonicalUser": "79a5"}, (("CanonicalUser", "79a5"),)),
        ({"AWS": "1", "Service": ["a", "b"]}, (("AWS", "1"), ("Service", "a"), ("Service", "b"))),
    ],
)
def test_a_principal_is_everyone_or_names_by_type(
    principal: object, expected: tuple[tuple[str, str], ...]
) -> None:
    assert parsed(Principal=principal).principals == Principals(False, expected)
    assert parsed(Principal=None, NotPrincipal=principal).principals == Principals(True, expected)


def test_a_statement_of_a_role_has_no_principal() -> None:
    assert parsed(Principal=None).principals is None


def test_not_action_and_not_resource_are_negations() -> None:
    found = parsed(Action=None, NotAction=["s3:*"], Resource=None, NotResource="arn:aws:s3:::a")
    assert (found.actions, found.actions_negated) == (("s3:*",), True)
    assert (found.resources, found.resources_negated) == (("arn:aws:s3:::a",), True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("true", ("true",)),
        (True, ("true",)),
        (False, ("false",)),
        (10, ("10",)),
        (1.50, ("1.5",)),
        ([True, 3, "x"], ("true", "3", "x")),
        ([], ()),
    ],
)
def test_a_condition_value_is_compared_as_text(value: object, expected: tuple[str, ...]) -> None:
    found = parsed(Condition={"StringEquals": {"aws:SecureTransport": value}})
    assert found.conditions == (Condition("StringEquals", "aws:SecureTransport", expected),)


def test_numbers_keep_their_spelling() -> None:
    text = '{"Statement":{"Effect":"Allow","Condition":{"NumericEquals":{"k":[1.50,1e3,007]}}}}'
    with pytest.raises(DeclarationError):
        parse_policy(text)
    found = parse_policy(text.replace(",007", "")).statements[0]
    assert found.conditions[0].values == ("1.50", "1e3")


def test_every_key_of_every_operator_is_one_condition() -> None:
    block = {"StringEquals": {"a:b": "1", "c:d": "2"}, "ForAnyValue:StringLikeIfExists": {"e:f": ["3", "4"]}}
    assert parsed(Condition=block).conditions == (
        Condition("StringEquals", "a:b", ("1",)),
        Condition("StringEquals", "c:d", ("2",)),
        Condition("ForAnyValue:StringLikeIfExists", "e:f", ("3", "4")),
    )


@pytest.mark.parametrize(
    ("elements", "unsupported"),
    [
        ({"Foo": 1}, ("element Foo",)),
        ({"effect": "Deny"}, ("element effect",)),
        ({"Effect": "allow"}, ('Effect "allow"',)),
        ({"Effect": None}, ('Effect ""',)),
        ({"Effect": ["Deny"]}, ('Effect ["Deny"]', 'Effect ""')),
        ({"Condition": {"StringFoo": {"a:b": "c"}}}, ("condition operator StringFoo",)),
        ({"Condition": {"NullIfExists": {"a:b": "true"}}}, ("condition operator NullIfExists",)),
        ({"Condition": {"ForAllValues:Null": {"a:b": "true"}}}, ("condition operator ForAllValues:Null",)),
        ({"Condition": {"StringEquals": "x"}}, ('Condition StringEquals "x"',)),
        ({"Condition": {"StringEquals": {"a:b": {}}}}, ("Condition StringEquals a:b {}",)),
        ({"Condition": {"StringEquals": {"a:b": ["x", None]}}}, ('Condition StringEquals a:b ["x", null]',)),
        ({"Condition": ["x"]}, ('Condition ["x"]',)),
        ({"Principal": {"Group": "x"}}, ('Principal {"Group": "x"}',)),
        ({"Principal": {"AWS": [["x"]]}}, ('Principal {"AWS": [["x"]]}',)),
        ({"Principal": "somebody"}, ('Principal "somebody"',)),
        ({"Action": {"a": "b"}}, ('Action {"a": "b"}',)),
        ({"NotAction": "s3:*"}, ("Action together with NotAction",)),
        ({"NotResource": "*"}, ("Resource together with NotResource",)),
        ({"NotPrincipal": "*"}, ("Principal together with NotPrincipal",)),
        ({"Resource": [{"Ref": "Bucket"}]}, ('Resource [{"Ref": "Bucket"}]',)),
        ({"Sid": ["x"]}, ('Sid ["x"]',)),
    ],
)
def test_what_is_not_understood_is_named(elements: dict[str, object], unsupported: tuple[str, ...]) -> None:
    assert parsed(**elements).unsupported == unsupported


@pytest.mark.parametrize(
    "elements",
    [
        {"Principal": {"Group": "x"}, "Action": [{}], "Resource": [{}]},
        {"Condition": {"StringFoo": {"a:b": "c"}, "Bool": {"a:b": [{}], "c:d": ["true", {}]}}},
        {"NotPrincipal": {"AWS": "1"}, "NotAction": "s3:*", "NotResource": "arn:aws:s3:::a"},
        {"Principal": None, "NotPrincipal": {"Group": "x"}},
    ],
)
def test_what_is_not_understood_is_read_as_widely_as_it_could_be_meant(elements: dict[str, object]) -> None:
    found = parsed(**{"Action": "*", **elements})
    assert found.principals == EVERYONE
    assert (found.actions, found.actions_negated) == (("*",), False)
    assert (found.resources, found.resources_negated) == (("*",), False)
    assert found.conditions == ()
    assert found.unsupported


def test_an_unknown_version_or_element_of_the_document_makes_every_statement_uncertain() -> None:
    text = '{"Version":"2030-01-01","Foo":1,"Statement":[{"Effect":"Deny"},{"Effect":"Allow"}]}'
    expected = ("element Foo", 'Version "2030-01-01"')
    assert [each.unsupported for each in parse_policy(text).statements] == [expected, expected]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The policy is not JSON"),
        ("{", "The policy is not JSON"),
        ('{"Statement":[{"Effect":"Allow","Effect":"Deny"}]}', '"Effect" occurs twice'),
        ('{"Statement":NaN}', "The policy is not JSON"),
        ('"text"', "The policy is not a JSON object with a Statement"),
        ("[]", "The policy is not a JSON object with a Statement"),
        ('{"Version":"2012-10-17"}', "The policy is not a JSON object with a Statement"),
        ('{"Statement":["x"]}', "Statement 1 of the policy is not a JSON object"),
        ('{"Statement":null}', "Statement 1 of the policy is not a JSON object"),
        ("[" * 100_000, "The policy is nested too deeply"),
    ],
)
def test_what_is_no_policy_is_the_users_error(text: str, message: str) -> None:
    with pytest.raises(DeclarationError, match="policy") as raised:
        parse_policy(text)
    assert message in raised.value.message
    assert raised.value.hint


@given(documents)
def test_a_rendered_document_parses_to_itself(document: PolicyDocument) -> None:
    text = render(document)
    assert parse_policy(text) == replace(document, text=text)


@given(documents)
def test_a_document_escaped_as_api_gateway_does_parses_to_itself(document: PolicyDocument) -> None:
    text = json.dumps(render(document))[1:-1]
    assert parse_policy(text) == replace(document, text=text)
