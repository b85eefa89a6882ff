"""What S3 answers to a signature that it does not take: code, message and the elements after it.

AWS: "Error responses" (Amazon S3 API reference)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from landbridge.model.exchange import Moment
from landbridge.semantics.iam.signatures.parts import Carrier, Fault, Malformed, SignatureParts
from landbridge.semantics.iam.signatures.verification import (
    S3,
    TERMINATOR,
    Computed,
    Failure,
    Refused,
    arrived_at,
    signed_at,
)
from landbridge.trace.codes import S3ErrorCode

Elements = tuple[tuple[str, str], ...]
_ISO = "%Y-%m-%dT%H:%M:%SZ"
_CREDENTIAL_FORM = '"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request"'


@dataclass(frozen=True, slots=True)
class SignatureError:
    """An error of S3; an empty message is the code's usual one."""

    code: S3ErrorCode
    message: str = ""
    elements: Elements = ()


def signature_error(refused: Refused, region: str, moment: Moment) -> SignatureError:
    """The error for a signature that is not taken.

    AWS: "Error responses" (Amazon S3 API reference)
    """
    parts = refused.parts
    if refused.malformed is not None or parts is None:
        return _malformed(refused.malformed)
    match refused.failure:
        case Failure.SCOPE:
            return _scope(refused.wrong[0], parts, region)
        case Failure.HOST_NOT_SIGNED | Failure.HEADERS_NOT_SIGNED:
            message = "There were headers present in the request which were not signed"
            unsigned = ", ".join(refused.wrong) or "host"
            return SignatureError(S3ErrorCode.ACCESS_DENIED, message, (("HeadersNotSigned", unsigned),))
        case Failure.EXPIRED | Failure.NOT_YET_CURRENT | Failure.URL_EXPIRED:
            return _time(refused.failure, parts, moment)
        case Failure.MISMATCH if refused.computed is not None:
            return _mismatch(parts, refused.computed)
    return _key(refused.failure, parts)


def _key(failure: Failure, parts: SignatureParts) -> SignatureError:
    token = (("Token-0", parts.session_token),)
    if failure is Failure.SESSION_EXPIRED:
        return SignatureError(S3ErrorCode.EXPIRED_TOKEN, elements=token)
    if failure is Failure.WRONG_TOKEN and parts.session_token:
        return SignatureError(S3ErrorCode.INVALID_TOKEN, elements=token)
    if failure is Failure.UNSUPPORTED_ALGORITHM:
        message = 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"'
        return SignatureError(S3ErrorCode.AUTHORIZATION_QUERY_PARAMETERS_ERROR, message)
    key_id = (("AWSAccessKeyId", parts.credential.access_key_id),)
    return SignatureError(S3ErrorCode.INVALID_ACCESS_KEY_ID, elements=key_id)


def _mismatch(parts: SignatureParts, computed: Computed) -> SignatureError:
    return SignatureError(
        S3ErrorCode.SIGNATURE_DOES_NOT_MATCH,
        elements=(
            ("AWSAccessKeyId", parts.credential.access_key_id),
            ("StringToSign", computed.to_sign),
            ("SignatureProvided", parts.signature),
            ("StringToSignBytes", _bytes(computed.to_sign)),
            ("CanonicalRequest", computed.canonical.text),
            ("CanonicalRequestBytes", _bytes(computed.canonical.text)),
        ),
    )


def _bytes(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").hex(" ")


def _time(failure: Failure, parts: SignatureParts, moment: Moment) -> SignatureError:
    """AWS: "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)"."""
    server = ("ServerTime", _iso(arrived_at(moment)))
    if failure is Failure.URL_EXPIRED:
        seconds = parts.expires_s or 0
        end = signed_at(parts) + timedelta(seconds=seconds)
        elements = (("X-Amz-Expires", str(seconds)), ("Expires", _iso(end)), server)
        return SignatureError(S3ErrorCode.ACCESS_DENIED, "Request has expired", elements)
    if parts.carrier is Carrier.QUERY:
        return SignatureError(S3ErrorCode.ACCESS_DENIED, "Request is not yet valid", (server,))
    skew = ("MaxAllowedSkewMilliseconds", str(S3.skew_s * 1000))
    elements = (("RequestTime", parts.timestamp), server, skew)
    return SignatureError(S3ErrorCode.REQUEST_TIME_TOO_SKEWED, elements=elements)


def _iso(moment: datetime) -> str:
    return moment.strftime(_ISO)


def _scope(wrong: str, parts: SignatureParts, region: str) -> SignatureError:
    scope = parts.credential
    texts = {
        "region": f"the region '{scope.region}' is wrong; expecting '{region}'",
        "service": f'incorrect service "{scope.service}". This endpoint belongs to "{S3.name}".',
        "terminator": f'incorrect terminal "{scope.terminator}". This endpoint uses "{TERMINATOR}".',
        "date": f'Invalid credential date "{scope.date}". This date is not the same as X-Amz-Date: '
        f'"{parts.timestamp[:8]}".',
    }
    elements = (("Region", region),) if wrong == "region" else ()
    return _in(parts.carrier, texts[wrong], elements)


def _in(carrier: Carrier, text: str, elements: Elements = ()) -> SignatureError:
    """The same text is introduced differently in header and query."""
    if carrier is Carrier.HEADER:
        message = f"The authorization header is malformed; {text}"
        return SignatureError(S3ErrorCode.AUTHORIZATION_HEADER_MALFORMED, message, elements)
    message = f"Error parsing the X-Amz-Credential parameter; {text}"
    return SignatureError(S3ErrorCode.AUTHORIZATION_QUERY_PARAMETERS_ERROR, message, elements)


def _malformed(malformed: Malformed | None) -> SignatureError:
    if malformed is None:
        return SignatureError(S3ErrorCode.AUTHORIZATION_HEADER_MALFORMED)
    match malformed.fault:
        case Fault.BAD_CREDENTIAL:
            return _in(malformed.carrier, f"the Credential is mal-formed; expecting {_CREDENTIAL_FORM}.")
        case Fault.BAD_EXPIRES:
            return SignatureError(
                S3ErrorCode.AUTHORIZATION_QUERY_PARAMETERS_ERROR, _bad_expires(malformed.found)
            )
        case Fault.NO_DATE | Fault.BAD_DATE if malformed.carrier is Carrier.HEADER:
            message = "AWS authentication requires a valid Date or x-amz-date header"
            return SignatureError(S3ErrorCode.ACCESS_DENIED, message)
        case Fault.BAD_DATE:
            message = "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
            return SignatureError(S3ErrorCode.AUTHORIZATION_QUERY_PARAMETERS_ERROR, message)
    if malformed.carrier is Carrier.QUERY:
        return SignatureError(S3ErrorCode.AUTHORIZATION_QUERY_PARAMETERS_ERROR)
    missing = ", ".join(malformed.missing) or "Credential"
    text = f'The authorization header is malformed; the authorization component "{missing}" is missing'
    return SignatureError(S3ErrorCode.AUTHORIZATION_HEADER_MALFORMED, text)


def _bad_expires(found: str) -> str:
    """AWS: "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)"."""
    if not (found.isascii() and found.lstrip("-").isdigit()):
        return "X-Amz-Expires should be a number"
    if int(found) <= 0:
        return "X-Amz-Expires must be non-negative"
    return (
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less "
        "than 604800 seconds"
    )
