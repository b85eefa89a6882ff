"""The text of a template and how far it has been read."""

import re
from dataclasses import dataclass

from landbridge.semantics.api_gateway.vtl.errors import MappingTemplateError


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a template, from 1."""

    line: int
    column: int


class Scanner:
    """Reads a text from left to right."""

    def __init__(self, text: str, origin: Place = Place(1, 1)) -> None:
        """`origin` is where the text itself stands: one in quotes is a template within a template."""
        self.text = text
        self.position = 0
        self._origin = origin

    @property
    def at_end(self) -> bool:
        """Whether all has been read."""
        return self.position >= len(self.text)

    def accept(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What the pattern matches here, which is then behind."""
        found = pattern.match(self.text, self.position)
        if found is not None:
            self.position = found.end()
        return found

    def expect(self, pattern: re.Pattern[str], what: str) -> re.Match[str]:
        """What the pattern matches here; an error that asks for `what` where it does not."""
        found = self.accept(pattern)
        if found is None:
            raise self.error(f"{what} is expected")
        return found

    def sees(self, pattern: re.Pattern[str]) -> bool:
        """Whether the pattern matches here."""
        return pattern.match(self.text, self.position) is not None

    def place(self, position: int | None = None) -> Place:
        """The place of a position, or of what comes next."""
        before = self.text[: self.position if position is None else position]
        lines = before.count("\n")
        if lines == 0:
            return Place(self._origin.line, self._origin.column + len(before))
        return Place(self._origin.line + lines, len(before) - before.rfind("\n"))

    def error(self, message: str, position: int | None = None) -> MappingTemplateError:
        """The error to raise for what stands there."""
        place = self.place(position)
        return MappingTemplateError(message, line=place.line, column=place.column)
