"""Target group stickiness: a cookie keeps a client with the target group that weights gave it first.

AWS: "Sticky sessions for your Application Load Balancer"
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass, replace

from landbridge.model.exchange import Headers, HttpRequest, Moment
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import ForwardAction
from landbridge.semantics.load_balancing.cookies import COOKIE_LIFE_S, cookie_value, set_cookie
from landbridge.semantics.load_balancing.targets import choose_target_group

COOKIE, CROSS_ORIGIN_COOKIE = "AWSALBTG", "AWSALBTGCORS"


@dataclass(frozen=True, slots=True)
class Stuck:
    """The one target group for this request, the moment with its turn there, the cookies that keep it."""

    action: ForwardAction
    moment: Moment
    cookies: Headers


def is_sticky(action: ForwardAction) -> bool:
    """Whether a cookie chooses among the action's target groups."""
    return action.stickiness_s > 0 and len(action.target_groups) > 1


def stick(action: ForwardAction, request: HttpRequest, moment: Moment) -> Stuck | None:
    """The group that the client's cookie names, or the next by weight; None when every weight is zero.

    A cookie that cannot be read, is too old, or names a group that the action does not have or gives no
    weight is as none. Every response renews it.

    AWS: "Sticky sessions for your Application Load Balancer"
    """
    kept = _kept(action, request, moment)
    if kept is not None:
        arn, turn = kept, moment.turn
    else:
        chosen = choose_target_group(action, moment.turn)
        if chosen is None:
            return None
        arn, turn = chosen
    value = _encode(arn, moment.epoch_ms // 1000 + action.stickiness_s)
    cookies = (
        set_cookie(COOKIE, value, moment.epoch_ms, COOKIE_LIFE_S),
        set_cookie(CROSS_ORIGIN_COOKIE, value, moment.epoch_ms, COOKIE_LIFE_S, "SameSite=None", "Secure"),
    )
    return Stuck(ForwardAction(((arn, 1),)), replace(moment, turn=turn), cookies)


def _kept(action: ForwardAction, request: HttpRequest, moment: Moment) -> Arn | None:
    value = cookie_value(request, COOKIE) or cookie_value(request, CROSS_ORIGIN_COOKIE)
    named, until_s = _decode(value) if value else ("", 0)
    if until_s * 1000 <= moment.epoch_ms:
        return None
    return next((arn for arn, weight in action.target_groups if arn == named and weight), None)


def _encode(arn: Arn, until_s: int) -> str:
    """Opaque to clients: the group and how long the cookie counts, with a check of both."""
    said = f"{until_s} {arn}".encode()
    return base64.b64encode(_check(said) + said).decode()


def _decode(value: str) -> tuple[str, int]:
    try:
        decoded = base64.b64decode(value, validate=True)
    except binascii.Error:
        return "", 0
    check, said = decoded[:_CHECK_SIZE], decoded[_CHECK_SIZE:]
    if check != _check(said):
        return "", 0
    until_s, _, arn = said.decode().partition(" ")
    return arn, int(until_s)


_CHECK_SIZE = 16


def _check(said: bytes) -> bytes:
    return hashlib.sha256(COOKIE.encode() + said).digest()[:_CHECK_SIZE]
