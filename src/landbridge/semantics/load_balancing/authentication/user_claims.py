"""What a target is told about the user: three headers, one of them signed by the load balancer.

AWS: "Authenticate users using an Application Load Balancer"
"""

import base64
from dataclasses import replace

import orjson
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from landbridge.model.exchange import Headers, HttpRequest
from landbridge.model.load_balancing import AuthenticateOidcAction, LoadBalancer
from landbridge.semantics.load_balancing.authentication.secrets import Secrets
from landbridge.semantics.load_balancing.authentication.session import Session, without_session

ACCESS_TOKEN, IDENTITY, DATA = "x-amzn-oidc-accesstoken", "x-amzn-oidc-identity", "x-amzn-oidc-data"
VALID_S = 120
"""How long the signed claims are good; AWS does not say."""
_HALF_OF_A_SIGNATURE = 32


def anonymous(action: AuthenticateOidcAction, request: HttpRequest) -> HttpRequest:
    """The request as a target gets it without a user: what a client says of users is not passed on."""
    headers = without_session(action, request)
    if any(name.lower() in _OURS for name, _ in headers):
        headers = tuple(pair for pair in headers if pair[0].lower() not in _OURS)
    return replace(request, headers=headers)


def with_user(
    secrets: Secrets,
    balancer: LoadBalancer,
    action: AuthenticateOidcAction,
    session: Session,
    request: HttpRequest,
    now_ms: int,
) -> HttpRequest:
    """The request with the user's access token, subject and signed claims.

    AWS: "Authenticate users using an Application Load Balancer"
    """
    bare = anonymous(action, request)
    claims = orjson.loads(session.claims)
    told: Headers = (
        (ACCESS_TOKEN, session.access_token),
        (IDENTITY, str(claims["sub"])),
        (DATA, _signed(secrets, balancer, session, claims, now_ms // 1000 + VALID_S)),
    )
    return replace(bare, headers=(*bare.headers, *told))


def public_key_pem(secrets: Secrets) -> str:
    """The key with which applications verify the signed claims.

    AWS: "Authenticate users using an Application Load Balancer"
    """
    return (
        secrets.signing_key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


_OURS = frozenset((ACCESS_TOKEN, IDENTITY, DATA))


def _signed(
    secrets: Secrets, balancer: LoadBalancer, session: Session, claims: dict[str, object], until_s: int
) -> str:
    """A JSON Web Token by ES256, its parts in base64url with padding."""
    header = {
        "typ": "JWT",
        "kid": secrets.key_id,
        "alg": "ES256",
        "iss": session.issuer,
        "client": session.client_id,
        "signer": balancer.arn,
        "exp": until_s,
    }
    said = b".".join(map(_encoded, (orjson.dumps(header), orjson.dumps(_payload(session, claims, until_s)))))
    signature = secrets.signing_key.sign(said, ECDSA(hashes.SHA256(), deterministic_signing=True))
    halves = (half.to_bytes(_HALF_OF_A_SIGNATURE, "big") for half in decode_dss_signature(signature))
    return b".".join((said, _encoded(b"".join(halves)))).decode()


def _payload(session: Session, claims: dict[str, object], until_s: int) -> dict[str, object]:
    return {**claims, "exp": until_s, "iss": session.issuer}


def _encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part)
