"""How much a client asks of an HTTP/2 connection: frames counted by type, before they are read.

RFC 9113, section 10.5, names the frames that cost the receiver more than the sender.
"""

from enum import StrEnum

LONGEST_HEADER_BLOCK = 8 * 1024
"""Bytes of a header block as HPACK compresses it."""
MOST_FUTILE_FRAMES = 1000
"""Frames between two requests that carry nothing."""
MOST_CANCELLED = 100
"""Requests that a client resets beyond those that were answered."""


class Excess(StrEnum):
    """What there is too much of."""

    HEADER_BLOCK = "compressed headers too long"
    FUTILE_FRAMES = "too many frames without a request"
    CANCELLED = "too many streams reset"


class FrameMeter:
    """Follows the frame headers in the bytes of one connection."""

    def __init__(self) -> None:
        self.answered = 0
        """How many requests were answered; the caller counts."""
        self._preface = len(_PREFACE)
        self._header = b""
        self._payload = 0
        self._block = 0
        self._futile = 0
        self._cancelled = 0

    def feed(self, data: bytes) -> Excess | None:
        """What there is too much of after these bytes."""
        at = min(self._preface, len(data))
        self._preface -= at
        while at < len(data):
            skipped = min(self._payload, len(data) - at)
            self._payload -= skipped
            at += skipped
            if self._payload:
                break
            part = data[at : at + _FRAME_HEADER - len(self._header)]
            self._header += part
            at += len(part)
            if len(self._header) == _FRAME_HEADER:
                self._count(self._header)
                self._header = b""
        return self._excess()

    def _count(self, header: bytes) -> None:
        self._payload = int.from_bytes(header[:3], "big")
        kind, flags = header[3], header[4]
        if kind == _HEADERS:
            self._block = self._payload
            self._futile = 0
        elif kind == _CONTINUATION:
            self._block += self._payload
            self._futile += 1
        elif kind == _RST_STREAM:
            self._cancelled += 1
        elif kind != _DATA or (not self._payload and not flags & _END_STREAM):
            self._futile += kind != _WINDOW_UPDATE

    def _excess(self) -> Excess | None:
        if self._block > LONGEST_HEADER_BLOCK:
            return Excess.HEADER_BLOCK
        if self._futile > MOST_FUTILE_FRAMES:
            return Excess.FUTILE_FRAMES
        return Excess.CANCELLED if self._cancelled - self.answered > MOST_CANCELLED else None


_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_FRAME_HEADER = 9
_DATA, _HEADERS, _RST_STREAM, _WINDOW_UPDATE, _CONTINUATION = 0, 1, 3, 8, 9
_END_STREAM = 0x1
