"""The HTTP response that a Lambda proxy integration makes of a function's answer.

AWS: "Lambda proxy integrations in API Gateway"
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import orjson

from landbridge.model.exchange import Headers, HttpResponse
from landbridge.semantics.api_gateway.media_types import compile_binary_media_types, is_binary
from landbridge.semantics.api_gateway.method_response import (
    REMAPPED_FROM_PROXY,
    method_response,
    outbound_headers,
)
from landbridge.semantics.api_gateway.request import MethodRequest

Values = dict[str, Any]
"""A map of a function's answer: any JSON."""
KEYS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})


@dataclass(frozen=True, slots=True)
class Malformed:
    """The function's answer is not one: what is wrong with it."""

    reason: str
    status: int = 502


def proxy_response(request: MethodRequest, payload: bytes) -> HttpResponse | Malformed:
    """The response for the client, or why there is none."""
    try:
        answer = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return Malformed("it is not JSON")
    if not isinstance(answer, dict):
        return Malformed(f"it must be a JSON object, not {_json_type(answer)}")
    if not answer.keys() <= KEYS:
        unknown = ", ".join(sorted(answer.keys() - KEYS))
        return Malformed(f"it has keys that API Gateway does not know: {unknown}")
    status = read_status(answer.get("statusCode"))
    headers = read_headers(answer.get("headers"), answer.get("multiValueHeaders"))
    body = _body(request, answer.get("body"), answer.get("isBase64Encoded"))
    for part in (status, headers, body):
        if isinstance(part, Malformed):
            return part
    assert isinstance(status, int)
    assert isinstance(headers, tuple)
    assert isinstance(body, bytes)
    outbound = outbound_headers(headers, REMAPPED_FROM_PROXY)
    return method_response(request.call, request.moment, status, outbound, body, trace_header(request))


def read_status(value: object) -> int | Malformed:
    """An integer, or a string that holds one; 200 when there is none."""
    if value is None:
        return 200
    if type(value) is int and 100 <= value <= 599:
        return value
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if text.isascii() and text.isdigit() and 100 <= int(text) <= 599:
        return int(text)
    return Malformed(f"statusCode must be an HTTP status, not {orjson.dumps(value).decode()}")


def read_headers(single: object, multi: object) -> Headers | Malformed:
    """Both maps as the headers they mean."""
    if single is None and multi is None:
        return ()
    if not isinstance(single, dict | None) or not isinstance(multi, dict | None):
        return Malformed("headers and multiValueHeaders must be objects")
    return tuple(single.items()) if single and not multi and _are_plain(single) else _merged(single, multi)


def trace_header(request: MethodRequest) -> str:
    """``X-Amzn-Trace-Id`` of an answer that a function gave: its root, and the segment it ran in."""
    root = trace_root(request)
    segment = root[-16:]
    return f"Root={root};Parent={segment};Sampled=0;Lineage=1:{segment[:8]}:0"


def trace_root(request: MethodRequest) -> str:
    """The root of the trace: a proxy's in front, such as a load balancer's, or a new one."""
    received = request.call.request.header("x-amzn-trace-id")
    for part in received.split(";") if received else ():
        if part.startswith("Root="):
            return part[5:]
    return request.moment.trace_id


def _json_type(value: object) -> str:
    names = {str: "a string", list: "an array", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _merged(single: Values | None, multi: Values | None) -> Headers | Malformed:
    """Both maps merged: values of ``multiValueHeaders`` first, and its spelling of a name."""
    merged: dict[str, tuple[str, list[str]]] = {}
    for name, values in (multi or {}).items():
        if not isinstance(values, list):
            return Malformed(f"the value of multiValueHeaders {name!r} must be an array")
        texts = [text for text in map(_header_value, values) if text is not None]
        merged[name.lower()] = name, texts
    for name, value in (single or {}).items():
        if isinstance(value, dict | list):
            return Malformed(f"the value of header {name!r} must be a string, not {_json_type(value)}")
        text = _header_value(value)
        values = merged.setdefault(name.lower(), (name, []))[1]
        if text is not None and text not in values:
            values.append(text)
    return tuple((name, value) for name, values in merged.values() for value in values)


def _are_plain(headers: Values) -> bool:
    """Whether all values are strings and no name differs from another only in case, as nearly always."""
    for value in headers.values():
        if type(value) is not str:
            return False
    return len({name.lower() for name in headers}) == len(headers)


def _header_value(value: object) -> str | None:
    """Booleans and numbers as JSON writes them; null gives no header."""
    if isinstance(value, str) or value is None:
        return value
    return orjson.dumps(value).decode()


def _body(request: MethodRequest, body: object, is_base64: object) -> bytes | Malformed:
    """Decoded from Base64 only when the function says so and the client accepts a binary media type.

    AWS: "Return binary media from a Lambda proxy integration in API Gateway"
    """
    if not isinstance(is_base64, bool | None):
        return Malformed("isBase64Encoded must be true or false")
    if body is None:
        return b""
    if not isinstance(body, str):
        return Malformed(f"body must be a string, not {_json_type(body)}; encode it, as json.dumps does")
    if is_base64:
        deployment = request.call.stage.deployment
        binary_media_types = request.world.once(compile_binary_media_types, deployment)
        if is_binary(binary_media_types, request.call.request.header("accept")):
            return _decoded(body)
    return body.encode("utf-8", "surrogatepass")


def _decoded(body: str) -> bytes | Malformed:
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return Malformed("isBase64Encoded is true, but body is not Base64", 500)
