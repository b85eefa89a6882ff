"""A table of the user's TOML, read key by key; whatever is wrong is said with its line and a hint."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from landbridge.blueprint.key_lines import KeyLines, KeyPath, line_of_each_key, nearest_line
from landbridge.errors import DeclarationError

Kind = TypeVar("Kind")

TOML_NAMES: Mapping[type, str] = {
    str: "a string",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    dict: "a table",
    list: "an array",
    date: "a date",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A TOML text by its file name, and where its keys stand."""

    file: str
    lines: KeyLines

    def mistake(self, path: KeyPath, message: str, hint: str) -> DeclarationError:
        """The error to raise for what stands at that path."""
        return DeclarationError(message, hint, file=self.file, line=self.line(path))

    def line(self, path: KeyPath) -> int:
        """The line of what stands at that path, or of the closest table around it."""
        return nearest_line(self.lines, path)


def read_toml(text: str, file: str) -> "Table":
    """The text's top table; `file` is what to call it in an error."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_mistake(str(error), text, file) from None
    return Table(Source(file, line_of_each_key(text)), (), values)


@dataclass(frozen=True, slots=True)
class Table:
    """One table and where it stands."""

    source: Source
    path: KeyPath
    values: Mapping[str, Any]

    def mistake(self, key: str, message: str, hint: str) -> DeclarationError:
        """The error to raise for that key."""
        return self.source.mistake((*self.path, key), message, hint)

    def dotted(self, key: str) -> str:
        """How to call a key to the reader: ``network.zone.subnet``."""
        return ".".join([*(part for part in self.path if isinstance(part, str)), key])

    def only(self, *known: str) -> None:
        """Raise if there is any other key."""
        for key in self.values:
            if key not in known:
                close = difflib.get_close_matches(key, known, 1)
                hint = f"did you mean {close[0]}?" if close else f"known here: {', '.join(known)}"
                raise self.mistake(key, f"{self.dotted(key)} is not known", hint)

    def text(self, key: str, default: str | None = None) -> str:
        """A string that is not empty."""
        text = self.string(key, default)
        if not text:
            raise self.mistake(key, f"{self.dotted(key)} is empty", "give it a value or leave the key out")
        return text

    def string(self, key: str, default: str | None = None) -> str:
        """A string."""
        return self._typed(key, str, default)

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        return self._typed(key, bool, default)

    def integer(self, key: str, default: int, allowed: range, meaning: str) -> int:
        """A whole number in the range; `meaning` is its unit and whose rule the range is."""
        number = self._typed(key, int, default)
        if number not in allowed:
            raise self.mistake(
                key,
                f"{self.dotted(key)} is {number}, outside {allowed[0]} to {allowed[-1]}",
                f"the range of {meaning}",
            )
        return number

    def number(self, key: str, default: float) -> float:
        """A whole or decimal number."""
        if isinstance(self.values.get(key), int):
            return float(self._typed(key, int, 0))
        return self._typed(key, float, default)

    def day(self, key: str) -> date:
        """A date without a time."""
        day = self._typed(key, date, None)
        if isinstance(day, datetime):
            raise self.mistake(
                key, f"{self.dotted(key)} is a date with a time, not a date", _example(key, date)
            )
        return day

    def texts(self, key: str) -> tuple[str, ...]:
        """An array of strings, at least one."""
        values = self._typed(key, list, None)
        if not values or not all(isinstance(value, str) for value in values):
            raise self.mistake(
                key, f"{self.dotted(key)} is not an array of strings", f'for example {key} = ["..."]'
            )
        return tuple(values)

    def table(self, key: str, required: bool = True) -> "Table":
        """A table within; an empty one when it is missing and not required."""
        if key not in self.values and required:
            raise self.mistake(key, f"the table [{self.dotted(key)}] is missing", f"add [{self.dotted(key)}]")
        return Table(self.source, (*self.path, key), self._typed(key, dict, {}))

    def tables(self, key: str) -> tuple["Table", ...]:
        """An array of tables, possibly empty."""
        values = self._typed(key, list, [])
        if not all(isinstance(value, dict) for value in values):
            raise self.mistake(
                key, f"{self.dotted(key)} is not an array of tables", f"write [[{self.dotted(key)}]]"
            )
        return tuple(
            Table(self.source, (*self.path, key, index), value) for index, value in enumerate(values)
        )

    def _typed(self, key: str, kind: type[Kind], default: Kind | None) -> Kind:
        if key not in self.values and default is not None:
            return default
        if key not in self.values:
            raise self.mistake(key, f"{self.dotted(key)} is missing", f"add {key} to {self._name()}")
        value = self.values[key]
        # In Python true is a whole number, in TOML it is not.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            found = TOML_NAMES.get(type(value), "a date or time")
            raise self.mistake(
                key, f"{self.dotted(key)} is {found}, not {TOML_NAMES[kind]}", _example(key, kind)
            )
        return value

    def _name(self) -> str:
        name = ".".join(part for part in self.path if isinstance(part, str))
        return f"[[{name}]]" if isinstance(self.path[-1], int) else f"[{name}]"


def _syntax_mistake(complaint: str, text: str, file: str) -> DeclarationError:
    found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", complaint)
    line = int(found[1]) if found and found[1] else text.rstrip("\n").count("\n") + 1
    said = complaint[: found.start()] if found else complaint
    return DeclarationError(
        f"not valid TOML: {said[:1].lower()}{said[1:]}",
        'text stands in double quotes, tables begin with [name]: domain = "orders.corp.example"',
        file=file,
        line=line,
    )


def _example(key: str, kind: type) -> str:
    examples = {
        str: f'put it in quotes: {key} = "..."',
        bool: f"write {key} = true or {key} = false, without quotes",
        int: f"write {key} = 256, without quotes",
        float: f"write {key} = 2.0, without quotes",
        dict: f"write it as [{key}]",
        list: f"write it as an array: {key} = [...]",
        date: f"write a day, without quotes: {key} = 2027-01-31",
    }
    return examples[kind]
