import json

import pytest
from tests.control.worlds import REGION

from landbridge.blueprint.calls import ApiCall, Json, Ref, Text
from landbridge.control.aws_api import AwsApi
from landbridge.control.execute import execute, resolve
from landbridge.errors import DeclarationError

ANSWERS = {"vpc": {"Vpc": {"VpcId": "vpc-1", "Blocks": ["10.0.0.0/16"], "Size": 3}}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "text"),
        (b"bytes", b"bytes"),
        (True, True),
        (Ref("vpc", "Vpc.VpcId"), "vpc-1"),
        (Ref("vpc", "Vpc.Blocks[0]"), "10.0.0.0/16"),
        (Text(("arn:", Ref("vpc", "Vpc.VpcId"), "/", Ref("vpc", "Vpc.Size"))), "arn:vpc-1/3"),
        ([{"Ids": (Ref("vpc", "Vpc.VpcId"), "x")}], [{"Ids": ["vpc-1", "x"]}]),
        (Json({"Vpc": Text(("id ", Ref("vpc", "Vpc.VpcId")))}), '{"Vpc": "id vpc-1"}'),
    ],
)
def test_references_are_resolved_at_any_depth(value: object, expected: object) -> None:
    assert resolve(value, ANSWERS) == expected  # type: ignore[arg-type]


def test_a_reference_must_find_something() -> None:
    with pytest.raises(LookupError, match=r"vpc has nothing at Vpc\.None"):
        resolve(Ref("vpc", "Vpc.None"), ANSWERS)


def test_a_plan_is_carried_out_and_its_answers_are_kept(api: AwsApi) -> None:
    answers = execute(
        (
            ApiCall("vpc", "ec2", "create_vpc", {"CidrBlock": "10.9.0.0/16"}),
            ApiCall(
                "subnet",
                "ec2",
                "create_subnet",
                {
                    "VpcId": Ref("vpc", "Vpc.VpcId"),
                    "CidrBlock": "10.9.1.0/24",
                    "AvailabilityZone": f"{REGION}a",
                },
            ),
            ApiCall(
                "role",
                "iam",
                "create_role",
                {
                    "RoleName": "orders",
                    "AssumeRolePolicyDocument": Json({"Version": "2012-10-17", "Statement": []}),
                },
            ),
        ),
        api,
    )
    assert answers["subnet"]["Subnet"]["VpcId"] == answers["vpc"]["Vpc"]["VpcId"]
    assert json.dumps(answers["role"]["Role"]["AssumeRolePolicyDocument"])


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"VpcId": "vpc-00000000", "CidrBlock": "10.9.1.0/24"}, r"InvalidVpcID\.NotFound"),
        ({"Vpc": "vpc-1"}, "Unknown parameter"),
    ],
)
def test_a_call_that_fails_is_named_with_awss_own_reason(
    api: AwsApi, parameters: dict[str, str], reason: str
) -> None:
    with pytest.raises(DeclarationError, match=rf"AWS call subnet failed: ec2 create_subnet: .*{reason}"):
        execute([ApiCall("subnet", "ec2", "create_subnet", parameters)], api)
