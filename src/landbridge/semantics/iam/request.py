"""Who asks for what, and the request context that conditions look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

Context = Mapping[str, tuple[str, ...]]
"""Values by condition key in lower case, ``{"aws:sourcevpce": ("vpce-0123",)}``; no value means no key."""


class PrincipalType(StrEnum):
    """What kind of caller it is.

    AWS: "AWS JSON policy elements: Principal"
    """

    ANONYMOUS = "Anonymous"
    ACCOUNT = "Account"
    USER = "User"
    ASSUMED_ROLE = "AssumedRole"
    SERVICE = "Service"


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller; use ``ANONYMOUS``, ``service``, ``role`` and ``role_session`` for the usual ones."""

    type: PrincipalType
    arn: str = ""
    """A service has its name here, ``apigateway.amazonaws.com``; an anonymous caller nothing."""
    account: str = ""
    role_arn: str = ""
    """The role behind a role session."""
    identities: frozenset[str] = field(init=False, repr=False, compare=False)
    """Every name by which an ``AWS`` principal can mean this caller: account id, role, session."""

    def __post_init__(self) -> None:
        signed = self.type not in (PrincipalType.ANONYMOUS, PrincipalType.SERVICE)
        names = (self.account, self.arn, self.role_arn) if signed else ()
        object.__setattr__(self, "identities", frozenset(filter(None, names)))

    def __str__(self) -> str:
        return self.arn or "anonymous"


ANONYMOUS = Principal(PrincipalType.ANONYMOUS)
"""A caller that did not sign its request."""


def service(name: str) -> Principal:
    """An AWS service as the caller, for example ``apigateway.amazonaws.com``."""
    return Principal(PrincipalType.SERVICE, name)


def role(arn: str) -> Principal:
    """A role as the caller, whatever its session is called: ``arn:aws:iam::123456789012:role/reader``."""
    return Principal(PrincipalType.ASSUMED_ROLE, arn, _account(arn))


def user(arn: str) -> Principal:
    """An IAM user as the caller: ``arn:aws:iam::123456789012:user/reader``."""
    return Principal(PrincipalType.USER, arn, _account(arn))


def root_user(arn: str) -> Principal:
    """The root user of an account: ``arn:aws:iam::123456789012:root``."""
    return Principal(PrincipalType.ACCOUNT, arn, _account(arn))


def role_session(role_arn: str, session_name: str) -> Principal:
    """A session of a role; its ARN has the role's name without its path."""
    partition, account, name = role_arn.split(":")[1], _account(role_arn), role_arn.rpartition("/")[2]
    session_arn = f"arn:{partition}:sts::{account}:assumed-role/{name}/{session_name}"
    return Principal(PrincipalType.ASSUMED_ROLE, session_arn, account, role_arn)


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """One question to a policy: may this principal do this action on this resource.

    AWS: "Policy evaluation logic"
    """

    principal: Principal
    action: str
    """For example ``execute-api:Invoke``."""
    resource: str
    """The ARN of exactly what is asked for."""
    context: Context = field(default_factory=dict, hash=False)
    epoch_ms: int | None = None
    """The time of the request: from it come ``aws:CurrentTime`` and ``aws:EpochTime`` where a policy asks."""


def with_clock_keys(request: AuthorizationRequest) -> AuthorizationRequest:
    """The request with ``aws:CurrentTime`` and ``aws:EpochTime`` in its context, if its time is known.

    AWS: "AWS global condition context keys"
    """
    if request.epoch_ms is None:
        return request
    seconds = request.epoch_ms // 1000
    now = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    keys = {"aws:currenttime": (now,), "aws:epochtime": (str(seconds),)}
    return replace(request, context={**keys, **request.context})


def with_principal_keys(request: AuthorizationRequest) -> AuthorizationRequest:
    """The request with the keys that follow from its principal; keys already in its context stay.

    The ``aws:PrincipalArn`` of a session is the ARN of its role.
    AWS: "AWS global condition context keys"
    """
    return replace(request, context={**_principal_keys(request.principal), **request.context})


def _principal_keys(principal: Principal) -> dict[str, tuple[str, ...]]:
    if principal.type is PrincipalType.SERVICE:
        return {"aws:principalisawsservice": ("true",), "aws:principalservicename": (principal.arn,)}
    if principal.type is PrincipalType.ANONYMOUS:
        return {"aws:principaltype": ("Anonymous",)}
    return {
        "aws:principalisawsservice": ("false",),
        "aws:principaltype": (principal.type.value,),
        "aws:principalarn": (principal.role_arn or principal.arn,),
        "aws:principalaccount": (principal.account,),
    }


def _account(arn: str) -> str:
    return arn.split(":")[4]
