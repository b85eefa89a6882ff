"""JSON Web Tokens: their parts and the claims that say when they are good."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import orjson

Claims = Mapping[str, Any]


def read_object(document: bytes) -> dict[str, Any] | None:
    """A JSON object; None for anything else."""
    try:
        found = orjson.loads(document)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def read_part(token: str, place: int) -> dict[str, Any] | None:
    """The header (0) or the claims (1) of a token, unverified; None where it has no such part."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        return read_object(base64.urlsafe_b64decode(parts[place] + "=" * (-len(parts[place]) % 4)))
    except (binascii.Error, ValueError):
        return None


def instant(claims: Claims, name: str) -> float | None:
    """A claim that is seconds since the epoch; None where it is no number."""
    value = claims.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
