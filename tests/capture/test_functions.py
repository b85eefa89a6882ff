from typing import Any

import pytest
from tests.capture.scripted import DENIED, Failure, ScriptedAccount, features

from landbridge.capture.functions import read_functions
from landbridge.model.functions import Function, Functions
from landbridge.model.identifiers import Arn

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:orders"
ROLE = Arn("arn:aws:iam::123456789012:role/orders")
FUNCTION = {
    "FunctionName": "orders",
    "FunctionArn": ARN,
    "Runtime": "python3.12",
    "Handler": "app.handler",
    "Role": ROLE,
    "MemorySize": 256,
    "Timeout": 10,
    "Environment": {"Variables": {"B": "2", "A": "1"}},
    "CodeSha256": "abc=",
    "PackageType": "Zip",
}
ABSENT = Failure("ResourceNotFoundException", 404)


def account(function: dict[str, Any], **answers: Any) -> ScriptedAccount:
    return ScriptedAccount(
        {
            "lambda.list_functions": {"Functions": [function]},
            "lambda.get_policy": ABSENT,
            "lambda.get_function_url_config": ABSENT,
            **{f"lambda.{operation}": answer for operation, answer in answers.items()},
        }
    )


@pytest.mark.parametrize("arn", [ARN, f"{ARN}:$LATEST"])
def test_a_function_is_known_by_its_unqualified_arn(arn: str) -> None:
    scripted = account(
        {**FUNCTION, "FunctionArn": arn}, get_function_concurrency={"ReservedConcurrentExecutions": 5}
    )
    reader = scripted.reader()
    assert read_functions(reader, Functions()).functions == (
        Function(
            arn=Arn(ARN),
            name="orders",
            runtime="python3.12",
            handler="app.handler",
            role_arn=ROLE,
            memory_mb=256,
            timeout_s=10,
            environment=(("A", "1"), ("B", "2")),
            code_sha256="abc=",
            reserved_concurrency=5,
        ),
    )
    assert reader.notices == []


def test_a_function_has_its_resource_based_policy() -> None:
    text = '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction"}]}'
    reader = account(FUNCTION, get_policy={"Policy": text}).reader()
    (function,) = read_functions(reader, Functions()).functions
    assert function.policy is not None
    assert function.policy.statements[0].actions == ("lambda:InvokeFunction",)


def test_a_policy_that_cannot_be_read_has_an_unknown_effect_and_is_not_taken_for_none() -> None:
    reader = account(FUNCTION, get_policy=DENIED).reader()
    (function,) = read_functions(reader, Functions()).functions
    assert function.policy is not None
    assert function.policy.statements[0].unsupported == ("a policy that could not be read",)
    assert [notice.missing_permission for notice in reader.notices] == ["lambda:GetPolicy"]


@pytest.mark.parametrize(
    ("members", "feature"),
    [
        ({"PackageType": "Image"}, "container images"),
        ({"Layers": [{"Arn": "arn:aws:lambda:eu-central-1:123456789012:layer:l:1"}]}, "layers"),
        ({"VpcConfig": {"VpcId": "vpc-1"}}, "VPC configuration"),
        (
            {"Environment": {"Error": {"ErrorCode": "AccessDenied"}}},
            "environment variables that could not be decrypted",
        ),
    ],
)
def test_what_is_not_modelled_of_a_function_is_noticed(members: dict[str, Any], feature: str) -> None:
    reader = account({**FUNCTION, **members}).reader()
    read_functions(reader, Functions())
    assert features(reader) == [("orders", feature)]


def test_a_function_url_is_noticed() -> None:
    config = {
        "FunctionUrl": "https://x.lambda-url.eu-central-1.on.aws/",
        "FunctionArn": ARN,
        "AuthType": "NONE",
        "CreationTime": "now",
        "LastModifiedTime": "now",
    }
    reader = account(FUNCTION, get_function_url_config=config).reader()
    read_functions(reader, Functions())
    assert features(reader) == [("orders", "function URLs")]
