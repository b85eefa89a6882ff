"""All values of one condition key that a policy can tell apart, each kind with an example."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import chain, combinations, pairwise

from landbridge.errors import UnsupportedError
from landbridge.model.policy import Condition
from landbridge.prove.reach.blocks import NOT_ON_THE_INTERNET
from landbridge.prove.reach.policies_in import ADDRESS_KEYS
from landbridge.prove.texts import Pattern, TooManyCellsError, partition, wildcards
from landbridge.semantics.iam.operators import Operator, read_date, read_number, read_operator
from landbridge.semantics.iam.patterns import Piece, Variable, Wildcard, read_pieces
from landbridge.semantics.iam.request import Context

Values = tuple[str, ...]
"""What a request has for one key; nothing where the key is absent."""
STRANGE_ADDRESS = "203.0.113.10"
STRANGE_ENDPOINT = "vpce-0stranger"
STRANGE_VPC = "vpc-0stranger"
STRANGE_ACCOUNT = "999999999999"


@dataclass(frozen=True, slots=True)
class Free:
    """A condition key whose value the caller chooses, or nobody knows."""

    within: str = "?*"
    """The wildcard pattern that every value fits; for addresses nothing."""
    without: tuple[str, ...] = ()
    """Patterns, or blocks of addresses, that no value fits."""
    prefer: Values = ()
    """Values to show, where one of their kind is shown."""
    may_be_absent: bool = True

    def but(self, *values: str, present: bool = False) -> "Free":
        """The same without these values; with `present`, never absent."""
        may_be_absent = self.may_be_absent and not present
        return Free(self.within, (*self.without, *values), self.prefer, may_be_absent)


_ACCOUNT = Free("?" * 12, prefer=(STRANGE_ACCOUNT,))
_RESERVED = tuple(map(str, NOT_ON_THE_INTERNET))
ANY_ENDPOINT = Free("vpce-?*", prefer=(STRANGE_ENDPOINT,))
ANY_VPC = Free("vpc-?*", prefer=(STRANGE_VPC,))
KNOWN_KEYS = {
    "aws:sourcevpce": ANY_ENDPOINT,
    "aws:sourcevpc": ANY_VPC,
    "aws:vpcsourceip": Free(prefer=("10.0.0.10",)),
    "aws:sourceip": Free(without=_RESERVED, prefer=(STRANGE_ADDRESS,)),
    "aws:sourceaccount": _ACCOUNT,
    "aws:principalaccount": _ACCOUNT,
    "aws:resourceaccount": _ACCOUNT,
    "aws:sourcearn": Free("arn:?*"),
    "aws:principalarn": Free("arn:?*"),
    "aws:principalservicename": Free("?*.amazonaws.com"),
}
"""Keys of one value each, and what it looks like.

