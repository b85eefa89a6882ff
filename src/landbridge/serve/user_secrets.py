"""The load balancers' own keys, kept beside the certificate authority, and the key that is published."""

import hashlib
import os
import uuid
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from landbridge.errors import HostError
from landbridge.model.identifiers import Arn
from landbridge.semantics.load_balancing.authentication.secrets import Secrets
from landbridge.semantics.load_balancing.authentication.user_claims import public_key_pem

KEY_FILE = "elb.key"
PUBLIC_KEYS_FOLDER = "elb-public-keys"
"""Stands for ``https://public-keys.auth.elb.{region}.amazonaws.com``: a file for each key id."""


def user_secrets(folder: Path, client_secret: Callable[[Arn], str]) -> Secrets:
    """The keys in a folder, made at the first call, so that sessions outlive a restart.

    AWS: "Authenticate users using an Application Load Balancer"
    """
    path = folder / KEY_FILE
    key = _read(path) if path.exists() else _create(path)
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    secret = key.private_numbers().private_value.to_bytes(32, "big")
    secrets = Secrets(
        session_key=hashlib.sha256(b"session" + secret).digest(),
        signing_key=key,
        key_id=str(uuid.UUID(bytes=hashlib.sha256(public).digest()[:16], version=4)),
        client_secret=client_secret,
    )
    published = folder / PUBLIC_KEYS_FOLDER
    published.mkdir(exist_ok=True)
    (published / secrets.key_id).write_text(public_key_pem(secrets))
    return secrets


def _create(path: Path) -> ec.EllipticCurvePrivateKey:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    return key


def _read(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _damaged(path) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _damaged(path)
    return key


def _damaged(path: Path) -> HostError:
    return HostError(
        f"The load balancers' key {path} cannot be read",
        "remove it to have a new one made; users will have to log in again",
    )
