"""Rule conditions as predicates: what each of the six condition types compares and how.

AWS: "Condition types for listener rules"
"""

import re
from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import NamedTuple

from landbridge.model.exchange import HttpRequest
from landbridge.model.load_balancing import RuleCondition
from landbridge.semantics.load_balancing.expressions import compile_search


class Compared(NamedTuple):
    """What conditions look at, taken from a request once."""

    host: str
    """The first Host without its port, in lower case."""
    authority: str
    """The first Host as it was sent, with its port."""
    path: str
    """Normalised, without the query."""
    request: HttpRequest
    client_address: str


Predicate = Callable[[Compared], bool]


def compared(request: HttpRequest, client_address: str) -> Compared:
    """What conditions look at in this request."""
    _, origin = split_target(request.target)
    path = origin.partition("?")[0]
    authority = request.header("host") or ""
    host, _ = split_port(authority)
    return Compared(host.lower(), authority, _normalised(path), request, client_address)


def compile_condition(condition: RuleCondition) -> Predicate | None:
    """A predicate for the condition; None when the condition is of a kind that is not modelled.

    Values are alternatives, and so are regular expressions, which stand in the place of values.
    """
    compilers = _COMPILERS_OF_EXPRESSIONS if condition.regular_expressions else _COMPILERS
    compile_field = compilers.get(condition.field)
    return compile_field(condition) if compile_field else None


def split_target(target: str) -> tuple[str, str]:
    """The authority of an absolute-form target, empty for every other form, and the origin form."""
    scheme, separator, rest = target.partition("://")
    if not separator or not scheme.isalpha():
        return "", target
    match = _AUTHORITY.match(rest)
    authority = match[0] if match else ""
    origin = rest[len(authority) :]
    return authority, origin if origin.startswith("/") else "/" + origin


def split_port(authority: str) -> tuple[str, str]:
    """The host and the port of ``host:port``; the port is empty when there is none."""
    host, colon, port = authority.rpartition(":")
    if colon and (port.isdigit() or not port):
        return host, port
    return authority, ""


_AUTHORITY = re.compile(r"[^/?#]*")
_ANY_CHARACTER = "[^\\x00-\\x1f\\x7f]"
"""Control characters are never compared."""


def _host_header(condition: RuleCondition) -> Predicate:
    """Compared without regard to case; a port in the Host header is not compared."""
    admits = _any_of(condition.values, ignore_case=True)
    return lambda seen: admits(seen.host)


def _host_header_expressions(condition: RuleCondition) -> Predicate:
    """Searched without regard to case; a port in the Host header is part of the text."""
    admits = compile_search(condition.regular_expressions, ignore_case=True)
    return lambda seen: admits(seen.authority)


def _path_pattern(condition: RuleCondition) -> Predicate:
    """Compared with regard to case, after normalisation, never with the query."""
    admits = _any_of(condition.values, ignore_case=False)
    return lambda seen: admits(seen.path)


def _path_pattern_expressions(condition: RuleCondition) -> Predicate:
    """Searched with regard to case, after normalisation, never in the query."""
    admits = compile_search(condition.regular_expressions, ignore_case=False)
    return lambda seen: admits(seen.path)


def _http_header(condition: RuleCondition) -> Predicate:
    """Name and values without regard to case; headers of the same name are tried in their order."""
    return _some_header(condition.header_name.lower(), _any_of(condition.values, ignore_case=True))


def _http_header_expressions(condition: RuleCondition) -> Predicate:
    """Name and expressions without regard to case."""
    admits = compile_search(condition.regular_expressions, ignore_case=True)
    return _some_header(condition.header_name.lower(), admits)


def _some_header(wanted: str, admits: Callable[[str], bool]) -> Predicate:
    def matches(seen: Compared) -> bool:
        return any(name.lower() == wanted and admits(value.lower()) for name, value in seen.request.headers)

    return matches


def _http_request_method(condition: RuleCondition) -> Predicate:
    """Exact and with regard to case; no wildcards."""
    methods = frozenset(condition.values)
    return lambda seen: seen.request.method in methods


def _query_string(condition: RuleCondition) -> Predicate:
    r"""Key and value without regard to case; ``\`` takes a wildcard's meaning away; nothing is decoded."""
    wanted = [value.partition("=")[::2] for value in condition.values]
    tests = [
        (_any_of((key,), ignore_case=True, escapes=True) if key else None, _any_of((value,), True, True))
        for key, value in wanted
    ]

    def matches(seen: Compared) -> bool:
        query = seen.request.query
        pairs = [pair.partition("=")[::2] for pair in query.lower().split("&")] if query else []
        return any(
            (admits_key is None or admits_key(key)) and admits_value(value)
            for key, value in pairs
            for admits_key, admits_value in tests
        )

    return matches


def _source_ip(condition: RuleCondition) -> Predicate:
    """The peer of the connection; ``X-Forwarded-For`` is not looked at."""
    networks = tuple(ip_network(value, strict=False) for value in condition.values)

    @lru_cache(maxsize=1024)
    def within(address: str) -> bool:
        parsed = ip_address(address)
        return any(parsed in network for network in networks)

    return lambda seen: within(seen.client_address)


_COMPILERS: dict[str, Callable[[RuleCondition], Predicate]] = {
    "host-header": _host_header,
    "path-pattern": _path_pattern,
    "http-header": _http_header,
    "http-request-method": _http_request_method,
    "query-string": _query_string,
    "source-ip": _source_ip,
}
_COMPILERS_OF_EXPRESSIONS: dict[str, Callable[[RuleCondition], Predicate]] = {
    "host-header": _host_header_expressions,
    "path-pattern": _path_pattern_expressions,
    "http-header": _http_header_expressions,
}


def _any_of(values: tuple[str, ...], ignore_case: bool, escapes: bool = False) -> Callable[[str], bool]:
    """Whether a text is admitted by one of the patterns; with `ignore_case` the text comes in lower case."""
    patterns = [value.lower() if ignore_case else value for value in values]
    expression = "|".join(_expression(pattern, escapes) for pattern in patterns)
    fullmatch = re.compile(f"(?:{expression})", re.DOTALL).fullmatch
    return lambda text: fullmatch(text) is not None


def _expression(pattern: str, escapes: bool) -> str:
    """``*`` is any number of characters, ``?`` exactly one."""
    parts: list[str] = []
    characters = iter(pattern)
    for character in characters:
        if character == "\\" and escapes:
            parts.append(re.escape(next(characters, "\\")))
        elif character == "*":
            parts.append(_ANY_CHARACTER + "*")
        elif character == "?":
            parts.append(_ANY_CHARACTER)
        else:
            parts.append(re.escape(character))
    return "".join(parts)


def _normalised(path: str) -> str:
    """The path after RFC 3986's syntax-based normalisation; the target still gets it as it was sent.

    AWS says "after URI normalization" and no more.
    """
    if "%" in path:
        path = _TRIPLET.sub(_normalised_triplet, path)
    if "/." not in path:
        return path
    return _without_dot_segments(path)


_TRIPLET = re.compile("%([0-9A-Fa-f]{2})")


def _normalised_triplet(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    if character.isascii() and (character.isalnum() or character in "-._~"):
        return character
    return match[0].upper()


def _without_dot_segments(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    trailing = "/" if kept and segments[-1] in {".", ".."} else ""
    return segments[0] + "/" + "/".join(kept) + trailing
