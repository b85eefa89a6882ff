"""A request at S3, through a VPC endpoint or at its public front: which bucket, whose policy, what answer."""

from dataclasses import replace

from landbridge.model.exchange import HttpRequest, HttpResponse, Moment
from landbridge.model.network import VpcEndpoint
from landbridge.semantics.doors import S3Door, door_reference
from landbridge.semantics.endpoint.endpoint_policy import has_default_policy
from landbridge.semantics.iam.evaluation import CompiledPolicy, compile_policy, evaluate
from landbridge.semantics.iam.permissions import Concluded, PolicyType
from landbridge.semantics.iam.request import ANONYMOUS, AuthorizationRequest, with_principal_keys
from landbridge.semantics.iam.signatures.parts import Carrier
from landbridge.semantics.iam.signatures.verification import signed_at
from landbridge.semantics.journey.arrival import Answered, Arrival
from landbridge.semantics.needs import Steps
from landbridge.semantics.storage.addressing import (
    LONGEST_KEY,
    Addressed,
    BadKey,
    HostMeaning,
    address,
    is_bucket_name,
    read_host,
)
from landbridge.semantics.storage.answer import (
    StorageRequest,
    answer_request,
    method_not_allowed,
)
from landbridge.semantics.storage.authentication import Rejected, Signed, authenticate
from landbridge.semantics.storage.operations import Operation, find_operation
from landbridge.semantics.storage.permission import (
    Caller,
    bucket_reference,
    denial_message,
    without_unknown_keys,
)
from landbridge.semantics.storage.s3_errors import SERVER, date, error_response, ids
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode, S3ErrorCode
from landbridge.trace.decision import Decision, Hop, Hops, ResourceRef, Step, allowed, denied, not_modelled

CONSOLE = "https://aws.amazon.com/s3/"


def at_storage(world: World, door: S3Door, arrival: Arrival) -> Steps[Answered]:
    """The response of S3 to one request."""
    request, moment = arrival.request, arrival.moment
    meaning = read_host(request.header("host") or "", world.topology.region)
    found = _address(world, door, meaning, request, moment)
    if isinstance(found, Answered):
        return found
    addressed, named = found
    operation = find_operation(request.method, addressed, request.query)
    caller = _caller(world, door, arrival)
    hops: Hops = (named,)
    who = yield from authenticate(world, request, operation.query, moment, door_reference(door))
    if isinstance(who, Rejected):
        return Answered(who.response, (named, who.hop))
    if who is not None:
        caller, hops = _signed(caller, who, moment), (named, who.hop)
    admitted, message = _endpoint_policy(world, door, addressed, operation, caller, moment)
    hops = (*hops, *admitted)
    if not hops[-1].decision.allowed:
        return Answered(error_response(S3ErrorCode.ACCESS_DENIED, moment, message=message), hops)
    asked = StorageRequest(request, addressed, operation, caller)
    response, hop = yield from answer_request(world, asked, moment)
    if door.endpoint is None and hop.decision.code is S3ErrorCode.ACCESS_DENIED:
        hop = _past_gateway_endpoints(world, hop)
    return Answered(response, (*hops, hop))


def _past_gateway_endpoints(world: World, hop: Hop) -> Hop:
    """Says why a gateway endpoint was of no use to someone who came to the public front.

    AWS: "Gateway endpoints for Amazon S3"
    """
    endpoints = world.topology.network.vpc_endpoints
    gateways = [
        each.id
        for each in endpoints
        if each.type == "Gateway" and each.service_name.endswith(".s3")
        if each.vpc_id not in world.topology.network.vpcs_of_others
    ]
    if not gateways:
        return hop
    remedy = (
        f"{hop.decision.remedy}; a gateway endpoint ({', '.join(gateways)}) carries only what starts in a "
        "subnet of its VPC whose route table names it: from the office use an interface endpoint"
    )
    return replace(hop, decision=replace(hop.decision, remedy=remedy))


def _address(
    world: World, door: S3Door, meaning: HostMeaning, request: HttpRequest, moment: Moment
) -> tuple[Addressed, Hop] | Answered:
    addressed, host = address(meaning, request.path), request.header("host") or ""
    if isinstance(addressed, BadKey) or meaning.unmodelled or not is_bucket_name(addressed.bucket):
        return _no_bucket(door_reference(door), meaning, addressed, request, moment)
    hop = world.remember(
        ("bucket by", door.endpoint and door.endpoint.id, host, addressed.bucket),
        lambda: _named(door_reference(door), meaning, host, addressed.bucket),
        len(host) + len(addressed.bucket),
    )
    return addressed, hop


