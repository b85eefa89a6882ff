"""What S3 answers to a request, once it is known which bucket it means and who sent it.

AWS: "Making requests using the REST API"
"""

from dataclasses import dataclass, replace
from urllib.parse import quote

from landbridge.model.exchange import HttpRequest, HttpResponse, Moment, without
from landbridge.semantics.iam.signatures.query import without_signature
from landbridge.semantics.needs import CallService, ServiceAnswered, Steps
from landbridge.semantics.storage.addressing import Addressed
from landbridge.semantics.storage.conditional import read_conditions
from landbridge.semantics.storage.cross_origin import cors_headers, preflight
from landbridge.semantics.storage.get_object import ObjectRequest, get_object, no_such_bucket
from landbridge.semantics.storage.list_objects import list_objects
from landbridge.semantics.storage.operations import (
    LISTS,
    READS_OBJECT,
    Operation,
    allowed_methods,
    resource_type,
)
from landbridge.semantics.storage.permission import Caller, bucket_reference, judge
from landbridge.semantics.storage.s3_errors import SERVER, error_response
from landbridge.semantics.world import World
from landbridge.trace.codes import S3ErrorCode
from landbridge.trace.decision import Hop, ResourceRef, Step, denied, not_modelled


@dataclass(frozen=True, slots=True)
class StorageRequest:
    """A request, what it is about, and who sent it."""

    request: HttpRequest
    addressed: Addressed
    operation: Operation
    caller: Caller


def answer_request(world: World, asked: StorageRequest, moment: Moment) -> Steps[tuple[HttpResponse, Hop]]:
    """S3's answer and why; what a policy would allow and landbridge cannot do is 501."""
    request, addressed, operation = asked.request, asked.addressed, asked.operation
    bucket = world.topology.storage.by_name.get(addressed.bucket)
    if request.method == "OPTIONS":
        return preflight(bucket, request, moment)
    if bucket is None:
        return no_such_bucket(world, addressed.bucket, moment)
    if not operation.action:
        return method_not_allowed(addressed, request.method, moment)
    if operation.name in LISTS:
        query = without_signature(request.query)
        response, hop = yield from list_objects(world, bucket, asked.caller, operation, query, moment)
    elif operation.name in READS_OBJECT:
        refusal = _overrides(asked, moment)
        if refusal is not None:
            return refusal
        wanted = ObjectRequest(addressed.bucket, addressed.key, asked.caller, read_conditions(request.header))
        response, hop = yield from get_object(world, wanted, moment)
        response = _overridden(response, operation)
    else:
        response, hop = yield from _other(world, asked, moment)
    added = cors_headers(bucket, request)
    if added:
        own = tuple(pair for pair in response.headers if pair != SERVER)
        response = replace(response, headers=(*own, *added, SERVER))
    return response, hop


def method_not_allowed(addressed: Addressed, method: str, moment: Moment) -> tuple[HttpResponse, Hop]:
    """405 with the methods that there are.

    AWS: "Error responses" (Amazon S3 API reference)
    """
    component = _component(addressed)
    allow = allowed_methods(addressed)
    decision = denied(
        S3ErrorCode.METHOD_NOT_ALLOWED,
        component,
        ("method", method),
        ("resource type", resource_type(addressed)),
        remedy=f"Use one of the methods that S3 has here: {allow}",
    )
    response = error_response(
        S3ErrorCode.METHOD_NOT_ALLOWED,
        moment,
        ("Method", method),
        ("ResourceType", resource_type(addressed)),
        headers=(("Allow", allow),),
    )
    return response, Hop(component, Step.S3_OPERATION, decision)


def _component(addressed: Addressed) -> ResourceRef:
    return bucket_reference(addressed.bucket) if addressed.bucket else ResourceRef("AWS::S3::Service", "s3")


