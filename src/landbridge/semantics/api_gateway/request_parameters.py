"""Headers, query strings and path parameters as integrations see them."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, unquote_plus

from landbridge.model.exchange import all_values, names_of
from landbridge.semantics.api_gateway.request import ApiRequest, MethodRequest
from landbridge.semantics.api_gateway.signature_shape import is_signature

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
    appended; API Gateway adds what it knows about the endpoint, or about the public connection. Base path
    mappings on several levels turn every name into lower case.
    AWS: "Amazon API Gateway important notes"
    """
    headers = call.request.headers
    layout = _lay_out(names_of(headers), call.vpc_endpoint_id is not None)
    values = [value for _, value in headers]
    forwarded_for = [values[place] for place in layout.forwarded_for]
    values += (", ".join((*forwarded_for, call.source_address)), *_added(call))
    seen = {name: [values[place]] for name, place in layout.first}
    for name, place in layout.further:
        seen[name].append(values[place])
    if "Authorization" in seen and is_signature(seen["Authorization"][0]):
        del seen["Authorization"]
    return {name.lower(): seen[name] for name in seen} if call.lower_case_header_names else seen


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the values of the headers an integration sees come from.

    A place is an index into the values received, followed by ``X-Forwarded-For`` and what is added.
    """

    first: tuple[tuple[str, int], ...]
    """The names in the order seen, each with its first value."""
    further: tuple[tuple[str, int], ...]
    """The other values of names that were sent more than once."""
    forwarded_for: tuple[int, ...]
    """Every ``X-Forwarded-For`` received."""


@lru_cache(maxsize=128)
def _lay_out(names: tuple[str, ...], through_endpoint: bool) -> _Layout:
    places: dict[str, list[int]] = {}
    spelling: dict[str, str] = {}
    for place, name in enumerate(names):
        lower = name.lower()
        if lower not in DROPPED_ON_THE_WAY_IN and lower not in SET_BY_API_GATEWAY:
            spelling.setdefault(lower, NORMALISED.get(lower, name))
            places.setdefault(lower, []).append(place)
    forwarded_for = tuple(places.get("x-forwarded-for", ()))
    spelling.setdefault("x-forwarded-for", "X-Forwarded-For")
    places["x-forwarded-for"] = [len(names)]
    for place, name in enumerate(_ADDED[through_endpoint], len(names) + 1):
        spelling[name.lower()] = name
        places[name.lower()] = [place]
    return _Layout(
        tuple((spelling[lower], places[lower][0]) for lower in sorted(places)),
        tuple((spelling[lower], place) for lower, several in places.items() for place in several[1:]),
        forwarded_for,
    )


_ADDED = {
    True: (
        "x-amzn-cipher-suite",
        "x-amzn-tls-version",
        "x-amzn-vpc-id",
        "x-amzn-vpce-config",
        "x-amzn-vpce-id",
    ),
    False: ("X-Forwarded-Port", "X-Forwarded-Proto"),
}
"""Through an endpoint no ``X-Forwarded-Proto``, ``X-Forwarded-Port`` or trace id: those are a proxy's."""


def _added(call: ApiRequest) -> tuple[str, ...]:
    """The values of what API Gateway adds, in the order of the names."""
    if call.vpc_endpoint_id is None:
        return ("443", "https")
    return (
        call.cipher_suite,
        call.tls_version,
        call.vpc_id or "",
        "1" if call.default_endpoint_policy else "0",
        call.vpc_endpoint_id,
    )


def inbound_header(call: ApiRequest, name: str) -> str | None:
    """The value of one header that an integration sees, the last one where there are several."""
    lower = name.lower()
    if lower not in _CHANGED:
        if call.request.header(lower) is None or lower in DROPPED_ON_THE_WAY_IN:
            return None
        return all_values(call.request.headers, lower)[-1]
    for seen, values in inbound_headers(call).items():
        if seen.lower() == lower:
            return values[-1]
    return None


_CHANGED = SET_BY_API_GATEWAY | {
    "authorization",
    "x-forwarded-for",
    "x-forwarded-port",
    "x-forwarded-proto",
}
"""What an integration may see otherwise than it was sent."""


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


def _decoded(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text
