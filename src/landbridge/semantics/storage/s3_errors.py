"""The XML that Amazon S3 answers an error with.

AWS: "Error responses" (Amazon S3 API reference)
"""

import base64
import hashlib
from xml.sax.saxutils import escape

from landbridge.model.exchange import Headers, HttpResponse, Moment
from landbridge.semantics.dates import http_date
from landbridge.trace.codes import S3ErrorCode

_ERRORS = {
    S3ErrorCode.ACCESS_DENIED: (403, "Access Denied", ""),
    S3ErrorCode.NO_SUCH_KEY: (404, "The specified key does not exist.", "Key"),
    S3ErrorCode.NO_SUCH_BUCKET: (404, "The specified bucket does not exist", "BucketName"),
}


def error_response(code: S3ErrorCode, subject: str, moment: Moment) -> HttpResponse:
    """The error; `subject` is the key or the bucket, where the error names one."""
    status, message, element = _ERRORS[code]
    named = f"<{element}>{escape(subject)}</{element}>" if element else ""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{message}</Message>{named}"
        f"<RequestId>{_request_id(moment)}</RequestId><HostId>{_host_id(moment)}</HostId></Error>"
    )
    headers = (("Content-Type", "application/xml"), *common_headers(moment))
    return HttpResponse(status, headers, body.encode())


def common_headers(moment: Moment) -> Headers:
    """What every answer of S3 carries.

    AWS: "Common response headers" (Amazon S3 API reference)
    """
    return (
        ("x-amz-id-2", _host_id(moment)),
        ("x-amz-request-id", _request_id(moment)),
        ("Date", http_date(moment.epoch_ms)),
        ("Server", "AmazonS3"),
    )


def _request_id(moment: Moment) -> str:
    """16 characters, as S3's."""
    return moment.request_id.replace("-", "")[:16].upper()


def _host_id(moment: Moment) -> str:
    """76 characters, as S3's; derived, so that the same moment gives the same answer."""
    digest = hashlib.sha512(moment.request_id.encode()).digest()
    return base64.b64encode(digest[:56]).decode()
