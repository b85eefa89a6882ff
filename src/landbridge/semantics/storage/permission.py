"""May a caller do something with a bucket or an object: policies, Block Public Access, ACLs.

AWS: "How Amazon S3 authorizes a request"
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from landbridge.model.identity import Role
from landbridge.model.policy import Condition, PolicyDocument, Statement
from landbridge.model.storage import Bucket
from landbridge.semantics.iam.combination import compile_role, evaluate_identity
from landbridge.semantics.iam.evaluation import Attached, compile_policy, evaluate
from landbridge.semantics.iam.permissions import Concluded
from landbridge.semantics.iam.request import ANONYMOUS, AuthorizationRequest, Principal
from landbridge.semantics.iam.signers import Signer, evaluate_signer
from landbridge.semantics.storage.public_policy import shutting_out
from landbridge.semantics.world import World
from landbridge.trace.codes import S3ErrorCode
from landbridge.trace.decision import Decision, ResourceRef, Verdict, denied, not_modelled

GET_OBJECT = "s3:GetObject"
LIST_BUCKET = "s3:ListBucket"
BUCKET = "AWS::S3::Bucket"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and what policies may look at of the way there."""

    principal: Principal = ANONYMOUS
    role: Role | None = None
    """The role behind the principal; None for an anonymous caller."""
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Condition keys in lower case: ``aws:sourcevpce`` through an endpoint, for example."""
    unknown_keys: frozenset[str] = frozenset()
    """Keys that the request has on AWS and nobody can tell the values of here."""
    signer: Signer | None = None
    """Who signed the request."""

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody knows who asks."""
        return self.role is None and self.signer is None


ANYONE = Caller()


@dataclass(frozen=True, slots=True)
class Judged:
    """What policies decide, and how S3 words a denial to somebody it knows."""

    decision: Decision
    message: str = ""
    """Empty for the plain ``Access Denied`` that strangers get."""


def bucket_reference(bucket_name: str) -> ResourceRef:
    """The bucket as a component."""
    return ResourceRef(BUCKET, bucket_name, f"arn:aws:s3:::{bucket_name}")


def judge(
    world: World,
    bucket: Bucket,
    caller: Caller,
    action: str,
    resource: str,
    epoch_ms: int,
    characters: int = 0,
) -> Judged:
    """Whether policies let the caller do it; remembered unless a policy asks for the time or the client.

    `characters` says how long those parts of the context are that a client chose.
    """
    if caller.signer is not None or _reads_more(world, bucket, caller.role):
        return _judge(world, bucket, caller, action, resource, epoch_ms)
    role_arn = caller.role.arn if caller.role is not None else None
    context = tuple(caller.context.items())
    key = ("s3", bucket.name, action, resource, caller.principal, role_arn, context, caller.unknown_keys)
    return world.remember(
        key,
        lambda: _judge(world, bucket, caller, action, resource, epoch_ms),
        len(resource) + characters,
    )


def acl_may_allow(bucket: Bucket, caller: Caller, decision: Decision) -> bool:
    """Whether an ACL that lets everyone in still counts where policies are silent.

    AWS: "Controlling ownership of objects and disabling ACLs for your bucket"
    """
    silent = decision.verdict is Verdict.IMPLICIT_DENY and caller.is_anonymous
    return silent and bucket.acls_enabled and not bucket.public_access_block.ignore_public_acls


def _reads_more(world: World, bucket: Bucket, role: Role | None) -> bool:
    def find() -> bool:
        by_bucket = bucket.policy is not None and world.once(compile_policy, bucket.policy).reads
        return bool(by_bucket or (role is not None and world.once(compile_role, role).reads))

    return world.remember(("reads more", bucket.name, role.arn if role is not None else None), find)


