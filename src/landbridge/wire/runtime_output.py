"""What a function's process writes, as log events: lines of text, and frames of the runtime client.

AWS's runtime client for Python writes what its ``logging`` handler formats as frames, so that a message of
several lines stays one event: four bytes of type, four of length, eight of timestamp, then the message, all
big-endian. Both arrive here on one pipe, so their order is kept.
"""

_FRAME = b"\xa5\x5a\x00"
"""How the type of each frame begins; text has no NUL after these."""
_FRAME_HEAD_BYTES = 16
EVENT_LIMIT_BYTES = 1024 * 1024
"""A longer line or frame is cut into events of this size."""


class OutputReader:
    """The log events of one process, from its bytes as they arrive."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, written: bytes) -> list[str]:
        """The events that these bytes complete, in order, without their line ends; empty lines are none."""
        buffer = self._rest + written if self._rest else written
        if buffer.endswith(b"\n") and _FRAME not in buffer and len(buffer) <= EVENT_LIMIT_BYTES:
            self._rest = b""
            return [line for line in _decode(buffer).split("\n") if line]
        events: list[str] = []
        start = 0
        while (found := _find_event(buffer, start)) is not None:
            event, start = found
            if event:
                events.append(_decode(event))
        self._rest = buffer[start:]
        return events

    def finish(self) -> list[str]:
        """What was written without a line end, as it stands."""
        rest, self._rest = self._rest, b""
        return [_decode(rest)] if rest else []


def _find_event(buffer: bytes, start: int) -> tuple[bytes, int] | None:
    """The event that begins at `start`, and where the next one does; None while it is not complete."""
    if buffer.startswith(_FRAME, start):
        length = int.from_bytes(buffer[start + 4 : start + 8], "big")
        end = start + _FRAME_HEAD_BYTES + length
        if len(buffer) < start + _FRAME_HEAD_BYTES:
            return None
        if length <= EVENT_LIMIT_BYTES:
            return (buffer[end - length : end].rstrip(b"\n"), end) if end <= len(buffer) else None
    return _find_line(buffer, start)


def _find_line(buffer: bytes, start: int) -> tuple[bytes, int] | None:
    newline = buffer.find(b"\n", start, start + EVENT_LIMIT_BYTES)
    frame = buffer.find(_FRAME, start + 1, newline if newline >= 0 else start + EVENT_LIMIT_BYTES)
    if frame >= 0:
        return buffer[start:frame], frame
    if newline >= 0:
        return buffer[start:newline], newline + 1
    if len(buffer) - start >= EVENT_LIMIT_BYTES:
        return buffer[start : start + EVENT_LIMIT_BYTES], start + EVENT_LIMIT_BYTES
    return None


def _decode(event: bytes) -> str:
    return event.decode("utf-8", "replace")
