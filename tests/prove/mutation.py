"""A single fault in a correct app, and the claim that has to notice it."""

from collections.abc import Callable
from dataclasses import dataclass

from landbridge.model.topology import Topology


@dataclass(frozen=True, slots=True)
class Mutation:
    """A fault by name; `apply` puts it into a topology."""

    name: str
    claim_id: str
    apply: Callable[[Topology], Topology]
    also: frozenset[str] = frozenset()
    """Further claims that the fault breaks, or leaves unknown, by its nature."""

    def __str__(self) -> str:
        return self.name
