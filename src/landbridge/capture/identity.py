"""IAM roles with their trust, inline and managed policies, read in bulk."""

from landbridge.capture.reading import Answer, Missing, Reader, parsed_policy, policy_of_unknown_effect
from landbridge.model.identifiers import Arn
from landbridge.model.identity import Identity, Role
from landbridge.model.policy import PolicyDocument
from landbridge.trace.decision import ResourceRef

SERVICE_LINKED = "/aws-service-role/"
UNREAD = "a policy that could not be read"
BOUNDARY = "permissions boundaries"


def read_identity(reader: Reader, previous: Identity) -> Identity:
    """Every role of the account that is not linked to a service."""
    pages = reader.pages("iam", "get_account_authorization_details", Filter=["Role", "LocalManagedPolicy"])
    if isinstance(pages, Missing):
        return Identity()
    roles = [role for page in pages for role in page.get("RoleDetailList", ())]
    roles = [role for role in roles if not role["Path"].startswith(SERVICE_LINKED)]
    managed = {policy["Arn"]: _in_force(policy) for page in pages for policy in page.get("Policies", ())}
    for arn in sorted(_attached(roles) - managed.keys()):
        managed[arn] = _managed_policy(reader, arn)
    return Identity(
        tuple(_role(reader, role, managed) for role in sorted(roles, key=lambda role: str(role["Arn"])))
    )


def _attached(roles: list[Answer]) -> set[str]:
    return {policy["PolicyArn"] for role in roles for policy in role.get("AttachedManagedPolicies", ())}


def _in_force(policy: Answer) -> PolicyDocument:
    """The document of a managed policy's default version."""
    for version in policy.get("PolicyVersionList", ()):
        if version["IsDefaultVersion"]:
            return parsed_policy(version["Document"]) or PolicyDocument(())
    return policy_of_unknown_effect(UNREAD)


def _managed_policy(reader: Reader, arn: str) -> PolicyDocument:
    """A policy that AWS manages: it is not among the account's own."""
    about = ResourceRef("AWS::IAM::ManagedPolicy", arn.rpartition("/")[2], arn)
    policy = reader.answer("iam", "get_policy", about, PolicyArn=arn)
    if isinstance(policy, Missing):
        return policy_of_unknown_effect(UNREAD)
    version = policy["Policy"]["DefaultVersionId"]
    answer = reader.answer("iam", "get_policy_version", about, PolicyArn=arn, VersionId=version)
    if isinstance(answer, Missing):
        return policy_of_unknown_effect(UNREAD)
    return parsed_policy(answer["PolicyVersion"]["Document"]) or PolicyDocument(())


def _role(reader: Reader, answer: Answer, managed: dict[str, PolicyDocument]) -> Role:
    inline = [
        (policy["PolicyName"], parsed_policy(policy["PolicyDocument"]) or PolicyDocument(()))
        for policy in answer.get("RolePolicyList", ())
    ]
    attached = [
        (policy["PolicyName"], managed[policy["PolicyArn"]])
        for policy in answer.get("AttachedManagedPolicies", ())
    ]
    policies = sorted(inline + attached, key=lambda policy: policy[0])
    if answer.get("PermissionsBoundary"):
        reader.notice(ResourceRef("AWS::IAM::Role", answer["RoleName"], answer["Arn"]), BOUNDARY)
        policies.append((BOUNDARY, policy_of_unknown_effect(BOUNDARY)))
    return Role(
        arn=Arn(answer["Arn"]),
        name=answer["RoleName"],
        trust_policy=parsed_policy(answer["AssumeRolePolicyDocument"]) or PolicyDocument(()),
        policies=tuple(policies),
    )
