"""What a request says of its signature, in the header Authorization or in the query of a presigned URL.

AWS: "Elements of an AWS API request signature"
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

from landbridge.model.exchange import HttpRequest
from landbridge.semantics.iam.signatures.query import query_pairs

HMAC_ALGORITHM = "AWS4-HMAC-SHA256"
ECDSA_ALGORITHM = "AWS4-ECDSA-P256-SHA256"
ALGORITHMS = (HMAC_ALGORITHM, ECDSA_ALGORITHM)
TIMESTAMP = "%Y%m%dT%H%M%SZ"
HEADER_PARAMETERS = ("Credential", "Signature", "SignedHeaders")
QUERY_PARAMETERS = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders")
SIGNATURE_PARAMETER = "X-Amz-Signature"


class Carrier(Enum):
    """Where the signature is."""

    HEADER = "the header Authorization"
    QUERY = "the query string"


class Fault(Enum):
    """Why something that says it is a signature is none."""

    NOT_KEY_VALUE = "a part of it is no key=value pair"
    PARAMETERS_MISSING = "parameters are missing"
    NO_DATE = "neither X-Amz-Date nor Date"
    BAD_DATE = "the date is none"
    BAD_CREDENTIAL = "the credential does not have five elements"
    BAD_EXPIRES = "X-Amz-Expires is not a number from 1 to 604800"


@dataclass(frozen=True, slots=True)
class Malformed:
    """Something that says it is a signature and is none."""

    carrier: Carrier
    fault: Fault
    missing: tuple[str, ...] = ()
    found: str = ""
    """The part that is wrong, as it was sent."""


@dataclass(frozen=True, slots=True)
class Credential:
    """The key and the scope that a signature is made for."""

    access_key_id: str
    date: str
    region: str
    service: str
    terminator: str

    @property
    def scope(self) -> str:
        """``20261122/eu-central-1/execute-api/aws4_request``."""
        return f"{self.date}/{self.region}/{self.service}/{self.terminator}"


@dataclass(frozen=True, slots=True)
class SignatureParts:
    """A whole signature; nothing of it is verified."""

    carrier: Carrier
    algorithm: str
    credential: Credential
    signed_headers: tuple[str, ...]
    """In lower case, in the order sent."""
    signature: str
    timestamp: str
    """``20261122T101112Z``."""
    session_token: str = ""
    expires_s: int | None = None
    """How long a presigned URL is good for."""


def is_signed(request: HttpRequest) -> bool:
    """Whether the request says that it is signed; nothing of the signature is looked at.

    AWS: "Authentication methods"
    """
    authorization = request.header("authorization")
    if authorization is not None and authorization.startswith(ALGORITHMS):
        return True
    target = request.target
    return "X-Amz-" in target and any(
        name in ("X-Amz-Algorithm", SIGNATURE_PARAMETER) for name, _ in query_pairs(request.query)
    )


def read_signature(request: HttpRequest) -> SignatureParts | Malformed | None:
    """The signature in the header, or else in the query; None for a request without one.

    AWS: "Authentication methods"
    """
    if not is_signed(request):
        return None
    authorization = request.header("authorization")
    if authorization is not None and authorization.startswith(ALGORITHMS):
        return _from_header(request, authorization)
    return _from_query(request)


def _from_header(request: HttpRequest, authorization: str) -> SignatureParts | Malformed:
    """AWS: "Create a signed AWS API request"."""
    carrier = Carrier.HEADER
    algorithm, _, rest = authorization.partition(" ")
    pairs = [pair.strip() for pair in rest.split(",") if pair.strip()]
    if any("=" not in pair for pair in pairs):
        return Malformed(carrier, Fault.NOT_KEY_VALUE, found=authorization)
    given = dict(pair.split("=", 1) for pair in pairs)
    missing = tuple(name for name in HEADER_PARAMETERS if name not in given)
    if missing:
        return Malformed(carrier, Fault.PARAMETERS_MISSING, missing)
    dated = request.header("x-amz-date")
    date = dated if dated is not None else request.header("date")
    if date is None:
        return Malformed(carrier, Fault.NO_DATE)
    token = request.header("x-amz-security-token") or ""
    return _whole(
        carrier, algorithm, given["Credential"], given["SignedHeaders"], given["Signature"], date, token
    )


def _from_query(request: HttpRequest) -> SignatureParts | Malformed:
    """AWS: "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)"."""
    carrier = Carrier.QUERY
    given = dict(query_pairs(request.query))
    missing = tuple(name for name in (*QUERY_PARAMETERS, SIGNATURE_PARAMETER) if name not in given)
    if missing:
        return Malformed(carrier, Fault.PARAMETERS_MISSING, missing)
    expires = given.get("X-Amz-Expires")
    if expires is not None and not (expires.isascii() and expires.isdigit() and 1 <= int(expires) <= 604_800):
        return Malformed(carrier, Fault.BAD_EXPIRES, found=expires)
    return _whole(
        carrier,
        given["X-Amz-Algorithm"],
        given["X-Amz-Credential"],
        given["X-Amz-SignedHeaders"],
        given[SIGNATURE_PARAMETER],
        given["X-Amz-Date"],
        given.get("X-Amz-Security-Token", ""),
        int(expires) if expires is not None else None,
    )


def _whole(
    carrier: Carrier,
    algorithm: str,
    credential: str,
    signed_headers: str,
    signature: str,
    date: str,
    token: str,
    expires_s: int | None = None,
) -> SignatureParts | Malformed:
    timestamp = _timestamp(date)
    if timestamp is None:
        return Malformed(carrier, Fault.BAD_DATE, found=date)
    elements = credential.split("/")
    if len(elements) != 5 and algorithm == HMAC_ALGORITHM:
        return Malformed(carrier, Fault.BAD_CREDENTIAL, found=credential)
    names = tuple(name.strip().lower() for name in signed_headers.split(";") if name.strip())
    scope = Credential(*elements) if len(elements) == 5 else Credential(elements[0], "", "", "", "")
    return SignatureParts(carrier, algorithm, scope, names, signature, timestamp, token, expires_s)


def _timestamp(date: str) -> str | None:
    """The date in ISO 8601's basic format, from that or from HTTP's."""
    try:
        return datetime.strptime(date, TIMESTAMP).replace(tzinfo=UTC).strftime(TIMESTAMP)
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(date).astimezone(UTC).strftime(TIMESTAMP)
    except (TypeError, ValueError):
        return None
