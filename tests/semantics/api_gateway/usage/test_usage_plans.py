from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.model.api_gateway_usage import Quota, QuotaPeriod
from landbridge.semantics.api_gateway.usage.usage_plans import (
    NO_QUOTA,
    DailyUse,
    QuotaUse,
    counted,
    daily_log,
    date_of_day,
    day_of,
    day_of_date,
    period_start,
    remaining,
    use_on,
    with_remaining,
)

DAY, WEEK, MONTH = QuotaPeriod.DAY, QuotaPeriod.WEEK, QuotaPeriod.MONTH


def day(text: str) -> int:
    return day_of_date(text)


@pytest.mark.parametrize(
    ("period", "offset", "today", "begun"),
    [
        (DAY, 0, "2026-11-22", "2026-11-22"),
        (WEEK, 0, "2026-11-22", "2026-11-22"),
        (WEEK, 0, "2026-11-28", "2026-11-22"),
        (WEEK, 0, "2026-11-29", "2026-11-29"),
        (WEEK, 1, "2026-11-22", "2026-11-16"),
        (WEEK, 1, "2026-11-23", "2026-11-23"),
        (WEEK, 6, "2026-11-27", "2026-11-21"),
        (MONTH, 0, "2026-11-22", "2026-11-01"),
        (MONTH, 0, "2026-11-01", "2026-11-01"),
        (MONTH, 14, "2026-11-22", "2026-11-15"),
        (MONTH, 27, "2026-11-22", "2026-10-28"),
        (MONTH, 27, "2027-01-01", "2026-12-28"),
        (MONTH, 27, "2026-02-28", "2026-02-28"),
    ],
)
def test_a_period_begins_at_midnight_on_the_day_its_offset_names(
    period: QuotaPeriod, offset: int, today: str, begun: str
) -> None:
    assert date_of_day(period_start(Quota(10, period, offset), day(today))) == begun


@given(
    today=st.integers(0, 40_000),
    quota=st.one_of(
        st.builds(Quota, st.just(10), st.just(WEEK), st.integers(0, 6)),
        st.builds(Quota, st.just(10), st.just(MONTH), st.integers(0, 27)),
    ),
)
def test_every_day_of_a_period_has_the_same_beginning(today: int, quota: Quota) -> None:
    begun = period_start(quota, today)
    assert begun <= today < begun + 31
    assert period_start(quota, begun) == begun
    assert period_start(quota, begun - 1) < begun


def test_days_are_counted_in_utc() -> None:
    assert day_of(1_795_391_999_999) == day("2026-11-22")
    assert day_of(1_795_392_000_000) == day("2026-11-23")
    assert date.fromisoformat(date_of_day(0)) == date(1970, 1, 1)


def test_what_is_used_is_forgotten_when_another_period_begins() -> None:
    quota = Quota(2, DAY)
    use = counted(use_on(None, quota, 100))
    assert remaining(use, quota) == 1
    assert use_on(use, quota, 100) is use
    assert remaining(use_on(use, quota, 101), quota) == 2


def test_more_used_than_a_lowered_quota_leaves_nothing() -> None:
    assert remaining(QuotaUse(100, used=5), Quota(3, DAY)) == 0


@pytest.mark.parametrize("left", [0, 1, 50])
def test_what_is_left_of_a_quota_may_be_set_until_the_period_ends(left: int) -> None:
    quota = Quota(10, WEEK)
    use = with_remaining(QuotaUse(period_start(quota, 100), used=7), quota, left)
    assert remaining(use, quota) == left
    assert remaining(use_on(use, quota, 107), quota) == 10


def test_the_daily_log_has_used_and_remaining_for_every_day_asked_for() -> None:
    quota, monday = Quota(10, WEEK, 1), day("2026-11-16")
    days = {monday + 1: DailyUse(3, 7), monday + 3: DailyUse(7, 0)}
    assert daily_log(days, quota, monday, monday + 7) == [
        *([0, 10], [3, 7], [0, 7], [7, 0], [0, 0], [0, 0], [0, 0]),
        [0, 10],
    ]


def test_without_a_quota_the_daily_log_has_nothing_that_is_left() -> None:
    assert daily_log({5: DailyUse(3, NO_QUOTA)}, None, 5, 6) == [[3, NO_QUOTA], [0, NO_QUOTA]]
