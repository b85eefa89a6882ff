import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantics.load_balancing.builders import request

from landbridge.model.exchange import Headers
from landbridge.model.load_balancing import RuleCondition
from landbridge.semantics.load_balancing.conditions import (
    compared,
    compile_condition,
    split_port,
    split_target,
)


def admits(
    condition: RuleCondition,
    target: str = "/",
    method: str = "GET",
    headers: Headers = (),
    client_address: str = "10.0.0.1",
) -> bool:
    predicate = compile_condition(condition)
    assert predicate is not None
    return predicate(compared(request(target, method, headers), client_address))


@pytest.mark.parametrize(
    ("pattern", "host", "matches"),
    [
        ("example.com", "example.com", True),
        ("example.com", "EXAMPLE.com", True),
        ("Example.COM", "example.com", True),
        ("example.com", "example.com:443", True),
        ("example.com", "example.com:", True),
        ("*.example.com", "test.example.com", True),
        ("*.example.com", "a.b.example.com", True),
        ("*.example.com", "example.com", False),
        ("?.example.com", "a.example.com", True),
        ("?.example.com", "ab.example.com", False),
        ("?.example.com", ".example.com", False),
        ("example.com", "exampleXcom", False),
        ("example.com", "notexample.com", False),
        ("example.com", "example.com.evil.example", False),
    ],
)
def test_a_host_header_is_compared_without_case_and_without_its_port(
    pattern: str, host: str, matches: bool
) -> None:
    assert admits(RuleCondition("host-header", (pattern,)), headers=(("Host", host),)) is matches


def test_only_the_first_of_several_host_headers_is_compared() -> None:
    hosts = (("Host", "a.example.com"), ("Host", "b.example.com"))

    assert admits(RuleCondition("host-header", ("a.example.com",)), headers=hosts)
    assert not admits(RuleCondition("host-header", ("b.example.com",)), headers=hosts)


@pytest.mark.parametrize(
    ("pattern", "target", "matches"),
    [
        ("/img/*", "/img/picture.jpg", True),
        ("/img/*", "/img/", True),
        ("/img/*", "/img", False),
        ("/img/*", "/IMG/picture.jpg", False),
        ("/img/*", "/other?next=/img/a", False),
        ("/img/*/pics", "/img/a/b/pics", True),
        ("/a?c", "/abc", True),
        ("/a?c", "/ac", False),
        ("/a.c", "/abc", False),
        ("*", "/anything?at=all", True),
        ("/api/*", "/api/%2e%2e/secret", False),
        ("/secret", "/api/../secret", True),
        ("/a-b", "/a%2Db", True),
        ("/a%2Fb", "/a%2fb", True),
        ("/a/b", "/a%2Fb", False),
        ("/a/", "/a/b/..", True),
        ("/a/", "/a/.", True),
        ("/", "/..", True),
        ("/.hidden", "/.hidden", True),
        ("/c", "http://dns.example/c?d", True),
    ],
)
def test_a_path_is_compared_with_case_after_normalisation_and_without_the_query(
    pattern: str, target: str, matches: bool
) -> None:
    assert admits(RuleCondition("path-pattern", (pattern,)), target) is matches


@pytest.mark.parametrize(
    ("name", "pattern", "headers", "matches"),
    [
        ("User-Agent", "*Chrome*", (("user-agent", "Mozilla chrome/1"),), True),
        ("user-agent", "*chrome*", (("User-Agent", "Mozilla CHROME/1"),), True),
        ("User-Agent", "*Chrome*", (("User-Agent", "curl"),), False),
        ("X-Tag", "b", (("X-Tag", "a"), ("x-tag", "b")), True),
        ("X-Tag", "a", (), False),
        ("X-*", "a", (("X-Tag", "a"),), False),
    ],
)
def test_header_names_and_values_are_compared_without_case(
    name: str, pattern: str, headers: Headers, matches: bool
) -> None:
    assert admits(RuleCondition("http-header", (pattern,), name), headers=headers) is matches


@pytest.mark.parametrize(
    ("values", "method", "matches"),
    [
        (("GET", "HEAD"), "HEAD", True),
        (("GET",), "HEAD", False),
        (("GET",), "get", False),
        (("*",), "GET", False),
        (("PURGE",), "PURGE", True),
    ],
)
def test_a_method_is_compared_exactly(values: tuple[str, ...], method: str, matches: bool) -> None:
    assert admits(RuleCondition("http-request-method", values), method=method) is matches


