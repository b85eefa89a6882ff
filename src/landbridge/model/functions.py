"""AWS Lambda functions as deployed.

AWS: "Configuring AWS Lambda functions"
"""

from dataclasses import dataclass
from functools import cached_property

from landbridge.model.identifiers import Arn
from landbridge.model.policy import PolicyDocument


@dataclass(frozen=True, slots=True)
class Function:
    """A Lambda function, its ``$LATEST`` version."""

    arn: Arn
    name: str
    runtime: str
    handler: str
    role_arn: Arn
    memory_mb: int
    timeout_s: int
    environment: tuple[tuple[str, str], ...]
    code_sha256: str
    policy: PolicyDocument | None = None
    """The resource-based policy: who may invoke it."""
    reserved_concurrency: int | None = None
    package_type: str = "Zip"


@dataclass(frozen=True)
class Functions:
    """All functions."""

    functions: tuple[Function, ...] = ()

    @cached_property
    def by_arn(self) -> dict[Arn, Function]:
        """Functions by unqualified ARN."""
        return {function.arn: function for function in self.functions}
