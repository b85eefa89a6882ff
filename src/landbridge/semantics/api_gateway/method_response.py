"""The method response: the headers API Gateway adds to an integration's answer, in its order."""

from collections.abc import Mapping
from types import MappingProxyType

from landbridge.model.exchange import Headers, HttpResponse, Moment
from landbridge.semantics.api_gateway.media_types import DEFAULT_CONTENT_TYPE
from landbridge.semantics.api_gateway.request import ApiRequest
from landbridge.semantics.dates import http_date

DROPPED = frozenset({"transfer-encoding"})
DROPPED_FROM_SERVER = DROPPED | {"via"}
"""Of the answer of a server that ``HTTP_PROXY`` passes on."""


def _by_lower_case(*names: str) -> Mapping[str, str]:
    return MappingProxyType({name.lower(): name for name in names})


_FROM_ALL = ("Connection", "Content-Length", "Date", "Server", "x-amzn-RequestId")
REMAPPED_FROM_PROXY = _by_lower_case(*_FROM_ALL)
"""What a function, or a server behind ``HTTP_PROXY``, may set only under another name."""
REMAPPED_FROM_MAPPING = _by_lower_case(
    *_FROM_ALL,
    *("Authorization", "Content-MD5", "Expect", "Host", "Max-Forwards", "Proxy-Authenticate"),
    *("Trailer", "Upgrade", "User-Agent", "WWW-Authenticate"),
)
"""The same of the mappings of all other integrations."""


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


def outbound_headers(
    headers: Headers, remapped: Mapping[str, str], dropped: frozenset[str] = DROPPED
) -> Headers:
    """The headers an integration may set: some are dropped, some renamed to ``x-amzn-Remapped-…``.

    What was recorded on AWS; its documents drop more.
    AWS: "Amazon API Gateway important notes"
    """
    outbound = []
    for pair in headers:
        lower = pair[0].lower()
        if lower in remapped:
            outbound.append((f"x-amzn-Remapped-{remapped[lower]}", pair[1]))
        elif lower not in dropped:
            outbound.append(pair)
    return tuple(outbound)
