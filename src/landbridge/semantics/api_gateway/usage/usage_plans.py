"""Quotas of usage plans: when a period begins, what is used of it and what is left.

AWS: "Usage plans and API keys for REST APIs in API Gateway"
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from landbridge.model.api_gateway_usage import Quota, QuotaPeriod

MILLISECONDS_OF_DAY = 86_400_000
DAYS_OF_WEEK = 7
EPOCH_WEEKDAY = 4
"""1 January 1970 was a Thursday, the fourth day after a Sunday."""
NO_QUOTA = -1
"""What is left of a quota that there is not."""
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class QuotaUse:
    """What an API key has used of its quota in one period."""

    period: int
    """The day on which the period began, counted from 1970."""
    used: int = 0
    granted: int = 0
    """Requests that ``UpdateUsage`` has granted beyond the quota, or taken from it."""


@dataclass(frozen=True, slots=True)
class DailyUse:
    """What an API key used on one day, and what was left after it."""

    used: int
    remaining: int


def day_of(epoch_ms: int) -> int:
    """The day in UTC, counted from 1970."""
    return epoch_ms // MILLISECONDS_OF_DAY


def day_of_date(text: str) -> int:
    """The day of ``2026-11-22``, counted from 1970; ValueError where it is no date."""
    return (date.fromisoformat(text) - EPOCH).days


def date_of_day(day: int) -> str:
    """The day as ``2026-11-22``."""
    return (EPOCH + timedelta(days=day)).isoformat()


def period_start(quota: Quota, day: int) -> int:
    """The day on which the period began that `day` is in.

    AWS: "Usage plans and API keys for REST APIs in API Gateway"
    """
    if quota.period is QuotaPeriod.DAY:
        return day
    if quota.period is QuotaPeriod.WEEK:
        return day - (day + EPOCH_WEEKDAY - quota.offset) % DAYS_OF_WEEK
    today = EPOCH + timedelta(days=day)
    first = today.replace(day=1)
    begun = first + timedelta(days=quota.offset)
    if begun > today:
        begun = (first - timedelta(days=1)).replace(day=1) + timedelta(days=quota.offset)
    return (begun - EPOCH).days


def use_on(use: QuotaUse | None, quota: Quota, day: int) -> QuotaUse:
    """What has been used by that day: nothing when another period has begun."""
    period = period_start(quota, day)
    return use if use is not None and use.period == period else QuotaUse(period)


def remaining(use: QuotaUse, quota: Quota) -> int:
    """How many requests are left in the period."""
    return max(0, quota.limit + use.granted - use.used)


def counted(use: QuotaUse) -> QuotaUse:
    """After one more request."""
    return replace(use, used=use.used + 1)


def with_remaining(use: QuotaUse, quota: Quota, left: int) -> QuotaUse:
    """With so many requests left until the period ends.

    AWS: "UpdateUsage" (Amazon API Gateway API reference)
    """
    return replace(use, granted=left + use.used - quota.limit)


def daily_log(days: Mapping[int, DailyUse], quota: Quota | None, first: int, last: int) -> list[list[int]]:
    """For each day what was used and what was left; a day without requests leaves what the one before did.

    AWS: "GetUsage" (Amazon API Gateway API reference)
    """
    return [_entry(days, quota, day) for day in range(first, last + 1)]


def _entry(days: Mapping[int, DailyUse], quota: Quota | None, day: int) -> list[int]:
    found = days.get(day)
    if found is not None:
        return [found.used, found.remaining]
    if quota is None:
        return [0, NO_QUOTA]
    begun = period_start(quota, day)
    before = max((each for each in days if begun <= each < day), default=None)
    return [0, quota.limit if before is None else days[before].remaining]
