"""A call answered so that it can be repeated, and repeated: from request to entry and back."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zlib import crc32

import orjson

from landbridge.control.change import changes_nothing
from landbridge.control.dispatch import Answer, Request, answer, prepare, refused
from landbridge.control.http_server import ServedRequest
from landbridge.control.journal.bodies import Bodies
from landbridge.control.journal.compaction import as_operation
from landbridge.control.journal.entries import UNKNOWN_ANSWER, Call
from landbridge.control.journal.file import NotWritten
from landbridge.control.journal.repeatable import Conditions, stand_in_for_new_modules, under

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOT_IMPLEMENTED = 501
INSUFFICIENT_STORAGE = 507
"""AWS's clients do not try again after it."""
FAIL_WHOLE = frozenset({"dynamodb", "s3"})
"""Services whose calls change nothing when they fail; with others a part may have been done."""
ANSWERED_ONCE = frozenset({"CreateKeyPair"})
"""Whose answers have random bytes of the library's own: a private key in the form of OpenSSH."""
KEPT = frozenset({"REQUEST_METHOD", "PATH_INFO", "RAW_URI", "QUERY_STRING", "CONTENT_TYPE"})
DROPPED = frozenset(
    {
        *("HTTP_USER_AGENT", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_CONNECTION", "HTTP_EXPECT"),
        *("HTTP_AMZ_SDK_INVOCATION_ID", "HTTP_AMZ_SDK_REQUEST", "HTTP_X_AMZN_TRACE_ID"),
        *("HTTP_X_AMZ_SECURITY_TOKEN", "HTTP_X_AMZ_USER_AGENT", "HTTP_TRANSFER_ENCODING"),
    }
)
"""Headers that say nothing about what is asked for."""
HEADER_NAMES = "moto.preserved_header_names"
Write = Callable[[Call], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """A call that was answered otherwise when it was repeated."""

    number: int
    call: Call
    status: int

    def __str__(self) -> str:
        told = f" with {self.status} and not {self.call.status}" if self.status != self.call.status else ""
        return (
            f"call {self.number}, {self.call.service} {self.call.operation}, is now answered otherwise{told}"
        )


class Recorder:
    """Answers calls as ``dispatch.answer`` does, and has those that change something written."""

    def __init__(self, write: Write, bodies: Bodies) -> None:
        self._write = write
        self._bodies = bodies
        self.lost = ""
        """Why nothing more is changed; empty as long as everything could be written."""

    def answer(self, service: str, operation: str, request: Request) -> Answer:
        """The answer to a call; what it changed is written when this returns.

        Once something could not be written nothing more is changed: what is here and what is on the disk
        would go apart.
        """
        if changes_nothing(operation):
            return answer(service, operation, request)
        if self.lost:
            return refused(service, INSUFFICIENT_STORAGE, "StateNotWritten", self.lost)
        prepare(service)
        stand_in_for_new_modules()
        sent = request.environ["wsgi.input"].getvalue()
        at_us, seed, keys = time.time_ns() // 1000, secrets.randbits(128), list[bytes]()
        with under(Conditions(EPOCH + timedelta(microseconds=at_us), seed, keys)):
            answered = answer(service, operation, request)
        if answered.status == NOT_IMPLEMENTED or (answered.status >= 400 and service in FAIL_WHOLE):
            return answered
        try:
            self._write(
                Call(
                    service,
                    operation,
                    _kept(request.environ),
                    self._bodies.keep(sent),
                    f"{seed:032x}",
                    at_us,
                    answered.status,
                    UNKNOWN_ANSWER if operation in ANSWERED_ONCE else _checksum(answered),
                    tuple(keys),
                    isinstance(request, ServedRequest),
                    request.environ.get(HEADER_NAMES) or None,
                )
            )
        except NotWritten as problem:
            self.lost = (
                f"the state could not be written: {problem}; the change that {service}:{operation} made is"
                " lost at the next start, and nothing more is changed until then"
            )
            return refused(service, INSUFFICIENT_STORAGE, "StateNotWritten", self.lost)
        return answered


def repeat(calls: Sequence[Call], bodies: Bodies, account_id: str) -> tuple[Difference, ...]:
    """Every call once more, in order; those that were answered otherwise than the first time."""
    differences = []
    for service in {call.service for call in calls}:
        prepare(service)
    for number, call in enumerate(calls, 1):
        prepare(call.service)
        stand_in_for_new_modules()
        request = _request(call, bodies.read(call.body), account_id)
        at = EPOCH + timedelta(microseconds=call.at_us)
        with under(Conditions(at, int(call.seed, 16), list(call.keys), is_repeated=True)):
            answered = answer(call.service, call.operation, request)
        if answered.status != call.status or call.answer not in (UNKNOWN_ANSWER, _checksum(answered)):
            differences.append(Difference(number, call, answered.status))
    return tuple(differences)


def read_rows(model: Call, table: str, account_id: str) -> list[Any]:
    """All rows of a table, asked for in the region and with the headers of another call; none without it."""
    rows: list[Any] = []
    asked: dict[str, Any] = {"TableName": table}
    while True:
        scan = replace(model, operation="Scan", request=as_operation(model.request, "Scan"))
        answered = answer("dynamodb", "Scan", _request(scan, orjson.dumps(asked), account_id))
        if answered.status != 200:
            return rows
        page = orjson.loads(answered.body)
        rows += page["Items"]
        if "LastEvaluatedKey" not in page:
            return rows
        asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _checksum(answered: Answer) -> int:
    return crc32(bytes(sorted(answered.body)))


def _kept(environ: dict[str, Any]) -> dict[str, str]:
    kept = {
        name: value
        for name, value in environ.items()
        if name in KEPT or (name.startswith("HTTP_") and name not in DROPPED)
    }
    if "HTTP_AUTHORIZATION" in kept:
        # Who and where, without the signature that nobody checks.
        kept["HTTP_AUTHORIZATION"] = kept["HTTP_AUTHORIZATION"].partition(",")[0]
    return kept


def _request(call: Call, body: bytes, account_id: str) -> Request:
    environ: dict[str, Any] = {
        **call.request,
        "HTTP_X_MOTO_ACCOUNT_ID": account_id,
        "SCRIPT_NAME": "",
        "SERVER_NAME": call.request.get("HTTP_HOST", ""),
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
    }
    if call.header_names:
        environ[HEADER_NAMES] = dict(call.header_names)
    return ServedRequest(environ) if call.is_served else Request(environ)
