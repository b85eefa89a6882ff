"""Headers, query strings and path parameters as integrations see them."""

from urllib.parse import unquote, unquote_plus

from landbridge.model.exchange import Headers
from landbridge.semantics.api_gateway.request import ApiRequest, MethodRequest

DROPPED_ON_THE_WAY_IN = frozenset(
    {
        "connection",
        "content-length",
        "content-md5",
        "expect",
        "max-forwards",
        "proxy-authenticate",
        "server",
        "te",
        "transfer-encoding",
        "trailer",
        "upgrade",
        "www-authenticate",
    }
)
SET_BY_API_GATEWAY = frozenset(
    {
        "x-amzn-cipher-suite",
        "x-amzn-tls-version",
        "x-amzn-vpc-id",
        "x-amzn-vpce-config",
        "x-amzn-vpce-id",
        "x-amzn-vpce-policy-url",
    }
)
NORMALISED = {"authorization": "Authorization", "host": "Host", "user-agent": "User-Agent"}

Values = dict[str, list[str]]
"""Every value by name, in AWS's order."""


def inbound_headers(call: ApiRequest) -> Values:
    """The headers an integration sees, sorted without regard to case.

    Some are dropped; names stay as they were sent but for a few; ``X-Forwarded-For`` gets the TCP peer
    appended; API Gateway adds what it knows about the endpoint, or about the public connection.
    AWS: "Amazon API Gateway important notes"
    """
    received: dict[str, tuple[str, list[str]]] = {}
    for name, value in call.request.headers:
        lower = name.lower()
        if lower in received:
            received[lower][1].append(value)
        elif lower not in DROPPED_ON_THE_WAY_IN and lower not in SET_BY_API_GATEWAY:
            received[lower] = NORMALISED.get(lower, name), [value]
    _forwarded_for(received, call.source_address)
    _drop_signature(received)
    for name, value in _added(call):
        received[name.lower()] = name, [value]
    return {received[lower][0]: received[lower][1] for lower in sorted(received)}


def query_parameters(query: str) -> Values:
    """The decoded query string; ``;`` separates as ``&`` does, a key without ``=`` has an empty value.

    AWS: "Amazon API Gateway important notes"
    """
    parameters: Values = {}
    for part in query.replace(";", "&").split("&") if query else ():
        if part:
            key, _, value = part.partition("=")
            parameters.setdefault(_decoded(key), []).append(_decoded(value))
    return parameters


def decoded_path_parameters(request: MethodRequest) -> dict[str, str]:
    """The path parameters as non-proxy integrations get them: decoded once.

    AWS: "Amazon API Gateway important notes"
    """
    return {name: unquote(value) for name, value in request.match.path_parameters}


def last_values(values: Values) -> dict[str, str]:
    """The last value of each name, as single-value maps hold it."""
    return {name: several[-1] for name, several in values.items()}


def is_signature(authorization: str) -> bool:
    """Whether an Authorization header is a Signature Version 4."""
    return authorization.startswith(("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"))


def _decoded(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


def _forwarded_for(received: dict[str, tuple[str, list[str]]], peer: str) -> None:
    name, values = received.get("x-forwarded-for", ("X-Forwarded-For", []))
    received["x-forwarded-for"] = name, [", ".join((*values, peer))]


def _drop_signature(received: dict[str, tuple[str, list[str]]]) -> None:
    if "authorization" in received and is_signature(received["authorization"][1][0]):
        del received["authorization"]


def _added(call: ApiRequest) -> Headers:
    """Through an endpoint no ``X-Forwarded-Proto``, ``X-Forwarded-Port`` or trace id: those are a proxy's."""
    if call.vpc_endpoint_id is None:
        return (("X-Forwarded-Port", "443"), ("X-Forwarded-Proto", "https"))
    return (
        ("x-amzn-cipher-suite", call.cipher_suite),
        ("x-amzn-tls-version", call.tls_version),
        ("x-amzn-vpc-id", call.vpc_id or ""),
        ("x-amzn-vpce-config", "1" if call.default_endpoint_policy else "0"),
        ("x-amzn-vpce-id", call.vpc_endpoint_id),
    )
