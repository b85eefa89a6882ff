"""What an endpoint's policy decides, and which policy counts as the one AWS gives every endpoint."""

from dataclasses import replace
from typing import Any

import pytest
from tests.semantics.api_gateway.calls import the_api
from tests.semantics.conversations import with_endpoint
from tests.semantics.endpoint.worlds import (
    EXECUTE_ARN,
    allow,
    caller,
    private_domain,
    when,
    with_private_domain,
)
from tests.semantics.iam.signing import ANN, ROLE_ARN, SESSION, USER_ARN, finish, signed
from tests.topologies import ACCOUNT, API, DOMAIN, ENDPOINT, REGION, VPC, statement

from landbridge.model.api_gateway import DomainName
from landbridge.model.exchange import Headers, HttpResponse
from landbridge.model.identity import AccessKey, Identity, User
from landbridge.model.policy import Condition, PolicyDocument, Principals, Statement
from landbridge.semantics.endpoint.address import Address
from landbridge.semantics.endpoint.caller import Caller
from landbridge.semantics.endpoint.endpoint_policy import (
    has_default_policy,
    judge_by_endpoint_policy,
    policy_reads_more,
)
from landbridge.semantics.iam.signatures.parts import read_signature
from landbridge.semantics.iam.signatures.verification import EXECUTE_API, Refused, verify
from landbridge.semantics.iam.signers import find_signer
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType, LocalCode
from landbridge.trace.decision import Decision, Step, Verdict

