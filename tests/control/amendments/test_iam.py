import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import role

from landbridge.control.aws_api import AwsApi

BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def test_a_policy_of_aws_can_be_attached_and_read(api: AwsApi) -> None:
    iam = api.client("iam")
    role(api, "orders")
    iam.attach_role_policy(RoleName="orders", PolicyArn=BASIC)
    (attached,) = iam.list_attached_role_policies(RoleName="orders")["AttachedPolicies"]
    assert attached == {"PolicyName": "AWSLambdaBasicExecutionRole", "PolicyArn": BASIC}
    version = iam.get_policy(PolicyArn=BASIC)["Policy"]["DefaultVersionId"]
    document = iam.get_policy_version(PolicyArn=BASIC, VersionId=version)["PolicyVersion"]["Document"]
    assert "logs:PutLogEvents" in document["Statement"][0]["Action"]


@pytest.mark.parametrize("name", ["NoSuchPolicy", "AWSLambdaBasicExecutionRole"])
def test_a_policy_that_aws_does_not_have_cannot_be_attached(api: AwsApi, name: str) -> None:
    role(api, "orders")
    with pytest.raises(ClientError, match=r"NoSuchEntity|NotFound"):
        api.client("iam").attach_role_policy(RoleName="orders", PolicyArn=f"arn:aws:iam::aws:policy/{name}")


def test_moto_still_lacks_policies_of_aws_unless_it_loads_all() -> None:
    from moto.iam.models import IAMBackend

    assert IAMBackend("aws", "123456789012").managed_policies == {}
