"""The traces of the latest requests, for ``landbridge trace`` and for the line per request."""

from collections import deque
from collections.abc import Callable

from landbridge.trace.decision import Trace

KEPT = 1000


class TraceLog:
    """Keeps the latest traces and tells a listener of each."""

    def __init__(self, listener: Callable[[Trace], None] | None = None) -> None:
        self._latest: deque[Trace] = deque(maxlen=KEPT)
        self._asked: dict[str, Trace | None] = {}
        self._listener = listener

    def expect(self, tag: str) -> None:
        """Keep the first trace with this tag until it is taken."""
        self._asked[tag] = None

    def record(self, trace: Trace, tag: str = "") -> None:
        """One more request is over."""
        self._latest.append(trace)
        if tag and tag in self._asked:
            self._asked[tag] = trace
        if self._listener is not None:
            self._listener(trace)

    def take(self, tag: str) -> Trace | None:
        """The trace with this tag, once."""
        return self._asked.pop(tag, None)
