import pytest

from landbridge.model.exchange import Moment
from landbridge.semantics.storage.s3_errors import error_response
from landbridge.trace.codes import S3ErrorCode

MOMENT = Moment(1_649_165_889_404, "7e42b0a7-465e-4f43-aaf0-95e049fcf05b", "x", "1-a-b", 0)


@pytest.mark.parametrize(
    ("code", "elements", "status", "inside"),
    [
        (
            S3ErrorCode.ACCESS_DENIED,
            (),
            403,
            "<Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>",
        ),
        (
            S3ErrorCode.NO_SUCH_KEY,
            (("Key", "a&b"),),
            404,
            "<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>"
            "<Key>a&amp;b</Key><RequestId>",
        ),
        (
            S3ErrorCode.NO_SUCH_BUCKET,
            (("BucketName", "a&b"),),
            404,
            "<Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message>"
            "<BucketName>a&amp;b</BucketName><RequestId>",
        ),
    ],
)
def test_an_error_of_s3_is_xml(
    code: S3ErrorCode, elements: tuple[tuple[str, str], ...], status: int, inside: str
) -> None:
    response = error_response(code, MOMENT, *elements)
    assert response.status == status
    start = '<?xml version="1.0" encoding="UTF-8"?>\n<Error>'
    text = response.body.decode()
    assert text.startswith(f"{start}{inside}7E42B0A7465E4F43</RequestId><HostId>")
    assert text.endswith("</HostId></Error>")
    assert response.header("content-type") == "application/xml"
    assert response.header("server") == "AmazonS3"
    assert response.header("x-amz-request-id") == "7E42B0A7465E4F43"
    assert len(response.header("x-amz-id-2") or "") == 76


def test_every_error_has_a_status_and_a_message() -> None:
    assert {error_response(code, MOMENT).status // 100 for code in S3ErrorCode} == {3, 4, 5}
