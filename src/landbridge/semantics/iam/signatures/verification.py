"""Whether a signature is right: its form, scope and time, its key, and the request it was made for.

AWS: "Troubleshoot Signature Version 4 signing for AWS API requests"
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from landbridge.model.exchange import HttpRequest, Moment
from landbridge.model.identity import AccessKey
from landbridge.semantics.iam.signatures.canonical_request import (
    CONTENT_SHA256,
    CanonicalRequest,
    canonical_request,
    payload_hash,
    sign,
    string_to_sign,
)
from landbridge.semantics.iam.signatures.parts import (
    HMAC_ALGORITHM,
    TIMESTAMP,
    Carrier,
    Malformed,
    SignatureParts,
)
from landbridge.semantics.needs import AccessKeyFound, FindAccessKey, Steps

TERMINATOR = "aws4_request"


@dataclass(frozen=True, slots=True)
class SigningService:
    """How one service verifies."""

    name: str
    """As the credential scope has it: ``execute-api``."""
    skew_s: int
    """How far the clocks may differ."""
    path_as_sent: bool = False
    """Whether the path is signed as it was sent, as S3 has it; others encode it once more."""
    takes_payload_hash: bool = False
    """Whether ``x-amz-content-sha256`` says what was signed for the body."""
    signs_amz_headers: bool = False
    """Whether every ``x-amz-`` header has to be signed."""


EXECUTE_API = SigningService("execute-api", skew_s=5 * 60)
LAMBDA = SigningService("lambda", skew_s=5 * 60)
S3 = SigningService("s3", 15 * 60, path_as_sent=True, takes_payload_hash=True, signs_amz_headers=True)


class Failure(Enum):
    """Why a signature is not taken."""

    MALFORMED = "the signature is malformed"
    UNSUPPORTED_ALGORITHM = "the algorithm"
    SCOPE = "the credential scope"
    EXPIRED = "the signature is too old"
    NOT_YET_CURRENT = "the signature is of the future"
    URL_EXPIRED = "the presigned URL has expired"
    HOST_NOT_SIGNED = "Host is not among the signed headers"
    HEADERS_NOT_SIGNED = "x-amz- headers are not signed"
    UNKNOWN_KEY = "nobody has this access key"
    INACTIVE_KEY = "the access key is inactive"
    WRONG_TOKEN = "the session token is not the key's"
    SESSION_EXPIRED = "the session has expired"
    MISMATCH = "the signature is of another request or secret"


@dataclass(frozen=True, slots=True)
class Computed:
    """What the signature should have been made from; the secret is not part of it."""

    canonical: CanonicalRequest
    to_sign: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The signature is not taken."""

    failure: Failure
    parts: SignatureParts | None = None
    malformed: Malformed | None = None
    wrong: tuple[str, ...] = ()
    """Of the scope: ``region``, ``service``, ``terminator``, ``date``; or headers that are not signed."""
    key: AccessKey | None = None
    computed: Computed | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """The request is the one that was signed with this key."""

    key: AccessKey
    parts: SignatureParts


def verify(
    request: HttpRequest,
    parts: SignatureParts | Malformed,
    service: SigningService,
    region: str,
    moment: Moment,
) -> Steps[Verified | Refused]:
    """The key with which the request was signed, or why the signature is not taken.

    The order is form, scope, time, key and token, and the signature itself last.
    AWS: "Troubleshoot Signature Version 4 signing for AWS API requests"
    """
    if isinstance(parts, Malformed):
        return Refused(Failure.MALFORMED, malformed=parts)
    refusal = _refuse_form(request, parts, service, region) or _refuse_time(parts, service, moment)
    if refusal is not None:
        return refusal
    found = yield FindAccessKey(parts.credential.access_key_id)
    if not isinstance(found, AccessKeyFound):
        return Refused(Failure.UNKNOWN_KEY, parts)
    key = found.key
    failure = _refuse_key(key, parts, moment)
    if failure is not None:
        return Refused(failure, parts, key=key)
    computed = compute(request, parts, service)
    if hmac.compare_digest(sign(key.secret, parts, computed.to_sign), parts.signature):
        return Verified(key, parts)
    return Refused(Failure.MISMATCH, parts, key=key, computed=computed)


