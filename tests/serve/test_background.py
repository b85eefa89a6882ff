import asyncio
import logging

import pytest
from tests.serve.functions.fleets import run

from landbridge.serve.background import in_background


async def fail() -> None:
    raise ZeroDivisionError("in the depths")


async def succeed() -> None:
    return


async def wait() -> None:
    await asyncio.Event().wait()


def test_a_failure_is_logged_with_its_traceback_at_once_and_told(caplog: pytest.LogCaptureFixture) -> None:
    told: list[str] = []

    async def trial() -> None:
        task = in_background("the work", fail(), lambda: told.append("failed"))
        await asyncio.wait((task,))

    with caplog.at_level(logging.ERROR):
        run(trial())
    assert told == ["failed"]
    (record,) = caplog.records
    assert "the work" in record.getMessage()
    assert record.exc_info is not None


def test_an_end_or_a_cancellation_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    told: list[str] = []

    async def trial() -> None:
        good = in_background("good", succeed(), lambda: told.append("good"))
        endless = in_background("endless", wait(), lambda: told.append("endless"))
        await good
        endless.cancel()
        await asyncio.wait((endless,))

    run(trial())
    assert (told, caplog.records) == ([], [])
