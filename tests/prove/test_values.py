"""Values of one key: each kind that its conditions tell apart once, and nothing that the key cannot have."""

from ipaddress import ip_address, ip_network

import pytest

from landbridge.errors import UnsupportedError
from landbridge.model.policy import Condition
from landbridge.prove.policy.values import KNOWN_KEYS, Free, Values, values_apart
from landbridge.prove.texts import TooManyCellsError


def _apart(key: str, *conditions: tuple[str, tuple[str, ...]], free: Free | None = None) -> list[Values]:
    tests = [Condition(operator, key, values) for operator, values in conditions]
    freedom = free or KNOWN_KEYS.get(key, Free())
    return list(values_apart(key, tests, {}, freedom, variables=True))


@pytest.mark.parametrize(
    ("key", "conditions", "expected"),
    [
        ("aws:securetransport", [("Bool", ("true",))], [(), ("false",), ("true",)]),
        ("aws:sourcevpce", [("StringEquals", ("vpce-1",))], [(), ("vpce-0stranger",), ("vpce-1",)]),
        ("aws:sourcevpce", [("StringLike", ("vpce-*",))], [(), ("vpce-0stranger",)]),
        ("aws:sourceip", [("IpAddress", ("10.0.0.0/8",))], [(), ("203.0.113.10",), ("::a",)]),
        (
            "aws:vpcsourceip",
            [("IpAddress", ("10.0.0.0/31", "10.0.0.0/32"))],
            [(), ("10.0.0.10",), ("10.0.0.0",), ("10.0.0.1",), ("::a",)],
        ),
        (
            "s3:max-keys",
            [("NumericLessThan", ("5",)), ("NumericGreaterThan", ("10",))],
            [(), ("4",), ("5",), ("10",), ("7.5",), ("11",)],
        ),
        (
            "aws:currenttime",
            [("DateLessThan", ("2026-01-02T00:00:00Z",))],
            [
                (),
                ("2026-01-01T00:00:00+00:00",),
                ("2026-01-02T00:00:00+00:00",),
                ("2026-01-03T00:00:00+00:00",),
            ],
        ),
        ("s3:prefix", [("Null", ("true",))], [(), ("x",)]),
    ],
)
def test_the_values_of_a_key_that_conditions_tell_apart(
    key: str, conditions: list[tuple[str, tuple[str, ...]]], expected: list[Values]
) -> None:
    assert sorted(_apart(key, *conditions)) == sorted(expected)


def test_blocks_that_fill_another_leave_nothing_of_it() -> None:
    values = _apart("aws:vpcsourceip", ("IpAddress", ("10.0.0.0/30", "10.0.0.0/31", "10.0.0.2/31")))
    inside = [value for value in values if value and ip_address(value[0]) in ip_network("10.0.0.0/30")]
    assert inside == [("10.0.0.1",), ("10.0.0.3",)]


def test_a_key_of_many_values_has_sets_of_them_where_a_quantifier_asks() -> None:
    values = _apart("aws:TagKeys", ("ForAllValues:StringEquals", ("a",)))
    assert set(map(frozenset, values)) == {
        *(frozenset(), frozenset({"a"}), frozenset({"x"}), frozenset({""})),
        *(frozenset({"a", "x"}), frozenset({"a", ""}), frozenset({"x", ""}), frozenset({"a", "x", ""})),
    }


def test_a_key_of_one_value_has_no_sets_whatever_asks() -> None:
    values = _apart("aws:sourcevpce", ("ForAnyValue:StringEquals", ("vpce-1", "vpce-2")))
    assert all(len(value) <= 1 for value in values)


def test_sets_of_too_many_values_are_given_up() -> None:
    with pytest.raises(TooManyCellsError, match="can have many values at once"):
        _apart("aws:TagKeys", *[("ForAllValues:StringLike", (f"*{letter}*",)) for letter in "abc"])


def test_what_is_left_out_is_no_value() -> None:
    free = Free("vpce-?*", ("vpce-1",), may_be_absent=False)
    assert _apart("aws:sourcevpce", ("StringEquals", ("vpce-1", "vpce-2")), free=free) == [
        ("vpce-x",),
        ("vpce-2",),
    ]


@pytest.mark.parametrize(
    ("key", "conditions", "named"),
    [
        ("s3:max-keys", [("NumericEquals", ("5",)), ("StringLike", ("5*",))], "several kinds"),
        ("aws:sourceip", [("StringLike", ("10.*",))], r"10\.\*"),
        ("aws:referer", [("StringEquals", ("${aws:PrincipalTag/site}",))], "aws:principaltag/site"),
    ],
)
def test_what_nobody_can_tell_is_named(
    key: str, conditions: list[tuple[str, tuple[str, ...]]], named: str
) -> None:
    with pytest.raises(UnsupportedError, match=named):
        _apart(key, *conditions)
