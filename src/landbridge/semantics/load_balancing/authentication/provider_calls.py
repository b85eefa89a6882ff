"""Requests to an identity provider's endpoints."""

from urllib.parse import urlsplit

from landbridge.errors import DeclarationError
from landbridge.model.exchange import Headers, HttpRequest
from landbridge.semantics.needs import SendHttp, Tls

TIMEOUT_MS = 10_000
LARGEST_ANSWER = 1024 * 1024
LOOPBACK_HOSTS = frozenset(("localhost", "127.0.0.1", "::1"))
"""Where plain HTTP is taken for a provider: AWS wants HTTPS, and a test's provider seldom has it."""


def is_endpoint(url: str) -> bool:
    """Whether a URL can be an identity provider's endpoint: HTTPS with a host, or plain HTTP on loopback."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or port == 0 or any(character <= " " for character in url):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK_HOSTS)


def get(url: str, headers: Headers = (), body_bytes: int = LARGEST_ANSWER) -> SendHttp:
    """A GET of an endpoint."""
    return _need(url, "GET", headers, b"", body_bytes)


def post_form(url: str, form: bytes) -> SendHttp:
    """A POST of a form to an endpoint."""
    headers = (("Content-Type", "application/x-www-form-urlencoded"), ("Content-Length", str(len(form))))
    return _need(url, "POST", headers, form, LARGEST_ANSWER)


def port_of(url: str) -> int:
    """The TCP port that a URL leads to."""
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _need(url: str, method: str, headers: Headers, body: bytes, body_bytes: int) -> SendHttp:
    if not is_endpoint(url):
        raise DeclarationError(
            f"{url} is no endpoint of an identity provider",
            "use a full https:// URL; http:// is only for providers on loopback",
        )
    parts = urlsplit(url)
    host = parts.hostname or ""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    whole = (("Host", parts.netloc.rpartition("@")[2]), ("Accept", "application/json"), *headers)
    tls = Tls(verify=True, server_name=host) if parts.scheme == "https" else None
    request = HttpRequest(method, target, whole, body)
    return SendHttp(host, port_of(url), request, tls, TIMEOUT_MS, body_bytes=body_bytes, reuse=False)
