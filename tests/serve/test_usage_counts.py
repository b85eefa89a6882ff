from concurrent.futures import ThreadPoolExecutor

import pytest

from landbridge.model.api_gateway_usage import Quota, QuotaPeriod, Throttle
from landbridge.semantics.api_gateway.usage.metering import CountUsage, Meter, UsageCounted, UsageExceeded
from landbridge.semantics.api_gateway.usage.throttling import Level, Limit
from landbridge.semantics.api_gateway.usage.usage_plans import (
    MILLISECONDS_OF_DAY,
    NO_QUOTA,
    DailyUse,
)
from landbridge.serve.usage_counts import UsageCounts

QUOTA = Quota(2, QuotaPeriod.DAY)
METER = Meter("p1", "k1", QUOTA)
NARROW = Limit(Level.PLAN, ("narrow",), Throttle(1, 1))
WIDE = Limit(Level.ACCOUNT, ("account",), Throttle(1, 3))


def day(number: int) -> int:
    return number * MILLISECONDS_OF_DAY


def test_a_quota_is_used_up_and_begins_anew_with_its_period() -> None:
    counts = UsageCounts()
    outcomes = [counts.count(CountUsage((), METER, at)) for at in (0, 1, 2, day(1))]
    assert outcomes == [UsageCounted(1), UsageCounted(0), UsageExceeded(None), UsageCounted(1)]
    assert counts.days("p1", "k1") == {0: DailyUse(2, 0), 1: DailyUse(1, 1)}


def test_a_request_that_comes_too_fast_uses_no_quota() -> None:
    counts = UsageCounts()
    outcomes = [counts.count(CountUsage((NARROW, WIDE), METER, 0)) for _ in range(2)]
    assert outcomes == [UsageCounted(1), UsageExceeded(NARROW)]
    assert counts.days("p1", "k1") == {0: DailyUse(1, 1)}


def test_a_used_up_quota_takes_no_tokens() -> None:
    counts = UsageCounts()
    for _ in range(3):
        counts.count(CountUsage((WIDE,), METER, 0))
    assert counts.count(CountUsage((WIDE,), None, 0)) == UsageCounted()
    assert counts.count(CountUsage((WIDE,), None, 0)) == UsageExceeded(WIDE)


def test_keys_are_counted_apart_and_without_a_quota_too() -> None:
    counts = UsageCounts()
    assert counts.count(CountUsage((), Meter("p1", "k2", None), 0)) == UsageCounted()
    counts.count(CountUsage((), METER, 0))
    assert counts.days("p1", "k2") == {0: DailyUse(1, NO_QUOTA)}
    assert counts.days("p1", "k3") == {}


@pytest.mark.parametrize("left", [0, 5])
def test_what_is_left_may_be_set_for_the_period_that_runs(left: int) -> None:
    counts = UsageCounts()
    counts.count(CountUsage((), METER, 0))
    counts.set_remaining("p1", "k1", QUOTA, left, 1)
    assert counts.days("p1", "k1") == {0: DailyUse(1, left)}
    expected = UsageCounted(left - 1) if left else UsageExceeded(None)
    assert counts.count(CountUsage((), METER, 2)) == expected
    assert counts.count(CountUsage((), METER, day(1))) == UsageCounted(1)


def test_no_grant_is_lost_while_requests_are_counted() -> None:
    counts, many = UsageCounts(), Quota(1_000_000, QuotaPeriod.DAY)
    meter = Meter("p1", "k1", many)

    def count() -> None:
        for _ in range(2_000):
            counts.count(CountUsage((), meter, 0))

    with ThreadPoolExecutor(4) as threads:
        for each in [threads.submit(count) for _ in range(4)]:
            each.result()
    assert counts.days("p1", "k1") == {0: DailyUse(8_000, 992_000)}
