"""Sticky sessions: a cookie keeps a client with the target that it got first.

The load balancer's cookies are opaque, but neither encrypted nor under a key that rotates.

AWS: "Sticky sessions for your Application Load Balancer"
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, replace
from enum import StrEnum

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse, all_values
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import TargetGroup, TargetKey
from landbridge.semantics.load_balancing.cookies import COOKIE_LIFE_S, cookie_value, set_cookie

COOKIE, CROSS_ORIGIN_COOKIE = "AWSALB", "AWSALBCORS"
APPLICATION_COOKIES = ("AWSALBAPP-0", "AWSALBAPP-1", "AWSALBAPP-2", "AWSALBAPP-3")
REMOVED = "_remove_"
"""The value of an application cookie's companion that holds nothing."""
ONE_DAY_S = "86400"


class StickinessType(StrEnum):
    """``stickiness.type``."""

    LB_COOKIE = "lb_cookie"
    APP_COOKIE = "app_cookie"


@dataclass(frozen=True, slots=True)
class Stickiness:
    """How a target group's clients stay with a target."""

    type: StickinessType
    duration_s: int
    cookie_name: str = ""
    """The application's own cookie, for ``app_cookie``."""


def compile_stickiness(group: TargetGroup) -> Stickiness | None:
    """The group's stickiness; None where it is off, or the group is a function's.

    AWS: "Sticky sessions for your Application Load Balancer"
    """
    if group.target_type == "lambda" or group.attribute("stickiness.enabled", "false") != "true":
        return None
    kind = StickinessType(group.attribute("stickiness.type", StickinessType.LB_COOKIE))
    duration_s = int(group.attribute(f"stickiness.{kind}.duration_seconds", ONE_DAY_S))
    return Stickiness(kind, duration_s, group.attribute("stickiness.app_cookie.cookie_name", ""))


def wanted_target(
    stickiness: Stickiness, group: TargetGroup, request: HttpRequest, epoch_ms: int
) -> TargetKey | None:
    """The target that the client's cookie names; None when there is none that counts.

    With a cookie of the application's, that one has to come back, too.

    AWS: "Sticky sessions for your Application Load Balancer"
    """
    if stickiness.type is StickinessType.APP_COOKIE:
        if not cookie_value(request, stickiness.cookie_name):
            return None
        value = cookie_value(request, APPLICATION_COOKIES[0])
    else:
        value = cookie_value(request, COOKIE) or cookie_value(request, CROSS_ORIGIN_COOKIE)
    read = _decode(value) if value else None
    if read is None:
        return None
    until_s, key = read
    return key if until_s * 1000 > epoch_ms and key[0] == group.arn else None


def stick(
    stickiness: Stickiness,
    key: TargetKey,
    request: HttpRequest,
    response: HttpResponse,
    epoch_ms: int,
    *,
    again: bool,
) -> HttpResponse:
    """The target's response with the cookies that bring the client back to it, which count anew each time.

    `again` says that a cookie had already led to this target.

    AWS: "Sticky sessions for your Application Load Balancer"
    """
    value = _encode(key, epoch_ms // 1000 + stickiness.duration_s)
    if stickiness.type is StickinessType.LB_COOKIE:
        cookies: Headers = (
            set_cookie(COOKIE, value, epoch_ms, COOKIE_LIFE_S),
            set_cookie(CROSS_ORIGIN_COOKIE, value, epoch_ms, COOKIE_LIFE_S, "SameSite=None", "Secure"),
        )
    else:
        holds = again or _sets_cookie(response, stickiness.cookie_name)
        attributes = ("SameSite=None", "Secure") if _needs_same_site(request) else ()
        cookies = tuple(
            set_cookie(name, value if holds and not place else REMOVED, epoch_ms, COOKIE_LIFE_S, *attributes)
            for place, name in enumerate(APPLICATION_COOKIES)
        )
    leading = sum(1 for name, _ in response.headers[:3] if name.lower() in _LEADING)
    headers = (*response.headers[:leading], *cookies, *response.headers[leading:])
    return replace(response, headers=headers)


_LEADING = frozenset(("server", "date", "content-type"))
_CHECK_SIZE = 16
_CHROMIUM = re.compile(r"Chrom(?:e|ium)/(\d+)")
_FIRST_STRICT_CHROMIUM = 80


def _sets_cookie(response: HttpResponse, name: str) -> bool:
    return any(value.startswith(f"{name}=") for value in all_values(response.headers, "set-cookie"))


def _needs_same_site(request: HttpRequest) -> bool:
    found = _CHROMIUM.search(request.header("user-agent") or "")
    return found is not None and int(found[1]) >= _FIRST_STRICT_CHROMIUM


def _encode(key: TargetKey, until_s: int) -> str:
    """How long the cookie counts and its target, with a check of both."""
    arn, target_id, port = key
    said = f"{until_s} {port or ''} {target_id} {arn}".encode()
    return base64.b64encode(_check(said) + said).decode()


def _decode(value: str) -> tuple[int, TargetKey] | None:
    try:
        decoded = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    check, said = decoded[:_CHECK_SIZE], decoded[_CHECK_SIZE:]
    if check != _check(said):
        return None
    until_s, port, target_id, arn = said.decode().split(" ")
    return int(until_s), (Arn(arn), target_id, int(port) if port else None)


def _check(said: bytes) -> bytes:
    return hashlib.sha256(COOKIE.encode() + said).digest()[:_CHECK_SIZE]
