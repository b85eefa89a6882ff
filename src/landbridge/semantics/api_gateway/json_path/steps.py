"""The steps of a path: what each finds in a value."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol


class Step(Protocol):
    """One step inwards."""

    @property
    def several(self) -> bool:
        """Whether it can find more than one thing, so that the path gives a list."""

    def of(self, value: object, root: object) -> list[object]:
        """What it finds; `root` is the whole document, for filters."""


Test = Callable[[object, object], bool]
"""Whether an item, of a document, passes a filter."""


@dataclass(frozen=True, slots=True)
class Child:
    """``.name`` or ``['name']``."""

    name: str
    several: ClassVar[bool] = False

    def of(self, value: object, root: object) -> list[object]:
        """The entry of that name."""
        return [value[self.name]] if isinstance(value, dict) and self.name in value else []


@dataclass(frozen=True, slots=True)
class Children:
    """``['a','b']``: one map with these entries."""

    names: tuple[str, ...]
    several: ClassVar[bool] = False

    def of(self, value: object, root: object) -> list[object]:
        """The map of those entries that are there."""
        if not isinstance(value, dict):
            return []
        return [{name: value[name] for name in self.names if name in value}]


@dataclass(frozen=True, slots=True)
class Element:
    """``[0]``, or from the end ``[-1]``."""

    index: int
    several: ClassVar[bool] = False

    def of(self, value: object, root: object) -> list[object]:
        """The element there."""
        if not isinstance(value, list) or not -len(value) <= self.index < len(value):
            return []
        return [value[self.index]]


@dataclass(frozen=True, slots=True)
class Elements:
    """``[0,2]``."""

    indexes: tuple[int, ...]
    several: ClassVar[bool] = True

    def of(self, value: object, root: object) -> list[object]:
        """Those elements that are there."""
        return [found for index in self.indexes for found in Element(index).of(value, root)]


@dataclass(frozen=True, slots=True)
class Slice:
    """``[from:to]``."""

    first: int | None
    end: int | None
    several: ClassVar[bool] = True

    def of(self, value: object, root: object) -> list[object]:
        """The elements in between."""
        return value[self.first : self.end] if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Wildcard:
    """``.*`` or ``[*]``."""

    several: ClassVar[bool] = True

    def of(self, value: object, root: object) -> list[object]:
        """Everything within."""
        return children(value)


@dataclass(frozen=True, slots=True)
class DeepScan:
    """``..``: the step, in the value and everywhere within."""

    step: Step
    several: ClassVar[bool] = True

    def of(self, value: object, root: object) -> list[object]:
        """What the step finds, outer values first."""
        found = self.step.of(value, root)
        for child in children(value):
            found = found + self.of(child, root)
        return found


@dataclass(frozen=True, slots=True)
class Filtered:
    """``[?(…)]``: of a list the items that pass, a map if it passes."""

    test: Test
    several: ClassVar[bool] = True

    def of(self, value: object, root: object) -> list[object]:
        """Those that pass."""
        items = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
        return [item for item in items if self.test(item, root)]


@dataclass(frozen=True, slots=True)
class Function:
    """``.length()`` and the like."""

    name: str
    several: ClassVar[bool] = False

    def of(self, value: object, root: object) -> list[object]:
        """Its answer; nothing where the value is not of its kind."""
        if self.name in ("length", "size"):
            return [len(value)] if isinstance(value, list | dict | str) else []
        if self.name == "keys":
            return [list(value)] if isinstance(value, dict) else []
        numbers = [each for each in value if is_number(each)] if isinstance(value, list) else []
        return [_AGGREGATES[self.name](numbers)] if numbers else []


_AGGREGATES: dict[str, Callable[[list[float]], float]] = {
    "avg": lambda numbers: sum(numbers) / len(numbers),
    "max": lambda numbers: float(max(numbers)),
    "min": lambda numbers: float(min(numbers)),
    "sum": lambda numbers: float(sum(numbers)),
}


def children(value: object) -> list[object]:
    """What is directly within a value."""
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list) else []


def is_number(value: object) -> bool:
    """Whether it is a number of JSON."""
    return isinstance(value, int | float) and not isinstance(value, bool)
