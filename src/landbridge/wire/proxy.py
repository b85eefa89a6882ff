"""The front of a vantage: one port that speaks the proxy protocols HTTP and SOCKS5, without IO.

AWS knows no such thing; RFC 9110 (CONNECT), RFC 9112 (absolute-form), RFC 1928 (SOCKS5) and RFC 9209
(Proxy-Status) do.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse, first_value, without
from landbridge.wire.http1 import (
    CONTINUE,
    ContinueExpected,
    Malformed,
    ReaderEvent,
    ReaderLimits,
    RequestReader,
    render_response,
)


class Dialect(Enum):
    """How the client speaks to its proxy."""

    HTTP_CONNECT = "HTTP CONNECT"
    ABSOLUTE_FORM = "HTTP absolute-form"
    SOCKS5 = "SOCKS5"


class RefusalReason(Enum):
    """Why there is no connection to what the client asked for."""

    NAME_NOT_RESOLVED = "name not resolved"
    TIMED_OUT = "timed out"
    CONNECTION_REFUSED = "connection refused"
    NOT_MODELLED = "not modelled"


@dataclass(frozen=True, slots=True)
class Reply:
    """Bytes to send to the client now; the conversation goes on."""

    reply: bytes


@dataclass(frozen=True, slots=True)
class Tunnel:
    """The client wants a connection to this host and port; the caller answers `granted` or `refused`."""

    host: str
    """A name in lower case without a final dot, or an IPv4 address."""
    port: int
    trace_id: str
    """The ``X-Landbridge-Trace`` header of CONNECT, or empty."""
    dialect: Dialect
    leftover: bytes = b""
    """What the client has sent into the tunnel already."""


@dataclass(frozen=True, slots=True)
class AbsoluteForm:
    """One request to be sent to this host and port in plain HTTP; the next one may name another host."""

    host: str
    port: int
    request: HttpRequest
    """As the server receives it: in origin form, its Host that of the target, without the proxy's headers."""
    trace_id: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The client speaks no dialect that is understood; send the reply and close."""

    reply: bytes


ProxyEvent = Reply | Tunnel | AbsoluteForm | Rejected


class ProxyFront:
    """Reads what a client says to its proxy, in pieces of any size.

    After a ``Tunnel`` the connection belongs to the tunnel, after ``Rejected`` to nobody: nothing more is
    read.
    """

    def __init__(self, limits: ReaderLimits) -> None:
        self._requests = RequestReader(limits)
        self._read: Callable[[bytes], list[ProxyEvent]] = self._detect
        self._pending = b""

    @property
    def keep_alive(self) -> bool:
        """Whether the client may send another absolute-form request after those read."""
        return self._requests.keep_alive

    def feed(self, data: bytes) -> list[ProxyEvent]:
        """What these bytes complete, in order. Never raises, whatever the bytes."""
        return self._read(data) if data else []

    def _detect(self, data: bytes) -> list[ProxyEvent]:
        if data[0] == _SOCKS5:
            self._read = self._read_greeting
        elif data[0] == _SOCKS4:
            return self._reject(_SOCKS4_REJECTED)
        else:
            self._read = self._read_http
        return self._read(data)

    def _read_http(self, data: bytes) -> list[ProxyEvent]:
        events: list[ProxyEvent] = []
        for seen in self._requests.feed(data):
            event = self._event(seen)
            events.append(event)
            if isinstance(event, Rejected | Tunnel):
                self._read = _ignore
                break
        return events

    def _event(self, seen: ReaderEvent) -> ProxyEvent:
        if isinstance(seen, ContinueExpected):
            return Reply(CONTINUE)
        if isinstance(seen, Malformed):
            return Rejected(_bad_request("this is not a well-formed HTTP/1.1 request"))
        if seen.method == "CONNECT":
            return _tunnel(seen, self._requests.leftover)
        return _absolute_form(seen)

    def _read_greeting(self, data: bytes) -> list[ProxyEvent]:
        """The SOCKS5 greeting: version, number of methods, methods."""
        self._pending += data
        if len(self._pending) < 2 or len(self._pending) < 2 + self._pending[1]:
            return []
        end = 2 + self._pending[1]
        methods, rest = self._pending[2:end], self._pending[end:]
        if _NO_AUTHENTICATION not in methods:
            return self._reject(bytes((_SOCKS5, _NO_METHOD_ACCEPTABLE)))
        self._pending = b""
        self._read = self._read_socks_request
        return [Reply(bytes((_SOCKS5, _NO_AUTHENTICATION))), *self.feed(rest)]

    def _read_socks_request(self, data: bytes) -> list[ProxyEvent]:
        """The SOCKS5 request: version, command, reserved, address type, address, port."""
        self._pending += data
        pending = self._pending
        if len(pending) < 4:
            return []
        refusal = _refuse_socks_request(pending)
        if refusal:
            return self._reject(_socks_reply(refusal))
        size = _address_size(pending)
        if size is None or len(pending) < size:
            return []
        host = _socks_host(pending, size)
        if host is None:
            return self._reject(_socks_reply(_GENERAL_FAILURE))
        port = int.from_bytes(pending[size - 2 : size], "big")
        self._read = _ignore
        return [Tunnel(host, port, "", Dialect.SOCKS5, pending[size:])]

    def _reject(self, reply: bytes) -> list[ProxyEvent]:
        self._read = _ignore
        return [Rejected(reply)]


def granted(dialect: Dialect) -> bytes:
    """What tells the client that its tunnel stands; an absolute-form request is answered by its response."""
    match dialect:
        case Dialect.HTTP_CONNECT:
            return b"HTTP/1.1 200 Connection established\r\n\r\n"
        case Dialect.SOCKS5:
            return _socks_reply(_SUCCEEDED)
        case Dialect.ABSOLUTE_FORM:
            return b""


def refused(dialect: Dialect, reason: RefusalReason, detail: str) -> bytes:
    """What tells the client that there is no connection, and why; the connection is to be closed after it."""
    if dialect is Dialect.SOCKS5:
        return _socks_reply(_SOCKS_REPLIES[reason])
    status, error = _PROXY_ERRORS[reason]
    return _page(status, f"{reason.value}: {detail}", f'; error={error}; details="{_quoted(detail)}"')


_SOCKS4, _SOCKS5 = 4, 5
_SOCKS4_REJECTED = bytes((0, 0x5B, 0, 0, 0, 0, 0, 0))
_NO_AUTHENTICATION, _NO_METHOD_ACCEPTABLE = 0, 0xFF
_CONNECT = 1
_IPV4, _DOMAIN_NAME, _IPV6 = 1, 3, 4
_SUCCEEDED, _GENERAL_FAILURE, _HOST_UNREACHABLE, _CONNECTION_REFUSED, _TTL_EXPIRED = 0, 1, 4, 5, 6
_COMMAND_NOT_SUPPORTED, _ADDRESS_TYPE_NOT_SUPPORTED = 7, 8
_SOCKS_REPLIES = {
    RefusalReason.NAME_NOT_RESOLVED: _HOST_UNREACHABLE,
    RefusalReason.TIMED_OUT: _TTL_EXPIRED,
    RefusalReason.CONNECTION_REFUSED: _CONNECTION_REFUSED,
    RefusalReason.NOT_MODELLED: _GENERAL_FAILURE,
}
_PROXY_ERRORS = {
    RefusalReason.NAME_NOT_RESOLVED: (502, "dns_error"),
    RefusalReason.TIMED_OUT: (504, "connection_timeout"),
    RefusalReason.CONNECTION_REFUSED: (502, "connection_refused"),
    RefusalReason.NOT_MODELLED: (501, "proxy_internal_response"),
}
"""Statuses and error types of RFC 9209."""
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]{0,252})")
_ABSOLUTE = re.compile(r"http://([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_TRACE_HEADER = "x-landbridge-trace"
_PROXYS_OWN = (_TRACE_HEADER, "proxy-connection", "proxy-authorization")
_IPV6_REFUSED = "IPv6 addresses are not modelled; use a name or an IPv4 address"


def _ignore(_: bytes) -> list[ProxyEvent]:
    return []


def _tunnel(request: HttpRequest, leftover: bytes) -> ProxyEvent:
    if request.target.startswith("["):
        return Rejected(_bad_request(_IPV6_REFUSED))
    place = _host_and_port(request.target, None)
    if place is None:
        return Rejected(_bad_request("CONNECT takes host:port"))
    trace_id = request.header(_TRACE_HEADER) or ""
    return Tunnel(*place, trace_id, Dialect.HTTP_CONNECT, leftover)


def _absolute_form(request: HttpRequest) -> ProxyEvent:
    if request.method == "TRACE" or request.target == "*":
        return Rejected(_page(405, f"{request.method} {request.target} is not for a proxy"))
    match = _ABSOLUTE.fullmatch(request.target)
    if match is None:
        return Rejected(_bad_request(_not_absolute(request.target)))
    authority, origin = match[1], match[2]
    if authority.startswith("["):
        return Rejected(_bad_request(_IPV6_REFUSED))
    place = _host_and_port(authority, 80)
    if place is None:
        return Rejected(_bad_request("the target of the request names no host"))
    target = origin if origin.startswith("/") else "/" + origin
    headers = _with_host(without(request.headers, *_PROXYS_OWN), authority)
    received = HttpRequest(request.method, target, headers, request.body, request.version)
    return AbsoluteForm(*place, received, request.header(_TRACE_HEADER) or "")


def _not_absolute(target: str) -> str:
    if target.lower().startswith("https://"):
        return "for https a proxy takes CONNECT, not an absolute-form request"
    if "://" in target:
        return "only http:// targets are understood"
    return "this port is an HTTP and SOCKS5 proxy; point a client's proxy setting at it"


def _host_and_port(authority: str, default_port: int | None) -> tuple[str, int] | None:
    """The host in lower case without a final dot, and the port; None when they are neither."""
    host, colon, port = authority.rpartition(":")
    if not colon:
        host, port = authority, ""
    host = host.lower().removesuffix(".")
    if not _HOST.fullmatch(host):
        return None
    if not port:
        return None if default_port is None else (host, default_port)
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536):
        return None
    return host, int(port)


def _with_host(headers: Headers, authority: str) -> Headers:
    """RFC 9112: a proxy puts the target's authority in place of any Host it received."""
    if first_value(headers, "host") is None:
        return (("Host", authority), *headers)
    place = next(index for index, (name, _) in enumerate(headers) if name.lower() == "host")
    before, after = headers[:place], without(headers[place:], "host")
    return (*before, (headers[place][0], authority), *after)


