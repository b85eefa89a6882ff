import asyncio
import re

from tests.serve.functions.fleets import run

from landbridge.serve.functions.log_writer import LogEvents, LogWriter, name_stream

Batch = tuple[str, str, LogEvents]


def messages(batches: list[Batch]) -> list[list[str]]:
    return [[message for _, message in events] for _, _, events in batches]


def test_events_are_written_together_after_a_short_while() -> None:
    async def trial() -> None:
        batches: list[Batch] = []
        written = asyncio.Event()

        def write(group: str, stream: str, events: LogEvents) -> None:
            batches.append((group, stream, events))
            written.set()

        writer = LogWriter(write, lambda function, line: None, delay_s=0.01)
        stream = writer.open("orders", "stream")
        stream.write("one")
        stream.write(lambda: ["two", "three"])
        await written.wait()
        assert messages(batches) == [["one", "two", "three"]]
        assert batches[0][:2] == ("/aws/lambda/orders", "stream")
        writer.flush()
        assert len(batches) == 1

    run(trial())


def test_a_flood_is_written_in_batches_no_larger_than_aws_takes() -> None:
    async def trial() -> None:
        batches: list[Batch] = []
        writer = LogWriter(lambda *batch: batches.append(batch), lambda function, line: None, delay_s=60)
        stream = writer.open("orders", "stream")
        stream.write_output([f"line {number}" for number in range(25_000)])
        assert [len(batch) for batch in messages(batches)] == [10_000, 10_000]
        stream.write_output(["x" * 600_000, "y" * 600_000])
        assert len(batches) == 3
        writer.flush()
        assert sum(map(len, messages(batches))) == 25_002

    run(trial())


def test_what_a_function_writes_is_shown_and_what_lambda_writes_is_not() -> None:
    async def trial() -> None:
        shown: list[tuple[str, str]] = []
        writer = LogWriter(
            lambda *batch: None, lambda function, line: shown.append((function, line)), delay_s=60
        )
        stream = writer.open("orders", "stream")
        stream.write("START")
        stream.write_output(["mine"])
        stream.tell("Task timed out")
        writer.flush()
        assert shown == [("orders", "mine"), ("orders", "Task timed out")]

    run(trial())


def test_a_stream_is_named_after_the_day_and_32_hexadecimal_digits() -> None:
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", name_stream("$LATEST"))
    assert name_stream("3") != name_stream("3")
