"""What stands in the parentheses of ``#set`` and ``#if``, and what methods are called with."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from landbridge.semantics.api_gateway.vtl.references import REFERENCE, read_reference, skip_spaces
from landbridge.semantics.api_gateway.vtl.run import Block, Expression, Run
from landbridge.semantics.api_gateway.vtl.scanner import Scanner
from landbridge.semantics.api_gateway.vtl.values import add, compare, compute, is_equal, is_true

ReadBlocks = Callable[[Scanner], tuple[Block, ...]]
"""Reads a template within quotes."""

_DOUBLE_QUOTED = re.compile(r'"((?:\\"|""|[^"])*)"', re.DOTALL)
_SINGLE_QUOTED = re.compile(r"'((?:''|[^'])*)'", re.DOTALL)
_WHOLE = re.compile(r"-?\d+(?=\.\.)|-?\d+(?![\d.eE])")
_DECIMAL = re.compile(r"-?(?:\d+\.\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+)")
_CONSTANT = re.compile(r"(true|false)(?![A-Za-z0-9_])")
_NOT = re.compile(r"!(?!=)|not\b")
_OPEN, _CLOSE = re.compile(r"\("), re.compile(r"\)")
_LIST, _LIST_END = re.compile(r"\["), re.compile(r"\]")
_MAP, _MAP_END = re.compile(r"\{"), re.compile(r"\}")
_COMMA, _COLON, _TO = re.compile(r","), re.compile(r":"), re.compile(r"\.\.")
_LEVELS = tuple(
    map(
        re.compile,
        (
            r"\|\||or\b",
            r"&&|and\b",
            r"==|!=|eq\b|ne\b",
            r"<=|>=|<|>|lt\b|le\b|gt\b|ge\b",
            r"\+|-(?!\.?\d)",  # a minus right before a digit belongs to the number, as in Velocity
            r"[*/%]",
        ),
    )
)
"""Operators, those that bind least first."""
_SYMBOLS = {"or": "||", "and": "&&", "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a truth, or a text without references in it."""

    constant: object

    def value(self, run: Run) -> object:
        """The constant."""
        return self.constant


@dataclass(frozen=True, slots=True)
class Interpolated:
    """A text in double quotes: a template of its own."""

    blocks: tuple[Block, ...]

    def value(self, run: Run) -> object:
        """The text it makes."""
        inner = Run(run.variables, [])
        for block in self.blocks:
            block.render(inner)
        return "".join(inner.output)


@dataclass(frozen=True, slots=True)
class Range:
    """``[first..last]``, rising or falling."""

    first: Expression
    last: Expression

    def value(self, run: Run) -> object:
        """The list of whole numbers; null where an end is no whole number."""
        first, last = self.first.value(run), self.last.value(run)
        if not isinstance(first, int) or not isinstance(last, int):
            return None
        return list(range(first, last + 1) if first <= last else range(first, last - 1, -1))


@dataclass(frozen=True, slots=True)
class ListOf:
    """``[item, …]``."""

    items: tuple[Expression, ...]

    def value(self, run: Run) -> object:
        """A new list."""
        return [each.value(run) for each in self.items]


@dataclass(frozen=True, slots=True)
class MapOf:
    """``{key: value, …}``."""

    entries: tuple[tuple[Expression, Expression], ...]

    def value(self, run: Run) -> object:
        """A new map."""
        return {key.value(run): value.value(run) for key, value in self.entries}


@dataclass(frozen=True, slots=True)
class Not:
    """``!``."""

    operand: Expression

    def value(self, run: Run) -> object:
        """Whether the operand is null or false."""
        return not is_true(self.operand.value(run))


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator between two operands."""

    operator: str
    left: Expression
    right: Expression

    def value(self, run: Run) -> object:
        """What it makes of them; the right one is not asked where the left one decides."""
        left = self.left.value(run)
        match self.operator:
            case "||":
                return is_true(left) or is_true(self.right.value(run))
            case "&&":
                return is_true(left) and is_true(self.right.value(run))
        return _combine(self.operator, left, self.right.value(run))


def _combine(operator: str, left: object, right: object) -> object:
    match operator:
        case "==":
            return is_equal(left, right)
        case "!=":
            return not is_equal(left, right)
        case "+":
            return add(left, right)
        case "<" | ">" | "<=" | ">=":
            return compare(operator, left, right)
    return compute(operator, left, right)


class ExpressionReader:
    """Reads expressions; `read_blocks` reads the templates that stand in double quotes."""

    def __init__(self, read_blocks: ReadBlocks) -> None:
        self._read_blocks = read_blocks

    def expression(self, scanner: Scanner) -> Expression:
        """An expression with operators."""
        return self._operation(scanner, 0)

    def argument(self, scanner: Scanner) -> Expression:
        """A value without operators: all that Velocity takes in arguments, lists, maps and brackets."""
        skip_spaces(scanner)
        found = self._value(scanner)
        skip_spaces(scanner)
        return found

    def _operation(self, scanner: Scanner, level: int) -> Expression:
        if level == len(_LEVELS):
            return self._operand(scanner)
        left = self._operation(scanner, level + 1)
        while operator := scanner.accept(_LEVELS[level]):
            symbol = _SYMBOLS.get(operator[0], operator[0])
            left = Operation(symbol, left, self._operation(scanner, level + 1))
        return left

    def _operand(self, scanner: Scanner) -> Expression:
        skip_spaces(scanner)
        if scanner.accept(_NOT):
            return Not(self._operand(scanner))
        if not scanner.accept(_OPEN):
            return self.argument(scanner)
        found = self.expression(scanner)
        scanner.expect(_CLOSE, ")")
        skip_spaces(scanner)
        return found

    def _value(self, scanner: Scanner) -> Expression:
        if scanner.sees(REFERENCE):
            return read_reference(scanner, self.argument)
        if number := scanner.accept(_WHOLE):
            return Literal(int(number[0]))
        if number := scanner.accept(_DECIMAL):
            return Literal(float(number[0]))
        if constant := scanner.accept(_CONSTANT):
            return Literal(constant[1] == "true")
        if scanner.accept(_LIST):
            return self._list(scanner)
        if scanner.accept(_MAP):
            return self._map(scanner)
        return self._text(scanner)

    def _text(self, scanner: Scanner) -> Expression:
        if quoted := scanner.accept(_SINGLE_QUOTED):
            return Literal(quoted[1].replace("''", "'"))
        quoted = scanner.expect(_DOUBLE_QUOTED, "a value")
        text = quoted[1].replace('""', '"')
        if "$" not in text and "#" not in text:
            return Literal(text)
        return Interpolated(self._read_blocks(Scanner(text, scanner.place(quoted.start(1)))))

    def _list(self, scanner: Scanner) -> Expression:
        skip_spaces(scanner)
        if scanner.accept(_LIST_END):
            return ListOf(())
        items = [self.argument(scanner)]
        if scanner.accept(_TO):
            last = self.argument(scanner)
            scanner.expect(_LIST_END, "]")
            return Range(items[0], last)
        while scanner.accept(_COMMA):
            items.append(self.argument(scanner))
        scanner.expect(_LIST_END, "] or a comma")
        return ListOf(tuple(items))

    def _map(self, scanner: Scanner) -> Expression:
        skip_spaces(scanner)
        entries: list[tuple[Expression, Expression]] = []
        while not scanner.accept(_MAP_END):
            if entries:
                scanner.expect(_COMMA, "} or a comma")
            key = self.argument(scanner)
            scanner.expect(_COLON, ":")
            entries.append((key, self.argument(scanner)))
        return MapOf(tuple(entries))
