"""What the policy of an execute-api VPC endpoint decides, before anything of the API counts.

AWS: "Use VPC endpoint policies for private APIs in API Gateway"
"""

from landbridge.model.exchange import HttpRequest, HttpResponse, Moment
from landbridge.model.network import VpcEndpoint
from landbridge.model.policy import PolicyDocument
from landbridge.semantics.api_gateway.gateway_responses import access_denied, front_line_response
from landbridge.semantics.endpoint.addressing import Address
from landbridge.semantics.iam.evaluation import compile_policy, evaluate
from landbridge.semantics.iam.request import ANONYMOUS, AuthorizationRequest
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Hop, ResourceRef, Step, Verdict, allowed, not_modelled

ACTION = "execute-api:Invoke"
EVERYONE = {("*", "*"), ("AWS", "*")}
TAILS = {
    Verdict.EXPLICIT_DENY: " with an explicit deny in a VPC endpoint policy",
    Verdict.IMPLICIT_DENY: f" because no VPC endpoint policy allows the {ACTION} action",
}


def has_default_policy(world: World, endpoint: VpcEndpoint) -> bool:
    """Whether the endpoint's policy is the one AWS gives it: full access."""
    return endpoint.policy is None or world.once(_is_full_access, endpoint.policy)


def looks_at_more(world: World, endpoint: VpcEndpoint, request: HttpRequest) -> bool:
    """Whether the decision on this request may differ from others' from the same address for the same thing.

    It does where the policy asks for the time, and where the request is signed.
    """
    if endpoint.policy is None or has_default_policy(world, endpoint):
        return False
    return _is_signed(request) or world.once(compile_policy, endpoint.policy).reads_clock


def judge_by_endpoint_policy(
    world: World,
    endpoint: VpcEndpoint,
    address: Address,
    source_address: str,
    request: HttpRequest,
    moment: Moment,
) -> tuple[Hop, HttpResponse | None]:
    """The endpoint policy's hop, and the denial to send; None when the request goes on."""
    if endpoint.policy is None or has_default_policy(world, endpoint):
        return world.once(_full_access_hop, endpoint), None
    arn = _method_arn(world, address, request)
    if _is_signed(request):
        reference = ResourceRef("AWS::EC2::VPCEndpoint", endpoint.id)
        decision = not_modelled("signed requests under a custom endpoint policy", reference)
        hop = Hop(reference, Step.ENDPOINT_POLICY, decision)
    else:
        hop = _policy_hop(world, endpoint, endpoint.policy, arn, source_address, moment)
    if hop.decision.allowed:
        return hop, None
    tail = TAILS.get(hop.decision.verdict, TAILS[Verdict.IMPLICIT_DENY])
    return hop, front_line_response(access_denied(arn, tail), moment, True, request.method)


def _is_signed(request: HttpRequest) -> bool:
    return (request.header("authorization") or "").startswith("AWS4-")


def _policy_hop(
    world: World,
    endpoint: VpcEndpoint,
    policy: PolicyDocument,
    arn: str,
    source_address: str,
    moment: Moment,
) -> Hop:
    """The decision, remembered unless it depends on the time: the policy sees nothing else of a request."""
    compiled = world.once(compile_policy, policy)

    def decide() -> Hop:
        question = AuthorizationRequest(
            ANONYMOUS, ACTION, arn, _context(endpoint, source_address), moment.epoch_ms
        )
        decision = evaluate(
            compiled, question, "AWS::EC2::VPCEndpoint", endpoint.id, LocalCode.ENDPOINT_POLICY
        )
        return Hop(ResourceRef("AWS::EC2::VPCEndpoint", endpoint.id), Step.ENDPOINT_POLICY, decision)

    if compiled.reads_clock:
        return decide()
    return world.remember(("endpoint policy", endpoint.id, arn, source_address), decide, len(arn))


def _full_access_hop(endpoint: VpcEndpoint) -> Hop:
    reference = ResourceRef("AWS::EC2::VPCEndpoint", endpoint.id)
    return Hop(reference, Step.ENDPOINT_POLICY, allowed(reference, ("policy", "full access, the default")))


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


def _context(endpoint: VpcEndpoint, source_address: str) -> dict[str, tuple[str, ...]]:
    return {
        "aws:securetransport": ("true",),
        "aws:sourcevpc": (endpoint.vpc_id,),
        "aws:sourcevpce": (endpoint.id,),
        "aws:vpcsourceip": (source_address,),
    }


def _method_arn(world: World, address: Address, request: HttpRequest) -> str:
    topology = world.topology
    return (
        f"arn:aws:execute-api:{topology.region}:{topology.account_id}:"
        f"{address.api.id}/{address.stage_name}/{request.method}{address.resource_path}"
    )
