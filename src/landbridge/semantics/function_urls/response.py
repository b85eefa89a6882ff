"""The HTTP response that a function URL makes of a function's answer, and those of its own.

AWS: "Invoking Lambda function URLs"
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

import orjson

from landbridge.model.exchange import Headers, HttpResponse, Moment
from landbridge.semantics.dates import http_date

CONTENT_TYPE = "application/json"
FORBIDDEN = (
    "Forbidden. For troubleshooting Function URL authorization issues, see: "
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
)
REMAPPED = frozenset(
    {
        *("connection", "content-length", "date", "keep-alive", "server", "transfer-encoding", "upgrade"),
        "www-authenticate",
    }
)
"""Headers that a function cannot set: they go out with ``x-amzn-Remapped-`` before their names."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """The function's answer is no response: what is wrong with it."""

    reason: str


def url_response(payload: bytes, moment: Moment, trace_id: str) -> HttpResponse | Unusable:
    """The response that the answer says, or one whose body it is, where it names no status.

    AWS: "Invoking Lambda function URLs"
    """
    try:
        answer = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return Unusable("it is not JSON")
    own = own_headers(moment, trace_id)
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return HttpResponse(200, (("Content-Type", CONTENT_TYPE), *own), payload)
    status, headers, body = _status(answer["statusCode"]), _headers(answer), _body(answer)
    for part in (status, headers, body):
        if isinstance(part, Unusable):
            return part
    assert isinstance(status, int)
    assert isinstance(headers, tuple)
    assert isinstance(body, bytes)
    return HttpResponse(status, (*headers, *own), body)


def own_headers(moment: Moment, trace_id: str = "") -> Headers:
    """What Lambda adds to every response; only those of functions that ran have a trace id."""
    headers = (("Date", http_date(moment.epoch_ms)), ("x-amzn-RequestId", moment.request_id))
    if not trace_id:
        return headers
    segment = trace_id[-16:]
    trace = f"Root={trace_id};Parent={segment};Sampled=0;Lineage=1:{segment[:8]}:0"
    return (*headers, ("X-Amzn-Trace-Id", trace))


def refusal(
    status: int, error_type: str, message: str | None, moment: Moment, key: str = "Message"
) -> HttpResponse:
    """A response of Lambda's own: ``{"Message":"Forbidden…"}``."""
    body = json.dumps({key: message}, separators=(",", ":")).encode()
    headers = (("Content-Type", CONTENT_TYPE), ("x-amzn-ErrorType", error_type), *own_headers(moment))
    return HttpResponse(status, headers, body)


def function_failed(moment: Moment, trace_id: str) -> HttpResponse:
    """502 for a function that failed, or whose answer is no response.

    AWS: "Invoking Lambda function URLs"
    """
    headers = (("Content-Type", CONTENT_TYPE), *own_headers(moment, trace_id))
    return HttpResponse(502, headers, b"Internal Server Error")


def _status(value: object) -> int | Unusable:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if text.isascii() and text.isdigit() and 100 <= int(text) <= 599:
        return int(text)
    return Unusable(f"statusCode must be an HTTP status, not {orjson.dumps(value).decode()}")


def _headers(answer: dict[str, Any]) -> Headers | Unusable:
    """Headers and cookies; a type of content is there in any case."""
    given, cookies = answer.get("headers") or {}, answer.get("cookies") or []
    if not isinstance(given, dict) or not isinstance(cookies, list):
        return Unusable("headers must be an object, and cookies an array")
    headers = [("Content-Type", CONTENT_TYPE)]
    if any(name.lower() == "content-type" for name in given):
        headers.clear()
    for name, value in given.items():
        if isinstance(value, dict | list):
            return Unusable(f"the value of header {name!r} must be a string")
        if value is not None:
            outbound = f"x-amzn-Remapped-{name}" if name.lower() in REMAPPED else name
            headers.append((outbound, value if isinstance(value, str) else orjson.dumps(value).decode()))
    return (*headers, *(("Set-Cookie", str(cookie)) for cookie in cookies))


def _body(answer: dict[str, Any]) -> bytes | Unusable:
    body = answer.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        return Unusable("body must be a string; encode it, as json.dumps does")
    if answer.get("isBase64Encoded") is not True:
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return Unusable("isBase64Encoded is true, but body is not Base64")
