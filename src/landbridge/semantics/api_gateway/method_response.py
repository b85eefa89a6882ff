"""The method response: the headers API Gateway adds to an integration's answer, in its order."""

from landbridge.model.exchange import Headers, HttpResponse, Moment
from landbridge.semantics.api_gateway.media_types import DEFAULT_CONTENT_TYPE
from landbridge.semantics.api_gateway.request import ApiRequest
from landbridge.semantics.dates import http_date

DROPPED = frozenset(
    {"expect", "host", "proxy-authenticate", "te", "trailer", "transfer-encoding", "upgrade", "via"}
)
REMAPPED_FROM_PROXY = frozenset({"connection", "content-length", "date", "server"})
REMAPPED_FROM_MAPPING = REMAPPED_FROM_PROXY | {
    "authorization",
    "content-md5",
    "max-forwards",
    "user-agent",
    "www-authenticate",
}


def method_response(
    call: ApiRequest, moment: Moment, status: int, headers: Headers, body: bytes, trace: str
) -> HttpResponse:
    """The response with API Gateway's own headers around `headers`; `trace` is empty where there is none.

    AWS: "Amazon API Gateway important notes"
    """
    content_type = DEFAULT_CONTENT_TYPE
    others = []
    for pair in headers:
        if pair[0].lower() == "content-type":
            content_type = pair[1]
        else:
            others.append(pair)
    first = (("Server", "Server"),) if call.vpc_endpoint_id is not None else ()
    last = (("X-Amzn-Trace-Id", trace),) if trace else ()
    return HttpResponse(
        status,
        (
            *first,
            ("Date", http_date(moment.epoch_ms)),
            ("Content-Type", content_type),
            ("x-amzn-RequestId", moment.request_id),
            *others,
            ("x-amz-apigw-id", moment.extended_request_id),
            *last,
        ),
        b"" if call.request.method == "HEAD" else body,
    )


def outbound_headers(headers: Headers, remapped: frozenset[str]) -> Headers:
    """The headers an integration may set: some are dropped, some renamed to ``x-amzn-Remapped-…``."""
    outbound = []
    for pair in headers:
        lower = pair[0].lower()
        if lower in remapped:
            outbound.append((f"x-amzn-Remapped-{pair[0].title()}", pair[1]))
        elif lower not in DROPPED:
            outbound.append(pair)
    return tuple(outbound)
