"""The HTTP response that a load balancer makes of a function's answer.

AWS: "Use Lambda functions as targets of an Application Load Balancer"
"""

import base64
import binascii
from dataclasses import dataclass

import orjson

from landbridge.model.exchange import Headers, HttpResponse
from landbridge.semantics.dates import http_date

OCTETS = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class InvalidAnswer:
    """The function's answer is no response: what is wrong with it."""

    reason: str


def lambda_response(payload: bytes, multi_value: bool, epoch_ms: int) -> HttpResponse | InvalidAnswer:
    """The response for the client, or why there is none.

    With multi-value headers only ``multiValueHeaders`` are looked at, without them only ``headers``; the one
    that counts has to be there.

    AWS: "Use Lambda functions as targets of an Application Load Balancer"
    """
    try:
        answer = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return InvalidAnswer("it is not JSON")
    if not isinstance(answer, dict):
        return InvalidAnswer("it must be a JSON object")
    key = "multiValueHeaders" if multi_value else "headers"
    status = _status(answer.get("statusCode"))
    reason = _reason(answer.get("statusDescription"))
    headers = _multi_value(answer.get(key)) if multi_value else _single_value(answer.get(key))
    body = _body(answer.get("body"), answer.get("isBase64Encoded"))
    for part in (status, reason, headers, body):
        if isinstance(part, InvalidAnswer):
            return part
    assert isinstance(status, int)
    assert isinstance(reason, str)
    assert isinstance(headers, tuple)
    assert isinstance(body, bytes)
    return HttpResponse(status, _with_own(headers, epoch_ms), body, reason)


def _status(value: object) -> int | InvalidAnswer:
    if type(value) is int and 100 <= value <= 599:
        return value
    return InvalidAnswer(
        f"statusCode must be a number and an HTTP status, not {orjson.dumps(value).decode()}"
    )


def _reason(value: object) -> str | InvalidAnswer:
    """The phrase behind the code of ``200 OK``; empty for the standard one."""
    if value is None:
        return ""
    return (
        value.partition(" ")[2]
        if isinstance(value, str)
        else InvalidAnswer("statusDescription must be a string")
    )


def _single_value(headers: object) -> Headers | InvalidAnswer:
    if not isinstance(headers, dict):
        return InvalidAnswer("headers must be an object, and may not be left out")
    for name, value in headers.items():
        if not isinstance(value, str):
            return InvalidAnswer(f"the value of header {name!r} must be a string")
    return tuple((name, _as_bytes(value)) for name, value in headers.items())


def _multi_value(headers: object) -> Headers | InvalidAnswer:
    if not isinstance(headers, dict):
        return InvalidAnswer(
            "multiValueHeaders must be an object, and may not be left out where the target group has "
            "multi-value headers"
        )
    for name, values in headers.items():
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            return InvalidAnswer(f"the value of multiValueHeaders {name!r} must be an array of strings")
    return tuple((name, _as_bytes(value)) for name, values in headers.items() for value in values)


def _as_bytes(value: str) -> str:
    """The header's UTF-8, a character for each byte, as headers are written."""
    return value if value.isascii() else value.encode("utf-8", "surrogatepass").decode("latin-1")


def _body(body: object, is_base64: object) -> bytes | InvalidAnswer:
    if not isinstance(is_base64, bool | None):
        return InvalidAnswer("isBase64Encoded must be true or false")
    if body is None:
        return b""
    if not isinstance(body, str):
        return InvalidAnswer("body must be a string; encode it, as json.dumps does")
    if not is_base64:
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return InvalidAnswer("isBase64Encoded is true, but body is not Base64")


def _with_own(headers: Headers, epoch_ms: int) -> Headers:
    """The load balancer adds what the function left out: its name, the date, a media type."""
    names = {name.lower() for name, _ in headers}
    own = (("Server", "awselb/2.0"), ("Date", http_date(epoch_ms)), ("Content-Type", OCTETS))
    return (*(pair for pair in own if pair[0].lower() not in names), *headers)
