"""Read one object of a bucket as a principal: S3's decision and its answer.

AWS: "GetObject" (Amazon S3 API reference)
"""

from dataclasses import dataclass, replace

from landbridge.model.exchange import HttpResponse, Moment, first_value
from landbridge.model.storage import Bucket
from landbridge.semantics.needs import GetObject, ObjectFound, ObjectMissing, Steps
from landbridge.semantics.storage.conditional import UNCONDITIONAL, ReadConditions, send
from landbridge.semantics.storage.permission import (
    ANYONE,
    GET_OBJECT,
    LIST_BUCKET,
    Caller,
    acl_may_allow,
    bucket_reference,
    judge,
)
from landbridge.semantics.storage.s3_errors import error_response
from landbridge.semantics.world import World
from landbridge.trace.codes import S3ErrorCode
from landbridge.trace.decision import Decision, Hop, Step, allowed, denied, not_modelled


@dataclass(frozen=True, slots=True)
class ObjectRequest:
    """Who wants which object."""

    bucket: str
    key: str
    """Decoded, without a slash in front."""
    caller: Caller = ANYONE
    conditions: ReadConditions = UNCONDITIONAL


def get_object(world: World, request: ObjectRequest, moment: Moment) -> Steps[tuple[HttpResponse, Hop]]:
    """S3's answer and why: the object or a range of it, 304, or an error in XML.

    A missing key is told only to those who may list the bucket; to others it looks forbidden.
    """
    bucket = world.topology.storage.by_name.get(request.bucket)
    if bucket is None:
        return no_such_bucket(world, request.bucket, moment)
    caller = request.caller
    resource = f"arn:aws:s3:::{bucket.name}/{request.key}"
    judged = judge(world, bucket, caller, GET_OBJECT, resource, moment.epoch_ms)
    decision = judged.decision
    by_acl = acl_may_allow(bucket, caller, decision)
    if not decision.allowed and not by_acl:
        return _refused(bucket, decision, moment, judged.message)
    result = yield GetObject(request.bucket, request.key, by_acl)
    if by_acl:
        if not (isinstance(result, ObjectFound) and result.public):
            return _refused(bucket, decision, moment)
        decision = allowed(bucket_reference(bucket.name), ("object ACL", "public-read"))
    if isinstance(result, ObjectMissing):
        return _missing(world, bucket, request, moment)
    assert isinstance(result, ObjectFound)
    return _found(bucket, request, result, decision, moment)


def no_such_bucket(world: World, name: str, moment: Moment) -> tuple[HttpResponse, Hop]:
    """The answer about a bucket that is in another region, or nowhere."""
    reference = bucket_reference(name)
    region = world.topology.storage.region_by_name.get(name)
    if region is not None:
        endpoint = f"{name}.s3.{region}.amazonaws.com"
        decision = denied(
            S3ErrorCode.PERMANENT_REDIRECT,
            reference,
            ("bucket", name),
            ("region", region),
            remedy=f"Address the bucket {name} in its own region: {endpoint}",
        )
        response = error_response(
            S3ErrorCode.PERMANENT_REDIRECT,
            moment,
            ("Endpoint", endpoint),
            ("Bucket", name),
            headers=(("x-amz-bucket-region", region),),
        )
        return response, Hop(reference, Step.GET_OBJECT, decision)
    decision = denied(
        S3ErrorCode.NO_SUCH_BUCKET,
        reference,
        ("bucket", name),
        remedy=f"Create the bucket {name}, or correct the name that the request asks for",
    )
    response = error_response(S3ErrorCode.NO_SUCH_BUCKET, moment, ("BucketName", name))
    return response, Hop(reference, Step.GET_OBJECT, decision)


def _hop(bucket: Bucket, decision: Decision) -> Hop:
    return Hop(bucket_reference(bucket.name), Step.GET_OBJECT, decision)


def _refused(
    bucket: Bucket, decision: Decision, moment: Moment, message: str = ""
) -> tuple[HttpResponse, Hop]:
    return error_response(S3ErrorCode.ACCESS_DENIED, moment, message=message), _hop(bucket, decision)


def _missing(
    world: World, bucket: Bucket, request: ObjectRequest, moment: Moment
) -> tuple[HttpResponse, Hop]:
    caller = request.caller
    resource = f"arn:aws:s3:::{bucket.name}"
    judged = judge(world, bucket, caller, LIST_BUCKET, resource, moment.epoch_ms)
    may_list = judged.decision
    listed = may_list.allowed or (acl_may_allow(bucket, caller, may_list) and bucket.public_list)
    place = f"There is no object {request.key!r} in {bucket.name}"
    code = S3ErrorCode.NO_SUCH_KEY if listed else S3ErrorCode.ACCESS_DENIED
    cause = "" if listed else f"; S3 says AccessDenied because nothing allows {LIST_BUCKET}"
    decision = denied(
        code,
        bucket_reference(bucket.name),
        ("key", request.key),
        ("object", "missing"),
        (LIST_BUCKET, "allowed" if listed else may_list.verdict.value),
        remedy=f"{place}{cause}: upload it, or let the path fall back to index.html before it reaches S3",
    )
    named = (("Key", request.key),) if listed else ()
    message = "" if listed else judged.message
    return error_response(code, moment, *named, message=message), _hop(bucket, decision)


def _found(
    bucket: Bucket, request: ObjectRequest, found: ObjectFound, decision: Decision, moment: Moment
) -> tuple[HttpResponse, Hop]:
    encryption = first_value(found.headers, "x-amz-server-side-encryption") or ""
    if encryption.startswith("aws:kms"):
        return _encrypted(bucket, request, moment)
    sent = send(request.conditions, found, moment)
    if sent.code is not None:
        refusal = denied(
            sent.code,
            bucket_reference(bucket.name),
            *filter(None, (sent.compared,)),
            ("ETag", first_value(found.headers, "etag") or ""),
            ("size", str(len(found.body))),
            remedy="Send the request without this header, or with one that fits the object",
        )
        return sent.response, _hop(bucket, refusal)
    if sent.compared is not None:
        decision = replace(decision, facts=(*decision.facts, sent.compared))
    return sent.response, _hop(bucket, decision)


def _encrypted(bucket: Bucket, request: ObjectRequest, moment: Moment) -> tuple[HttpResponse, Hop]:
    """Nobody reads an object under a KMS key without a signature.

    AWS: "Using server-side encryption with AWS KMS keys (SSE-KMS)"
    """
    if not request.caller.is_anonymous:
        decision = not_modelled("objects encrypted with AWS KMS keys", bucket_reference(bucket.name))
        return _refused(bucket, decision, moment)
    decision = denied(
        S3ErrorCode.INVALID_ARGUMENT,
        bucket_reference(bucket.name),
        ("x-amz-server-side-encryption", "aws:kms"),
        ("principal", "anonymous"),
        remedy="Encrypt what anonymous callers read with SSE-S3 (AES256): a KMS key needs a signed request",
    )
    response = error_response(
        S3ErrorCode.INVALID_ARGUMENT,
        moment,
        ("ArgumentName", "Authorization"),
        ("ArgumentValue", "null"),
        message="Requests specifying Server Side Encryption with AWS KMS managed keys require AWS "
        "Signature Version 4.",
    )
    return response, _hop(bucket, decision)
