"""Conditional requests and ranges: what of an object is sent.

AWS: "GetObject" (Amazon S3 API reference)
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from landbridge.model.exchange import Headers, HttpResponse, Moment, first_value
from landbridge.semantics.needs import ObjectFound
from landbridge.semantics.storage.s3_errors import SERVER, date, error_response, ids
from landbridge.trace.codes import S3ErrorCode


@dataclass(frozen=True, slots=True)
class ReadConditions:
    """The request's headers of the same names; empty where it has none."""

    if_match: str = ""
    if_none_match: str = ""
    if_modified_since: str = ""
    if_unmodified_since: str = ""
    range: str = ""
    if_range: str = ""


UNCONDITIONAL = ReadConditions()
_HEADERS = tuple((field.name.replace("_", "-"), field.name) for field in fields(ReadConditions))


def read_conditions(header: Callable[[str], str | None]) -> ReadConditions:
    """The conditions of a request, from a look-up of its headers by their names in lower case."""
    found = {field: value for name, field in _HEADERS if (value := header(name))}
    return ReadConditions(**found) if found else UNCONDITIONAL


@dataclass(frozen=True, slots=True)
class Sent:
    """The answer, and the code where it is an error."""

    response: HttpResponse
    code: S3ErrorCode | None = None
    compared: tuple[str, str] | None = None
    """The header that decided, with its value."""


def send(conditions: ReadConditions, found: ObjectFound, moment: Moment) -> Sent:
    """The whole object, a range of it, 304, 412 or 416.

    ``If-Match`` that holds outweighs ``If-Unmodified-Since``, ``If-None-Match`` outweighs
    ``If-Modified-Since``; both come before the range. Of several ranges, and of one that cannot be read, S3
    makes the whole object.
    """
    if conditions is UNCONDITIONAL:
        return Sent(_answer(200, found.headers, found.body, moment))
    failed = _failed_precondition(conditions, found)
    if failed:
        response = error_response(S3ErrorCode.PRECONDITION_FAILED, moment, ("Condition", failed[0]))
        return Sent(response, S3ErrorCode.PRECONDITION_FAILED, failed)
    known = _not_modified(conditions, found, moment)
    if known:
        headers = tuple(pair for pair in found.headers if not pair[0].lower().startswith(_NOT_IN_304))
        return Sent(_answer(304, headers, b"", moment), compared=known)
    return _send_range(conditions, found, moment)


_NOT_IN_304 = ("content-", "accept-ranges", "x-amz-meta-")
_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.IGNORECASE | re.ASCII)


def _answer(status: int, headers: Headers, body: bytes, moment: Moment) -> HttpResponse:
    own = [pair for pair in headers if pair[0] != "Server"]
    return HttpResponse(status, (*ids(moment), date(moment), *own, SERVER), body)


def _failed_precondition(conditions: ReadConditions, found: ObjectFound) -> tuple[str, str] | None:
    if conditions.if_match:
        return None if _names(conditions.if_match, found) else ("If-Match", conditions.if_match)
    limit, modified = _time(conditions.if_unmodified_since), _last_modified(found)
    if limit is not None and modified is not None and modified > limit:
        return "If-Unmodified-Since", conditions.if_unmodified_since
    return None


def _not_modified(conditions: ReadConditions, found: ObjectFound, moment: Moment) -> tuple[str, str] | None:
    """A date that has yet to come says nothing."""
    if conditions.if_none_match:
        tag = conditions.if_none_match
        return ("If-None-Match", tag) if _names(tag, found) else None
    since, modified = _time(conditions.if_modified_since), _last_modified(found)
    now = datetime.fromtimestamp(moment.epoch_ms / 1000, UTC)
    if since is not None and modified is not None and modified <= since <= now:
        return "If-Modified-Since", conditions.if_modified_since
    return None


def _names(tags: str, found: ObjectFound) -> bool:
    """Whether a list of entity tags, with or without quotes, names the object's."""
    own = _bare(first_value(found.headers, "etag") or "")
    return any(tag in ("*", own) for tag in map(_bare, tags.split(",")))


def _bare(tag: str) -> str:
    return tag.strip().removeprefix("W/").strip('"')


def _time(text: str) -> datetime | None:
    """The time of a header; None for one that is absent or cannot be read."""
    if not text:
        return None
    try:
        time = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _last_modified(found: ObjectFound) -> datetime | None:
    return _time(first_value(found.headers, "last-modified") or "")


def _send_range(conditions: ReadConditions, found: ObjectFound, moment: Moment) -> Sent:
    size = len(found.body)
    bounds = _bounds(conditions, found, size)
    if bounds is None:
        return Sent(_answer(200, found.headers, found.body, moment))
    first, last = bounds
    if first > last:
        elements = (("RangeRequested", conditions.range), ("ActualObjectSize", str(size)))
        response = error_response(S3ErrorCode.INVALID_RANGE, moment, *elements)
        return Sent(response, S3ErrorCode.INVALID_RANGE, ("Range", conditions.range))
    content_range = ("Content-Range", f"bytes {first}-{last}/{size}")
    place = next((at for at, pair in enumerate(found.headers) if pair[0] == "Content-Type"), 0)
    headers = (*found.headers[:place], content_range, *found.headers[place:])
    answer = _answer(206, headers, found.body[first : last + 1], moment)
    return Sent(answer, compared=("Range", conditions.range))


def _bounds(conditions: ReadConditions, found: ObjectFound, size: int) -> tuple[int, int] | None:
    """The first and last byte; the first after the last where nothing is to be had; None for all of it."""
    asked = _RANGE.fullmatch(conditions.range.replace(" ", ""))
    if asked is None or not _holds_if_range(conditions.if_range, found):
        return None
    start, end = asked.groups()
    if not start:
        return (max(size - int(end), 0), size - 1) if end else None
    if end and int(end) < int(start):
        return None
    last = min(int(end), size - 1) if end else size - 1
    return int(start), last


def _holds_if_range(if_range: str, found: ObjectFound) -> bool:
    if not if_range:
        return True
    time = _time(if_range)
    return time == _last_modified(found) if time is not None else _names(if_range, found)
