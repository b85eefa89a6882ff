"""Every condition operator, compiled once into a test of the request context."""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from ipaddress import ip_address, ip_network
from operator import eq, ge, gt, le, lt
from typing import TypeVar

from landbridge.errors import UnsupportedError
from landbridge.model.policy import Condition
from landbridge.semantics.iam.patterns import (
    Matcher,
    compile_arns,
    compile_equals,
    compile_wildcards,
    variables_without_default,
)
from landbridge.semantics.iam.request import Context

Holds = Callable[[Context], bool]
"""Whether a condition holds for a request context."""


def is_known(operator: str) -> bool:
    """Whether it is an operator of the policy language, written in any case."""
    return read_operator(operator) is not None


def compile_condition(condition: Condition, *, variables: bool = True) -> Holds:
    """Whether the condition holds for a request context.

    A key that the request does not have makes a positive operator false, a negated one true, and every
    ``…IfExists`` true. Raises UnsupportedError for an operator or a value that is not understood.
    AWS: "IAM JSON policy elements: Condition operators"
    """
    name = read_operator(condition.operator)
    if name is None:
        raise UnsupportedError(f"the condition operator {condition.operator}")
    key = condition.key.lower()
    if name.base == "null":
        return _compile_null(condition, key)
    matches = _FAMILIES[name.base](condition, variables)
    return _QUANTIFIERS[name.quantifier](key, matches, name)


def variables_in_doubt(condition: Condition) -> frozenset[str]:
    """The keys without which a negated condition cannot be decided: its policy variables without default.

    Where a variable has no value, AWS says, the whole statement might be invalid; a positive condition is
    false either way.
    AWS: "IAM policy elements: Variables and tags"
    """
    name = read_operator(condition.operator)
    if name is None or not name.negated or name.base not in _TAKE_VARIABLES:
        return frozenset()
    return variables_without_default(condition.values)


@dataclass(frozen=True, slots=True)
class Operator:
    """A condition operator taken apart."""

    quantifier: str
    """Empty, ``forallvalues:`` or ``foranyvalue:``."""
    base: str
    """The positive operator, in lower case: ``stringequals`` for ``StringNotEquals``."""
    negated: bool
    if_exists: bool


_NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
    "notipaddress": "ipaddress",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
}
_NAME = re.compile(r"(?P<quantifier>forallvalues:|foranyvalue:|)(?P<base>[a-z]+?)(?P<if_exists>ifexists)?")


def read_operator(text: str) -> Operator | None:
    """The operator's parts; None for one that the policy language does not have.

    AWS: "IAM JSON policy elements: Condition operators"
    """
    found = _NAME.fullmatch(text.lower())
    if found is None:
        return None
    if found["base"] == "null":
        bare = not found["quantifier"] and not found["if_exists"]
        return Operator("", "null", False, False) if bare else None
    base = _NEGATED.get(found["base"], found["base"])
    if base not in _FAMILIES:
        return None
    return Operator(found["quantifier"], base, base != found["base"], found["if_exists"] is not None)


def _compile_null(condition: Condition, key: str) -> Holds:
    """``true`` asks for the key's absence, ``false`` for its presence."""
    wanted = frozenset(map(_boolean, condition.values))
    return lambda context: (not context.get(key)) in wanted


def _single_valued(key: str, matches: Matcher, name: Operator) -> Holds:
    """Some value matches or, negated, none does."""
    negated, absent = name.negated, name.negated or name.if_exists

    def holds(context: Context) -> bool:
        values = context.get(key)
        if not values:
            return absent
        for value in values:
            if matches(value, context):
                return not negated
        return negated

    return holds


def _for_all_values(key: str, matches: Matcher, name: Operator) -> Holds:
    """Every value matches; no values at all, or empty ones, hold.

    AWS: "Single-valued vs. multivalued context keys"
    """
    wanted = not name.negated
    return lambda context: all(matches(value, context) is wanted for value in context.get(key, ()) if value)


def _for_any_value(key: str, matches: Matcher, name: Operator) -> Holds:
    """At least one value matches; no values at all, or empty ones, do not hold.

    AWS: "Single-valued vs. multivalued context keys"
    """
    wanted, absent = not name.negated, name.if_exists

    def holds(context: Context) -> bool:
        values = context.get(key)
        if not values:
            return absent
        return any(matches(value, context) is wanted for value in values if value)

    return holds


