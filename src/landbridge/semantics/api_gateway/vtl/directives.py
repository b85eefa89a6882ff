"""What directives do."""

from collections.abc import Mapping
from dataclasses import dataclass

from landbridge.semantics.api_gateway.vtl.references import Reference
from landbridge.semantics.api_gateway.vtl.run import Block, Broken, Expression, Run, Stopped
from landbridge.semantics.api_gateway.vtl.values import is_true

MOST_TURNS = 1000
"""AWS: "Mapping template transformations for REST APIs in API Gateway" """
LOOP_VARIABLES = ("foreach", "velocityCount", "velocityHasNext")


@dataclass(frozen=True, slots=True)
class Set:
    """``#set($name = value)``."""

    target: Reference
    expression: Expression

    def render(self, run: Run) -> None:
        """Sets it; null sets nothing."""
        value = self.expression.value(run)
        if value is not None:
            self.target.set(run, value)


@dataclass(frozen=True, slots=True)
class If:
    """``#if``, ``#elseif`` and ``#else``."""

    branches: tuple[tuple[Expression, tuple[Block, ...]], ...]
    otherwise: tuple[Block, ...]

    def render(self, run: Run) -> None:
        """Carries out the first branch whose condition is true."""
        for block in self._chosen(run):
            block.render(run)

    def _chosen(self, run: Run) -> tuple[Block, ...]:
        for condition, blocks in self.branches:
            if is_true(condition.value(run)):
                return blocks
        return self.otherwise


@dataclass(frozen=True, slots=True)
class Foreach:
    """``#foreach($name in items)``: over a list, or the values of a map."""

    name: str
    items: Expression
    body: tuple[Block, ...]

    def render(self, run: Run) -> None:
        """Carries out the body for each item; afterwards its own variables are what they were."""
        items = _items(self.items.value(run))
        before = {name: run.variables.get(name) for name in (self.name, *LOOP_VARIABLES)}
        try:
            for index, item in enumerate(items):
                self._turn(run, index, item, index + 1 < len(items), before["foreach"])
        except Broken:
            pass
        finally:
            run.variables.update(before)

    def _turn(self, run: Run, index: int, item: object, has_next: bool, parent: object) -> None:
        loop = {
            "count": index + 1,
            "index": index,
            "hasNext": has_next,
            "first": index == 0,
            "last": not has_next,
            "parent": parent,
        }
        run.variables.update(
            {self.name: item, "foreach": loop, "velocityCount": index + 1, "velocityHasNext": has_next}
        )
        for block in self.body:
            block.render(run)


@dataclass(frozen=True, slots=True)
class Stop:
    """``#stop``."""

    def render(self, run: Run) -> None:
        """Ends the template."""
        raise Stopped


@dataclass(frozen=True, slots=True)
class Break:
    """``#break``."""

    def render(self, run: Run) -> None:
        """Ends the innermost loop, or the template where there is none."""
        raise Broken if run.variables.get("foreach") else Stopped


def _items(value: object) -> list[object]:
    items = list(value.values()) if isinstance(value, Mapping) else value
    return items[:MOST_TURNS] if isinstance(items, list) else []
