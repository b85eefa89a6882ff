"""The role in an integration's ``credentials``: API Gateway assumes it and acts as it.

AWS: "Control access to a REST API with IAM permissions"
"""

from landbridge.model.identifiers import Arn
from landbridge.model.identity import Role
from landbridge.semantics.api_gateway.refusal import integration_hop
from landbridge.semantics.api_gateway.request import MethodRequest, method_reference
from landbridge.semantics.iam.combination import compile_role, evaluate_identity, may_assume
from landbridge.semantics.iam.evaluation import compile_trust_policy
from landbridge.semantics.iam.request import AuthorizationRequest, Principal, role_session
from landbridge.semantics.iam.signers import evaluate_signer
from landbridge.semantics.world import World
from landbridge.trace.codes import LambdaErrorType, LocalCode
from landbridge.trace.decision import (
    Decision,
    Hop,
    Hops,
    ResourceRef,
    Step,
    allowed,
    denied,
    not_modelled,
)

CALLER = "arn:aws:iam::*:user/*"
"""Stands for the credentials of whoever signed the request."""
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
    if role_arn == CALLER:
        return _as_signer(request, action, resource_arn, reference)
    role, assumed = integration_role(request, role_arn)
    if role is None:
        return (assumed,)
    question = AuthorizationRequest(role_principal(request.world, role), action, resource_arn)
    decision = evaluate_identity(
        request.world.once(compile_role, role), None, question, LambdaErrorType.ACCESS_DENIED
    )
    return assumed, Hop(reference, Step.ROLE, decision)


def signer_hop(request: MethodRequest) -> Hop:
    """Whether the integration can be called as whoever signed the request.

    AWS: "Integration" (Amazon API Gateway API reference)
    """
    signer, reference = request.call.signer, method_reference(request.match)
    if signer is not None:
        decision = allowed(reference, ("credentials", "the caller's"), ("principal", signer.principal.arn))
    else:
        decision = denied(
            LocalCode.ROLE_NOT_ASSUMABLE,
            reference,
            ("credentials", CALLER),
            ("authorization type", request.match.method.authorization_type),
            remedy="Give the method the authorization type AWS_IAM: only then the caller is known",
        )
    return integration_hop(request, decision, Step.ROLE)


def _as_signer(request: MethodRequest, action: str, resource_arn: str, reference: ResourceRef) -> Hops:
    """May whoever signed the request do this by its own policies."""
    hop, signer = signer_hop(request), request.call.signer
    if signer is None:
        return (hop,)
    question = AuthorizationRequest(
        signer.principal, action, resource_arn, signer.keys, request.moment.epoch_ms
    )
    concluded = evaluate_signer(request.world, signer, None, question, LambdaErrorType.ACCESS_DENIED)
    return hop, Hop(reference, Step.ROLE, concluded.decision)


def _assume(world: World, role_arn: str) -> tuple[Role | None, Decision]:
    reference = ResourceRef("AWS::IAM::Role", role_arn.rpartition("/")[2], role_arn)
    if "*" in role_arn:
        return None, not_modelled(f"integrations with the credentials {role_arn}", reference)
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
