"""Any other AWS service behind a method: called as the integration's role, its answer mapped.

AWS: "Choose an API Gateway API integration type"
"""

from landbridge.model.exchange import HttpResponse
from landbridge.model.identity import Role
from landbridge.semantics.api_gateway.integration_request import IntegrationRequest
from landbridge.semantics.api_gateway.integration_response import BackendAnswer, respond
from landbridge.semantics.api_gateway.integration_role import role_principal
from landbridge.semantics.api_gateway.proxy_response import trace_root
from landbridge.semantics.api_gateway.refusal import integration_hop, refuse_unmodelled
from landbridge.semantics.api_gateway.request import Executed, MethodRequest, method_reference
from landbridge.semantics.api_gateway.service_permission import SERVICES, Permission, Place, permissions
from landbridge.semantics.api_gateway.service_policy import read_resource_policy, unknown_key
from landbridge.semantics.api_gateway.service_refusal import access_denied
from landbridge.semantics.api_gateway.service_request import ServiceRequest, service_request
from landbridge.semantics.api_gateway.service_uri import PATH, ServiceUri
from landbridge.semantics.iam.combination import compile_role
from landbridge.semantics.iam.evaluation import Attached
from landbridge.semantics.iam.permissions import Concluded, evaluate_same_account
from landbridge.semantics.iam.request import AuthorizationRequest, with_principal_keys
from landbridge.semantics.needs import CallService, ServiceAnswered, Steps
from landbridge.trace.codes import LambdaErrorType
from landbridge.trace.decision import Hop, Hops, ResourceRef, Step, Verdict, allowed

NOT_IMPLEMENTED = 501
"""The status of the local AWS API for what it does not have."""
SECURE = {"aws:securetransport": ("true",)}


def use_service(
    request: MethodRequest, hops: Hops, uri: ServiceUri, role: Role, made: IntegrationRequest
) -> Steps[Executed]:
    """What the integration response makes of the service's answer; a refusal is an answer like any other."""
    asked = service_request(request, uri, made)
    place = Place(uri.region, request.world.topology.account_id, asked.path if uri.kind == PATH else "")
    needed = permissions(uri.service, asked.operation, place, asked.arguments)
    what = _unmodelled(uri, asked, needed, role)
    if what:
        return refuse_unmodelled(request, hops, what)
    hops += (_named(request, uri, asked),)
    for permission in needed:
        policy = yield from read_resource_policy(request, uri.service, permission.resource)
        concluded = _judge(request, role, permission, policy)
        hop = Hop(_reference(uri, permission), Step.ROLE, concluded.decision)
        hops += (hop,)
        if hop.decision.verdict is Verdict.NOT_MODELLED:
            return refuse_unmodelled(request, hops[:-1], dict(hop.decision.facts)["feature"])
        if not hop.decision.allowed:
            principal = role_principal(request.world, role)
            refused = access_denied(uri.service, principal.arn, permission, concluded, request.moment)
            return respond(request, hops, _answer(request, made, refused))
    return (yield from _call(request, hops, uri, asked, made, needed[0]))


def _unmodelled(uri: ServiceUri, asked: ServiceRequest, needed: tuple[Permission, ...], role: Role) -> str:
    """What of the call is not modelled; empty for nothing."""
    if uri.service not in SERVICES:
        return f"AWS integrations with {uri.service}"
    if not asked.operation:
        return f"{uri.service}:{uri.kind} without an operation (X-Amz-Target, or the parameter Action)"
    if not needed:
        return f"the permission that {uri.service}:{asked.operation} takes"
    key = unknown_key(role, uri.service)
    return f"the condition key {key}" if key else ""


def _named(request: MethodRequest, uri: ServiceUri, asked: ServiceRequest) -> Hop:
    facts = (("service", uri.service), ("operation", asked.operation))
    return integration_hop(request, allowed(method_reference(request.match), *facts))


def _reference(uri: ServiceUri, permission: Permission) -> ResourceRef:
    name = permission.resource.split(":", 5)[-1]
    return ResourceRef(SERVICES[uri.service].resource_type, name, permission.resource)


def _judge(request: MethodRequest, role: Role, permission: Permission, policy: Attached | None) -> Concluded:
    """What the role's policies and the resource's own decide together.

    AWS: "Policy evaluation logic"
    """
    principal = role_principal(request.world, role)
    question = AuthorizationRequest(
        principal, permission.action, permission.resource, SECURE, request.moment.epoch_ms
    )
    own = request.world.once(compile_role, role)
    return evaluate_same_account(own, policy, with_principal_keys(question), LambdaErrorType.ACCESS_DENIED)


def _call(
    request: MethodRequest,
    hops: Hops,
    uri: ServiceUri,
    asked: ServiceRequest,
    made: IntegrationRequest,
    permission: Permission,
) -> Steps[Executed]:
    result = yield CallService(uri.service, asked.operation, asked.request)
    assert isinstance(result, ServiceAnswered)
    response = result.response
    if response.status == NOT_IMPLEMENTED:
        return refuse_unmodelled(request, hops, f"{uri.service}:{asked.operation} in the local AWS API")
    reference = _reference(uri, permission)
    facts = (("operation", asked.operation), ("status", str(response.status)))
    hop = Hop(reference, Step.BACKEND, allowed(reference, *facts))
    return respond(request, (*hops, hop), _answer(request, made, response))


def _answer(request: MethodRequest, made: IntegrationRequest, response: HttpResponse) -> BackendAnswer:
    return BackendAnswer(response, str(response.status), made.received, f"Root={trace_root(request)}")
