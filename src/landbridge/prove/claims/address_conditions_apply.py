"""Conditions on addresses ask for a key that the path has, and for the address that is seen there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Network

from landbridge.errors import UnsupportedError
from landbridge.model.identifiers import Arn
from landbridge.model.identity import Role
from landbridge.model.network import VpcEndpoint
from landbridge.model.policy import Condition, PolicyDocument, Statement
from landbridge.prove.case import Case
from landbridge.prove.policy.app_policies import AppPolicy, app_policies, is_open
from landbridge.prove.policy.openings import together
from landbridge.prove.policy.own_principals import integration_roles, own_principals
from landbridge.prove.policy.own_requests import EXECUTE_API, S3, keys_by, needed_by
from landbridge.prove.policy.policies import Question, who_may
from landbridge.prove.reach.blocks import EVERYTHING, Run, runs
from landbridge.prove.reach.policies_in import ADDRESS_KEYS, policy_blocks
from landbridge.prove.verdict import Claim, Finding, broken, unknown
from landbridge.semantics.endpoint.caller import ACTION
from landbridge.semantics.iam.request import ANONYMOUS, role_session
from landbridge.semantics.network.source import corporate_networks
from landbridge.semantics.storage.permission import GET_OBJECT
from landbridge.trace.decision import ResourceRef

CLAIM = Claim(
    "address-conditions-apply",
    "Conditions on addresses ask for the address that is seen where they apply",
    (
        "AWS condition keys that can be used in API Gateway resource policies",
        "AWS global condition context keys",
        "Controlling access from VPC endpoints with bucket policies",
    ),
)
SOURCE_IP = "aws:sourceip"
ONLY_BY_ENDPOINT = frozenset(
    {"AWS::ApiGateway::RestApi", "AWS::ApiGateway::DomainNameV2", "AWS::EC2::VPCEndpoint"}
)


def judge(case: Case) -> Iterator[Finding]:
    """Statements on an address that is not there, and policies that keep out the address that is.

    What a policy opens to others is for other claims to tell.
    AWS: "AWS condition keys that can be used in API Gateway resource policies"
    """
    try:
        for policy in app_policies(case):
            asks = any(_asks_for_address(statement) for statement in policy.document.statements)
            if asks and not is_open(policy):
                yield from _of_policy(case, policy)
    except UnsupportedError as error:
        yield unknown(f"{error.message} in a policy of the app is not understood", None, error.hint)


def _of_policy(case: Case, policy: AppPolicy) -> Iterator[Finding]:
    seen = _seen(case)
    absent = list(_absent(policy, seen)) if policy.owner.type in ONLY_BY_ENDPOINT else []
    yield from absent
    endpoints = [each for each in case.app.endpoints if each.service_name.endswith(f".{policy.service}")]
    if policy.service == S3 and not endpoints:
        yield from _of_roles(case, policy)
    elif policy.service in (EXECUTE_API, S3) and not absent:
        for endpoint in endpoints:
            yield from _at_endpoint(case, policy, endpoint, seen)


def _of_roles(case: Case, policy: AppPolicy) -> Iterator[Finding]:
    """Nobody knows the address from which API Gateway asks in a role: it must not matter.

    AWS: "AWS global condition context keys"
    """
    by_arn = case.topology.identity.by_arn
    for role in (by_arn[Arn(arn)] for arn in sorted(integration_roles(case)) if arn in by_arn):
        document = together((each for _, each in role.policies), policy.document)
        if any(_is_decided_by_address(case, policy, role, document, arn) for arn, _ in needed_by(case, S3)):
            yield unknown(
                f"nobody knows from which address {role.name} asks {policy.owner.id}, whose policy minds",
                policy.owner,
                f"Take the condition on an address out of the policy of {policy.owner.id}, or add "
                f'"ArnNotEquals": {{"aws:PrincipalArn": "{role.arn}"}} to it',
            )


def _is_decided_by_address(
    case: Case, policy: AppPolicy, role: Role, document: PolicyDocument, arn: str
) -> bool:
    """Whether the role reads the object if no condition asks for an address, and not from every address."""
    parts = runs(EVERYTHING, policy_blocks(case.topology))
    callers = (role_session(role.arn, "app"),)

    def reads(asked: PolicyDocument, address: str) -> bool:
        keys = {"aws:securetransport": ("true",), "aws:sourceip": (address,), **_BY_NO_ENDPOINT}
        return _any(policy, asked, Question(callers, GET_OBJECT, arn, keys))

    addresses = [str(part.representative()) for part in parts]
    return reads(_regardless(document), addresses[0]) and not all(reads(document, each) for each in addresses)


_BY_NO_ENDPOINT = {"aws:sourcevpce": (), "aws:sourcevpc": (), "aws:vpcsourceip": ()}


def _asks_for_address(statement: Statement) -> bool:
    return any(_is_on_address(each) for each in statement.conditions)


def _is_on_address(condition: Condition) -> bool:
    return condition.key.lower() in ADDRESS_KEYS and condition.operator.lower() != "null"


def _absent(policy: AppPolicy, seen: "_Seen") -> Iterator[Finding]:
    """AWS: "AWS condition keys that can be used in API Gateway resource policies"."""
    for statement in policy.document.statements:
        keys = [each.key for each in statement.conditions if each.key.lower() == SOURCE_IP]
        if keys:
            yield broken(
                f"{statement.name} of {policy.owner.id} asks for {keys[0]}, which is absent where requests "
                "come through a VPC endpoint",
                ResourceRef(f"{policy.owner.type} Policy Statement", statement.name),
                f"In {statement.name}, use {_condition(seen)}",
            )


@dataclass(frozen=True, slots=True)
class _Seen:
    """The addresses that an endpoint sees of the app's callers."""

    blocks: tuple[IPv4Network, ...]
    whose: str
    all_needed: bool
    """Whether each of them has to get in: a load balancer's node may have any."""


