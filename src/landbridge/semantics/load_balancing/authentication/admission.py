"""The two ways in which an authentication action ends.

AWS: "Troubleshoot your Application Load Balancers"
"""

from dataclasses import dataclass
from http import HTTPStatus

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse
from landbridge.trace.codes import AuthenticationReason
from landbridge.trace.decision import Decision, denied


@dataclass(frozen=True, slots=True)
class Admitted:
    """The request goes on, with what a target is told about its user."""

    request: HttpRequest
    decision: Decision
    cookies: Headers = ()
    """``Set-Cookie`` headers for the response, whoever makes it."""


@dataclass(frozen=True, slots=True)
class Barred:
    """The load balancer answers itself: with a redirect, or with the page of a status."""

    decision: Decision
    status: int
    redirect: HttpResponse | None = None


Admission = Admitted | Barred
IDENTITY_PROVIDER_ERROR = 561


def unauthorized(reason: AuthenticationReason, detail: str, remedy: str = "Begin the login anew") -> Barred:
    """401: who the user is cannot be told."""
    return Barred(denied(reason, None, ("reason", detail), remedy=remedy), HTTPStatus.UNAUTHORIZED)


def provider_error(reason: AuthenticationReason, detail: str) -> Barred:
    """561: the identity provider's answer is an error, or not what OpenID Connect asks for."""
    remedy = "Compare the rule's issuer, client id, secret and endpoints with the identity provider's"
    return Barred(denied(reason, None, ("reason", detail), remedy=remedy), IDENTITY_PROVIDER_ERROR)


def unreachable(reason: AuthenticationReason, detail: str, remedy: str) -> Barred:
    """500: the identity provider does not answer, or with more than a session can hold."""
    return Barred(denied(reason, None, ("reason", detail), remedy=remedy), HTTPStatus.INTERNAL_SERVER_ERROR)
