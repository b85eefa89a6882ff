"""May this caller invoke the API: the resource policy of the deployment that the stage serves.

AWS: "How API Gateway resource policies affect authorization workflow"
"""

from dataclasses import replace

from landbridge.model.policy import PolicyDocument
from landbridge.semantics.api_gateway.authorization.admission import Admission, Admitted, Barred
from landbridge.semantics.api_gateway.gateway_responses import GatewayError, access_denied
from landbridge.semantics.api_gateway.refusal import configuration_error
from landbridge.semantics.api_gateway.request import (
    ApiRequest,
    MethodRequest,
    execute_api_arn,
    stage_reference,
)
from landbridge.semantics.iam.evaluation import (
    Attached,
    CompiledPolicy,
    compile_policy,
    evaluate,
    find_deny,
)
from landbridge.semantics.iam.request import ANONYMOUS, AuthorizationRequest, Context
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Decision, Hop, Hops, ResourceRef, Step, Verdict, allowed, denied

SHORTHAND = "execute-api:/"
ACTION = "execute-api:Invoke"
_CODE = GatewayResponseType.ACCESS_DENIED
_TAILS = {
    Verdict.EXPLICIT_DENY: " with an explicit deny in a resource-based policy",
    Verdict.IMPLICIT_DENY: f" because no resource-based policy allows the {ACTION} action",
}


def resource_policy_hop(request: MethodRequest) -> Hop:
    """The decision of the resource policy about a request that nobody signed."""
    policy = request.call.stage.deployment.policy
    return _hop(request, _without_policy(request)) if policy is None else _by_policy(request, policy)


def admit_by_resource_policy(request: MethodRequest, hops: Hops) -> Admission:
    """The policy alone decides about a request that got through these hops: it has to allow.

    AWS: "How API Gateway resource policies affect authorization workflow"
    """
    return _admission(request, hops, resource_policy_hop(request))


def admit_unless_denied(request: MethodRequest) -> Admission:
    """The first of two phases: only an explicit deny bars the request before its authorizer is asked.

    AWS: "How API Gateway resource policies affect authorization workflow"
    """
    policy = request.call.stage.deployment.policy
    if policy is None:
        return _admission(request, (), _hop(request, _without_policy(request)))
    hop = _by_policy(request, policy)
    if hop.decision.allowed or _may_deny(request, hop.decision):
        return _admission(request, (), hop)
    return Admitted(request, (_hop(request, _SILENT),))


def bar_without_policy(request: MethodRequest) -> Barred | None:
    """Nobody gets in where a private API has no policy, whoever signed; None where this is not so.

    AWS: "Create a private API"
    """
    if request.call.stage.deployment.policy is not None:
        return None
    admission = _admission(request, (), _hop(request, _without_policy(request)))
    return admission if isinstance(admission, Barred) else None


def attached_resource_policy(request: MethodRequest) -> Attached | None:
    """The deployed policy, to be asked together with the caller's own; None for an API without one."""
    policy = request.call.stage.deployment.policy
    if policy is None:
        return None
    return Attached(_compiled(request, policy), "AWS::ApiGateway::RestApi", request.call.api.id)


def resource_policy_question(request: MethodRequest) -> AuthorizationRequest:
    """May somebody who did not sign invoke the method."""
    context = policy_context(request.call)
    return AuthorizationRequest(ANONYMOUS, ACTION, method_arn(request), context, request.moment.epoch_ms)


def method_arn(request: MethodRequest) -> str:
    """The ARN of what is asked for: the concrete path, ``/pets/1``, not the resource's ``/pets/{id}``.

    AWS: "Control access for invoking an API"
    """
    return execute_api_arn(request.world, request.call, request.match.http_method, request.call.resource_path)


def in_full(policy: PolicyDocument, own: str) -> PolicyDocument:
    """The policy with short resources such as ``execute-api:/stage/GET/pets`` put below the ARN `own`.

    AWS: "API Gateway resource policy examples"
    """
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
    return replace(policy, statements=statements)


