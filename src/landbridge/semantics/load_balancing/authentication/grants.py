"""Grants: tokens for a code or a refresh token, claims for an access token, and so a session.

AWS: "Authenticate users using an Application Load Balancer"
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

import orjson

from landbridge.model.exchange import Moment
from landbridge.model.load_balancing import AuthenticateOidcAction
from landbridge.semantics.load_balancing.authentication.admission import (
    Barred,
    provider_error,
    unauthorized,
    unreachable,
)
from landbridge.semantics.load_balancing.authentication.provider_calls import get, post_form
from landbridge.semantics.load_balancing.authentication.session import Session
from landbridge.semantics.load_balancing.authentication.tokens import Claims, instant, read_object, read_part
from landbridge.semantics.needs import HttpAnswered, HttpFailed, SendHttp, Steps
from landbridge.trace.codes import AuthenticationReason

LARGEST_USER = 11 * 1024
"""Claims and access token together."""


def redeem_code(
    action: AuthenticateOidcAction, client_secret: str, code: str, redirect_uri: str, moment: Moment
) -> Steps[Session | Barred]:
    """The session that a code from the authorization endpoint opens, or why it opens none.

    AWS: "Authenticate users using an Application Load Balancer"
    """
    grant = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    tokens = yield from _tokens(action, client_secret, grant)
    if isinstance(tokens, Barred):
        return tokens
    subject = _subject(tokens, action, moment.epoch_ms / 1000)
    if isinstance(subject, Barred):
        return subject
    claims = yield from _claims(action, tokens)
    if isinstance(claims, Barred):
        return claims
    if claims["sub"] != subject:
        return provider_error(_REASONS.INVALID_USERINFO_RESPONSE, "its sub is not the ID token's")
    return _session(action, tokens, claims, moment, moment.epoch_ms + action.session_timeout_s * 1000, "")


def refresh(
    action: AuthenticateOidcAction, client_secret: str, session: Session, moment: Moment
) -> Steps[Session | Barred]:
    """The session with fresh tokens and claims and its old end; or why the provider refuses.

    AWS: "Authenticate users using an Application Load Balancer"
    """
    grant = {"grant_type": "refresh_token", "refresh_token": session.refresh_token}
    tokens = yield from _tokens(action, client_secret, grant)
    if isinstance(tokens, Barred):
        return tokens
    claims = yield from _claims(action, tokens)
    if isinstance(claims, Barred):
        return claims
    return _session(action, tokens, claims, moment, session.until_ms, session.refresh_token)


@dataclass(frozen=True, slots=True)
class _Endpoint:
    """What goes wrong at one endpoint, in the load balancer's words."""

    name: str
    unreachable: AuthenticationReason
    failed: AuthenticationReason
    invalid: AuthenticationReason


_REASONS = AuthenticationReason
_REACH = "Let the load balancer reach this endpoint, over TLS with a trusted certificate"
_TOKEN_ENDPOINT = _Endpoint(
    "token endpoint",
    _REASONS.TOKEN_EP_REQUEST_TIMEOUT,
    _REASONS.TOKEN_EP_REQUEST_FAILED,
    _REASONS.INVALID_TOKEN_RESPONSE,
)
_USER_INFO_ENDPOINT = _Endpoint(
    "user info endpoint",
    _REASONS.USERINFO_EP_REQUEST_TIMEOUT,
    _REASONS.USERINFO_EP_REQUEST_FAILED,
    _REASONS.INVALID_USERINFO_RESPONSE,
)


def _tokens(
    action: AuthenticateOidcAction, client_secret: str, grant: Mapping[str, str]
) -> Steps[dict[str, object] | Barred]:
    form = {**grant, "client_id": action.client_id, "client_secret": client_secret}
    need = post_form(action.token_endpoint, urlencode(form).encode())
    tokens = yield from _ask(need, _TOKEN_ENDPOINT)
    if isinstance(tokens, Barred):
        return tokens
    if not isinstance(tokens.get("access_token"), str) or not tokens["access_token"]:
        return provider_error(_REASONS.INVALID_TOKEN_RESPONSE, "the token endpoint gave no access token")
    return tokens


def _subject(tokens: Claims, action: AuthenticateOidcAction, now_s: float) -> str | Barred:
    """Who the ID token is about; its signature is not needed, as it came straight from the provider."""
    id_token = tokens.get("id_token")
    if not isinstance(id_token, str):
        return unauthorized(
            _REASONS.INVALID_ID_TOKEN, "the scope brings no ID token", "Ask for a scope with openid"
        )
    claims = read_part(id_token, 1) or {}
    audience = claims.get("aud")
    until_s = instant(claims, "exp")
    if claims.get("iss") != action.issuer:
        return provider_error(_REASONS.INVALID_ID_TOKEN, f"iss {claims.get('iss')!r} is not {action.issuer}")
    if action.client_id not in (audience if isinstance(audience, list) else [audience]):
        return provider_error(_REASONS.INVALID_ID_TOKEN, f"aud {audience!r} is not {action.client_id}")
    if until_s is None or until_s <= now_s:
        return provider_error(_REASONS.INVALID_ID_TOKEN, "the ID token is no longer good")
    return str(claims.get("sub", ""))


def _claims(action: AuthenticateOidcAction, tokens: Claims) -> Steps[dict[str, object] | Barred]:
    access_token = str(tokens["access_token"])
    need = get(action.user_info_endpoint, (("Authorization", f"Bearer {access_token}"),))
    claims = yield from _ask(need, _USER_INFO_ENDPOINT)
    if isinstance(claims, Barred):
        return claims
    if not isinstance(claims.get("sub"), str):
        return provider_error(_REASONS.INVALID_USERINFO_RESPONSE, "the user info endpoint named no sub")
    size = len(orjson.dumps(claims)) + len(access_token)
    if size > LARGEST_USER:
        return unreachable(
            _REASONS.USERINFO_RESPONSE_SIZE_EXCEEDED,
            f"claims and access token have {size} bytes; 11 K are the most",
            "Ask for a scope with fewer claims",
        )
    return claims


def _session(
    action: AuthenticateOidcAction,
    tokens: Claims,
    claims: Claims,
    moment: Moment,
    until_ms: int,
    refresh_token: str,
) -> Session:
    """A provider that sends no new refresh token leaves the old one in force."""
    lifetime_s = instant(tokens, "expires_in")
    sent = tokens.get("refresh_token")
    return Session(
        issuer=action.issuer,
        client_id=action.client_id,
        claims=orjson.dumps(claims).decode(),
        access_token=tokens["access_token"],
        refresh_token=sent if isinstance(sent, str) else refresh_token,
        access_until_ms=moment.epoch_ms + int(lifetime_s * 1000) if lifetime_s else 0,
        until_ms=until_ms,
    )


def _ask(need: SendHttp, endpoint: _Endpoint) -> Steps[dict[str, object] | Barred]:
    """The endpoint's JSON object, or how it failed: 500 without an answer, 561 with an error."""
    answered = yield need
    if isinstance(answered, HttpFailed):
        detail = f"{endpoint.name} {need.host}:{need.port}: {answered.failure.value} {answered.detail}"
        return unreachable(
            endpoint.unreachable,
            detail.rstrip(),
            _REACH,
        )
    assert isinstance(answered, HttpAnswered)
    response = answered.response
    if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
        said = response.body[:200].decode(errors="replace")
        return provider_error(endpoint.failed, f"{endpoint.name} answered {response.status} {said}".rstrip())
    document = read_object(response.body)
    if document is None:
        return provider_error(endpoint.invalid, f"{endpoint.name} answered with no JSON object")
    return document
