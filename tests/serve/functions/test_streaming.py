"""Functions that stream their answer: real processes of a custom runtime."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.serve.functions.fleets import Trial, open_trial, run
from tests.serve.functions.streaming import DELIMITER, METADATA, gate, open_gate, streaming_package, told

from landbridge.model.exchange import BodyStream, StreamEnd
from landbridge.model.identifiers import Arn
from landbridge.semantics.needs import Invoke, Invoked, InvokeTimedOut
from landbridge.semantics.streaming import InvokedStreaming, Streaming
from landbridge.serve.functions.invocation import InvokeResult
from landbridge.serve.functions.streaming import StreamedAnswer

STREAMING = Streaming(300_000, DELIMITER.encode(), 16 * 1024)
BEGINNING = {"write": METADATA + DELIMITER + "one "}
Attempt = Callable[[Trial, Arn], Awaitable[None]]


def perform(directory: Path, attempt: Attempt, **configuration: int) -> None:
    async def trial() -> None:
        async with open_trial(directory / "fleet") as fleet:
            arn = fleet.deploy("orders", streaming_package(), runtime="provided.al2023", **configuration)
            await attempt(fleet, arn)

    run(trial())


async def invoke(
    fleet: Trial, arn: Arn, event: bytes, timeout_ms: int = 29_000, streaming: Streaming | None = STREAMING
) -> InvokeResult:
    return await fleet.fleet.invoke(Invoke(arn, event, "Root=1-a-b", timeout_ms, streaming))


async def begun(fleet: Trial, arn: Arn, event: bytes, timeout_ms: int = 29_000) -> BodyStream:
    result = await invoke(fleet, arn, event, timeout_ms)
    assert isinstance(result, InvokedStreaming), result
    assert json.loads(result.metadata)["statusCode"] == 201
    return result.body


async def rest(body: BodyStream) -> tuple[bytes, StreamEnd]:
    """All that is still to come."""
    pieces = []
    while isinstance(piece := await body.read(), bytes):
        pieces.append(piece)
    return b"".join(pieces), piece


def test_the_first_piece_is_there_before_the_function_writes_the_last(tmp_path: Path) -> None:
    async def attempt(fleet: Trial, arn: Arn) -> None:
        waits = gate(tmp_path / "gate")
        body = await begun(fleet, arn, told(BEGINNING, {"wait": str(waits)}, {"write": "two"}))
        assert await body.read() == b"one "
        await asyncio.to_thread(open_gate, waits)
        assert await rest(body) == (b"two", StreamEnd.WHOLE)
        assert "REPORT RequestId" in fleet.lines("orders")[-1]

    perform(tmp_path, attempt)


def test_metadata_and_delimiter_may_come_in_any_pieces(tmp_path: Path) -> None:
    steps = [{"write": character} for character in METADATA + DELIMITER + "body\0\0"]

    async def attempt(fleet: Trial, arn: Arn) -> None:
        assert await rest(await begun(fleet, arn, told(*steps))) == (b"body\0\0", StreamEnd.WHOLE)

    perform(tmp_path, attempt)


def test_an_answer_that_does_not_stream_is_read_as_a_stream_all_the_same(tmp_path: Path) -> None:
    async def attempt(fleet: Trial, arn: Arn) -> None:
        body = await begun(fleet, arn, told(BEGINNING, streams=False))
        assert await rest(body) == (b"one ", StreamEnd.WHOLE)

    perform(tmp_path, attempt)


def test_a_caller_who_waits_for_the_whole_gets_metadata_delimiter_and_body(tmp_path: Path) -> None:
    async def attempt(fleet: Trial, arn: Arn) -> None:
        result = await invoke(fleet, arn, told(BEGINNING, {"write": "two"}), streaming=None)
        assert isinstance(result, Invoked)
        assert result.payload.decode() == f"{METADATA}{DELIMITER}one two"

    perform(tmp_path, attempt)


@pytest.mark.parametrize(
    "event",
    [told({"write": '{"statusCode": 200, "body": "all"}'}), told({"fill": 7}, {"write": "x" * 16_400})],
    ids=["ended", "too long"],
)
def test_an_answer_without_delimiter_is_no_stream(tmp_path: Path, event: bytes) -> None:
    async def attempt(fleet: Trial, arn: Arn) -> None:
        result = await invoke(fleet, arn, event)
        assert isinstance(result, Invoked)
        assert result.function_error == ""
        assert result.payload

    perform(tmp_path, attempt)


@pytest.mark.parametrize(
    "event",
    [told(BEGINNING, error="no more"), told(BEGINNING, {"exit": 3}), told(BEGINNING, breaks_off=True)],
    ids=["error", "exit", "broken off"],
)
def test_a_body_is_cut_off_where_the_function_fails_midway(tmp_path: Path, event: bytes) -> None:
    async def attempt(fleet: Trial, arn: Arn) -> None:
        assert await rest(await begun(fleet, arn, event)) == (b"one ", StreamEnd.CUT_OFF)
        after = await begun(fleet, arn, told(BEGINNING))
        assert await rest(after) == (b"one ", StreamEnd.WHOLE)
        assert sum("REPORT" in line for line in fleet.lines("orders")) == 2

    perform(tmp_path, attempt)


def test_an_error_before_the_metadata_is_the_functions_error(tmp_path: Path) -> None:
    async def attempt(fleet: Trial, arn: Arn) -> None:
        result = await invoke(fleet, arn, told({"write": "{"}, error="nothing"))
        assert isinstance(result, Invoked)
        assert result.function_error == "Unhandled"
        assert json.loads(result.payload)["errorMessage"] == "nothing"

    perform(tmp_path, attempt)


def test_the_functions_timeout_cuts_the_body_off(tmp_path: Path) -> None:
    async def attempt(fleet: Trial, arn: Arn) -> None:
        body = await begun(fleet, arn, told(BEGINNING, {"wait": str(gate(tmp_path / "gate"))}))
        assert await rest(body) == (b"one ", StreamEnd.CUT_OFF)
        assert any("Status: timeout" in line for line in fleet.lines("orders"))

    perform(tmp_path, attempt, timeout_s=1)


def test_a_caller_that_has_stopped_waiting_leaves_the_function_running(tmp_path: Path) -> None:
    waits = tmp_path / "gate"

    async def attempt(fleet: Trial, arn: Arn) -> None:
        gate(waits)
        slow = told({"wait": str(waits)}, BEGINNING, {"fill": 4_000_000}, {"print": "wrote all"})
        assert await invoke(fleet, arn, slow, timeout_ms=150) == InvokeTimedOut()
        await asyncio.to_thread(open_gate, waits)
        assert await fleet.hear(1) == "wrote all"

    perform(tmp_path, attempt)


def test_a_function_is_held_back_by_a_slow_reader_and_not_by_one_that_has_left(tmp_path: Path) -> None:
    async def attempt(fleet: Trial, arn: Arn) -> None:
        event = told(BEGINNING, {"fill": 40_000_000}, {"print": "wrote all"})
        body = await begun(fleet, arn, event)
        assert await body.read()
        other = await invoke(fleet, arn, told(BEGINNING))
        assert isinstance(other, InvokedStreaming)
        assert fleet.echoed == []
        body.close()
        assert await fleet.hear(1) == "wrote all"

    perform(tmp_path, attempt)


def test_a_body_beyond_what_lambda_streams_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("landbridge.serve.functions.environment.MAXIMUM_STREAMED_BYTES", 200_000)

    async def attempt(fleet: Trial, arn: Arn) -> None:
        _, end = await rest(await begun(fleet, arn, told(BEGINNING, {"fill": 300_000})))
        assert end is StreamEnd.CUT_OFF
        assert any("Function.ResponseSizeTooLarge" in line for line in fleet.lines("orders"))
        assert (await rest(await begun(fleet, arn, told(BEGINNING))))[1] is StreamEnd.WHOLE

    perform(tmp_path, attempt)


def test_metadata_ends_at_the_first_delimiter_within_its_bytes() -> None:
    async def trial() -> None:
        small = Streaming(1000, b"\0\0", 6)
        for pieces, metadata in (([b"abcd\0", b"\0x"], b"abcd"), ([b"abcde", b"\0\0"], None)):
            answer = StreamedAnswer(small, asyncio.get_running_loop().time() + 60)
            for piece in pieces:
                answer.feed(piece, None)
            assert answer.metadata == metadata
            assert answer.is_shapeless == (metadata is None)

    run(trial())
