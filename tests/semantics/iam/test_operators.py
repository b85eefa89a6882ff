import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.errors import UnsupportedError
from landbridge.model.policy import Condition
from landbridge.semantics.iam.operators import (
    compile_condition,
    is_known,
    variables_in_doubt,
)
from landbridge.semantics.iam.request import Context

Values = tuple[str, ...]


def holds(operator: str, policy: Values, request: Values, *, key: str = "test:Key") -> bool:
    context: Context = {"test:key": request} if request else {}
    return compile_condition(Condition(operator, key, policy))(context)


STRINGS = [
    ("StringEquals", ("vpce-1",), ("vpce-1",), True),
    ("StringEquals", ("vpce-1",), ("vpce-2",), False),
    ("StringEquals", ("vpce-1",), ("VPCE-1",), False),
    ("StringEquals", ("vpce-1", "vpce-2"), ("vpce-2",), True),
    ("StringEquals", ("vpce-*",), ("vpce-1",), False),
    ("StringEquals", ("vpce-*",), ("vpce-*",), True),
    ("StringEquals", (), ("vpce-1",), False),
    ("StringEquals", ("",), ("",), True),
    ("StringEquals", ("b",), ("a", "b"), True),
    ("StringNotEquals", ("vpce-1",), ("vpce-1",), False),
    ("StringNotEquals", ("vpce-1",), ("vpce-2",), True),
    ("StringNotEquals", ("vpce-1", "vpce-2"), ("vpce-2",), False),
    ("StringNotEquals", ("vpce-1", "vpce-2"), ("vpce-3",), True),
    ("StringNotEquals", (), ("vpce-1",), True),
    ("StringNotEquals", ("b",), ("a", "b"), False),
    ("StringEqualsIgnoreCase", ("Team",), ("tEAM",), True),
    ("StringEqualsIgnoreCase", ("Team",), ("teams",), False),
    ("StringNotEqualsIgnoreCase", ("Team",), ("tEAM",), False),
    ("StringNotEqualsIgnoreCase", ("Team",), ("other",), True),
    ("StringLike", ("vpce-*",), ("vpce-1",), True),
    ("StringLike", ("vpce-?",), ("vpce-1",), True),
    ("StringLike", ("vpce-?",), ("vpce-12",), False),
    ("StringLike", ("VPCE-*",), ("vpce-1",), False),
    ("StringNotLike", ("vpce-*",), ("vpce-1",), False),
    ("StringNotLike", ("vpce-*",), ("vpc-1",), True),
    ("stringequals", ("a",), ("a",), True),
    ("STRINGNOTLIKE", ("a*",), ("ab",), False),
]
NUMBERS = [
    ("NumericEquals", ("10",), ("10",), True),
    ("NumericEquals", ("10",), ("10.0",), True),
    ("NumericEquals", ("10",), ("11",), False),
    ("NumericEquals", ("10", "11"), ("11",), True),
    ("NumericEquals", ("10",), ("ten",), False),
    ("NumericEquals", ("0.1",), ("0.10",), True),
    ("NumericEquals", ("1e3",), ("1000",), True),
    ("NumericEquals", ("-1",), ("-1",), True),
    ("NumericNotEquals", ("10",), ("10",), False),
    ("NumericNotEquals", ("10",), ("11",), True),
    ("NumericNotEquals", ("10",), ("ten",), True),
    ("NumericLessThan", ("10",), ("9",), True),
    ("NumericLessThan", ("10",), ("10",), False),
    ("NumericLessThan", ("10",), ("9.99",), True),
    ("NumericLessThanEquals", ("10",), ("10",), True),
    ("NumericLessThanEquals", ("10",), ("11",), False),
    ("NumericGreaterThan", ("10",), ("11",), True),
    ("NumericGreaterThan", ("10",), ("10",), False),
    ("NumericGreaterThanEquals", ("10",), ("10",), True),
    ("NumericGreaterThanEquals", ("10",), ("9",), False),
]
DATES = [
    ("DateEquals", ("2024-01-01T00:00:00Z",), ("2024-01-01T00:00:00Z",), True),
    ("DateEquals", ("2024-01-01T00:00:00Z",), ("2024-01-01T01:00:00+01:00",), True),
    ("DateEquals", ("2024-01-01T00:00:00Z",), ("2023-12-31T19:00:00-05:00",), True),
    ("DateEquals", ("2024-01-01T00:00:00Z",), ("1704067200",), True),
    ("DateEquals", ("1704067200",), ("2024-01-01T00:00:00Z",), True),
    ("DateEquals", ("2024-01-01",), ("2024-01-01T00:00:00Z",), True),
    ("DateEquals", ("2024-01",), ("2024-01-01T00:00:00Z",), True),
    ("DateEquals", ("2024",), ("2024-01-01T00:00:00Z",), True),
    ("DateEquals", ("2024-01-01T00:00Z",), ("2024-01-01T00:00:00Z",), True),
    ("DateEquals", ("2024-01-01T00:00:00.5Z",), ("2024-01-01T00:00:00.500Z",), True),
    ("DateEquals", ("2024-01-01T00:00:00Z",), ("2024-01-01T00:00:01Z",), False),
    ("DateEquals", ("2024-01-01T00:00:00Z",), ("yesterday",), False),
    ("DateNotEquals", ("2024-01-01T00:00:00Z",), ("2024-01-01T00:00:00Z",), False),
    ("DateNotEquals", ("2024-01-01T00:00:00Z",), ("2024-01-02T00:00:00Z",), True),
    ("DateLessThan", ("2024-01-01T00:00:00Z",), ("2023-12-31T23:59:59Z",), True),
    ("DateLessThan", ("2024-01-01T00:00:00Z",), ("2024-01-01T00:00:00Z",), False),
    ("DateLessThanEquals", ("2024-01-01T00:00:00Z",), ("2024-01-01T00:00:00Z",), True),
    ("DateGreaterThan", ("2024-01-01T00:00:00Z",), ("2024-01-01T00:00:01Z",), True),
    ("DateGreaterThan", ("2024-01-01T00:00:00Z",), ("2024-01-01T00:00:00Z",), False),
    ("DateGreaterThanEquals", ("2024-01-01T00:00:00Z",), ("2024-01-01T00:00:00Z",), True),
    ("DateGreaterThanEquals", ("2024-01-01T00:00:00Z",), ("2023-01-01T00:00:00Z",), False),
]
BOOLEANS_AND_BYTES = [
    ("Bool", ("true",), ("true",), True),
    ("Bool", ("true",), ("false",), False),
    ("Bool", ("True",), ("true",), True),
    ("Bool", ("false",), ("FALSE",), True),
    ("Bool", ("true", "false"), ("false",), True),
    ("Bool", ("true",), ("yes",), False),
    ("BinaryEquals", ("QmluYXJ5",), ("QmluYXJ5",), True),
    ("BinaryEquals", ("QmluYXJ5",), ("QmluYXJ6",), False),
    ("BinaryEquals", ("QmluYXJ5",), ("no base64!",), False),
]
ADDRESSES = [
    ("IpAddress", ("10.0.0.0/8",), ("10.1.2.3",), True),
    ("IpAddress", ("10.0.0.0/8",), ("11.1.2.3",), False),
    ("IpAddress", ("10.1.2.3",), ("10.1.2.3",), True),
    ("IpAddress", ("10.1.2.3",), ("10.1.2.4",), False),
    ("IpAddress", ("10.0.0.0/8", "192.0.2.0/24"), ("192.0.2.7",), True),
    ("IpAddress", ("0.0.0.0/0",), ("192.0.2.7",), True),
    ("IpAddress", ("0.0.0.0/0",), ("2001:db8::1",), False),
    ("IpAddress", ("2001:DB8:1234:5678::/64",), ("2001:db8:1234:5678::1",), True),
    ("IpAddress", ("2001:DB8:1234:5678::/64",), ("2001:db8:1234:5679::1",), False),
    ("IpAddress", ("2001:db8::1",), ("2001:db8:0::1",), True),
    ("IpAddress", ("10.1.2.3/8",), ("10.9.9.9",), True),
    ("IpAddress", ("10.0.0.0/8",), ("a host",), False),
    ("NotIpAddress", ("10.0.0.0/8",), ("10.1.2.3",), False),
    ("NotIpAddress", ("10.0.0.0/8",), ("192.0.2.7",), True),
    ("NotIpAddress", ("10.0.0.0/8", "192.0.2.0/24"), ("192.0.2.7",), False),
]
ARNS = [
    ("ArnEquals", ("arn:aws:s3:::site",), ("arn:aws:s3:::site",), True),
    ("ArnEquals", ("arn:aws:s3:::si*",), ("arn:aws:s3:::site",), True),
    ("ArnLike", ("arn:aws:sns:*:1:t",), ("arn:aws:sns:eu-west-1:1:t",), True),
    ("ArnLike", ("arn:aws:sns:*:1:t",), ("arn:aws:sns:eu-west-1:2:1:t",), False),
    ("ArnLike", ("arn:aws:sns:*:1:t",), ("no ARN",), False),
    ("ArnNotEquals", ("arn:aws:s3:::site",), ("arn:aws:s3:::site",), False),
    ("ArnNotLike", ("arn:aws:s3:::a*",), ("arn:aws:s3:::site",), True),
]
ABSENT = [
    ("StringEquals", ("a",), (), False),
    ("StringLike", ("*",), (), False),
    ("StringEqualsIgnoreCase", ("a",), (), False),
    ("NumericLessThan", ("1",), (), False),
    ("DateGreaterThan", ("2024",), (), False),
    ("Bool", ("false",), (), False),
    ("BinaryEquals", ("QQ==",), (), False),
    ("IpAddress", ("0.0.0.0/0",), (), False),
    ("ArnLike", ("*",), (), False),
    ("StringNotEquals", ("a",), (), True),
    ("StringNotEqualsIgnoreCase", ("a",), (), True),
    ("StringNotLike", ("*",), (), True),
    ("NumericNotEquals", ("1",), (), True),
    ("DateNotEquals", ("2024",), (), True),
    ("NotIpAddress", ("0.0.0.0/0",), (), True),
    ("ArnNotEquals", ("*",), (), True),
    ("ArnNotLike", ("*",), (), True),
    ("StringEqualsIfExists", ("a",), (), True),
    ("StringNotEqualsIfExists", ("a",), (), True),
    ("NumericLessThanIfExists", ("1",), (), True),
    ("DateLessThanIfExists", ("2024",), (), True),
    ("BoolIfExists", ("true",), (), True),
    ("IpAddressIfExists", ("10.0.0.0/8",), (), True),
    ("ArnLikeIfExists", ("arn:aws:s3:::a",), (), True),
    ("StringEqualsIfExists", ("a",), ("b",), False),
    ("StringEqualsIfExists", ("a",), ("a",), True),
    ("BoolIfExists", ("true",), ("false",), False),
    ("Null", ("true",), (), True),
    ("Null", ("false",), (), False),
    ("Null", ("true",), ("a",), False),
    ("Null", ("false",), ("a",), True),
    ("Null", ("true", "false"), ("a",), True),
]
SETS = [
    ("ForAllValues:StringEquals", ("a", "b"), ("a",), True),
    ("ForAllValues:StringEquals", ("a", "b"), ("a", "b"), True),
    ("ForAllValues:StringEquals", ("a", "b"), ("a", "c"), False),
    ("ForAllValues:StringEquals", ("a", "b"), (), True),
    ("ForAllValues:StringEquals", ("a", "b"), ("",), True),
    ("ForAllValues:StringLike", ("a*",), ("ab", "ac"), True),
    ("ForAllValues:StringLike", ("a*",), ("ab", "bc"), False),
    ("ForAllValues:StringNotEquals", ("a", "b"), ("c", "d"), True),
    ("ForAllValues:StringNotEquals", ("a", "b"), ("c", "a"), False),
    ("ForAllValues:StringNotEquals", ("a", "b"), (), True),
    ("ForAllValues:StringEqualsIfExists", ("a",), (), True),
    ("ForAllValues:NumericLessThan", ("10",), ("1", "11"), False),
    ("ForAnyValue:StringEquals", ("a", "b"), ("b", "c"), True),
    ("ForAnyValue:StringEquals", ("a", "b"), ("c", "d"), False),
    ("ForAnyValue:StringEquals", ("a", "b"), (), False),
    ("ForAnyValue:StringEquals", ("a", ""), ("",), False),
    ("ForAnyValue:StringNotEquals", ("a", "b"), ("a", "c"), True),
    ("ForAnyValue:StringNotEquals", ("a", "b"), ("a", "b"), False),
    ("ForAnyValue:StringNotEquals", ("a", "b"), (), False),
    ("ForAnyValue:StringEqualsIfExists", ("a",), (), True),
    ("ForAnyValue:IpAddress", ("10.0.0.0/8",), ("192.0.2.1", "10.0.0.1"), True),
    ("foranyvalue:stringlike", ("a*",), ("ab",), True),
]


