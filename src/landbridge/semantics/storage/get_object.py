"""Read one object of a bucket as a principal: S3's decision and its answer.

AWS: "GetObject" (Amazon S3 API reference)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from landbridge.model.exchange import HttpResponse, Moment
from landbridge.model.identity import Role
from landbridge.model.policy import PolicyDocument, Statement
from landbridge.model.storage import Bucket
from landbridge.semantics.iam.combination import compile_role, evaluate_identity
from landbridge.semantics.iam.evaluation import Attached, compile_policy, evaluate
from landbridge.semantics.iam.request import ANONYMOUS, AuthorizationRequest, Principal
from landbridge.semantics.needs import GetObject, ObjectFound, ObjectMissing, Steps
from landbridge.semantics.storage.s3_errors import common_headers, error_response
from landbridge.semantics.world import World
from landbridge.trace.codes import S3ErrorCode
from landbridge.trace.decision import Decision, Hop, ResourceRef, Step, denied, not_modelled

GET_OBJECT = "s3:GetObject"
LIST_BUCKET = "s3:ListBucket"


@dataclass(frozen=True, slots=True)
class ObjectRequest:
    """Who wants which object."""

    bucket: str
    key: str
    """Decoded, without a slash in front."""
    principal: Principal = ANONYMOUS
    role: Role | None = None
    """The role behind the principal; None for an anonymous caller."""
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Condition keys in lower case: ``aws:sourcevpce`` through an endpoint, for example."""
    if_none_match: str = ""


def get_object(world: World, request: ObjectRequest, moment: Moment) -> Steps[tuple[HttpResponse, Hop]]:
    """S3's answer and why: the object, 304, or an error in XML.

    A missing key is told only to those who may list the bucket; to others it looks forbidden.
    """
    bucket = world.topology.storage.by_name.get(request.bucket)
    if bucket is None:
        return _no_such_bucket(request, moment)
    hop = _permission(world, bucket, request, moment)
    if not hop.decision.allowed:
        return error_response(S3ErrorCode.ACCESS_DENIED, request.key, moment), hop
    result = yield GetObject(request.bucket, request.key)
    if isinstance(result, ObjectMissing):
        return _missing(world, bucket, request, moment)
    assert isinstance(result, ObjectFound)
    return _found(request, result, moment), hop


def _permission(world: World, bucket: Bucket, request: ObjectRequest, moment: Moment) -> Hop:
    """May the principal read the object; remembered unless a policy asks for the time."""
    if _reads_clock(world, bucket, request.role):
        return _hop(bucket, _decide(world, bucket, request, moment))
    context = tuple(request.context.items())
    role_arn = request.role.arn if request.role is not None else None
    return world.remember(
        ("get object", bucket.name, request.key, request.principal, role_arn, context),
        lambda: _hop(bucket, _decide(world, bucket, request, moment)),
        len(request.key),
    )


def _reads_clock(world: World, bucket: Bucket, role: Role | None) -> bool:
    def find() -> bool:
        policies = [world.once(compile_policy, bucket.policy)] if bucket.policy is not None else []
        if role is not None:
            policies += (each.policy for each in world.once(compile_role, role))
        return any(policy.reads_clock for policy in policies)

    return world.remember(("reads clock", bucket.name, role.arn if role is not None else None), find)


def _hop(bucket: Bucket, decision: Decision) -> Hop:
    return Hop(_reference(bucket.name), Step.GET_OBJECT, decision)


def _reference(bucket_name: str) -> ResourceRef:
    return ResourceRef("AWS::S3::Bucket", bucket_name, f"arn:aws:s3:::{bucket_name}")


def _no_such_bucket(request: ObjectRequest, moment: Moment) -> tuple[HttpResponse, Hop]:
    reference = _reference(request.bucket)
    decision = denied(
        S3ErrorCode.NO_SUCH_BUCKET,
        reference,
        ("bucket", request.bucket),
        remedy=f"Create the bucket {request.bucket}, or correct its name in the URI of the integration",
    )
    response = error_response(S3ErrorCode.NO_SUCH_BUCKET, request.bucket, moment)
    return response, Hop(reference, Step.GET_OBJECT, decision)


