import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.errors import UnsupportedError
from landbridge.semantics.iam.patterns import (
    compile_arns,
    compile_equals,
    compile_wildcards,
    variables_without_default,
)
from landbridge.semantics.iam.request import Context

API = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3"
CONTEXT: Context = {
    "aws:username": ("ann",),
    "aws:sourceip": ("10.0.0.1",),
    "aws:principaltag/team": ("or*ders",),
    "aws:tagkeys": ("a", "b"),
    "aws:nul": ("a\0a",),
    "aws:empty": ("",),
}


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*", "", True),
        ("*", "anything/at:all\n", True),
        ("**", "", True),
        ("", "", True),
        ("", "a", False),
        ("abc", "abc", True),
        ("abc", "ABC", False),
        ("abc", "abcd", False),
        ("abc*", "abc", True),
        ("abc*", "abcd/e:f", True),
        ("abc*", "ab", False),
        ("*abc", "xyzabc", True),
        ("*abc", "abcx", False),
        ("a*c", "ac", True),
        ("a*c", "abbbc", True),
        ("a*c", "abbbcd", False),
        ("a*b*c", "aXbYc", True),
        ("a*b*c", "acb", False),
        ("a*bc*c", "abcc", True),
        ("a*bc*c", "abc", False),
        ("a?c", "abc", True),
        ("a?c", "a/c", True),
        ("a?c", "ac", False),
        ("a?c", "abbc", False),
        ("?", "a", True),
        ("?", "", False),
        ("?*", "", False),
        ("?*", "a", True),
        ("a.c", "abc", False),
        ("a[b]", "ab", False),
        ("a\\*", "a\\b", True),
        (f"{API}/*", f"{API}/prod/GET/orders/7", True),
        (f"{API}/", f"{API}/prod/GET/orders/7", False),
        (f"{API}/*/GET/*", f"{API}/prod/GET/orders/7", True),
        (f"{API}/*/GET/*", f"{API}/prod/POST/orders/7", False),
        (f"{API}/*/GET/orders/*", f"{API}/prod/GET/orders/7/lines", True),
        (f"{API}/prod/GET/orders/?", f"{API}/prod/GET/orders/7", True),
        (f"{API}/prod/GET/", f"{API}/prod/GET/", True),
        ("arn:aws:execute-api:*:a1b2c3/prod/*", f"{API}/prod/GET/", True),
        ("arn:aws:execute-api:*", f"{API}/prod/GET/", True),
        ("arn:aws:s3:::site/*", "arn:aws:s3:::site/a/b.html", True),
        ("arn:aws:s3:::site/*", "arn:aws:s3:::site", False),
        ("arn:aws:s3:::site*", "arn:aws:s3:::site-two/x", True),
        ("arn:aws:s3:::Site/*", "arn:aws:s3:::site/x", False),
        ("${aws:username}", "ann", True),
        ("${AWS:UserName}", "ann", True),
        ("home/${aws:username}/*", "home/ann/x", True),
        ("home/${aws:username}/*", "home/bob/x", False),
        ("${aws:username}-${aws:SourceIp}", "ann-10.0.0.1", True),
        ("*${aws:username}?", "bob and anna", True),
        ("${aws:PrincipalTag/team}", "or*ders", True),
        ("${aws:PrincipalTag/team}", "orXders", False),
        ("${aws:missing}", "", False),
        ("${aws:missing}*", "x", False),
        ("${aws:missing, 'nobody'}", "nobody", True),
        ("${aws:missing,'nobody'}x", "nobodyx", True),
        ("${aws:missing, ''}", "", True),
        ("${aws:username, 'nobody'}", "ann", True),
        ("${aws:username, 'nobody'}", "nobody", False),
        ("${aws:TagKeys}", "a", False),
        ("${aws:TagKeys, 'c'}", "c", True),
        ("${aws:nul}", "a\0a", False),
        ("${aws:nul}*", "b", False),
        ("${aws:empty}x", "x", True),
        ("${*}", "*", True),
        ("${*}", "a", False),
        ("a${?}", "a?", True),
        ("a${?}", "ab", False),
        ("${$}", "$", True),
        ("${$}{aws:username}", "${aws:username}", True),
        ("$", "$", True),
        ("${aws:username", "${aws:username", True),
        ("$5", "$5", True),
    ],
)
def test_a_wildcard_pattern_fits(pattern: str, text: str, expected: bool) -> None:
    assert compile_wildcards([pattern])(text, CONTEXT) is expected


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("a*", "a*", True),
        ("a*", "ab", False),
        ("a?", "ab", False),
        ("A", "a", False),
        ("${aws:username}", "ann", True),
        ("${aws:missing}", "ann", False),
        ("${*}", "*", True),
    ],
)
def test_equality_knows_variables_but_no_wildcards(value: str, text: str, expected: bool) -> None:
    assert compile_equals([value])(text, CONTEXT) is expected


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("Ann", "aNN", True),
        ("Ann", "Anne", False),
        ("${aws:username}", "ANN", True),
        ("*", "a", False),
    ],
)
def test_equality_can_ignore_case(value: str, text: str, expected: bool) -> None:
    assert compile_equals([value], ignore_case=True)(text, CONTEXT) is expected


