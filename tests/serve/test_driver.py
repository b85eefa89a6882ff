import asyncio
from collections.abc import Generator

import pytest
from tests.serve.functions.fleets import run
from tests.serve.worlds import HELLO, Functions

from landbridge.model.identifiers import Arn
from landbridge.semantics.needs import (
    ConnectTimeout,
    GetObject,
    Invoke,
    Invoked,
    Need,
    ObjectFound,
    ObjectMissing,
    Result,
    Waited,
)
from landbridge.serve.driver import Driver

INVOKE = Invoke(Arn("arn"), b"{}", "Root=1-a-b", 1000)
HEADERS = (("ETag", '"1"'),)


def read_object(bucket: str, key: str) -> tuple[bytes, tuple[tuple[str, str], ...]] | None:
    return (b"page", HEADERS) if (bucket, key) == ("frontend", "index.html") else None


def steps(*needs: Need) -> Generator[Need, Result, list[Result]]:
    """A journey that needs these and answers with what it got."""
    got = []
    for need in needs:
        got.append((yield need))
    return got


@pytest.mark.parametrize(
    ("needs", "results"),
    [
        ((), []),
        ((INVOKE,), [HELLO]),
        ((GetObject("frontend", "index.html"),), [ObjectFound(b"page", HEADERS)]),
        ((GetObject("frontend", "gone"),), [ObjectMissing()]),
        ((GetObject("gone", "index.html"),), [ObjectMissing()]),
        ((ConnectTimeout(),), [Waited()]),
        (
            (INVOKE, GetObject("frontend", "gone"), ConnectTimeout(), INVOKE),
            [HELLO, ObjectMissing(), Waited(), HELLO],
        ),
    ],
)
def test_each_need_is_performed_and_its_result_sent_back(
    needs: tuple[Need, ...], results: list[Result]
) -> None:
    async def trial() -> None:
        assert await Driver(Functions(), read_object, 0.0).run(steps(*needs)) == results

    run(trial())


def test_a_connect_timeout_takes_as_long_as_configured() -> None:
    async def trial() -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await Driver(Functions(), read_object, 0.05).run(steps(ConnectTimeout()))
        assert loop.time() - begun >= 0.045

    run(trial())


def test_what_goes_wrong_while_performing_rises_from_run() -> None:
    def fail(need: Invoke) -> Invoked:
        raise ZeroDivisionError

    async def trial() -> None:
        with pytest.raises(ZeroDivisionError):
            await Driver(Functions(fail), read_object, 0.0).run(steps(INVOKE))

    run(trial())


def test_journeys_are_driven_side_by_side() -> None:
    async def trial() -> None:
        functions = Functions(wait=asyncio.Event())
        driver = Driver(functions, read_object, 0.0)
        both = [asyncio.ensure_future(driver.run(steps(INVOKE))) for _ in range(2)]
        while len(functions.invoked) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert functions.wait is not None
        functions.wait.set()
        assert await asyncio.gather(*both) == [[HELLO], [HELLO]]

    run(trial())
