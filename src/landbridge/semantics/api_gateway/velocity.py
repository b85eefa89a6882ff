"""Apache Velocity 1.7 as mapping templates use it: airspeed, mended in a copy of its own.

airspeed looks its element classes up in its own module while it parses, so replacing them there mends the
language; it is a private copy, and nobody else's airspeed changes. Mended: names may hold hyphens and may not
begin with an underscore; members are looked up in tables, never in Python objects; Java's methods of strings,
lists and maps; only null and false are false; booleans, maps and lists print as Java's; ``#set`` takes
``$map["key"]`` and, inside ``#foreach``, changes the outer variable; at most 1,000 turns of a loop.

AWS: "Mapping template transformations for REST APIs in API Gateway"
"""

import importlib.util
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any


class MappingTemplateError(Exception):
    """The template cannot be read or carried out; API Gateway answers with an error."""

    def __init__(self, message: str, *, bad_request: bool = False) -> None:
        super().__init__(message)
        self.bad_request = bad_request
        """Whether the request's body is at fault."""


MAXIMUM_LOOPS = 1000
REFUSED_DIRECTIVES = re.compile(r"#\{?(macro|parse|include|evaluate|define)\b")


class Template:
    """A compiled template."""

    def __init__(self, text: str) -> None:
        refused = REFUSED_DIRECTIVES.search(text)
        if refused is not None:
            raise MappingTemplateError(f"the directive #{refused[1]} is not available in mapping templates")
        self._template = _velocity.Template(text)
        try:
            self._template.ensure_compiled()
        except _velocity.TemplateError as error:
            raise MappingTemplateError(f"the mapping template cannot be parsed: {error}") from error

    def render(self, variables: Mapping[str, object]) -> str:
        """The text that the template makes of the variables."""
        scope = _Scope({})
        scope.update(variables)
        output = _velocity.StoppableStream()
        try:
            self._template.root_element.evaluate(output, scope, _velocity.NullLoader())
        except _velocity.TemplateExecutionError as error:
            cause = error.__cause__
            if isinstance(cause, MappingTemplateError):
                raise cause from error
            raise MappingTemplateError(f"the mapping template failed: {cause}") from error
        text: str = output.getvalue()
        return text


def written(value: object) -> str:
    """The value as Java prints it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}={written(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return "null" if value is None else str(value)


def _own_copy_of_airspeed() -> ModuleType:
    spec = importlib.util.find_spec("airspeed")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_velocity: Any = _own_copy_of_airspeed()


def _is_true(value: object) -> bool:
    """Only null and false are false; an empty text is true."""
    return value is not None and value is not False


def _is_equal(left: object, right: object) -> bool:
    """Values of different types are equal when they print the same."""
    numbers = int | float
    if type(left) is type(right) or (isinstance(left, numbers) and isinstance(right, numbers)):
        return left == right
    return left is not None and right is not None and written(left) == written(right)


def _add(left: Any, right: Any) -> object:
    if isinstance(left, str) or isinstance(right, str):
        return written(left) + written(right)
    return left + right


@lru_cache(maxsize=128)
def _java_pattern(pattern: str) -> re.Pattern[str]:
    """Java's regular expressions are Python's for all that templates need; named groups differ."""
    return re.compile(re.sub(r"\(\?<([A-Za-z]\w*)>", r"(?P<\1>", pattern))


def _java_replacement(text: str) -> str:
    return re.sub(r"\$(\d)", r"\\g<\1>", text.replace("\\", "\\\\"))


def _split(text: str, pattern: str, limit: int = 0) -> list[str]:
    """As ``String.split``: empty texts at the end do not count unless there is a limit below zero."""
    if limit == 1:
        return [text]
    parts = _java_pattern(pattern).split(text, maxsplit=max(limit - 1, 0))
    while limit == 0 and len(parts) > 1 and not parts[-1]:
        parts.pop()
    return parts


def _list_set(items: list[object], index: int, value: object) -> object:
    items[index], previous = value, items[index]
    return previous


def _put(entries: dict[str, object], key: str, value: object) -> object:
    previous = entries.get(key)
    entries[key] = value
    return previous


_Methods = dict[str, Callable[..., object]]

_OF_STRINGS: _Methods = {
    "charAt": lambda text, index: text[index],
    "concat": lambda text, other: text + other,
    "contains": lambda text, part: part in text,
    "endsWith": lambda text, end: text.endswith(end),
    "equals": lambda text, other: text == other,
    "equalsIgnoreCase": lambda text, other: text.lower() == written(other).lower(),
    "indexOf": lambda text, part, start=0: text.find(part, start),
    "isEmpty": lambda text: not text,
    "lastIndexOf": lambda text, part: text.rfind(part),
    "length": len,
    "matches": lambda text, pattern: _java_pattern(pattern).fullmatch(text) is not None,
    "replace": lambda text, old, new: text.replace(old, new),
    "replaceAll": lambda text, old, new: _java_pattern(old).sub(_java_replacement(new), text),
    "replaceFirst": lambda text, old, new: _java_pattern(old).sub(_java_replacement(new), text, count=1),
    "split": _split,
    "startsWith": lambda text, start: text.startswith(start),
    "substring": lambda text, start, end=None: text[start:end],
    "toLowerCase": lambda text: text.lower(),
    "toString": lambda text: text,
    "toUpperCase": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
}
_OF_LISTS: _Methods = {
    "add": lambda items, value: items.append(value) or True,
    "contains": lambda items, value: value in items,
    "get": lambda items, index: items[index],
    "indexOf": lambda items, value: items.index(value) if value in items else -1,
    "isEmpty": lambda items: not items,
    "set": _list_set,
    "size": len,
    "toString": written,
}
_OF_MAPS: _Methods = {
    "containsKey": lambda entries, key: key in entries,
    "entrySet": lambda entries: [{"key": key, "value": value} for key, value in entries.items()],
    "get": lambda entries, key: entries.get(key),
    "isEmpty": lambda entries: not entries,
    "keySet": lambda entries: list(entries),
    "put": _put,
    "size": len,
    "toString": written,
    "values": lambda entries: list(entries.values()),
}
_OF_NUMBERS: _Methods = {"toString": written, "intValue": int}


def _methods_of(value: object) -> _Methods:
    if isinstance(value, str):
        return _OF_STRINGS
    if isinstance(value, list):
        return _OF_LISTS
    if isinstance(value, Mapping):
        return _OF_MAPS
    return _OF_NUMBERS if isinstance(value, int | float) else {}


class _Scope(_velocity.LocalNamespace):  # type: ignore[misc]
    """The variables of a template; ``#set`` reaches them from inside a loop, and null sets nothing."""

    def find_outermost(self, key: str) -> "_Scope":
        return self

    def __setitem__(self, key: str, value: object) -> None:
        if value is not None:
            super().__setitem__(key, value)


