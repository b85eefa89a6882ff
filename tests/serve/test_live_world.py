import asyncio
import threading
from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

import pytest
from tests.serve.functions.fleets import run
from tests.serve.worlds import Bench
from tests.topologies import private_app, with_network

from landbridge.capture.capture import Captured
from landbridge.errors import HostError
from landbridge.model.faults import Faults
from landbridge.model.health import KnownHealth
from landbridge.model.identifiers import NetworkInterfaceId
from landbridge.model.topology import Topology
from landbridge.semantics.network.other_account import OTHER_ACCOUNT_HOST, join_other_account
from landbridge.serve.live_world import LiveWorld

CHANGED = with_network(private_app(), vpn_connections=())
CHANGED_AGAIN = with_network(private_app(), vpn_gateways=())


def test_a_change_is_seen_by_whoever_asks_next() -> None:
    async def trial() -> None:
        bench = Bench()
        before = await bench.live.current()
        assert bench.live.is_current
        bench.change(CHANGED)
        assert not bench.live.is_current
        assert bench.live.world is before
        assert (await bench.live.current()).topology == CHANGED
        assert bench.live.is_current
        assert before.topology == private_app()
        assert bench.account.captures == [frozenset({"ec2"})]

    run(trial())


def test_a_change_is_captured_even_when_nobody_asks() -> None:
    async def trial() -> None:
        bench = Bench()
        seen = asyncio.Event()
        live = LiveWorld(Captured(private_app()), bench.account.capture, lambda captured: seen.set())
        bench.account.topology = CHANGED
        live.changed("ec2")
        await seen.wait()
        assert live.world.topology == CHANGED

    run(trial())


def test_a_change_that_changes_nothing_keeps_the_world_and_what_it_remembers() -> None:
    async def trial() -> None:
        bench = Bench()
        before = bench.live.world
        bench.change(private_app())
        assert await bench.live.current() is before
        assert len(bench.replaced) == 1

    run(trial())


def test_health_outlives_captures_and_makes_a_new_world_only_where_it_is_new() -> None:
    async def trial() -> None:
        bench = Bench()
        before = bench.live.world
        bench.live.know_health(KnownHealth())
        assert bench.live.world is before
        found = KnownHealth(frozenset({NetworkInterfaceId("eni-0alba")}))
        bench.live.know_health(found)
        assert before.topology.health == KnownHealth()
        bench.change(CHANGED)
        assert (await bench.live.current()).topology == replace(CHANGED, health=found)

    run(trial())


def test_another_account_outlives_captures_and_faults() -> None:
    async def trial() -> None:
        bench = Bench()
        there = IPv4Address("10.20.1.10")
        bench.live.stand_in_other_account(there)
        first = bench.live.world
        bench.live.stand_in_other_account(there)
        assert bench.live.world is first
        assert first.topology == join_other_account(private_app(), (there,))
        bench.live.stand_in_other_account(OTHER_ACCOUNT_HOST)
        bench.change(CHANGED)
        faults = Faults(zones=frozenset({"eu-central-1a"}))
        bench.live.break_on_purpose(faults)
        joined = join_other_account(CHANGED, (there, OTHER_ACCOUNT_HOST))
        assert (await bench.live.current()).topology == replace(joined, faults=faults)
        assert bench.live.captured.topology == CHANGED

    run(trial())


def test_changes_at_once_are_captured_together() -> None:
    async def trial() -> None:
        bench = Bench()
        for service in ("ec2", "elbv2", "ec2"):
            bench.change(CHANGED, service)
        await asyncio.gather(*(bench.live.current() for _ in range(5)))
        assert bench.account.captures == [frozenset({"ec2", "elbv2"})]

    run(trial())


def test_a_change_during_a_capture_is_captured_again_before_anybody_goes_on() -> None:
    async def trial() -> None:
        bench = Bench()

        def one_more() -> None:
            bench.account.before_capture = lambda: None
            bench.change(CHANGED_AGAIN, "elbv2")

        bench.account.before_capture = one_more
        bench.change(CHANGED)
        assert (await bench.live.current()).topology == CHANGED_AGAIN
        assert bench.account.captures == [frozenset({"ec2"}), frozenset({"elbv2"})]

    run(trial())


def test_no_change_from_any_thread_is_lost() -> None:
    async def trial() -> None:
        bench = Bench()
        services = [f"service-{number}" for number in range(200)]

        def call() -> None:
            for service in services:
                bench.live.changed(service)

        threads = [threading.Thread(target=call) for _ in range(4)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            await bench.live.current()
        await bench.live.current()
        assert set().union(*(captured or () for captured in bench.account.captures)) == set(services)

    run(trial())


def fail() -> None:
    raise HostError("ec2 could not be read")


def test_whoever_waits_for_a_capture_that_fails_gets_its_error() -> None:
    async def trial() -> None:
        bench = Bench()
        bench.account.before_capture = fail
        bench.change(CHANGED)
        answers = await asyncio.gather(*(bench.live.current() for _ in range(3)), return_exceptions=True)
        assert [type(answer) for answer in answers] == [HostError] * 3

    run(trial())


def test_after_a_failure_the_world_stays_stale_until_a_capture_succeeds() -> None:
    async def trial() -> None:
        bench = Bench()
        bench.account.before_capture = fail
        bench.change(CHANGED)
        for _ in range(2):
            with pytest.raises(HostError):
                await bench.live.current()
            assert not bench.live.is_current
        bench.account.before_capture = lambda: None
        assert (await bench.live.current()).topology == CHANGED
        assert bench.account.captures == [frozenset({"ec2"})] * 3

    run(trial())


def test_a_later_change_captures_what_failed_before_too() -> None:
    async def trial() -> None:
        bench = Bench()
        bench.account.before_capture = fail
        bench.change(CHANGED)
        with pytest.raises(HostError):
            await bench.live.current()
        bench.account.before_capture = lambda: None
        bench.change(CHANGED_AGAIN, "elbv2")
        assert (await bench.live.current()).topology == CHANGED_AGAIN
        assert bench.account.captures[-1] == frozenset({"ec2", "elbv2"})

    run(trial())


def test_a_failure_that_nobody_waits_for_makes_no_noise_and_is_not_forgotten() -> None:
    async def trial() -> None:
        noise: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: noise.append(context))
        bench = Bench()
        failed = threading.Event()

        def fail_aloud() -> None:
            failed.set()
            fail()

        bench.account.before_capture = fail_aloud
        bench.change(CHANGED)
        await asyncio.to_thread(failed.wait)
        while bench.live._refreshing is not None:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert not bench.live.is_current
        assert noise == []

    run(trial())


def test_a_waiter_that_gives_up_does_not_stop_the_capture() -> None:
    async def trial() -> None:
        bench = Bench()
        go_on = threading.Event()

        def wait() -> None:
            go_on.wait()

        bench.account.before_capture = wait
        bench.change(CHANGED)
        impatient = asyncio.ensure_future(bench.live.current())
        patient = asyncio.ensure_future(bench.live.current())
        await asyncio.sleep(0)
        impatient.cancel()
        go_on.set()
        assert (await patient).topology == CHANGED

    run(trial())


def test_who_is_told_of_a_new_world_is_told_once_per_capture() -> None:
    async def trial() -> None:
        bench = Bench()
        topologies: list[Topology] = [CHANGED, CHANGED_AGAIN]
        for topology in topologies:
            bench.change(topology)
            await bench.live.current()
        assert [captured.topology for captured in bench.replaced] == topologies

    run(trial())
