"""Random policies, and random requests that know nothing of them."""

from dataclasses import replace

from hypothesis import strategies as st

from landbridge.model.policy import Condition, PolicyDocument, Principals, Statement
from landbridge.semantics.iam.request import (
    ANONYMOUS,
    AuthorizationRequest,
    role,
    role_session,
    root_user,
    service,
    user,
)

ACCOUNT = "123456789012"
OTHER = "210987654321"
BUCKET = "arn:aws:s3:::site"

_VALUES = {
    "aws:SourceVpce": ("vpce-1", "vpce-2", "vpce-*", "vpce-?1", "*", "vpc-1"),
    "aws:SourceVpc": ("vpc-1", "${aws:SourceVpce}", "${aws:PrincipalAccount}", "vpc-*"),
    "aws:VpcSourceIp": ("10.0.0.1", "10.0.0.0/30", "10.0.0.0/8", "0.0.0.0/0", "10.0.0.2", "nowhere"),
    "aws:Referer": ("https://*", "https://a/*", "*/x", "", "${*}", "a?c"),
    "aws:TagKeys": ("a", "b", "a*", ""),
    "s3:max-keys": ("5", "7.5", "10"),
    "aws:CurrentTime": ("2026-01-01T00:00:00Z", "2027-01-01", "1700000000"),
    "aws:SecureTransport": ("true", "false"),
    "aws:SourceArn": (f"arn:aws:s3:*:{ACCOUNT}:a*", "arn:aws:s3:::b", "arn:*", "*"),
    "aws:PrincipalArn": (f"arn:aws:iam::{OTHER}:role/*", f"arn:aws:iam::{OTHER}:role/reader", "*"),
    "aws:PrincipalAccount": (OTHER, ACCOUNT, "9*"),
}
_TEXT = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase")
_ARN = ("ArnLike", "ArnNotLike", "ArnEquals", "StringLike", "StringNotEquals")
_OPERATORS = {
    "aws:VpcSourceIp": ("IpAddress", "NotIpAddress", "StringEquals", "StringNotEquals"),
    "s3:max-keys": ("NumericEquals", "NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals"),
    "aws:CurrentTime": ("DateLessThan", "DateGreaterThanEquals", "DateNotEquals"),
    "aws:SecureTransport": ("Bool",),
    "aws:SourceArn": _ARN,
    "aws:PrincipalArn": _ARN,
}


def _on(key: str) -> st.SearchStrategy[Condition]:
    operators = st.builds(
        "".join,
        st.tuples(
            st.sampled_from(["", "", "", "ForAllValues:", "ForAnyValue:"]),
            st.sampled_from(_OPERATORS.get(key, _TEXT)),
            st.sampled_from(["", "", "IfExists"]),
        ),
    )
    values = st.lists(st.sampled_from(_VALUES[key]), min_size=1, max_size=2, unique=True).map(tuple)
    null = st.builds(Condition, st.just("Null"), st.just(key), st.sampled_from([("true",), ("false",)]))
    return st.one_of(st.builds(Condition, operators, st.just(key), values), null)


conditions = st.lists(st.sampled_from(sorted(_VALUES)).flatmap(_on), max_size=2).map(tuple)
principals = st.builds(
    Principals,
    st.sampled_from([False, False, False, True]),
    st.lists(
        st.sampled_from(
            [
                ("*", "*"),
                ("AWS", "*"),
                ("AWS", ACCOUNT),
                ("AWS", f"arn:aws:iam::{OTHER}:root"),
                ("AWS", f"arn:aws:iam::{OTHER}:role/reader"),
                ("AWS", f"arn:aws:sts::{OTHER}:assumed-role/reader/one"),
                ("Service", "apigateway.amazonaws.com"),
                ("Service", "events.amazonaws.com"),
            ]
        ),
        min_size=1,
        max_size=2,
        unique=True,
    ).map(tuple),
)
statements = st.builds(
    Statement,
    effect=st.sampled_from(["Allow", "Allow", "Deny"]),
    principals=principals,
    actions=st.sampled_from([("*",), ("s3:GetObject",), ("s3:Get*", "s3:Put?bject"), ("S3:getobject",)]),
    actions_negated=st.sampled_from([False, False, True]),
    resources=st.sampled_from(
        [("*",), (f"{BUCKET}/*",), (f"{BUCKET}/public/*", BUCKET), (f"{BUCKET}/${{aws:PrincipalAccount}}/*",)]
    ),
    resources_negated=st.sampled_from([False, False, True]),
    conditions=conditions,
)
documents = st.builds(
    PolicyDocument,
    st.lists(statements, min_size=1, max_size=3).map(
        lambda found: tuple(replace(each, position=position) for position, each in enumerate(found))
    ),
    version=st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17"]),
)

_names = st.text("abcrx/:1", min_size=1, max_size=5)
_accounts = st.sampled_from([OTHER, "999999999999", "912345678901"])
callers = st.one_of(
    st.just(ANONYMOUS),
    st.builds(lambda account, name: role(f"arn:aws:iam::{account}:role/{name}"), _accounts, _names),
    st.builds(lambda account, name: user(f"arn:aws:iam::{account}:user/{name}"), _accounts, _names),
    st.builds(lambda account: root_user(f"arn:aws:iam::{account}:root"), _accounts),
    st.just(role(f"arn:aws:iam::{OTHER}:role/reader")),
    st.just(role_session(f"arn:aws:iam::{OTHER}:role/reader", "one")),
    st.sampled_from(["apigateway", "events", "s3"]).map(lambda name: service(f"{name}.amazonaws.com")),
)
_addresses = st.ip_addresses(v=4).map(str)
_NEAR = ("10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.1.2.3", "192.0.2.1")


def _one(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return strategy.map(lambda value: (value,))


contexts = st.fixed_dictionaries(
    {},
    optional={
        "aws:sourcevpce": _one(st.text("12vpce-", min_size=1, max_size=3).map(lambda text: f"vpce-{text}")),
        "aws:sourcevpc": _one(st.text("12vpce-", min_size=1, max_size=3).map(lambda text: f"vpc-{text}")),
        "aws:vpcsourceip": _one(st.one_of(_addresses, st.sampled_from(_NEAR))),
        "aws:referer": _one(st.sampled_from(["", "https://a/x", "https://b", "*", "abc", "a?c", "A?C"])),
        "aws:tagkeys": st.lists(st.sampled_from(["", "a", "ab", "b", "c"]), min_size=1, max_size=3).map(
            tuple
        ),
        "s3:max-keys": _one(st.decimals(0, 20, places=1).map(str)),
        "aws:currenttime": _one(st.datetimes().map(lambda when: f"{when:%Y-%m-%d}".rjust(10, "0"))),
        "aws:securetransport": _one(st.sampled_from(["true", "false"])),
        "aws:sourcearn": _one(
            st.sampled_from(["arn:aws:s3:::b", f"arn:aws:s3:x:{ACCOUNT}:ab", f"arn:aws:s3:x:y:{ACCOUNT}:a"])
        ),
    },
)
requests = st.builds(
    AuthorizationRequest,
    principal=callers,
    action=st.sampled_from(["s3:GetObject", "s3:PutObject", "s3:ListBucket"]),
    resource=st.sampled_from([BUCKET, f"{BUCKET}/public/a", f"{BUCKET}/{OTHER}/a", f"{BUCKET}/index.html"]),
    context=contexts,
)
