"""The traces that somebody asked for: ``landbridge trace`` by a tag, the terminal for its lines."""

from collections.abc import Callable

from landbridge.trace.decision import Trace

MOST_EXPECTED = 100
"""Tags whose request never comes are forgotten in the end."""


Listener = Callable[[Trace], None]


def all_of(*listeners: Listener | None) -> Listener | None:
    """One listener that tells these; None where there are none."""
    there = [listener for listener in listeners if listener is not None]

    def tell(trace: Trace) -> None:
        for listener in there:
            listener(trace)

    return tell if there else None


class TraceLog:
    """Keeps expected traces until they are taken, and tells a listener of every one."""

    def __init__(self, listener: Listener | None = None) -> None:
        self._expected: dict[str, Trace | None] = {}
        self._rehearsals: set[str] = set()
        self._listener = listener

    def expect(self, tag: str, *, dry_run: bool = False) -> None:
        """Keep the latest trace with this tag until it is taken; a dry run runs nothing."""
        while len(self._expected) >= MOST_EXPECTED:
            self.take(next(iter(self._expected)))
        self._expected[tag] = None
        if dry_run:
            self._rehearsals.add(tag)

    def rehearses(self, tag: str) -> bool:
        """Whether requests with this tag are only rehearsed."""
        return tag in self._rehearsals

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
        self._rehearsals.discard(tag)
        return self._expected.pop(tag, None)
