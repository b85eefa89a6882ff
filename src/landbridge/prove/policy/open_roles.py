"""Roles of the account that somebody outside of it can become, and what they may do then."""

from collections.abc import Iterator

from landbridge.model.identity import Role
from landbridge.model.policy import PolicyDocument
from landbridge.prove.case import Case
from landbridge.prove.policy.openings import openings, together, who
from landbridge.prove.policy.policies import Granted, Question
from landbridge.prove.policy.principals import strangers
from landbridge.prove.policy.values import Free
from landbridge.prove.verdict import Finding, broken, unknown
from landbridge.semantics.iam.request import role_session
from landbridge.semantics.iam.statements import PolicyKind
from landbridge.trace.decision import ResourceRef

ASSUME = "sts:AssumeRole"


def by_open_roles(
    case: Case, resource_policy: PolicyDocument | None, action: Free, resource: str | Free, name: str
) -> Iterator[Finding]:
    """Whoever outside of the account becomes one of its roles and may then do any of this with `name`.

    AWS: "IAM roles"
    """
    for role in case.topology.identity.roles:
        for assumed in _assumed(case, role):
            if isinstance(assumed, Finding):
                yield assumed
            else:
                yield from _as(role, assumed, resource_policy, action, resource, name)


def _assumed(case: Case, role: Role) -> Iterator[Granted | Finding]:
    """How strangers become the role; told once for each topology and role."""
    owner = _reference(role)
    found = case.world.remember(
        ("who becomes", role.arn),
        lambda: tuple(
            openings(
                role.trust_policy,
                _who_assumes(case, role),
                owner,
                PolicyKind.TRUST,
            )
        ),
    )
    yield from found


def _who_assumes(case: Case, role: Role) -> Iterator[Question]:
    yield Question(strangers(role.trust_policy, case.topology.account_id), ASSUME, role.arn)


def _as(
    role: Role,
    assumed: Granted,
    resource_policy: PolicyDocument | None,
    action: Free,
    resource: str | Free,
    name: str,
) -> Iterator[Finding]:
    owner = _reference(role)
    policy = together((document for _, document in role.policies), resource_policy)
    question = Question((role_session(role.arn, "stranger"),), action, resource, by_name_only=True)
    for granted in openings(policy, (question,), owner):
        if isinstance(granted, Finding):
            yield granted
            continue
        what = (
            f"{who(assumed.request.principal)} may become {role.name}, which may {granted.request.action} on"
        )
        remedy = (
            f"In the trust policy of {role.name}, let {assumed.statement} name principals "
            f"of this account only, or take {granted.request.action} on {name} from the role"
        )
        if role.boundary is not None:
            yield unknown(f"{what} {name} unless its permissions boundary forbids it", owner, remedy)
        else:
            yield broken(f"{what} {name}", owner, remedy)


def _reference(role: Role) -> ResourceRef:
    return ResourceRef("AWS::IAM::Role", role.name, role.arn)
