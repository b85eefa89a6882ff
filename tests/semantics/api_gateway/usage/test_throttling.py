from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import topologies
from tests.semantics.api_gateway.calls import get, the_api

from landbridge.model.api_gateway import Method, Resource, Stage
from landbridge.model.api_gateway_usage import ApiKey, MethodThrottle, PlanStage, Throttle, Usage, UsagePlan
from landbridge.semantics.api_gateway.usage.throttling import (
    Bucket,
    Level,
    Limit,
    limits_by_plan,
    limits_on,
    take,
)

ACCOUNT = Throttle(10_000, 5_000)
API = the_api(topologies.private_app())
PETS = get("/pets", None)
KEY, PLAN = ApiKey("k1", "v" * 20), UsagePlan("p1")


def limit(rate: float, burst: int, name: str = "b") -> Limit:
    return Limit(Level.STAGE_METHOD, (name,), Throttle(rate, burst))


def admitted(throttle: Limit, *arrivals_ms: int) -> list[bool]:
    """Of requests that arrive at these times, which get a token."""
    buckets: dict[tuple[str, ...], Bucket] = {}
    outcomes = []
    for epoch_ms in arrivals_ms:
        taken = take(buckets, (throttle,), epoch_ms)
        outcomes.append(not isinstance(taken, Limit))
        if not isinstance(taken, Limit):
            buckets.update(taken)
    return outcomes


@pytest.mark.parametrize(
    ("rate", "burst", "arrivals_ms", "outcome"),
    [
        (1, 1, (0, 0), (True, False)),
        (1, 1, (0, 999, 1000), (True, False, True)),
        (1, 3, (0, 0, 0, 0), (True, True, True, False)),
        (10, 1, (0, 50, 100, 199, 200), (True, False, True, False, True)),
        (10, 2, (0, 10_000, 10_000, 10_000), (True, True, True, False)),
        (0.5, 1, (0, 1999, 2000), (True, False, True)),
        (10, 0, (0, 100_000), (False, False)),
        (0, 2, (0, 0, 100_000), (True, True, False)),
        (1, 1, (1000, 0, 1999, 2000), (True, False, False, True)),
    ],
)
def test_a_bucket_begins_full_fills_at_its_rate_and_never_holds_more_than_its_burst(
    rate: float, burst: int, arrivals_ms: tuple[int, ...], outcome: tuple[bool, ...]
) -> None:
    assert admitted(limit(rate, burst), *arrivals_ms) == list(outcome)


@pytest.mark.parametrize(
    ("arrivals_ms", "count"),
    [
        ([ms for ms in range(1000) for _ in range(10)], 10_000),
        ([0] * 10_000, 5_000),
        ([0] * 5_000 + [100] * 5_000, 6_000),
        ([0] * 5_000 + [100] * 1_000, 6_000),
    ],
    ids=["evenly", "all at once", "a second wave too early", "a second wave that fits"],
)
def test_the_account_s_limit_is_that_of_aws_own_examples(arrivals_ms: list[int], count: int) -> None:
    assert sum(admitted(Limit(Level.ACCOUNT, ("account",), ACCOUNT), *arrivals_ms)) == count


@given(
    rate=st.integers(0, 50),
    burst=st.integers(0, 20),
    gaps_ms=st.lists(st.integers(0, 400), max_size=60),
)
def test_in_any_stretch_no_more_get_through_than_burst_and_rate_allow(
    rate: int, burst: int, gaps_ms: list[int]
) -> None:
    arrivals = [sum(gaps_ms[: place + 1]) for place in range(len(gaps_ms))]
    through = [at for at, good in zip(arrivals, admitted(limit(rate, burst), *arrivals), strict=True) if good]
    for first, begun in enumerate(through):
        for last in range(first, len(through)):
            most = burst + rate * (through[last] - begun) / 1000
            assert last - first + 1 <= most + 1e-6


