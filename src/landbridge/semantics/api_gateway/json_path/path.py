"""A path: its steps, one after another, from the document inwards."""

import re
from functools import lru_cache

from landbridge.semantics.api_gateway.json_path.filters import read_filter
from landbridge.semantics.api_gateway.json_path.steps import (
    Child,
    Children,
    DeepScan,
    Element,
    Elements,
    Filtered,
    Function,
    Slice,
    Step,
    Wildcard,
)
from landbridge.semantics.api_gateway.vtl.errors import MappingTemplateError
from landbridge.semantics.api_gateway.vtl.scanner import Scanner

_DEEP = re.compile(r"\.\.(?=.)")
_DOT = re.compile(r"\.")
_FUNCTION = re.compile(r"(length|size|min|max|avg|sum|keys)\(\s*\)")
_NAME = re.compile(r"[^.\[\]() ,?*'\"<>=!&|~]+")
_STAR = re.compile(r"\*|\[\s*\*\s*\]")
_OPEN, _CLOSE = re.compile(r"\[\s*"), re.compile(r"\s*\]")
_FILTER, _FILTER_END = re.compile(r"\?\s*\("), re.compile(r"\s*\)")
_QUOTED = re.compile(r"'((?:\\.|[^'\\])*)'|\"((?:\\.|[^\"\\])*)\"")
_COMMA = re.compile(r"\s*,\s*")
_SLICE = re.compile(r"(-?\d*)\s*:\s*(-?\d*)")
_NUMBER = re.compile(r"-?\d+")


def find(document: object, path: str) -> object:
    """What the path means in the document; None when there is nothing, a list where it may be several."""
    steps = compiled(path)
    found = _walk([document], steps, document)
    if any(step.several for step in steps):
        return _of_last(found, steps)
    return found[0] if found else None


@lru_cache(maxsize=512)
def compiled(path: str) -> tuple[Step, ...]:
    """The steps of a path; one that does not begin with ``$`` is read as if it did."""
    text = path.strip()
    scanner = Scanner(text if text.startswith("$") else f"$.{text}")
    scanner.position = 1
    steps = read_steps(scanner)
    if not scanner.at_end:
        raise MappingTemplateError(
            f"{path!r} is no JSONPath: {scanner.text[scanner.position :]!r} is not expected"
        )
    return steps


def read_steps(scanner: Scanner) -> tuple[Step, ...]:
    """The steps that follow ``$`` or ``@``, as far as they go."""
    steps: list[Step] = []
    while (step := _read_step(scanner)) is not None:
        steps.append(step)
    return tuple(steps)


def _walk(values: list[object], steps: tuple[Step, ...], root: object) -> list[object]:
    for step in steps:
        if isinstance(step, Function) and step is steps[-1] and any(each.several for each in steps):
            return values  # a function over several values is asked once, for all of them
        values = [found for value in values for found in step.of(value, root)]
    return values


def _of_last(found: list[object], steps: tuple[Step, ...]) -> object:
    last = steps[-1]
    if not isinstance(last, Function):
        return found
    answer = last.of(found, None)
    return answer[0] if answer else None


def _read_step(scanner: Scanner) -> Step | None:
    if scanner.accept(_DEEP):
        return DeepScan(_read_named(scanner))
    if scanner.sees(_OPEN):
        return _read_brackets(scanner)
    if not scanner.accept(_DOT):
        return None
    return _read_named(scanner)


def _read_named(scanner: Scanner) -> Step:
    """What follows a dot or two."""
    if scanner.accept(_STAR):
        return Wildcard()
    if scanner.sees(_OPEN):
        return _read_brackets(scanner)
    if function := scanner.accept(_FUNCTION):
        return Function(function[1])
    return Child(scanner.expect(_NAME, "a name")[0])


def _read_brackets(scanner: Scanner) -> Step:
    if scanner.accept(_STAR):
        return Wildcard()
    scanner.expect(_OPEN, "[")
    step = _read_within(scanner)
    scanner.expect(_CLOSE, "]")
    return step


def _read_within(scanner: Scanner) -> Step:
    if scanner.accept(_FILTER):
        test = read_filter(scanner, read_steps)
        scanner.expect(_FILTER_END, ")")
        return Filtered(test)
    if scanner.sees(_QUOTED):
        names = _read_names(scanner)
        return Child(names[0]) if len(names) == 1 else Children(names)
    if bounds := scanner.accept(_SLICE):
        return Slice(*(int(bound) if bound else None for bound in bounds.groups()))
    numbers = _read_numbers(scanner)
    return Element(numbers[0]) if len(numbers) == 1 else Elements(numbers)


def _read_names(scanner: Scanner) -> tuple[str, ...]:
    names = []
    while True:
        quoted = scanner.expect(_QUOTED, "a name in quotes")
        names.append(re.sub(r"\\(.)", r"\1", quoted[1] if quoted[1] is not None else quoted[2]))
        if not scanner.accept(_COMMA):
            return tuple(names)


def _read_numbers(scanner: Scanner) -> tuple[int, ...]:
    numbers = []
    while True:
        numbers.append(int(scanner.expect(_NUMBER, "a number, a name in quotes, a slice or a filter")[0]))
        if not scanner.accept(_COMMA):
            return tuple(numbers)
