"""What the policy of an execute-api VPC endpoint decides, before anything of the API counts.

AWS: "Use VPC endpoint policies for private APIs in API Gateway"
"""

from landbridge.model.exchange import HttpResponse
from landbridge.model.network import VpcEndpoint
from landbridge.model.policy import PolicyDocument
from landbridge.semantics.api_gateway.gateway_responses import (
    GatewayError,
    access_denied,
    front_line_response,
)
from landbridge.semantics.api_gateway.signature_errors import refuse_signature
from landbridge.semantics.endpoint.address import Address
from landbridge.semantics.endpoint.caller import ACTION, EVERYONE, Caller, domain_arn
from landbridge.semantics.iam.evaluation import CompiledPolicy, compile_policy, evaluate
from landbridge.semantics.iam.signatures.verification import Refused
from landbridge.semantics.iam.signers import verified
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import (
    Decision,
    Hop,
    Hops,
    ResourceRef,
    Step,
    Verdict,
    allowed,
)

TAILS = {
    Verdict.EXPLICIT_DENY: " with an explicit deny in a VPC endpoint policy",
    Verdict.IMPLICIT_DENY: f" because no VPC endpoint policy allows the {ACTION} action",
}


def has_default_policy(world: World, endpoint: VpcEndpoint) -> bool:
    """Whether the endpoint's policy is the one AWS gives it: full access."""
    return endpoint.policy is None or world.once(_is_full_access, endpoint.policy)


def policy_reads_more(world: World, endpoint: VpcEndpoint) -> bool:
    """Whether the policy asks for what differs between requests for the same thing from the same address."""
    if endpoint.policy is None or has_default_policy(world, endpoint):
        return False
    return bool(world.once(compile_policy, endpoint.policy).reads)


def judge_by_endpoint_policy(
    world: World, address: Address, caller: Caller
) -> tuple[Hops, HttpResponse | None]:
    """The hops of the endpoint policy, and the denial to send; None when the request goes on.

    AWS: "Use VPC endpoint policies for private APIs in API Gateway"
    """
    endpoint = caller.endpoint
    if endpoint.policy is None or has_default_policy(world, endpoint):
        return (world.once(_full_access_hop, endpoint),), None
    if caller.refused is not None:
        return _refuse_signature(world, caller, caller.refused)
    compiled = world.once(compile_policy, endpoint.policy)
    hops = _signature_hops(caller)
    for arn in _arns(world, address, caller):
        hop = _policy_hop(world, compiled, address, caller, arn)
        hops = (*hops, hop)
        if not hop.decision.allowed:
            tail = TAILS.get(hop.decision.verdict, TAILS[Verdict.IMPLICIT_DENY])
            return hops, _response(caller, access_denied(arn, tail, caller.name))
    return hops, None


def _signature_hops(caller: Caller) -> Hops:
    if caller.signer is None:
        return ()
    reference = ResourceRef("AWS::EC2::VPCEndpoint", caller.endpoint.id)
    return (Hop(reference, Step.SIGNATURE, verified(caller.signer, reference)),)


def _arns(world: World, address: Address, caller: Caller) -> tuple[str, ...]:
    """What the policy has to allow: the private custom domain name, if any, and the method.

    AWS: "Use VPC endpoint policies for private APIs in API Gateway"
    """
    topology = world.topology
    method = (
        f"arn:aws:execute-api:{topology.region}:{topology.account_id}:"
        f"{address.api.id}/{address.stage_name}/{caller.request.method}{address.resource_path}"
    )
    return (domain_arn(world, address.private_domain), method) if address.private_domain else (method,)


def _policy_hop(world: World, compiled: CompiledPolicy, address: Address, caller: Caller, arn: str) -> Hop:
    """The decision, remembered for callers nobody knows, unless the policy looks at more than the source."""
    endpoint, domain = caller.endpoint, address.private_domain

    def decide() -> Hop:
        question = caller.question(world, domain, arn)
        decision = evaluate(
            compiled, question, "AWS::EC2::VPCEndpoint", endpoint.id, LocalCode.ENDPOINT_POLICY
        )
        return _hop(endpoint, decision)

    if compiled.reads or caller.signer is not None:
        return decide()
    key = ("endpoint policy", endpoint.id, arn, caller.source_address, domain and domain.arn)
    return world.remember(key, decide, len(arn))


def _refuse_signature(world: World, caller: Caller, refused: Refused) -> tuple[Hops, HttpResponse]:
    """Under a custom policy a signature has to be right, whatever the method asks for.

    AWS: "Use VPC endpoint policies for private APIs in API Gateway"
    """
    reference = ResourceRef("AWS::EC2::VPCEndpoint", caller.endpoint.id)
    error, decision = refuse_signature(world, caller.request, refused, caller.moment, reference)
    return (Hop(reference, Step.SIGNATURE, decision),), _response(caller, error)


def _response(caller: Caller, error: GatewayError) -> HttpResponse:
    return front_line_response(error, caller.moment, True, caller.request.method)


def _hop(endpoint: VpcEndpoint, decision: Decision) -> Hop:
    return Hop(ResourceRef("AWS::EC2::VPCEndpoint", endpoint.id), Step.ENDPOINT_POLICY, decision)


def _full_access_hop(endpoint: VpcEndpoint) -> Hop:
    reference = ResourceRef("AWS::EC2::VPCEndpoint", endpoint.id)
    return _hop(endpoint, allowed(reference, ("policy", "full access, the default")))


def _is_full_access(policy: PolicyDocument) -> bool:
    if len(policy.statements) != 1:
        return False
    statement = policy.statements[0]
    principals = statement.principals
    everyone = (
        principals is not None
        and not principals.negated
        and any(pair in EVERYONE for pair in principals.values)
    )
    return (
        statement.effect == "Allow"
        and everyone
        and statement.actions == ("*",)
        and statement.resources == ("*",)
        and not (statement.conditions or statement.actions_negated or statement.resources_negated)
        and not statement.unsupported
    )
