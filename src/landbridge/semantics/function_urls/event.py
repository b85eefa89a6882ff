"""The event that a function URL gives to its function: payload format version 2.0.

AWS: "Invoking Lambda function URLs"
"""

import base64
from urllib.parse import unquote, unquote_plus

import orjson

from landbridge.model.exchange import HttpRequest, Moment
from landbridge.model.functions import FunctionUrl
from landbridge.semantics.dates import request_time
from landbridge.semantics.iam.signers import Signer
from landbridge.semantics.load_balancing.forwarding import Client

DEFAULT = "$default"
"""The route and stage of every function URL."""
HOP_BY_HOP = frozenset({"connection", "keep-alive", "te", "transfer-encoding", "upgrade", "cookie"})
"""Headers that a function does not see; cookies have a list of their own."""
_TEXT_TYPES = frozenset(("application/json", "application/javascript", "application/xml"))


def url_event(
    url: FunctionUrl, request: HttpRequest, client: Client, signer: Signer | None, moment: Moment
) -> bytes:
    """The event as JSON; what there is none of, is left out.

    AWS: "Invoking Lambda function URLs"
    """
    cookies = _cookies(request)
    parameters = _parameters(request.query)
    event: dict[str, object] = {
        "version": "2.0",
        "routeKey": DEFAULT,
        "rawPath": _text(request.path),
        "rawQueryString": _text(request.query),
    }
    if cookies:
        event["cookies"] = cookies
    event["headers"] = _headers(request, client, moment)
    if parameters:
        event["queryStringParameters"] = parameters
    event["requestContext"] = _context(url, request, client, signer, moment)
    is_binary = bool(request.body) and _is_binary(request)
    if request.body:
        event["body"] = (
            base64.b64encode(request.body).decode() if is_binary else request.body.decode("utf-8", "replace")
        )
    event["isBase64Encoded"] = is_binary
    return orjson.dumps(event)


def _headers(request: HttpRequest, client: Client, moment: Moment) -> dict[str, str]:
    """By name in lower case, several values with commas between, and what Lambda adds."""
    headers: dict[str, str] = {}
    for name, value in request.headers:
        key = _text(name.lower())
        if key not in HOP_BY_HOP:
            headers[key] = f"{headers[key]},{_text(value)}" if key in headers else _text(value)
    headers.setdefault("x-amzn-trace-id", f"Root={moment.trace_id}")
    return headers | {
        "x-amzn-tls-cipher-suite": client.tls_cipher,
        "x-amzn-tls-version": client.tls_version,
        "x-forwarded-proto": "https",
        "x-forwarded-port": "443",
        "x-forwarded-for": client.address,
    }


def _cookies(request: HttpRequest) -> list[str]:
    return [
        cookie.strip()
        for name, value in request.headers
        if name.lower() == "cookie"
        for cookie in _text(value).split(";")
        if cookie.strip()
    ]


def _parameters(query: str) -> dict[str, str]:
    """Decoded; several values of one name with commas between."""
    parameters: dict[str, str] = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        key, text = unquote_plus(name), unquote_plus(value)
        parameters[key] = f"{parameters[key]},{text}" if key in parameters else text
    return parameters


def _context(
    url: FunctionUrl, request: HttpRequest, client: Client, signer: Signer | None, moment: Moment
) -> dict[str, object]:
    url_id = url.host.partition(".")[0]
    context: dict[str, object] = {
        "accountId": signer.principal.account if signer is not None else "anonymous",
        "apiId": url_id,
    }
    if signer is not None:
        context["authorizer"] = {"iam": _identity(signer)}
    return context | {
        "domainName": url.host,
        "domainPrefix": url_id,
        "http": {
            "method": request.method,
            "path": unquote(_text(request.path)),
            "protocol": f"HTTP/{'2.0' if request.version == '2' else request.version}",
            "sourceIp": client.address,
            "userAgent": _text(request.header("user-agent") or ""),
        },
        "requestId": moment.request_id,
        "routeKey": DEFAULT,
        "stage": DEFAULT,
        "time": request_time(moment.epoch_ms),
        "timeEpoch": moment.epoch_ms,
    }


def _identity(signer: Signer) -> dict[str, str | None]:
    return {
        "accessKey": signer.access_key_id,
        "accountId": signer.principal.account,
        "callerId": signer.user_id,
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": signer.principal.arn,
        "userId": signer.user_id,
    }


def _text(received: str) -> str:
    """What was read as Latin-1, as the UTF-8 that it is meant to be."""
    return received if received.isascii() else received.encode("latin-1").decode("utf-8", "replace")


def _is_binary(request: HttpRequest) -> bool:
    """Whether the body goes as Base64: whatever is compressed, or not known to be text."""
    if request.header("content-encoding"):
        return True
    media_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    return not media_type.startswith("text/") and media_type not in _TEXT_TYPES