def _decide(world: World, bucket: Bucket, request: ObjectRequest, moment: Moment) -> Decision:
    """May the principal read the object."""
    resource = f"arn:aws:s3:::{bucket.name}/{request.key}"
    decision = _authorize(world, bucket, request, GET_OBJECT, resource, moment)
    if decision.allowed and request.role is None and bucket.public_access_block.restrict_public_buckets:
        return _restricted(bucket, decision)
    return decision


def _authorize(
    world: World, bucket: Bucket, request: ObjectRequest, action: str, resource: str, moment: Moment
) -> Decision:
    question = AuthorizationRequest(request.principal, action, resource, request.context, moment.epoch_ms)
    if request.role is not None:
        policies = world.once(compile_role, request.role)
        own = _attached(world, bucket, bucket.policy) if bucket.policy is not None else None
        return evaluate_identity(policies, own, question, S3ErrorCode.ACCESS_DENIED)
    if bucket.policy is None:
        return denied(
            S3ErrorCode.ACCESS_DENIED,
            _reference(bucket.name),
            ("bucket policy", "none"),
            ("principal", "anonymous"),
            remedy=f"Add a bucket policy to {bucket.name} that allows {action} on {resource} to everyone "
            "who comes through the VPC endpoint (aws:SourceVpce)",
        )
    return evaluate(
        world.once(compile_policy, bucket.policy),
        question,
        "AWS::S3::Bucket",
        bucket.name,
        S3ErrorCode.ACCESS_DENIED,
    )


def _attached(world: World, bucket: Bucket, policy: PolicyDocument) -> Attached:
    return world.remember(
        ("bucket policy", bucket.name),
        lambda: Attached(compile_policy(policy), "AWS::S3::Bucket", bucket.name),
    )


_FIXED_SOURCES = frozenset(
    {"aws:sourcevpc", "aws:sourcevpce", "aws:sourceip", "aws:sourceaccount", "aws:sourcearn"}
)


def _restricted(bucket: Bucket, decision: Decision) -> Decision:
    """RestrictPublicBuckets shuts out anonymous callers as soon as any statement makes the policy public.

    AWS: "Blocking public access to your Amazon S3 storage"
    """
    statements = bucket.policy.statements if bucket.policy is not None else ()
    for statement in statements:
        keys = {condition.key.lower() for condition in statement.conditions}
        if statement.effect != "Allow" or not _for_everyone(statement) or keys & _FIXED_SOURCES:
            continue
        if keys:
            return not_modelled(
                f"RestrictPublicBuckets with the conditions of {statement.name}", decision.cited
            )
        return denied(
            S3ErrorCode.ACCESS_DENIED,
            _reference(bucket.name),
            ("RestrictPublicBuckets", "true"),
            ("public statement", statement.name),
            remedy=f"{statement.name} allows everyone, which makes the policy public, and Block Public "
            "Access then shuts out anonymous callers: add a condition on aws:SourceVpce to the statement",
        )
    return decision


def _for_everyone(statement: Statement) -> bool:
    principals = statement.principals
    return principals is not None and (principals.negated or any(v == "*" for _, v in principals.values))


def _missing(
    world: World, bucket: Bucket, request: ObjectRequest, moment: Moment
) -> tuple[HttpResponse, Hop]:
    may_list = _authorize(world, bucket, request, LIST_BUCKET, f"arn:aws:s3:::{bucket.name}", moment)
    place = f"There is no object {request.key!r} in {bucket.name}"
    code = S3ErrorCode.NO_SUCH_KEY if may_list.allowed else S3ErrorCode.ACCESS_DENIED
    cause = "" if may_list.allowed else f"; S3 says AccessDenied because nothing allows {LIST_BUCKET}"
    decision = denied(
        code,
        _reference(bucket.name),
        ("key", request.key),
        ("object", "missing"),
        (LIST_BUCKET, may_list.verdict.value),
        remedy=f"{place}{cause}: upload it, or let the mapping template fall back to index.html",
    )
    return error_response(code, request.key, moment), _hop(bucket, decision)


def _found(request: ObjectRequest, found: ObjectFound, moment: Moment) -> HttpResponse:
    headers = (*found.headers, *common_headers(moment))
    response = HttpResponse(200, headers, found.body)
    if request.if_none_match and response.header("etag") == request.if_none_match:
        return replace(response, status=304, body=b"")
    return response