def _seen(case: Case) -> _Seen:
    """A load balancer's nodes have addresses of its subnets, and may get others of them at any time.

    AWS: "Application Load Balancers"
    """
    subnets = case.topology.network.subnet_by_id
    blocks = tuple(
        subnets[subnet_id].cidr
        for balancer in case.app.load_balancers
        for subnet_id in balancer.subnet_ids
        if subnet_id in subnets
    )
    if blocks:
        return _Seen(tuple(dict.fromkeys(blocks)), "a node of the load balancer", all_needed=True)
    clients = tuple(each.client_cidr for each in case.topology.network.client_vpn_endpoints)
    own = (*corporate_networks(case.topology), *clients)
    return _Seen(own, "a client in the corporate network", all_needed=False)


def _condition(seen: _Seen) -> str:
    blocks = ", ".join(f'"{block}"' for block in seen.blocks)
    return f'"aws:VpcSourceIp": [{blocks}], where {seen.whose} is'


def _at_endpoint(case: Case, policy: AppPolicy, endpoint: VpcEndpoint, seen: _Seen) -> Iterator[Finding]:
    """What the policy keeps from callers for their address alone."""
    parts = runs(seen.blocks, policy_blocks(case.topology))
    kept_out = [(part, name) for part in parts for name in _kept_from(case, policy, endpoint, part)]
    refused = {part for part, _ in kept_out}
    if not kept_out or (not seen.all_needed and len(refused) < len(parts)):
        return
    part, name = kept_out[0]
    yield broken(
        f"the policy of {policy.owner.id} keeps {seen.whose} from {name} where its address is "
        f"{part.representative()}: {endpoint.id} sees this address, not the one of the client behind it",
        policy.owner,
        f"In the policy of {policy.owner.id}, let in {_condition(seen)}",
    )


def _kept_from(case: Case, policy: AppPolicy, endpoint: VpcEndpoint, part: Run) -> Iterator[str]:
    """What would be allowed at this address if no condition asked for it."""
    keys = {**keys_by(endpoint), "aws:vpcsourceip": (str(part.representative()),)}
    callers = (ANONYMOUS, *own_principals(case, policy.document, frozenset()))
    action = ACTION if policy.service == EXECUTE_API else GET_OBJECT
    regardless = _regardless(policy.document)
    for arn, name in needed_by(case, policy.service):
        question = Question(callers, action, arn, keys)
        if not _any(policy, policy.document, question) and _any(policy, regardless, question):
            yield name


def _any(policy: AppPolicy, document: PolicyDocument, question: Question) -> bool:
    return any(True for _ in who_may(document, question, policy.owner))


def _regardless(document: PolicyDocument) -> PolicyDocument:
    """The policy without what it asks of addresses."""
    statements = [
        replace(each, conditions=tuple(one for one in each.conditions if not _is_on_address(one)))
        for each in document.statements
        if each.effect == "Allow" or not _asks_for_address(each)
    ]
    return replace(document, statements=tuple(statements))
