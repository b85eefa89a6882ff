"""The browser's return from the identity provider.

AWS: "Authenticate users using an Application Load Balancer"
"""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import parse_qsl

from landbridge.model.exchange import HttpRequest, Moment
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import AuthenticateOidcAction
from landbridge.semantics.load_balancing.authentication.admission import (
    Barred,
    provider_error,
    unauthorized,
)
from landbridge.semantics.load_balancing.authentication.grants import redeem_code
from landbridge.semantics.load_balancing.authentication.login import (
    LOGIN_TIMEOUT_MS,
    NONCE_COOKIE,
    LoginState,
    callback_url,
    read_state,
    redirect_with,
    request_host,
)
from landbridge.semantics.load_balancing.authentication.secrets import Secrets
from landbridge.semantics.load_balancing.authentication.session import session_cookies
from landbridge.semantics.load_balancing.cookies import cookie_value
from landbridge.semantics.needs import Steps
from landbridge.trace.codes import AuthenticationReason, LocalCode
from landbridge.trace.decision import allowed

Actions = Mapping[Arn, AuthenticateOidcAction]
"""The authenticate actions of a listener by their rules."""


def returning_login(
    secrets: Secrets, actions: Actions, request: HttpRequest, moment: Moment
) -> LoginState | Barred:
    """The login that a request to the callback path ends, or why it ends none.

    AWS: "Troubleshoot your Application Load Balancers"
    """
    query = _query(request)
    if not query.get("state"):
        return unauthorized(_REASONS.MISSING_STATE_PARAM, "the provider sent no state")
    state = read_state(secrets, query["state"])
    if state is None or state.rule_arn not in actions:
        return unauthorized(_REASONS.INVALID_STATE_PARAM, "no rule of this listener gave this state")
    if cookie_value(request, NONCE_COOKIE) != state.nonce:
        return unauthorized(_REASONS.INVALID_STATE_PARAM, f"the cookie {NONCE_COOKIE} is not this login's")
    if moment.epoch_ms - state.begun_ms > LOGIN_TIMEOUT_MS:
        return unauthorized(_REASONS.INVALID_STATE_PARAM, "the login took longer than 15 minutes")
    if query.get("error"):
        return _provider_said(query["error"], query.get("error_description", ""))
    if not query.get("code"):
        return unauthorized(_REASONS.MISSING_CODE_PARAM, "the provider sent no code")
    return state


def finish_login(
    secrets: Secrets, action: AuthenticateOidcAction, state: LoginState, request: HttpRequest, moment: Moment
) -> Steps[Barred]:
    """The redirect to what was asked for first, with the session's cookies, or why there is no session.

    AWS: "Authenticate users using an Application Load Balancer"
    """
    client_secret = secrets.client_secret(state.rule_arn)
    code = _query(request)["code"]
    session = yield from redeem_code(action, client_secret, code, callback_url(request), moment)
    if isinstance(session, Barred):
        return session
    cookies = session_cookies(secrets, action, session, request, moment)
    location = f"https://{request_host(request)}{state.target}"
    decision = allowed(None, ("iss", action.issuer), ("back to", state.target), code=LocalCode.AUTHENTICATED)
    return Barred(decision, HTTPStatus.FOUND, redirect_with(location, moment, cookies))


_REASONS = AuthenticationReason


def _query(request: HttpRequest) -> dict[str, str]:
    return dict(parse_qsl(request.query, keep_blank_values=True))


def _provider_said(error: str, description: str) -> Barred:
    """A user who was refused is unauthorized; any other error is the provider's."""
    detail = f"{error} {description}".rstrip()
    if error == "access_denied":
        remedy = "Let the identity provider admit this user"
        return unauthorized(_REASONS.INVALID_GRANT_ERROR, detail, remedy)
    return provider_error(_REASONS.INVALID_GRANT_ERROR, detail)
