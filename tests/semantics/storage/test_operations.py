import pytest

from landbridge.semantics.storage.addressing import Addressed
from landbridge.semantics.storage.operations import find_operation

OBJECT, BUCKET = Addressed("site", "a"), Addressed("site", "")


@pytest.mark.parametrize(
    ("method", "addressed", "query", "name", "action"),
    [
        ("GET", OBJECT, "", "GetObject", "s3:GetObject"),
        ("HEAD", OBJECT, "", "HeadObject", "s3:GetObject"),
        ("GET", OBJECT, "v=7", "GetObject", "s3:GetObject"),
        ("GET", OBJECT, "versionId=x", "GET ?versionId", "s3:GetObjectVersion"),
        ("GET", OBJECT, "acl", "GET ?acl", "s3:GetObjectAcl"),
        ("PUT", OBJECT, "", "PutObject", "s3:PutObject"),
        ("PUT", OBJECT, "partNumber=1&uploadId=x", "PUT ?uploadId", "s3:PutObject"),
        ("POST", OBJECT, "uploads", "POST ?uploads", "s3:PutObject"),
        ("POST", OBJECT, "", "POST", ""),
        ("DELETE", OBJECT, "tagging", "DELETE ?tagging", "s3:DeleteObjectTagging"),
        ("GET", BUCKET, "", "ListObjects", "s3:ListBucket"),
        ("GET", BUCKET, "prefix=a", "ListObjects", "s3:ListBucket"),
        ("GET", BUCKET, "list-type=2", "ListObjectsV2", "s3:ListBucket"),
        ("GET", BUCKET, "versions", "GET ?versions", "s3:ListBucketVersions"),
        ("GET", BUCKET, "policy", "GET ?policy", "s3:GetBucketPolicy"),
        ("DELETE", BUCKET, "policy", "DELETE ?policy", "s3:DeleteBucketPolicy"),
        ("DELETE", BUCKET, "cors", "DELETE ?cors", "s3:PutBucketCORS"),
        ("POST", BUCKET, "delete", "POST ?delete", "s3:DeleteObject"),
        ("HEAD", BUCKET, "", "HeadBucket", "s3:ListBucket"),
        ("PATCH", BUCKET, "", "PATCH", ""),
    ],
)
def test_method_key_and_subresource_make_the_operation(
    method: str, addressed: Addressed, query: str, name: str, action: str
) -> None:
    operation = find_operation(method, addressed, query)
    assert (operation.name, operation.action) == (name, action)
