"""What may be left out of a journal, and what may not."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from landbridge.control.journal import compaction
from landbridge.control.journal.compaction import compacted
from landbridge.control.journal.entries import Call, Note, StoredBody


def call(service: str, operation: str, place: str = "", body: object = None, **headers: str) -> Call:
    request = {"HTTP_HOST": f"{service}.example", "RAW_URI": place, "PATH_INFO": place, **headers}
    if service == "dynamodb":
        request["HTTP_X_AMZ_TARGET"] = f"DynamoDB_20120810.{operation}"
    return Call(service, operation, request, json.dumps(body).encode(), "0", 0, 200, 0)


def put(key: str, **headers: str) -> Call:
    return call("s3", "PutObject", f"/bucket/{key}", **headers)


def delete(key: str) -> Call:
    return call("s3", "DeleteObject", f"/bucket/{key}")


def code(name: str, **parameters: object) -> Call:
    return call("lambda", "UpdateFunctionCode", f"/functions/{name}/code", {"ZipFile": "", **parameters})


def table(operation: str, name: str = "orders", **parameters: object) -> Call:
    return call("dynamodb", operation, "/", {"TableName": name, **parameters})


def read(body: bytes | StoredBody) -> bytes:
    assert isinstance(body, bytes)
    return body


ROWS = [{"id": {"S": str(number)}} for number in range(30)]


def rows(model: Call, name: str) -> Sequence[Any]:
    return ROWS if name == "orders" else []


@pytest.fixture(autouse=True)
def _always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "WORTH_WRITING", 0)


def kept(*calls: Call) -> list[int]:
    """The numbers of the calls that are kept."""
    found = compacted(calls, read, rows)
    assert found is not None
    identities = {id(entry) for entry in found}
    return [number for number, entry in enumerate(calls) if id(entry) in identities]


SETTING = call("s3", "PutBucketPolicy", "/bucket")


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ([put("a"), put("a")], [1]),
        ([put("a"), put("b"), put("a")], [1, 2]),
        ([put("a"), delete("a"), put("a")], [2]),
        ([put("a"), delete("a")], [1]),
        ([put("a"), SETTING, put("a")], [1, 2]),
        ([put("a"), call("ec2", "CreateVpc"), put("a")], [1, 2]),
        ([put("a"), call("s3", "CopyObject", "/bucket/b"), put("a")], [0, 1, 2]),
        ([put("a"), call("s3", "PutObjectTagging", "/bucket/a"), put("a")], [0, 1, 2]),
        ([put("a"), code("f", S3Bucket="bucket", S3Key="a"), put("a")], [0, 1, 2]),
        ([put("a"), call("cloudformation", "CreateStack"), put("a")], [0, 1, 2]),
        ([put("a"), table("ImportTable"), put("a")], [0, 1, 2]),
        ([put("a"), put("a", HTTP_IF_MATCH="etag")], [0, 1]),
        ([put("a"), put("a", HTTP_IF_MATCH="etag"), put("a")], [2]),
        ([call("s3", "PutBucketVersioning", "/bucket"), put("a"), put("a")], [0, 1, 2]),
    ],
)
def test_an_object_that_nobody_could_read_before_the_next_put_is_left_out(
    calls: list[Call], expected: list[int]
) -> None:
    assert kept(*calls) == expected


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ([code("f"), code("f")], [1]),
        ([code("f"), code("g"), code("f")], [1, 2]),
        ([code("f"), call("lambda", "AddPermission"), code("f")], [1, 2]),
        ([code("f"), call("lambda", "PublishVersion"), code("f")], [0, 1, 2]),
        ([code("f", Publish=True), code("f")], [0, 1]),
        ([code("f"), code("f", DryRun=True)], [0, 1]),
        ([code("f"), code("f", RevisionId="1")], [0, 1]),
    ],
)
def test_code_that_was_replaced_is_left_out_unless_a_version_keeps_it(
    calls: list[Call], expected: list[int]
) -> None:
    assert kept(*calls) == expected


def test_rows_are_written_once_at_the_end() -> None:
    calls = [table("CreateTable"), table("CreateTable", "empty"), *[table("UpdateItem")] * 50, SETTING]
    found = compacted([Note("n", 1), Note("n", 2), *calls], read, rows)
    assert found is not None
    assert found[:4] == [Note("n", 2), calls[0], calls[1], SETTING]
    written = [entry for entry in found[4:] if isinstance(entry, Call)]
    assert [each.request["HTTP_X_AMZ_TARGET"] for each in written] == ["DynamoDB_20120810.BatchWriteItem"] * 2
    asked = [json.loads(read(each.body))["RequestItems"]["orders"] for each in written]
    assert [put["PutRequest"]["Item"] for part in asked for put in part] == ROWS


@pytest.mark.parametrize(
    "other",
    [
        table("CreateTable", "streamed", StreamSpecification={"StreamEnabled": True}),
        table("CreateBackup"),
        table("ExecuteStatement"),
    ],
)
def test_rows_stay_as_they_were_written_where_more_than_rows_remembers_them(other: Call) -> None:
    calls = [table("CreateTable"), table("PutItem"), other, table("PutItem")]
    assert kept(*calls) == [0, 1, 2, 3]


def test_little_is_not_worth_a_new_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "WORTH_WRITING", 2)
    assert compacted([put("a"), put("a")], read, rows) is None
    assert compacted([put("a"), put("a"), put("a")], read, rows) is not None
