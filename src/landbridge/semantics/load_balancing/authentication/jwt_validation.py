"""The jwt-validation action: a valid JSON Web Token in ``Authorization``, or the request ends here.

AWS: "Verify JWTs using an Application Load Balancer"
"""

from functools import lru_cache
from http import HTTPStatus

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from landbridge.model.exchange import HttpRequest, Moment
from landbridge.model.load_balancing import AdditionalClaim, JwtValidationAction
from landbridge.semantics.load_balancing.authentication.admission import Admission, Admitted, Barred
from landbridge.semantics.load_balancing.authentication.provider_calls import get
from landbridge.semantics.load_balancing.authentication.tokens import Claims, instant, read_object, read_part
from landbridge.semantics.needs import FetchKeySet, HttpAnswered, Steps
from landbridge.trace.codes import AuthenticationReason, LocalCode
from landbridge.trace.decision import Decision, allowed, denied

JWKS_UNAVAILABLE = 562
LARGEST_JWKS = 150 * 1024
MOST_KEYS = 10
KEPT_MS = 300_000
"""How old a key set may be; AWS does not say."""
KEPT_FOR_UNKNOWN_KEY_MS = 10_000
"""How old it may be when a token names a key that is not in it."""


def validate_jwt(action: JwtValidationAction, request: HttpRequest, moment: Moment) -> Steps[Admission]:
    """Whether the request's token is valid; the token goes on to the target as it is.

    Signed by RS256 with a key of the key set, ``iss`` and ``exp`` present and right, ``nbf`` and ``iat``
    right where they are present, and every additional claim with one of its values.

    AWS: "Verify JWTs using an Application Load Balancer"
    """
    token = _bearer(request)
    if token is None:
        return _unauthorized(AuthenticationReason.JWT_HEADER_NOT_PRESENT, "no Bearer token in Authorization")
    header, claims = read_part(token, 0), read_part(token, 1)
    if header is None or claims is None:
        return _unauthorized(AuthenticationReason.JWT_REQUEST_FORMAT_INVALID, "not a signed JSON Web Token")
    if header.get("alg") != "RS256":
        detail = f"alg {header.get('alg')!r}; only RS256 is supported"
        return _unauthorized(AuthenticationReason.JWT_SIGNATURE_VALIDATION_FAILED, detail)
    keys = yield from _keys(action, KEPT_MS)
    if isinstance(keys, KeySet) and not _has_key(keys, header.get("kid")):
        keys = yield from _keys(action, KEPT_FOR_UNKNOWN_KEY_MS)
    if not isinstance(keys, KeySet):
        return Barred(keys, JWKS_UNAVAILABLE)
    if not _has_key(keys, header.get("kid")) or not _is_signed(token, keys):
        detail = f"no key of {action.jwks_endpoint} made the signature (kid {header.get('kid')!r})"
        return _unauthorized(AuthenticationReason.JWT_SIGNATURE_VALIDATION_FAILED, detail)
    fault = _fault_of(claims, action, moment.epoch_ms / 1000)
    if fault is not None:
        return _unauthorized(*fault)
    facts = (("iss", action.issuer), ("kid", str(header.get("kid"))))
    return Admitted(request, allowed(None, *facts, code=LocalCode.AUTHENTICATED))


def _bearer(request: HttpRequest) -> str | None:
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def _unauthorized(reason: AuthenticationReason, detail: str) -> Barred:
    decision = denied(
        reason,
        None,
        ("reason", detail),
        remedy="Send Authorization: Bearer with a token of the rule's issuer that is valid now",
    )
    return Barred(decision, HTTPStatus.UNAUTHORIZED)


def _keys(action: JwtValidationAction, kept_ms: int) -> Steps[KeySet | Decision]:
    """The key set, or why the request ends with 562."""
    answered = yield FetchKeySet(get(action.jwks_endpoint, body_bytes=LARGEST_JWKS), kept_ms)
    if not isinstance(answered, HttpAnswered):
        return _no_keys(action, f"{getattr(answered, 'failure', answered)}")
    if answered.response.status != HTTPStatus.OK:
        return _no_keys(action, f"status {answered.response.status}")
    keys = _read_keys(answered.response.body)
    return keys if isinstance(keys, KeySet) else _no_keys(action, keys)


def _no_keys(action: JwtValidationAction, reason: str) -> Decision:
    return denied(
        LocalCode.JWKS_UNAVAILABLE,
        None,
        ("JWKS endpoint", action.jwks_endpoint),
        ("reason", reason),
        remedy=f"Let {action.jwks_endpoint} answer with a key set of at most 150 KB and 10 keys",
    )


@lru_cache(maxsize=32)
def _read_keys(document: bytes) -> KeySet | str:
    """The keys, or what is wrong with the document."""
    read = read_object(document)
    keys = read.get("keys") if read is not None else None
    if not isinstance(keys, list):
        return "no JSON Web Key Set"
    if len(keys) > MOST_KEYS:
        return f"{len(keys)} keys; 10 are the most"
    usable = [key for key in keys if isinstance(key, dict) and key.get("kty") == "RSA"]
    try:
        return KeySet.import_key_set({"keys": usable})
    except (JoseError, ValueError, TypeError, KeyError) as problem:
        return f"no JSON Web Key Set: {problem}"


def _has_key(keys: KeySet, key_id: object) -> bool:
    """A token that names no key is tried with the only one there is."""
    if key_id is None:
        return len(keys.keys) == 1
    return any(key.kid == key_id for key in keys.keys)


def _is_signed(token: str, keys: KeySet) -> bool:
    try:
        jws.deserialize_compact(token, keys, algorithms=["RS256"])
    except (JoseError, ValueError):
        return False
    return True


_Fault = tuple[AuthenticationReason, str]


def _fault_of(claims: Claims, action: JwtValidationAction, now_s: float) -> _Fault | None:
    """What is wrong with the claims; times are compared without leeway, of which AWS says nothing."""
    for name in ("iss", "exp"):
        if name not in claims:
            return AuthenticationReason.JWT_CLAIM_NOT_PRESENT, f"no claim {name}"
    if claims["iss"] != action.issuer:
        return _invalid(f"iss {claims['iss']!r} is not {action.issuer}")
    for name, sign in (("exp", 1), ("nbf", -1), ("iat", -1)):
        if name in claims:
            at_s = instant(claims, name)
            if at_s is None or (at_s - now_s) * sign < 0 or (sign > 0 and at_s == now_s):
                return _invalid(f"{name} {claims[name]!r}, and now is {now_s:.0f}")
    faults = (_fault_of_additional(claims, wanted) for wanted in action.additional_claims)
    return next((fault for fault in faults if fault is not None), None)


def _invalid(detail: str) -> _Fault:
    return AuthenticationReason.JWT_CLAIM_FORMAT_INVALID, detail


def _fault_of_additional(claims: Claims, wanted: AdditionalClaim) -> _Fault | None:
    if wanted.name not in claims:
        return AuthenticationReason.JWT_CLAIM_NOT_PRESENT, f"no claim {wanted.name}"
    value = claims[wanted.name]
    if not set(_values(value, wanted.format)).isdisjoint(wanted.values):
        return None
    return _invalid(f"{wanted.name} {value!r} has none of {', '.join(wanted.values)} as {wanted.format}")


def _values(value: object, written: str) -> tuple[str, ...]:
    """The values of a claim of that format; none where it is of another."""
    if written == "string-array":
        items = value if isinstance(value, list) else []
        return tuple(item for item in items if isinstance(item, str))
    if not isinstance(value, str):
        return ()
    return tuple(value.split(" ")) if written == "space-separated-values" else (value,)
