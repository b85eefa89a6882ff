import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.model.exchange import Moment
from landbridge.semantics.needs import ObjectFound
from landbridge.semantics.storage.conditional import UNCONDITIONAL, ReadConditions, read_conditions, send
from landbridge.trace.codes import S3ErrorCode

MOMENT = Moment(1_649_165_889_404, "7e42b0a7-465e-4f43-aaf0-95e049fcf05b", "x", "1-a-b", 0)  # 5 April 2022
BODY = b"0123456789"
FOUND = ObjectFound(
    BODY,
    (
        ("Last-Modified", "Fri, 01 Apr 2022 10:00:00 GMT"),
        ("ETag", '"e1"'),
        ("x-amz-server-side-encryption", "AES256"),
        ("Cache-Control", "no-cache"),
        ("x-amz-meta-a", "b"),
        ("Accept-Ranges", "bytes"),
        ("Content-Type", "text/plain"),
        ("Server", "AmazonS3"),
    ),
)
BEFORE, AT, AFTER, FUTURE = (
    f"{day} {clock} GMT"
    for day, clock in (
        ("Thu, 31 Mar 2022", "10:00:00"),
        ("Fri, 01 Apr 2022", "10:00:00"),
        ("Sat, 02 Apr 2022", "10:00:00"),
        ("Sat, 02 Apr 2033", "10:00:00"),
    )
)


@pytest.mark.parametrize(
    ("headers", "status", "condition"),
    [
        ({}, 200, ""),
        ({"if-match": '"e1"'}, 200, ""),
        ({"if-match": "e1"}, 200, ""),
        ({"if-match": "*"}, 200, ""),
        ({"if-match": '"e0", "e1"'}, 200, ""),
        ({"if-match": '"e2"'}, 412, "If-Match"),
        ({"if-unmodified-since": AT}, 200, ""),
        ({"if-unmodified-since": BEFORE}, 412, "If-Unmodified-Since"),
        ({"if-unmodified-since": "yesterday"}, 200, ""),
        ({"if-match": '"e1"', "if-unmodified-since": BEFORE}, 200, ""),
        ({"if-match": '"e2"', "if-unmodified-since": AFTER}, 412, "If-Match"),
        ({"if-none-match": '"e1"'}, 304, ""),
        ({"if-none-match": 'W/"e1"'}, 304, ""),
        ({"if-none-match": "*"}, 304, ""),
        ({"if-none-match": '"e2"'}, 200, ""),
        ({"if-modified-since": AT}, 304, ""),
        ({"if-modified-since": AFTER}, 304, ""),
        ({"if-modified-since": BEFORE}, 200, ""),
        ({"if-modified-since": FUTURE}, 200, ""),
        ({"if-none-match": '"e1"', "if-modified-since": BEFORE}, 304, ""),
        ({"if-none-match": '"e2"', "if-modified-since": AFTER}, 200, ""),
        ({"if-match": '"e2"', "if-none-match": '"e1"'}, 412, "If-Match"),
        ({"if-match": '"e1"', "if-none-match": '"e1"'}, 304, ""),
        ({"if-none-match": '"e1"', "range": "bytes=0-1"}, 304, ""),
        ({"if-match": '"e2"', "range": "bytes=90-"}, 412, "If-Match"),
    ],
)
def test_a_conditional_request_is_decided_in_the_order_of_rfc_7232(
    headers: dict[str, str], status: int, condition: str
) -> None:
    sent = send(read_conditions(headers.get), FOUND, MOMENT)
    assert sent.response.status == status
    if condition:
        assert sent.code is S3ErrorCode.PRECONDITION_FAILED
        assert f"<Condition>{condition}</Condition><RequestId>".encode() in sent.response.body
    if status == 304:
        names = [name for name, _ in sent.response.headers]
        assert names[3:] == [
            "Last-Modified",
            "ETag",
            "x-amz-server-side-encryption",
            "Cache-Control",
            "Server",
        ]
        assert sent.response.body == b""


@pytest.mark.parametrize(
    ("asked", "body", "content_range"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=4-4", b"4", "bytes 4-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=7-99999999999999999", b"789", "bytes 7-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=-30", BODY, "bytes 0-9/10"),
        ("Bytes= 0 - 1", b"01", "bytes 0-1/10"),
    ],
)
def test_a_range_is_answered_with_its_bytes(asked: str, body: bytes, content_range: str) -> None:
    response = send(ReadConditions(range=asked), FOUND, MOMENT).response
    assert (response.status, response.body) == (206, body)
    assert response.header("content-range") == content_range
    assert [name for name, _ in response.headers][-4:] == [
        "Accept-Ranges",
        "Content-Range",
        "Content-Type",
        "Server",
    ]


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_a_range_past_the_end_is_invalid(asked: str) -> None:
    sent = send(ReadConditions(range=asked), FOUND, MOMENT)
    assert (sent.response.status, sent.code) == (416, S3ErrorCode.INVALID_RANGE)
    inside = f"<RangeRequested>{asked}</RangeRequested><ActualObjectSize>10</ActualObjectSize><RequestId>"
    assert inside.encode() in sent.response.body


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "bytes=5-2", "items=0-1", "bytes=-", "bytes=a-b", "0-1"])
def test_what_is_no_single_range_is_answered_whole(asked: str) -> None:
    response = send(ReadConditions(range=asked), FOUND, MOMENT).response
    assert (response.status, response.body) == (200, BODY)
    assert response.header("content-range") is None


def test_no_byte_of_an_empty_object_can_be_had() -> None:
    empty = ObjectFound(b"", FOUND.headers)
    assert send(ReadConditions(range="bytes=0-"), empty, MOMENT).response.status == 416


@pytest.mark.parametrize(("if_range", "status"), [('"e1"', 206), ('"e2"', 200), (AT, 206), (BEFORE, 200)])
def test_a_range_of_another_version_is_not_asked_for(if_range: str, status: int) -> None:
    conditions = ReadConditions(range="bytes=0-1", if_range=if_range)
    assert send(conditions, FOUND, MOMENT).response.status == status


def test_the_headers_of_an_object_are_in_the_order_of_s3() -> None:
    response = send(UNCONDITIONAL, FOUND, MOMENT).response
    assert [name for name, _ in response.headers] == [
        *("x-amz-id-2", "x-amz-request-id", "Date", "Last-Modified", "ETag"),
        *("x-amz-server-side-encryption", "Cache-Control", "x-amz-meta-a", "Accept-Ranges"),
        *("Content-Type", "Server"),
    ]


@given(st.binary(max_size=20), st.integers(0, 25), st.integers(0, 25))
def test_a_range_is_the_slice_that_it_names_or_none(body: bytes, first: int, last: int) -> None:
    response = send(ReadConditions(range=f"bytes={first}-{last}"), ObjectFound(body, ()), MOMENT).response
    if last < first:
        assert (response.status, response.body) == (200, body)
    elif first >= len(body):
        assert response.status == 416
    else:
        assert (response.status, response.body) == (206, body[first : last + 1])


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30))
def test_no_header_breaks_the_answer(text: str) -> None:
    conditions = ReadConditions(text, text, text, text, text, text)
    assert send(conditions, FOUND, MOMENT).response.status in {200, 206, 304, 412, 416}
