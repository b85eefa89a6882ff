from dataclasses import replace

import pytest
from tests import topologies
from tests.semantics.api_gateway.authorization.guarded import (
    FUNCTION_ARN,
    TOKEN,
    URI,
    guarded,
    order,
    with_guard,
)
from tests.semantics.api_gateway.calls import matched, with_stage

from landbridge.model.authorizers import Authorizer
from landbridge.model.identifiers import Arn
from landbridge.model.identity import Identity, Role
from landbridge.model.policy import PolicyDocument
from landbridge.semantics.api_gateway.authorization.authorizer_function import (
    AuthorizerFunction,
    NoFunction,
    authorizer_function,
)
from landbridge.trace.codes import LambdaErrorType, LocalCode
from landbridge.trace.decision import Step

ROLE_ARN = Arn(f"arn:aws:iam::{topologies.ACCOUNT}:role/invoker")


def find(
    authorizer: Authorizer, variables: tuple[tuple[str, str], ...] = ()
) -> AuthorizerFunction | NoFunction:
    topology = with_stage(guarded("CUSTOM", authorizer), variables=variables)
    return authorizer_function(matched(topology, order(topology)), authorizer)


def test_the_function_s_policy_sees_the_authorizer_s_arn() -> None:
    found = find(TOKEN)
    assert isinstance(found, AuthorizerFunction)
    assert found.function.arn == FUNCTION_ARN
    assert [hop.step for hop in found.hops] == [Step.FUNCTION_POLICY, Step.INVOKE]


def test_stage_variables_may_name_the_function() -> None:
    uri = URI.replace(":guard/", ":${stageVariables.guard}/")
    assert isinstance(find(replace(TOKEN, uri=uri), (("guard", "guard"),)), AuthorizerFunction)
    assert isinstance(find(replace(TOKEN, uri=uri)), NoFunction)


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("", LambdaErrorType.RESOURCE_NOT_FOUND),
        ("https://example.com", LambdaErrorType.RESOURCE_NOT_FOUND),
        (URI.replace(":guard/", ":gone/"), LambdaErrorType.RESOURCE_NOT_FOUND),
        (URI.replace(":guard/", ":guard:live/"), LambdaErrorType.RESOURCE_NOT_FOUND),
    ],
)
def test_a_uri_that_leads_to_no_function_is_explained(uri: str, code: object) -> None:
    found = find(replace(TOKEN, uri=uri))
    assert isinstance(found, NoFunction)
    assert found.hop.decision.code is code
    assert found.error.status == 500


def test_the_latest_version_may_be_named() -> None:
    assert isinstance(find(replace(TOKEN, uri=URI.replace(":guard/", ":guard:$LATEST/"))), AuthorizerFunction)


@pytest.mark.parametrize(
    ("actions", "step", "allowed"),
    [(("lambda:InvokeFunction",), Step.INVOKE, True), (("s3:GetObject",), Step.ROLE, False)],
)
def test_with_credentials_the_role_s_policies_decide_and_not_the_function_s(
    actions: tuple[str, ...], step: Step, allowed: bool
) -> None:
    authorizer = replace(TOKEN, credentials=ROLE_ARN)
    policy = PolicyDocument((topologies.statement(actions=actions, resources=("*",)),))
    role = Role(ROLE_ARN, "invoker", topologies.trust("apigateway.amazonaws.com"), (("invoke", policy),))
    topology = guarded("CUSTOM", authorizer)
    guard = topology.functions.by_arn[FUNCTION_ARN]
    topology = with_guard(topology, replace(guard, policy=None))
    topology = replace(topology, identity=Identity((*topology.identity.roles, role)))
    found = authorizer_function(matched(topology, order(topology)), authorizer)
    assert isinstance(found, AuthorizerFunction) is allowed
    last = found.hops[-1] if isinstance(found, AuthorizerFunction) else found.hop
    assert last.step is step


def test_a_role_that_is_missing_can_invoke_nothing() -> None:
    found = find(replace(TOKEN, credentials=ROLE_ARN))
    assert isinstance(found, NoFunction)
    assert found.hop.decision.code is LocalCode.ROLE_NOT_ASSUMABLE
