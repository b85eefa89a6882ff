import pytest
from tests.control.worlds import REGION

from landbridge.control.aws_api import AwsApi


def _filled(api: AwsApi) -> None:
    s3 = api.client("s3")
    s3.create_bucket(Bucket="assets", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="assets", Key="a/ü.txt", Body=b"1", ContentType="text/plain")
    controls = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    s3.put_bucket_ownership_controls(Bucket="assets", OwnershipControls=controls)
    s3.delete_public_access_block(Bucket="assets")
    s3.put_object(Bucket="assets", Key="b", Body=b"2", ACL="public-read")


def test_an_object_is_read_with_its_headers(api: AwsApi) -> None:
    _filled(api)
    found = api.objects.read_object("assets", "a/ü.txt")
    assert found is not None
    assert (found[0], dict(found[1])["Content-Type"]) == (b"1", "text/plain")
    assert api.objects.read_object("assets", "c") is None


@pytest.mark.parametrize(("key", "public"), [("a/ü.txt", False), ("b", True), ("c", False)])
def test_an_object_is_public_by_its_own_acl(api: AwsApi, key: str, public: bool) -> None:
    _filled(api)
    assert api.objects.is_public("assets", key) is public


@pytest.mark.parametrize(
    ("query", "status", "inside"),
    [
        ("", 200, "<Key>a/ü.txt</Key>"),
        ("list-type=2&max-keys=1", 200, "<IsTruncated>true</IsTruncated>"),
        ("list-type=2&prefix=b", 200, "<KeyCount>1</KeyCount>"),
        ("delimiter=/", 200, "<CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes>"),
        ("list-type=2&continuation-token=nonsense", 400, "<Code>InvalidArgument</Code>"),
    ],
)
def test_a_bucket_is_listed_as_the_client_asked(api: AwsApi, query: str, status: int, inside: str) -> None:
    _filled(api)
    answered, body = api.objects.list_objects("assets", query)
    assert (answered, inside in body.decode()) == (status, True)