def _element(mended: type) -> type:
    """Put the element class into the copy under its own name."""
    setattr(_velocity, mended.__name__, mended)
    return mended


@_element
class NameOrCall(_velocity.NameOrCall):  # type: ignore[misc]
    """A name, a call, or a name with an index."""

    NAME = re.compile(r"([a-z][a-z0-9_-]*)", re.IGNORECASE)

    def calculate(self, current: object, loader: object, top: object) -> object:
        """The member's value, or null; nothing but entries of maps and tabled methods is a member."""
        member: object = None
        if not isinstance(current, str) and isinstance(current, dict | Mapping):
            try:
                member = current[self.name]
            except KeyError:
                member = None
        if self.parameters is not None:
            arguments = self.parameters.calculate(top, loader)
            if member is not None and callable(member):
                return member(*arguments)
            method = _methods_of(current).get(self.name)
            return None if method is None else method(current, *arguments)
        if self.index is not None:
            return _item(member, self.index.calculate(top, loader))
        return None if callable(member) else member


@_element
class Value(_velocity.Value):  # type: ignore[misc]
    """A value: nothing but what it holds, so asking it is asking that at once."""

    def parse(self) -> None:
        """Read it once."""
        super().parse()
        self.calculate = self.expression.calculate


@_element
class Expression(_velocity.Expression):  # type: ignore[misc]
    """Values and operators; one value without operators is that value."""

    def parse(self) -> None:
        """Read it once."""
        super().parse()
        if len(self.expression) == 1:
            self.calculate = self.expression[0].calculate


@_element
class ParameterList(_velocity.ParameterList):  # type: ignore[misc]
    """The values that a method is called with."""

    def parse(self) -> None:
        """Read it once."""
        super().parse()
        self.calculate = self.values.calculate


@_element
class SubExpression(_velocity.SubExpression):  # type: ignore[misc]
    """What follows a dot or stands in brackets; an index may be any variable of the template."""

    calculate: Callable[[object, object, object], object]

    def parse(self) -> None:
        """Read it once; what follows a dot is asked at once."""
        super().parse()
        dotted = not isinstance(self.expression, _velocity.ArrayIndex)
        self.calculate = self.expression.calculate if dotted else self._indexed

    def _indexed(self, current: object, loader: object, top: object) -> object:
        """The member in brackets, or a member of it."""
        result = _item(current, self.expression.calculate(top, loader))
        return self.subexpression.calculate(result, loader, top) if self.subexpression else result


def _item(collection: object, index: object) -> object:
    if isinstance(collection, list) and isinstance(index, int):
        return collection[index] if -len(collection) <= index < len(collection) else None
    return collection.get(index) if isinstance(collection, Mapping) else None