FULL_ACCESS = statement(principals=(("*", "*"),), actions=("*",), resources=("*",))
API_ARN = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{API}/*"
METHOD_ARN = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{API}/live/GET/api/orders"


PRINCIPAL = "aws:PrincipalArn"
SESSION_ARN = f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/ann"
ALLOWED, SILENT = Verdict.ALLOWED, Verdict.IMPLICIT_DENY


def identified(world: World, asking: Caller) -> Caller:
    """The caller with what the journey finds out about its signature."""
    parts = read_signature(asking.request)
    if parts is None:
        return asking
    result = finish(verify(asking.request, parts, EXECUTE_API, REGION, asking.moment), ANN, SESSION)
    if isinstance(result, Refused):
        return replace(asking, refused=result)
    return replace(asking, signer=find_signer(world, result.key))


def judged(
    document: PolicyDocument | None, headers: Headers = (), domain: DomainName | None = None
) -> tuple[list[Decision], HttpResponse | None]:
    """The decisions, and the denial."""
    topology = with_endpoint(with_private_domain(), policy=document)
    topology = replace(topology, identity=Identity(users=(User(USER_ARN, "ann", "AIDA1"),)))
    address = Address(the_api(topology), "live", "/api/orders", "/api/orders", "/api/orders", DOMAIN, domain)
    asking = identified(World(topology), caller(headers, topology.network.vpc_endpoints[0]))
    hops, denial = judge_by_endpoint_policy(World(topology), address, asking)
    assert {hop.step for hop in hops} <= {Step.SIGNATURE, Step.ENDPOINT_POLICY}
    assert (denial is None) == all(hop.decision.allowed for hop in hops)
    assert denial is None or denial.status == 403
    return [hop.decision for hop in hops], denial


def last(document: PolicyDocument | None, headers: Headers = ()) -> Decision:
    return judged(document, headers)[0][-1]


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
        (allow(conditions=when("StringEquals", "aws:SourceVpc", VPC)), Verdict.ALLOWED),
        (allow(conditions=when("StringEquals", "aws:SourceVpce", ENDPOINT)), Verdict.ALLOWED),
        (allow(conditions=when("IpAddress", "aws:VpcSourceIp", "10.20.0.0/16")), Verdict.ALLOWED),
        (allow(conditions=when("IpAddress", "aws:VpcSourceIp", "10.99.0.0/16")), Verdict.IMPLICIT_DENY),
        (allow(conditions=when("StringEquals", "aws:ResourceAccount", ACCOUNT)), Verdict.ALLOWED),
        (allow(conditions=when("StringEquals", "aws:ResourceAccount", "9" * 12)), Verdict.IMPLICIT_DENY),
        (allow(conditions=when("StringEquals", "aws:PrincipalAccount", ACCOUNT)), Verdict.IMPLICIT_DENY),
        (allow(conditions=when("StringEquals", "aws:PrincipalType", "Anonymous")), Verdict.ALLOWED),
        (allow(conditions=when("StringEquals", "execute-api:viaDomainArn", "x")), Verdict.IMPLICIT_DENY),
    ],
)
def test_an_endpoint_policy_is_evaluated_like_any_policy(
    document: PolicyDocument | None, verdict: Verdict
) -> None:
    decisions, denial = judged(document)
    assert decisions[-1].verdict is verdict
    if verdict is not Verdict.ALLOWED:
        assert decisions[-1].code is LocalCode.ENDPOINT_POLICY
        assert decisions[-1].remedy
        assert denial is not None


@pytest.mark.parametrize(
    ("document", "tail"),
    [
        (allow(effect="Deny"), b" with an explicit deny in a VPC endpoint policy"),
        (PolicyDocument(()), b" because no VPC endpoint policy allows the execute-api:Invoke action"),
    ],
)
def test_a_denial_names_the_method_with_the_account_masked(document: PolicyDocument, tail: bytes) -> None:
    _, denial = judged(document)
    assert denial is not None
    masked = METHOD_ARN.replace(ACCOUNT, f"********{ACCOUNT[-4:]}")
    assert denial.body == (
        b'{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: '
        + masked.encode()
        + tail
        + b'"}'
    )
    assert denial.header("x-amzn-errortype") == "AccessDeniedException"


@pytest.mark.parametrize(
    ("document", "verdicts"),
    [
        (allow(conditions=when("ArnEquals", "execute-api:viaDomainArn", EXECUTE_ARN)), "allowed allowed"),
        (allow(conditions=when("ArnEquals", "execute-api:viaDomainArn", f"{EXECUTE_ARN}0")), "implicitDeny"),
        (allow(resources=(EXECUTE_ARN, API_ARN)), "allowed allowed"),
        (allow(resources=(EXECUTE_ARN,)), "allowed implicitDeny"),
        (allow(resources=(API_ARN,)), "implicitDeny"),
        (PolicyDocument((FULL_ACCESS,)), "allowed"),
    ],
)
def test_by_a_private_custom_domain_name_both_the_name_and_the_method_have_to_be_allowed(
    document: PolicyDocument, verdicts: str
) -> None:
    decisions, _ = judged(document, domain=private_domain())
    assert " ".join(decision.verdict.value for decision in decisions) == verdicts


def test_a_denial_of_a_private_custom_domain_name_names_it() -> None:
    _, denial = judged(PolicyDocument(()), domain=private_domain())
    assert denial is not None
    assert f":/domainnames/{private_domain().name}+{private_domain().id} because".encode() in denial.body


@pytest.mark.parametrize(
    "value", ["Bearer eyJhbGciOi", "Basic dTpw", "eyJhbGciOi", "AWS4-HMAC-SHA1 Credential=a", ""]
)
def test_an_authorization_that_is_no_signature_leaves_the_caller_anonymous(value: str) -> None:
    assert last(allow(), (("Authorization", value),)).allowed
    named = allow(principals=(("AWS", f"arn:aws:iam::{ACCOUNT}:role/reader"),))
    assert last(named, (("Authorization", value),)).verdict is Verdict.IMPLICIT_DENY


@pytest.mark.parametrize(
    "value",
    [
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host",
        "AWS4-HMAC-SHA256 nonsense",
        "AWS4-ECDSA-P256-SHA256 Signature=0f",
    ],
)
def test_half_a_signature_is_refused_under_a_policy_of_ones_own(value: str) -> None:
    decisions, denial = judged(allow(), (("Authorization", value),))
    assert decisions[-1].code is GatewayResponseType.INVALID_SIGNATURE
    assert denial is not None
    assert denial.header("x-amzn-errortype") == "IncompleteSignatureException"
    assert last(None, (("Authorization", value),)).allowed


BY_ANN = allow(principals=(("AWS", USER_ARN),))


@pytest.mark.parametrize(
    ("sentence", "document", "key", "verdict"),
    [
        ("the user by name", BY_ANN, ANN, Verdict.ALLOWED),
        ("another by name", BY_ANN, SESSION, Verdict.IMPLICIT_DENY),
        ("the account", allow(principals=(("AWS", ACCOUNT),)), ANN, Verdict.ALLOWED),
        ("another account", allow(principals=(("AWS", "9" * 12),)), ANN, Verdict.IMPLICIT_DENY),
        (
            "the user's ARN as a condition",
            allow(conditions=when("ArnEquals", PRINCIPAL, USER_ARN)),
            ANN,
            ALLOWED,
        ),
        (
            "the role's ARN as a condition",
            allow(conditions=when("ArnEquals", PRINCIPAL, ROLE_ARN)),
            SESSION,
            ALLOWED,
        ),
        ("the session by name", allow(principals=(("AWS", SESSION_ARN),)), SESSION, Verdict.ALLOWED),
        ("its kind", allow(conditions=when("StringEquals", "aws:PrincipalType", "Anonymous")), ANN, SILENT),
    ],
)
def test_under_a_policy_of_ones_own_who_signed_is_the_principal(
    sentence: str, document: PolicyDocument, key: AccessKey, verdict: Verdict
) -> None:
    headers = signed(f"https://{DOMAIN}/api/orders", key=key).headers
    decisions, denial = judged(document, headers)
    assert decisions[-1].verdict is verdict, sentence
    if denial is not None:
        who = SESSION_ARN if key is SESSION else USER_ARN
        assert denial.body.startswith(f'{{"Message":"User: {who} is not authorized'.encode())


def test_a_wrong_signature_is_refused_whatever_the_policy_allows() -> None:
    wrong = signed(f"https://{DOMAIN}/other").headers
    decisions, denial = judged(allow(), wrong)
    assert decisions[-1].code is GatewayResponseType.INVALID_SIGNATURE
    assert denial is not None
    assert denial.header("x-amzn-errortype") == "InvalidSignatureException"
    assert last(None, wrong).allowed


@pytest.mark.parametrize(("agent", "allowed"), [("curl/8", True), ("other", False)])
def test_a_policy_that_asks_for_the_user_agent_is_asked_each_time(agent: str, allowed: bool) -> None:
    document = allow(conditions=when("StringLike", "aws:UserAgent", "curl/*"))
    topology = with_endpoint(with_private_domain(), policy=document)
    endpoint, world = topology.network.vpc_endpoints[0], World(topology)
    assert policy_reads_more(world, endpoint)
    address = Address(the_api(topology), "live", "/", "/", "/", DOMAIN)
    judge_by_endpoint_policy(world, address, caller((("User-Agent", "curl/7"),), endpoint))
    hops, _ = judge_by_endpoint_policy(world, address, caller((("User-Agent", agent),), endpoint))
    assert hops[-1].decision.allowed is allowed


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
    topology = with_endpoint(with_private_domain(), policy=PolicyDocument(statements))
    endpoint = topology.network.vpc_endpoints[0]
    assert has_default_policy(World(topology), endpoint) is default
    assert not policy_reads_more(World(topology), endpoint)


@pytest.mark.parametrize(
    "odd", [{"principals": Principals(True, (("*", "*"),))}, {"unsupported": ("the element Foo",)}]
)
def test_a_statement_that_only_looks_like_full_access_is_never_taken_for_it(odd: dict[str, Any]) -> None:
    assert not last(PolicyDocument((changed(**odd),))).allowed
