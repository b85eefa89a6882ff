"""A line of the printed table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, its peer in the same run, and the budget for their ratio."""

    what: str
    ours: float
    peer: float
    unit: str
    budget: str

    def __str__(self) -> str:
        ratio = f"{self.ours / self.peer:6.2f}" if self.peer else "     -"
        peer = f"{self.peer:10.0f}" if self.peer else "         -"
        return f"{self.what:58} {self.ours:10.1f} {peer} {self.unit:6} {ratio}   {self.budget}"