@pytest.mark.parametrize(
    ("operator", "policy", "request_values", "expected"),
    [*STRINGS, *NUMBERS, *DATES, *BOOLEANS_AND_BYTES, *ADDRESSES, *ARNS, *ABSENT, *SETS],
)
def test_a_condition_holds(operator: str, policy: Values, request_values: Values, expected: bool) -> None:
    assert is_known(operator)
    assert holds(operator, policy, request_values) is expected


@pytest.mark.parametrize("key", ["test:Key", "TEST:KEY", "test:key"])
def test_condition_keys_are_compared_without_regard_to_case(key: str) -> None:
    assert holds("StringEquals", ("a",), ("a",), key=key)


@pytest.mark.parametrize(
    "operator",
    [
        "StringFoo",
        "NullIfExists",
        "ForAnyValue:Null",
        "ForSomeValues:StringEquals",
        "IfExists",
        "",
        "StringEquals ",
        "NotBool",
        "ForAnyValue:",
    ],
)
def test_what_is_no_operator_is_not_understood(operator: str) -> None:
    assert not is_known(operator)
    with pytest.raises(UnsupportedError, match="condition operator"):
        compile_condition(Condition(operator, "a:b", ("c",)))


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("NumericEquals", "ten"),
        ("NumericEquals", "NaN"),
        ("NumericEquals", "1_000"),
        ("NumericLessThan", ""),
        ("DateEquals", "yesterday"),
        ("DateEquals", "2024-13-01"),
        ("DateEquals", "2024-01-01T00:00:00"),
        ("DateEquals", "1e300"),
        ("Bool", "yes"),
        ("Null", "perhaps"),
        ("BinaryEquals", "no base64!"),
        ("IpAddress", "10.0.0.0/33"),
        ("NotIpAddress", "a host"),
        ("ArnLike", "site"),
        ("StringEquals", "${}"),
    ],
)
def test_a_value_that_means_nothing_is_not_understood(operator: str, value: str) -> None:
    with pytest.raises(UnsupportedError):
        compile_condition(Condition(operator, "a:b", (value,)))


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("StringEquals", "${aws:username}", True),
        ("StringLike", "${aws:username}*", True),
        ("StringNotEquals", "${aws:username}", False),
        ("StringEqualsIgnoreCase", "${AWS:USERNAME}", True),
        ("StringEquals", "${aws:other}", False),
        ("StringEquals", "${aws:other, 'ann'}", True),
    ],
)
def test_string_operators_take_policy_variables(operator: str, value: str, expected: bool) -> None:
    context = {"aws:username": ("ann",), "test:key": ("ann",)}
    assert compile_condition(Condition(operator, "test:key", (value,)))(context) is expected