def _overrides(asked: StorageRequest, moment: Moment) -> tuple[HttpResponse, Hop] | None:
    """``response-content-type`` and its like are for signed requests; keys of one's own take no headers.

    AWS: "GetObject" (Amazon S3 API reference)
    """
    names = [name for name, _ in asked.operation.query if name.startswith("response-")]
    reference = bucket_reference(asked.addressed.bucket)
    if names and asked.caller.is_anonymous:
        decision = denied(
            S3ErrorCode.INVALID_REQUEST,
            reference,
            ("query parameter", ", ".join(names)),
            ("principal", "anonymous"),
            remedy="Sign the request, or store the header with the object",
        )
        response = error_response(S3ErrorCode.INVALID_REQUEST, moment)
        return response, Hop(reference, Step.S3_OPERATION, decision)
    if asked.request.header("x-amz-server-side-encryption-customer-algorithm") is not None:
        return _unmodelled(asked, "server-side encryption with customer-provided keys (SSE-C)", moment)
    return None


def _overridden(response: HttpResponse, operation: Operation) -> HttpResponse:
    """The object with the headers that the query asks for.

    AWS: "GetObject" (Amazon S3 API reference)
    """
    wanted = {_OVERRIDES[name]: value for name, value in operation.query if name in _OVERRIDES}
    if not wanted or response.status not in (200, 206):
        return response
    kept = without(response.headers, *(name.lower() for name in wanted), "server")
    return replace(response, headers=(*kept, *wanted.items(), SERVER))


_OVERRIDES = {
    f"response-{name.lower()}": name
    for name in (
        *("Content-Type", "Content-Language", "Expires"),
        *("Cache-Control", "Content-Disposition", "Content-Encoding"),
    )
}


def _other(world: World, asked: StorageRequest, moment: Moment) -> Steps[tuple[HttpResponse, Hop]]:
    """Another operation: refused where no policy allows it; of those allowed, objects are put and deleted."""
    addressed, operation, caller = asked.addressed, asked.operation, asked.caller
    bucket = world.topology.storage.by_name[addressed.bucket]
    resource = f"arn:aws:s3:::{addressed.bucket}" + (f"/{addressed.key}" if addressed.key else "")
    judged = judge(world, bucket, caller, operation.action, resource, moment.epoch_ms)
    by_acl = bucket.acls_enabled and caller.is_anonymous
    if not judged.decision.allowed and not by_acl:
        hop = Hop(bucket_reference(bucket.name), Step.S3_OPERATION, judged.decision)
        return error_response(S3ErrorCode.ACCESS_DENIED, moment, message=judged.message), hop
    if caller.is_anonymous:
        return _unmodelled(asked, f"the S3 operation {operation.name} without a signature", moment)
    if operation.name not in WRITES or asked.request.header(COPY_SOURCE) is not None:
        what = operation.name if operation.name not in WRITES else "CopyObject"
        return _unmodelled(asked, f"the S3 operation {what}", moment)
    result = yield CallService("s3", operation.name, _sent(world, asked))
    assert isinstance(result, ServiceAnswered)
    facts = (*judged.decision.facts, ("status", str(result.response.status)))
    decision = replace(judged.decision, facts=facts)
    return result.response, Hop(bucket_reference(bucket.name), Step.S3_OPERATION, decision)


WRITES = frozenset({"PutObject", "DeleteObject"})
COPY_SOURCE = "x-amz-copy-source"
_OF_THE_SIGNATURE = (
    *("host", "authorization", "x-amz-security-token", "x-amz-date", "x-amz-content-sha256"),
    *("content-length", "transfer-encoding", "connection"),
)


def _sent(world: World, asked: StorageRequest) -> HttpRequest:
    """The request in path style and without its signature, which has been verified."""
    addressed, request = asked.addressed, asked.request
    query = without_signature(request.query)
    path = quote(f"/{addressed.bucket}/{addressed.key}", safe="/~")
    host = ("Host", f"s3.{world.topology.region}.amazonaws.com")
    headers = (host, *without(request.headers, *_OF_THE_SIGNATURE))
    return HttpRequest(request.method, f"{path}?{query}" if query else path, headers, request.body)


def _unmodelled(asked: StorageRequest, what: str, moment: Moment) -> tuple[HttpResponse, Hop]:
    reference = bucket_reference(asked.addressed.bucket)
    hop = Hop(reference, Step.S3_OPERATION, not_modelled(what, reference))
    return error_response(S3ErrorCode.NOT_IMPLEMENTED, moment), hop
