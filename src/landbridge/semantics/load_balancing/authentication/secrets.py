"""Keys of a load balancer's, and what is made with them: sealed texts and unguessable ones."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from landbridge.model.exchange import Moment
from landbridge.model.identifiers import Arn

_NONCE_SIZE = 12


@dataclass(frozen=True, slots=True)
class Secrets:
    """What only the load balancers of one stack know."""

    session_key: bytes
    """32 bytes: seals cookies and states."""
    signing_key: EllipticCurvePrivateKey
    """On P-256: signs user claims."""
    key_id: str
    """A UUID, under which the public key is published."""
    client_secret: Callable[[Arn], str]
    """The client secret of a rule's authenticate action; empty where it has none."""


def draw(secrets: Secrets, moment: Moment, purpose: str, size: int) -> bytes:
    """Bytes that nobody can guess who lacks the key, and that a test can repeat."""
    said = f"{purpose} {moment.request_id} {moment.trace_id}".encode()
    return hmac.digest(secrets.session_key, said, hashlib.sha512)[:size]


def seal(secrets: Secrets, moment: Moment, purpose: str, text: bytes) -> str:
    """The text encrypted and authenticated, in base64; only `unseal` for the same purpose reads it."""
    fingerprint = hmac.digest(secrets.session_key, text, hashlib.sha256).hex()
    nonce = draw(secrets, moment, f"{purpose} {fingerprint}", _NONCE_SIZE)
    return base64.b64encode(
        nonce + AESGCM(secrets.session_key).encrypt(nonce, text, purpose.encode())
    ).decode()


def unseal(secrets: Secrets, purpose: str, sealed: str) -> bytes | None:
    """The text again; None where it was not sealed for this purpose with this key."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        return AESGCM(secrets.session_key).decrypt(raw[:_NONCE_SIZE], raw[_NONCE_SIZE:], purpose.encode())
    except (binascii.Error, InvalidTag, ValueError):
        return None
