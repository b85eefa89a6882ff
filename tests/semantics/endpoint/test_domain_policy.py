"""The resource policy of a private custom domain name: default deny, then like any policy."""

from dataclasses import replace

import pytest
from tests.semantics.endpoint.worlds import (
    EXECUTE_ARN,
    allow,
    caller,
    private_domain,
    when,
    with_private_domain,
)
from tests.semantics.iam.signing import ANN, ROLE_ARN, SESSION
from tests.topologies import ACCOUNT, API, ENDPOINT, REGION

from landbridge.model.policy import PolicyDocument
from landbridge.semantics.endpoint.domain_policy import judge_by_domain_policy
from landbridge.semantics.iam.signatures.parts import (
    Carrier,
    Credential,
    SignatureParts,
)
from landbridge.semantics.iam.signatures.verification import Failure, Refused
from landbridge.semantics.iam.signers import find_signer
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType, LocalCode
from landbridge.trace.decision import Decision, Step, Verdict

DENY_OTHERS = allow(
    effect="Deny", resources=(EXECUTE_ARN,), conditions=when("StringNotEquals", "aws:SourceVpce", ENDPOINT)
)
ROLE = (("AWS", f"arn:aws:iam::{ACCOUNT}:role/reader"),)


def judged(document: PolicyDocument | None) -> tuple[Decision, bytes | None]:
    """The decision, and the body of the denial."""
    domain = private_domain(policy=document)
    world = World(with_private_domain(policy=document))
    hop, denial = judge_by_domain_policy(world, domain, caller())
    assert hop.step is Step.DOMAIN_NAME_POLICY
    assert (denial is None) == hop.decision.allowed
    assert denial is None or denial.status == 403
    return hop.decision, denial.body if denial else None


@pytest.mark.parametrize(
    ("document", "verdict"),
    [
        (None, Verdict.IMPLICIT_DENY),
        (PolicyDocument(()), Verdict.IMPLICIT_DENY),
        (allow(), Verdict.ALLOWED),
        (allow(resources=("execute-api:/*",)), Verdict.ALLOWED),
        (allow(resources=("execute-api:/live/*",)), Verdict.IMPLICIT_DENY),
        (allow(resources=(EXECUTE_ARN,)), Verdict.ALLOWED),
        (allow(resources=(f"{EXECUTE_ARN}0",)), Verdict.IMPLICIT_DENY),
        (allow(resources=(f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{API}/*",)), Verdict.IMPLICIT_DENY),
        (PolicyDocument((*allow().statements, *DENY_OTHERS.statements)), Verdict.ALLOWED),
        (allow(conditions=when("StringEquals", "aws:SourceVpce", "vpce-0other")), Verdict.IMPLICIT_DENY),
        (allow(effect="Deny"), Verdict.EXPLICIT_DENY),
        (allow(principals=ROLE), Verdict.IMPLICIT_DENY),
    ],
)
def test_a_private_custom_domain_name_is_called_only_where_its_own_policy_allows_it(
    document: PolicyDocument | None, verdict: Verdict
) -> None:
    decision, body = judged(document)
    assert decision.verdict is verdict
    if verdict is not Verdict.ALLOWED:
        assert decision.code is LocalCode.DOMAIN_NAME_POLICY
        assert decision.remedy
        assert body is not None


def test_a_denial_names_the_domain_name_with_the_account_masked() -> None:
    _, body = judged(None)
    masked = EXECUTE_ARN.replace(ACCOUNT, f"********{ACCOUNT[-4:]}")
    assert body == (
        b'{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: '
        + masked.encode()
        + b' because no resource-based policy allows the execute-api:Invoke action"}'
    )


def test_who_signed_is_the_principal_of_a_domain_name_policy() -> None:
    for key, admitted in ((SESSION, True), (ANN, False)):
        domain = private_domain(policy=allow(principals=(("AWS", ROLE_ARN),)))
        world = World(with_private_domain(policy=domain.policy))
        asking = replace(caller(), signer=find_signer(world, key))
        hop, denial = judge_by_domain_policy(world, domain, asking)
        assert hop.decision.allowed is admitted
        assert denial is None or f"User: {asking.name} is".encode() in denial.body


def test_a_wrong_signature_is_refused_before_the_policy_is_asked() -> None:
    domain = private_domain(policy=allow())
    asking = replace(caller(), refused=Refused(Failure.UNKNOWN_KEY, SIGNATURE))
    hop, denial = judge_by_domain_policy(World(with_private_domain(policy=allow())), domain, asking)
    assert (hop.step, hop.decision.code) == (Step.SIGNATURE, GatewayResponseType.INVALID_SIGNATURE)
    assert denial is not None
    assert denial.body == b'{"message":"The security token included in the request is invalid."}'


SIGNATURE = SignatureParts(
    Carrier.HEADER,
    "AWS4-HMAC-SHA256",
    Credential("A", "d", "r", "s", "t"),
    ("host",),
    "0f",
    "20220405T133809Z",
)
