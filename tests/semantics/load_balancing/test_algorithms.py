from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.semantics.load_balancing.algorithms import least_outstanding, slowly_started

TURNS = 1000


@pytest.mark.parametrize(
    ("outstanding", "places"),
    [((0, 0), [0, 1, 0]), ((1, 0), [1, 1, 1]), ((2, 1, 1), [1, 2, 1]), ((7,), [0, 0, 0])],
)
def test_the_target_with_the_fewest_outstanding_requests_is_next(
    outstanding: tuple[int, ...], places: list[int]
) -> None:
    assert [least_outstanding(outstanding, turn) for turn in range(3)] == places


@pytest.mark.parametrize(("age_ms", "share"), [(0, 0.01), (15_000, 1 / 3), (30_000, 0.5), (90_000, 0.5)])
def test_a_target_in_slow_start_gets_a_share_that_rises_linearly(age_ms: int, share: float) -> None:
    turns = Counter(slowly_started((10**6, age_ms), 30_000, turn) for turn in range(TURNS))
    assert turns[1] / TURNS == pytest.approx(share, abs=0.01)


def test_targets_that_are_all_new_take_turns() -> None:
    assert [slowly_started((10, 20), 30_000, turn) for turn in range(4)] == [0, 1, 0, 1]


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5), st.integers(0, 10**6))
def test_every_turn_has_a_target(ages: list[int], turn: int) -> None:
    assert slowly_started(ages, 30_000, turn) in range(len(ages))
