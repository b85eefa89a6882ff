"""The same state from fewer calls: what was overwritten without anyone having looked is left out.

Left out are objects that were put again, code that was updated again, and all writing of table rows, for
which one call per 25 rows is added at the end. Everything else stays as it was sent: that a call was of no
consequence is not guessed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from landbridge.control.journal.entries import UNKNOWN_ANSWER, Call, Entry, Note, StoredBody

WORTH_WRITING = 200
"""So many calls must be left out, or the journal stays as it is."""
READS_NO_OBJECTS = frozenset(
    {
        *("acm", "apigateway", "directconnect", "ec2", "elbv2", "iam", "kms", "logs", "route53"),
        *("route53resolver", "sqs", "sts"),
    }
)
"""Services that never look into a bucket."""
BUCKET_SETTINGS = ("CreateBucket", "PutBucket", "DeleteBucket", "PutPublicAccessBlock")
HARMLESS_TO_CODE = frozenset({"AddPermission", "RemovePermission", "TagResource", "UntagResource"})
WHOLE_CODE = frozenset({"ZipFile", "FunctionName", "Architectures", "Publish", "DryRun"})
ROW_OPERATIONS = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})
TABLE_OPERATIONS = frozenset(
    {
        *("CreateTable", "DeleteTable", "UpdateTable", "TagResource", "UntagResource"),
        *("UpdateTimeToLive", "UpdateContinuousBackups"),
    }
)
ROWS_PER_CALL = 25
Rows = Callable[[Call, str], Sequence[Any]]
"""All rows of a table, as DynamoDB's JSON has them, asked for as a given call asked for its table."""
Read = Callable[[bytes | StoredBody], bytes]


def compacted(entries: Sequence[Entry], read: Read, rows: Rows) -> list[Entry] | None:
    """Fewer entries that give the same state; None when it is not worth the while."""
    calls = [entry for entry in entries if isinstance(entry, Call)]
    tables = _row_calls(calls, read)
    dropped = {id(call) for call in (*_overwritten(calls, read), *tables)}
    if len(dropped) < WORTH_WRITING:
        return None
    notes = {entry.name: entry for entry in entries if isinstance(entry, Note)}
    kept = [call for call in calls if id(call) not in dropped]
    return [*notes.values(), *kept, *_rows_again(calls, tables, read, rows)]


def _overwritten(calls: Sequence[Call], read: Read) -> Iterator[Call]:
    yield from _overwritten_objects(calls)
    yield from _overwritten_code(calls, read)


def _overwritten_objects(calls: Sequence[Call]) -> Iterator[Call]:
    """Puts and deletions of objects that are put or deleted again before anything could read them."""
    if any(call.operation == "PutBucketVersioning" for call in calls):
        return
    later = set[str]()
    for call in reversed(calls):
        if call.service == "s3" and call.operation in ("PutObject", "DeleteObject"):
            place = _place(call)
            if place in later:
                yield call
            elif not {"HTTP_IF_MATCH", "HTTP_X_AMZ_COPY_SOURCE"}.intersection(call.request):
                later.add(place)
        elif not _reads_no_object(call):
            later.clear()


def _reads_no_object(call: Call) -> bool:
    if call.service == "s3":
        return call.operation.startswith(BUCKET_SETTINGS)
    if call.service == "dynamodb":
        return call.operation in ROW_OPERATIONS | TABLE_OPERATIONS
    return call.service in READS_NO_OBJECTS


def _overwritten_code(calls: Sequence[Call], read: Read) -> Iterator[Call]:
    """Updates of a function's code from an archive, before the next one."""
    later = set[str]()
    for call in reversed(calls):
        if call.service != "lambda" or call.operation in HARMLESS_TO_CODE:
            continue
        if call.operation == "UpdateFunctionCode" and _is_nothing_but_code(read(call.body)):
            if _place(call) in later:
                yield call
            elif call.status < 400:
                later.add(_place(call))
        else:
            later.clear()


def _is_nothing_but_code(body: bytes) -> bool:
    asked = orjson.loads(body)
    return set(asked) <= WHOLE_CODE and not asked.get("Publish") and not asked.get("DryRun")


def _place(call: Call) -> str:
    """The bucket and key, or the function."""
    path = call.request.get("RAW_URI") or call.request["PATH_INFO"]
    return call.request["HTTP_HOST"] + path.partition("?")[0]


def _row_calls(calls: Sequence[Call], read: Read) -> list[Call]:
    """Every call that wrote rows, of regions in which rows are all that such calls leave behind.

    Not so where a stream remembers each of them, or where tables were copied, saved or restored.
    """
    regions: dict[str, list[Call]] = {}
    for call in calls:
        if call.service == "dynamodb":
            regions.setdefault(call.request["HTTP_HOST"], []).append(call)
    return [
        call
        for of_region in regions.values()
        if all(_leaves_rows_only(call, read) for call in of_region)
        for call in of_region
        if call.operation in ROW_OPERATIONS
    ]


def _leaves_rows_only(call: Call, read: Read) -> bool:
    if call.operation in ROW_OPERATIONS:
        return True
    return call.operation in TABLE_OPERATIONS and b"StreamSpecification" not in read(call.body)


def _rows_again(calls: Sequence[Call], dropped: Sequence[Call], read: Read, rows: Rows) -> Iterator[Call]:
    """The rows that the tables have now, written by calls of their own."""
    last = {call.request["HTTP_HOST"]: call for call in dropped}
    for host, model in last.items():
        for table in _tables(calls, host, read):
            found = rows(model, table)
            for start in range(0, len(found), ROWS_PER_CALL):
                yield _written(model, table, found[start : start + ROWS_PER_CALL])


def _tables(calls: Sequence[Call], host: str, read: Read) -> Iterable[str]:
    """Every table that ever was, once."""
    created = (
        call
        for call in calls
        if (call.service, call.operation) == ("dynamodb", "CreateTable") and call.request["HTTP_HOST"] == host
    )
    return dict.fromkeys(str(orjson.loads(read(call.body))["TableName"]) for call in created)


def _written(model: Call, table: str, rows: Sequence[Any]) -> Call:
    asked = {"RequestItems": {table: [{"PutRequest": {"Item": row}} for row in rows]}}
    return Call(
        service="dynamodb",
        operation="BatchWriteItem",
        request=as_operation(model.request, "BatchWriteItem"),
        body=orjson.dumps(asked),
        seed=model.seed,
        at_us=model.at_us,
        status=200,
        answer=UNKNOWN_ANSWER,
        is_served=model.is_served,
    )


def as_operation(request: Mapping[str, str], operation: str) -> dict[str, str]:
    """The same request to DynamoDB for another operation."""
    target = request["HTTP_X_AMZ_TARGET"].rpartition(".")[0]
    return {**request, "HTTP_X_AMZ_TARGET": f"{target}.{operation}"}
