import asyncio
import json
from pathlib import Path

from tests.serve.functions.fleets import open_trial, reaped, run

from landbridge.semantics.needs import InvokeRefused, InvokeTimedOut

GATED = """
import os, time
def handler(event, context):
    print("begun")
    while not os.path.exists(event): time.sleep(0.002)
    return os.getpid()
"""
THROTTLED = InvokeRefused("TooManyRequestsException", "Rate Exceeded.")


def test_an_environment_that_is_warm_is_reused(tmp_path: Path) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", "import os\ndef handler(event, context): return os.getpid()")
            answers = [await fleet.answer(arn) for _ in range(50)]
            assert len({answer.payload for answer in answers}) == 1
            assert len({answer.request_id for answer in answers}) == 50

    run(trial())


def test_concurrent_requests_get_an_environment_each_up_to_the_limit_and_then_wait_in_line(
    tmp_path: Path,
) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path / "fleet", environments=3) as fleet:
            arn = fleet.deploy("orders", GATED)
            gate = tmp_path / "gate"
            payload = json.dumps(str(gate)).encode()
            calls = [asyncio.create_task(fleet.answer(arn, payload)) for _ in range(7)]
            await fleet.hear(3)
            gate.touch()
            served = [answer.payload for answer in await asyncio.gather(*calls)]
            assert len(served) == 7
            assert len(set(served)) == 3

    run(trial())


def test_a_caller_in_line_stops_waiting_when_its_time_is_over(tmp_path: Path) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path / "fleet", environments=1) as fleet:
            arn = fleet.deploy("orders", GATED)
            gate = tmp_path / "gate"
            payload = json.dumps(str(gate)).encode()
            first = asyncio.create_task(fleet.answer(arn, payload))
            await fleet.hear(1)
            assert await fleet.invoke(arn, payload, timeout_ms=30) == InvokeTimedOut()
            gate.touch()
            await first
            await fleet.answer(arn, payload)
            assert len(fleet.echoed) == 2, "the request that nobody waited for was not run"

    run(trial())


def test_reserved_concurrency_throttles_what_is_beyond_it(tmp_path: Path) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path / "fleet") as fleet:
            arn = fleet.deploy("orders", GATED, reserved_concurrency=1)
            gate = tmp_path / "gate"
            payload = json.dumps(str(gate)).encode()
            first = asyncio.create_task(fleet.answer(arn, payload))
            await fleet.hear(1)
            assert await fleet.invoke(arn, payload) == THROTTLED
            gate.touch()
            process = (await first).payload
            assert (await fleet.answer(arn, payload)).payload == process
            fleet.deploy("orders", GATED, reserved_concurrency=0)
            assert await fleet.invoke(arn, payload) == THROTTLED
            fleet.deploy("orders", GATED, reserved_concurrency=None)
            assert (await fleet.answer(arn, payload)).payload == process, "its environments stayed warm"

    run(trial())


def test_an_idle_environment_is_stopped_after_a_while(tmp_path: Path) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path, idle_s=0.05, sample_s=0.01) as fleet:
            arn = fleet.deploy("orders", "import os\ndef handler(event, context): return os.getpid()")
            process = json.loads((await fleet.answer(arn)).payload)
            await reaped(process)
            assert json.loads((await fleet.answer(arn)).payload) != process

    run(trial())


def test_an_event_larger_than_six_mebibytes_is_refused(tmp_path: Path) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path) as fleet:
            arn = fleet.deploy("orders", "def handler(event, context): return len(event)")
            largest = b'"' + b"x" * 6_291_454 + b'"'
            assert (await fleet.answer(arn, largest)).payload == b"6291454"
            refused = await fleet.invoke(arn, largest + b" ")
            assert isinstance(refused, InvokeRefused)
            assert refused.error_type == "RequestEntityTooLargeException"

    run(trial())


def test_a_caller_that_is_cancelled_does_not_disturb_the_environment(tmp_path: Path) -> None:
    async def trial() -> None:
        async with open_trial(tmp_path / "fleet", environments=1) as fleet:
            arn = fleet.deploy("orders", GATED)
            gate = tmp_path / "gate"
            payload = json.dumps(str(gate)).encode()
            gone = asyncio.create_task(fleet.answer(arn, payload))
            await fleet.hear(1)
            gone.cancel()
            gate.touch()
            assert json.loads((await fleet.answer(arn, payload)).payload) > 0
            assert len(fleet.echoed) == 2

    run(trial())
