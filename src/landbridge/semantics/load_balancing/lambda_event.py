"""The event that a load balancer gives to a function, key for key in AWS's order.

AWS: "Use Lambda functions as targets of an Application Load Balancer"
"""

import base64
from collections.abc import Iterable

import orjson

from landbridge.model.exchange import HttpRequest
from landbridge.model.load_balancing import TargetGroup

MAXIMUM_BODY_BYTES = 1024 * 1024
"""Of a request's body, and of a function's whole answer."""


def lambda_event(group: TargetGroup, request: HttpRequest) -> bytes | None:
    """The event as JSON; None for a request that is not all UTF-8.

    Names of headers are in lower case, queries as they were sent. Where a name comes several times, the last
    value counts, unless the group has multi-value headers: they replace both maps.

    AWS: "Use Lambda functions as targets of an Application Load Balancer"
    """
    try:
        return orjson.dumps(_event(group, request))
    except UnicodeDecodeError:
        return None


def has_multi_value_headers(group: TargetGroup) -> bool:
    """Whether headers and query parameters come and go as arrays.

    AWS: "Use Lambda functions as targets of an Application Load Balancer"
    """
    return group.attribute("lambda.multi_value_headers.enabled", "false") == "true"


_TEXT_TYPES = frozenset(("application/json", "application/javascript", "application/xml"))


def _event(group: TargetGroup, request: HttpRequest) -> dict[str, object]:
    query, headers = _query(request.query), _headers(request)
    event: dict[str, object] = {
        "requestContext": {"elb": {"targetGroupArn": group.arn}},
        "httpMethod": request.method,
        "path": _text(request.path),
    }
    if has_multi_value_headers(group):
        event["multiValueQueryStringParameters"] = _all_values(query)
        event["multiValueHeaders"] = _all_values(headers)
    else:
        event["queryStringParameters"] = dict(query)
        event["headers"] = dict(headers)
    is_binary = bool(request.body) and _is_binary(request)
    event["body"] = base64.b64encode(request.body).decode() if is_binary else request.body.decode()
    event["isBase64Encoded"] = is_binary
    return event


def _query(query: str) -> list[tuple[str, str]]:
    """Each parameter undecoded; one without a value has an empty one."""
    pairs = (part.partition("=") for part in query.split("&") if part)
    return [(_text(key), _text(value)) for key, _, value in pairs]


def _headers(request: HttpRequest) -> list[tuple[str, str]]:
    """By name, those of the same name in the order in which they came."""
    pairs = ((_text(name.lower()), _text(value)) for name, value in request.headers)
    return sorted(pairs, key=lambda pair: pair[0])


def _text(received: str) -> str:
    """What was read as Latin-1, as the UTF-8 that it has to be."""
    return received if received.isascii() else received.encode("latin-1").decode()


def _all_values(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return values


def _is_binary(request: HttpRequest) -> bool:
    """Whether the body goes as Base64: whatever is compressed, or not known to be text.

    AWS: "Use Lambda functions as targets of an Application Load Balancer"
    """
    if request.header("content-encoding"):
        return True
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    return not media_type.startswith("text/") and media_type not in _TEXT_TYPES
