"""A user's session, kept in cookies of the client's and nowhere else.

AWS: "Authenticate users using an Application Load Balancer"
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import orjson

from landbridge.model.exchange import Headers, HttpRequest, Moment
from landbridge.model.load_balancing import AuthenticateOidcAction
from landbridge.semantics.load_balancing.authentication.secrets import Secrets, seal, unseal
from landbridge.semantics.load_balancing.authentication.tokens import read_object
from landbridge.semantics.load_balancing.cookies import (
    COOKIE_LIFE_S,
    expired_cookie,
    request_cookies,
    set_cookie,
)

LARGEST_SHARD = 3_900
"""Characters of one cookie's value: browsers keep 4 K of a cookie with its name and attributes."""
_PURPOSE = "session"
_ATTRIBUTES = ("Secure", "HttpOnly")


@dataclass(frozen=True, slots=True)
class Session:
    """Who the user is, by whom, and for how long."""

    issuer: str
    client_id: str
    claims: str
    """The user info endpoint's answer: a JSON object."""
    access_token: str
    refresh_token: str
    """Empty where the provider gave none."""
    access_until_ms: int
    """When the access token expires; 0 where the provider did not say."""
    until_ms: int
    """When the session times out."""


def read_session(
    secrets: Secrets, action: AuthenticateOidcAction, request: HttpRequest, now_ms: int
) -> Session | None:
    """The session that the request's cookies carry for this action; None without one that counts now."""
    shards = dict(_shards(action, request))
    sealed = "".join(shards[place] for place in range(len(shards)) if place in shards)
    opened = unseal(secrets, _PURPOSE, sealed) if sealed else None
    kept = read_object(opened) if opened is not None else None
    if kept is None:
        return None
    session = Session(**kept)
    belongs = (session.issuer, session.client_id) == (action.issuer, action.client_id)
    return session if belongs and session.until_ms > now_ms else None


def has_cookie(action: AuthenticateOidcAction, request: HttpRequest) -> bool:
    """Whether the client sent any part of a session."""
    return next(_shards(action, request), None) is not None


def session_cookies(
    secrets: Secrets, action: AuthenticateOidcAction, session: Session, request: HttpRequest, moment: Moment
) -> Headers:
    """The headers by which the client keeps the session, in parts, and forgets parts of an older one.

    AWS: "Authenticate users using an Application Load Balancer"
    """
    sealed = seal(secrets, moment, _PURPOSE, orjson.dumps(asdict(session)))
    parts = [sealed[start : start + LARGEST_SHARD] for start in range(0, len(sealed), LARGEST_SHARD)]
    kept = tuple(
        set_cookie(
            f"{action.session_cookie_name}-{place}", part, moment.epoch_ms, COOKIE_LIFE_S, *_ATTRIBUTES
        )
        for place, part in enumerate(parts)
    )
    stale = sorted(place for place, _ in _shards(action, request) if place >= len(parts))
    forgotten = (expired_cookie(f"{action.session_cookie_name}-{place}", *_ATTRIBUTES) for place in stale)
    return (*kept, *forgotten)


def without_session(action: AuthenticateOidcAction, request: HttpRequest) -> Headers:
    """The request's headers as a target gets them: the session is between client and load balancer."""
    if not has_cookie(action, request):
        return request.headers
    prefix = f"{action.session_cookie_name}-"
    kept = [
        f"{name}={value}"
        for name, value in request_cookies(request)
        if not (name.startswith(prefix) and name.removeprefix(prefix).isdigit())
    ]
    others = tuple(pair for pair in request.headers if pair[0].lower() != "cookie")
    return (*others, ("Cookie", "; ".join(kept))) if kept else others


def _shards(action: AuthenticateOidcAction, request: HttpRequest) -> Iterator[tuple[int, str]]:
    prefix = f"{action.session_cookie_name}-"
    for name, value in request_cookies(request):
        place = name.removeprefix(prefix)
        if name.startswith(prefix) and place.isdecimal() and len(place) <= 2:
            yield int(place), value
