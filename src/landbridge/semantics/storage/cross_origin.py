"""Cross-origin requests: what a bucket's CORS configuration adds to answers, and preflight requests.

AWS: "Using cross-origin resource sharing (CORS)"
"""

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse, Moment
from landbridge.model.storage import Bucket, CorsRule
from landbridge.semantics.storage.permission import bucket_reference
from landbridge.semantics.storage.s3_errors import SERVER, date, error_response, ids
from landbridge.trace.codes import S3ErrorCode
from landbridge.trace.decision import Hop, ResourceRef, Step, allowed, denied

VARY = ("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
_NOT_ALLOWED = (
    "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, "
    "request method / Access-Control-Request-Method or Access-Control-Request-Headers are not "
    "whitelisted by the resource's CORS spec."
)  # the misspelling is S3's own


def cors_headers(bucket: Bucket, request: HttpRequest) -> Headers:
    """What the bucket's rules add to the answer to a request with an ``Origin``; nothing where none fits."""
    origin = request.header("origin") if bucket.cors_rules else None
    return () if not origin else _headers(bucket, request, origin)


def preflight(bucket: Bucket | None, request: HttpRequest, moment: Moment) -> tuple[HttpResponse, Hop]:
    """The answer to an OPTIONS request; the first rule that fits decides, no permission is needed.

    AWS: "OPTIONS object"
    """
    origin, method = request.header("origin"), request.header("access-control-request-method")
    reference = bucket_reference(bucket.name if bucket is not None else "")
    if not origin:
        decision = denied(
            S3ErrorCode.BAD_REQUEST, reference, remedy="Send an Origin header with a preflight request"
        )
        return error_response(S3ErrorCode.BAD_REQUEST, moment), Hop(reference, Step.CROSS_ORIGIN, decision)
    headers = _headers(bucket, request, origin) if bucket is not None and method else ()
    if headers:
        decision = allowed(reference, ("Origin", origin), ("method", method or ""))
        response = HttpResponse(200, (*ids(moment), date(moment), *headers, SERVER))
        return response, Hop(reference, Step.CROSS_ORIGIN, decision)
    return _refused(bucket, reference, origin, method or request.method, moment)


def _refused(
    bucket: Bucket | None, reference: ResourceRef, origin: str, method: str, moment: Moment
) -> tuple[HttpResponse, Hop]:
    kind, message = "BUCKET", ""
    if bucket is None:
        message = "CORSResponse: Bucket not found"
    elif bucket.cors_rules:
        kind, message = "OBJECT", _NOT_ALLOWED
    decision = denied(
        S3ErrorCode.ACCESS_FORBIDDEN,
        reference,
        ("Origin", origin),
        ("method", method),
        ("CORS rules", str(len(bucket.cors_rules)) if bucket is not None else "no bucket"),
        remedy=f"Add a CORS rule to the bucket that allows {method} from {origin}",
    )
    elements = (("Method", method), ("ResourceType", kind))
    response = error_response(S3ErrorCode.ACCESS_FORBIDDEN, moment, *elements, message=message)
    return response, Hop(reference, Step.CROSS_ORIGIN, decision)


def _headers(bucket: Bucket, request: HttpRequest, origin: str) -> Headers:
    method = request.header("access-control-request-method") or request.method
    wanted = [name.strip() for name in (request.header("access-control-request-headers") or "").split(",")]
    names = [name.lower() for name in wanted if name]
    for rule in bucket.cors_rules:
        pattern = next((each for each in rule.allowed_origins if _fits(each, origin)), None)
        if pattern is None or method not in rule.allowed_methods:
            continue
        if all(any(_fits(each.lower(), name) for each in rule.allowed_headers) for name in names):
            return tuple(_of_rule(rule, pattern, origin, names))
    return ()


def _of_rule(rule: CorsRule, pattern: str, origin: str, names: list[str]) -> list[tuple[str, str]]:
    """Only a rule for every origin answers ``*``, and then without credentials."""
    everyone = pattern == "*"
    headers = [("Access-Control-Allow-Origin", "*" if everyone else origin)]
    headers.append(("Access-Control-Allow-Methods", ", ".join(rule.allowed_methods)))
    if names:
        headers.append(("Access-Control-Allow-Headers", ", ".join(names)))
    if rule.expose_headers:
        headers.append(("Access-Control-Expose-Headers", ", ".join(rule.expose_headers)))
    if rule.max_age_s is not None:
        headers.append(("Access-Control-Max-Age", str(rule.max_age_s)))
    if not everyone:
        headers.append(("Access-Control-Allow-Credentials", "true"))
    return [*headers, VARY]


def _fits(pattern: str, text: str) -> bool:
    """Whether the text is the pattern, whose one ``*`` stands for anything."""
    start, star, end = pattern.partition("*")
    if not star:
        return pattern == text
    return len(text) >= len(start) + len(end) and text.startswith(start) and text.endswith(end)
