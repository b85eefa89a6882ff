"""IAM roles as deployed.

AWS: "IAM roles"
"""

from dataclasses import dataclass
from functools import cached_property

from landbridge.model.identifiers import Arn
from landbridge.model.policy import PolicyDocument


@dataclass(frozen=True, slots=True)
class Role:
    """An IAM role: who may assume it and what it may do."""

    arn: Arn
    name: str
    trust_policy: PolicyDocument
    policies: tuple[tuple[str, PolicyDocument], ...] = ()
    """Inline and attached managed policies by name."""


@dataclass(frozen=True)
class Identity:
    """All roles."""

    roles: tuple[Role, ...] = ()

    @cached_property
    def by_arn(self) -> dict[Arn, Role]:
        """Roles by ARN."""
        return {role.arn: role for role in self.roles}
