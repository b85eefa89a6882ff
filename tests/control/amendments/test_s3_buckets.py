import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import REGION

from landbridge.control.amendments.amend import original_of
from landbridge.control.aws_api import AwsApi

SETTINGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def _bucket(api: AwsApi, **asked: Any) -> Any:
    s3 = api.client("s3")
    s3.create_bucket(Bucket="assets", CreateBucketConfiguration={"LocationConstraint": REGION}, **asked)
    return s3


def _policy(**condition: Any) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::assets/*",
        **condition,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


ENDPOINT_ONLY = {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}


def test_a_new_bucket_blocks_all_public_access(api: AwsApi) -> None:
    found = _bucket(api).get_public_access_block(Bucket="assets")["PublicAccessBlockConfiguration"]
    assert found == dict.fromkeys(SETTINGS, True)


@pytest.mark.parametrize(
    ("asked", "ownership"),
    [({}, "BucketOwnerEnforced"), ({"ObjectOwnership": "ObjectWriter"}, "ObjectWriter")],
)
def test_acls_of_a_new_bucket_are_disabled_unless_asked_for(
    api: AwsApi, asked: dict[str, str], ownership: str
) -> None:
    controls = _bucket(api, **asked).get_bucket_ownership_controls(Bucket="assets")["OwnershipControls"]
    assert controls["Rules"] == [{"ObjectOwnership": ownership}]


def test_a_public_policy_is_refused_while_public_policies_are_blocked(api: AwsApi) -> None:
    s3 = _bucket(api)
    with pytest.raises(ClientError, match="prevented by the BlockPublicPolicy setting") as refused:
        s3.put_bucket_policy(Bucket="assets", Policy=_policy())
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    s3.put_bucket_policy(Bucket="assets", Policy=_policy(**ENDPOINT_ONLY))
    s3.delete_public_access_block(Bucket="assets")
    s3.put_bucket_policy(Bucket="assets", Policy=_policy())
    assert "Condition" not in s3.get_bucket_policy(Bucket="assets")["Policy"]


def test_a_public_acl_needs_acls_that_count_and_are_not_blocked(api: AwsApi) -> None:
    s3 = _bucket(api)

    def put(acl: str) -> None:
        s3.put_object(Bucket="assets", Key="a", Body=b"", ACL=acl)

    put("private")
    with pytest.raises(ClientError, match="AccessControlListNotSupported"):
        put("public-read")
    controls = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    s3.put_bucket_ownership_controls(Bucket="assets", OwnershipControls=controls)
    with pytest.raises(ClientError, match="AccessDenied"):
        put("public-read")
    s3.delete_public_access_block(Bucket="assets")
    put("public-read")
    assert len(s3.get_object_acl(Bucket="assets", Key="a")["Grants"]) == 2


def test_a_bucket_is_listed_with_its_region(api: AwsApi) -> None:
    s3 = _bucket(api)
    assert [each["BucketRegion"] for each in s3.list_buckets(MaxBuckets=10)["Buckets"]] == [REGION]


def test_moto_still_makes_open_buckets(api: AwsApi) -> None:
    from moto.s3.models import S3Backend

    _bucket(api)
    backend = S3Backend("aws", "123456789012")
    made = original_of(S3Backend, "create_bucket")(backend, "open-to-all", REGION)
    assert (made.public_access_block, made.ownership_rule) == (None, None)
