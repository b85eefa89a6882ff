"""One request through API Gateway, top to bottom in AWS's order.

AWS: "How API Gateway resource policies affect authorization workflow"
"""

from dataclasses import replace
from uuid import UUID

from landbridge.model.api_gateway import Method
from landbridge.model.exchange import Moment
from landbridge.semantics.api_gateway.aws_integration import call_service
from landbridge.semantics.api_gateway.gateway_responses import (
    GatewayError,
    gateway_response,
    incomplete_signature,
    missing_authentication_token,
)
from landbridge.semantics.api_gateway.lambda_proxy import invoke_function
from landbridge.semantics.api_gateway.limits import oversized
from landbridge.semantics.api_gateway.mock_integration import answer_by_template
from landbridge.semantics.api_gateway.refusal import (
    configuration_error,
    refuse,
    refuse_configuration,
    refuse_unmodelled,
)
from landbridge.semantics.api_gateway.request import (
    ApiRequest,
    Executed,
    MethodRequest,
    method_reference,
    stage_reference,
)
from landbridge.semantics.api_gateway.request_parameters import is_signature
from landbridge.semantics.api_gateway.resource_policy import resource_policy_error, resource_policy_hop
from landbridge.semantics.api_gateway.routing import Unmatched, compile_resources, match
from landbridge.semantics.needs import Steps
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import (
    Hop,
    Hops,
    ResourceRef,
    Step,
    Verdict,
    allowed,
    denied,
    not_modelled,
)

__all__ = ["ApiRequest", "Executed", "execute"]


def execute(world: World, call: ApiRequest, moment: Moment) -> Steps[Executed]:
    """The response to the request and every step that led to it; yields what must be done outside.

    AWS: "How API Gateway resource policies affect authorization workflow"
    """
    moment = with_client_request_id(call, moment)
    too_large = oversized(world, call, moment)
    if too_large is not None:
        return too_large
    routes = world.once(compile_resources, call.stage.deployment)
    found = match(routes, call.http_method, call.resource_path)
    if isinstance(found, Unmatched):
        return _unmatched(world, call, moment, found)
    request = MethodRequest(world, call, found, moment)
    hops: Hops = (_matched_hop(request),)
    what = _unmodelled(request)
    if what:
        decision = not_modelled(what, method_reference(found))
        hop = Hop(stage_reference(world, call), Step.AUTHORIZATION, decision)
        return refuse(request, hops, hop, configuration_error())
    policy_hop = resource_policy_hop(request)
    if not policy_hop.decision.allowed:
        return _denied_by_policy(request, hops, policy_hop)
    return (yield from _integrate(request, (*hops, policy_hop)))


def with_client_request_id(call: ApiRequest, moment: Moment) -> Moment:
    """A client may choose the request id; what is no UUID is replaced by a text that says so.

    AWS: "Variables for access logging for API Gateway"
    """
    chosen = call.request.header("x-amzn-requestid")
    if chosen is None:
        return moment
    try:
        return replace(moment, request_id=str(UUID(chosen)))
    except ValueError:
        return replace(moment, request_id="UUID_REPLACED_INVALID_REQUEST_ID")


def _integrate(request: MethodRequest, hops: Hops) -> Steps[Executed]:
    """Hand over to the method's integration, by its type."""
    integration = request.match.method.integration
    if integration is None:
        remedy = "Give the method an integration, then deploy the stage again"
        return refuse_configuration(request, hops, (("integration", "none"),), remedy)
    match integration.type:
        case "AWS_PROXY":
            return (yield from invoke_function(request, hops))
        case "AWS":
            return (yield from call_service(request, hops))
        case "MOCK":
            return answer_by_template(request, hops)
        case _:
            return refuse_unmodelled(request, hops, f"{integration.type} integrations")


def _unmodelled(request: MethodRequest) -> str:
    """What the stage or the method asks for that nobody here can decide; empty for nothing."""
    stage, method = request.call.stage, request.match.method
    found = [*stage.unsupported, *method.unsupported, *_authorization(method)]
    return ", ".join(found)


def _authorization(method: Method) -> list[str]:
    """An authorizer or a key that is not modelled must never be taken as passed.

    AWS: "Control and manage access to REST APIs in API Gateway"
    """
    found = []
    if method.authorization_type not in ("NONE", ""):
        found.append(f"the authorization type {method.authorization_type}")
    if method.api_key_required:
        found.append("API keys")
    return found


def _matched_hop(request: MethodRequest) -> Hop:
    call, found = request.call, request.match
    return request.world.remember(
        ("matched", call.api.id, call.stage.name, found.resource.id, found.http_method),
        lambda: Hop(
            stage_reference(request.world, call),
            Step.RESOURCE_AND_METHOD,
            allowed(method_reference(found), ("resource", found.resource.path)),
        ),
    )


def _unmatched(world: World, call: ApiRequest, moment: Moment, found: Unmatched) -> Executed:
    """403, as for an unsigned request to a method that wants a signature.

    A bearer token on such a request is read as a signature, and fails as one.
    AWS: "How do I troubleshoot HTTP 403 errors from API Gateway?"
    """
    error = _unmatched_error(call)
    component = stage_reference(world, call)
    cited = ResourceRef("AWS::ApiGateway::Resource", found.resource.path) if found.resource else component
    facts = [("method", call.http_method), ("path", call.resource_path), ("answer", error.message)]
    decision = denied(LocalCode.RESOURCE_NOT_MATCHED, cited, *facts, remedy=_unmatched_remedy(call, found))
    response = gateway_response(world, call, None, moment, error)
    return Executed(response, (Hop(component, Step.RESOURCE_AND_METHOD, decision),))


def _unmatched_error(call: ApiRequest) -> GatewayError:
    authorization = call.request.header("authorization")
    if authorization is None or is_signature(authorization):
        return missing_authentication_token()
    return incomplete_signature(authorization)


def _unmatched_remedy(call: ApiRequest, found: Unmatched) -> str:
    deploy = f"and deploy stage {call.stage.name} again; only what is deployed counts"
    first = call.resource_path.strip("/").partition("/")[0]
    if found.resource is not None:
        return f"Resource {found.resource.path} has no method {call.http_method}: add it, or ANY, {deploy}"
    if first == call.stage.name:
        return (
            f"Leave /{first} out of the path: the base path mapping of {call.domain_name} already names the "
            "stage"
        )
    return f"No deployed resource has the path {call.resource_path}: add it, or a {{proxy+}}, {deploy}"


def _denied_by_policy(request: MethodRequest, hops: Hops, hop: Hop) -> Executed:
    unknown = hop.decision.verdict is Verdict.NOT_MODELLED
    error = configuration_error() if unknown else resource_policy_error(request, hop.decision)
    return refuse(request, hops, hop, error)
