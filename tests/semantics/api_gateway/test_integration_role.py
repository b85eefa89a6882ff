from dataclasses import replace

from tests import topologies
from tests.semantics.api_gateway.calls import call, matched

from landbridge.model.identity import Identity
from landbridge.model.policy import Condition, PolicyDocument
from landbridge.semantics.api_gateway.integration_role import (
    SESSION_NAME,
    integration_role,
    integration_role_hops,
    role_principal,
)
from landbridge.semantics.world import World
from landbridge.trace.codes import LambdaErrorType, LocalCode
from landbridge.trace.decision import ResourceRef, Step, Verdict


def test_api_gateway_acts_as_a_session_of_the_role() -> None:
    topology = topologies.private_app()
    request = matched(topology, call(topology))
    role, hop = integration_role(request, topologies.FRONTEND_ROLE_ARN)
    assert role is not None
    assert (hop.step, hop.decision.verdict) == (Step.ROLE, Verdict.ALLOWED)
    session = f"arn:aws:sts::{topologies.ACCOUNT}:assumed-role/orders-frontend-reader/{SESSION_NAME}"
    assert role_principal(World(topology), role).arn == session


def test_a_role_with_a_condition_that_does_not_hold_cannot_be_assumed() -> None:
    topology = topologies.private_app()
    trust = topologies.statement(
        principals=(("Service", "apigateway.amazonaws.com"),),
        actions=("sts:AssumeRole",),
        conditions=(Condition("StringEquals", "sts:ExternalId", ("x",)),),
    )
    role = replace(topology.identity.roles[1], trust_policy=PolicyDocument((trust,)))
    topology = replace(topology, identity=Identity((role,)))
    found, hop = integration_role(matched(topology, call(topology)), role.arn)
    assert found is None
    assert hop.decision.code is LocalCode.ROLE_NOT_ASSUMABLE


def test_the_first_refusal_ends_the_hops() -> None:
    topology = topologies.private_app()
    request = matched(topology, call(topology))
    cited = ResourceRef("AWS::Lambda::Function", "orders")
    missing = integration_role_hops(request, "arn:aws:iam::1:role/none", "lambda:InvokeFunction", "*", cited)
    assert [hop.decision.code for hop in missing] == [LocalCode.ROLE_NOT_ASSUMABLE]
    silent = integration_role_hops(
        request, topologies.FRONTEND_ROLE_ARN, "lambda:InvokeFunction", topologies.FUNCTION_ARN, cited
    )
    assert [hop.decision.code for hop in silent] == [None, LambdaErrorType.ACCESS_DENIED]
