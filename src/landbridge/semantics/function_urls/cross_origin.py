"""Cross-origin requests to a function URL: preflight requests, and what answers carry.

AWS: "Creating and managing Lambda function URLs"
"""

from dataclasses import replace

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse, Moment
from landbridge.model.functions import Cors, FunctionUrl
from landbridge.semantics.function_urls.response import own_headers
from landbridge.trace.decision import Decision, ResourceRef, allowed

VARY = ("Vary", "Origin")
EVERYTHING = "*"


def is_preflight(request: HttpRequest) -> bool:
    """Whether a browser asks if it may send a request of another origin."""
    if request.method != "OPTIONS" or request.header("origin") is None:
        return False
    return request.header("access-control-request-method") is not None


def preflight(
    cors: Cors, request: HttpRequest, moment: Moment, cited: ResourceRef
) -> tuple[HttpResponse, Decision]:
    """The answer without the function and without permission; what is not allowed, is not named in it.

    AWS: "Creating and managing Lambda function URLs"
    """
    headers = _of_origin(cors, request)
    if headers:
        headers += _named("Access-Control-Allow-Methods", cors.allow_methods)
        headers += _named("Access-Control-Allow-Headers", cors.allow_headers)
        headers += (("Access-Control-Max-Age", str(cors.max_age_s)),) if cors.max_age_s else ()
    facts = (
        ("Origin", request.header("origin") or ""),
        ("method", request.header("access-control-request-method") or ""),
        ("allowed origins", ", ".join(cors.allow_origins) or "none"),
        ("allowed methods", ", ".join(cors.allow_methods) or "none"),
    )
    return HttpResponse(200, (*headers, *own_headers(moment))), allowed(cited, *facts)


def with_cors(url: FunctionUrl, request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The function's response with what the URL's settings say; they win over the function's own headers.

    AWS: "Creating and managing Lambda function URLs"
    """
    cors = url.cors
    if cors is None or request.header("origin") is None:
        return response
    kept = tuple(pair for pair in response.headers if not pair[0].lower().startswith("access-control-"))
    headers = _of_origin(cors, request)
    if headers:
        headers += _named("Access-Control-Expose-Headers", cors.expose_headers)
    return replace(response, headers=kept + headers)


def _of_origin(cors: Cors, request: HttpRequest) -> Headers:
    """Nothing for an origin that is not allowed; with credentials the origin is named in any case."""
    origin = request.header("origin") or ""
    if EVERYTHING not in cors.allow_origins and origin not in cors.allow_origins:
        return ()
    named = origin if cors.allow_credentials or EVERYTHING not in cors.allow_origins else EVERYTHING
    headers: Headers = (("Access-Control-Allow-Origin", named),)
    if cors.allow_credentials:
        headers += (("Access-Control-Allow-Credentials", "true"),)
    return (*headers, VARY)


def _named(name: str, values: tuple[str, ...]) -> Headers:
    return ((name, ",".join(values)),) if values else ()
