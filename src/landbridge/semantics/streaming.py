"""What goes on when a journey is over: a body that is still coming, a connection that was switched."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from landbridge.model.exchange import BodyStream


@dataclass(frozen=True, slots=True)
class Streaming:
    """How an answer is taken that is passed on as it comes; the timeout is that of the whole of it."""

    idle_ms: int
    """How long the body may stand still."""
    delimiter: bytes = b""
    """What stands between a function's metadata and its body."""
    metadata_bytes: int = 0
    """The most that metadata and delimiter may take."""


@dataclass(frozen=True, slots=True)
class InvokedStreaming:
    """The function runs and has told the metadata of its answer; an answer without any is ``Invoked``."""

    metadata: bytes
    """What came before the delimiter."""
    body: BodyStream
    request_id: str = ""
    duration_ms: int = 0
    """From the call to the metadata."""


@dataclass(frozen=True, slots=True)
class DropBody:
    """Let go of a body that nobody is going to read; whoever makes it goes on."""

    body: BodyStream


@dataclass(frozen=True, slots=True)
class BodyDropped:
    """Nobody reads it."""


class Channel(Protocol):
    """A server's connection after it has switched protocols: bytes both ways, of no concern to a journey."""

    def join(self, receive: Callable[[bytes], None], ended: Callable[[], None]) -> None:
        """What the server says goes to `receive` from now on, its end to `ended`."""

    def send(self, data: bytes) -> None:
        """Passes bytes on to the server."""

    def pause(self, paused: bool) -> None:
        """Holds the server back, or lets it go on."""

    def close(self) -> None:
        """Ends the connection."""
