"""The parts of a stack that must go on whatever happens; the whole stack is tested end to end."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.capture.small_app import REGION, make_small_app
from tests.serve.functions.fleets import run
from tests.serve.worlds import Bench
from tests.topologies import private_app

from landbridge.errors import DeclarationError, HostError
from landbridge.model.health import KnownHealth
from landbridge.semantics.world import World
from landbridge.serve import stack as stack_module
from landbridge.serve.entrances import Entrances
from landbridge.serve.settings import Settings
from landbridge.serve.stack import Stack
from landbridge.trace.decision import Trace


class Report:
    """Keeps what it is told, and says when there is more."""

    shows_requests = False

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.heard = asyncio.Event()

    def notice(self, text: str) -> None:
        self.lines.append(text)
        self.heard.set()

    def remark(self, text: str) -> None:
        self.notice(text)

    def request(self, trace: Trace) -> None:
        raise AssertionError("requests are not shown")

    def function_line(self, function: str, line: str) -> None:
        raise AssertionError("there are no functions")


class Checks:
    """Health checks that go wrong as they are told to."""

    def __init__(self, problem: Exception) -> None:
        self.problem: Exception | None = problem
        self.asked = 0
        self.again = asyncio.Event()

    async def check_due(self, world: World) -> None:
        self.asked += 1
        if self.asked >= 3:
            self.again.set()
        if self.problem is not None:
            raise self.problem

    def known(self, world: World) -> KnownHealth:
        return KnownHealth()


class Watched:
    """An app whose redeployment goes wrong as it is told to."""

    def __init__(self, redeploy: Callable[[], tuple[str, ...]]) -> None:
        self._redeploy = redeploy

    def redeploy_changes(self) -> tuple[str, ...]:
        return self._redeploy()


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack_module, "HEALTH_TICK_S", 0)
    monkeypatch.setattr(stack_module, "WATCH_INTERVAL_S", 0)


def bare_stack(folder: Path, report: Report) -> Stack:
    """A stack that has not been started, over a live world."""
    stack = Stack(Settings(folder, has_app=False, port_base=0), report)
    stack.live = Bench().live
    return stack


@pytest.mark.parametrize("problem", [HostError("ec2 could not be read"), OSError("no more files")])
def test_health_checks_survive_a_failure_and_tell_it_once(tmp_path: Path, problem: Exception) -> None:
    async def trial() -> None:
        report, checks = Report(), Checks(problem)
        stack = bare_stack(tmp_path, report)
        stack.checks = checks  # type: ignore[assignment]
        stack._in_background("checking health", stack._check_health())
        await checks.again.wait()
        await stack.stop()
        assert report.lines == [f"health checks stand still: {problem}"]

    run(trial())


def test_health_checks_survive_a_capture_that_fails(tmp_path: Path) -> None:
    def fail() -> None:
        raise HostError("ec2 could not be read")

    async def trial() -> None:
        report, checks, bench = Report(), Checks(ValueError()), Bench()
        checks.problem = None
        stack = bare_stack(tmp_path, report)
        stack.live, stack.checks = bench.live, checks  # type: ignore[assignment]
        bench.account.before_capture = fail
        bench.change(private_app())
        stack._in_background("checking health", stack._check_health())
        await report.heard.wait()
        assert checks.asked == 0
        bench.account.before_capture = lambda: None
        await checks.again.wait()
        await stack.stop()
        assert report.lines == ["health checks stand still: ec2 could not be read"]

    run(trial())


def test_a_bug_in_a_background_task_is_logged_and_told_and_does_not_hinder_stopping(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def trial() -> None:
        report = Report()
        stack = bare_stack(tmp_path, report)
        stack.checks = Checks(ZeroDivisionError())  # type: ignore[assignment]
        stack._in_background("checking health", stack._check_health())
        await report.heard.wait()
        await stack.stop()
        assert report.lines == ["checking health has ended: start the stack again"]

    with caplog.at_level(logging.ERROR):
        run(trial())
    (record,) = caplog.records
    assert record.exc_info is not None


def test_files_are_watched_on_after_a_failure(tmp_path: Path) -> None:
    outcomes: list[Exception | tuple[str, ...]] = [
        DeclarationError("the zip is too large"),
        OSError("gone"),
        ("backend",),
    ]

    def redeploy() -> tuple[str, ...]:
        outcome = outcomes.pop(0) if outcomes else ()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def trial() -> None:
        report = Report()
        stack = bare_stack(tmp_path, report)
        stack.account = Watched(redeploy)  # type: ignore[assignment]
        stack._in_background("watching files", stack._watch_files())
        while len(report.lines) < 3:
            report.heard.clear()
            await report.heard.wait()
        await stack.stop()
        assert report.lines == [
            "not redeployed: the zip is too large",
            "not redeployed: gone",
            "backend redeployed",
        ]

    run(trial())


def test_stopping_ends_background_tasks(tmp_path: Path) -> None:
    async def trial() -> None:
        stack = bare_stack(tmp_path, Report())
        stack.checks = Checks(OSError())  # type: ignore[assignment]
        stack._in_background("checking health", stack._check_health())
        await stack.stop()
        assert len(asyncio.all_tasks()) == 1

    run(trial())


def test_two_who_ask_for_a_new_vantage_get_the_same(tmp_path: Path) -> None:
    async def trial() -> None:
        settings = Settings(tmp_path, has_app=False, port_base=0)
        async with contextlib.AsyncExitStack() as resources:
            no_client_comes: Any = None
            entrances = Entrances(settings, Bench().exchange, no_client_comes, resources)
            urls = await asyncio.gather(*(entrances.open_vantage("10.20.1.77") for _ in range(4)))
            assert len(set(urls)) == 1

    run(trial())


def test_ports_are_counted_from_the_base_or_taken_free(tmp_path: Path) -> None:
    assert Settings(tmp_path, port_base=8440).port(3) == 8443
    assert Settings(tmp_path, port_base=0).port(3) == 0


def test_a_stack_tells_new_addresses_when_resources_come_while_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))

    async def come() -> None:
        stack = Stack(Settings(tmp_path, has_app=False, port_base=0, region=REGION), Report())
        try:
            empty = await stack.start()
            assert (empty.url, empty.door) == ("", "")
            await asyncio.to_thread(make_small_app, stack.account.api.client)
            await stack.filled()
            renewed = await stack.renewed()
            assert renewed is not None
            assert renewed.url == "https://orders.corp.example"
            assert renewed.door.startswith("https://orders.localhost:")
            assert {"corporate", "vpc", "internet"} == set(renewed.vantages)
            assert json.loads(stack.running_file.read_text())["url"] == renewed.url
            assert await stack.renewed() is None
        finally:
            await stack.stop()

    run(come())
