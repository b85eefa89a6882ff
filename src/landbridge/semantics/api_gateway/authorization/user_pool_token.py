"""Whether a token is one of a user pool's, and what it says of its user.

AWS: "Verifying JSON web tokens"
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from landbridge.semantics.load_balancing.authentication.tokens import instant, read_object, read_part

Claims = Mapping[str, Any]
EXPIRED = "The incoming token has expired"
_DATES = ("exp", "iat")
"""Claims that API Gateway words as dates."""


@dataclass(frozen=True, slots=True)
class UnverifiedToken:
    """A token that can be read; whether it is to be believed is another question."""

    text: str
    header: Claims
    claims: Claims

    @property
    def issuer(self) -> str:
        """Who says that it made the token."""
        return str(self.claims.get("iss", ""))

    @property
    def scopes(self) -> frozenset[str]:
        """What an access token is for."""
        return frozenset(str(self.claims.get("scope", "")).split())


def read_token(value: str) -> UnverifiedToken | None:
    """The token of a header's value, with or without ``Bearer``; None where there is no JSON Web Token."""
    scheme, _, rest = value.strip().partition(" ")
    text = rest.strip() if rest and scheme.lower() == "bearer" else value.strip()
    header, claims = read_part(text, 0), read_part(text, 1)
    return None if header is None or claims is None else UnverifiedToken(text, header, claims)


def fault_of(token: UnverifiedToken, keys: bytes, epoch_ms: int) -> str:
    """Why the token is not good, ``EXPIRED`` if that is all; empty for one that is.

    AWS: "Verifying JSON web tokens"
    """
    if token.header.get("alg") != "RS256":
        return f"alg {token.header.get('alg')!r}; user pools sign by RS256"
    if not _is_signed(token.text, keys):
        return f"no key of the user pool made the signature (kid {token.header.get('kid')!r})"
    expires_s = instant(token.claims, "exp")
    if expires_s is None:
        return "no claim exp"
    return EXPIRED if expires_s * 1000 <= epoch_ms else ""


def written_claims(claims: Claims) -> dict[str, str]:
    """The claims as events and templates have them: all of them texts, lists with commas.

    AWS: "Integrate a REST API with an Amazon Cognito user pool"
    """
    return {name: _date(value) if name in _DATES else _text(value) for name, value in claims.items()}


@lru_cache(maxsize=1024)
def _is_signed(text: str, keys: bytes) -> bool:
    key_set = _read_keys(keys)
    if key_set is None:
        return False
    try:
        jws.deserialize_compact(text, key_set, algorithms=["RS256"])
    except (JoseError, ValueError):
        return False
    return True


@lru_cache(maxsize=32)
def _read_keys(document: bytes) -> KeySet | None:
    read = read_object(document)
    try:
        return KeySet.import_key_set({"keys": (read or {})["keys"]})
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _date(value: Any) -> str:
    """As Java writes dates: ``Tue Oct 25 08:00:00 UTC 2022``."""
    if not isinstance(value, int):
        return _text(value)
    return datetime.fromtimestamp(value, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return json.dumps(value, separators=(",", ":"))
