"""The health of a target: states, transitions, and the request that a check sends.

AWS: "Health checks for Application Load Balancer target groups"
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from landbridge.model.exchange import HttpRequest
from landbridge.model.load_balancing import HealthCheck, Target, TargetGroup
from landbridge.trace.codes import TargetHealthReason

USER_AGENT = "ELB-HealthChecker/2.0"


class HealthState(StrEnum):
    """AWS's target health states."""

    INITIAL = "initial"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    UNUSED = "unused"
    DRAINING = "draining"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class TargetHealth:
    """A target's health as DescribeTargetHealth tells it, and the checks in a row that lead to a change."""

    state: HealthState
    reason: TargetHealthReason | None = None
    description: str = ""
    successes: int = 0
    failures: int = 0
    healthy_since_ms: int = 0
    """When it became healthy, in milliseconds since the epoch; 0 when that is not known."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The target answered the check with this status."""

    status: int


@dataclass(frozen=True, slots=True)
class Connected:
    """The target took the connection, which is all that a TCP check asks."""


@dataclass(frozen=True, slots=True)
class CheckTimedOut:
    """No answer came within the check's timeout."""


@dataclass(frozen=True, slots=True)
class ConnectionFailed:
    """The connection or its TLS handshake failed."""


Failure = Answered | CheckTimedOut | ConnectionFailed
CheckResult = Connected | Failure


def registering() -> TargetHealth:
    """Just registered: no check has been made yet."""
    return TargetHealth(
        HealthState.INITIAL,
        TargetHealthReason.REGISTRATION_IN_PROGRESS,
        "Target registration is in progress",
    )


def initial() -> TargetHealth:
    """Just registered: no check has decided yet."""
    return TargetHealth(
        HealthState.INITIAL,
        TargetHealthReason.INITIAL_HEALTH_CHECKING,
        "Initial health checks in progress",
    )


def unused() -> TargetHealth:
    """No listener forwards to the target's group."""
    return TargetHealth(
        HealthState.UNUSED,
        TargetHealthReason.NOT_IN_USE,
        "Target group is not configured to receive traffic from the load balancer",
    )


def in_unused_zone() -> TargetHealth:
    """The load balancer has no node in the target's Availability Zone."""
    return TargetHealth(
        HealthState.UNUSED,
        TargetHealthReason.NOT_IN_USE,
        "Target is in an Availability Zone that is not enabled for the load balancer",
    )


def not_registered() -> TargetHealth:
    """No target of the group, or none any more."""
    return TargetHealth(
        HealthState.UNUSED,
        TargetHealthReason.NOT_REGISTERED,
        "Target is not registered to the target group",
    )


def draining() -> TargetHealth:
    """Deregistered, within its deregistration delay."""
    return TargetHealth(
        HealthState.DRAINING,
        TargetHealthReason.DEREGISTRATION_IN_PROGRESS,
        "Target deregistration is in progress",
    )


def unavailable() -> TargetHealth:
    """Health checks are off, as they are for functions unless they are asked for."""
    return TargetHealth(
        HealthState.UNAVAILABLE, TargetHealthReason.HEALTH_CHECK_DISABLED, "Health checks are disabled"
    )


def at_registration(group: TargetGroup, in_use: bool) -> TargetHealth:
    """The health of a target just registered; `in_use` says whether a listener forwards to its group.

    AWS: "Health checks for Application Load Balancer target groups"
    """
    if not in_use:
        return unused()
    return initial() if group.health_check.enabled else unavailable()


def after_check(
    health: TargetHealth, check: HealthCheck, result: CheckResult, epoch_ms: int = 0
) -> TargetHealth:
    """The health after one more check, which ended at `epoch_ms`.

    A target just registered is healthy after one success; an unhealthy one after ``healthy_threshold``
    successes in a row. ``unhealthy_threshold`` failures in a row make any target unhealthy.

    AWS: "Health checks for Application Load Balancer target groups"
    """
    if health.state not in _CHECKED:
        return health
    if isinstance(result, Connected):
        return _after_success(health, check, epoch_ms)
    if isinstance(result, Answered) and matches(check.matcher, result.status):
        return _after_success(health, check, epoch_ms)
    return _after_failure(health, check, result)


def matches(matcher: str, status: int) -> bool:
    """Whether the status counts as healthy: ``200``, ``200,202`` or ``200-299``."""
    for part in matcher.split(","):
        low, _, high = part.strip().partition("-")
        if low.isdigit() and int(low) <= status <= int(high if high.isdigit() else low):
            return True
    return False


def check_port(group: TargetGroup, target: Target) -> int | None:
    """The port that a check connects to; None for a function."""
    port = group.health_check.port
    return int(port) if port.isdigit() else target.port or group.port


def check_request(group: TargetGroup, target: Target, address: str = "") -> HttpRequest:
    """The request of a health check: Host is the target's address, with the port unless it is the usual one.

    `address` is that of a target which is registered by something else.

    AWS: "Health checks for Application Load Balancer target groups"
    """
    port = check_port(group, target)
    usual = 443 if group.health_check.protocol == "HTTPS" else 80
    host = address or target.id
    host = host if port in {None, usual} else f"{host}:{port}"
    return HttpRequest(
        "GET",
        group.health_check.path,
        (
            ("Host", host),
            ("Connection", "close"),
            ("User-Agent", USER_AGENT),
            ("Accept-Encoding", "gzip, compressed"),
        ),
    )


_CHECKED = frozenset((HealthState.INITIAL, HealthState.HEALTHY, HealthState.UNHEALTHY))


def _after_success(health: TargetHealth, check: HealthCheck, epoch_ms: int) -> TargetHealth:
    if health.state is HealthState.HEALTHY:
        return replace(health, failures=0) if health.failures else health
    successes = health.successes + 1
    if health.state is HealthState.INITIAL or successes >= check.healthy_threshold:
        return TargetHealth(HealthState.HEALTHY, healthy_since_ms=epoch_ms)
    return replace(health, successes=successes, failures=0)


def _after_failure(health: TargetHealth, check: HealthCheck, result: Failure) -> TargetHealth:
    failures = min(health.failures + 1, check.unhealthy_threshold)
    if health.state is not HealthState.UNHEALTHY and failures < check.unhealthy_threshold:
        return replace(health, failures=failures)
    reason, description = _explain(result)
    return TargetHealth(HealthState.UNHEALTHY, reason, description, failures=failures)


def _explain(result: Failure) -> tuple[TargetHealthReason, str]:
    match result:
        case Answered(status):
            mismatch = f"Health checks failed with these codes: [{status}]"
            return TargetHealthReason.RESPONSE_CODE_MISMATCH, mismatch
        case CheckTimedOut():
            return TargetHealthReason.TIMEOUT, "Request timed out"
        case ConnectionFailed():
            return TargetHealthReason.FAILED_HEALTH_CHECKS, "Health checks failed"
        case _:
            assert_never(result)
