"""An identity provider played by hand, a load balancer's secrets, and drivers for the generators."""

import base64
import json
from collections.abc import Generator
from dataclasses import replace
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws
from joserfc.jwk import KeySet, RSAKey
from tests.semantics.load_balancing.builders import MOMENT, rule

from landbridge.model.exchange import HttpResponse, Moment
from landbridge.model.load_balancing import AuthenticateOidcAction
from landbridge.semantics.load_balancing.authentication.secrets import Secrets
from landbridge.semantics.needs import HttpAnswered, Need, Result

IDP = "https://idp.example"
RULE_ARN = rule(7).arn
NOW_S = MOMENT.epoch_ms // 1000
ACTION = AuthenticateOidcAction(IDP, f"{IDP}/authorize", f"{IDP}/token", f"{IDP}/userinfo", "orders")
SECRETS = Secrets(b"k" * 32, ec.derive_private_key(4711, ec.SECP256R1()), "the-key-id", lambda arn: "hush")
KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "two"})
Answer = TypeVar("Answer")


def later(seconds: float) -> Moment:
    noise = f"{int(seconds):032x}"
    return replace(MOMENT, epoch_ms=MOMENT.epoch_ms + int(seconds * 1000), request_id=noise)


def signed(claims: dict[str, Any], key: RSAKey = KEY, **header: Any) -> str:
    """A token by RS256."""
    whole = {"alg": "RS256", "kid": key.kid} | header
    return jws.serialize_compact(
        {name: value for name, value in whole.items() if value is not None}, json.dumps(claims), key
    )


def key_set(*keys: RSAKey) -> bytes:
    return json.dumps(KeySet(list(keys or (KEY,))).as_dict(private=False)).encode()


def ok(document: Any, status: int = 200) -> HttpAnswered:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return HttpAnswered(HttpResponse(status, (("Content-Type", "application/json"),), body))


def id_token(**changes: Any) -> str:
    claims = {"iss": IDP, "aud": "orders", "sub": "ada", "exp": NOW_S + 60, "iat": NOW_S} | changes
    return signed({name: value for name, value in claims.items() if value is not None})


def tokens(**changes: Any) -> dict[str, Any]:
    whole = {"access_token": "the-access-token", "token_type": "Bearer", "id_token": id_token()} | changes
    return {name: value for name, value in whole.items() if value is not None}


def finish(steps: Generator[Need, Result, Answer], *results: Result) -> tuple[Answer, list[Need]]:
    """The generator's end, and what it needed; each need gets the next result."""
    needs: list[Need] = []
    waiting = list(results)
    try:
        need = next(steps)
        while True:
            needs.append(need)
            need = steps.send(waiting.pop(0))
    except StopIteration as end:
        assert not waiting, "more results than needs"
        return end.value, needs


def decoded(part: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part))
    return read