@pytest.mark.parametrize(
    ("value", "target", "matches"),
    [
        ("version=v1", "/?version=v1", True),
        ("version=v1", "/?VERSION=V1", True),
        ("version=v1", "/?a=b&version=v1", True),
        ("version=v1", "/?version=v10", False),
        ("version=v1", "/version=v1", False),
        ("version=v*", "/?version=v10", True),
        ("=*example*", "/?any=an-example-value", True),
        ("=v1", "/?other=v1", True),
        ("=v1", "/", False),
        ("flag=", "/?flag", True),
        (r"q=a\*", "/?q=a*", True),
        (r"q=a\*", "/?q=ab", False),
        (r"q=\?", "/?q=?", True),
        (r"q=\?", "/?q=x", False),
        ("q=a b", "/?q=a%20b", False),
    ],
)
def test_a_query_condition_looks_at_each_pair_and_a_backslash_takes_a_wildcards_meaning(
    value: str, target: str, matches: bool
) -> None:
    assert admits(RuleCondition("query-string", (value,)), target) is matches


@pytest.mark.parametrize(
    ("cidr", "address", "matches"),
    [
        ("10.0.0.0/8", "10.255.0.1", True),
        ("10.0.0.0/8", "11.0.0.1", False),
        ("192.0.2.7/32", "192.0.2.7", True),
        ("2001:db8::/32", "2001:db8::1", True),
        ("2001:db8::/32", "10.0.0.1", False),
    ],
)
def test_a_source_condition_compares_the_peer_of_the_connection(
    cidr: str, address: str, matches: bool
) -> None:
    forged = (("X-Forwarded-For", "10.0.0.1"),)

    assert admits(RuleCondition("source-ip", (cidr,)), headers=forged, client_address=address) is matches


def test_values_of_one_condition_are_alternatives() -> None:
    condition = RuleCondition("path-pattern", ("/a", "/b"))

    assert [admits(condition, target) for target in ("/a", "/b", "/c", "/a|/b")] == [True, True, False, False]


@pytest.mark.parametrize(
    ("condition", "target", "headers", "matches"),
    [
        (("path-pattern", "^/api/v[0-9]+/"), "/api/v2/orders", (), True),
        (("path-pattern", "^/api/v[0-9]+/"), "/API/v2/orders", (), False),
        (("path-pattern", "orders$"), "/api/orders?a=1", (), True),
        (("path-pattern", "a=1"), "/api/orders?a=1", (), False),
        (("path-pattern", "^/b$"), "/a/../b", (), True),
        (("host-header", "^(.*)\\.example\\.com$"), "/", (("Host", "A.Example.com"),), True),
        (("host-header", "^(.*)\\.example\\.com$"), "/", (("Host", "a.example.com:8443"),), False),
        (("host-header", ":8443$"), "/", (("Host", "a.example.com:8443"),), True),
        (("http-header", "chrome/[0-9]+"), "/", (("X-Tag", "a"), ("x-tag", "Chrome/120")), True),
        (("http-header", "chrome/[0-9]+"), "/", (("Other", "Chrome/120"),), False),
    ],
)
def test_a_regular_expression_is_searched_for_in_what_the_condition_compares(
    condition: tuple[str, str], target: str, headers: Headers, matches: bool
) -> None:
    field, expression = condition
    name = "X-Tag" if field == "http-header" else ""
    assert admits(RuleCondition(field, (), name, (expression,)), target, headers=headers) is matches


def test_regular_expressions_of_one_condition_are_alternatives() -> None:
    condition = RuleCondition("path-pattern", (), regular_expressions=("^/a", "^/b"))
    assert [admits(condition, target) for target in ("/a", "/b", "/c")] == [True, True, False]


@pytest.mark.parametrize(
    "condition",
    [
        RuleCondition("query-string", (), regular_expressions=("^a$",)),
        RuleCondition("client-certificate", ("x",)),
    ],
)
def test_unknown_fields_and_expressions_where_aws_has_none_have_no_predicate(
    condition: RuleCondition,
) -> None:
    assert compile_condition(condition) is None


@pytest.mark.parametrize(
    ("target", "parts"),
    [
        ("/a?b", ("", "/a?b")),
        ("*", ("", "*")),
        ("http://a.example/b?c", ("a.example", "/b?c")),
        ("https://a.example:8443", ("a.example:8443", "/")),
        ("http://a.example?c", ("a.example", "/?c")),
        ("/next?to=http://a.example/", ("", "/next?to=http://a.example/")),
    ],
)
def test_an_absolute_form_target_is_taken_apart(target: str, parts: tuple[str, str]) -> None:
    assert split_target(target) == parts


@pytest.mark.parametrize(
    ("authority", "parts"),
    [
        ("a:1", ("a", "1")),
        ("a", ("a", "")),
        ("a:", ("a", "")),
        ("[::1]:80", ("[::1]", "80")),
        ("a:b", ("a:b", "")),
    ],
)
def test_a_port_is_taken_off_a_host(authority: str, parts: tuple[str, str]) -> None:
    assert split_port(authority) == parts


@given(
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="?#*\\%."), max_size=20)
)
def test_a_pattern_without_wildcards_admits_itself_only(text: str) -> None:
    condition = RuleCondition("path-pattern", ("/" + text,))

    assert admits(condition, "/" + text)
    assert not admits(condition, "/" + text + "x")
