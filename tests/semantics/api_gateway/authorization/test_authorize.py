"""The matrix of resource policy and authorization: every cell of AWS's tables."""

from dataclasses import replace

import pytest
from tests import topologies
from tests.semantics.api_gateway.authorization import tokens
from tests.semantics.api_gateway.authorization.guarded import (
    ALLOWS,
    API_ARN,
    BEARER,
    COGNITO,
    DENIES,
    SILENT,
    TOKEN,
    Outside,
    answer,
    guarded,
    order,
)
from tests.semantics.api_gateway.calls import MOMENT
from tests.semantics.api_gateway.calls import OK as HELLO
from tests.semantics.iam.signing import ANN, USER_ARN, signed

from landbridge.model.exchange import Headers
from landbridge.model.identifiers import Arn
from landbridge.model.identity import AccessKey, Identity, User
from landbridge.model.policy import PolicyDocument
from landbridge.semantics.api_gateway.execution import Executed, execute
from landbridge.semantics.needs import AccessKeyFound, FindAccessKey, Invoke, Need, Result
from landbridge.semantics.world import World
from landbridge.trace.decision import Step, Verdict

OK = (200, "", b"hello")
MASKED = f"arn:aws:execute-api:eu-central-1:********9012:{topologies.API}/live/GET/api/orders/7"
NOT_USER = b'{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: '
POLICY_SILENT = (
    403,
    "AccessDeniedException",
    NOT_USER
    + f"{MASKED} because no resource-based policy allows the execute-api:Invoke action".encode()
    + b'"}',
)
POLICY_DENIES = (
    403,
    "AccessDeniedException",
    NOT_USER + f"{MASKED} with an explicit deny in a resource-based policy".encode() + b'"}',
)
NOT_ACCESS = b'{"Message":"User is not authorized to access this resource'
AUTHORIZER_SILENT = (
    403,
    "AccessDeniedException",
    NOT_ACCESS + b' because no identity-based policy allows the execute-api:Invoke action"}',
)
AUTHORIZER_DENIES = (
    403,
    "AccessDeniedException",
    NOT_ACCESS + b' with an explicit deny in an identity-based policy"}',
)
UNAUTHORIZED = (401, "UnauthorizedException", b'{"message":"Unauthorized"}')
MISSING_TOKEN = (
    403,
    "MissingAuthenticationTokenException",
    b'{"message":"Missing Authentication Token"}',
)
Answered = tuple[int, str, bytes]
POLICIES = {"allow": ALLOWS, "silent": SILENT, "deny": DENIES, "none": None}


def answered(executed: Executed) -> Answered:
    response = executed.response
    return response.status, response.header("x-amzn-errortype") or "", response.body


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("allow", OK), ("silent", POLICY_SILENT), ("deny", POLICY_DENIES), ("none", OK)],
)
def test_without_authorization_the_resource_policy_has_to_allow(policy: str, expected: Answered) -> None:
    topology = guarded("NONE", policy=POLICIES[policy])
    assert answered(Outside().run(topology, order(topology, ()), MOMENT)) == expected


@pytest.mark.parametrize(
    ("authorizer", "policy", "expected"),
    [
        ("Allow", "allow", OK),
        ("Allow", "silent", OK),
        ("Allow", "none", OK),
        ("", "allow", OK),
        ("", "silent", AUTHORIZER_SILENT),
        ("", "none", AUTHORIZER_SILENT),
        ("Deny", "allow", AUTHORIZER_DENIES),
        ("Deny", "silent", AUTHORIZER_DENIES),
        ("Deny", "none", AUTHORIZER_DENIES),
    ],
)
def test_a_lambda_authorizer_and_the_resource_policy_decide_together(
    authorizer: str, policy: str, expected: Answered
) -> None:
    topology = guarded("CUSTOM", TOKEN, POLICIES[policy])
    outside = Outside(answer(authorizer))
    assert answered(outside.run(topology, order(topology), MOMENT)) == expected
    assert outside.invoked[0] == "guard"


