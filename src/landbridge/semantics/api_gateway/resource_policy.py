"""May this caller invoke the API: the resource policy of the deployment that the stage serves.

AWS: "How API Gateway resource policies affect authorization workflow"
"""

from dataclasses import replace

from landbridge.model.policy import PolicyDocument
from landbridge.semantics.api_gateway.gateway_responses import GatewayError, access_denied
from landbridge.semantics.api_gateway.request import (
    ApiRequest,
    MethodRequest,
    execute_api_arn,
    stage_reference,
)
from landbridge.semantics.iam.evaluation import CompiledPolicy, compile_policy, evaluate
from landbridge.semantics.iam.request import ANONYMOUS, AuthorizationRequest, Context
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Decision, Hop, ResourceRef, Step, Verdict, allowed, denied

SHORTHAND = "execute-api:/"
ACTION = "execute-api:Invoke"
_TAILS = {
    Verdict.EXPLICIT_DENY: " with an explicit deny in a resource-based policy",
    Verdict.IMPLICIT_DENY: f" because no resource-based policy allows the {ACTION} action",
}


def resource_policy_hop(request: MethodRequest) -> Hop:
    """The decision of the resource policy about a request that nobody signed."""
    policy = request.call.stage.deployment.policy
    return _hop(request, _without_policy(request)) if policy is None else _by_policy(request, policy)


def resource_policy_error(request: MethodRequest, decision: Decision) -> GatewayError:
    """What the client is told about a denial.

    AWS: "How do I troubleshoot HTTP 403 errors from API Gateway?"
    """
    return access_denied(_method_arn(request), _TAILS.get(decision.verdict, _TAILS[Verdict.IMPLICIT_DENY]))


def policy_context(call: ApiRequest) -> Context:
    """The condition keys of a request without signature.

    A private API has ``aws:SourceVpce``, ``aws:SourceVpc`` and ``aws:VpcSourceIp``, a public one
    ``aws:SourceIp``; behind a load balancer the address is that of the load balancer's node. The keys of
    the clock are added where the policy asks for them.
    AWS: "AWS condition keys that can be used in API Gateway resource policies"
    """
    context = {"aws:securetransport": ("true",)}
    if call.vpc_endpoint_id is None:
        context["aws:sourceip"] = (call.source_address,)
    else:
        context["aws:sourcevpce"] = (call.vpc_endpoint_id,)
        context["aws:sourcevpc"] = (call.vpc_id or "",)
        context["aws:vpcsourceip"] = (call.source_address,)
    for key, header in (("aws:referer", "referer"), ("aws:useragent", "user-agent")):
        value = call.request.header(header)
        if value is not None:
            context[key] = (value,)
    return context


def _method_arn(request: MethodRequest) -> str:
    """The concrete path, not the resource's template: ``/pets/1``, not ``/pets/{id}``."""
    return execute_api_arn(request.world, request.call, request.match.http_method, request.call.resource_path)


def _hop(request: MethodRequest, decision: Decision) -> Hop:
    return Hop(stage_reference(request.world, request.call), Step.RESOURCE_POLICY, decision)


def _without_policy(request: MethodRequest) -> Decision:
    api = ResourceRef("AWS::ApiGateway::RestApi", request.call.api.id)
    if request.call.api.endpoint_type != "PRIVATE":
        return allowed(api, ("resource policy", "none"))
    return denied(
        GatewayResponseType.ACCESS_DENIED,
        api,
        ("resource policy", "none"),
        ("endpoint type", "PRIVATE"),
        remedy="Attach a resource policy that allows execute-api:Invoke from the VPC endpoint "
        f"(aws:SourceVpce {request.call.vpc_endpoint_id}), then deploy stage {request.call.stage.name} again",
    )


def _by_policy(request: MethodRequest, policy: PolicyDocument) -> Hop:
    """Remembered unless the policy asks for something that differs from request to request."""
    call, world = request.call, request.world
    compiled = world.remember(
        ("resource policy", call.api.id, call.stage.name), lambda: _compile(world, call, policy)
    )
    if compiled.reads:
        return _hop(request, _decide(request, policy, compiled))
    return world.remember(
        (
            *("resource policy hop", call.api.id, call.stage.name, request.match.http_method),
            *(call.resource_path, call.source_address, call.vpc_endpoint_id),
        ),
        lambda: _hop(request, _decide(request, policy, compiled)),
        len(call.resource_path),
    )


def _decide(request: MethodRequest, policy: PolicyDocument, compiled: CompiledPolicy) -> Decision:
    call = request.call
    question = AuthorizationRequest(
        ANONYMOUS, ACTION, _method_arn(request), policy_context(call), request.moment.epoch_ms
    )
    decision = evaluate(
        compiled, question, "AWS::ApiGateway::RestApi", call.api.id, GatewayResponseType.ACCESS_DENIED
    )
    if decision.allowed or decision.verdict is Verdict.NOT_MODELLED:
        return decision
    return replace(decision, remedy=f"{decision.remedy}{_deploy(call, policy)}")


def _compile(world: World, call: ApiRequest, policy: PolicyDocument) -> CompiledPolicy:
    """Short resources such as ``execute-api:/stage/GET/pets`` mean this API.

    AWS: "API Gateway resource policy examples"
    """
    topology = world.topology
    own = f"arn:aws:execute-api:{topology.region}:{topology.account_id}:{call.api.id}/"
    statements = tuple(
        replace(
            statement,
            resources=tuple(
                own + each.removeprefix(SHORTHAND) if each.startswith(SHORTHAND) else each
                for each in statement.resources
            ),
        )
        for statement in policy.statements
    )
    return compile_policy(replace(policy, statements=statements))


def _deploy(call: ApiRequest, policy: PolicyDocument) -> str:
    """A policy counts only from the next deployment on: the commonest trap of all.

    AWS: "Create a private API"
    """
    if call.api.policy != policy:
        return (
            f"; the API's policy was changed after stage {call.stage.name} was deployed, "
            "so deploy it again for the change to count"
        )
    return f"; then deploy stage {call.stage.name} again"
