from dataclasses import replace

import pytest
from tests.semantics.iam.policies import API, EVERYONE, ROLE, request, statement

from landbridge.model.policy import Condition, Principals, Statement
from landbridge.semantics.iam.request import ANONYMOUS, AuthorizationRequest, role
from landbridge.semantics.iam.statements import CompiledStatement, PolicyKind, compile_statement


def compiled(written: Statement, kind: PolicyKind = PolicyKind.RESOURCE_BASED) -> CompiledStatement:
    return compile_statement(written, kind, variables=True)


@pytest.mark.parametrize(
    ("actions", "negated", "asked", "expected"),
    [
        (("execute-api:Invoke",), False, "execute-api:Invoke", True),
        (("EXECUTE-API:invoke",), False, "execute-api:Invoke", True),
        (("execute-api:*",), False, "execute-api:Invoke", True),
        (("execute-api:Inv?ke",), False, "execute-api:Invoke", True),
        (("*",), False, "execute-api:Invoke", True),
        (("s3:Get*", "s3:List*"), False, "s3:GetObject", True),
        (("s3:Get*",), False, "s3:PutObject", False),
        (("s3:get*",), False, "S3:GETOBJECT", True),
        (("s3:*",), False, "execute-api:Invoke", False),
        (("s3:*",), True, "execute-api:Invoke", True),
        (("S3:*",), True, "s3:GetObject", False),
        (("*",), True, "s3:GetObject", False),
    ],
)
def test_actions_are_compared_without_regard_to_case(
    actions: tuple[str, ...], negated: bool, asked: str, expected: bool
) -> None:
    written = replace(statement(actions=actions), actions_negated=negated)
    assert compiled(written).applies(request(action=asked)) is expected


@pytest.mark.parametrize(
    ("resources", "negated", "asked", "expected"),
    [
        (("*",), False, f"{API}/prod/GET/", True),
        ((f"{API}/*",), False, f"{API}/prod/GET/", True),
        ((f"{API}/*",), False, f"{API.upper()}/prod/GET/", False),
        ((f"{API}/prod/*", f"{API}/dev/*"), False, f"{API}/dev/GET/", True),
        ((f"{API}/${{aws:username}}/*",), False, f"{API}/ann/GET/", True),
        ((f"{API}/${{aws:username}}/*",), False, f"{API}/bob/GET/", False),
        ((f"{API}/prod/*",), True, f"{API}/dev/GET/", True),
        ((f"{API}/prod/*",), True, f"{API}/prod/GET/", False),
        (("*",), True, f"{API}/prod/GET/", False),
    ],
)
def test_resources_are_compared_exactly_but_for_wildcards(
    resources: tuple[str, ...], negated: bool, asked: str, expected: bool
) -> None:
    written = replace(statement(resources=resources), resources_negated=negated)
    assert compiled(written).applies(request({"aws:username": ("ann",)}, resource=asked)) is expected


@pytest.mark.parametrize(
    ("written", "kind", "unsupported"),
    [
        (statement(), PolicyKind.RESOURCE_BASED, ()),
        (statement(principals=None), PolicyKind.IDENTITY_BASED, ()),
        (statement(resources=()), PolicyKind.TRUST, ()),
        (
            statement(principals=None),
            PolicyKind.RESOURCE_BASED,
            ("a statement without Principal in a resource-based policy",),
        ),
        (
            statement(principals=None),
            PolicyKind.TRUST,
            ("a statement without Principal in a trust policy",),
        ),
        (statement(), PolicyKind.IDENTITY_BASED, ("a Principal in an identity-based policy",)),
        (statement(resources=()), PolicyKind.RESOURCE_BASED, ("a statement without Resource",)),
        (statement(actions=()), PolicyKind.RESOURCE_BASED, ("a statement without Action",)),
        (statement("allow"), PolicyKind.RESOURCE_BASED, ('Effect "allow"',)),
        (statement(unsupported=("element Foo",)), PolicyKind.RESOURCE_BASED, ("element Foo",)),
        (
            statement(conditions=(Condition("NumericEquals", "a:b", ("ten",)),)),
            PolicyKind.RESOURCE_BASED,
            ('the number "ten"',),
        ),
        (statement(resources=("${}",)), PolicyKind.RESOURCE_BASED, ("the policy variable ${}",)),
    ],
)
def test_what_aws_would_not_have_saved_is_not_understood(
    written: Statement, kind: PolicyKind, unsupported: tuple[str, ...]
) -> None:
    found = compiled(written, kind)
    assert found.unsupported == unsupported
    assert found.applies(request())
    assert found.doubt(request()) == ", ".join(unsupported)