@pytest.mark.parametrize("headers", [BEARER, ()])
def test_an_explicit_deny_ends_it_before_the_authorizer_is_asked(headers: Headers) -> None:
    topology = guarded("CUSTOM", TOKEN, DENIES)
    outside = Outside()
    executed = outside.run(topology, order(topology, headers), MOMENT)
    assert answered(executed) == POLICY_DENIES
    assert outside.needs == []
    assert executed.hops[-1].step is Step.RESOURCE_POLICY


@pytest.mark.parametrize("policy", ["allow", "silent", "none"])
def test_without_its_token_a_request_is_unauthorized_whatever_else_the_policy_says(policy: str) -> None:
    topology = guarded("CUSTOM", TOKEN, POLICIES[policy])
    outside = Outside()
    assert answered(outside.run(topology, order(topology, ()), MOMENT)) == UNAUTHORIZED
    assert outside.needs == []


@pytest.mark.parametrize(
    ("token", "policy", "expected"),
    [
        ("good", "allow", OK),
        ("good", "silent", POLICY_SILENT),
        ("good", "deny", POLICY_DENIES),
        ("good", "none", OK),
        ("bad", "allow", UNAUTHORIZED),
        ("bad", "silent", UNAUTHORIZED),
        ("bad", "deny", UNAUTHORIZED),
        ("bad", "none", UNAUTHORIZED),
    ],
)
def test_after_the_token_of_a_user_pool_the_policy_alone_decides(
    token: str, policy: str, expected: Answered
) -> None:
    topology = guarded("COGNITO_USER_POOLS", COGNITO, POLICIES[policy])
    made = tokens.identity_token() if token == "good" else "nonsense"
    request = order(topology, (("Authorization", made),))
    assert answered(Outside(keys=tokens.KEYS).run(topology, request, MOMENT)) == expected


HOST = "https://orders.corp.example/api/orders/7"
FOREIGN = AccessKey(
    "ASIAFOREIGN",
    Arn("arn:aws:iam::999999999999:root"),
    "hush",
    "token",
    "root",
    expires_ms=MOMENT.epoch_ms * 2,
)


def of_user(effect: str) -> PolicyDocument:
    """A policy of the user's own; one without an effect says nothing."""
    made = topologies.statement(effect=effect or "Allow", actions=("execute-api:Invoke",), resources=("*",))
    return PolicyDocument((made,) if effect else ())


def answer_to_signer(policy: PolicyDocument | None, key: AccessKey, own: PolicyDocument) -> Answered:
    topology = guarded("AWS_IAM", policy=policy)
    user = User(USER_ARN, "ann", "AIDA1", (("own", own),))
    topology = replace(topology, identity=Identity((*topology.identity.roles,), (user,)))
    request = signed(HOST, key=key)
    steps = execute(World(topology), replace(order(topology), request=request), MOMENT)
    try:
        need = next(steps)
        while True:
            need = steps.send(_perform(need, key))
    except StopIteration as end:
        return answered(end.value)


def _perform(need: Need, key: AccessKey) -> Result:
    if isinstance(need, FindAccessKey):
        return AccessKeyFound(key)
    assert isinstance(need, Invoke)
    return HELLO


@pytest.mark.parametrize(
    ("own", "policy", "ending"),
    [
        ("Allow", "allow", ""),
        ("Allow", "silent", ""),
        ("Allow", "none", ""),
        ("Allow", "deny", " with an explicit deny in a resource-based policy"),
        ("", "allow", ""),
        ("", "silent", " because no identity-based policy allows the execute-api:Invoke action"),
        ("", "none", " because no identity-based policy allows the execute-api:Invoke action"),
        ("", "deny", " with an explicit deny in a resource-based policy"),
        ("Deny", "allow", " with an explicit deny in an identity-based policy"),
        ("Deny", "silent", " with an explicit deny in an identity-based policy"),
        ("Deny", "none", " with an explicit deny in an identity-based policy"),
        ("Deny", "deny", " with an explicit deny in an identity-based policy"),
    ],
)
def test_a_signer_of_the_same_account_needs_one_side_to_allow(own: str, policy: str, ending: str) -> None:
    status, error_type, body = answer_to_signer(POLICIES[policy], ANN, of_user(own))
    if not ending:
        assert (status, error_type, body) == OK
        return
    assert (status, error_type) == (403, "AccessDeniedException")
    assert body.decode() == (
        f'{{"Message":"User: {USER_ARN} is not authorized to perform: execute-api:Invoke on resource: '
        f'{MASKED}{ending}"}}'
    )