AWS: "AWS global condition context keys"
"""
BOOLEAN_KEYS = frozenset(
    {
        *("aws:securetransport", "aws:viaawsservice", "aws:principalisawsservice"),
        *("aws:multifactorauthpresent",),
    }
)
MOST_SINGLE_VALUES = 6
"""Of a key with several values: more would make too many sets."""


def values_apart(
    key: str, conditions: Sequence[Condition], known: Context, free: Free, *, variables: bool
) -> tuple[Values, ...]:
    """Values for the key such that any value at all is treated like one of them by each of the conditions.

    The conditions are those on the key; `known` holds the keys whose values are fixed, by which policy
    variables get theirs. Raises UnsupportedError where nobody can tell.
    """
    tests = [(read_operator(each.operator), each) for each in conditions]
    understood = [(name, each) for name, each in tests if name is not None]
    single = [(value,) for value in _single_values(key, understood, known, free, variables)]
    absent: list[Values] = [()] if free.may_be_absent else []
    quantified = key not in KNOWN_KEYS and any(name.quantifier for name, _ in understood)
    return (*absent, *(_sets(key, single) if quantified else single))


def patterns_of(conditions: Iterable[Condition], known: Context, *, variables: bool) -> tuple[Pattern, ...]:
    """The texts that the conditions compare with, as patterns; those of other families compare no texts."""
    found: list[Pattern | None] = []
    for condition in conditions:
        name = read_operator(condition.operator)
        if name is not None and name.base in _TEXTS:
            found += [_pattern(name.base, value, known, variables) for value in condition.values]
    return tuple(each for each in found if each is not None)


def texts_apart(patterns: Sequence[Pattern], free: Free) -> Values:
    """Texts that are free such that any other one matches the same patterns as one of them."""
    barred = [_shape(each) for each in free.without]
    cells = partition((*patterns, *barred), _shape(free.within), free.prefer)
    return tuple(cell.witness for cell in cells if all(each < len(patterns) for each in cell.matched))


def resolve(pieces: Iterable[Piece], known: Context) -> tuple[str | Wildcard, ...] | None:
    """The pieces with the values of policy variables in their places; None where one has no value.

    AWS: "IAM policy elements: Variables and tags"
    """
    found: list[str | Wildcard] = []
    for piece in pieces:
        if not isinstance(piece, Variable):
            found.append(piece)
            continue
        if piece.key not in known:
            raise UnsupportedError(f"the policy variable ${{{piece.key}}}, whose value can be anything,")
        value = piece.resolve(known)
        if value is None:
            return None
        found.append(value)
    return tuple(found)


def _shape(text: str) -> Pattern:
    return wildcards(text, arn=text.count(":") >= _COLONS_OF_AN_ARN)


_COLONS_OF_AN_ARN = 5
_Tests = Sequence[tuple[Operator, Condition]]
_TEXTS = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"})


def _single_values(key: str, tests: _Tests, known: Context, free: Free, variables: bool) -> Iterator[str]:
    kinds = {_kind(name.base) for name, _ in tests if name.base != "null"} or {"text"}
    if key in BOOLEAN_KEYS or "bool" in kinds:
        yield from ("false", "true")
    elif key in ADDRESS_KEYS or kinds == {"ipaddress"}:
        yield from _addresses(key, tests, free)
    elif kinds == {"text"}:
        yield from _texts(tests, known, free, variables)
    elif kinds == {"numeric"}:
        yield from (f"{each:f}" for each in _around(map(read_number, _values(tests)), Decimal(1)))
    elif kinds == {"date"}:
        yield from map(_date, _around(map(_instant, _values(tests)), _DAY))
    else:
        raise UnsupportedError(f"the condition key {key} under operators of such or of several kinds")


def _kind(base: str) -> str:
    if base in _TEXTS:
        return "text"
    return next((kind for kind in ("numeric", "date") if base.startswith(kind)), base)


def _values(tests: _Tests) -> Iterator[str]:
    return (value for name, condition in tests if name.base != "null" for value in condition.values)


def _texts(tests: _Tests, known: Context, free: Free, variables: bool) -> Iterator[str]:
    patterns = patterns_of((each for _, each in tests), known, variables=variables)
    yield from texts_apart(patterns, free)
    if free.within == "?*" and any(name.quantifier for name, _ in tests):
        yield ""  # Where a quantifier asks, an empty value is as good as none.


def _pattern(base: str, value: str, known: Context, variables: bool) -> Pattern | None:
    wild = base not in ("stringequals", "stringequalsignorecase")
    pieces = resolve(read_pieces(value, wildcards=wild, variables=variables), known)
    if pieces is None:
        return None
    arn = base.startswith("arn") and pieces != (Wildcard.ANY,)
    return Pattern(pieces, ignore_case=base == "stringequalsignorecase", arn=arn)


def _sets(key: str, single: Sequence[Values]) -> Iterator[Values]:
    """Every set of values that a key of many can have."""
    if len(single) > MOST_SINGLE_VALUES:
        raise TooManyCellsError(f"the condition key {key}, which can have many values at once,")
    for size in range(1, len(single) + 1):
        for chosen in combinations(single, size):
            yield tuple(chain.from_iterable(chosen))


_Network = IPv4Network | IPv6Network


def _addresses(key: str, tests: _Tests, free: Free) -> Iterator[str]:
    """An address of each run that no block tells apart, if there is one outside of what is left out."""
    blocks = {ip_network(text, strict=False) for text in _values(tests) if _is_block(key, text)}
    barred = {ip_network(text) for text in free.without}
    everything: set[_Network] = {ip_network("0.0.0.0/0"), ip_network("::/0")}
    for block in sorted(blocks | barred | everything, key=lambda each: (each.version, each)):
        if not any(_covers(each, block) for each in barred):
            inner = [each for each in blocks | barred if each != block and _covers(block, each)]
            yield from _address(block, inner, free.prefer)


def _is_block(key: str, text: str) -> bool:
    """Whether the text can be an address at all; a text operator never matches with one that cannot."""
    if text == "*":
        return False
    try:
        ip_network(text, strict=False)
    except ValueError:
        if "*" in text or "?" in text or "${" in text:
            raise UnsupportedError(f'addresses in {key} that look like "{text}"') from None
        return False
    return True


def _covers(outer: _Network, inner: _Network) -> bool:
    if isinstance(outer, IPv4Network) and isinstance(inner, IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(outer, IPv6Network) and isinstance(inner, IPv6Network):
        return inner.subnet_of(outer)
    return False


def _address(block: _Network, inner: Sequence[_Network], prefer: Iterable[str]) -> Iterator[str]:
    """One address of the block that is in none of the inner ones, where there is any."""
    for text in prefer:
        preferred = ip_network(text)
        if _covers(block, preferred) and not any(_covers(each, preferred) for each in inner):
            yield text
            return
    at = min(int(block.network_address) + _USUAL_HOST, int(block.broadcast_address))
    for start in (at, int(block.network_address)):
        found = _first_outside(start, block, inner)
        if found is not None:
            yield str(type(block.network_address)(found))
            return


_USUAL_HOST = 10


def _first_outside(start: int, block: _Network, inner: Sequence[_Network]) -> int | None:
    at = start
    for each in sorted(inner, key=lambda network: int(network.network_address)):
        if int(each.network_address) <= at <= int(each.broadcast_address):
            at = int(each.broadcast_address) + 1
    return at if at <= int(block.broadcast_address) else None


def _around(points: Iterable[Decimal], step: Decimal) -> Iterator[Decimal]:
    """The points, and one between any two neighbours and beyond both ends."""
    found = sorted(set(points))
    if found:
        yield found[0] - step
        yield from found
        yield from ((low + high) / 2 for low, high in pairwise(found))
        yield found[-1] + step


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY = Decimal(timedelta(days=1) // _MICROSECOND)
_EARLIEST = Decimal((datetime(1, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND)
_LATEST = Decimal((datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH) // _MICROSECOND)


def _instant(text: str) -> Decimal:
    return Decimal((read_date(text) - _EPOCH) // _MICROSECOND)


def _date(instant: Decimal) -> str:
    within = min(max(instant, _EARLIEST), _LATEST)
    return (_EPOCH + int(within) * _MICROSECOND).isoformat()
