"""Headers that a listener's attributes rename on the way to targets, and add or remove on the way back.

AWS: "HTTP header modification for your Application Load Balancer"
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from landbridge.model.exchange import Headers, HttpResponse, without
from landbridge.model.load_balancing import Listener
from landbridge.semantics.load_balancing.responses import SERVER


@dataclass(frozen=True, slots=True)
class HeaderAttributes:
    """What a listener changes."""

    renamed: Mapping[str, str]
    """New names of headers that the load balancer adds to requests, by the usual name in lower case."""
    added: Headers
    """Headers of every response; they take the place of a target's."""
    hides_server: bool
    """Whether responses of the load balancer's own do without their ``Server`` header."""


@lru_cache(maxsize=64)
def compile_header_attributes(attributes: tuple[tuple[str, str], ...]) -> HeaderAttributes:
    """What the listener attributes say; other attributes are none of headers.

    AWS: "Enable HTTP header modification for your Application Load Balancer"
    """
    values = dict(attributes)
    renamed = {
        name: values[key] for name in RENAMED if values.get(key := f"{_REQUEST}{_word(name)}.header_name")
    }
    added = tuple(
        (name, values[key]) for name in ADDED if values.get(key := f"{_RESPONSE}{_word(name)}.header_value")
    )
    return HeaderAttributes(renamed, added, values.get(SERVER_ENABLED) == "false")


def rename_request_headers(added: Headers, others: Headers, listener: Listener) -> Headers:
    """The headers that the load balancer has added, under their new names, before the client's.

    A client's own header of such a name does not go on: targets trust it.

    AWS: "HTTP header modification for your Application Load Balancer"
    """
    renamed = compile_header_attributes(listener.attributes).renamed
    mine = tuple((renamed.get(name.lower(), name), value) for name, value in added)
    taken = {name.lower() for name in renamed.values()}
    return (*mine, *without(others, *taken))


def modify_response(response: HttpResponse, listener: Listener) -> HttpResponse:
    """The response as the client gets it.

    AWS: "HTTP header modification for your Application Load Balancer"
    """
    attributes = compile_header_attributes(listener.attributes)
    headers = response.headers
    if attributes.hides_server:
        headers = tuple(header for header in headers if header != SERVER)
    if attributes.added:
        replaced = (name.lower() for name, _ in attributes.added)
        headers = (*without(headers, *replaced), *attributes.added)
    return replace(response, headers=headers)


SERVER_ENABLED = "routing.http.response.server.enabled"
RENAMED = (
    "x-amzn-mtls-clientcert-serial-number",
    "x-amzn-mtls-clientcert-issuer",
    "x-amzn-mtls-clientcert-subject",
    "x-amzn-mtls-clientcert-validity",
    "x-amzn-mtls-clientcert-leaf",
    "x-amzn-mtls-clientcert",
    "x-amzn-tls-version",
    "x-amzn-tls-cipher-suite",
)
ADDED = (
    "Strict-Transport-Security",
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Credentials",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
)
_REQUEST = "routing.http.request."
_RESPONSE = "routing.http.response."


def _word(name: str) -> str:
    return name.lower().replace("-", "_")
