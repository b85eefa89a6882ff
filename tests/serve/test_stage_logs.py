import re

import pytest
from tests.serve.functions.fleets import run

from landbridge.semantics.needs import WriteLogs
from landbridge.serve import stage_logs
from landbridge.serve.stage_logs import LogEvents, StageLogs, name_stream


class Groups:
    """Log groups in memory; only ``access`` exists."""

    def __init__(self) -> None:
        self.written: list[tuple[str, LogEvents]] = []

    def has_log_group(self, group: str) -> bool:
        return group == "access"

    def write_log_events(self, group: str, stream: str, events: LogEvents) -> None:
        assert re.fullmatch("[0-9a-f]{32}", stream)
        self.written.append((group, events))


@pytest.mark.parametrize(
    ("need", "written", "notices"),
    [
        (WriteLogs("access", ((1, "a"),)), [("access", [(1, "a")])], []),
        (WriteLogs("execution", ((1, "a"),), makes_group=True), [("execution", [(1, "a")])], []),
        (
            WriteLogs("gone", ((1, "a"),)),
            [],
            ["nothing is written to the log group gone: there is no such group"],
        ),
        (
            WriteLogs("access", (), withheld="no role"),
            [],
            ["nothing is written to the log group access: no role"],
        ),
        (WriteLogs("access", ()), [], []),
    ],
)
def test_events_go_to_groups_that_exist_or_come_into_being(
    need: WriteLogs, written: list[tuple[str, LogEvents]], notices: list[str]
) -> None:
    async def trial() -> None:
        groups, told = Groups(), list[str]()
        logs = StageLogs(groups, told.append)
        logs.write(need)
        logs.flush()
        assert (groups.written, told) == (written, notices)

    run(trial())


def test_events_of_a_group_are_written_together_and_no_more_than_memory_may_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stage_logs, "MOST_EVENTS", 2)

    async def trial() -> None:
        groups = Groups()
        logs = StageLogs(groups, print)
        for number in range(3):
            logs.write(WriteLogs("access", ((number, "a"),)))
        assert groups.written == []
        logs.flush()
        logs.write(WriteLogs("access", ((9, "b"),)))
        logs.flush()
        logs.flush()
        assert groups.written == [("access", [(0, "a"), (1, "a")]), ("access", [(9, "b")])]

    run(trial())


def test_a_group_has_a_stream_of_its_own() -> None:
    assert name_stream("a") != name_stream("b")
