"""What the resource policy of a private custom domain name decides: without one nobody may call it.

AWS: "Custom domain names for private APIs in API Gateway"
"""

from landbridge.model.api_gateway import DomainName
from landbridge.model.exchange import HttpResponse
from landbridge.model.policy import PolicyDocument
from landbridge.semantics.api_gateway.authorization.resource_policy import in_full
from landbridge.semantics.api_gateway.gateway_responses import access_denied, front_line_response
from landbridge.semantics.api_gateway.signature_errors import refuse_signature
from landbridge.semantics.endpoint.address import domain_reference
from landbridge.semantics.endpoint.caller import Caller, domain_arn
from landbridge.semantics.iam.evaluation import CompiledPolicy, compile_policy, evaluate
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Decision, Hop, Step, Verdict, denied

TAILS = {
    Verdict.EXPLICIT_DENY: " with an explicit deny in a resource-based policy",
    Verdict.IMPLICIT_DENY: " because no resource-based policy allows the execute-api:Invoke action",
}
DOMAIN_TYPE = "AWS::ApiGateway::DomainNameV2"


def judge_by_domain_policy(
    world: World, domain: DomainName, caller: Caller
) -> tuple[Hop, HttpResponse | None]:
    """The hop of the domain name's policy, and the denial to send; None when the request goes on.

    AWS: "API provider: Share your private custom domain name using the API Gateway AWS CLI"
    """
    if caller.refused is not None:
        error, decision = refuse_signature(
            world, caller.request, caller.refused, caller.moment, domain_reference(domain)
        )
        response = front_line_response(error, caller.moment, True, caller.request.method)
        return Hop(domain_reference(domain), Step.SIGNATURE, decision), response
    arn = domain_arn(world, domain)
    decision = _decide(world, domain, caller, arn)
    hop = Hop(domain_reference(domain), Step.DOMAIN_NAME_POLICY, decision)
    if decision.allowed:
        return hop, None
    error = access_denied(arn, TAILS.get(decision.verdict, TAILS[Verdict.IMPLICIT_DENY]), caller.name)
    return hop, front_line_response(error, caller.moment, True, caller.request.method)


def policy_in_force(world: World, domain: DomainName) -> CompiledPolicy:
    """The policy, ready to be asked; that of a domain name without one allows nothing."""
    return world.remember(("domain name policy", domain.arn), lambda: _compile(world, domain))


def _decide(world: World, domain: DomainName, caller: Caller, arn: str) -> Decision:
    reference = domain_reference(domain)
    if domain.policy is None:
        return denied(
            LocalCode.DOMAIN_NAME_POLICY,
            reference,
            ("policy", "none, which denies everything"),
            remedy=f"Give {domain.name} a resource policy that allows execute-api:Invoke to everyone with "
            f"aws:SourceVpce {caller.endpoint.id}",
        )
    question = caller.question(world, domain, arn)
    compiled = policy_in_force(world, domain)
    return evaluate(compiled, question, DOMAIN_TYPE, domain.name, LocalCode.DOMAIN_NAME_POLICY)


def _compile(world: World, domain: DomainName) -> CompiledPolicy:
    """Short resources such as ``execute-api:/*`` mean what is below this account.

    AWS: "API Gateway resource policy examples"
    """
    topology = world.topology
    own = f"arn:aws:execute-api:{topology.region}:{topology.account_id}:/"
    return compile_policy(in_full(domain.policy or PolicyDocument(()), own))
