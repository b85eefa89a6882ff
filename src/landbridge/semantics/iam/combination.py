"""What policies decide together: a role's own with a resource's, and who may become a role."""

from landbridge.model.identity import Role
from landbridge.semantics.iam.evaluation import Attached, CompiledPolicy, evaluate
from landbridge.semantics.iam.permissions import Permissions, attach, evaluate_same_account
from landbridge.semantics.iam.request import AuthorizationRequest, Context, service, with_principal_keys
from landbridge.trace.codes import Code, LocalCode
from landbridge.trace.decision import Decision


def compile_role(role: Role) -> Permissions:
    """The role's own policies and its boundary, ready to be asked; each cited by the role's and its own name.

    AWS: "Permissions boundaries for IAM entities"
    """
    return Permissions(
        tuple(attach(document, "AWS::IAM::Role", f"{role.name}/{name}") for name, document in role.policies),
        attach(role.boundary[1], "AWS::IAM::ManagedPolicy", role.boundary[0]) if role.boundary else None,
    )


def evaluate_identity(
    permissions: Permissions,
    resource_policy: Attached | None,
    request: AuthorizationRequest,
    code: Code,
) -> Decision:
    """What a principal's own policies and the policy of a resource in the same account decide together.

    Not modelled: a resource in another account, service and resource control policies.
    AWS: "Policy evaluation logic"
    """
    return evaluate_same_account(permissions, resource_policy, with_principal_keys(request), code).decision


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
