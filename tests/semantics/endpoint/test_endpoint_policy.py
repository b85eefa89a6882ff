"""What an endpoint's policy decides, and which policy counts as the one AWS gives every endpoint."""

from dataclasses import replace
from typing import Any

import pytest
from tests.semantics.api_gateway.calls import MOMENT, the_api
from tests.semantics.conversations import with_endpoint
from tests.topologies import ACCOUNT, API, DOMAIN, ENDPOINT, REGION, VPC, private_app, statement

from landbridge.model.exchange import Headers, HttpRequest
from landbridge.model.policy import Condition, PolicyDocument, Principals, Statement
from landbridge.semantics.endpoint.addressing import Address
from landbridge.semantics.endpoint.endpoint_policy import has_default_policy, judge_by_endpoint_policy
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Decision, Step, Verdict

FULL_ACCESS = statement(principals=(("*", "*"),), actions=("*",), resources=("*",))
METHOD_ARN = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{API}/live/GET/api/orders"


def judged(document: PolicyDocument | None, headers: Headers = ()) -> tuple[Decision, bytes | None]:
    """The decision, and the body of the denial."""
    topology = with_endpoint(private_app(), policy=document)
    address = Address(the_api(topology), "live", "/api/orders", "/api/orders", "/api/orders", DOMAIN)
    request = HttpRequest("GET", "/api/orders", (("Host", DOMAIN), *headers))
    hop, denial = judge_by_endpoint_policy(
        World(topology), topology.network.vpc_endpoints[0], address, "10.20.1.10", request, MOMENT
    )
    assert hop.step is Step.ENDPOINT_POLICY
    assert (denial is None) == hop.decision.allowed
    assert denial is None or denial.status == 403
    return hop.decision, denial.body if denial else None


def allow(**changes: Any) -> PolicyDocument:
    given: dict[str, Any] = {
        "principals": (("*", "*"),),
        "actions": ("execute-api:Invoke",),
        "resources": ("*",),
        **changes,
    }
    return PolicyDocument((statement(**given),))


@pytest.mark.parametrize(
    ("document", "verdict"),
    [
        (None, Verdict.ALLOWED),
        (PolicyDocument((FULL_ACCESS,)), Verdict.ALLOWED),
        (PolicyDocument(()), Verdict.IMPLICIT_DENY),
        (allow(), Verdict.ALLOWED),
        (allow(resources=(METHOD_ARN,)), Verdict.ALLOWED),
        (allow(resources=(METHOD_ARN.replace("/GET/", "/*/"),)), Verdict.ALLOWED),
        (allow(resources=(METHOD_ARN.replace("/GET/", "/POST/"),)), Verdict.IMPLICIT_DENY),
        (allow(resources=(METHOD_ARN.replace(API, "zzzz"),)), Verdict.IMPLICIT_DENY),
        (allow(actions=("execute-api:ManageConnections",)), Verdict.IMPLICIT_DENY),
        (allow(principals=(("AWS", f"arn:aws:iam::{ACCOUNT}:root"),)), Verdict.IMPLICIT_DENY),
        (allow(effect="Deny"), Verdict.EXPLICIT_DENY),
        (allow(conditions=(Condition("StringEquals", "aws:SourceVpc", (VPC,)),)), Verdict.ALLOWED),
        (allow(conditions=(Condition("StringEquals", "aws:SourceVpce", (ENDPOINT,)),)), Verdict.ALLOWED),
        (
            allow(conditions=(Condition("IpAddress", "aws:VpcSourceIp", ("10.20.0.0/16",)),)),
            Verdict.ALLOWED,
        ),
        (
            allow(conditions=(Condition("IpAddress", "aws:VpcSourceIp", ("10.99.0.0/16",)),)),
            Verdict.IMPLICIT_DENY,
        ),
    ],
)
def test_an_endpoint_policy_is_evaluated_like_any_policy(
    document: PolicyDocument | None, verdict: Verdict
) -> None:
    decision, body = judged(document)
    assert decision.verdict is verdict
    if verdict is not Verdict.ALLOWED:
        assert decision.code is LocalCode.ENDPOINT_POLICY
        assert decision.remedy
        assert body is not None


def test_a_denial_names_the_method_with_the_account_masked() -> None:
    _, body = judged(allow(effect="Deny"))
    masked = METHOD_ARN.replace(ACCOUNT, f"********{ACCOUNT[-4:]}")
    assert body == (
        b'{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: '
        + masked.encode()
        + b' with an explicit deny in a VPC endpoint policy"}'
    )


def test_a_signed_request_under_a_policy_of_ones_own_is_not_modelled() -> None:
    signature = (("Authorization", "AWS4-HMAC-SHA256 Credential=AKIA/…"),)
    assert judged(allow(), signature)[0].verdict is Verdict.NOT_MODELLED
    assert judged(None, signature)[0].verdict is Verdict.ALLOWED


def changed(**changes: Any) -> Statement:
    return replace(FULL_ACCESS, **changes)


@pytest.mark.parametrize(
    ("statements", "default"),
    [
        ((FULL_ACCESS,), True),
        ((changed(principals=Principals(False, (("AWS", "*"),))),), True),
        ((), False),
        ((FULL_ACCESS, FULL_ACCESS), False),
        ((changed(effect="Deny"),), False),
        ((changed(principals=None),), False),
        ((changed(principals=Principals(True, (("*", "*"),))),), False),
        ((changed(principals=Principals(False, (("Service", "*"),))),), False),
        ((changed(actions=("execute-api:*",)),), False),
        ((changed(actions_negated=True),), False),
        ((changed(resources_negated=True),), False),
        ((changed(conditions=(Condition("Bool", "aws:SecureTransport", ("true",)),)),), False),
        ((changed(unsupported=("the element Foo",)),), False),
    ],
)
def test_only_full_access_is_the_default_policy(statements: tuple[Statement, ...], default: bool) -> None:
    topology = with_endpoint(private_app(), policy=PolicyDocument(statements))
    assert has_default_policy(World(topology), topology.network.vpc_endpoints[0]) is default


@pytest.mark.parametrize(
    "odd", [{"principals": Principals(True, (("*", "*"),))}, {"unsupported": ("the element Foo",)}]
)
def test_a_statement_that_only_looks_like_full_access_is_never_taken_for_it(odd: dict[str, Any]) -> None:
    assert not judged(PolicyDocument((changed(**odd),)))[0].allowed
