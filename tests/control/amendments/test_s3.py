import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import REGION

from landbridge.control.aws_api import AwsApi

TLS_ONLY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::assets", "arn:aws:s3:::assets/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
ONE_ROLE = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:role/reader"},
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::assets/*",
}


def _bucket(api: AwsApi, *statements: dict[str, Any]) -> Any:
    s3 = api.client("s3")
    s3.create_bucket(Bucket="assets", CreateBucketConfiguration={"LocationConstraint": REGION})
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    s3.put_bucket_policy(Bucket="assets", Policy=json.dumps(policy))
    return s3


@pytest.mark.parametrize("statements", [(TLS_ONLY,), (TLS_ONLY, ONE_ROLE), (ONE_ROLE,)])
def test_a_policy_with_conditions_does_not_shut_the_owner_out(
    api: AwsApi, statements: tuple[dict[str, Any], ...]
) -> None:
    s3 = _bucket(api, *statements)
    s3.put_object(Bucket="assets", Key="index.html", Body=b"hello")
    assert s3.get_object(Bucket="assets", Key="index.html")["Body"].read() == b"hello"
    assert json.loads(s3.get_bucket_policy(Bucket="assets")["Policy"])["Statement"] == list(statements)


def test_a_deny_without_conditions_denies(api: AwsApi) -> None:
    s3 = _bucket(api, {key: value for key, value in TLS_ONLY.items() if key != "Condition"})
    with pytest.raises(ClientError, match=r"403|AccessDenied|Forbidden"):
        s3.put_object(Bucket="assets", Key="index.html", Body=b"hello")


def test_moto_still_lacks_conditions_of_bucket_policies(api: AwsApi) -> None:
    from moto.iam.access_control import PermissionResult
    from moto.s3.models import FakeBucket

    from landbridge.control.amendments.amend import original_of

    bucket: Any = FakeBucket.__new__(FakeBucket)
    bucket.policy = json.dumps({"Statement": [TLS_ONLY]}).encode()
    stock = original_of(FakeBucket, "get_permission")(bucket, "s3:PutObject", "arn:aws:s3:::assets/a")
    assert stock is PermissionResult.DENIED


def test_the_body_of_a_put_is_the_object_whatever_its_type(api: AwsApi) -> None:
    s3 = _bucket(api)
    form = "application/x-www-form-urlencoded"
    s3.put_object(Bucket="assets", Key="a", Body=b"hello", ContentType=form)
    found = s3.get_object(Bucket="assets", Key="a")
    assert (found["Body"].read(), found["ContentType"]) == (b"hello", form)


def test_moto_still_takes_a_body_of_that_type_for_a_form() -> None:
    from moto.core.request import Request
    from moto.s3.responses import S3Response

    from landbridge.control.amendments.amend import original_of

    response = S3Response()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "5"}
    request = Request.from_primitives("PUT", "https://assets.s3.amazonaws.com/a", headers, b"hello")
    request.environ["HTTP_X_MOTO_ACCOUNT_ID"] = "123456789012"
    original_of(S3Response, "setup_class")(response, request)
    assert response.body == b""
