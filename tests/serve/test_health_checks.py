import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.semantics.conversations import default_rule, with_group_rules, with_rules, with_target_group
from tests.serve.functions.fleets import run
from tests.serve.worlds import Bench, Objects
from tests.topologies import ALB_GROUP, ENDPOINT_A, ENDPOINT_B, TARGET_GROUP_ARN, private_app, target_group

from landbridge.model.identifiers import NetworkInterfaceId
from landbridge.model.load_balancing import FixedResponseAction, Target, TargetKey
from landbridge.model.topology import Topology
from landbridge.semantics.load_balancing.health import HealthState
from landbridge.semantics.needs import Need, Result, Steps
from landbridge.semantics.streaming import Channel
from landbridge.semantics.world import World
from landbridge.serve import health_checks
from landbridge.serve.driver import Driver

A, B = NetworkInterfaceId("eni-0alba"), NetworkInterfaceId("eni-0albb")
KEY_A: TargetKey = (TARGET_GROUP_ARN, str(ENDPOINT_A), 443)
KEY_B: TargetKey = (TARGET_GROUP_ARN, str(ENDPOINT_B), 443)


class Clock:
    """Stands for the time module."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(health_checks, "time", clock)
    return clock


def with_check(**changes: Any) -> Topology:
    return with_target_group(private_app(), health_check=replace(target_group().health_check, **changes))


def unreachable() -> Topology:
    """The load balancer may not reach anything."""
    return with_group_rules(private_app(), ALB_GROUP, private_app().network.security_groups[1].rules[:1])


def states(bench: Bench) -> dict[str, dict[str, str]]:
    return {
        node: {key[1]: health.state.value for key, health in targets.items()}
        for node, targets in bench.checks.by_node.items()
    }


def test_each_node_checks_each_target_and_403_counts_as_the_matcher_says(clock: Clock) -> None:
    async def trial() -> None:
        bench = Bench()
        await bench.checks.check_due(bench.live.world)
        both = {str(ENDPOINT_A): "healthy", str(ENDPOINT_B): "healthy"}
        assert states(bench) == {A: both, B: both}

    run(trial())


@pytest.mark.parametrize(
    ("topology", "reason"),
    [
        (with_check(matcher="200", unhealthy_threshold=2), "Target.ResponseCodeMismatch"),
        (unreachable(), "Target.Timeout"),
        (with_check(protocol="HTTP"), "Target.FailedHealthChecks"),
        (with_target_group(private_app(), targets=(Target("fd00::1", 443),)), "Target.FailedHealthChecks"),
    ],
    ids=["another status", "no way there", "plain HTTP", "an IPv6 target"],
)
def test_a_target_is_unhealthy_after_failures_in_a_row(topology: Topology, reason: str, clock: Clock) -> None:
    async def trial() -> None:
        bench = Bench(topology)
        key: TargetKey = (TARGET_GROUP_ARN, topology.load_balancing.target_groups[0].targets[0].id, 443)
        for expected in (HealthState.INITIAL, HealthState.UNHEALTHY):
            await bench.checks.check_due(bench.live.world)
            assert bench.checks.by_node[A][key].state is expected
            clock.now += 31
        found = bench.checks.of_target(key)
        assert found is not None
        assert found.reason is not None
        assert found.reason.value == reason

    run(trial())


def test_a_target_that_does_not_answer_in_time_has_timed_out(clock: Clock) -> None:
    class Silent(Driver):
        async def _perform(self, need: Need) -> Result:
            raise AssertionError("a health check by address needs nothing")

        async def run(self, steps: Steps[Any], switched: Callable[[Channel], None] | None = None) -> Any:
            await asyncio.Event().wait()

    async def trial() -> None:
        bench = Bench(with_check(timeout_s=0, unhealthy_threshold=1))
        bench.checks._driver = Silent(bench.functions, Objects({}), 0.0)
        await bench.checks.check_due(bench.live.world)
        found = bench.checks.of_target(KEY_A)
        assert found is not None
        assert found.reason is not None
        assert found.reason.value == "Target.Timeout"

    run(trial())


def test_slow_targets_are_checked_side_by_side(clock: Clock) -> None:
    waiting: list[asyncio.Event] = []

    class Slow(Driver):
        async def run(self, steps: Steps[Any], switched: Callable[[Channel], None] | None = None) -> Any:
            waiting.append(asyncio.Event())
            await waiting[-1].wait()
            return await super().run(steps)

    async def trial() -> None:
        bench = Bench()
        bench.checks._driver = Slow(bench.functions, Objects({}), 0.0)
        checking = asyncio.ensure_future(bench.checks.check_due(bench.live.world))
        while len(waiting) < 4:  # noqa: ASYNC110
            await asyncio.sleep(0)
        for event in waiting:
            event.set()
        await checking
        assert len(bench.checks.by_node[A]) == 2

    run(trial())


def test_a_target_is_checked_again_when_its_interval_is_over(clock: Clock) -> None:
    async def trial() -> None:
        bench = Bench(unreachable())
        for wait, failures in ((0, 1), (29, 1), (2, 2)):
            clock.now += wait
            await bench.checks.check_due(bench.live.world)
            assert bench.checks.by_node[A][KEY_A].failures == failures

    run(trial())


def test_the_worst_that_a_node_knows_is_what_describe_target_health_says(clock: Clock) -> None:
    async def trial() -> None:
        bench = Bench()
        assert bench.checks.of_target(KEY_A) is None
        await bench.checks.check_due(bench.live.world)
        healthy = bench.checks.by_node[B][KEY_A]
        bench.checks.by_node[B][KEY_A] = replace(healthy, state=HealthState.UNHEALTHY)
        found = bench.checks.of_target(KEY_A)
        assert found is not None
        assert found.state is HealthState.UNHEALTHY
        found = bench.checks.of_target(KEY_B)
        assert found is not None
        assert found.state is HealthState.HEALTHY

    run(trial())


@pytest.mark.parametrize(
    "less",
    [
        with_target_group(private_app(), targets=()),
        with_check(enabled=False),
        with_rules(private_app(), default_rule(private_app(), FixedResponseAction(200))),
        replace(private_app(), load_balancing=type(private_app().load_balancing)()),
    ],
    ids=["deregistered", "checks off", "no rule forwards there", "no load balancer"],
)
def test_what_is_no_longer_checked_is_forgotten_whole(less: Topology, clock: Clock) -> None:
    async def trial() -> None:
        bench = Bench()
        await bench.checks.check_due(bench.live.world)
        await bench.checks.check_due(World(less))
        assert (bench.checks.by_node, bench.checks._due) == ({}, {})

    run(trial())


def test_a_target_that_comes_back_starts_anew(clock: Clock) -> None:
    async def trial() -> None:
        bench = Bench(unreachable())
        for _ in range(2):
            await bench.checks.check_due(bench.live.world)
            clock.now += 31
        assert bench.checks.by_node[A][KEY_A].state is HealthState.UNHEALTHY
        await bench.checks.check_due(World(with_target_group(private_app(), targets=())))
        await bench.checks.check_due(bench.live.world)
        assert bench.checks.by_node[A][KEY_A].state is HealthState.INITIAL

    run(trial())


def test_requests_see_what_the_checks_found(clock: Clock) -> None:
    async def trial() -> None:
        bench = Bench()
        health = bench.checks.by_node
        await bench.checks.check_due(bench.live.world)
        assert bench.checks.by_node is health

    run(trial())


def test_names_hear_of_a_load_balancer_without_a_healthy_target(clock: Clock) -> None:
    async def trial() -> None:
        bench = Bench(unreachable())
        for expected in (set[NetworkInterfaceId](), {A, B}):
            await bench.checks.check_due(bench.live.world)
            assert bench.checks.known(bench.live.world).unhealthy_nodes == expected
            clock.now += 31

    run(trial())
