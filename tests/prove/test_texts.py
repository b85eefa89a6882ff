"""Any text is in exactly one cell of a partition, and each witness in the cell that it stands for."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.prove.texts import Pattern, TooManyCellsError, literal, partition, wildcards
from landbridge.semantics.iam.patterns import Matcher, compile_arns, compile_equals, compile_wildcards

Case = tuple[Pattern, Matcher]
"""A pattern, and how the policy language itself compiles it."""


def _wild(text: str) -> Case:
    return wildcards(text), compile_wildcards([text], variables=False)


def _equal(text: str) -> Case:
    return literal(text), compile_equals([text], variables=False)


def _equal_in_any_case(text: str) -> Case:
    return literal(text, ignore_case=True), compile_equals([text], variables=False, ignore_case=True)


def _arn(text: str) -> Case:
    return wildcards(text, arn=True), compile_arns([text], variables=False)


pieces = st.text("abK*?:", max_size=6)
arns = st.lists(st.text("ab*?", max_size=3), min_size=6, max_size=7).map(":".join)
cases = st.lists(
    st.one_of(
        pieces.map(_wild),
        pieces.map(_equal),
        pieces.map(_equal_in_any_case),
        arns.map(_arn),
        st.just(_arn("*")),
    ),
    max_size=5,
)
texts = st.one_of(
    st.text("abkK\u212a:*x", max_size=9),
    st.lists(st.text("abx", max_size=3), min_size=6, max_size=8).map(":".join),
)


def _vector(cases: Sequence[Case], text: str) -> frozenset[int]:
    return frozenset(index for index, (_, matches) in enumerate(cases) if matches(text, {}))


@given(cases, st.lists(texts, max_size=12))
def test_what_a_text_matches_is_one_of_the_cells(cases: list[Case], samples: list[str]) -> None:
    cells = {cell.matched: cell for cell in partition([pattern for pattern, _ in cases])}
    for text in samples:
        cell = cells[_vector(cases, text)]
        assert len(cell.witness) <= len(text)


@given(cases, pieces)
def test_a_witness_matches_what_its_cell_says_within_the_universe(cases: list[Case], universe: str) -> None:
    shape, fits = _wild(universe)
    cells = partition([pattern for pattern, _ in cases], shape, prefer=["aab", "b:a:b:a:b:a"])
    assert len({cell.matched for cell in cells}) == len(cells)
    for cell in cells:
        assert _vector(cases, cell.witness) == cell.matched
        assert fits(cell.witness, {})


@given(cases, pieces, st.lists(texts, max_size=12))
def test_no_text_of_the_universe_is_left_out(cases: list[Case], universe: str, samples: list[str]) -> None:
    shape, fits = _wild(universe)
    cells = {cell.matched for cell in partition([pattern for pattern, _ in cases], shape)}
    assert all(_vector(cases, text) in cells for text in samples if fits(text, {}))


def test_the_endpoints_that_two_patterns_tell_apart() -> None:
    patterns = [literal("vpce-0app"), wildcards("vpce-0*"), wildcards("*app")]
    cells = partition(patterns, wildcards("vpce-?*"), prefer=["vpce-0stranger"])
    assert [(sorted(cell.matched), cell.witness) for cell in cells] == [
        ([], "vpce-x"),
        ([1], "vpce-0stranger"),
        ([2], "vpce-app"),
        ([0, 1, 2], "vpce-0app"),
        ([1, 2], "vpce-0xapp"),
    ]


def test_a_wildcard_in_an_arn_does_not_reach_past_a_colon_in_its_first_five_parts() -> None:
    wide = wildcards("arn:aws:s3:*:app/*", arn=True)
    cells = partition([wide, wildcards("arn:aws:s3:*:app/*")], wildcards("arn:aws:s3:?:?:app/x"))
    assert [cell.matched for cell in cells] == [frozenset({1})]


def test_patterns_of_nothing_have_one_cell() -> None:
    assert [cell.witness for cell in partition([])] == [""]
    assert partition([], literal("only"))[0].witness == "only"


def test_an_automaton_that_grows_without_end_is_given_up() -> None:
    tail = "?" * 20
    with pytest.raises(TooManyCellsError, match="overlap in too many ways"):
        partition([wildcards(f"*a{tail}b")])
