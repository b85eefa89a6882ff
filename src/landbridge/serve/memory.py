"""What requests keep for later ones: the answers of authorizers, for as long as each is good."""

from collections.abc import Hashable

MOST_KEPT = 10_000
"""Clients choose the keys, tokens among them."""


class Memory:
    """Values by key, each until its time is over; the oldest go first where there are too many."""

    def __init__(self, most_kept: int = MOST_KEPT) -> None:
        self._kept: dict[Hashable, tuple[int, object]] = {}
        self._most_kept = most_kept

    def recall(self, key: Hashable, epoch_ms: int) -> object | None:
        """The value of the key, or None where there is none that is still good."""
        until_epoch_ms, value = self._kept.get(key, (0, None))
        if until_epoch_ms > epoch_ms:
            return value
        self._kept.pop(key, None)
        return None

    def keep(self, key: Hashable, value: object, until_epoch_ms: int) -> None:
        """The value is the key's from now on."""
        self._kept.pop(key, None)
        while len(self._kept) >= self._most_kept:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = until_epoch_ms, value

    def forget(self, *prefix: Hashable) -> None:
        """Nothing is kept any more under keys that are tuples with this beginning."""
        size = len(prefix)
        gone = [key for key in self._kept if isinstance(key, tuple) and key[:size] == prefix]
        for key in gone:
            del self._kept[key]
