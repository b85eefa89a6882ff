"""What has been used of limits and quotas: token buckets, and requests by API key and day."""

import threading
from collections.abc import Mapping

from landbridge.model.api_gateway_usage import Quota
from landbridge.semantics.api_gateway.usage.metering import CountUsage, Meter, UsageCounted, UsageExceeded
from landbridge.semantics.api_gateway.usage.throttling import Bucket, Limit, take
from landbridge.semantics.api_gateway.usage.usage_plans import (
    NO_QUOTA,
    DailyUse,
    QuotaUse,
    counted,
    day_of,
    remaining,
    use_on,
    with_remaining,
)

UNLIMITED = UsageCounted()
Subscription = tuple[str, str]
"""A usage plan's id and an API key's."""


class UsageCounts:
    """Counts requests; buckets are the event loop's alone, while the AWS API reads and mends quotas."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[str, ...], Bucket] = {}
        self._quotas: dict[Subscription, QuotaUse] = {}
        self._days: dict[Subscription, dict[int, DailyUse]] = {}
        self._lock = threading.Lock()

    def count(self, need: CountUsage) -> UsageCounted | UsageExceeded:
        """Counts the request, or tells the first limit that has been reached."""
        if need.meter is not None:
            return self._meter(need, need.meter)
        taken = take(self._buckets, need.limits, need.epoch_ms)
        if isinstance(taken, Limit):
            return UsageExceeded(taken)
        self._buckets.update(taken)
        return UNLIMITED

    def days(self, usage_plan_id: str, api_key_id: str) -> Mapping[int, DailyUse]:
        """What the key used under the plan, by day; empty where it was never used."""
        with self._lock:
            return dict(self._days.get((usage_plan_id, api_key_id), {}))

    def set_remaining(
        self, usage_plan_id: str, api_key_id: str, quota: Quota, left: int, epoch_ms: int
    ) -> None:
        """So many requests are left to the key until the period ends."""
        subscription, day = (usage_plan_id, api_key_id), day_of(epoch_ms)
        with self._lock:
            use = with_remaining(use_on(self._quotas.get(subscription), quota, day), quota, left)
            self._quotas[subscription] = use
            self._note(subscription, day, 0, left)

    def _meter(self, need: CountUsage, meter: Meter) -> UsageCounted | UsageExceeded:
        subscription, day = (meter.usage_plan_id, meter.api_key_id), day_of(need.epoch_ms)
        with self._lock:
            quota, use = meter.quota, None
            if quota is not None:
                use = use_on(self._quotas.get(subscription), quota, day)
                if not remaining(use, quota):
                    return UsageExceeded(None)
            taken = take(self._buckets, need.limits, need.epoch_ms)
            if isinstance(taken, Limit):
                return UsageExceeded(taken)
            self._buckets.update(taken)
            if quota is None or use is None:
                self._note(subscription, day, 1, NO_QUOTA)
                return UNLIMITED
            self._quotas[subscription] = counted(use)
            left = remaining(counted(use), quota)
            self._note(subscription, day, 1, left)
            return UsageCounted(left)

    def _note(self, subscription: Subscription, day: int, more: int, left: int) -> None:
        days = self._days.setdefault(subscription, {})
        before = days.get(day)
        days[day] = DailyUse((before.used if before else 0) + more, left)
