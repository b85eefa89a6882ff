"""Builders, strategies and the rendering of policy documents that the tests of the policy language share."""

import json
from collections import defaultdict
from dataclasses import replace

from hypothesis import strategies as st

from landbridge.model.policy import Condition, PolicyDocument, Principals, Statement
from landbridge.semantics.iam.evaluation import compile_policy, evaluate
from landbridge.semantics.iam.request import (
    ANONYMOUS,
    AuthorizationRequest,
    Context,
    Principal,
    role,
    service,
)
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Decision

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/reader"
API = f"arn:aws:execute-api:eu-central-1:{ACCOUNT}:a1b2c3"
INVOKE = "execute-api:Invoke"
EVERYONE = Principals(False, (("*", "*"),))


def request(
    context: Context | None = None,
    *,
    principal: Principal = ANONYMOUS,
    action: str = INVOKE,
    resource: str = f"{API}/prod/GET/orders/7",
    epoch_ms: int | None = None,
) -> AuthorizationRequest:
    return AuthorizationRequest(principal, action, resource, context or {}, epoch_ms)


def statement(
    effect: str = "Allow",
    sid: str = "",
    *,
    principals: Principals | None = EVERYONE,
    actions: tuple[str, ...] = (INVOKE,),
    resources: tuple[str, ...] = (f"{API}/*",),
    conditions: tuple[Condition, ...] = (),
    unsupported: tuple[str, ...] = (),
) -> Statement:
    return Statement(
        effect,
        sid,
        principals,
        actions=actions,
        resources=resources,
        conditions=conditions,
        unsupported=unsupported,
    )


def decide(asked: AuthorizationRequest, *statements: Statement, version: str = "2012-10-17") -> Decision:
    policy = compile_policy(PolicyDocument(statements, version=version))
    return evaluate(policy, asked, "AWS::ApiGateway::RestApi", "a1b2c3", GatewayResponseType.ACCESS_DENIED)


def render(document: PolicyDocument) -> str:
    return json.dumps(
        {"Version": document.version, "Statement": [_render_statement(each) for each in document.statements]}
    )


def _render_statement(each: Statement) -> dict[str, object]:
    element: dict[str, object] = {"Effect": each.effect}
    if each.sid:
        element["Sid"] = each.sid
    if each.principals:
        by_type: dict[str, list[str]] = defaultdict(list)
        for kind, value in each.principals.values:
            by_type[kind].append(value)
        name = "NotPrincipal" if each.principals.negated else "Principal"
        element[name] = "*" if "*" in by_type else by_type
    element["NotAction" if each.actions_negated else "Action"] = each.actions
    element["NotResource" if each.resources_negated else "Resource"] = each.resources
    block: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for condition in each.conditions:
        block[condition.operator][condition.key] = condition.values
    if block:
        element["Condition"] = block
    return element


_VALUES = ("vpce-1", "vpce-2", "vpc-1", "*", "10.0.0.1", "10.0.0.0/8", "${aws:SourceVpc}", "vpce-?")
_OPERATORS = (
    "StringEquals",
    "StringNotEquals",
    "StringLike",
    "StringNotLikeIfExists",
    "IpAddress",
    "NotIpAddress",
    "ForAllValues:StringEquals",
    "ForAnyValue:StringNotLike",
    "Bool",
)
_KEYS = ("aws:SourceVpce", "aws:SourceVpc", "aws:VpcSourceIp")

principals = st.builds(
    Principals,
    st.booleans(),
    st.one_of(
        st.just((("*", "*"),)),
        st.lists(
            st.sampled_from(
                [
                    ("AWS", "*"),
                    ("AWS", ACCOUNT),
                    ("AWS", ROLE),
                    ("AWS", f"arn:aws:iam::{ACCOUNT}:root"),
                    ("CanonicalUser", "79a59df900b949e55d96a1e698fbaced"),
                    ("Service", "apigateway.amazonaws.com"),
                ]
            ),
            min_size=1,
            max_size=3,
            unique=True,
        ).map(lambda pairs: tuple(sorted(pairs))),
    ),
)
conditions = st.lists(
    st.builds(
        Condition,
        st.sampled_from(_OPERATORS),
        st.sampled_from(_KEYS),
        st.lists(st.sampled_from(_VALUES), max_size=2).map(tuple),
    ),
    max_size=2,
    unique_by=lambda each: (each.operator, each.key),
).map(lambda found: tuple(sorted(found, key=lambda each: _OPERATORS.index(each.operator))))
statements = st.builds(
    Statement,
    effect=st.sampled_from(["Allow", "Deny"]),
    sid=st.sampled_from(["", "One", "Two"]),
    principals=principals,
    actions=st.sampled_from([("*",), (INVOKE,), ("s3:Get*", "s3:List*")]),
    actions_negated=st.booleans(),
    resources=st.sampled_from([("*",), (f"{API}/*",), (f"{API}/prod/GET/*", f"{API}/dev/*")]),
    resources_negated=st.booleans(),
    conditions=conditions,
)
documents = st.lists(statements, max_size=4).map(
    lambda found: PolicyDocument(
        tuple(replace(each, position=position) for position, each in enumerate(found))
    )
)
requests = st.builds(
    AuthorizationRequest,
    principal=st.sampled_from([ANONYMOUS, role(ROLE), service("apigateway.amazonaws.com")]),
    action=st.sampled_from([INVOKE, "s3:GetObject"]),
    resource=st.sampled_from([f"{API}/prod/GET/orders", f"{API}/dev/POST/", "arn:aws:s3:::site/index.html"]),
    context=st.fixed_dictionaries(
        {},
        optional={
            "aws:sourcevpce": st.sampled_from([("vpce-1",), ("vpce-2",), ("vpce-1", "vpce-2")]),
            "aws:sourcevpc": st.sampled_from([("vpc-1",), ("vpc-2",)]),
            "aws:vpcsourceip": st.sampled_from([("10.0.0.1",), ("192.0.2.1",)]),
        },
    ),
)
