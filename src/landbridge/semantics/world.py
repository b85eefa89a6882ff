"""A topology together with whatever is worth computing only once from it."""

from collections.abc import Callable
from typing import Any, TypeVar

from landbridge.model.topology import Topology

Value = TypeVar("Value")
Compiled = TypeVar("Compiled")

MOST_REMEMBERED = 20_000
"""Clients choose some of the keys, names among them: what is remembered must not grow with them."""
LONGEST_REMEMBERED = 512
"""Characters of a key that a client chose; what a longer one leads to is decided each time."""


class World:
    """One immutable topology, and a memory of what was compiled from its parts.

    A change of topology makes a new World; a request keeps the one it began with. The memory only spares
    repeated work: no answer depends on what is already in it.
    """

    def __init__(self, topology: Topology) -> None:
        self.topology = topology
        self._compiled: dict[tuple[object, int], Any] = {}
        self._decided: dict[object, Any] = {}

    def once(self, compile_part: Callable[[Value], Compiled], part: Value) -> Compiled:
        """`compile_part(part)`, computed at the first call; `part` must belong to this topology."""
        key = (compile_part, id(part))
        try:
            return self._compiled[key]  # type: ignore[no-any-return]
        except KeyError:
            compiled = compile_part(part)
            self._compiled[key] = compiled
            return compiled

    def remember(self, key: object, decide: Callable[[], Value], characters: int = 0) -> Value:
        """`decide()`, computed at the first call with this hashable key.

        `characters` says how long those parts of the key are that a client chose.
        """
        if characters > LONGEST_REMEMBERED:
            return decide()
        try:
            return self._decided[key]  # type: ignore[no-any-return]
        except KeyError:
            decided = decide()
            if len(self._decided) >= MOST_REMEMBERED:
                self._decided.clear()
            self._decided[key] = decided
            return decided
