from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.semantics.api_gateway.calls import with_stage
from tests.serve.functions.fleets import run
from tests.serve.worlds import Bench
from tests.topologies import private_app

from landbridge.errors import DeclarationError
from landbridge.model.api_gateway_stages import AccessLog, StageSettings
from landbridge.serve.access_logs import AccessLogs, LatestEntry
from landbridge.serve.log_commands import LogCommands

EVENTS = [
    (10, 1, "/aws/lambda/orders", "START"),
    (30, 2, "/aws/lambda/other", "START"),
    (20, 3, "access", "entry"),
    (40, 4, "API-Gateway-Execution-Logs_a1b2c3d4e5/live", "(id) Method completed with status: 200"),
    (50, 5, "mine", "of nobody's business"),
]


class Reader:
    """Log groups as `EVENTS` has them."""

    def read_log_events(self, wanted: Callable[[str], bool], after: int) -> list[tuple[int, int, str, str]]:
        return [event for event in EVENTS if wanted(event[2]) and event[1] > after]


async def tell(**request: Any) -> dict[str, Any]:
    """What the command answers, for an app whose one stage has an access log."""
    destination = "arn:aws:logs:eu-central-1:123456789012:log-group:access"
    settings = StageSettings(access_log=AccessLog(destination, "x"))
    access_logs = AccessLogs(lambda bucket, key, body: None, print)
    access_logs.latest.append(LatestEntry(25, 1, "orders", "https 2026"))
    flushed: list[bool] = []
    bench = Bench(with_stage(replace(private_app()), settings=settings))
    commands = LogCommands(bench.live, Reader(), lambda: flushed.append(True), access_logs)
    told = await commands.tell(request)
    assert flushed == [True]
    return told


@pytest.mark.parametrize(
    ("request_", "sources"),
    [
        ({}, ["/aws/lambda/orders", "access", "orders", "/aws/lambda/other", EVENTS[3][2]]),
        ({"kinds": ["access"]}, ["access"]),
        ({"kinds": ["execution"]}, [EVENTS[3][2]]),
        ({"kinds": ["load-balancer"]}, ["orders"]),
        ({"kinds": ["function"]}, ["/aws/lambda/orders", "/aws/lambda/other"]),
        ({"kinds": ["function"], "function": "orders"}, ["/aws/lambda/orders"]),
        ({"after": 2, "entries_after": 1}, ["access", EVENTS[3][2]]),
    ],
)
def test_lines_are_told_by_time_of_the_kinds_asked_for(request_: dict[str, Any], sources: list[str]) -> None:
    async def trial() -> None:
        told = await tell(**request_)
        assert [source for _, source, _ in told["lines"]] == sources

    run(trial())


def test_numbers_let_a_reader_go_on_where_it_was() -> None:
    async def trial() -> None:
        told = await tell()
        assert (told["after"], told["entries_after"]) == (4, 1)
        told = await tell(after=told["after"], entries_after=told["entries_after"])
        assert (told["lines"], told["after"], told["entries_after"]) == ([], 4, 1)

    run(trial())


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"kinds": ["weather"]}, "no logs of"),
        ({"kinds": ["function"], "function": "gone"}, "no function 'gone'"),
    ],
)
def test_what_is_not_there_is_refused(request_: dict[str, Any], message: str) -> None:
    async def trial() -> None:
        with pytest.raises(DeclarationError, match=message):
            await tell(**request_)

    run(trial())
