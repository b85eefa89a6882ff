"""Counting a request: what ``usage_check`` asks for, and what it is told.

AWS: "Throttle requests to your REST APIs for better throughput in API Gateway"
"""

from dataclasses import dataclass

from landbridge.model.api_gateway_usage import Quota
from landbridge.semantics.api_gateway.usage.throttling import Limit


@dataclass(frozen=True, slots=True)
class Meter:
    """Whose requests are counted: those of an API key under a usage plan."""

    usage_plan_id: str
    api_key_id: str
    quota: Quota | None


@dataclass(frozen=True, slots=True)
class CountUsage:
    """Count a request if its quota and all limits allow it; otherwise nothing is counted.

    AWS: "Throttle requests to your REST APIs for better throughput in API Gateway"
    """

    limits: tuple[Limit, ...]
    """In the order in which they are asked."""
    meter: Meter | None
    epoch_ms: int


@dataclass(frozen=True, slots=True)
class UsageCounted:
    """It is counted; ``remaining`` is what is left of the quota, None without one."""

    remaining: int | None = None


@dataclass(frozen=True, slots=True)
class UsageExceeded:
    """It is not counted: the first limit that has been reached, None for the quota."""

    limit: Limit | None