def test_the_first_limit_that_is_reached_is_told_and_no_bucket_loses_a_token() -> None:
    wide, narrow = limit(1, 5, "wide"), limit(1, 1, "narrow")
    buckets = take({}, (wide, narrow), 0)
    assert isinstance(buckets, dict)
    assert take(buckets, (wide, narrow), 0) == narrow
    assert buckets[("wide",)].tokens == 4
    assert take(buckets, (replace(wide, throttle=Throttle(1, 0)), narrow), 0) == replace(
        wide, throttle=Throttle(1, 0)
    )


def test_a_lower_burst_counts_at_once() -> None:
    buckets = take({}, (limit(1, 100),), 0)
    assert isinstance(buckets, dict)
    assert take(buckets, (limit(1, 1),), 0) == {("b",): Bucket(0, 0)}


def stage(*throttles: MethodThrottle) -> Stage:
    return replace(API.stages[0], throttles=throttles)


def limits(
    *throttles: MethodThrottle,
    resource: Resource = PETS,
    account: Throttle | None = ACCOUNT,
    http_method: str = "GET",
) -> list[tuple[str, float]]:
    found = limits_on(Usage(account_throttle=account), API, stage(*throttles), resource, Method(http_method))
    return [(str(each.level), each.throttle.rate) for each in found]


EVERY = MethodThrottle("*", "*", Throttle(7, 7))
OWN = MethodThrottle("/pets", "GET", Throttle(3, 3))


@pytest.mark.parametrize(
    ("throttles", "http_method", "expected"),
    [
        ((), "GET", [("account", 10_000)]),
        ((EVERY,), "GET", [("method in stage", 7), ("account", 10_000)]),
        ((EVERY, OWN), "GET", [("method in stage", 3), ("account", 10_000)]),
        ((EVERY, OWN), "POST", [("method in stage", 7), ("account", 10_000)]),
        ((OWN,), "POST", [("account", 10_000)]),
        ((EVERY, replace(OWN, throttle=None)), "GET", [("account", 10_000)]),
        ((replace(EVERY, throttle=ACCOUNT),), "GET", [("account", 10_000)]),
        (
            (replace(EVERY, throttle=Throttle(20_000, 10)),),
            "GET",
            [("method in stage", 20_000), ("account", 10_000)],
        ),
    ],
)
def test_a_method_s_own_settings_replace_those_for_all_and_the_account_comes_last(
    throttles: tuple[MethodThrottle, ...], http_method: str, expected: list[tuple[str, float]]
) -> None:
    assert limits(*throttles, http_method=http_method) == expected


def test_settings_for_all_methods_give_each_method_a_bucket_of_its_own() -> None:
    throttled = stage(EVERY)
    buckets = {
        limits_on(Usage(), API, throttled, resource, Method(http_method))[0].bucket
        for resource in (PETS, get("/cats", None))
        for http_method in ("GET", "POST")
    }
    assert len(buckets) == 4


def test_a_plan_s_limit_for_a_method_comes_before_its_limit_for_all_stages() -> None:
    mine = PlanStage(API.id, API.stages[0].name, (OWN,))
    plan = replace(PLAN, stages=(mine,), throttle=Throttle(9, 9))
    found = limits_by_plan(plan, KEY, API, API.stages[0], PETS, Method("GET"))
    assert [(str(each.level), each.throttle.rate) for each in found] == [
        ("method in usage plan", 3),
        ("usage plan", 9),
    ]
    other = limits_by_plan(plan, KEY, API, API.stages[0], PETS, Method("POST"))
    assert [str(each.level) for each in other] == ["usage plan"]
    assert other[0].bucket == found[1].bucket


def test_each_api_key_has_buckets_of_its_own() -> None:
    plan = replace(PLAN, throttle=Throttle(9, 9))
    first, second = (
        limits_by_plan(plan, key, API, API.stages[0], PETS, Method("GET"))[0].bucket
        for key in (KEY, ApiKey("k2", "w" * 20))
    )
    assert first != second
