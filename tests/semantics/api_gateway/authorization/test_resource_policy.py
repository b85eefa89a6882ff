from dataclasses import replace
from typing import Any

import pytest
from tests import topologies
from tests.semantics.api_gateway.calls import (
    OK,
    answered,
    call,
    last_hop,
    matched,
    public,
    run,
    topology_with,
    with_api,
)

from landbridge.model.policy import Condition, PolicyDocument, Statement
from landbridge.semantics.api_gateway.authorization.resource_policy import policy_context, resource_policy_hop
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType, LocalCode
from landbridge.trace.decision import Step, Verdict

ARN = f"arn:aws:execute-api:{topologies.REGION}:{topologies.ACCOUNT}:{topologies.API}"


def statement(**changes: Any) -> Statement:
    made = topologies.statement(
        principals=(("*", "*"),), actions=("execute-api:Invoke",), resources=(f"{ARN}/*",)
    )
    return replace(made, **changes)


def condition(operator: str, key: str, value: str) -> tuple[Condition, ...]:
    return (Condition(operator, key, (value,)),)


ALLOW = statement()
DENY_OTHER_VPC = statement(
    effect="Deny", conditions=condition("StringNotEquals", "aws:SourceVpc", "vpc-0app")
)


@pytest.mark.parametrize(
    ("sentence", "statements", "verdict"),
    [
        ("an explicit allow lets in", (ALLOW,), Verdict.ALLOWED),
        ("nothing allows", (), Verdict.IMPLICIT_DENY),
        ("a deny alone allows nothing", (DENY_OTHER_VPC,), Verdict.IMPLICIT_DENY),
        ("AWS's template for private APIs", (ALLOW, DENY_OTHER_VPC), Verdict.ALLOWED),
        ("a deny wins over an allow", (ALLOW, statement(effect="Deny")), Verdict.EXPLICIT_DENY),
        (
            "short resources mean this API",
            (statement(resources=("execute-api:/live/GET/api/*",)),),
            Verdict.ALLOWED,
        ),
        (
            "the resource has the concrete path",
            (statement(resources=(f"{ARN}/live/GET/api/orders",)),),
            Verdict.ALLOWED,
        ),
        (
            "the resource's template is not the path",
            (statement(resources=(f"{ARN}/live/GET/api/{{proxy+}}",)),),
            Verdict.IMPLICIT_DENY,
        ),
        (
            "a named principal is not an anonymous one",
            (replace(topologies.statement(principals=(("AWS", topologies.ACCOUNT),)), actions=("*",)),),
            Verdict.IMPLICIT_DENY,
        ),
        (
            "the address is the load balancer's",
            (statement(conditions=condition("IpAddress", "aws:VpcSourceIp", "10.20.1.10/32")),),
            Verdict.ALLOWED,
        ),
        (
            "a private API has no aws:SourceIp",
            (statement(conditions=condition("IpAddress", "aws:SourceIp", "0.0.0.0/0")),),
            Verdict.IMPLICIT_DENY,
        ),
        (
            "requests come by TLS",
            (statement(conditions=condition("Bool", "aws:SecureTransport", "true")),),
            Verdict.ALLOWED,
        ),
        (
            "the clock is the request's",
            (statement(conditions=condition("DateLessThan", "aws:CurrentTime", "2022-04-06T00:00:00Z")),),
            Verdict.ALLOWED,
        ),
        (
            "a statement that is not understood allows nothing",
            (statement(unsupported=("Odd",)),),
            Verdict.NOT_MODELLED,
        ),
    ],
)
def test_the_resource_policy_decides(
    sentence: str, statements: tuple[Statement, ...], verdict: Verdict
) -> None:
    topology = topology_with(policy=PolicyDocument(statements))
    hop = resource_policy_hop(matched(topology, call(topology)))
    assert hop.decision.verdict is verdict, sentence
    assert hop.step is Step.RESOURCE_POLICY


def test_an_implicit_denial_has_aws_own_words() -> None:
    topology = topology_with(policy=PolicyDocument(()))
    executed = answered(topology, call(topology, "/api/orders/7"))
    assert executed.response.status == 403
    assert executed.response.header("x-amzn-errortype") == "AccessDeniedException"
    assert executed.response.body == (
        b'{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: '
        b"arn:aws:execute-api:eu-central-1:********9012:a1b2c3d4e5/live/GET/api/orders/7 because no "
        b'resource-based policy allows the execute-api:Invoke action"}'
    )
    assert last_hop(executed).decision.code is GatewayResponseType.ACCESS_DENIED


def test_an_explicit_denial_has_aws_own_words() -> None:
    topology = topology_with(policy=PolicyDocument((ALLOW, statement(effect="Deny", sid="No"))))
    executed = answered(topology, call(topology))
    assert executed.response.body.endswith(
        b'/live/GET/api/orders with an explicit deny in a resource-based policy"}'
    )
    assert last_hop(executed).decision.verdict is Verdict.EXPLICIT_DENY


def test_a_policy_that_is_not_understood_is_never_an_allow() -> None:
    topology = topology_with(policy=PolicyDocument((statement(unsupported=("Odd",)),)))
    executed = answered(topology, call(topology))
    assert executed.response.status == 500
    assert executed.response.body == b'{"message": "Internal server error"}'
    assert last_hop(executed).decision.code is LocalCode.NOT_MODELLED


def test_a_private_api_without_policy_lets_nobody_in() -> None:
    topology = topology_with(policy=None)
    executed = answered(topology, call(topology))
    assert executed.response.status == 403
    assert "Attach a resource policy" in last_hop(executed).decision.remedy


def test_a_public_api_without_policy_is_open() -> None:
    topology = topology_with(policy=None)
    executed, _ = run(topology, public(call(topology)), OK)
    assert executed.response.status == 200


def test_a_policy_changed_after_the_deployment_counts_only_after_the_next() -> None:
    topology = with_api(topology_with(policy=PolicyDocument(())), policy=PolicyDocument((ALLOW,)))
    remedy = last_hop(answered(topology, call(topology))).decision.remedy
    assert "deploy it again for the change to count" in remedy


def test_a_remedy_for_the_deployed_policy_ends_with_the_deployment() -> None:
    policy = PolicyDocument(())
    topology = with_api(topology_with(policy=policy), policy=policy)
    remedy = last_hop(answered(topology, call(topology))).decision.remedy
    assert remedy.endswith("; then deploy stage live again")


def test_the_context_of_a_public_request_has_the_source_address() -> None:
    made = public(call(topology_with(), headers=(("Referer", "https://r"), ("User-Agent", "curl/8"))))
    assert policy_context(made) == {
        "aws:securetransport": ("true",),
        "aws:sourceip": ("203.0.113.9",),
        "aws:referer": ("https://r",),
        "aws:useragent": ("curl/8",),
    }


def test_the_policy_is_compiled_once() -> None:
    topology = topology_with()
    world = World(topology)
    request = matched(topology, call(topology), world)
    first = resource_policy_hop(request).decision
    assert resource_policy_hop(request).decision == first
