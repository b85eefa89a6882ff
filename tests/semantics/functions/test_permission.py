from dataclasses import replace

import pytest
from tests import topologies

from landbridge.model.functions import Function
from landbridge.model.policy import Condition, PolicyDocument
from landbridge.semantics.functions.permission import function_policy_hop
from landbridge.semantics.world import World
from landbridge.trace.codes import LambdaErrorType
from landbridge.trace.decision import Hop, Step, Verdict

SOURCE = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/73e2d6bc24d8a067"
SERVICE = "elasticloadbalancing.amazonaws.com"


def function(policy: PolicyDocument | None) -> Function:
    return replace(topologies.functions().functions[0], policy=policy)


def permission(*conditions: Condition, effect: str = "Allow", service: str = SERVICE) -> PolicyDocument:
    return PolicyDocument(
        (
            topologies.statement(
                sid="alb",
                principals=(("Service", service),),
                actions=("lambda:InvokeFunction",),
                resources=(topologies.FUNCTION_ARN,),
                conditions=conditions,
                effect=effect,
            ),
        )
    )


def decide(policy: PolicyDocument | None) -> Hop:
    world = World(topologies.private_app())
    return function_policy_hop(world, function(policy), SERVICE, SOURCE, "add a permission")


@pytest.mark.parametrize(
    ("sentence", "policy", "verdict"),
    [
        ("no policy", None, Verdict.IMPLICIT_DENY),
        ("an empty policy", PolicyDocument(()), Verdict.IMPLICIT_DENY),
        ("a policy without condition", permission(), Verdict.ALLOWED),
        ("the source", permission(Condition("ArnLike", "AWS:SourceArn", (SOURCE,))), Verdict.ALLOWED),
        (
            "another source",
            permission(Condition("ArnLike", "AWS:SourceArn", (SOURCE + "x",))),
            Verdict.IMPLICIT_DENY,
        ),
        (
            "the account",
            permission(Condition("StringEquals", "AWS:SourceAccount", (topologies.ACCOUNT,))),
            Verdict.ALLOWED,
        ),
        ("another service", permission(service="apigateway.amazonaws.com"), Verdict.IMPLICIT_DENY),
        ("a denial", permission(effect="Deny"), Verdict.EXPLICIT_DENY),
    ],
)
def test_a_functions_policy_decides_who_may_invoke_it(
    sentence: str, policy: PolicyDocument | None, verdict: Verdict
) -> None:
    hop = decide(policy)
    assert (hop.step, hop.decision.verdict) == (Step.FUNCTION_POLICY, verdict), sentence
    if verdict is Verdict.IMPLICIT_DENY:
        assert hop.decision.remedy == "add a permission"
        assert hop.decision.code is LambdaErrorType.ACCESS_DENIED


def test_a_decision_is_made_once_for_each_source() -> None:
    world, subject = World(topologies.private_app()), function(permission())
    first = function_policy_hop(world, subject, SERVICE, SOURCE, "")
    assert function_policy_hop(world, subject, SERVICE, SOURCE, "") is first
    assert function_policy_hop(world, subject, SERVICE, SOURCE + "x", "") is not first
