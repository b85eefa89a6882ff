"""The traces that somebody asked for: ``landbridge trace`` by a tag, the terminal for its lines."""

from collections.abc import Callable

from landbridge.trace.decision import Trace

MOST_EXPECTED = 100
"""Tags whose request never comes are forgotten in the end."""


class TraceLog:
    """Keeps expected traces until they are taken, and tells a listener of every one."""

    def __init__(self, listener: Callable[[Trace], None] | None = None) -> None:
        self._expected: dict[str, Trace | None] = {}
        self._listener = listener

    def expect(self, tag: str) -> None:
        """Keep the latest trace with this tag until it is taken."""
        while len(self._expected) >= MOST_EXPECTED:
            del self._expected[next(iter(self._expected))]
        self._expected[tag] = None

    def wants(self, tag: str) -> bool:
        """Whether anybody will look at the trace of a request with this tag; empty for a request without."""
        return self._listener is not None or tag in self._expected

    def record(self, trace: Trace, tag: str = "") -> None:
        """One more request is over."""
        if tag in self._expected:
            self._expected[tag] = trace
        if self._listener is not None:
            self._listener(trace)

    def take(self, tag: str) -> Trace | None:
        """The trace with this tag, once."""
        return self._expected.pop(tag, None)