_SILENT = allowed(
    None, ("explicit deny", "none"), ("allow", "none: the authorizer alone can let the request in")
)


def resource_policy_error(request: MethodRequest, decision: Decision) -> GatewayError:
    """What the client is told about a denial.

    AWS: "How do I troubleshoot HTTP 403 errors from API Gateway?"
    """
    return access_denied(method_arn(request), _TAILS.get(decision.verdict, _TAILS[Verdict.IMPLICIT_DENY]))


def _admission(request: MethodRequest, hops: Hops, hop: Hop) -> Admission:
    if hop.decision.allowed:
        return Admitted(request, (*hops, hop))
    unknown = hop.decision.verdict is Verdict.NOT_MODELLED
    error = configuration_error() if unknown else resource_policy_error(request, hop.decision)
    return Barred(request, hops, hop, error)


def _may_deny(request: MethodRequest, decision: Decision) -> bool:
    """Whether the policy denies explicitly, or nobody can tell whether it does."""
    if decision.verdict is not Verdict.NOT_MODELLED:
        return decision.verdict is Verdict.EXPLICIT_DENY
    attached = attached_resource_policy(request)
    question = resource_policy_question(request)
    return attached is not None and find_deny((attached,), question, _CODE) is not None


def policy_context(call: ApiRequest) -> Context:
    """The condition keys of a request without signature.

    A private API has ``aws:SourceVpce``, ``aws:SourceVpc`` and ``aws:VpcSourceIp``, a public one
    ``aws:SourceIp``; behind a load balancer the address is that of the load balancer's node. Called by a
    private custom domain name it has ``execute-api:viaDomainArn``. The keys of the clock are added where the
    policy asks for them.
    AWS: "AWS condition keys that can be used in API Gateway resource policies"
    """
    context = {"aws:securetransport": ("true",)}
    if call.vpc_endpoint_id is None:
        context["aws:sourceip"] = (call.source_address,)
    else:
        context["aws:sourcevpce"] = (call.vpc_endpoint_id,)
        context["aws:sourcevpc"] = (call.vpc_id or "",)
        context["aws:vpcsourceip"] = (call.source_address,)
    if call.via_domain_arn:
        context["execute-api:viadomainarn"] = (call.via_domain_arn,)
    for key, header in (("aws:referer", "referer"), ("aws:useragent", "user-agent")):
        value = call.request.header(header)
        if value is not None:
            context[key] = (value,)
    return context


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
    compiled = _compiled(request, policy)
    if compiled.reads:
        return _hop(request, _decide(request, policy, compiled))
    return world.remember(
        (
            *("resource policy hop", call.api.id, call.stage.name, request.match.http_method),
            *(call.resource_path, call.source_address, call.vpc_endpoint_id, call.via_domain_arn),
        ),
        lambda: _hop(request, _decide(request, policy, compiled)),
        len(call.resource_path),
    )


def _decide(request: MethodRequest, policy: PolicyDocument, compiled: CompiledPolicy) -> Decision:
    call = request.call
    decision = evaluate(
        compiled,
        resource_policy_question(request),
        "AWS::ApiGateway::RestApi",
        call.api.id,
        GatewayResponseType.ACCESS_DENIED,
    )
    if decision.allowed or decision.verdict is Verdict.NOT_MODELLED:
        return decision
    return replace(decision, remedy=f"{decision.remedy}{_deploy(call, policy)}")


def _compiled(request: MethodRequest, policy: PolicyDocument) -> CompiledPolicy:
    call, world = request.call, request.world
    return world.remember(
        ("resource policy", call.api.id, call.stage.name), lambda: _compile(world, call, policy)
    )


def _compile(world: World, call: ApiRequest, policy: PolicyDocument) -> CompiledPolicy:
    """Short resources such as ``execute-api:/stage/GET/pets`` mean this API.

    AWS: "API Gateway resource policy examples"
    """
    topology = world.topology
    own = f"arn:aws:execute-api:{topology.region}:{topology.account_id}:{call.api.id}/"
    return compile_policy(in_full(policy, own))


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
