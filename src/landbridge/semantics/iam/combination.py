"""What policies decide together: a role's own with a resource's, and who may become a role."""

from dataclasses import replace

from landbridge.model.identity import Role
from landbridge.semantics.iam.evaluation import (
    Attached,
    CompiledPolicy,
    compile_identity_policy,
    conclude,
    evaluate,
)
from landbridge.semantics.iam.request import AuthorizationRequest, Context, service, with_principal_keys
from landbridge.trace.codes import Code, LocalCode
from landbridge.trace.decision import Decision


def compile_role(role: Role) -> tuple[Attached, ...]:
    """The role's own policies, ready to be asked; each is cited by the role's and its own name."""
    return tuple(
        Attached(compile_identity_policy(document), "AWS::IAM::Role", f"{role.name}/{name}")
        for name, document in role.policies
    )


def evaluate_identity(
    policies: tuple[Attached, ...],
    resource_policy: Attached | None,
    request: AuthorizationRequest,
    code: Code,
) -> Decision:
    """What a principal's own policies and the policy of a resource in the same account decide together.

    An explicit deny anywhere denies; otherwise an allow from either side allows. A resource-based policy that
    names only the account allows nothing by itself. Not modelled: a resource in another account, permissions
    boundaries, session policies, service and resource control policies.
    AWS: "Policy evaluation logic"
    """
    own = policies or (_no_policies(request),)
    resource = (replace(resource_policy, by_name_only=True),) if resource_policy else ()
    return conclude((*own, *resource), with_principal_keys(request), code)


def may_assume(
    trust_policy: CompiledPolicy, role_arn: str, service_name: str, context: Context | None = None
) -> Decision:
    """Whether the service, such as ``apigateway.amazonaws.com``, may assume the role.

    AWS: "IAM roles"
    """
    request = AuthorizationRequest(service(service_name), "sts:AssumeRole", role_arn, context or {})
    return evaluate(
        trust_policy,
        with_principal_keys(request),
        "AWS::IAM::Role",
        role_arn.rpartition("/")[2],
        LocalCode.ROLE_NOT_ASSUMABLE,
    )


def _no_policies(request: AuthorizationRequest) -> Attached:
    name = request.principal.role_arn or request.principal.arn
    return Attached(CompiledPolicy((), ()), "AWS::IAM::Role", name)
