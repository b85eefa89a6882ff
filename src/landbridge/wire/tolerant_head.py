"""Heads of requests that a strict parser refuses, read all the same where nobody can doubt the message's end.

Lines end with CRLF, names are compared as they are, one length is in force: what leaves the end in doubt is
malformed. RFC 9112, sections 2.2, 3 and 6.3.
"""

import re
from dataclasses import dataclass

from landbridge.model.exchange import Headers, Irregularity, MalformedReason, all_values, first_value, without


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a request, with the length of its body."""

    method: str
    target: str
    version: str
    headers: Headers
    """At most one ``Content-Length``, and none beside a ``Transfer-Encoding`` that is in force."""
    length: int | None
    """Bytes of the body; None when it is chunked."""
    irregularities: tuple[Irregularity, ...]
    keep_alive: bool


def read_head(data: bytes) -> Head | MalformedReason:
    """The head in these bytes, which end with an empty line, or why it cannot be read."""
    first, *lines = data[:-4].split(b"\r\n")
    request_line = _read_request_line(first)
    if isinstance(request_line, MalformedReason):
        return request_line
    method, target, version = request_line
    headers = _read_headers(lines)
    if isinstance(headers, MalformedReason):
        return headers
    framing = _read_framing(headers)
    if isinstance(framing, MalformedReason):
        return framing
    odd = (*_odd_target(target), *_odd_version(version), *_odd_headers(headers), *framing.irregularities)
    certain = framing.length is not None or version != "1.0"
    keep_alive = certain and Irregularity.BOTH_LENGTHS not in odd and _keeps_alive(headers, version)
    return Head(
        method,
        target,
        "1.0" if version == "1.0" else "1.1",
        framing.headers,
        framing.length,
        odd,
        keep_alive and method != "CONNECT",
    )


def is_hopeless(start: bytes) -> bool:
    """Whether these first bytes of a head cannot be read, whatever follows."""
    return _START.match(start) is None or start.count(b"\n") != start.count(b"\r\n")


_TOKEN = re.compile(rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+")
_START = re.compile(rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+(?: |\Z)")
_FORBIDDEN = re.compile(rb"[\r\n\0]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CONTROL_IN_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_VERSION = re.compile(rb"HTTP/([0-9])\.([0-9])")
_DIGITS = re.compile(r"[0-9]{1,18}")
_CODINGS = frozenset(("chunked", "identity"))


def _read_request_line(line: bytes) -> tuple[str, str, str] | MalformedReason:
    method, _, rest = line.partition(b" ")
    target, _, version = rest.rpartition(b" ")
    if not _TOKEN.fullmatch(method):
        return MalformedReason.BAD_METHOD
    found = _VERSION.fullmatch(version)
    if found is None:
        return MalformedReason.BAD_SYNTAX
    if found[1] != b"1":
        return MalformedReason.BAD_VERSION
    if not target.strip() or _FORBIDDEN.search(target):
        return MalformedReason.BAD_TARGET
    return method.decode("ascii"), target.decode("latin-1"), f"1.{found[2].decode('ascii')}"


def _read_headers(lines: list[bytes]) -> Headers | MalformedReason:
    headers = []
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or line[:1] in (b" ", b"\t") or _FORBIDDEN.search(line):
            return MalformedReason.BAD_HEADER
        headers.append((name.decode("latin-1"), value.strip(b" \t").decode("latin-1")))
    return tuple(headers)


@dataclass(frozen=True, slots=True)
class _Framing:
    length: int | None
    headers: Headers
    irregularities: tuple[Irregularity, ...] = ()


def _read_framing(headers: Headers) -> _Framing | MalformedReason:
    lengths = all_values(headers, "content-length")
    if not all(map(_DIGITS.fullmatch, lengths)):
        return MalformedReason.BAD_CONTENT_LENGTH
    if len({int(length) for length in lengths}) > 1:
        return MalformedReason.CONFLICTING_LENGTH
    chunked = _is_chunked(all_values(headers, "transfer-encoding"))
    if isinstance(chunked, MalformedReason):
        return chunked
    both = bool(lengths) and first_value(headers, "transfer-encoding") is not None
    repeated = (Irregularity.REPEATED_LENGTH,) if len(lengths) > 1 else ()
    odd = (*repeated, Irregularity.BOTH_LENGTHS) if both else repeated
    others = without(headers, "content-length")
    if chunked:
        return _Framing(None, others, odd)
    length = int(lengths[0]) if lengths else 0
    return _Framing(length, (*others, ("Content-Length", lengths[0])) if odd else headers, odd)


def _is_chunked(values: tuple[str, ...]) -> bool | MalformedReason:
    """Whether ``chunked`` is the last and only coding in force."""
    codings = [coding.strip(" \t").lower() for value in values for coding in value.split(",")]
    if not all(codings):
        return MalformedReason.BAD_TRANSFER_ENCODING
    if not _CODINGS.issuperset(codings):
        return MalformedReason.UNSUPPORTED_TRANSFER_ENCODING
    if codings.count("chunked") > 1:
        return MalformedReason.REPEATED_CHUNKED
    if "chunked" in codings and codings[-1] != "chunked":
        return MalformedReason.BAD_TRANSFER_ENCODING
    return "chunked" in codings


def _odd_target(target: str) -> tuple[Irregularity, ...]:
    odd = (Irregularity.SPACE_IN_TARGET,) if " " in target else ()
    return (*odd, Irregularity.CONTROL_IN_TARGET) if _CONTROL.search(target) else odd


def _odd_version(version: str) -> tuple[Irregularity, ...]:
    return () if version in ("1.0", "1.1") else (Irregularity.MINOR_VERSION,)


def _odd_headers(headers: Headers) -> tuple[Irregularity, ...]:
    odd: list[Irregularity] = []
    if any(not name.strip() for name, _ in headers):
        odd.append(Irregularity.EMPTY_HEADER_NAME)
    if any(_CONTROL_IN_VALUE.search(value) or not _is_token(name) for name, value in headers if name.strip()):
        odd.append(Irregularity.CONTROL_IN_HEADER)
    return tuple(odd)


def _is_token(name: str) -> bool:
    return _TOKEN.fullmatch(name.encode("latin-1")) is not None


def _keeps_alive(headers: Headers, version: str) -> bool:
    options = {
        option.strip(" \t").lower()
        for value in all_values(headers, "connection")
        for option in value.split(",")
    }
    return "keep-alive" in options if version == "1.0" else "close" not in options
