"""The authenticate-oidc action on a request: a session, a fresh one, or none.

AWS: "Authenticate users using an Application Load Balancer"
"""

from landbridge.model.exchange import Headers, HttpRequest, Moment
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import AuthenticateOidcAction, LoadBalancer
from landbridge.semantics.load_balancing.authentication.admission import Admission, Admitted, Barred
from landbridge.semantics.load_balancing.authentication.grants import refresh
from landbridge.semantics.load_balancing.authentication.login import without_user
from landbridge.semantics.load_balancing.authentication.secrets import Secrets
from landbridge.semantics.load_balancing.authentication.session import (
    Session,
    has_cookie,
    read_session,
    session_cookies,
)
from landbridge.semantics.load_balancing.authentication.user_claims import with_user
from landbridge.semantics.needs import Steps
from landbridge.trace.codes import AuthenticationReason, LocalCode
from landbridge.trace.decision import Facts, allowed


def authenticate(
    secrets: Secrets,
    balancer: LoadBalancer,
    action: AuthenticateOidcAction,
    rule_arn: Arn,
    request: HttpRequest,
    moment: Moment,
) -> Steps[Admission]:
    """Whether the request goes on, and as whose.

    A session whose access token has expired is refreshed where the provider gave a refresh token, and ends
    when that fails; without one it goes on until it times out.

    AWS: "Authenticate users using an Application Load Balancer"
    """
    session = read_session(secrets, action, request, moment.epoch_ms)
    if session is None:
        why: Facts = (("session", "no cookie"),)
        if has_cookie(action, request):
            why = (("session", f"timed out or not readable: {AuthenticationReason.INVALID_COOKIE.value}"),)
        return without_user(secrets, action, rule_arn, request, moment, why)
    cookies: Headers = ()
    if _is_stale(session, moment):
        fresh = yield from refresh(action, secrets.client_secret(rule_arn), session, moment)
        if isinstance(fresh, Barred):
            why = (("session", "the provider refused to refresh it"), *fresh.decision.facts)
            return without_user(secrets, action, rule_arn, request, moment, why)
        session, cookies = fresh, session_cookies(secrets, action, fresh, request, moment)
    onwards = with_user(secrets, balancer, action, session, request, moment.epoch_ms)
    facts = (("iss", action.issuer), ("refreshed", "yes" if cookies else "no"))
    return Admitted(onwards, allowed(None, *facts, code=LocalCode.AUTHENTICATED), cookies)


def _is_stale(session: Session, moment: Moment) -> bool:
    return bool(session.refresh_token) and 0 < session.access_until_ms <= moment.epoch_ms