def compute(request: HttpRequest, parts: SignatureParts, service: SigningService) -> Computed:
    """What the signature of this request, as it arrived, is made from."""
    canonical = canonical_request(
        request, parts, hash_signed(request, parts, service), path_as_sent=service.path_as_sent
    )
    return Computed(canonical, string_to_sign(canonical.text, parts))


def hash_signed(request: HttpRequest, parts: SignatureParts, service: SigningService) -> str:
    """The hash that stands for the body: in a URL presigned for S3 it is left open.

    AWS: "Signature calculation for the authorization header" (Amazon S3)
    """
    if service.takes_payload_hash:
        said = request.header(CONTENT_SHA256)
        if said is not None:
            return said
        if parts.carrier is Carrier.QUERY:
            return "UNSIGNED-PAYLOAD"
    return payload_hash(request.body)


def signed_at(parts: SignatureParts) -> datetime:
    """When the request was signed, as it says itself."""
    return datetime.strptime(parts.timestamp, TIMESTAMP).replace(tzinfo=UTC)


def arrived_at(moment: Moment) -> datetime:
    """When it arrived, to the second."""
    return datetime.fromtimestamp(moment.epoch_ms // 1000, UTC)


def _refuse_form(
    request: HttpRequest, parts: SignatureParts, service: SigningService, region: str
) -> Refused | None:
    if parts.algorithm != HMAC_ALGORITHM:
        return Refused(Failure.UNSUPPORTED_ALGORITHM, parts)
    expected = {
        "region": parts.credential.region == region,
        "service": parts.credential.service == service.name,
        "terminator": parts.credential.terminator == TERMINATOR,
        "date": parts.credential.date == parts.timestamp[:8],
    }
    wrong = tuple(name for name, right in expected.items() if not right)
    if wrong:
        return Refused(Failure.SCOPE, parts, wrong=wrong)
    if "host" not in parts.signed_headers:
        return Refused(Failure.HOST_NOT_SIGNED, parts)
    unsigned = _unsigned(request, parts) if service.signs_amz_headers else ()
    return Refused(Failure.HEADERS_NOT_SIGNED, parts, wrong=unsigned) if unsigned else None


def _unsigned(request: HttpRequest, parts: SignatureParts) -> tuple[str, ...]:
    """AWS: "Signature calculation for the authorization header" (Amazon S3)."""
    names = {name.lower() for name, _ in request.headers}
    return tuple(sorted(name for name in names - set(parts.signed_headers) if name.startswith("x-amz-")))


def _refuse_time(parts: SignatureParts, service: SigningService, moment: Moment) -> Refused | None:
    """A presigned URL is good for as long as it says, any other signature for a few minutes.

    AWS: "Elements of an AWS API request signature"
    """
    signed, now, skew = signed_at(parts), arrived_at(moment), timedelta(seconds=service.skew_s)
    if signed > now + skew:
        return Refused(Failure.NOT_YET_CURRENT, parts)
    if parts.carrier is Carrier.QUERY and parts.expires_s is not None:
        over = now > signed + timedelta(seconds=parts.expires_s)
        return Refused(Failure.URL_EXPIRED, parts) if over else None
    return Refused(Failure.EXPIRED, parts) if now > signed + skew else None


def _refuse_key(key: AccessKey, parts: SignatureParts, moment: Moment) -> Failure | None:
    """AWS: "Use temporary credentials with AWS resources"."""
    if not key.active:
        return Failure.INACTIVE_KEY
    if key.session_token != parts.session_token:
        return Failure.WRONG_TOKEN
    return Failure.SESSION_EXPIRED if key.expires_ms and moment.epoch_ms >= key.expires_ms else None
