"""The responses that a load balancer makes itself: error pages, redirects, fixed responses.

All carry ``Server: awselb/2.0``: a response without it came from a target.

AWS: "Troubleshoot your Application Load Balancers"
"""

import re
from datetime import UTC, datetime
from http import HTTPStatus

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse
from landbridge.model.load_balancing import FixedResponseAction, Listener, RedirectAction
from landbridge.semantics.load_balancing.conditions import split_port, split_target

LONGEST_LOCATION = 8 * 1024
"""Characters of a redirect's URL; AWS has a limit but does not tell it."""


def error(status: int, epoch_ms: int, *, user_agent: str = "", plain_to_https: bool = False) -> HttpResponse:
    """The load balancer's page for this status; statuses of its own (460, 463, 464, 561, 562) have no body.

    A browser that would show a page of its own instead gets a page long enough to be shown. For a HEAD
    request the writer leaves the body out and keeps its length.

    AWS: "Troubleshoot your Application Load Balancers"
    """
    title = _TITLES.get(status)
    if title is None:
        return HttpResponse(status, _headers(epoch_ms), b"", "")
    body = _plain_to_https_page() if plain_to_https and status == HTTPStatus.BAD_REQUEST else _page(title)
    if _replaces_short_pages(user_agent):
        body += _PADDING
    return HttpResponse(status, _headers(epoch_ms, "text/html"), body, _reason(status, title))


def redirect(action: RedirectAction, request: HttpRequest, listener: Listener, epoch_ms: int) -> HttpResponse:
    """The redirect, or 507 where its URL is too long.

    Location always carries the port, and a question mark only before a query.

    AWS: "Action types for listener rules"
    """
    location = _location(action, request, listener)
    if len(location) > LONGEST_LOCATION:
        return error(HTTPStatus.INSUFFICIENT_STORAGE, epoch_ms)
    return _redirection(301 if action.status_code == "HTTP_301" else 302, location, epoch_ms)


def found(location: str, epoch_ms: int) -> HttpResponse:
    """The redirect to or from an identity provider.

    AWS: "Authenticate users using an Application Load Balancer"
    """
    return _redirection(HTTPStatus.FOUND, location, epoch_ms)


def fixed_response(action: FixedResponseAction, epoch_ms: int) -> HttpResponse:
    """The fixed response.

    AWS: "Action types for listener rules"
    """
    content_type = f"{action.content_type or 'text/plain'}; charset=utf-8"
    return HttpResponse(
        action.status_code, _headers(epoch_ms, content_type), action.message_body.encode("utf-8")
    )


SERVER = ("Server", "awselb/2.0")
_TITLES = {
    301: "301 Moved Permanently",
    302: "302 Found",
    400: "400 Bad Request",
    401: "401 Authorization Required",
    403: "403 Forbidden",
    405: "405 Not Allowed",
    408: "408 Request Time-out",
    413: "413 Request Entity Too Large",
    414: "414 Request-URI Too Large",
    500: "500 Internal Server Error",
    501: "501 Not Implemented",
    502: "502 Bad Gateway",
    503: "503 Service Temporarily Unavailable",
    504: "504 Gateway Time-out",
    505: "505 HTTP Version Not Supported",
    507: "507 Insufficient Storage",
}
_REASONS = {302: "Moved Temporarily", 401: "Unauthorized"}
"""Where the status line differs from the page's title."""
_PLACEHOLDER = re.compile(r"#\{(protocol|host|port|path|query)\}")
_PADDING = b"<!-- a padding to disable MSIE and Chrome friendly error page -->\r\n" * 6
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _redirection(status: int, location: str, epoch_ms: int) -> HttpResponse:
    headers = (*_headers(epoch_ms, "text/html"), ("Location", location))
    title = _TITLES[status]
    return HttpResponse(status, headers, _page(title), _reason(status, title))


def _headers(epoch_ms: int, content_type: str = "") -> Headers:
    leading = (SERVER, ("Date", _http_date(epoch_ms)))
    return (*leading, ("Content-Type", content_type)) if content_type else leading


def _http_date(epoch_ms: int) -> str:
    """The Date header's form; its names of days and months are the same in every locale."""
    at = datetime.fromtimestamp(epoch_ms // 1000, UTC)
    return f"{_DAYS[at.weekday()]}, {at:%d} {_MONTHS[at.month - 1]} {at:%Y %H:%M:%S} GMT"


def _reason(status: int, title: str) -> str:
    return _REASONS.get(status) or title.partition(" ")[2]


def _page(title: str, heading: str = "", explanation: str = "") -> bytes:
    lines = (
        "<html>",
        f"<head><title>{title}</title></head>",
        "<body>",
        f"<center><h1>{heading or title}</h1></center>",
        *((f"<center>{explanation}</center>",) if explanation else ()),
        "</body>",
        "</html>",
        "",
    )
    return "\r\n".join(lines).encode("ascii")


def _plain_to_https_page() -> bytes:
    message = "The plain HTTP request was sent to HTTPS port"
    return _page(f"400 {message}", _TITLES[400], message)


def _replaces_short_pages(user_agent: str) -> bool:
    """Chrome, and Internet Explorer of old."""
    return "Chrome/" in user_agent or ("MSIE " in user_agent and "Opera" not in user_agent)


def _location(action: RedirectAction, request: HttpRequest, listener: Listener) -> str:
    """The Location, its placeholders filled in; the path comes without its first slash."""
    authority, target = split_target(request.target)
    host, _ = split_port(authority or request.header("host") or "")
    path, _, query = target.partition("?")
    values = {
        "protocol": listener.protocol.lower(),
        "host": host,
        "port": str(listener.port),
        "path": path.removeprefix("/"),
        "query": query,
    }
    templates = (action.protocol.lower(), action.host, action.port, action.path, action.query)
    parts = [_PLACEHOLDER.sub(lambda found: values[found[1]], template) for template in templates]
    protocol, host, port, path, query = parts
    return f"{protocol}://{host}:{port}{path}" + (f"?{query}" if query else "")