def _no_bucket(
    component: ResourceRef,
    meaning: HostMeaning,
    addressed: Addressed | BadKey,
    request: HttpRequest,
    moment: Moment,
) -> Answered:
    if meaning.unmodelled:
        decision = not_modelled(meaning.unmodelled, component)
        return _stopped(component, decision, error_response(S3ErrorCode.NOT_IMPLEMENTED, moment))
    if isinstance(addressed, BadKey):
        return _bad_key(component, addressed, request, moment)
    if not addressed.bucket:
        return _at_service(component, request, moment)
    return _bad_name(component, addressed.bucket, moment)


def _named(component: ResourceRef, meaning: HostMeaning, host: str, bucket: str) -> Hop:
    facts = (("Host", host), ("bucket by", meaning.style.value), ("bucket", bucket))
    return Hop(component, Step.ADDRESS_BUCKET, allowed(bucket_reference(bucket), *facts))


def _stopped(component: ResourceRef, decision: Decision, response: HttpResponse) -> Answered:
    return Answered(response, (Hop(component, Step.ADDRESS_BUCKET, decision),))


def _at_service(component: ResourceRef, request: HttpRequest, moment: Moment) -> Answered:
    """Nobody in particular asks for the list of buckets: S3 sends them to its own page.

    A load balancer's health check is such a request: its Host is an address.
    """
    if request.method != "GET":
        response, hop = method_not_allowed(Addressed("", ""), request.method, moment)
        return Answered(response, (hop,))
    decision = denied(
        LocalCode.REQUEST_NAMES_NO_BUCKET,
        None,
        ("Host", request.header("host") or ""),
        ("path", request.path),
        ("answer", f"307 {CONSOLE}"),
        remedy="Name a bucket: by a Host that is the bucket's own name, <bucket>.s3.<region>.amazonaws.com, "
        "or the first segment of the path",
    )
    headers = (*ids(moment), date(moment), ("Location", CONSOLE), SERVER)
    return _stopped(component, decision, HttpResponse(307, headers))


def _bad_name(component: ResourceRef, bucket: str, moment: Moment) -> Answered:
    decision = denied(
        S3ErrorCode.INVALID_BUCKET_NAME,
        component,
        ("bucket", bucket),
        remedy="Name a bucket by its name: 3 to 63 lower-case letters, digits, dots and hyphens",
    )
    response = error_response(S3ErrorCode.INVALID_BUCKET_NAME, moment, ("BucketName", bucket))
    return _stopped(component, decision, response)


def _bad_key(component: ResourceRef, bad: BadKey, request: HttpRequest, moment: Moment) -> Answered:
    code = S3ErrorCode.KEY_TOO_LONG if bad is BadKey.TOO_LONG else S3ErrorCode.INVALID_URI
    decision = denied(code, component, ("key", bad.value), remedy="Ask for a key that an object can have")
    if bad is BadKey.TOO_LONG:
        elements = [("Size", str(len(request.path) - 1)), ("MaxSizeAllowed", str(LONGEST_KEY))]
    else:
        elements = [("URI", request.path)]
    return _stopped(component, decision, error_response(code, moment, *elements))


def _caller(world: World, door: S3Door, arrival: Arrival) -> Caller:
    """The same for every request from an address, unless a policy asks for what the client says of itself."""
    endpoint_id, client = door.endpoint and door.endpoint.id, arrival.client
    caller = world.remember(
        ("S3 caller", endpoint_id, door.source_ip, door.port, client.address, client.tls_version),
        lambda: _make_caller(world, door, arrival),
    )
    if not world.remember(("S3 client keys", endpoint_id), lambda: _asks(world, door)):
        return caller
    context = dict(caller.context)
    for key, header in (("aws:referer", "referer"), ("aws:useragent", "user-agent")):
        value = arrival.request.header(header)
        if value is not None:
            context[key] = (value,)
    return Caller(ANONYMOUS, None, context, caller.unknown_keys)


