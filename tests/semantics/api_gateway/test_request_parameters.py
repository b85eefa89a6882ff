from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantics.api_gateway.calls import call, matched, topology_with

from landbridge.model.exchange import Headers
from landbridge.semantics.api_gateway.request_parameters import (
    DROPPED_ON_THE_WAY_IN,
    decoded_path_parameters,
    inbound_headers,
    last_values,
    query_parameters,
)
from landbridge.semantics.api_gateway.signature_shape import is_signature


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {}),
        ("a=1", {"a": ["1"]}),
        ("a=1&a=2", {"a": ["1", "2"]}),
        ("a", {"a": [""]}),
        ("a=&b", {"a": [""], "b": [""]}),
        ("a=1;b=2", {"a": ["1"], "b": ["2"]}),
        ("a=x+y%20z", {"a": ["x y z"]}),
        ("%C3%A4=%C3%B6", {"ä": ["ö"]}),
        ("a=b=c", {"a": ["b=c"]}),
        ("&&a=1&", {"a": ["1"]}),
        ("a=%ff", {"a": ["�"]}),
    ],
)
def test_query_strings_are_decoded(query: str, expected: dict[str, list[str]]) -> None:
    assert query_parameters(query) == expected


def test_the_last_of_several_values_counts_where_there_is_one() -> None:
    assert last_values({"a": ["1", "2"]}) == {"a": "2"}


def header_names(headers: Headers) -> dict[str, list[str]]:
    return inbound_headers(call(topology_with(), headers=headers))


@pytest.mark.parametrize("name", sorted(DROPPED_ON_THE_WAY_IN))
def test_hop_by_hop_headers_do_not_reach_an_integration(name: str) -> None:
    assert name.title() not in header_names(((name.title(), "x"),))


@pytest.mark.parametrize(
    ("value", "kept"), [("Bearer x", True), ("AWS4-HMAC-SHA256 Credential=a", False), ("Basic eA==", True)]
)
def test_an_authorization_header_is_dropped_only_if_it_is_a_signature(value: str, kept: bool) -> None:
    assert ("Authorization" in header_names((("authorization", value),))) is kept
    assert is_signature(value) is not kept


def test_what_a_client_claims_about_the_endpoint_is_overwritten() -> None:
    headers = header_names((("X-Amzn-Vpce-Id", "vpce-forged"), ("x-amzn-vpce-policy-url", "forged")))
    assert headers["x-amzn-vpce-id"] == ["vpce-0123456789abcdef0"]
    assert "x-amzn-vpce-policy-url" not in headers


def test_base_path_mappings_on_several_levels_leave_header_names_in_lower_case_only() -> None:
    made = replace(call(topology_with(), headers=(("X-A", "1"), ("x-a", "2"))), lower_case_header_names=True)
    headers = inbound_headers(made)
    assert headers["x-a"] == ["1", "2"]
    assert [name for name in headers if name != name.lower()] == []


def test_repeated_headers_are_gathered_under_the_first_spelling() -> None:
    assert header_names((("X-A", "1"), ("x-a", "2")))["X-A"] == ["1", "2"]


def test_repeated_forwarded_addresses_become_one_list_that_ends_with_the_peer() -> None:
    headers = header_names((("X-Forwarded-For", "192.0.2.1"), ("x-forwarded-for", "192.0.2.2")))
    assert headers["X-Forwarded-For"] == ["192.0.2.1, 192.0.2.2, 10.20.1.10"]


@given(st.lists(st.text(alphabet="aAbB-x", min_size=1, max_size=6), max_size=8))
def test_headers_are_sorted_without_regard_to_case(names: list[str]) -> None:
    found = list(header_names(tuple((name, "v") for name in names)))
    assert found == sorted(found, key=str.lower)
    assert len({name.lower() for name in found}) == len(found)


def test_non_proxy_integrations_get_decoded_path_parameters() -> None:
    topology = topology_with()
    assert decoded_path_parameters(matched(topology, call(topology, "/api/a%20b/c"))) == {"proxy": "a b/c"}
