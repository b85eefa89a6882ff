"""List a bucket, or ask whether it is there.

AWS: "ListObjectsV2"
"""

from dataclasses import replace

from landbridge.model.exchange import HttpResponse, Moment
from landbridge.model.storage import Bucket
from landbridge.semantics.needs import ListObjects, ObjectsListed, Steps
from landbridge.semantics.storage.operations import Operation
from landbridge.semantics.storage.permission import (
    LIST_BUCKET,
    Caller,
    acl_may_allow,
    bucket_reference,
    judge,
)
from landbridge.semantics.storage.s3_errors import SERVER, date, error_response, ids
from landbridge.semantics.world import World
from landbridge.trace.codes import S3ErrorCode
from landbridge.trace.decision import Hop, Step, allowed

_CONDITION_KEYS = {"prefix": "s3:prefix", "delimiter": "s3:delimiter", "max-keys": "s3:max-keys"}


def list_objects(
    world: World, bucket: Bucket, caller: Caller, operation: Operation, query: str, moment: Moment
) -> Steps[tuple[HttpResponse, Hop]]:
    """The list as XML, an empty 200 for HEAD, or AccessDenied."""
    asked = {_CONDITION_KEYS[name]: (value,) for name, value in operation.query if name in _CONDITION_KEYS}
    asker = replace(caller, context={**caller.context, **asked})
    reference, resource = bucket_reference(bucket.name), f"arn:aws:s3:::{bucket.name}"
    judged = judge(world, bucket, asker, LIST_BUCKET, resource, moment.epoch_ms, len(query))
    decision = judged.decision
    if acl_may_allow(bucket, caller, decision) and bucket.public_list:
        decision = allowed(reference, ("bucket ACL", "public-read"))
    hop = Hop(reference, Step.S3_OPERATION, decision)
    if not decision.allowed:
        return error_response(S3ErrorCode.ACCESS_DENIED, moment, message=judged.message), hop
    region = (("x-amz-bucket-region", world.topology.region),)
    content_type = ("Content-Type", "application/xml")
    if operation.name == "HeadBucket":
        headers = (*ids(moment), date(moment), *region, content_type, SERVER)
        return HttpResponse(200, headers), hop
    limit = dict(operation.query).get("max-keys", "0")
    if not (limit.isascii() and limit.isdigit()):
        message = "Provided max-keys not an integer or within integer range"
        elements = (("ArgumentName", "max-keys"), ("ArgumentValue", limit))
        return error_response(S3ErrorCode.INVALID_ARGUMENT, moment, *elements, message=message), hop
    listed = yield ListObjects(bucket.name, query)
    assert isinstance(listed, ObjectsListed)
    headers = (*ids(moment), date(moment), *region, content_type, SERVER)
    return HttpResponse(listed.status, headers, listed.body), hop
