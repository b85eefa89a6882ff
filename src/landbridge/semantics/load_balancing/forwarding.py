"""What a target receives, and what the client gets back from it.

AWS: "HTTP headers and Application Load Balancers"
"""

import re
from dataclasses import dataclass, field

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse, Moment
from landbridge.model.load_balancing import Listener, LoadBalancer
from landbridge.semantics.load_balancing.conditions import split_port, split_target


@dataclass(frozen=True, slots=True)
class Client:
    """The client's side of one connection, as the load balancer sees it."""

    address: str
    port: int = 0
    tls_version: str = ""
    """For example ``TLSv1.2``; empty without TLS."""
    tls_cipher: str = ""
    """OpenSSL's name."""


@dataclass(frozen=True, slots=True)
class Forwarding:
    """The load balancer attributes that say how requests are rewritten."""

    dns_name: str
    x_forwarded_for: str
    """``append``, ``preserve`` or ``remove``."""
    client_port: bool
    preserve_host: bool
    drop_invalid_headers: bool
    tls_headers: bool


def compile_forwarding(load_balancer: LoadBalancer) -> Forwarding:
    """The attributes in force, or AWS's defaults for them.

    AWS: "Edit attributes for your Application Load Balancer"
    """

    def enabled(key: str) -> bool:
        return load_balancer.attribute(f"routing.http.{key}.enabled", "false") == "true"

    return Forwarding(
        load_balancer.dns_name,
        load_balancer.attribute("routing.http.xff_header_processing.mode", "append"),
        enabled("xff_client_port"),
        enabled("preserve_host_header"),
        enabled("drop_invalid_header_fields"),
        enabled("x_amzn_tls_version_and_cipher_suite"),
    )


def forward(
    request: HttpRequest, listener: Listener, forwarding: Forwarding, client: Client, moment: Moment
) -> HttpRequest:
    """The request as the target receives it: always HTTP/1.1, path and query untouched.

    AWS: "HTTP headers and Application Load Balancers"
    """
    authority, target = split_target(request.target)
    seen = _Received()
    _sort_headers(request.headers, forwarding.drop_invalid_headers, seen)
    added = _forwarded_for(seen, forwarding, client)
    added.append(("X-Forwarded-Proto", listener.protocol.lower()))
    added.append(("X-Forwarded-Port", str(listener.port)))
    added += [("Host", host) for host in _hosts(seen.hosts, authority, listener, forwarding)]
    added.append(("X-Amzn-Trace-Id", _trace_id(seen.trace_id, moment.trace_id, request.headers)))
    if forwarding.tls_headers and client.tls_version:
        added.append(("X-Amzn-TLS-Version", client.tls_version))
        added.append(("X-Amzn-TLS-Cipher-Suite", client.tls_cipher))
    if seen.upgrade and "upgrade" in seen.connection:
        added += [("Upgrade", seen.upgrade), ("Connection", "Upgrade")]
    if seen.connection:
        named = {token.strip() for token in seen.connection.split(",")}
        seen.others = [pair for pair in seen.others if pair[0].lower() not in named]
    return HttpRequest(request.method, target, (*added, *seen.others), request.body)


def relay(response: HttpResponse) -> HttpResponse:
    """The target's response as the client gets it: hop-by-hop headers gone, Date and Content-Type first.

    A target's ``Server`` header goes through; the load balancer adds none of its own.

    AWS: "How Elastic Load Balancing works"
    """
    leading: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    for pair in response.headers:
        name = pair[0].lower()
        if name in _HOP_BY_HOP:
            continue
        (leading if name in _LEADING else others).append(pair)
    if len(leading) > 1:
        leading.sort(key=_leading_place)
    return HttpResponse(response.status, (*leading, *others), response.body, response.reason)


@dataclass(slots=True)
class _Received:
    """The request's headers, sorted into those that are rewritten and the others."""

    hosts: list[str] = field(default_factory=list)
    forwarded_for: list[str] = field(default_factory=list)
    trace_id: str = ""
    upgrade: str = ""
    connection: str = ""
    others: list[tuple[str, str]] = field(default_factory=list)


_HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
_REWRITTEN = _HOP_BY_HOP | {
    "expect",
    "host",
    "x-amzn-tls-cipher-suite",
    "x-amzn-tls-version",
    "x-amzn-trace-id",
    "x-forwarded-for",
    "x-forwarded-port",
    "x-forwarded-proto",
}
_LEADING = ("server", "date", "content-type")
_VALID_NAME = re.compile("[-A-Za-z0-9]+")
_REQUEST_TRACING_LIMIT = 7 * 1024


def _leading_place(pair: tuple[str, str]) -> int:
    return _LEADING.index(pair[0].lower())


def _sort_headers(headers: Headers, drop_invalid: bool, seen: _Received) -> None:
    for pair in headers:
        name = pair[0].lower()
        if name in _REWRITTEN:
            _take(name, pair[1], seen)
        elif not drop_invalid or _VALID_NAME.fullmatch(name):
            seen.others.append(pair)


def _take(name: str, value: str, seen: _Received) -> None:
    """Keep what the rewriting needs; what is not kept is overwritten or not forwarded."""
    match name:
        case "host":
            seen.hosts.append(value)
        case "x-forwarded-for":
            seen.forwarded_for.append(value)
        case "x-amzn-trace-id":
            seen.trace_id = seen.trace_id or value
        case "upgrade":
            seen.upgrade = value
        case "connection":
            seen.connection = f"{seen.connection},{value}".strip(",").lower()


def _forwarded_for(seen: _Received, forwarding: Forwarding, client: Client) -> list[tuple[str, str]]:
    """``X-Forwarded-For`` by the load balancer's mode; the port only when appending."""
    if forwarding.x_forwarded_for == "remove":
        return []
    if forwarding.x_forwarded_for == "preserve":
        return [("X-Forwarded-For", value) for value in seen.forwarded_for]
    address = client.address
    if forwarding.client_port:
        address = f"[{address}]:{client.port}" if ":" in address else f"{address}:{client.port}"
    return [("X-Forwarded-For", ", ".join((*seen.forwarded_for, address)))]


def _hosts(hosts: list[str], authority: str, listener: Listener, forwarding: Forwarding) -> list[str]:
    """The Host header or headers that go out; a target's own name is never put in.

    AWS: "Edit attributes for your Application Load Balancer"
    """
    if hosts and forwarding.preserve_host:
        return hosts
    host, _ = split_port(authority or (hosts[0] if hosts else forwarding.dns_name))
    if listener.port not in {80, 443}:
        host = f"{host}:{listener.port}"
    return [host.lower()]


def _trace_id(received: str, fresh: str, headers: Headers) -> str:
    """The X-Amzn-Trace-Id that goes out: Root when it is new, Self put before what came, other fields kept.

    AWS: "Request tracing for your Application Load Balancer"
    """
    if not received:
        return f"Root={fresh}"
    if sum(len(name) + len(value) + 4 for name, value in headers) > _REQUEST_TRACING_LIMIT:
        return f"Root={fresh}"
    fields = [part.strip() for part in received.split(";") if part.strip()]
    kept = [part for part in fields if not part.startswith("Self=")]
    has_root = any(part.startswith("Root=") for part in kept)
    new = f"Self={fresh}" if has_root or len(kept) < len(fields) else f"Root={fresh}"
    return ";".join((new, *kept))
