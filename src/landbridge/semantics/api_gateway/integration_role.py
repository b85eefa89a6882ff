"""The role in an integration's ``credentials``: API Gateway assumes it and acts as it.

AWS: "Control access to a REST API with IAM permissions"
"""

from landbridge.model.identifiers import Arn
from landbridge.model.identity import Role
from landbridge.semantics.api_gateway.refusal import integration_hop
from landbridge.semantics.api_gateway.request import MethodRequest
from landbridge.semantics.iam.combination import compile_role, evaluate_identity, may_assume
from landbridge.semantics.iam.evaluation import compile_trust_policy
from landbridge.semantics.iam.request import AuthorizationRequest, Principal, role_session
from landbridge.semantics.world import World
from landbridge.trace.codes import LambdaErrorType, LocalCode
from landbridge.trace.decision import Decision, Hop, Hops, ResourceRef, Step, denied, not_modelled

INTEGRATION_SERVICE = "apigateway.amazonaws.com"
SESSION_NAME = "BackplaneAssumeRoleSession"
"""What API Gateway calls its sessions, as seen in CloudTrail."""


def integration_role(request: MethodRequest, role_arn: str) -> tuple[Role | None, Hop]:
    """The role and whether API Gateway may become it; decided once for each topology."""
    role, decision = request.world.remember(
        ("integration role", role_arn), lambda: _assume(request.world, role_arn)
    )
    return role, integration_hop(request, decision, Step.ROLE)


def role_principal(world: World, role: Role) -> Principal:
    """API Gateway's session of the role."""
    return world.remember(("integration session", role.arn), lambda: role_session(role.arn, SESSION_NAME))


def integration_role_hops(
    request: MethodRequest, role_arn: str, action: str, resource_arn: str, reference: ResourceRef
) -> Hops:
    """May API Gateway become the role, and may the role do this; it ends at the first that says no."""
    role, assumed = integration_role(request, role_arn)
    if role is None:
        return (assumed,)
    question = AuthorizationRequest(role_principal(request.world, role), action, resource_arn)
    decision = evaluate_identity(
        request.world.once(compile_role, role), None, question, LambdaErrorType.ACCESS_DENIED
    )
    return assumed, Hop(reference, Step.ROLE, decision)


def _assume(world: World, role_arn: str) -> tuple[Role | None, Decision]:
    reference = ResourceRef("AWS::IAM::Role", role_arn.rpartition("/")[2], role_arn)
    if "*" in role_arn:
        return None, not_modelled("integrations with the caller's own credentials", reference)
    role = world.topology.identity.by_arn.get(Arn(role_arn))
    if role is None:
        return None, denied(
            LocalCode.ROLE_NOT_ASSUMABLE,
            reference,
            ("credentials", role_arn),
            ("role", "missing"),
            remedy=f"Create the role {role_arn}, or correct the credentials of the integration",
        )
    decision = may_assume(world.once(compile_trust_policy, role.trust_policy), role.arn, INTEGRATION_SERVICE)
    return (role if decision.allowed else None), decision
