import pytest
from botocore.exceptions import ClientError
from tests.capture.scripted import Answer, Failure, ScriptedAccount, features

from landbridge.capture.reading import (
    Missing,
    Notice,
    parsed_policy,
    policy_of_unknown_effect,
)
from landbridge.trace.decision import ResourceRef

BUCKET = ResourceRef("AWS::S3::Bucket", "site")
ALLOW = '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}]}'


@pytest.mark.parametrize(
    "code",
    ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "NotAuthorized"],
)
def test_a_denied_call_is_a_notice_that_names_the_missing_permission(code: str) -> None:
    reader = ScriptedAccount({"ec2.describe_network_acls": Failure(code, 403)}).reader("network")
    assert reader.items("ec2", "describe_network_acls", "NetworkAcls") == []
    assert reader.notices == [
        Notice(
            ResourceRef("AWS::IAM::Action", "ec2:DescribeNetworkAcls"),
            "unknown, because ec2:DescribeNetworkAcls was denied",
            "network",
            "ec2:DescribeNetworkAcls",
        )
    ]


def test_a_denied_call_about_one_resource_names_that_resource() -> None:
    reader = ScriptedAccount({"s3.get_bucket_policy": Failure("AccessDenied", 403)}).reader()
    assert reader.answer("s3", "get_bucket_policy", BUCKET, Bucket="site") is Missing.DENIED
    assert features(reader) == [("site", "unknown, because s3:GetBucketPolicy was denied")]
    assert str(reader.notices[0]) == ("AWS::S3::Bucket site: unknown, because s3:GetBucketPolicy was denied")


def test_a_call_that_the_api_does_not_implement_is_a_notice() -> None:
    script = {"directconnect.describe_virtual_interfaces": Failure("NotImplemented", 501)}
    reader = ScriptedAccount(script).reader()
    assert reader.items("directconnect", "describe_virtual_interfaces", "virtualInterfaces") == []
    action = "directconnect:DescribeVirtualInterfaces"
    assert features(reader) == [(action, f"unknown, because this AWS API does not answer {action}")]


@pytest.mark.parametrize("code", ["NoSuchBucket", "NoSuchBucketPolicy", "ResourceNotFoundException"])
def test_what_is_absent_is_no_notice(code: str) -> None:
    reader = ScriptedAccount({"s3.get_bucket_policy": Failure(code, 404)}).reader()
    assert reader.answer("s3", "get_bucket_policy", BUCKET, Bucket="site") is Missing.ABSENT
    assert reader.notices == []


def test_any_other_error_rises() -> None:
    reader = ScriptedAccount({"ec2.describe_vpcs": Failure("ExpiredToken")}).reader()
    with pytest.raises(ClientError, match="ExpiredToken"):
        reader.items("ec2", "describe_vpcs", "Vpcs")


def test_every_page_of_a_list_is_read_and_items_are_ordered() -> None:
    def page(parameters: Answer) -> Answer:
        number = int(parameters.get("NextToken", "0"))
        following = {"NextToken": str(number + 1)} if number < 4 else {}
        return {"Vpcs": [{"VpcId": f"vpc-{100 - 20 * number - each}"} for each in range(20)], **following}

    account = ScriptedAccount({"ec2.describe_vpcs": page})
    found = account.reader().items("ec2", "describe_vpcs", "Vpcs", order_by="VpcId")
    assert len(account.calls) == 5
    assert [each["VpcId"] for each in found] == sorted(f"vpc-{number}" for number in range(1, 101))


def test_a_call_that_is_not_listed_with_its_permission_cannot_be_made() -> None:
    with pytest.raises(KeyError):
        ScriptedAccount({}).reader().answer("ec2", "describe_instances")


@pytest.mark.parametrize("text", ["", None])
def test_there_may_be_no_policy(text: str | None) -> None:
    assert parsed_policy(text) is None


@pytest.mark.parametrize("text", [ALLOW, ALLOW.replace('"', '\\"')])
def test_a_policy_is_read_plain_or_escaped(text: str) -> None:
    policy = parsed_policy(text)
    assert policy is not None
    assert policy.statements[0].actions == ("s3:GetObject",)


def test_a_policy_that_is_not_understood_has_an_unknown_effect() -> None:
    policy = parsed_policy("no policy")
    assert policy is not None
    (statement,) = policy.statements
    assert (statement.effect, statement.actions, statement.resources) == ("Deny", ("*",), ("*",))
    assert statement.unsupported == ("The policy is not JSON: Expecting value: line 1 column 1 (char 0)",)


def test_a_policy_of_unknown_effect_covers_everyone_and_everything() -> None:
    (statement,) = policy_of_unknown_effect("a reason").statements
    assert statement.principals is not None
    assert statement.principals.values == (("*", "*"),)
    assert (statement.actions, statement.resources) == (("*",), ("*",))
    assert statement.unsupported == ("a reason",)