@pytest.mark.parametrize(
    ("pattern", "arn", "expected"),
    [
        ("*", f"{API}/x", True),
        ("*", "no ARN", True),
        (f"{API}/*", f"{API}/prod/GET/", True),
        (f"{API}/*/*/orders", f"{API}/prod/GET/orders", True),
        (f"{API}/*/GET/pets", f"{API}/prod/GET/cats", False),
        (f"{API}/x", f"{API}/x", True),
        (f"{API}/x", f"{API}/X", False),
        ("arn:aws:execute-api:*:123456789012:a1b2c3/*", f"{API}/prod/GET/", True),
        ("arn:aws:execute-api:eu-*-1:123456789012:a1b2c3/*", f"{API}/prod/GET/", True),
        ("arn:aws:execute-api:eu-central-?:*:*", f"{API}/prod/GET/", True),
        ("arn:*:*:*:*:*", f"{API}/prod/GET/", True),
        ("*:*:*:*:*:*", f"{API}/prod/GET/", True),
        ("arn:aws:s3:::site*", "arn:aws:s3:::site/a:b", True),
        ("arn:aws:s3:::*", "arn:aws:s3:::", True),
        ("arn:aws:s3::?:site", "arn:aws:s3:::site", False),
        (
            "arn:aws:someservice:*:111122223333:finance/*",
            "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt",
            False,
        ),
        ("arn:aws:iam::*:role/${aws:username}", "arn:aws:iam::123456789012:role/ann", True),
        ("arn:aws:iam::*:role/${aws:username}", "arn:aws:iam::123456789012:role/bob", False),
        ("arn:aws:s3:::*", "arn:aws:s3", False),
        ("arn:aws:sns:eu-west-1:*:topic", "arn:aws:sns:eu-west-1:1:2:topic", False),
        ("arn:aws:sns:eu-west-1:1:*:topic", "arn:aws:sns:eu-west-1:1:2:3:topic", True),
        ("arn:aws*:s3:::site", "arn:aws-cn:s3:::site", True),
        ("arn:aws*:s3:::site", "arn:aws:x:s3:::site", False),
    ],
)
def test_an_arn_pattern_is_compared_part_by_part(pattern: str, arn: str, expected: bool) -> None:
    assert compile_arns([pattern])(arn, CONTEXT) is expected


@pytest.mark.parametrize("pattern", ["arn:aws:s3", "site", "", "arn:aws:*", "arn:*"])
def test_an_arn_pattern_has_six_parts(pattern: str) -> None:
    with pytest.raises(UnsupportedError, match="fewer than six parts"):
        compile_arns([pattern])


@pytest.mark.parametrize("value", ["${}", "${ }", "${a:b, c}", "${a:b, 'c}", "${,'c'}"])
def test_a_malformed_variable_is_not_understood(value: str) -> None:
    with pytest.raises(UnsupportedError, match="policy variable"):
        compile_wildcards([value])


def test_the_first_version_of_the_language_has_no_variables() -> None:
    assert compile_wildcards(["${aws:username}"], variables=False)("${aws:username}", CONTEXT)
    assert not compile_wildcards(["${aws:username}"], variables=False)("ann", CONTEXT)
    assert compile_wildcards(["${*}"], variables=False)("${anything}", CONTEXT)


def test_any_of_several_patterns_may_fit() -> None:
    matches = compile_wildcards(["a", "b", "c*", "d${aws:username}"])
    found = [text for text in ("a", "b", "cx", "dann", "d", "x") if matches(text, CONTEXT)]
    assert found == ["a", "b", "cx", "dann"]
    assert not compile_wildcards([])("a", CONTEXT)


def test_the_variables_that_must_have_a_value_are_those_without_default() -> None:
    values = ["${aws:UserName}/${*}", "${a:b, 'c'}", "plain", "*"]
    assert variables_without_default(values) == {"aws:username"}


def test_many_wildcards_take_no_time() -> None:
    assert not compile_wildcards(["*a" * 30 + "b"])("a" * 5_000, {})


def fits(pattern: str, text: str) -> bool:
    """The plain definition of wildcards, to compare with."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(fits(pattern[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and fits(pattern[1:], text[1:])


def fits_by_part(pattern: str, arn: str) -> bool:
    parts, texts = pattern.split(":", 5), arn.split(":", 5)
    return len(texts) == 6 and all(map(fits, parts, texts))


@given(st.text("ab:*?", max_size=8), st.text("ab:\n", max_size=8))
def test_wildcards_match_as_defined(pattern: str, text: str) -> None:
    assert compile_wildcards([pattern])(text, {}) is fits(pattern, text)


@given(st.text("ab*?", max_size=6), st.text("ab", max_size=4), st.text("ab*", max_size=6))
def test_a_variable_stands_for_exactly_its_value(pattern: str, value: str, text: str) -> None:
    matches = compile_wildcards([pattern + "${k:v}" + pattern])
    assert matches(text, {"k:v": (value,)}) is fits(pattern + value + pattern, text)


@given(
    st.lists(st.text("a*?", max_size=3), min_size=6, max_size=7).map(":".join),
    st.lists(st.text("ab", max_size=3), min_size=5, max_size=8).map(":".join),
)
def test_arns_match_part_by_part(pattern: str, arn: str) -> None:
    assert compile_arns([pattern])(arn, {}) is fits_by_part(pattern, arn)
