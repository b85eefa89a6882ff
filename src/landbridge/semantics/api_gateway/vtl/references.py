"""References: ``$name``, ``${name}``, ``$!name``, their properties, methods and indexes."""

import re
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass

from landbridge.semantics.api_gateway.vtl.errors import MappingTemplateError
from landbridge.semantics.api_gateway.vtl.methods import call, item, property_of
from landbridge.semantics.api_gateway.vtl.run import Expression, Run
from landbridge.semantics.api_gateway.vtl.scanner import Place, Scanner
from landbridge.semantics.api_gateway.vtl.values import written

REFERENCE = re.compile(r"\$(!?)(\{?)(?=[A-Za-z_])")
"""The start of a reference; a dollar that begins none is text."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_DOT = re.compile(r"\.(?=[A-Za-z])")
_OPEN = re.compile(r"\(")
_CLOSE = re.compile(r"\)")
_COMMA = re.compile(r",")
_BRACKET = re.compile(r"\[")
_BRACKET_END = re.compile(r"\]")
_BRACE_END = re.compile(r"\}")
_SPACES = re.compile(r"[ \t\r\n]*")

ReadExpression = Callable[[Scanner], Expression]


@dataclass(frozen=True, slots=True)
class Property:
    """``.name``."""

    name: str

    def of(self, value: object, run: Run) -> object:
        """The member's value; null where there is none."""
        return property_of(value, self.name)


@dataclass(frozen=True, slots=True)
class Call:
    """``.name(argument, …)``."""

    name: str
    arguments: tuple[Expression, ...]

    def of(self, value: object, run: Run) -> object:
        """What the method answers; null where there is none."""
        arguments = [argument.value(run) for argument in self.arguments]
        function = value.get(self.name) if isinstance(value, Mapping) else None
        if callable(function):
            return _apply(function, self.name, arguments)
        return call(value, self.name, arguments)


@dataclass(frozen=True, slots=True)
class Index:
    """``[place]``."""

    place: Expression

    def of(self, value: object, run: Run) -> object:
        """The item there; null where there is none."""
        return item(value, self.place.value(run))


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference, as an expression and as text."""

    name: str
    steps: tuple[Property | Call | Index, ...]
    silent: bool
    """``$!``: null writes nothing."""
    text: str
    """As it stands in the template, which is what null writes."""
    place: Place
    backslashes: int = 0
    """Before it: two write one; after an odd one the reference is not evaluated."""

    def value(self, run: Run) -> object:
        """What it refers to; null where there is nothing."""
        value = run.variables.get(self.name)
        try:
            for step in self.steps:
                if value is None:
                    return None
                value = step.of(value, run)
        except MappingTemplateError as error:
            raise error.at(self.place.line, self.place.column) from error
        return None if callable(value) else value

    def render(self, run: Run) -> None:
        """Writes the value as Java prints it."""
        value = self.value(run)
        if self.backslashes:
            run.output.append(self._escaped(value))
        elif value is not None:
            run.output.append(written(value))
        elif not self.silent:
            run.output.append(self.text)

    def set(self, run: Run, value: object) -> None:
        """Gives it another value; what cannot be set stays as it is."""
        if not self.steps:
            run.variables[self.name] = value
            return
        holder = Reference(self.name, self.steps[:-1], False, self.text, self.place).value(run)
        try:
            _put(holder, self.steps[-1], value, run)
        except MappingTemplateError as error:
            raise error.at(self.place.line, self.place.column) from error

    def _escaped(self, value: object) -> str:
        if value is None:
            return "\\" * self.backslashes + self.text
        return "\\" * (self.backslashes // 2) + (self.text if self.backslashes % 2 else written(value))


def read_reference(scanner: Scanner, read_argument: ReadExpression, backslashes: int = 0) -> Reference:
    """The reference that begins here; `read_argument` reads what stands in parentheses and brackets."""
    start, place = scanner.position, scanner.place()
    opening = scanner.expect(REFERENCE, "a reference")
    name = scanner.expect(_NAME, "a name")[0]
    steps = _read_indexes(scanner, read_argument)
    while scanner.accept(_DOT):
        member = scanner.expect(_NAME, "a name")[0]
        if scanner.accept(_OPEN):
            steps.append(Call(member, _read_arguments(scanner, read_argument)))
        else:
            steps.append(Property(member))
        steps += _read_indexes(scanner, read_argument)
    if opening[2]:
        scanner.expect(_BRACE_END, "}")
    text = scanner.text[start : scanner.position]
    return Reference(name, tuple(steps), bool(opening[1]), text, place, backslashes)


def skip_spaces(scanner: Scanner) -> None:
    """Past spaces, tabs and newlines."""
    scanner.accept(_SPACES)


def _read_indexes(scanner: Scanner, read_argument: ReadExpression) -> list[Property | Call | Index]:
    found: list[Property | Call | Index] = []
    while scanner.accept(_BRACKET):
        found.append(Index(read_argument(scanner)))
        scanner.expect(_BRACKET_END, "]")
    return found


def _read_arguments(scanner: Scanner, read_argument: ReadExpression) -> tuple[Expression, ...]:
    skip_spaces(scanner)
    if scanner.accept(_CLOSE):
        return ()
    found = [read_argument(scanner)]
    while scanner.accept(_COMMA):
        found.append(read_argument(scanner))
    scanner.expect(_CLOSE, ") or a comma")
    return tuple(found)


def _apply(function: Callable[..., object], name: str, arguments: list[object]) -> object:
    try:
        return function(*arguments)
    except (TypeError, ValueError, AttributeError) as problem:
        raise MappingTemplateError(f"{name} failed: {problem}") from problem


def _put(holder: object, step: Property | Call | Index, value: object, run: Run) -> None:
    match step:
        case Property(name) if isinstance(holder, MutableMapping):
            holder[name] = value
        case Index(place):
            _put_item(holder, place.value(run), value)


def _put_item(holder: object, index: object, value: object) -> None:
    if isinstance(holder, MutableMapping):
        holder[index if isinstance(index, str) else written(index)] = value
    elif isinstance(holder, list) and isinstance(index, int) and -len(holder) <= index < len(holder):
        holder[index] = value
