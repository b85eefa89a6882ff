"""Amazon S3 behind a method: objects read, written and deleted, and buckets listed.

AWS: "Tutorial: Create a REST API as an Amazon S3 proxy"
"""

from dataclasses import replace

from landbridge.model.exchange import HttpRequest, HttpResponse
from landbridge.model.storage import Bucket
from landbridge.semantics.api_gateway.backend_request import http_method, target
from landbridge.semantics.api_gateway.integration_request import IntegrationRequest
from landbridge.semantics.api_gateway.integration_response import BackendAnswer, respond
from landbridge.semantics.api_gateway.proxy_response import trace_root
from landbridge.semantics.api_gateway.refusal import integration_hop, refuse_unmodelled
from landbridge.semantics.api_gateway.request import Executed, MethodRequest, method_reference
from landbridge.semantics.api_gateway.service_request import service_headers
from landbridge.semantics.api_gateway.service_uri import ServiceUri, request_path
from landbridge.semantics.needs import CallService, ServiceAnswered, Steps
from landbridge.semantics.storage.addressing import Addressed
from landbridge.semantics.storage.conditional import UNCONDITIONAL, ReadConditions, read_conditions
from landbridge.semantics.storage.get_object import ObjectRequest, get_object, no_such_bucket
from landbridge.semantics.storage.operations import READS_OBJECT, Operation, find_operation
from landbridge.semantics.storage.permission import Caller, bucket_reference, judge
from landbridge.semantics.storage.s3_errors import error_response
from landbridge.trace.codes import S3ErrorCode
from landbridge.trace.decision import Hop, Hops, Step, Verdict, allowed

COPY_SOURCE = "x-amz-copy-source"


def use_storage(
    request: MethodRequest, hops: Hops, uri: ServiceUri, caller: Caller, made: IntegrationRequest
) -> Steps[Executed]:
    """What the integration response makes of S3's answer; an error of S3 is an answer like any other."""
    bucket, key = _object(uri, made)
    method = http_method(request)
    query = target("", "", made.parameters.querystring).lstrip("?")
    operation = find_operation(method, Addressed(bucket, key), query)
    if operation.name in READS_OBJECT and not query:
        return (yield from _read(request, hops, caller, made, ObjectRequest(bucket, key, caller)))
    what = _unmodelled(bucket, operation, made)
    if what:
        return refuse_unmodelled(request, hops, what)
    hops += (_named(request, bucket, key, operation),)
    response, hop = yield from _perform(request, caller, made, Addressed(bucket, key), operation, query)
    if hop.decision.verdict is Verdict.NOT_MODELLED:
        return refuse_unmodelled(request, hops, dict(hop.decision.facts)["feature"])
    return respond(request, (*hops, hop), _answer(request, made, response))


def _read(
    request: MethodRequest, hops: Hops, caller: Caller, made: IntegrationRequest, wanted: ObjectRequest
) -> Steps[Executed]:
    """Read an object, or its headers."""
    operation = Operation("GetObject", "s3:GetObject")
    hops += (_named(request, wanted.bucket, wanted.key, operation),)
    wanted = replace(wanted, caller=caller, conditions=_conditions(made))
    response, hop = yield from get_object(request.world, wanted, request.moment)
    if http_method(request) == "HEAD":
        response = replace(response, body=b"")
    return respond(request, (*hops, hop), _answer(request, made, response))


def _answer(request: MethodRequest, made: IntegrationRequest, response: HttpResponse) -> BackendAnswer:
    return BackendAnswer(response, str(response.status), made.received, f"Root={trace_root(request)}")


def _unmodelled(bucket: str, operation: Operation, made: IntegrationRequest) -> str:
    """What of the operation is not modelled; empty for nothing."""
    if not bucket:
        return "lists of buckets in AWS integrations"
    if operation.name == "CreateBucket":
        return "CreateBucket in AWS integrations"
    if not operation.action:
        return f"{operation.name} of Amazon S3 in AWS integrations"
    if any(name.lower() == COPY_SOURCE for name in made.parameters.header):
        return "copies of Amazon S3 objects in AWS integrations"
    return ""


def _perform(
    request: MethodRequest,
    caller: Caller,
    made: IntegrationRequest,
    addressed: Addressed,
    operation: Operation,
    query: str,
) -> Steps[tuple[HttpResponse, Hop]]:
    """S3's answer to anything but a plain read, after its policies have been asked.

    AWS: "How Amazon S3 authorizes a request"
    """
    world, moment = request.world, request.moment
    bucket = world.topology.storage.by_name.get(addressed.bucket)
    if bucket is None:
        return no_such_bucket(world, addressed.bucket, moment)
    resource = f"arn:aws:s3:::{bucket.name}" + (f"/{addressed.key}" if addressed.key else "")
    judged = judge(world, bucket, caller, operation.action, resource, moment.epoch_ms)
    decision = judged.decision
    hop = Hop(bucket_reference(bucket.name), Step.S3_OPERATION, decision)
    if not decision.allowed:
        return error_response(S3ErrorCode.ACCESS_DENIED, moment, message=judged.message), hop
    sent = _sent(request, made, bucket, addressed.key, query)
    result = yield CallService("s3", operation.name, sent)
    assert isinstance(result, ServiceAnswered)
    facts = (*decision.facts, ("operation", operation.name), ("status", str(result.response.status)))
    return result.response, replace(hop, decision=replace(decision, facts=facts))


def _sent(
    request: MethodRequest, made: IntegrationRequest, bucket: Bucket, key: str, query: str
) -> HttpRequest:
    path = request_path(f"{bucket.name}/{key}" if key else bucket.name)
    headers = service_headers(request, made, f"s3.{request.world.topology.region}.amazonaws.com", {})
    return HttpRequest(http_method(request), f"{path}?{query}" if query else path, headers, made.body)


def _named(request: MethodRequest, bucket: str, key: str, operation: Operation) -> Hop:
    def make() -> Hop:
        facts = [("bucket", bucket), ("key", key)] if key else [("bucket", bucket)]
        if operation.name != "GetObject":
            facts.append(("operation", operation.name))
        return integration_hop(request, allowed(method_reference(request.match), *facts))

    call, match = request.call, request.match
    return request.world.remember(
        (
            *("object", call.api.id, call.stage.name, match.resource.id, match.http_method),
            *(bucket, key, operation.name),
        ),
        make,
        len(bucket) + len(key),
    )


def _object(uri: ServiceUri, made: IntegrationRequest) -> tuple[str, str]:
    """The bucket and key, each placeholder replaced by its mapped parameter; an unmapped one stays."""
    path = uri.filled(made.parameters.path)
    bucket, _, key = (f"{uri.subdomain}/{path}" if uri.subdomain else path).partition("/")
    return bucket, key


def _conditions(made: IntegrationRequest) -> ReadConditions:
    """What is mapped of ``Range`` and the conditional headers."""
    mapped = made.parameters.header
    if not mapped:
        return UNCONDITIONAL
    return read_conditions({name.lower(): value for name, (value,) in mapped.items()}.get)
