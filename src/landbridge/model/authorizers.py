"""API Gateway authorizers as deployed.

AWS: "Control and manage access to REST APIs in API Gateway"
"""

from dataclasses import dataclass

from landbridge.model.identifiers import Arn

DEFAULT_RESULT_TTL_S = 300


@dataclass(frozen=True, slots=True)
class Authorizer:
    """A Lambda authorizer or one for Amazon Cognito user pools, as the deployment froze it."""

    name: str
    type: str
    """``TOKEN``, ``REQUEST`` or ``COGNITO_USER_POOLS``."""
    id: str = ""
    """Part of the source ARN that a function's policy sees; empty where the authorizer is gone."""
    uri: str = ""
    credentials: str = ""
    identity_sources: tuple[str, ...] = ()
    """For example ``method.request.header.Authorization``."""
    identity_validation_expression: str = ""
    result_ttl_s: int = DEFAULT_RESULT_TTL_S
    """How long an answer is kept; 0 for not at all."""
    provider_arns: tuple[Arn, ...] = ()
    """The user pools, for ``COGNITO_USER_POOLS``."""
