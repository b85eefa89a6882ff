"""What the journal holds: calls that changed something, and notes. Bytes and back."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

UNKNOWN_ANSWER = -1
"""Of a call that nobody made: there is no first answer."""


@dataclass(frozen=True, slots=True)
class StoredBody:
    """A body too large for the journal, in a file of its own."""

    sha256: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it was sent, and what else its answer came from."""

    service: str
    """As moto names it."""
    operation: str
    request: Mapping[str, str]
    """Method, path, query and headers, under the names that WSGI has for them."""
    body: bytes | StoredBody
    seed: str
    """Of the random numbers that the call drew, in hexadecimal."""
    at_us: int
    """When it was: microseconds since the epoch."""
    status: int
    answer: int
    """A checksum of the answer's bytes, whatever their order: some of moto's lists come out of sets."""
    keys: tuple[bytes, ...] = ()
    """RSA keys that were made, DER: these cannot be made again from a seed."""
    is_served: bool = False
    """Whether it came over HTTP."""
    header_names: Mapping[str, str] | None = None
    """Headers whose names had underscores, by WSGI's name."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the owner of the state wants to find again; the last one of a name counts."""

    name: str
    value: Any
    """JSON."""


Entry = Call | Note


class NotAnEntry(ValueError):  # noqa: N818
    """Bytes that are no entry of this format."""


def to_bytes(entry: Entry) -> bytes:
    """The entry as the journal keeps it: one line of JSON, and after it the body as it is."""
    if isinstance(entry, Note):
        return orjson.dumps({"note": entry.name, "value": entry.value}) + b"\n"
    head: dict[str, Any] = {
        "call": entry.operation,
        "service": entry.service,
        "request": entry.request,
        "seed": entry.seed,
        "at_us": entry.at_us,
        "status": entry.status,
        "answer": entry.answer,
    }
    if entry.keys:
        head["keys"] = [base64.b64encode(key).decode() for key in entry.keys]
    if entry.is_served:
        head["served"] = True
    if entry.header_names:
        head["header_names"] = entry.header_names
    if isinstance(entry.body, StoredBody):
        head["body"] = entry.body.sha256
        return orjson.dumps(head) + b"\n"
    return orjson.dumps(head) + b"\n" + entry.body


def from_bytes(content: bytes) -> Entry:
    """The entry in these bytes; NotAnEntry when there is none."""
    line, _, body = content.partition(b"\n")
    try:
        head = orjson.loads(line)
        if "note" in head:
            return Note(str(head["note"]), head["value"])
        return _call(head, body)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotAnEntry(f"{type(error).__name__}: {error}") from error


def _call(head: dict[str, Any], body: bytes) -> Call:
    return Call(
        service=str(head["service"]),
        operation=str(head["call"]),
        request=_texts(head["request"]),
        body=StoredBody(str(head["body"])) if "body" in head else body,
        seed=f"{int(head['seed'], 16):032x}",
        at_us=int(head["at_us"]),
        status=int(head["status"]),
        answer=int(head["answer"]),
        keys=tuple(base64.b64decode(key, validate=True) for key in head.get("keys", ())),
        is_served=bool(head.get("served")),
        header_names=_texts(head["header_names"]) if "header_names" in head else None,
    )


def _texts(found: Any) -> dict[str, str]:
    return {str(name): str(value) for name, value in found.items()}
