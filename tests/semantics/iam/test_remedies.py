import pytest
from tests.semantics.iam.policies import ACCOUNT, API, ROLE, decide, request, statement

from landbridge.model.policy import Condition, Principals, Statement
from landbridge.semantics.iam.request import AuthorizationRequest, role
from landbridge.trace.decision import Verdict

PRIVATE = request(
    {"aws:sourcevpce": ("vpce-0123",), "aws:sourcevpc": ("vpc-0abc",), "aws:vpcsourceip": ("10.20.1.17",)}
)
PUBLIC = request({"aws:sourceip": ("192.0.2.1",)})


def when(operator: str, key: str, *values: str) -> tuple[Condition, ...]:
    return (Condition(operator, key, values),)


VPC_AS_ENDPOINT = "aws:SourceVpce holds endpoint ids (vpce-...): use aws:SourceVpc for the VPC id vpc-0abc"
ENDPOINT_AS_VPC = "aws:SourceVpc holds VPC ids (vpc-...): use aws:SourceVpce for the endpoint id vpce-0123"
PUBLIC_KEY = (
    "a request through a VPC endpoint has no aws:SourceIp to go by: use aws:VpcSourceIp, here 10.20.1.17"
)
PRIVATE_KEY = (
    "aws:VpcSourceIp exists only on requests through a VPC endpoint: use aws:SourceIp for public ones"
)


@pytest.mark.parametrize(
    ("asked", "conditions", "remedy"),
    [
        (PRIVATE, when("StringEquals", "aws:SourceVpce", "vpc-0abc"), VPC_AS_ENDPOINT),
        (PRIVATE, when("StringLike", "AWS:SOURCEVPCE", "vpce-9", "vpc-0abc"), VPC_AS_ENDPOINT),
        (PRIVATE, when("StringEquals", "aws:SourceVpc", "vpce-0123"), ENDPOINT_AS_VPC),
        (PRIVATE, when("IpAddress", "aws:SourceIp", "10.0.0.0/8"), PUBLIC_KEY),
        (PUBLIC, when("IpAddress", "aws:VpcSourceIp", "10.0.0.0/8"), PRIVATE_KEY),
        (
            PRIVATE,
            when("StringEquals", "aws:SourceVpce", "vpce-9"),
            "let aws:SourceVpce in Open accept vpce-0123, or send the request from where the condition holds",
        ),
        (
            PUBLIC,
            when("StringEquals", "aws:SourceVpce", "vpce-9"),
            "the request has no aws:SourceVpce, which Open asks for: use a key that it has",
        ),
    ],
)
def test_a_condition_that_failed_is_explained(
    asked: AuthorizationRequest, conditions: tuple[Condition, ...], remedy: str
) -> None:
    decision = decide(asked, statement(sid="Open", conditions=conditions))
    assert decision.verdict is Verdict.IMPLICIT_DENY
    assert decision.remedy == remedy


@pytest.mark.parametrize(
    ("asked", "conditions", "remedy"),
    [
        (PRIVATE, when("StringNotEquals", "aws:SourceVpce", "vpc-0abc"), VPC_AS_ENDPOINT),
        (PRIVATE, when("StringNotEquals", "aws:SourceVpc", "vpce-0123"), ENDPOINT_AS_VPC),
        (PRIVATE, when("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"), PUBLIC_KEY),
        (PUBLIC, when("NotIpAddress", "aws:VpcSourceIp", "10.0.0.0/8"), PRIVATE_KEY),
        (
            PRIVATE,
            when("StringNotEquals", "aws:SourceVpce", "vpce-9"),
            "Shut denies the request because aws:SourceVpce is vpce-0123: "
            "send one it does not mean, or change the statement",
        ),
        (
            PUBLIC,
            when("StringNotEquals", "aws:SourceVpc", "vpc-9"),
            "Shut denies the request because aws:SourceVpc is absent: "
            "send one it does not mean, or change the statement",
        ),
        (PRIVATE, (), "Shut denies execute-api:Invoke whatever the conditions: narrow it or remove it"),
    ],
)
def test_a_deny_that_applied_is_explained(
    asked: AuthorizationRequest, conditions: tuple[Condition, ...], remedy: str
) -> None:
    decision = decide(asked, statement(), statement("Deny", "Shut", conditions=conditions))
    assert decision.verdict is Verdict.EXPLICIT_DENY
    assert decision.remedy == remedy


@pytest.mark.parametrize(
    ("asked", "written", "remedy"),
    [
        (
            request(),
            statement(sid="Open", principals=Principals(False, (("AWS", ACCOUNT),))),
            "the request is not signed, so Open does not mean it: sign it (for a REST API: method "
            'authorization AWS_IAM), or use Principal "*" with a Condition',
        ),
        (
            request(principal=role(ROLE)),
            statement(sid="Open", principals=Principals(False, (("AWS", "999999999999"),))),
            f"let the Principal of Open include {ROLE}",
        ),
        (
            request(principal=role(ROLE)),
            statement(sid="Open", principals=Principals(True, (("AWS", ACCOUNT), ("AWS", ROLE)))),
            f"the NotPrincipal of Open leaves out {ROLE}: take it from there",
        ),
        (
            request(),
            statement(sid="Open", actions=("s3:*",)),
            "let the Action of Open include execute-api:Invoke",
        ),
        (
            request(),
            statement(sid="Open", resources=(f"{API}/",)),
            f"let the Resource of Open include {API}/prod/GET/orders/7",
        ),
        (
            request(),
            statement("Deny", actions=("s3:*",)),
            "add a statement to the policy of a1b2c3 that allows execute-api:Invoke on "
            f"{API}/prod/GET/orders/7 to anonymous",
        ),
    ],
)
def test_an_element_that_does_not_mean_the_request_is_explained(
    asked: AuthorizationRequest, written: Statement, remedy: str
) -> None:
    assert decide(asked, written).remedy == remedy
