"""What functions and Lambda write, collected into batches for CloudWatch Logs."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

Wording = Callable[[], list[str]]
LogEvents = list[tuple[int, str]]
WriteLogs = Callable[[str, str, LogEvents], None]
"""Takes a log group, a log stream and events: milliseconds since the epoch and a message."""
Echo = Callable[[str, str], None]
"""Takes a function's name and a line for whoever watches."""

_BATCH_EVENTS = 10_000
_BATCH_CHARACTERS = 1_000_000


def name_group(function: str) -> str:
    """The log group of a function.

    AWS: "Sending Lambda function logs to CloudWatch Logs"
    """
    return f"/aws/lambda/{function}"


def name_stream(version: str) -> str:
    """A log stream for a new environment: ``2026/01/31/[$LATEST]`` and 32 hexadecimal digits."""
    return f"{datetime.now(UTC):%Y/%m/%d}/[{version}]{uuid4().hex}"


class LogWriter:
    """Writes the events of all streams after a short while, or when a batch is as large as AWS takes.

    `write` is called on the event loop and must be quick.

    AWS: "PutLogEvents" (Amazon CloudWatch Logs API reference)
    """

    def __init__(self, write: WriteLogs, echo: Echo, delay_s: float) -> None:
        self._write = write
        self._echo = echo
        self._delay_s = delay_s
        self._pending: list[LogStream] = []
        self._timer: asyncio.TimerHandle | None = None

    def open(self, function: str, stream: str) -> "LogStream":
        """A new stream in this function's log group."""
        return LogStream(self, function, stream)

    def flush(self) -> None:
        """Writes whatever is pending, now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        pending, self._pending = self._pending, []
        for stream in pending:
            self._write(stream.group, stream.name, stream.take())

    def enlist(self, stream: "LogStream") -> None:
        """Notes that this stream has events."""
        self._pending.append(stream)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._delay_s, self.flush)

    def echo(self, function: str, line: str) -> None:
        """Shows a line to whoever watches."""
        self._echo(function, line)


class LogStream:
    """The log stream of one execution environment."""

    __slots__ = ("_characters", "_events", "_function", "_writer", "group", "name")

    def __init__(self, writer: LogWriter, function: str, name: str) -> None:
        self.group = name_group(function)
        self.name = name
        self._writer = writer
        self._function = function
        self._events: list[tuple[int, str | Wording]] = []
        self._characters = 0

    def write(self, line: str | Wording) -> None:
        """Adds a line of Lambda's own, or lines that are worded only when the batch is written."""
        events = self._events
        if not events:
            self._writer.enlist(self)
        events.append((time.time_ns() // 1_000_000, line))
        if len(events) >= _BATCH_EVENTS or self._characters >= _BATCH_CHARACTERS:
            self._writer.flush()

    def write_output(self, lines: list[str]) -> None:
        """Adds what the function wrote, and shows it."""
        for line in lines:
            self._characters += len(line)
            self.write(line)
            self._writer.echo(self._function, line)

    def tell(self, line: str) -> None:
        """Shows a line that AWS does not log."""
        self._writer.echo(self._function, line)

    def take(self) -> LogEvents:
        """The events since the last time, which leave the stream."""
        events, self._events = self._events, []
        self._characters = 0
        worded: LogEvents = []
        for epoch_ms, event in events:
            if isinstance(event, str):
                worded.append((epoch_ms, event))
            else:
                worded.extend((epoch_ms, line) for line in event())
        return worded
