"""The filters of paths: ``?(@.price < 10 && @.title =~ /a.*/i)``."""

import json
import re
from collections.abc import Callable

from landbridge.semantics.api_gateway.json_path.steps import Step, Test, is_number
from landbridge.semantics.api_gateway.vtl.scanner import Scanner

ReadSteps = Callable[[Scanner], tuple[Step, ...]]
Operand = Callable[[object, object], object]
"""The value of an operand for an item of a document; ``_ABSENT`` where a path finds nothing."""

_ABSENT = object()
_SPACES = re.compile(r"\s*")
_OR, _AND, _NOT = re.compile(r"\s*\|\|\s*"), re.compile(r"\s*&&\s*"), re.compile(r"\s*!(?!=)\s*")
_OPEN, _CLOSE = re.compile(r"\(\s*"), re.compile(r"\s*\)")
_PATH = re.compile(r"[@$]")
_CONSTANT = re.compile(r"(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w])|\"(?:\\.|[^\"\\])*\"")
_SINGLE_QUOTED = re.compile(r"'((?:\\.|[^'\\])*)'")
_LIST = re.compile(r"\[[^\]]*\]")
_EXPRESSION = re.compile(r"/((?:\\.|[^/\\])*)/([a-zA-Z]*)")
_OPERATOR = re.compile(
    r"\s*(==|!=|<=|>=|=~|<|>|(?:in|nin|contains|subsetof|anyof|noneof|size|empty)\b)\s*", re.IGNORECASE
)


def read_filter(scanner: Scanner, read_steps: ReadSteps) -> Test:
    """The filter that begins here; `read_steps` reads the paths in it."""
    tests = [_read_all(scanner, read_steps)]
    while scanner.accept(_OR):
        tests.append(_read_all(scanner, read_steps))
    return lambda item, root: any(test(item, root) for test in tests)


def _read_all(scanner: Scanner, read_steps: ReadSteps) -> Test:
    tests = [_read_one(scanner, read_steps)]
    while scanner.accept(_AND):
        tests.append(_read_one(scanner, read_steps))
    return lambda item, root: all(test(item, root) for test in tests)


def _read_one(scanner: Scanner, read_steps: ReadSteps) -> Test:
    if scanner.accept(_NOT):
        test = _read_one(scanner, read_steps)
        return lambda item, root: not test(item, root)
    scanner.accept(_SPACES)
    if scanner.accept(_OPEN):
        within = read_filter(scanner, read_steps)
        scanner.expect(_CLOSE, ")")
        return within
    return _read_comparison(scanner, read_steps)


def _read_comparison(scanner: Scanner, read_steps: ReadSteps) -> Test:
    left = _read_operand(scanner, read_steps)
    operator = scanner.accept(_OPERATOR)
    if operator is None:
        return lambda item, root: left(item, root) is not _ABSENT
    right = _read_operand(scanner, read_steps)
    compare = _OPERATORS[operator[1].lower()]
    return lambda item, root: compare(left(item, root), right(item, root))


def _read_operand(scanner: Scanner, read_steps: ReadSteps) -> Operand:
    if start := scanner.accept(_PATH):
        return _read_path(scanner, read_steps, start[0])
    if expression := scanner.accept(_EXPRESSION):
        flags = re.IGNORECASE if "i" in expression[2] else re.NOFLAG
        return _constant(re.compile(expression[1], flags))
    if quoted := scanner.accept(_SINGLE_QUOTED):
        return _constant(re.sub(r"\\(.)", r"\1", quoted[1]))
    if constant := scanner.accept(_CONSTANT):
        return _constant(json.loads(constant[0]))
    several = scanner.expect(_LIST, "a path or a constant")
    try:
        return _constant(json.loads(several[0].replace("'", '"')))
    except ValueError:
        raise scanner.error(f"{several[0]} is no list") from None


def _constant(value: object) -> Operand:
    return lambda item, root: value


def _read_path(scanner: Scanner, read_steps: ReadSteps, start: str) -> Operand:
    steps = read_steps(scanner)
    several = any(step.several for step in steps)

    def follow(item: object, root: object) -> object:
        values = [item if start == "@" else root]
        for step in steps:
            values = [found for value in values for found in step.of(value, root)]
        if several:
            return values or _ABSENT
        return values[0] if values else _ABSENT

    return follow


def _ordered(compare: Callable[[float, float], bool]) -> Callable[[object, object], bool]:
    def decide(left: object, right: object) -> bool:
        alike = (is_number(left) and is_number(right)) or (isinstance(left, str) and isinstance(right, str))
        return alike and compare(left, right)  # type: ignore[arg-type]

    return decide


def _equal(left: object, right: object) -> bool:
    return ((is_number(left) and is_number(right)) or type(left) is type(right)) and left == right


def _matches(left: object, right: object) -> bool:
    return isinstance(left, str) and isinstance(right, re.Pattern) and right.fullmatch(left) is not None


def _within(left: object, right: object) -> bool:
    return isinstance(right, list) and any(_equal(left, each) for each in right)


def _contains(left: object, right: object) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    return _within(right, left)


def _every(left: object, right: object) -> bool:
    return isinstance(left, list) and all(_within(each, right) for each in left)


def _any(left: object, right: object) -> bool:
    return isinstance(left, list) and any(_within(each, right) for each in left)


def _size(left: object, right: object) -> bool:
    return isinstance(left, str | list) and len(left) == right


def _empty(left: object, right: object) -> bool:
    return isinstance(left, str | list | dict) and (not left) == right


_OPERATORS: dict[str, Callable[[object, object], bool]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": _ordered(lambda left, right: left < right),
    "<=": _ordered(lambda left, right: left <= right),
    ">": _ordered(lambda left, right: left > right),
    ">=": _ordered(lambda left, right: left >= right),
    "=~": _matches,
    "in": _within,
    "nin": lambda left, right: not _within(left, right),
    "contains": _contains,
    "subsetof": _every,
    "anyof": _any,
    "noneof": lambda left, right: not _any(left, right),
    "size": _size,
    "empty": _empty,
}
