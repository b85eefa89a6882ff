"""Tokens of a user pool, signed by a key of the test's own."""

import json
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from tests.semantics.api_gateway.authorization.guarded import POOL
from tests.semantics.api_gateway.calls import MOMENT

NOW_S = MOMENT.epoch_ms // 1000
ISSUER = f"https://cognito-idp.eu-central-1.amazonaws.com/{POOL.rpartition('/')[2]}"
KEY = RSAKey.generate_key(2048, {"kid": "pool-key", "alg": "RS256", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "pool-key", "alg": "RS256"})
KEYS = json.dumps(KeySet([KEY]).as_dict(private=False)).encode()


def identity_token(key: RSAKey = KEY, **claims: Any) -> str:
    """A user's identity token; a claim of None is left out."""
    made = {
        "sub": "6f1d",
        "aud": "client1",
        "iss": ISSUER,
        "token_use": "id",
        "auth_time": NOW_S,
        "iat": NOW_S,
        "exp": NOW_S + 3600,
        "cognito:username": "ada",
        "cognito:groups": ["admins", "readers"],
        "email_verified": True,
    }
    made |= claims
    present = {name: value for name, value in made.items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": "pool-key"}, present, key)


def access_token(scope: str = "orders/read profile", **claims: Any) -> str:
    """A user's access token."""
    return identity_token(token_use="access", scope=scope, aud=None, client_id="client1", **claims)
