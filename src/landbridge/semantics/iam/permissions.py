"""All that grants and limits what a principal may do, evaluated together with the policy of a resource.

AWS: "Policy evaluation logic"
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from landbridge.model.policy import PolicyDocument
from landbridge.semantics.iam.evaluation import (
    Attached,
    CompiledPolicy,
    compile_identity_policy,
    conclude,
    find_deny,
)
from landbridge.semantics.iam.request import AuthorizationRequest
from landbridge.trace.codes import Code
from landbridge.trace.decision import Decision, Verdict


class PolicyType(StrEnum):
    """Which kind of policy decided, as denials name it.

    AWS: "Troubleshoot access denied error messages"
    """

    IDENTITY_BASED = "identity-based policy"
    RESOURCE_BASED = "resource-based policy"
    PERMISSIONS_BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    VPC_ENDPOINT = "VPC endpoint policy"


@dataclass(frozen=True, slots=True)
class Concluded:
    """What was decided, and by which kind of policy."""

    decision: Decision
    by: PolicyType

    def reason(self, action: str) -> str:
        """How AWS ends the sentence that somebody is not authorized.

        AWS: "Troubleshoot access denied error messages"
        """
        if self.decision.verdict is Verdict.EXPLICIT_DENY:
            article = "an" if self.by is PolicyType.IDENTITY_BASED else "a"
            return f" with an explicit deny in {article} {self.by}"
        return f" because no {self.by} allows the {action} action"


@dataclass(frozen=True, slots=True)
class Permissions:
    """A principal's own policies and what they are limited by."""

    own: tuple[Attached, ...] = ()
    boundary: Attached | None = None
    session: tuple[Attached, ...] = ()
    """The policies a session was made with; none of them limit nothing."""

    @property
    def reads(self) -> frozenset[str]:
        """What they ask for of the keys that differ between requests for the same thing."""
        return frozenset[str]().union(*(each.policy.reads for each in (*self.own, *self._limits)))

    @property
    def limited(self) -> bool:
        """Whether there is a boundary or a session policy."""
        return self.boundary is not None or bool(self.session)

    @property
    def _limits(self) -> tuple[Attached, ...]:
        return self.session if self.boundary is None else (self.boundary, *self.session)


def attach(document: PolicyDocument, cited_type: str, cited_id: str) -> Attached:
    """A policy of a principal, ready to be asked."""
    return Attached(compile_identity_policy(document), cited_type, cited_id)


def evaluate_same_account(
    permissions: Permissions, resource_policy: Attached | None, request: AuthorizationRequest, code: Code
) -> Concluded:
    """What a principal's policies and those of a resource in the same account decide together.

    An explicit deny anywhere denies. A resource-based policy that names the user or the session allows by
    itself; one that names the role does within the boundary and the session policies; one that names only the
    account leaves it to the identity-based policies. Not modelled: service and resource control policies.
    AWS: "Policy evaluation logic"
    """
    denied = _explicit_deny(permissions, resource_policy, request, code)
    if denied is not None:
        return denied
    if resource_policy is not None and permissions.limited:
        by_own_name = conclude((replace(resource_policy, by_own_name_only=True),), request, code)
        if by_own_name.allowed:
            return Concluded(by_own_name, PolicyType.RESOURCE_BASED)
    own = permissions.own or (_nothing(request),)
    resource = (replace(resource_policy, by_name_only=True),) if resource_policy is not None else ()
    granted = Concluded(conclude((*own, *resource), request, code), PolicyType.IDENTITY_BASED)
    return _within_limits(permissions, request, code, granted) if granted.decision.allowed else granted


def evaluate_cross_account(
    permissions: Permissions, resource_policy: Attached | None, request: AuthorizationRequest, code: Code
) -> Concluded:
    """What they decide for a resource in another account: both sides have to allow.

    AWS: "Cross-account policy evaluation logic"
    """
    denied = _explicit_deny(permissions, resource_policy, request, code)
    if denied is not None:
        return denied
    resource = resource_policy or Attached(CompiledPolicy((), ()), "AWS::IAM::Resource", request.resource)
    admitted = Concluded(conclude((resource,), request, code), PolicyType.RESOURCE_BASED)
    if not admitted.decision.allowed:
        return admitted
    own = permissions.own or (_nothing(request),)
    granted = Concluded(conclude(own, request, code), PolicyType.IDENTITY_BASED)
    if not granted.decision.allowed:
        return granted
    return _within_limits(permissions, request, code, admitted)


def _within_limits(
    permissions: Permissions, request: AuthorizationRequest, code: Code, granted: Concluded
) -> Concluded:
    """What was granted, unless the boundary or the session policies do not allow it too.

    AWS: "Permissions boundaries for IAM entities"
    """
    if permissions.boundary is not None:
        within = conclude((permissions.boundary,), request, code)
        if not within.allowed:
            return Concluded(within, PolicyType.PERMISSIONS_BOUNDARY)
    if permissions.session:
        within = conclude(permissions.session, request, code)
        if not within.allowed:
            return Concluded(within, PolicyType.SESSION)
    return granted


def _explicit_deny(
    permissions: Permissions, resource_policy: Attached | None, request: AuthorizationRequest, code: Code
) -> Concluded | None:
    resource = (resource_policy,) if resource_policy is not None else ()
    boundary = (permissions.boundary,) if permissions.boundary is not None else ()
    kinds = (
        (PolicyType.IDENTITY_BASED, permissions.own),
        (PolicyType.RESOURCE_BASED, resource),
        (PolicyType.PERMISSIONS_BOUNDARY, boundary),
        (PolicyType.SESSION, permissions.session),
    )
    doubtful: Concluded | None = None
    for kind, attached in kinds:
        decision = find_deny(attached, request, code)
        if decision is not None:
            if decision.verdict is Verdict.EXPLICIT_DENY:
                return Concluded(decision, kind)
            doubtful = doubtful or Concluded(decision, kind)
    return doubtful


def _nothing(request: AuthorizationRequest) -> Attached:
    name = request.principal.role_arn or request.principal.arn
    return Attached(CompiledPolicy((), ()), f"AWS::IAM::{_kind(name)}", name)


def _kind(arn: str) -> str:
    return "User" if ":user/" in arn else "Role"
