"""Who may call an API and how often: API keys, usage plans, throttling.

AWS: "Usage plans and API keys for REST APIs in API Gateway"
"""

from dataclasses import dataclass, field
from enum import StrEnum

from landbridge.model.identifiers import RestApiId

ANY_PATH = "*"
ANY_METHOD = "*"


@dataclass(frozen=True, slots=True)
class Throttle:
    """A token bucket: how fast it fills and how much it holds; each request takes one token.

    AWS: "Throttle requests to your REST APIs for better throughput in API Gateway"
    """

    rate: float
    """Tokens per second."""
    burst: int
    """The most that it holds."""


@dataclass(frozen=True, slots=True)
class MethodThrottle:
    """The throttling of one method, in the settings of a stage or in a usage plan."""

    path: str
    """The resource's path; ``*`` for every one."""
    http_method: str
    """``*`` for every one."""
    throttle: Throttle | None
    """None for a method that is expressly not throttled."""


class QuotaPeriod(StrEnum):
    """What a quota is for; each begins at midnight UTC."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


@dataclass(frozen=True, slots=True)
class Quota:
    """How many requests an API key may make in a period.

    AWS: "QuotaSettings" (Amazon API Gateway API reference)
    """

    limit: int
    period: QuotaPeriod
    offset: int = 0
    """How many days into the week, from Sunday, or into the month the period begins."""


@dataclass(frozen=True, slots=True)
class PlanStage:
    """A stage that a usage plan is for."""

    rest_api_id: RestApiId
    stage: str
    throttles: tuple[MethodThrottle, ...] = ()
    """The plan's own limits for methods of this stage."""


@dataclass(frozen=True, slots=True)
class UsagePlan:
    """Which API keys may call which stages, how fast and how often."""

    id: str
    name: str = ""
    stages: tuple[PlanStage, ...] = ()
    key_ids: tuple[str, ...] = ()
    throttle: Throttle | None = None
    quota: Quota | None = None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key; clients send its value."""

    id: str
    value: str = field(repr=False)
    name: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Usage:
    """API keys and usage plans of an account and the limit on all of its requests."""

    api_keys: tuple[ApiKey, ...] = ()
    usage_plans: tuple[UsagePlan, ...] = ()
    account_throttle: Throttle | None = None
    unread: bool = False
    """Whether keys or plans could not be read, so that nobody can say whom a key lets in."""
