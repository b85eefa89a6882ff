"""The HTTP request that an integration's backend receives: URI, query string, headers, body.

AWS: "HTTP integrations for REST APIs in API Gateway"
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from landbridge.model.exchange import Headers
from landbridge.semantics.api_gateway.integration_request import IntegrationRequest
from landbridge.semantics.api_gateway.mapping_template import Strings
from landbridge.semantics.api_gateway.proxy_response import trace_root
from landbridge.semantics.api_gateway.request import MethodRequest
from landbridge.semantics.api_gateway.request_parameters import (
    Values,
    inbound_headers,
    query_parameters,
)
from landbridge.semantics.api_gateway.stage_variables import with_stage_variables

WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS"})
_PLACEHOLDER = re.compile(r"\{([^{}/]+)\}")
_DROPPED = frozenset(
    {
        *("connection", "content-length", "expect", "host", "proxy-authenticate", "te", "trailer"),
        *("transfer-encoding", "upgrade", "via"),
    }
)
_DROPPED_FROM_PROXY = _DROPPED | {"content-encoding"}
LEAST_PORT = 1024
_PORTS = {"http": 80, "https": 443}
_IN_PATH = "/:@!$&'()*+,;=~-._%"


@dataclass(frozen=True, slots=True)
class BackendUri:
    """Where a request goes."""

    scheme: str
    host: str
    """In lower case."""
    port: int
    authority: str
    """``Host``: with the port where the URI has one."""
    path: str
    query: str


def http_method(request: MethodRequest) -> str:
    """The integration's method; with ``ANY``, or without one, the client's."""
    method = request.integration.http_method
    return request.match.http_method if method in ("", "ANY") else method


def read_uri(request: MethodRequest, path_parameters: Strings) -> BackendUri | None:
    """The URI with stage variables and path parameters in it; None where it is no address of a server.

    Ports below 1024 are not called, but for 80 and 443.
    AWS: "HTTP integrations for REST APIs in API Gateway"
    """
    template = with_stage_variables(request.integration.uri, request.call.stage.variables)
    text = fill(template, path_parameters)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or _has_white_space(text):
        return None
    if port is not None and port < LEAST_PORT and port not in _PORTS.values():
        return None
    return BackendUri(
        parts.scheme,
        parts.hostname,
        port or _PORTS[parts.scheme],
        parts.netloc.rpartition("@")[2],
        parts.path or "/",
        parts.query,
    )


def fill(template: str, path_parameters: Strings) -> str:
    """The text with each ``{name}`` replaced by its mapped parameter, encoded; an unmapped one stays.

    AWS: "Amazon API Gateway important notes"
    """
    if "{" not in template:
        return template

    def value(found: re.Match[str]) -> str:
        mapped = path_parameters.get(found[1])
        return found[0] if mapped is None else encoded(mapped)

    return quote(_PLACEHOLDER.sub(value, template), safe=_IN_PATH + "?#{}[]")


def encoded(text: str) -> str:
    """A decoded parameter as a part of a path; slashes stay."""
    return quote(text, safe="/:@!$&'()*+,;=~-._")


def target(path: str, query: str, parameters: Values) -> str:
    """Path and query of a request line: the URI's own query first, then the parameters."""
    pairs = [f"{_escaped(name)}={_escaped(value)}" for name, values in parameters.items() for value in values]
    whole = "&".join(([query] if query else []) + pairs)
    return f"{path}?{whole}" if whole else path


def mapped_headers(request: MethodRequest, made: IntegrationRequest) -> Headers:
    """The headers of a non-proxy integration: what is mapped, and what API Gateway adds.

    AWS: "Amazon API Gateway important notes"
    """
    return _completed(request, _kept(made.parameters.header, _DROPPED), made.body)


def passed_headers(request: MethodRequest, mapped: Values, body: bytes) -> Headers:
    """The headers of a proxy integration: the client's, mapped ones in their place, and what is added.

    AWS: "Amazon API Gateway important notes"
    """
    replaced = {name.lower() for name in mapped}
    headers = _kept(inbound_headers(request.call), _DROPPED_FROM_PROXY | replaced)
    return _completed(request, headers | _kept(mapped, _DROPPED), body)


def passed_query(request: MethodRequest, mapped: Values) -> Values:
    """The client's query string, and mapped values after the client's of the same name."""
    received = query_parameters(request.call.request.query)
    for name, values in mapped.items():
        received[name] = received.get(name, []) + values
    return received


def _kept(headers: Values, dropped: Iterable[str]) -> Strings:
    return {name: ",".join(values) for name, values in headers.items() if name.lower() not in dropped}


def _completed(request: MethodRequest, headers: Strings, body: bytes) -> Headers:
    api_id = request.call.api.id
    own = {
        "X-Amzn-Apigateway-Api-Id": str(api_id),
        "X-Amzn-Trace-Id": f"Root={trace_root(request)}",
    }
    defaults = {"Accept": "application/json", "User-Agent": f"AmazonAPIGateway_{api_id}"}
    if body:
        defaults["Content-Type"] = request.call.request.header("content-type") or "application/json"
    given = {name.lower() for name in headers}
    own_names = {name.lower() for name in own}
    return (
        *((name, value) for name, value in headers.items() if name.lower() not in own_names),
        *((name, value) for name, value in defaults.items() if name.lower() not in given),
        *own.items(),
    )


def _escaped(text: str) -> str:
    return quote(text, safe="~-._*")


def _has_white_space(text: str) -> bool:
    return any(character.isspace() or not character.isprintable() for character in text)