def _signed(caller: Caller, who: Signed, moment: Moment) -> Caller:
    """The same caller under its own name; how it signed is among what bucket policies may ask for.

    AWS: "Amazon S3 Signature Version 4 Authentication Specific Policy Keys"
    """
    context = {key: value for key, value in caller.context.items() if not key.startswith("aws:principal")}
    context |= who.signer.keys
    context["s3:signatureversion"] = (who.parts.algorithm,)
    by_query = who.parts.carrier is Carrier.QUERY
    context["s3:authtype"] = ("REST-QUERY-STRING" if by_query else "REST-HEADER",)
    if by_query:
        age_ms = moment.epoch_ms - int(signed_at(who.parts).timestamp() * 1000)
        context["s3:signatureage"] = (str(age_ms),)
    signer = who.signer
    return replace(caller, principal=signer.principal, context=context, signer=signer)


def _asks(world: World, door: S3Door) -> bool:
    documents = [bucket.policy for bucket in world.topology.storage.buckets]
    documents.append(door.endpoint.policy if door.endpoint is not None else None)
    return any(world.once(compile_policy, each).reads for each in documents if each is not None)


def _make_caller(world: World, door: S3Door, arrival: Arrival) -> Caller:
    """Where the request came from; where AWS would see a public address of a gateway, nobody knows it here.

    AWS: "AWS global condition context keys"
    """
    context = {
        "aws:securetransport": (str(door.speaks_tls).lower(),),
        "aws:principaltype": ("Anonymous",),
        "aws:requestedregion": (world.topology.region,),
        "aws:resourceaccount": (world.topology.account_id,),
        "s3:resourceaccount": (world.topology.account_id,),
    }
    if door.speaks_tls:
        context["s3:tlsversion"] = (arrival.client.tls_version.removeprefix("TLSv") or "1.2",)
    if door.endpoint is not None:
        context["aws:sourcevpce"] = (door.endpoint.id,)
        context["aws:sourcevpc"] = (door.endpoint.vpc_id,)
        context["aws:vpcsourceip"] = (arrival.client.address,)
        context["aws:vpceaccount"] = (_owner_of(world, door.endpoint),)
        return Caller(ANONYMOUS, None, context)
    if door.source_ip:
        context["aws:sourceip"] = (door.source_ip,)
        return Caller(ANONYMOUS, None, context)
    return Caller(ANONYMOUS, None, context, frozenset({"aws:sourceip"}))


def _owner_of(world: World, endpoint: VpcEndpoint) -> str:
    vpc = world.topology.network.vpc_by_id.get(endpoint.vpc_id)
    return (vpc.owner_id if vpc is not None else "") or world.topology.account_id


def _endpoint_policy(
    world: World,
    door: S3Door,
    addressed: Addressed,
    operation: Operation,
    caller: Caller,
    moment: Moment,
) -> tuple[Hops, str]:
    """What the endpoint's policy says, and how a denial is worded; nothing at the public front.

    AWS: "Control access to VPC endpoints using endpoint policies"
    """
    endpoint = door.endpoint
    if endpoint is None:
        return (), ""
    if endpoint.policy is None or has_default_policy(world, endpoint):
        return world.once(_full_access, endpoint), ""
    if not operation.action:
        return (), ""
    resource = f"arn:aws:s3:::{addressed.bucket}" + (f"/{addressed.key}" if addressed.key else "")
    policy = endpoint.policy
    compiled: CompiledPolicy = world.remember(
        ("S3 endpoint policy", endpoint.id),
        lambda: compile_policy(without_unknown_keys(policy, caller.unknown_keys)),
    )
    question = with_principal_keys(
        AuthorizationRequest(caller.principal, operation.action, resource, caller.context, moment.epoch_ms)
    )
    decision = evaluate(compiled, question, "AWS::EC2::VPCEndpoint", endpoint.id, LocalCode.ENDPOINT_POLICY)
    concluded = Concluded(decision, PolicyType.VPC_ENDPOINT)
    message = denial_message(world, question, concluded) if caller.signer is not None else ""
    return (Hop(door_reference(door), Step.ENDPOINT_POLICY, decision),), message


def _full_access(endpoint: VpcEndpoint) -> Hops:
    component = ResourceRef("AWS::EC2::VPCEndpoint", endpoint.id)
    fact = ("policy", "full access, the default")
    return (Hop(component, Step.ENDPOINT_POLICY, allowed(component, fact)),)
