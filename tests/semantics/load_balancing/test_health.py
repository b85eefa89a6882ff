from dataclasses import replace

import pytest
from tests.semantics.load_balancing.builders import health_check, target_group

from landbridge.model.load_balancing import Target
from landbridge.semantics.load_balancing import health
from landbridge.semantics.load_balancing.health import (
    Answered,
    CheckResult,
    CheckTimedOut,
    ConnectionFailed,
    HealthState,
    TargetHealth,
)
from landbridge.trace.codes import TargetHealthReason

PASS, MISMATCH = Answered(200), Answered(500)


def after(results: list[CheckResult], start: TargetHealth | None = None) -> TargetHealth:
    now = start or health.initial()
    for result in results:
        now = health.after_check(now, health_check(healthy_threshold=3, unhealthy_threshold=2), result)
    return now


@pytest.mark.parametrize(
    ("results", "state"),
    [
        ([], "initial"),
        ([PASS], "healthy"),
        ([MISMATCH], "initial"),
        ([MISMATCH, PASS], "healthy"),
        ([MISMATCH, MISMATCH], "unhealthy"),
        ([PASS, MISMATCH], "healthy"),
        ([PASS, MISMATCH, PASS, MISMATCH], "healthy"),
        ([PASS, MISMATCH, MISMATCH], "unhealthy"),
        ([MISMATCH, MISMATCH, PASS], "unhealthy"),
        ([MISMATCH, MISMATCH, PASS, PASS], "unhealthy"),
        ([MISMATCH, MISMATCH, PASS, PASS, PASS], "healthy"),
        ([MISMATCH, MISMATCH, PASS, PASS, MISMATCH, PASS], "unhealthy"),
        ([MISMATCH, MISMATCH, PASS, PASS, PASS, MISMATCH], "healthy"),
    ],
)
def test_a_new_target_needs_one_success_and_an_unhealthy_one_the_threshold(
    results: list[CheckResult], state: str
) -> None:
    assert after(results).state == state


@pytest.mark.parametrize(
    ("result", "reason", "description"),
    [
        (
            Answered(403),
            "Target.ResponseCodeMismatch",
            "Health checks failed with these codes: [403]",
        ),
        (CheckTimedOut(), "Target.Timeout", "Request timed out"),
        (ConnectionFailed(), "Target.FailedHealthChecks", "Health checks failed"),
    ],
)
def test_an_unhealthy_target_says_why_in_aws_words(
    result: CheckResult, reason: str, description: str
) -> None:
    check = health_check(matcher="200", unhealthy_threshold=2)
    now = health.after_check(health.after_check(health.initial(), check, result), check, result)

    assert (now.state, now.reason, now.description) == (HealthState.UNHEALTHY, reason, description)


def test_the_reason_is_that_of_the_last_failure() -> None:
    assert after([MISMATCH, MISMATCH, CheckTimedOut()]).reason is TargetHealthReason.TIMEOUT


def test_a_target_that_is_being_checked_for_the_first_time_says_so() -> None:
    now = after([MISMATCH])

    assert now.reason is TargetHealthReason.INITIAL_HEALTH_CHECKING
    assert now.description == "Initial health checks in progress"


def test_a_healthy_target_has_no_reason_and_does_not_change_with_more_successes() -> None:
    healthy = after([PASS])

    assert healthy == TargetHealth(HealthState.HEALTHY)
    assert after([PASS], healthy) is healthy


@pytest.mark.parametrize("idle", [health.unused(), health.draining(), health.unavailable()])
def test_checks_do_not_change_a_target_that_is_not_checked(idle: TargetHealth) -> None:
    assert after([PASS, MISMATCH, MISMATCH], idle) == idle


@pytest.mark.parametrize(
    ("enabled", "in_use", "state"),
    [
        (True, True, "initial"),
        (False, True, "unavailable"),
        (True, False, "unused"),
        (False, False, "unused"),
    ],
)
def test_the_first_state_of_a_target(enabled: bool, in_use: bool, state: str) -> None:
    group = target_group("10.0.1.5", check=health_check(enabled=enabled))

    assert health.at_registration(group, in_use).state == state


@pytest.mark.parametrize(
    ("matcher", "status", "matches"),
    [
        ("200", 200, True),
        ("200", 201, False),
        ("200,202", 202, True),
        ("200,202", 201, False),
        ("200-299", 250, True),
        ("200-299", 300, False),
        ("200-202,400-404", 403, True),
        ("200-202, 403", 403, True),
        ("", 200, False),
    ],
)
def test_a_matcher_is_codes_and_ranges(matcher: str, status: int, matches: bool) -> None:
    assert health.matches(matcher, status) is matches


@pytest.mark.parametrize(
    ("protocol", "port", "target_port", "host"),
    [
        ("HTTPS", "traffic-port", 443, "10.0.1.5"),
        ("HTTP", "traffic-port", 443, "10.0.1.5:443"),
        ("HTTP", "80", 443, "10.0.1.5"),
        ("HTTP", "8080", 443, "10.0.1.5:8080"),
        ("HTTPS", "traffic-port", None, "10.0.1.5"),
    ],
)
def test_a_check_names_the_targets_address_as_host(
    protocol: str, port: str, target_port: int | None, host: str
) -> None:
    group = target_group(check=health_check(protocol=protocol, port=port, path="/ping"))
    sent = health.check_request(group, Target("10.0.1.5", target_port))

    assert (sent.method, sent.target, sent.version) == ("GET", "/ping", "1.1")
    assert sent.headers == (
        ("Host", host),
        ("Connection", "close"),
        ("User-Agent", "ELB-HealthChecker/2.0"),
        ("Accept-Encoding", "gzip, compressed"),
    )


def test_the_traffic_port_is_the_targets_own_or_its_groups() -> None:
    group = target_group()

    assert health.check_port(group, Target("10.0.1.5", 8443)) == 8443
    assert health.check_port(group, Target("10.0.1.5", None)) == 443
    assert health.check_port(replace(group, port=None), Target("arn", None)) is None


def test_a_target_remembers_since_when_it_is_healthy() -> None:
    first = health.after_check(health.initial(), health_check(), PASS, 1000)
    again = health.after_check(first, health_check(), PASS, 2000)

    assert (first.healthy_since_ms, again.healthy_since_ms) == (1000, 1000)


@pytest.mark.parametrize(
    ("told", "state", "reason"),
    [
        (health.registering(), "initial", "Elb.RegistrationInProgress"),
        (health.in_unused_zone(), "unused", "Target.NotInUse"),
        (health.not_registered(), "unused", "Target.NotRegistered"),
        (health.draining(), "draining", "Target.DeregistrationInProgress"),
    ],
)
def test_states_without_a_check_have_aws_reasons(told: TargetHealth, state: str, reason: str) -> None:
    assert (told.state, told.reason) == (state, reason)
    assert told.description
