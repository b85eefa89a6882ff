"""What a target receives, and what the client gets back from it.

AWS: "HTTP headers and Application Load Balancers"
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse, Moment, names_of
from landbridge.model.load_balancing import Listener, LoadBalancer
from landbridge.semantics.load_balancing.conditions import split_port, split_target
from landbridge.semantics.load_balancing.header_attributes import rename_request_headers
from landbridge.semantics.load_balancing.mutual_tls import MTLS_HEADERS


@dataclass(frozen=True, slots=True)
class Client:
    """The client's side of one connection, as the load balancer sees it."""

    address: str
    port: int = 0
    tls_version: str = ""
    """For example ``TLSv1.2``; empty without TLS."""
    tls_cipher: str = ""
    """OpenSSL's name."""
    server_name: str = ""
    """The SNI in lower case; empty where the client sent none, as a load balancer does to targets."""
    certificate_headers: Headers | None = None
    """What mutual TLS tells targets of the client's certificate; None without mutual TLS."""


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
    drop_invalid = forwarding.drop_invalid_headers or request.version == "2"
    sorted_out = _sort_out(names_of(request.headers), drop_invalid)
    seen = _received(request.headers, sorted_out)
    added = _forwarded_for(seen, forwarding, client)
    added.append(("X-Forwarded-Proto", listener.protocol.lower()))
    added.append(("X-Forwarded-Port", str(listener.port)))
    for host in _hosts(seen.hosts, authority, listener, forwarding):
        added.append(("Host", host))
    added.append(("X-Amzn-Trace-Id", _trace_id(seen.trace_id, moment.trace_id, request.headers)))
    if forwarding.tls_headers and client.tls_version:
        added.append(("X-Amzn-TLS-Version", client.tls_version))
        added.append(("X-Amzn-TLS-Cipher-Suite", client.tls_cipher))
    if seen.upgrade and "upgrade" in seen.connection:
        added += [("Upgrade", seen.upgrade), ("Connection", "Upgrade")]
    others = [request.headers[place] for place in sorted_out.others]
    if client.certificate_headers is not None:
        added += client.certificate_headers
        others = [pair for pair in others if pair[0].lower() not in MTLS_HEADERS]
    if seen.connection:
        named = {token.strip() for token in seen.connection.split(",")}
        if not named.isdisjoint(sorted_out.other_names):
            others = [pair for pair in others if pair[0].lower() not in named]
    headers = (*added, *others)
    if listener.attributes:
        headers = rename_request_headers(tuple(added), tuple(others), listener)
    return HttpRequest(request.method, target, headers, request.body)


def trace_id_header(request: HttpRequest, fresh: str) -> str:
    """The ``X-Amzn-Trace-Id`` that the target of this request gets.

    AWS: "Request tracing for your Application Load Balancer"
    """
    return _trace_id(request.header("x-amzn-trace-id") or "", fresh, request.headers)


def relay(response: HttpResponse) -> HttpResponse:
    """The target's response as the client gets it: hop-by-hop headers gone, Date and Content-Type first.

    A target's ``Server`` header goes through; the load balancer adds none of its own.

    AWS: "How Elastic Load Balancing works"
    """
    order = _relayed(names_of(response.headers))
    if order is None:
        return response
    headers = tuple([response.headers[place] for place in order])
    if response.stream is not None:
        return replace(response, headers=headers)
    return HttpResponse(response.status, headers, response.body, response.reason)


@dataclass(frozen=True, slots=True)
class _SortedOut:
    """The places of a request's headers that are rewritten, with their names, and of the others."""

    rewritten: tuple[tuple[int, str], ...]
    others: tuple[int, ...]
    other_names: frozenset[str]


@dataclass(slots=True)
class _Received:
    """What the rewriting needs of the headers that are rewritten."""

    hosts: list[str]
    forwarded_for: list[str]
    trace_id: str = ""
    upgrade: str = ""
    connection: str = ""


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
_LEADING = {"server": 0, "date": 1, "content-type": 2}
_VALID_NAME = re.compile("[-A-Za-z0-9]+")
_TOKEN = re.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]+")
_REQUEST_TRACING_LIMIT = 7 * 1024


@lru_cache(maxsize=128)
def _relayed(names: tuple[str, ...]) -> tuple[int, ...] | None:
    """The places of the headers that go on, in their order; None when they go on as they are."""
    lowered = [name.lower() for name in names]
    places = [place for place, name in enumerate(lowered) if name not in _HOP_BY_HOP]
    places.sort(key=lambda place: _LEADING.get(lowered[place], len(_LEADING)))
    return None if places == list(range(len(names))) else tuple(places)


@lru_cache(maxsize=128)
def _sort_out(names: tuple[str, ...], drop_invalid: bool) -> _SortedOut:
    """With a name that is no token a request could be read in two ways: those never go on.

    AWS: "HTTP headers and Application Load Balancers"
    """
    lowered = list(enumerate(name.lower() for name in names))
    passes = (_VALID_NAME if drop_invalid else _TOKEN).fullmatch
    others = [(place, name) for place, name in lowered if name not in _REWRITTEN and passes(name)]
    return _SortedOut(
        tuple((place, name) for place, name in lowered if name in _REWRITTEN),
        tuple(place for place, _ in others),
        frozenset(name for _, name in others),
    )


def _received(headers: Headers, sorted_out: _SortedOut) -> _Received:
    seen = _Received([], [])
    for place, name in sorted_out.rewritten:
        _take(name, headers[place][1], seen)
    return seen


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
    if forwarding.x_forwarded_for == "append" and not (seen.forwarded_for or forwarding.client_port):
        return [("X-Forwarded-For", client.address)]
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
