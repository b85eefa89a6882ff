"""What the running stack lends to the AWS API: health of targets, running of functions, announced routes.

AWS has no call that sets any of these; they come from outside the API. Like moto's state they belong to the
process.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from landbridge.model.api_gateway_usage import Quota
from landbridge.model.load_balancing import TargetKey
from landbridge.semantics.api_gateway.usage.usage_plans import DailyUse
from landbridge.semantics.load_balancing.health import TargetHealth

HealthSource = Callable[[TargetKey], TargetHealth | None]
"""The health of a target; None when it is not known."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """One ``Invoke`` that was accepted.

    AWS: "Invoke" (AWS Lambda API reference)
    """

    function_arn: str
    """With the version or alias that was asked for."""
    payload: bytes
    invocation_type: str
    """``RequestResponse`` or ``Event``."""
    client_context: str = ""


@dataclass(frozen=True, slots=True)
class InvocationResult:
    """What the function answered."""

    payload: bytes
    function_error: str = ""
    """``Unhandled`` when the function failed."""
    log_tail: bytes = b""
    """The last 4 KiB of the invocation's log."""
    executed_version: str = "$LATEST"


class InvocationRefused(Exception):  # noqa: N818
    """The function was not run: AWS's error type and message, with its HTTP status."""

    def __init__(self, status: int, error_type: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error_type = error_type
        self.message = message


class InvokeHook(Protocol):
    """Runs a function and waits; called outside the API's lock, in the caller's thread.

    It may raise ``InvocationRefused``.
    """

    def __call__(self, invocation: Invocation) -> InvocationResult:
        """What the function answered."""


class UsageSource(Protocol):
    """Whoever counts what API keys have used."""

    def days(self, usage_plan_id: str, api_key_id: str) -> Mapping[int, DailyUse]:
        """By day, counted from 1970."""

    def set_remaining(
        self, usage_plan_id: str, api_key_id: str, quota: Quota, left: int, epoch_ms: int
    ) -> None:
        """So many requests are left until the period ends."""


FlushAuthorizers = Callable[[str, str], None]
"""Forgets what is kept for an API's id and a stage's name: the authorizers' answers, or the stage's cache."""

MetricSource = Callable[[], list[dict[str, Any]]]
"""Values of API Gateway's metrics since the last time, as ``PutMetricData`` takes them."""


@dataclass(slots=True)
class Hooks:
    """Who is asked; nobody in the beginning."""

    target_health: HealthSource | None = None
    invoke: InvokeHook | None = None
    flush_authorizers: FlushAuthorizers | None = None
    flush_stage: FlushAuthorizers | None = None
    metrics: MetricSource | None = None
    usage: UsageSource | None = None
    announced: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Prefixes by virtual interface."""


hooks = Hooks()


def forget() -> None:
    """Nobody is asked any more."""
    hooks.target_health = None
    hooks.invoke = None
    hooks.flush_authorizers = None
    hooks.flush_stage = None
    hooks.metrics = None
    hooks.usage = None
    hooks.announced.clear()
