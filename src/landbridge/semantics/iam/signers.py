"""Whom an access key stands for: the principal, what it may do, and what conditions may ask about it.

AWS: "IAM identifiers"
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from landbridge.errors import DeclarationError
from landbridge.model.identifiers import Arn
from landbridge.model.identity import AccessKey, Identity, Tags, User
from landbridge.model.policy import PolicyDocument, Statement
from landbridge.semantics.iam.combination import compile_role
from landbridge.semantics.iam.evaluation import Attached
from landbridge.semantics.iam.parse import parse_policy
from landbridge.semantics.iam.permissions import (
    Concluded,
    Permissions,
    attach,
    evaluate_cross_account,
    evaluate_same_account,
)
from landbridge.semantics.iam.request import (
    AuthorizationRequest,
    Context,
    Principal,
    role_session,
    root_user,
    user,
    with_principal_keys,
)
from landbridge.semantics.world import World
from landbridge.trace.codes import Code
from landbridge.trace.decision import Decision, ResourceRef, allowed

SESSION_POLICY = "session policy"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed a request."""

    principal: Principal
    access_key_id: str
    user_id: str
    """``AIDA…``, ``AROA…:session``, or the account of its root user."""
    permissions: Permissions
    keys: Context = field(hash=False)
    """The condition keys that follow from who it is."""


def find_signer(world: World, key: AccessKey) -> Signer:
    """The user, role session or root user behind a key, made once for each key and topology."""
    return world.remember(("signer", key), lambda: _signer(world, key))


def evaluate_signer(
    world: World,
    signer: Signer,
    resource_policy: Attached | None,
    request: AuthorizationRequest,
    code: Code,
) -> Concluded:
    """What the signer's policies decide together with the policy of a resource of this account.

    AWS: "Policy evaluation logic"
    """
    same = signer.principal.account == world.topology.account_id
    evaluate = evaluate_same_account if same else evaluate_cross_account
    return evaluate(signer.permissions, resource_policy, with_principal_keys(request), code)


def verified(signer: Signer, cited: ResourceRef) -> Decision:
    """The decision that a signature is right."""
    who = ("principal", signer.principal.arn)
    return allowed(cited, ("access key", signer.access_key_id), who, ("signature", "verified"))


def _signer(world: World, key: AccessKey) -> Signer:
    identity = world.topology.identity
    if key.owner_arn.endswith(":root"):
        everything = Statement("Allow", actions=("*",), resources=("*",))
        own = attach(PolicyDocument((everything,)), "AWS::IAM::Account", key.owner_arn)
        return _made(key, root_user(key.owner_arn), key.account, Permissions((own,)), ())
    found = identity.user_by_arn.get(key.owner_arn)
    if found is not None:
        keys = (("aws:username", found.name), *_tag_keys(found.tags))
        return _made(key, user(found.arn), found.id, _of_user(identity, found), keys)
    return _session(world, key)


def _made(key: AccessKey, principal: Principal, user_id: str, permissions: Permissions, keys: Tags) -> Signer:
    context = {
        name: (value,) for name, value in (("aws:userid", user_id), ("aws:viaawsservice", "false"), *keys)
    }
    return Signer(principal, key.id, user_id, permissions, context)


def _of_user(identity: Identity, found: User) -> Permissions:
    """The user's own policies and those of its groups.

    AWS: "IAM user groups"
    """
    own = [attach(document, "AWS::IAM::User", f"{found.name}/{name}") for name, document in found.policies]
    for group_name in found.groups:
        group = identity.group_by_name.get(group_name)
        own += [
            attach(document, "AWS::IAM::Group", f"{group_name}/{name}")
            for name, document in (group.policies if group else ())
        ]
    boundary = (
        attach(found.boundary[1], "AWS::IAM::ManagedPolicy", found.boundary[0]) if found.boundary else None
    )
    return Permissions(tuple(own), boundary)


def _session(world: World, key: AccessKey) -> Signer:
    """A role's session; of a role in another account nobody here knows what it may do.

    AWS: "IAM roles"
    """
    identity = world.topology.identity
    role = identity.by_arn.get(key.owner_arn)
    if role is not None:
        permissions, role_id, tags = compile_role(role), role.id, role.tags
    elif key.account == world.topology.account_id:
        permissions, role_id, tags = Permissions(), "", ()
    else:
        unknown = _of_unknown_effect(f"the identity-based policies of account {key.account}")
        permissions = Permissions((attach(unknown, "AWS::IAM::Role", key.owner_arn),))
        role_id, tags = "", ()
    permissions = Permissions(permissions.own, permissions.boundary, _session_policies(identity, key))
    issued = datetime.fromtimestamp(key.issued_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    keys = (
        ("aws:tokenissuetime", issued),
        ("aws:multifactorauthpresent", "false"),
        *_tag_keys(tuple({**dict(tags), **dict(key.session_tags)}.items())),
    )
    principal = role_session(key.owner_arn, key.session_name)
    return _made(key, principal, f"{role_id}:{key.session_name}", permissions, keys)


def _session_policies(identity: Identity, key: AccessKey) -> tuple[Attached, ...]:
    """AWS: "AssumeRole" (AWS Security Token Service API reference)."""
    attached = []
    if key.session_policy:
        try:
            document = parse_policy(key.session_policy)
        except DeclarationError as error:
            document = _of_unknown_effect(error.message)
        attached.append(attach(document, "AWS::STS::Session", SESSION_POLICY))
    for arn in key.session_policy_arns:
        managed = identity.managed_by_arn.get(Arn(arn)) or _of_unknown_effect(f"the session policy {arn}")
        attached.append(attach(managed, "AWS::IAM::ManagedPolicy", arn.rpartition("/")[2]))
    return tuple(attached)


def _of_unknown_effect(what: str) -> PolicyDocument:
    return PolicyDocument((Statement("Allow", actions=("*",), resources=("*",), unsupported=(what,)),))


def _tag_keys(tags: Tags) -> Tags:
    return tuple((f"aws:principaltag/{name.lower()}", value) for name, value in tags)
