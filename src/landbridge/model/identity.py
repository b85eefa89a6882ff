"""IAM roles, users and groups as deployed, and the access keys that requests are signed with.

AWS: "IAM roles"
"""

from dataclasses import dataclass, field
from functools import cached_property

from landbridge.model.identifiers import Arn
from landbridge.model.policy import PolicyDocument

NamedPolicies = tuple[tuple[str, PolicyDocument], ...]
"""Inline and attached managed policies by name."""
Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role: who may assume it and what it may do."""

    arn: Arn
    name: str
    trust_policy: PolicyDocument
    policies: NamedPolicies = ()
    id: str = ""
    """``AROA…``, which ``aws:userid`` begins with."""
    boundary: tuple[str, PolicyDocument] | None = None
    """The permissions boundary: the managed policy's name and document."""
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class User:
    """An IAM user."""

    arn: Arn
    name: str
    id: str
    """``AIDA…``."""
    policies: NamedPolicies = ()
    groups: tuple[str, ...] = ()
    """By name."""
    boundary: tuple[str, PolicyDocument] | None = None
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class Group:
    """An IAM group: policies for its users."""

    name: str
    policies: NamedPolicies = ()


@dataclass(frozen=True)
class Identity:
    """All roles, users and groups."""

    roles: tuple[Role, ...] = ()
    users: tuple[User, ...] = ()
    groups: tuple[Group, ...] = ()
    managed: tuple[tuple[Arn, PolicyDocument], ...] = ()
    """The account's own managed policies, which a session may be held to."""

    @cached_property
    def by_arn(self) -> dict[Arn, Role]:
        """Roles by ARN."""
        return {role.arn: role for role in self.roles}

    @cached_property
    def user_by_arn(self) -> dict[Arn, User]:
        """Users by ARN."""
        return {user.arn: user for user in self.users}

    @cached_property
    def group_by_name(self) -> dict[str, Group]:
        """Groups by name."""
        return {group.name: group for group in self.groups}

    @cached_property
    def managed_by_arn(self) -> dict[Arn, PolicyDocument]:
        """Managed policies by ARN."""
        return dict(self.managed)


@dataclass(frozen=True, slots=True)
class AccessKey:
    """Credentials as they were given out; not part of a topology, and its secrets are never printed."""

    id: str
    owner_arn: Arn
    """The user, the role, or ``arn:aws:iam::123456789012:root``."""
    secret: str = field(repr=False)
    session_token: str = field(default="", repr=False)
    """Empty for the long-term key of a user."""
    session_name: str = ""
    active: bool = True
    issued_ms: int = 0
    expires_ms: int = 0
    """When a session ends, in milliseconds since the epoch; 0 for never."""
    session_policy: str = ""
    """The policy document that the session was held to when it was made; empty for none."""
    session_policy_arns: tuple[str, ...] = ()
    session_tags: Tags = ()

    @property
    def account(self) -> str:
        """The account that it belongs to."""
        return self.owner_arn.split(":")[4]
