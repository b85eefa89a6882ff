"""The account's own users and roles, and which of them belong to an app."""

from landbridge.model.policy import PolicyDocument
from landbridge.prove.case import Case
from landbridge.prove.deployments import methods_of, served_by
from landbridge.prove.policy.principals import members
from landbridge.semantics.iam.request import Principal


def own_principals(case: Case, document: PolicyDocument, but: frozenset[str]) -> tuple[Principal, ...]:
    """The account's users and roles that the policy can tell apart, but for some by ARN.

    Raises UnsupportedError where nobody can tell whom a condition means.
    """
    identity = case.topology.identity
    known = [*(each.arn for each in identity.roles), *(each.arn for each in identity.users)]
    return members(document, case.topology.account_id, known, but)


def app_roles(case: Case) -> frozenset[str]:
    """Roles in which the app's APIs call their integrations and its functions run.

    AWS: "IAM roles"
    """
    functions = case.topology.functions.by_arn
    runs = {functions[arn].role_arn for arn in case.app.function_arns if arn in functions}
    return integration_roles(case) | runs


def integration_roles(case: Case) -> frozenset[str]:
    """Roles in which the app's APIs call their integrations.

    AWS: "IAM roles"
    """
    return frozenset(
        method.integration.credentials
        for api in case.app.rest_apis
        for served in served_by(api)
        for method in methods_of(served.deployment).values()
        if method.integration is not None and method.integration.credentials
    )
