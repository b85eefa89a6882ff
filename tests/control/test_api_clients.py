import pytest
from botocore.exceptions import ClientError

from landbridge.control.api_clients import api_clients
from landbridge.control.aws_api import AwsApi


@pytest.mark.parametrize("own_profile", ["", "no-such-profile"])
def test_another_process_api_is_read_whatever_the_users_environment_says(
    own_profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    if own_profile:
        monkeypatch.setenv("AWS_PROFILE", own_profile)
    api = AwsApi("eu-west-1")
    api.serve()
    vpc = api.client("ec2").create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    api.client("s3").create_bucket(
        Bucket="pages-of-ours", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    try:
        client = api_clients(api.endpoint_url, "eu-west-1")
        assert client("ec2") is client("ec2")
        assert vpc in {each["VpcId"] for each in client("ec2").describe_vpcs()["Vpcs"]}
        assert [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]] == ["pages-of-ours"]
        with pytest.raises(ClientError) as absent:
            client("s3control").get_public_access_block(AccountId=api.account_id)
        assert absent.value.response["Error"]["Code"] == "NoSuchPublicAccessBlockConfiguration"
    finally:
        api.close()
