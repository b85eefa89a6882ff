"""One run of a template: its variables, and what it has written so far."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Run:
    """What nodes work on."""

    variables: dict[str, object]
    output: list[str]


class Block(Protocol):
    """A part of a template's text."""

    def render(self, run: Run) -> None:
        """Writes what it makes."""


class Expression(Protocol):
    """A part of an expression."""

    def value(self, run: Run) -> object:
        """What it means."""


class Stopped(Exception):  # noqa: N818 - control flow, no error
    """``#stop`` ends the template."""


class Broken(Exception):  # noqa: N818 - control flow, no error
    """``#break`` ends the innermost loop."""
