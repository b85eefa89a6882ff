"""The way of a request without a session to the identity provider's login page.

AWS: "Authenticate users using an Application Load Balancer"
"""

import base64
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

import orjson

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse, Moment
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import AuthenticateOidcAction
from landbridge.semantics.load_balancing.authentication.admission import Admission, Admitted, Barred
from landbridge.semantics.load_balancing.authentication.secrets import Secrets, draw, seal, unseal
from landbridge.semantics.load_balancing.authentication.tokens import read_object
from landbridge.semantics.load_balancing.authentication.user_claims import anonymous
from landbridge.semantics.load_balancing.conditions import split_target
from landbridge.semantics.load_balancing.cookies import COOKIE_LIFE_S, set_cookie
from landbridge.semantics.load_balancing.responses import found
from landbridge.trace.codes import AuthenticationReason, LocalCode
from landbridge.trace.decision import Facts, allowed, denied

CALLBACK_PATH = "/oauth2/idpresponse"
NONCE_COOKIE = "AWSALBAuthNonce"
NONCE_LENGTH = 16
LOGIN_TIMEOUT_MS = 15 * 60 * 1000
"""How long a user may take to log in. AWS: "Troubleshoot your Application Load Balancers"."""
_PURPOSE = "state"


@dataclass(frozen=True, slots=True)
class LoginState:
    """What the load balancer gives the user's browser to bring back."""

    rule_arn: Arn
    target: str
    """What was asked for first."""
    nonce: str
    begun_ms: int


def without_user(
    secrets: Secrets,
    action: AuthenticateOidcAction,
    rule_arn: Arn,
    request: HttpRequest,
    moment: Moment,
    why: Facts,
) -> Admission:
    """What the action does with a request without a session: send it to log in, let it pass, or refuse it.

    AWS: "Authenticate users using an Application Load Balancer"
    """
    if action.on_unauthenticated_request == "allow":
        passed = allowed(None, *why, ("on unauthenticated request", "allow"))
        return Admitted(anonymous(action, request), passed)
    if action.on_unauthenticated_request == "deny":
        refusal = denied(
            LocalCode.NOT_AUTHENTICATED,
            None,
            *why,
            ("on unauthenticated request", "deny"),
            remedy="Log in by a path whose rule authenticates, and send the session cookie",
        )
        return Barred(refusal, HTTPStatus.UNAUTHORIZED)
    host = request_host(request)
    if not host:
        refusal = denied(
            AuthenticationReason.MISSING_HOST_HEADER,
            None,
            remedy="Send a Host header: the login returns there",
        )
        return Barred(refusal, HTTPStatus.UNAUTHORIZED)
    return _to_provider(secrets, action, rule_arn, request, moment, why)


def request_host(request: HttpRequest) -> str:
    """The host, with its port if one was sent, to which a login returns."""
    return (split_target(request.target)[0] or request.header("host") or "").lower()


def callback_url(request: HttpRequest) -> str:
    """Where the provider sends the browser back to."""
    return f"https://{request_host(request)}{CALLBACK_PATH}"


def read_state(secrets: Secrets, value: str) -> LoginState | None:
    """The state that a browser brought back; None where no load balancer of this stack gave it."""
    try:
        sealed = base64.b64encode(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))).decode()
    except ValueError:
        return None
    opened = unseal(secrets, _PURPOSE, sealed)
    kept = read_object(opened) if opened is not None else None
    return LoginState(**kept) if kept is not None else None


def _to_provider(
    secrets: Secrets,
    action: AuthenticateOidcAction,
    rule_arn: Arn,
    request: HttpRequest,
    moment: Moment,
    why: Facts,
) -> Barred:
    nonce = _nonce(draw(secrets, moment, "nonce", NONCE_LENGTH))
    state = _write_state(
        secrets, LoginState(rule_arn, split_target(request.target)[1], nonce, moment.epoch_ms), moment
    )
    query = {
        "client_id": action.client_id,
        "redirect_uri": callback_url(request),
        "response_type": "code",
        "scope": action.scope,
        "state": state,
        **dict(action.extra_parameters),
    }
    separator = "&" if "?" in action.authorization_endpoint else "?"
    location = f"{action.authorization_endpoint}{separator}{urlencode(query)}"
    cookie = set_cookie(NONCE_COOKIE, nonce, moment.epoch_ms, COOKIE_LIFE_S, "Secure", "HttpOnly")
    decision = denied(
        LocalCode.NOT_AUTHENTICATED,
        None,
        *why,
        ("on unauthenticated request", "authenticate"),
        ("redirected to", action.authorization_endpoint),
        remedy="Follow the redirect and log in at the identity provider",
    )
    return Barred(decision, HTTPStatus.FOUND, redirect_with(location, moment, (cookie,)))


def redirect_with(location: str, moment: Moment, cookies: Headers) -> HttpResponse:
    """A 302 of the load balancer's with cookies."""
    response = found(location, moment.epoch_ms)
    return HttpResponse(response.status, (*response.headers, *cookies), response.body, response.reason)


def _write_state(secrets: Secrets, state: LoginState, moment: Moment) -> str:
    said = {
        "rule_arn": state.rule_arn,
        "target": state.target,
        "nonce": state.nonce,
        "begun_ms": state.begun_ms,
    }
    sealed = base64.b64decode(seal(secrets, moment, _PURPOSE, orjson.dumps(said)))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def _nonce(drawn: bytes) -> str:
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in drawn)