def _judge(world: World, bucket: Bucket, caller: Caller, action: str, resource: str, epoch_ms: int) -> Judged:
    if bucket.unsupported:
        return Judged(not_modelled(", ".join(bucket.unsupported), bucket_reference(bucket.name)))
    question = AuthorizationRequest(caller.principal, action, resource, caller.context, epoch_ms)
    own = _attached(world, bucket, bucket.policy, caller) if bucket.policy is not None else None
    if caller.signer is not None:
        concluded = evaluate_signer(world, caller.signer, own, question, S3ErrorCode.ACCESS_DENIED)
        return Judged(concluded.decision, denial_message(world, question, concluded))
    if caller.role is not None:
        policies = world.once(compile_role, caller.role)
        return Judged(evaluate_identity(policies, own, question, S3ErrorCode.ACCESS_DENIED))
    if own is None:
        return Judged(_no_policy(bucket, action, resource))
    decision = evaluate(own.policy, question, BUCKET, bucket.name, S3ErrorCode.ACCESS_DENIED)
    return Judged(_restricted(bucket, decision) if decision.allowed else decision)


def denial_message(world: World, question: AuthorizationRequest, concluded: Concluded) -> str:
    """Who may not do what and why, for a caller of the bucket's own account; others are told nothing.

    AWS: "Troubleshoot access denied (403 Forbidden) errors in Amazon S3"
    """
    if question.principal.account != world.topology.account_id:
        return ""
    return (
        f"User: {question.principal.arn} is not authorized to perform: {question.action} "
        f'on resource: "{question.resource}"{concluded.reason(question.action)}'
    )


def _attached(world: World, bucket: Bucket, policy: PolicyDocument, caller: Caller) -> Attached:
    def attach() -> Attached:
        known = without_unknown_keys(policy, caller.unknown_keys)
        return Attached(compile_policy(known), BUCKET, bucket.name)

    return world.remember(("bucket policy", bucket.name, caller.unknown_keys), attach)


def _no_policy(bucket: Bucket, action: str, resource: str) -> Decision:
    return denied(
        S3ErrorCode.ACCESS_DENIED,
        bucket_reference(bucket.name),
        ("bucket policy", "none"),
        ("principal", "anonymous"),
        remedy=f"Add a bucket policy to {bucket.name} that allows {action} on {resource} to everyone "
        "who comes through the VPC endpoint (aws:SourceVpce)",
    )


def _restricted(bucket: Bucket, decision: Decision) -> Decision:
    """RestrictPublicBuckets shuts out anonymous callers as soon as any statement makes the policy public.

    AWS: "Blocking public access to your Amazon S3 storage"
    """
    statement = shutting_out(bucket)
    if statement is None:
        return decision
    return denied(
        S3ErrorCode.ACCESS_DENIED,
        bucket_reference(bucket.name),
        ("RestrictPublicBuckets", "true"),
        ("public statement", statement.name),
        remedy=f"{statement.name} allows everyone, which makes the policy public, and Block Public "
        "Access then shuts out anonymous callers: add a condition on aws:SourceVpce to the statement",
    )


_NEVER_KNOWN = (
    *("s3:existingobjecttag/", "s3:buckettag/", "aws:resourcetag/"),
    *("aws:resourceorgid", "aws:resourceorgpaths", "aws:vpceorgid", "aws:vpceorgpaths"),
)
"""Keys that requests have on AWS and that are not in the topology."""


def without_unknown_keys(policy: PolicyDocument, unknown: frozenset[str]) -> PolicyDocument:
    """The policy with statements marked as not modelled where a condition asks for what is not known here.

    AWS: "Actions, resources, and condition keys for AWS services"
    """

    def is_known(condition: Condition) -> bool:
        key = condition.key.lower()
        return key not in unknown and not key.startswith(_NEVER_KNOWN)

    def mark(statement: Statement) -> Statement:
        missing = [each.key for each in statement.conditions if not is_known(each)]
        if not missing:
            return statement
        doubts = tuple(f"the condition key {key}" for key in missing)
        conditions = tuple(each for each in statement.conditions if is_known(each))
        return replace(statement, conditions=conditions, unsupported=(*statement.unsupported, *doubts))

    return replace(policy, statements=tuple(map(mark, policy.statements)))
