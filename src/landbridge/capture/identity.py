"""IAM roles, users and groups with their inline and managed policies and boundaries, read in bulk."""

from landbridge.capture.reading import Answer, Missing, Reader, parsed_policy, policy_of_unknown_effect
from landbridge.model.identifiers import Arn
from landbridge.model.identity import Group, Identity, NamedPolicies, Role, Tags, User
from landbridge.model.policy import PolicyDocument
from landbridge.trace.decision import ResourceRef

SERVICE_LINKED = "/aws-service-role/"
UNREAD = "a policy that could not be read"
FILTER = ("Role", "User", "Group", "LocalManagedPolicy")

Managed = dict[str, PolicyDocument]
"""Managed policies in force, by ARN."""


def read_identity(reader: Reader, previous: Identity) -> Identity:
    """Every user and group of the account, and every role that is not linked to a service."""
    pages = reader.pages("iam", "get_account_authorization_details", Filter=list(FILTER))
    if isinstance(pages, Missing):
        return Identity()
    roles = _listed(pages, "RoleDetailList")
    roles = [role for role in roles if not role["Path"].startswith(SERVICE_LINKED)]
    users, groups = _listed(pages, "UserDetailList"), _listed(pages, "GroupDetailList")
    managed = {policy["Arn"]: _in_force(policy) for policy in _listed(pages, "Policies")}
    for arn in sorted(_attached([*roles, *users, *groups]) - managed.keys()):
        managed[arn] = _managed_policy(reader, arn)
    return Identity(
        tuple(_role(role, managed) for role in _by_arn(roles)),
        tuple(_user(user, managed) for user in _by_arn(users)),
        tuple(
            Group(group["GroupName"], _policies(group, "GroupPolicyList", managed))
            for group in _by_arn(groups)
        ),
        tuple((Arn(arn), managed[arn]) for arn in sorted(managed)),
    )


def _listed(pages: list[Answer], name: str) -> list[Answer]:
    return [each for page in pages for each in page.get(name, ())]


def _by_arn(answers: list[Answer]) -> list[Answer]:
    return sorted(answers, key=lambda answer: str(answer["Arn"]))


def _attached(principals: list[Answer]) -> set[str]:
    """The managed policies of roles, users and groups, and their boundaries."""
    own = {policy["PolicyArn"] for each in principals for policy in each.get("AttachedManagedPolicies", ())}
    return own | {arn for each in principals if (arn := _boundary_arn(each))}


def _boundary_arn(answer: Answer) -> str:
    return str((answer.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn", ""))


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


def _role(answer: Answer, managed: Managed) -> Role:
    return Role(
        arn=Arn(answer["Arn"]),
        name=answer["RoleName"],
        trust_policy=parsed_policy(answer["AssumeRolePolicyDocument"]) or PolicyDocument(()),
        policies=_policies(answer, "RolePolicyList", managed),
        id=answer.get("RoleId", ""),
        boundary=_boundary(answer, managed),
        tags=_tags(answer),
    )


def _user(answer: Answer, managed: Managed) -> User:
    return User(
        arn=Arn(answer["Arn"]),
        name=answer["UserName"],
        id=answer["UserId"],
        policies=_policies(answer, "UserPolicyList", managed),
        groups=tuple(sorted(answer.get("GroupList", ()))),
        boundary=_boundary(answer, managed),
        tags=_tags(answer),
    )


def _policies(answer: Answer, inline_list: str, managed: Managed) -> NamedPolicies:
    """Inline and managed ones by name."""
    inline = [
        (policy["PolicyName"], parsed_policy(policy["PolicyDocument"]) or PolicyDocument(()))
        for policy in answer.get(inline_list, ())
    ]
    attached = [
        (policy["PolicyName"], managed[policy["PolicyArn"]])
        for policy in answer.get("AttachedManagedPolicies", ())
    ]
    return tuple(sorted(inline + attached, key=lambda policy: policy[0]))


def _boundary(answer: Answer, managed: Managed) -> tuple[str, PolicyDocument] | None:
    """AWS: "Permissions boundaries for IAM entities"."""
    arn = _boundary_arn(answer)
    return (arn.rpartition("/")[2], managed[arn]) if arn else None


def _tags(answer: Answer) -> Tags:
    return tuple((tag["Key"], tag["Value"]) for tag in answer.get("Tags", ()))