@pytest.mark.parametrize(
    ("asked", "doubt"),
    [
        (request({"aws:username": ("ann",)}), ""),
        (request(), "the policy variable ${aws:username} of a request that has no value for it"),
        (
            request({"aws:username": ("ann", "bob")}),
            "the policy variable ${aws:username} of a request that has no value for it",
        ),
    ],
)
@pytest.mark.parametrize(
    "written",
    [
        statement(conditions=(Condition("StringNotEquals", "a:b", ("${aws:username}",)),)),
        replace(statement(resources=("arn:aws:s3:::a/${aws:username}",)), resources_negated=True),
    ],
)
def test_a_negation_with_a_variable_without_value_is_in_doubt(
    written: Statement, asked: AuthorizationRequest, doubt: str
) -> None:
    found = compiled(written)
    assert found.applies(asked)
    assert found.doubt(asked) == doubt


def test_an_identity_based_statement_means_its_role() -> None:
    found = compiled(statement(principals=None), PolicyKind.IDENTITY_BASED)
    assert found.grants_by_name(request(principal=role(ROLE)))


def test_each_clause_says_what_the_policy_and_the_request_say() -> None:
    written = Statement(
        "Allow",
        principals=Principals(True, (("AWS", "999999999999"), ("Service", "x.amazonaws.com"))),
        actions=("s3:*",),
        actions_negated=True,
        resources=(f"{API}/prod/*",),
        resources_negated=True,
        conditions=(
            Condition("StringEquals", "aws:SourceVpce", ("vpce-1", "vpce-2")),
            Condition("NotIpAddress", "aws:VpcSourceIp", ("10.0.0.0/8",)),
            Condition("StringLike", "aws:UserAgent", ()),
        ),
    )
    asked = request({"aws:sourcevpce": ("vpce-2",)})
    found = compiled(written)
    assert [clause.fact(asked) for clause in found.clauses] == [
        ("NotPrincipal", "policy: AWS 999999999999, Service x.amazonaws.com; request: anonymous"),
        ("NotAction", "policy: s3:*; request: execute-api:Invoke"),
        ("NotResource", f"policy: {API}/prod/*; request: {API}/prod/GET/orders/7"),
        ("aws:SourceVpce", "policy: vpce-1, vpce-2; request: vpce-2"),
        ("aws:VpcSourceIp", "policy: NotIpAddress 10.0.0.0/8; request: absent"),
        ("aws:UserAgent", "policy: StringLike no value; request: absent"),
    ]
    assert [clause.name for clause in found.failed(asked)] == ["NotResource", "aws:UserAgent"]


def test_what_every_request_meets_is_no_clause() -> None:
    anything = statement(principals=EVERYONE, actions=("*",), resources=("*",))
    assert compiled(anything).clauses == ()
    assert compiled(anything).applies(request(principal=ANONYMOUS))


def test_the_comparison_shows_conditions_or_else_the_elements() -> None:
    plain = compiled(statement())
    assert [name for name, _ in plain.compared(request())] == ["Action", "Resource"]
    conditional = compiled(statement(conditions=(Condition("Null", "a:b", ("true",)),)))
    assert conditional.compared(request()) == (("a:b", "policy: Null true; request: absent"),)