@pytest.mark.parametrize(
    "operator", ["NumericEquals", "DateEquals", "IpAddress", "Bool", "BinaryEquals", "Null"]
)
def test_other_operators_take_none(operator: str) -> None:
    with pytest.raises(UnsupportedError):
        compile_condition(Condition(operator, "test:key", ("${aws:username}",)))


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("StringNotEquals", "${aws:username}", {"aws:username"}),
        ("ArnNotLike", "arn:aws:iam::1:user/${aws:username}", {"aws:username"}),
        ("StringNotEquals", "${aws:username, 'x'}", set()),
        ("StringEquals", "${aws:username}", set()),
        ("NotIpAddress", "10.0.0.0/8", set()),
        ("StringFoo", "${aws:username}", set()),
    ],
)
def test_only_a_negated_condition_is_in_doubt_without_its_variable(
    operator: str, value: str, expected: set[str]
) -> None:
    assert variables_in_doubt(Condition(operator, "test:key", (value,))) == expected


OPPOSITES = [
    ("StringEquals", "StringNotEquals"),
    ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
    ("StringLike", "StringNotLike"),
    ("NumericEquals", "NumericNotEquals"),
    ("IpAddress", "NotIpAddress"),
]
texts = st.sampled_from(["10", "10.0", "11", "10.0.0.0", "10.0.0.1"])


@given(
    st.sampled_from(OPPOSITES),
    st.lists(st.sampled_from(["10", "11"]), max_size=3).map(tuple),
    st.lists(texts, max_size=3).map(tuple),
)
def test_a_negated_operator_is_the_opposite_of_its_positive(
    pair: tuple[str, str], policy: Values, request_values: Values
) -> None:
    positive, negated = pair
    values = tuple(f"{value}.0.0.0" for value in policy) if "Ip" in positive else policy
    assert holds(positive, values, request_values) is not holds(negated, values, request_values)


@given(st.lists(texts, max_size=2).map(tuple), st.lists(texts, max_size=3).map(tuple))
def test_all_values_match_unless_any_value_does_not(policy: Values, request_values: Values) -> None:
    every = holds("ForAllValues:StringEquals", policy, request_values)
    some_not = holds("ForAnyValue:StringNotEquals", policy, request_values)
    assert every is not some_not