@pytest.mark.parametrize(
    ("policy", "ending"),
    [
        ("allow", ""),
        ("silent", " because no resource-based policy allows the execute-api:Invoke action"),
        ("none", " because no resource-based policy allows the execute-api:Invoke action"),
        ("deny", " with an explicit deny in a resource-based policy"),
    ],
)
def test_a_signer_of_another_account_needs_both_sides_to_allow(policy: str, ending: str) -> None:
    """The root user of the other account, whose own side always allows."""
    status, error_type, body = answer_to_signer(POLICIES[policy], FOREIGN, of_user(""))
    assert status == (403 if ending else 200), body
    assert error_type == ("AccessDeniedException" if ending else "")
    assert body.decode().endswith(f'{ending}"}}' if ending else "hello")


@pytest.mark.parametrize("policy", ["allow", "silent", "deny", "none"])
def test_an_unsigned_request_to_a_method_that_wants_a_signature_lacks_its_token(policy: str) -> None:
    topology = guarded("AWS_IAM", policy=POLICIES[policy])
    outside = Outside()
    assert answered(outside.run(topology, order(topology, ()), MOMENT)) == MISSING_TOKEN
    assert outside.needs == []


@pytest.mark.parametrize("authorization_type", ["NONE", "AWS_IAM", "CUSTOM"])
def test_a_private_api_without_a_policy_lets_nobody_in(authorization_type: str) -> None:
    topology = guarded(authorization_type, TOKEN)
    (api,) = topology.api_gateway.rest_apis
    bare = replace(api.stages[0], deployment=replace(api.stages[0].deployment, policy=None))
    topology = replace(
        topology, api_gateway=replace(topology.api_gateway, rest_apis=(replace(api, stages=(bare,)),))
    )
    executed = Outside().run(topology, order(topology), MOMENT)
    assert executed.response.status == 403
    assert "Attach a resource policy" in executed.hops[-1].decision.remedy


def test_an_unknown_authorization_type_is_never_allowed() -> None:
    topology = guarded("OAUTH3")
    executed = Outside().run(topology, order(topology), MOMENT)
    assert executed.response.status == 500
    assert executed.hops[-1].decision.verdict is Verdict.NOT_MODELLED


def test_a_method_arn_beyond_1600_bytes_is_too_long_where_authorization_is_enabled() -> None:
    target = "/api/orders/" + "7" * (1601 - len(f"{API_ARN}/live/GET/api/orders/"))
    cases = ("NONE", None, 200), ("NONE", ALLOWS, 414), ("CUSTOM", ALLOWS, 414)
    for authorization_type, policy, status in cases:
        topology = guarded(authorization_type, TOKEN, policy)
        executed = Outside(answer()).run(topology, order(topology, target=target), MOMENT)
        assert executed.response.status == status
    assert executed.response.body == b'{"message":"Request URI too long"}'
    topology = guarded("CUSTOM", TOKEN)
    assert Outside(answer()).run(topology, order(topology, target=target[:-1]), MOMENT).response.status == 200


def test_a_doubt_about_a_deny_stops_the_request_and_one_about_an_allow_does_not() -> None:
    for effect, status in (("Deny", 500), ("Allow", 200)):
        odd = replace(ALLOWS.statements[0], effect=effect, unsupported=("Odd",))
        topology = guarded("CUSTOM", TOKEN, PolicyDocument((odd,)))
        executed = Outside(answer()).run(topology, order(topology), MOMENT)
        assert executed.response.status == status, effect