_QUANTIFIERS = {"": _single_valued, "forallvalues:": _for_all_values, "foranyvalue:": _for_any_value}


def _string_equals(condition: Condition, variables: bool) -> Matcher:
    return compile_equals(condition.values, variables=variables)


def _string_equals_ignore_case(condition: Condition, variables: bool) -> Matcher:
    return compile_equals(condition.values, variables=variables, ignore_case=True)


def _string_like(condition: Condition, variables: bool) -> Matcher:
    return compile_wildcards(condition.values, variables=variables)


def _arn_like(condition: Condition, variables: bool) -> Matcher:
    return compile_arns(condition.values, variables=variables)


Operand = TypeVar("Operand")
_Family = Callable[[Condition, bool], Matcher]


def _family(read: Callable[[str], Operand], compare: Callable[[Operand, Operand], bool]) -> _Family:
    """Operators that compare what the texts stand for; a request's text that means nothing never matches."""

    def compile_values(condition: Condition, variables: bool) -> Matcher:
        operands = tuple(map(read, condition.values))

        def matches(text: str, context: Context) -> bool:
            try:
                value = read(text)
            except UnsupportedError:
                return False
            return any(compare(value, operand) for operand in operands)

        return matches

    return compile_values


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise UnsupportedError(f'the Boolean "{text}"')
    return text.lower() == "true"


_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?", re.ASCII)


def read_number(text: str) -> Decimal:
    """The number; raises UnsupportedError for a text that is none."""
    if _NUMBER.fullmatch(text) is None:
        raise UnsupportedError(f'the number "{text}"')
    return Decimal(text)


_ISO_8601 = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d))?)?)?",
    re.IGNORECASE | re.ASCII,
)


def read_date(text: str) -> datetime:
    """The instant meant by a W3C date or by epoch seconds; four digits are a year.

    AWS: "IAM JSON policy elements: Condition operators"
    """
    found = _ISO_8601.fullmatch(text)
    try:
        return _calendar_date(found) if found else datetime.fromtimestamp(float(read_number(text)), UTC)
    except (ValueError, OverflowError, OSError):
        raise UnsupportedError(f'the date "{text}"') from None


def _calendar_date(found: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    return datetime(
        int(year),
        int(month or 1),
        int(day or 1),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        int((fraction or "").ljust(6, "0")[:6]),
        _zone(zone or "Z"),
    )


def _zone(text: str) -> timezone:
    if text in ("Z", "z"):
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise UnsupportedError(f'the base64 text "{text}"') from None


def _ip_address(condition: Condition, variables: bool) -> Matcher:
    """An address without a prefix length stands for itself.

    AWS: "IAM JSON policy elements: Condition operators"
    """
    blocks = tuple(map(_block, condition.values))

    def matches(text: str, context: Context) -> bool:
        try:
            address = ip_address(text)
        except ValueError:
            return False
        number = int(address)
        return any(
            address.version == version and number & mask == network for version, network, mask in blocks
        )

    return matches


def _block(text: str) -> tuple[int, int, int]:
    try:
        block = ip_network(text, strict=False)
    except ValueError:
        raise UnsupportedError(f'the IP address or range "{text}"') from None
    return block.version, int(block.network_address), int(block.netmask)


_FAMILIES: dict[str, _Family] = {
    "stringequals": _string_equals,
    "stringequalsignorecase": _string_equals_ignore_case,
    "stringlike": _string_like,
    "arnequals": _arn_like,
    "arnlike": _arn_like,
    "numericequals": _family(read_number, eq),
    "numericlessthan": _family(read_number, lt),
    "numericlessthanequals": _family(read_number, le),
    "numericgreaterthan": _family(read_number, gt),
    "numericgreaterthanequals": _family(read_number, ge),
    "dateequals": _family(read_date, eq),
    "datelessthan": _family(read_date, lt),
    "datelessthanequals": _family(read_date, le),
    "dategreaterthan": _family(read_date, gt),
    "dategreaterthanequals": _family(read_date, ge),
    "bool": _family(_boolean, eq),
    "binaryequals": _family(_bytes, eq),
    "ipaddress": _ip_address,
}
_TAKE_VARIABLES = {"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"}
