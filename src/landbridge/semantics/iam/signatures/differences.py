"""What was signed that did not arrive: found by trying what clients and load balancers usually change.

The secret is known here, so that a guess can be checked: a changed request whose signature is the one that
was sent is the request that was signed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, product

from landbridge.model.exchange import HttpRequest
from landbridge.model.topology import Topology
from landbridge.semantics.iam.signatures.canonical_request import (
    EMPTY_PAYLOAD,
    UNSIGNED_PAYLOAD,
    CanonicalRequest,
    canonical_path,
    canonical_path_of_s3,
    sign,
    string_to_sign,
)
from landbridge.semantics.iam.signatures.parts import SignatureParts
from landbridge.semantics.iam.signatures.verification import Refused, SigningService
from landbridge.semantics.world import World

MOST_GUESSES = 2_000
"""Each takes some twenty microseconds, and anyone may send a wrong signature."""
ADDED_ON_THE_WAY = (
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-port",
    "x-amzn-trace-id",
    "connection",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of the canonical request, as it was signed and as it arrived."""

    part: str
    """``Host``, ``path``, ``query``, ``method``, ``payload hash`` or the name of a header."""
    signed: str
    arrived: str


def find_differences(
    world: World, request: HttpRequest, refused: Refused, service: SigningService
) -> tuple[Difference, ...]:
    """What has to be undone for the signature to be right; nothing where no guess fits.

    AWS: "Troubleshoot Signature Version 4 signing for AWS API requests"
    """
    if refused.computed is None or refused.key is None or refused.parts is None:
        return ()
    arrived = refused.computed.canonical
    for guess in islice(_guesses(world, request, arrived, service), MOST_GUESSES):
        if _signature(refused.key.secret, refused.parts, guess) == refused.parts.signature:
            return _compare(guess, arrived)
    return ()


def remedy_for(differences: tuple[Difference, ...], canonical: CanonicalRequest) -> str:
    """What to change, one sentence.

    AWS: "Troubleshoot Signature Version 4 signing for AWS API requests"
    """
    if differences:
        found = " and ".join(
            f"the {each.part} that was signed is {each.signed or 'empty'}, the endpoint saw "
            f"{each.arrived or 'none'}"
            for each in differences
        )
        return f"{found[0].upper()}{found[1:]}: sign what is sent, and send what was signed"
    changed = [name for name, _ in canonical.headers if name in ADDED_ON_THE_WAY]
    if changed:
        return (
            f"Do not sign {', '.join(changed)}, which load balancers change on the way; sign Host, "
            "X-Amz-Date and X-Amz-Security-Token"
        )
    return (
        "Check the secret access key; if it is the right one, compare the client's canonical request with "
        "the one in these facts line by line"
    )


def _signature(secret: str, parts: SignatureParts, guess: CanonicalRequest) -> str:
    return sign(secret, parts, string_to_sign(guess.text, parts))


def _guesses(
    world: World, request: HttpRequest, arrived: CanonicalRequest, service: SigningService
) -> Iterator[CanonicalRequest]:
    """First one change, then a Host together with a path or a body."""
    hosts = list(_hosts(world, request))
    others = [
        *(replace(arrived, uri=uri) for uri in _paths(world, request, service)),
        *(replace(arrived, payload_hash=hashed) for hashed in (UNSIGNED_PAYLOAD, EMPTY_PAYLOAD)),
        *(replace(arrived, query=query) for query in _queries(request, arrived)),
        *(replace(arrived, method=method) for method in _methods(request)),
        *(replace(arrived, headers=headers) for headers in _without_additions(arrived)),
    ]
    yield from (_with_host(arrived, host) for host in hosts)
    yield from others
    yield from (_with_host(guess, host) for guess, host in product(others, hosts))


def _with_host(canonical: CanonicalRequest, host: str) -> CanonicalRequest:
    headers = tuple((name, host if name == "host" else value) for name, value in canonical.headers)
    return replace(canonical, headers=headers)


def _hosts(world: World, request: HttpRequest) -> Iterator[str]:
    """The Host with other ports or none, and every name that leads to an API or a bucket here."""
    arrived = (request.header("host") or "").partition(":")[0]
    for name in (arrived, *world.remember(("names that clients sign",), lambda: _names(world.topology))):
        yield from (name, f"{name}:443", f"{name}:80")


def _names(topology: Topology) -> tuple[str, ...]:
    region, gateway = topology.region, topology.api_gateway
    suffix = f"execute-api.{region}.amazonaws.com"
    endpoints = topology.network.vpc_endpoints
    names = [
        *(f"{api.id}.{suffix}" for api in gateway.rest_apis),
        *(f"{api.id}-{each}.{suffix}" for api in gateway.rest_apis for each in api.vpc_endpoint_ids),
        *(domain.name for domain in gateway.domain_names),
        *(name for endpoint in endpoints for name in endpoint.dns_names if "*" not in name),
        *(balancer.dns_name for balancer in topology.load_balancing.load_balancers),
        *(
            record.name
            for zone in topology.names.hosted_zones
            for record in zone.records
            if record.type == "A"
        ),
        *(f"s3.{region}.amazonaws.com", "s3.amazonaws.com"),
        *(f"{bucket.name}.s3.{region}.amazonaws.com" for bucket in topology.storage.buckets),
        *(f"{bucket.name}.s3.amazonaws.com" for bucket in topology.storage.buckets),
    ]
    return tuple(dict.fromkeys(names))


def _paths(world: World, request: HttpRequest, service: SigningService) -> Iterator[str]:
    """Encoded once more or less, with or without a slash at the end, with or without the stage in front."""
    right, other = canonical_path, canonical_path_of_s3
    if service.path_as_sent:
        right, other = other, right
    path = request.path
    yield other(path)
    yield path
    yield right(path.rstrip("/") or "/")
    yield right(f"{path}/")
    for api in world.topology.api_gateway.rest_apis:
        for stage in api.stages:
            yield right(f"/{stage.name}{path}")
            if path.startswith(f"/{stage.name}/"):
                yield right(path.removeprefix(f"/{stage.name}"))


def _queries(request: HttpRequest, arrived: CanonicalRequest) -> Iterator[str]:
    """None, as it was sent, or with pluses taken for themselves."""
    yield ""
    yield request.query
    yield arrived.query.replace("%20", "%2B")
    yield arrived.query.replace("%20", "+")


def _methods(request: HttpRequest) -> tuple[str, ...]:
    override = request.header("x-http-method-override")
    return ("GET", "POST", *((override.upper(),) if override else ()))


def _without_additions(arrived: CanonicalRequest) -> Iterator[tuple[tuple[str, str], ...]]:
    """Without what a load balancer appended to a header that the client had signed."""
    for place, (name, value) in enumerate(arrived.headers):
        before, comma, _ = value.rpartition(",")
        if name in ADDED_ON_THE_WAY and comma:
            yield (*arrived.headers[:place], (name, before.strip()), *arrived.headers[place + 1 :])


def _compare(signed: CanonicalRequest, arrived: CanonicalRequest) -> tuple[Difference, ...]:
    parts = [
        ("method", signed.method, arrived.method),
        ("path", signed.uri, arrived.uri),
        ("query", signed.query, arrived.query),
        ("payload hash", signed.payload_hash, arrived.payload_hash),
    ]
    for (name, value), (_, other) in zip(signed.headers, arrived.headers, strict=True):
        parts.append(("Host" if name == "host" else name, value, other))
    return tuple(Difference(*part) for part in parts if part[1] != part[2])
