"""Cookies of the load balancer's own, as it reads and writes them."""

from dataclasses import replace

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse, all_values
from landbridge.semantics.dates import http_date

COOKIE_LIFE_S = 604_800
"""A browser keeps every cookie of a load balancer for seven days, however long it counts.

AWS: "Sticky sessions for your Application Load Balancer"
"""


def cookie_value(request: HttpRequest, name: str) -> str:
    """The value of the first cookie of that name; empty where there is none."""
    return next((value for key, value in request_cookies(request) if key == name), "")


def request_cookies(request: HttpRequest) -> list[tuple[str, str]]:
    """Every cookie that the client sent, in order."""
    if request.header("cookie") is None:
        return []
    pairs = (
        pair.partition("=") for line in all_values(request.headers, "cookie") for pair in line.split(";")
    )
    return [(name.strip(), value.strip()) for name, _, value in pairs if name.strip()]


def set_cookie(name: str, value: str, epoch_ms: int, life_s: int, *attributes: str) -> tuple[str, str]:
    """The header that makes a browser keep a cookie for the whole site."""
    expires = http_date(epoch_ms + life_s * 1000)
    return "Set-Cookie", "; ".join((f"{name}={value}", f"Expires={expires}", "Path=/", *attributes))


def expired_cookie(name: str, *attributes: str) -> tuple[str, str]:
    """The header that makes a browser forget a cookie."""
    return set_cookie(name, "", 0, 0, *attributes)


def with_cookies(response: HttpResponse, cookies: Headers) -> HttpResponse:
    """The response with more headers at its end."""
    if not cookies:
        return response
    return replace(response, headers=(*response.headers, *cookies))
