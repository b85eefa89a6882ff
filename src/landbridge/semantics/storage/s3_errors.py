"""The XML that Amazon S3 answers an error with.

AWS: "Error responses" (Amazon S3 API reference)
"""

import base64
import hashlib
from xml.sax.saxutils import escape

from landbridge.model.exchange import Headers, HttpResponse, Moment
from landbridge.semantics.dates import http_date
from landbridge.trace.codes import S3ErrorCode

SERVER = ("Server", "AmazonS3")
_ERRORS = {
    S3ErrorCode.ACCESS_DENIED: (403, "Access Denied"),
    S3ErrorCode.ACCESS_FORBIDDEN: (403, "CORSResponse: CORS is not enabled for this bucket."),
    S3ErrorCode.AUTHORIZATION_HEADER_MALFORMED: (400, "The authorization header is malformed"),
    S3ErrorCode.AUTHORIZATION_QUERY_PARAMETERS_ERROR: (
        400,
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
        "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    ),
    S3ErrorCode.BAD_REQUEST: (400, "Insufficient information. Origin request header needed."),
    S3ErrorCode.EXPIRED_TOKEN: (400, "The provided token has expired."),
    S3ErrorCode.INVALID_ACCESS_KEY_ID: (
        403,
        "The AWS Access Key Id you provided does not exist in our records.",
    ),
    S3ErrorCode.INVALID_ARGUMENT: (400, "Unsupported Authorization Type"),
    S3ErrorCode.INVALID_BUCKET_NAME: (400, "The specified bucket is not valid."),
    S3ErrorCode.INVALID_RANGE: (416, "The requested range is not satisfiable"),
    S3ErrorCode.INVALID_REQUEST: (
        400,
        "Request specific response headers cannot be used for anonymous GET requests.",
    ),
    S3ErrorCode.INVALID_TOKEN: (400, "The provided token is malformed or otherwise invalid."),
    S3ErrorCode.INVALID_URI: (400, "Couldn't parse the specified URI."),
    S3ErrorCode.KEY_TOO_LONG: (400, "Your key is too long"),
    S3ErrorCode.METHOD_NOT_ALLOWED: (405, "The specified method is not allowed against this resource."),
    S3ErrorCode.NO_SUCH_BUCKET: (404, "The specified bucket does not exist"),
    S3ErrorCode.NO_SUCH_KEY: (404, "The specified key does not exist."),
    S3ErrorCode.NOT_IMPLEMENTED: (
        501,
        "A header you provided implies functionality that is not implemented.",
    ),
    S3ErrorCode.PERMANENT_REDIRECT: (
        301,
        "The bucket you are attempting to access must be addressed using the specified endpoint. "
        "Please send all future requests to this endpoint.",
    ),
    S3ErrorCode.PRECONDITION_FAILED: (412, "At least one of the pre-conditions you specified did not hold"),
    S3ErrorCode.REQUEST_TIME_TOO_SKEWED: (
        403,
        "The difference between the request time and the current time is too large.",
    ),
    S3ErrorCode.SIGNATURE_DOES_NOT_MATCH: (
        403,
        "The request signature we calculated does not match the signature you provided. "
        "Check your key and signing method.",
    ),
    S3ErrorCode.X_AMZ_CONTENT_SHA256_MISMATCH: (
        400,
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
    ),
}


def error_response(
    code: S3ErrorCode,
    moment: Moment,
    *elements: tuple[str, str],
    message: str = "",
    headers: Headers = (),
) -> HttpResponse:
    """The error with the elements that it has after its message: ``("Key", "a/b.html")``.

    `message` takes the place of the code's usual one, `headers` come between the ids and the type.
    """
    status, usual = _ERRORS[code]
    named = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in elements)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{escape(message or usual)}</Message>{named}"
        f"<RequestId>{_request_id(moment)}</RequestId><HostId>{_host_id(moment)}</HostId></Error>"
    )
    request_id, host_id = ids(moment)[::-1]
    all_headers = (
        *(request_id, host_id, *headers),
        ("Content-Type", "application/xml"),
        date(moment),
        SERVER,
    )
    return HttpResponse(status, all_headers, body.encode())


def ids(moment: Moment) -> Headers:
    """What an answer of S3 begins with; in an error the other way round.

    AWS: "Common response headers" (Amazon S3 API reference)
    """
    return ("x-amz-id-2", _host_id(moment)), ("x-amz-request-id", _request_id(moment))


def date(moment: Moment) -> tuple[str, str]:
    """The header with the time of the answer."""
    return ("Date", http_date(moment.epoch_ms))


def _request_id(moment: Moment) -> str:
    """16 characters, as S3's."""
    return moment.request_id.replace("-", "")[:16].upper()


def _host_id(moment: Moment) -> str:
    """76 characters, as S3's; derived, so that the same moment gives the same answer."""
    digest = hashlib.sha512(moment.request_id.encode()).digest()
    return base64.b64encode(digest[:56]).decode()