def _refuse_socks_request(pending: bytes) -> int:
    """The reply code of a request that is not understood; 0 when it is."""
    version, command, reserved, address_type = pending[:4]
    if version != _SOCKS5 or reserved != 0:
        return _GENERAL_FAILURE
    if command != _CONNECT:
        return _COMMAND_NOT_SUPPORTED
    return 0 if address_type in {_IPV4, _DOMAIN_NAME} else _ADDRESS_TYPE_NOT_SUPPORTED


def _address_size(pending: bytes) -> int | None:
    """The size of the whole request; None while it is not known."""
    if pending[3] == _IPV4:
        return 4 + 4 + 2
    return 4 + 1 + pending[4] + 2 if len(pending) > 4 else None


def _socks_host(pending: bytes, size: int) -> str | None:
    if pending[3] == _IPV4:
        return ".".join(str(number) for number in pending[4:8])
    name = pending[5 : size - 2].decode("latin-1").lower().removesuffix(".")
    return name if _HOST.fullmatch(name) else None


def _socks_reply(code: int) -> bytes:
    """A reply; the bound address is always 0.0.0.0:0."""
    return bytes((_SOCKS5, code, 0, _IPV4, 0, 0, 0, 0, 0, 0))


def _bad_request(text: str) -> bytes:
    return _page(400, text, f'; error=http_request_error; details="{_quoted(text)}"')


def _page(status: int, text: str, parameters: str = "; error=http_request_denied") -> bytes:
    headers = (
        ("Proxy-Status", f"landbridge{parameters}"),
        ("Content-Type", "text/plain; charset=utf-8"),
    )
    response = HttpResponse(status, headers, f"landbridge: {text}\n".encode("utf-8", "replace"))
    return render_response(response, keep_alive=False)


def _quoted(text: str) -> str:
    """The inside of a structured field's string: printable ASCII with quotes and backslashes escaped."""
    printable = "".join(character if " " <= character <= "~" else "?" for character in text)
    return printable.replace("\\", "\\\\").replace('"', '\\"')
