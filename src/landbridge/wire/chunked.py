"""The chunked transfer coding, read strictly: whoever reads it with more tolerance may see another end.

RFC 9112, section 7.1. Chunk extensions and trailers are measured and dropped.
"""

import re
from dataclasses import dataclass

from landbridge.model.exchange import MalformedReason

LONGEST_SIZE_LINE = 1024
"""A chunk's size with its extensions, without the line's end."""


@dataclass(frozen=True, slots=True)
class ChunkedLimits:
    """The largest sizes that are read, in bytes."""

    body: int
    trailer: int
    """One trailer, without the line's end."""
    trailers: int


LAST_CHUNK = b"0\r\n\r\n"
"""The end of a body, without trailers."""


def render_chunk(data: bytes) -> bytes:
    """The bytes as one chunk; none where there are no bytes, as an empty chunk would end the body."""
    return b"%x\r\n%s\r\n" % (len(data), data) if data else b""


class ChunkedBody:
    """Collects one body from pieces of any size."""

    def __init__(self, limits: ChunkedLimits) -> None:
        self.problem: MalformedReason | None = None
        """Set when the body cannot be read; nothing after it can be read either."""
        self._limits = limits
        self._parts: list[bytes] = []
        self._size = 0
        self._pending = b""
        self._missing = 0
        self._read = self._read_size
        self._trailer_bytes = 0
        self._is_whole = False

    @property
    def body(self) -> bytes:
        """What was collected."""
        return b"".join(self._parts)

    def feed(self, data: bytes) -> bytes | None:
        """What follows the body, once it is whole; None while more is needed or after a problem."""
        rest = self._pending + data if self._pending else data
        self._pending = b""
        while rest and self.problem is None and not self._is_whole:
            rest = self._read(rest)
        return rest if self._is_whole else None

    def _read_size(self, data: bytes) -> bytes:
        line, rest = self._line(data, LONGEST_SIZE_LINE, MalformedReason.BAD_CHUNK)
        if line is None:
            return b""
        found = _SIZE_LINE.fullmatch(line)
        if found is None:
            return self._fail(MalformedReason.BAD_CHUNK)
        self._missing = int(found[1], 16)
        self._size += self._missing
        if self._size > self._limits.body:
            return self._fail(MalformedReason.BODY_TOO_LARGE)
        self._read = self._read_data if self._missing else self._read_trailer
        return rest

    def _read_data(self, data: bytes) -> bytes:
        part = data[: self._missing]
        self._parts.append(part)
        self._missing -= len(part)
        if not self._missing:
            self._read = self._read_data_end
        return data[len(part) :]

    def _read_data_end(self, data: bytes) -> bytes:
        if not b"\r\n".startswith(data[:2]):
            return self._fail(MalformedReason.BAD_CHUNK)
        if len(data) < 2:
            self._pending = data
            return b""
        self._read = self._read_size
        return data[2:]

    def _read_trailer(self, data: bytes) -> bytes:
        line, rest = self._line(data, self._limits.trailer, MalformedReason.HEADER_TOO_LONG)
        if line is None:
            return b""
        if not line:
            self._is_whole = True
            return rest
        self._trailer_bytes += len(line) + 2
        if self._trailer_bytes > self._limits.trailers:
            return self._fail(MalformedReason.HEADERS_TOO_LONG)
        return rest if _TRAILER.fullmatch(line) else self._fail(MalformedReason.BAD_HEADER)

    def _line(self, data: bytes, longest: int, too_long: MalformedReason) -> tuple[bytes | None, bytes]:
        """A line without its end, and what follows it; None while its end is not there."""
        end = data.find(b"\n")
        if end < 0 and len(data) <= longest + 1:
            self._pending = data
            return None, b""
        if end < 0 or end > longest + 1:
            self._fail(too_long)
            return None, b""
        if data[end - 1 : end] != b"\r":
            self._fail(MalformedReason.BAD_CHUNK)
            return None, b""
        return data[: end - 1], data[end + 1 :]

    def _fail(self, problem: MalformedReason) -> bytes:
        self.problem = problem
        return b""


_SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,15})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?")
_TRAILER = re.compile(rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*")
