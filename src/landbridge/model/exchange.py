"""What travels: a flow between two addresses, an HTTP request, an HTTP response."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from ipaddress import IPv4Address
from operator import itemgetter
from typing import Protocol

Headers = tuple[tuple[str, str], ...]
"""Names as they were sent, in their order; values decoded as Latin-1."""


def first_value(headers: Headers, name: str) -> str | None:
    """The value of the first header of that name; `name` is in lower case."""
    for key, value in headers:
        if key.lower() == name:
            return value
    return None


def all_values(headers: Headers, name: str) -> tuple[str, ...]:
    """Every value of the headers of that name; `name` is in lower case."""
    return tuple(value for key, value in headers if key.lower() == name)


def names_of(headers: Headers) -> tuple[str, ...]:
    """The names as they were sent: clients repeat them, so what follows from them is worth remembering."""
    return tuple(map(_NAME, headers))


def without(headers: Headers, *names: str) -> Headers:
    """The headers less those named; `names` are in lower case."""
    return tuple(pair for pair in headers if pair[0].lower() not in names)


_NAME: Callable[[tuple[str, str]], str] = itemgetter(0)
_VALUE: Callable[[tuple[str, str]], str] = itemgetter(1)


@dataclass(frozen=True, slots=True)
class _Names:
    """What follows from the names of headers alone."""

    first: Mapping[str, int]
    """Where the first header of each name is, by name in lower case."""
    characters: int


@lru_cache(maxsize=128)
def _read_names(names: tuple[str, ...]) -> _Names:
    first = {name.lower(): place for place, name in reversed(list(enumerate(names)))}
    return _Names(first, sum(map(len, names)))


@dataclass(frozen=True, slots=True)
class Flow:
    """One TCP or UDP connection attempt, as a firewall sees it."""

    source: IPv4Address
    destination: IPv4Address
    destination_port: int
    protocol: str = "tcp"
    """``tcp`` or ``udp``."""


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """One record of a DNS answer, in presentation format."""

    name: str
    """In lower case, without the final dot."""
    type: str
    ttl: int
    value: str


class Irregularity(StrEnum):
    """What is odd about a request that can be read all the same, and with certainty about its end."""

    SPACE_IN_TARGET = "space in the request target"
    CONTROL_IN_TARGET = "control character in the request target"
    CONTROL_IN_HEADER = "control character in a header, or a name that is no token"
    EMPTY_HEADER_NAME = "header without a name"
    MINOR_VERSION = "HTTP/1 with a minor version beyond 1"
    REPEATED_LENGTH = "Content-Length twice with the same value"
    BOTH_LENGTHS = "Content-Length beside Transfer-Encoding"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A whole request: ``target`` is the request line's path and query, undecoded."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""
    version: str = "1.1"
    """``1.0``, ``1.1`` or ``2``."""
    irregularities: tuple[Irregularity, ...] = ()
    _names: _Names | None = field(default=None, init=False, repr=False, compare=False)
    """Read when first asked for."""

    @property
    def path(self) -> str:
        """The target up to the question mark, undecoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The target after the question mark, undecoded; empty when there is none."""
        return self.target.partition("?")[2]

    def header(self, name: str) -> str | None:
        """The first value of the header; `name` is in lower case."""
        place = (self._names or self._with_names()).first.get(name)
        return None if place is None else self.headers[place][1]

    @property
    def header_characters(self) -> int:
        """How long all names and values are together, without what separates them."""
        names = self._names or self._with_names()
        return names.characters + len("".join(map(_VALUE, self.headers)))

    def _with_names(self) -> _Names:
        names = _read_names(names_of(self.headers))
        object.__setattr__(self, "_names", names)
        return names


class MalformedReason(StrEnum):
    """Why bytes are not a request that can be read: what the reader saw, whoever judges it."""

    BAD_SYNTAX = "bad syntax"
    BAD_HEADER = "NUL, CR or LF in a header, or a line that is no header"
    BAD_METHOD = "bad method"
    BAD_TARGET = "bad request target"
    BAD_VERSION = "bad HTTP version"
    BAD_CONTENT_LENGTH = "bad Content-Length"
    CONFLICTING_LENGTH = "Content-Length twice, or beside Transfer-Encoding"
    BAD_TRANSFER_ENCODING = "bad Transfer-Encoding"
    REPEATED_CHUNKED = "Transfer-Encoding: chunked twice"
    BAD_CHUNK = "bad chunk of the body"
    UNSUPPORTED_TRANSFER_ENCODING = "unsupported Transfer-Encoding"
    REQUEST_LINE_TOO_LONG = "request line too long"
    HEADER_TOO_LONG = "header too long"
    HEADERS_TOO_LONG = "headers too long"
    BODY_TOO_LARGE = "body too large"


class StreamEnd(StrEnum):
    """How a body ended that came in pieces."""

    WHOLE = "whole"
    CUT_OFF = "cut off"


class BodyStream(Protocol):
    """A body that is still coming; one reader has it, in pieces."""

    async def read(self) -> bytes | StreamEnd:
        """The next piece, which is never empty, or the end."""

    def close(self) -> None:
        """Nobody reads any further; whoever makes the body goes on."""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A response. ``Content-Length`` and ``Connection`` are the writer's to add."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    reason: str = ""
    """The reason phrase; empty for the standard one."""

    @property
    def stream(self) -> BodyStream | None:
        """The body, where it is passed on as it comes; ``body`` is empty then."""
        return None

    @property
    def is_bodiless(self) -> bool:
        """Whether a response of this status has no body, whatever it holds."""
        return self.status < 200 or self.status in {204, 304}

    def header(self, name: str) -> str | None:
        """The first value of the header; `name` is in lower case."""
        return first_value(self.headers, name)


@dataclass(frozen=True, slots=True)
class StreamedResponse(HttpResponse):
    """A response whose body is passed on as it comes."""

    stream: BodyStream | None = field(default=None, repr=False, compare=False)


def with_stream(response: HttpResponse, stream: BodyStream) -> StreamedResponse:
    """The response with a body that is still coming."""
    return StreamedResponse(response.status, response.headers, b"", response.reason, stream)


@dataclass(frozen=True, slots=True)
class Moment:
    """What the world outside contributes to one request: the clock and random draws.

    Passed in so that a decision is a function of its arguments and a test can repeat it.
    """

    epoch_ms: int
    request_id: str
    """A UUID: ``x-amzn-RequestId``."""
    extended_request_id: str
    """``x-amz-apigw-id``, for example ``QG_qQHmhFiAFsLQ=``."""
    trace_id: str
    """``1-<8 hex digits of epoch seconds>-<24 hex digits>``, the root of ``X-Amzn-Trace-Id``."""
    turn: int
    """A counter that rises by one per request, for round robin."""
