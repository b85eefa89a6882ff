"""The methods and properties of Java's texts, lists, maps and numbers that a template may use."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from inspect import signature

from landbridge.semantics.api_gateway.vtl.errors import MappingTemplateError
from landbridge.semantics.api_gateway.vtl.values import written

Methods = dict[str, Callable[..., object]]


def call(value: object, name: str, arguments: list[object]) -> object:
    """What the method answers; null where the value has no such method for so many arguments.

    MappingTemplateError where Java would throw an exception.
    """
    method = _methods_of(value).get(name)
    if method is None or not _takes(method, len(arguments) + 1):
        return None
    try:
        return method(value, *arguments)
    except (IndexError, TypeError, ValueError, AttributeError, re.error) as problem:
        raise MappingTemplateError(f"the method {name} failed: {problem}") from problem


def property_of(value: object, name: str) -> object:
    """An entry of a map, or what a getter answers; null where there is neither."""
    if isinstance(value, Mapping):
        found = value.get(name)
        return None if callable(found) else found
    if name == "empty" and isinstance(value, str | list):
        return not value
    return None


def item(collection: object, index: object) -> object:
    """What stands in brackets; null where there is nothing, or outside of a list."""
    if isinstance(collection, list) and isinstance(index, int) and not isinstance(index, bool):
        return collection[index] if -len(collection) <= index < len(collection) else None
    if isinstance(collection, Mapping):
        found = collection.get(index if index in collection else written(index))
        return None if callable(found) else found
    return None


@lru_cache(maxsize=256)
def _java_pattern(pattern: str) -> re.Pattern[str]:
    """Java's regular expressions are Python's for all that templates need; named groups differ."""
    return re.compile(re.sub(r"\(\?<([A-Za-z]\w*)>", r"(?P<\1>", pattern))


def _java_replacement(text: str) -> Callable[[re.Match[str]], str]:
    """What replaces a match: ``$1`` is a group, a backslash takes the next character as it is."""
    parts = re.findall(r"\\(.)|\$(\d)|([^\\$]+)|([\\$])", text, re.DOTALL)

    def replace(found: re.Match[str]) -> str:
        return "".join(
            escaped or (found[int(group)] or "" if group else plain) for escaped, group, plain, _ in parts
        )

    return replace


def _replace(text: str, pattern: str, replacement: str, count: int = 0) -> str:
    return _java_pattern(pattern).sub(_java_replacement(replacement), text, count=count)


def _split(text: str, pattern: str, limit: int = 0) -> list[str]:
    """As ``String.split``: empty texts at the end do not count unless there is a limit."""
    if limit == 1 or not text:
        return [text]
    parts = _java_pattern(pattern).split(text, maxsplit=max(limit - 1, 0))
    while limit == 0 and len(parts) > 1 and not parts[-1]:
        parts.pop()
    return parts


def _substring(text: str, start: int, end: int | None = None) -> str:
    stop = len(text) if end is None else end
    if not 0 <= start <= stop <= len(text):
        raise IndexError(f"String index out of range: {stop if start <= stop else stop - start}")
    return text[start:stop]


def _at(items: str | list[object], index: int) -> object:
    if not 0 <= index < len(items):
        raise IndexError(f"Index: {index}, Size: {len(items)}")
    return items[index]


def _set(items: list[object], index: int, value: object) -> object:
    previous = _at(items, index)
    items[index] = value
    return previous


def _add(items: list[object], *values: object) -> object:
    if len(values) == 1:
        items.append(values[0])
        return True
    index, value = values
    assert isinstance(index, int)
    items.insert(index, value)
    return ""


def _extend(items: list[object], more: object) -> bool:
    added = list(more.values()) if isinstance(more, Mapping) else more
    assert isinstance(added, list)
    items.extend(added)
    return bool(added)


def _remove(items: list[object], what: object) -> object:
    """By place for a number, else the first that is equal."""
    if isinstance(what, int) and not isinstance(what, bool):
        removed = _at(items, what)
        del items[what]
        return removed
    if what not in items:
        return False
    items.remove(what)
    return True


def _index_of(items: list[object], value: object) -> int:
    return items.index(value) if value in items else -1


def _put(entries: dict[str, object], key: object, value: object) -> object:
    name = key if isinstance(key, str) else written(key)
    previous = entries.get(name)
    entries[name] = value
    return previous


def _put_all(entries: dict[str, object], more: Mapping[str, object]) -> str:
    for key, value in more.items():
        _put(entries, key, value)
    return ""


def _compare_to(text: str, other: str) -> int:
    """The difference of the first characters that differ, or of the lengths."""
    for mine, theirs in zip(text, other, strict=False):
        if mine != theirs:
            return ord(mine) - ord(theirs)
    return len(text) - len(other)


def _hash_code(text: str) -> int:
    value = 0
    for character in text:
        value = (31 * value + ord(character)) & 0xFFFFFFFF
    return value - 0x100000000 if value >= 0x80000000 else value


_OF_ANYTHING: Methods = {
    "equals": lambda value, other: type(value) is type(other) and value == other,
    "toString": written,
}
_OF_TEXTS: Methods = _OF_ANYTHING | {
    "charAt": _at,
    "compareTo": _compare_to,
    "concat": lambda text, other: text + other,
    "contains": lambda text, part: part in text,
    "endsWith": lambda text, end: text.endswith(end),
    "equalsIgnoreCase": lambda text, other: isinstance(other, str) and text.lower() == other.lower(),
    "hashCode": _hash_code,
    "indexOf": lambda text, part, start=0: text.find(part, start),
    "isEmpty": lambda text: not text,
    "lastIndexOf": lambda text, part: text.rfind(part),
    "length": len,
    "matches": lambda text, pattern: _java_pattern(pattern).fullmatch(text) is not None,
    "replace": lambda text, old, new: text.replace(old, new),
    "replaceAll": _replace,
    "replaceFirst": lambda text, old, new: _replace(text, old, new, 1),
    "split": _split,
    "startsWith": lambda text, start, offset=0: text.startswith(start, offset),
    "substring": _substring,
    "toLowerCase": str.lower,
    "toUpperCase": str.upper,
    "trim": lambda text: text.strip("".join(map(chr, range(33)))),
}
_OF_LISTS: Methods = _OF_ANYTHING | {
    "add": _add,
    "addAll": _extend,
    "clear": lambda items: items.clear() or "",
    "contains": lambda items, value: value in items,
    "containsAll": lambda items, others: all(value in items for value in others),
    "get": _at,
    "indexOf": _index_of,
    "isEmpty": lambda items: not items,
    "iterator": lambda items: items,
    "lastIndexOf": lambda items, value: len(items) - 1 - items[::-1].index(value) if value in items else -1,
    "remove": _remove,
    "set": _set,
    "size": len,
    "subList": lambda items, start, end: items[start:end],
}
_OF_MAPS: Methods = _OF_ANYTHING | {
    "clear": lambda entries: entries.clear() or "",
    "containsKey": lambda entries, key: key in entries,
    "containsValue": lambda entries, value: value in entries.values(),
    "entrySet": lambda entries: [{"key": key, "value": value} for key, value in entries.items()],
    "get": lambda entries, key: entries.get(key),
    "getKey": lambda entry: entry.get("key"),
    "getOrDefault": lambda entries, key, default: entries.get(key, default),
    "getValue": lambda entry: entry.get("value"),
    "isEmpty": lambda entries: not entries,
    "keySet": lambda entries: list(entries),
    "put": _put,
    "putAll": _put_all,
    "remove": lambda entries, key: entries.pop(key, None),
    "size": len,
    "values": lambda entries: list(entries.values()),
}
_OF_NUMBERS: Methods = _OF_ANYTHING | {
    "compareTo": lambda number, other: (number > other) - (number < other),
    "doubleValue": float,
    "intValue": int,
    "longValue": int,
}


def _methods_of(value: object) -> Methods:
    match value:
        case str():
            return _OF_TEXTS
        case list():
            return _OF_LISTS
        case Mapping():
            return _OF_MAPS
        case bool():
            return _OF_ANYTHING
        case int() | float():
            return _OF_NUMBERS
    return {}


@lru_cache(maxsize=512)
def _takes(method: Callable[..., object], count: int) -> bool:
    if method in (len, float, int, str.lower, str.upper, written):
        return count == 1
    try:
        signature(method).bind(*range(count))
    except TypeError:
        return False
    return True
