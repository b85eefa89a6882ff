import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.semantics.load_balancing.expressions import compile_rewrite, compile_search, fault_of


@pytest.mark.parametrize(
    "expression",
    [
        "(?=a)",
        "(?!a)",
        "(?<=a)b",
        "(?<!a)b",
        r"(a)\1",
        "(?>a)",
        "a++",
        "a*+",
        "a?+",
        "(?R)",
        "(?1)",
        r"\p{L}",
        r"\PN",
        r"[\p{Greek}]",
        "(",
        "",
    ],
)
def test_what_aws_leaves_out_of_regular_expressions_is_refused(expression: str) -> None:
    assert fault_of(expression)


@pytest.mark.parametrize(
    "expression", [r"^\/api\/v[0-9]+\/(.*)$", r"(?i)abc", r"\\p{2}", "[[:alpha:]]+", r"\d{1,3}", "a|b", ".+?"]
)
def test_the_rest_of_the_syntax_is_admitted(expression: str) -> None:
    assert fault_of(expression) == ""


def test_an_expression_is_searched_for_and_alternatives_are_tried_in_turn() -> None:
    matches = compile_search(("^/a/", "b$"), ignore_case=False)
    assert [matches(text) for text in ("/a/x", "/x/b", "/x", "/A/x")] == [True, True, False, False]
    assert compile_search(("^/a/",), ignore_case=True)("/A/x")


def test_a_nested_repetition_takes_linear_time() -> None:
    assert not compile_search(("^(a+)+$",), ignore_case=False)("a" * 50_000 + "!")


@pytest.mark.parametrize(
    ("expression", "replacement", "text", "expected"),
    [
        ("^/api/v1/(.*)$", "/v2/$1", "/api/v1/users", "/v2/users"),
        ("^/api/v1/(.*)$", "/v2/$1", "/api/v1/users?page=2", "/v2/users?page=2"),
        ("^/lang/(en|fr)/(.*)$", "/$2?locale=$1", "/lang/en/about", "/about?locale=en"),
        ("^/products/([0-9]+)$", "/p?id=$1", "/products/42?format=json", None),
        ("^/a/(.*)$", "/b/$1/$9", "/a/x", "/b/x/"),
        ("(a)|(b)", "[$1$2]", "xbx", "x[b]x"),
        ("o", "0", "foo", "f0o"),
        ("^/(.*)$", "/$0", "/x", "//x"),
        ("^/(.*)$", "/$", "/x", "/$"),
    ],
)
def test_a_rewrite_replaces_the_first_match_and_fills_in_groups(
    expression: str, replacement: str, text: str, expected: str | None
) -> None:
    assert compile_rewrite(expression, replacement, ignore_case=False)(text) == expected


@given(st.text("ab/?=1", max_size=12), st.text("ab/?=1", max_size=12))
def test_a_rewrite_by_a_literal_is_a_replacement_of_its_first_occurrence(text: str, literal: str) -> None:
    rewritten = compile_rewrite(re.escape(literal) or "$", "-", ignore_case=False)(text)
    expected = text.replace(literal, "-", 1) if literal in text else None
    assert rewritten == (expected if literal else text + "-")