@_element
class FormalReference(_velocity.FormalReference):  # type: ignore[misc]
    """A reference in the text: null prints as it is written, or nothing after ``$!``."""

    def evaluate_raw(self, stream: Any, namespace: object, loader: object) -> None:
        """Print the value as Java does."""
        value = self.expression.calculate(namespace, loader) if self.expression is not None else None
        if value is not None:
            stream.write(written(value))
        elif not (self.silent and self.expression is not None):
            stream.write(self.my_text())


@_element
class SetDirective(_velocity.SetDirective):  # type: ignore[misc]
    """``#set($a.b["c"] = …)``."""

    PLACE = re.compile(r"""\s*\$\{?([a-z][\w-]*(?:\.[a-z][\w-]*|\[["'][^"']+["']\])*)\}?""", re.IGNORECASE)

    def parse(self) -> None:
        """Read the place that is set as a list of names."""
        super().parse()
        opening = self.START.match(self.full_text(), self.start)
        place = self.PLACE.match(self.full_text(), opening.end())
        assert place is not None, "the same place has just been read"
        self.terms = re.findall(r"""(?<=\[["'])[^"']+|[\w-]+(?=[.\[]|$)""", place[1])

    def evaluate_raw(self, stream: object, namespace: Any, loader: object) -> None:
        """Set it; null sets nothing."""
        value = self.value.calculate(namespace, loader)
        if value is None:
            return
        if len(self.terms) == 1:
            namespace.set_inherited(self.terms[0], value)
            return
        target = namespace
        for term in self.terms[:-1]:
            target = target[term]
        target[self.terms[-1]] = value


@_element
class Condition(_velocity.Condition):  # type: ignore[misc]
    """The condition of ``#if``."""

    calculate: Callable[[object, object], object]

    def parse(self) -> None:
        """Only null and false are false."""
        super().parse()
        calculate = self.calculate
        self.calculate = lambda namespace, loader: _is_true(calculate(namespace, loader))


@_element
class UnaryOperatorValue(_velocity.UnaryOperatorValue):  # type: ignore[misc]
    """``!`` and ``not``."""

    OPERATORS = dict.fromkeys(("!", "not"), lambda value: not _is_true(value))


@_element
class BinaryOperator(_velocity.BinaryOperator):  # type: ignore[misc]
    """Operators with Velocity's truth, equality and addition of texts."""

    OPERATORS = {
        **_velocity.BinaryOperator.OPERATORS,
        **dict.fromkeys(("||", "or"), lambda left, right: _is_true(left) or _is_true(right)),
        **dict.fromkeys(("&&", "and"), lambda left, right: _is_true(left) and _is_true(right)),
        **dict.fromkeys(("==", "eq"), _is_equal),
        **dict.fromkeys(("!=", "ne"), lambda left, right: not _is_equal(left, right)),
        "+": _add,
    }


@_element
class FallthroughHashText(_velocity.FallthroughHashText):  # type: ignore[misc]
    """A hash that begins no directive; one that begins a broken directive is an error."""

    BROKEN = re.compile(r"#\{?(?:if|foreach|set)\b\s*\(", re.IGNORECASE)

    def parse(self) -> None:
        """Read the hash as text."""
        if self.BROKEN.match(self.full_text(), self.start):
            raise self.syntax_error("a whole directive")
        super().parse()


@_element
class InterpolatedStringLiteral(_velocity.InterpolatedStringLiteral):  # type: ignore[misc]
    """A text in double quotes; a doubled quote means one."""

    value: str
    STRING = re.compile(r'"((?:\\["nrbt\\$]|""|[^"\\])*)"', re.DOTALL)

    def parse(self) -> None:
        """Read the text and the references in it."""
        super().parse()
        if '""' in self.value:
            self.value = self.value.replace('""', '"')
            self.block = _velocity.Block(self.filename, self.value, 0)


@_element
class ForeachDirective(_velocity.ForeachDirective):  # type: ignore[misc]
    """``#foreach``: over the values of a map, at most 1,000 turns."""

    def evaluate_raw(self, stream: object, namespace: Any, loader: object) -> None:
        """Carry out the block for each item."""
        value = self.value.calculate(namespace, loader)
        items = list(value.values() if isinstance(value, Mapping) else value or ())[:MAXIMUM_LOOPS]
        for index, item in enumerate(items):
            has_next = index + 1 < len(items)
            scope = _velocity.LocalNamespace(namespace)
            scope |= {
                self.loop_var_name: item,
                "velocityCount": index + 1,
                "velocityHasNext": has_next,
                "foreach": {
                    "count": index + 1,
                    "index": index,
                    "hasNext": has_next,
                    "first": index == 0,
                    "last": not has_next,
                },
            }
            self.block.evaluate(stream, scope, loader)
