import json
from typing import Any

import pytest
from tests.capture.scripted import DENIED, Failure, ScriptedAccount, features

from landbridge.capture.functions import read_functions
from landbridge.model.functions import Cors, Function, Functions, FunctionUrl
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
            "lambda.list_function_url_configs": {"FunctionUrlConfigs": []},
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


def with_versions(**answers: Any) -> ScriptedAccount:
    """The function with versions 2 and 10, whose policy is the qualifier's alone."""

    def policy(parameters: dict[str, Any]) -> dict[str, Any]:
        actions = [f"lambda:{parameters.get('Qualifier', 'none')}"]
        statement = {"Effect": "Allow", "Principal": "*", "Action": actions}
        return {"Policy": json.dumps({"Statement": [statement]})}

    listed = [
        {**FUNCTION, "FunctionArn": f"{ARN}:10", "Version": "10", "Timeout": 30},
        {**FUNCTION, "FunctionArn": f"{ARN}:$LATEST", "Version": "$LATEST"},
        {**FUNCTION, "FunctionArn": f"{ARN}:2", "Version": "2", "CodeSha256": "older="},
    ]
    return account(
        FUNCTION,
        **{"list_functions": {"Functions": listed}, "get_policy": policy, **answers},
        get_function_concurrency={"ReservedConcurrentExecutions": 5},
    )


def test_one_list_has_the_versions_of_all_functions_each_with_its_own_policy() -> None:
    scripted = with_versions()
    (function,) = read_functions(scripted.reader(), Functions()).functions
    assert [version.version for version in function.versions] == ["2", "10"]
    assert [version.arn for version in function.versions] == [f"{ARN}:2", f"{ARN}:10"]
    assert [version.code_sha256 for version in function.versions] == ["older=", "abc="]
    assert [version.timeout_s for version in function.versions] == [10, 30]
    assert {version.reserved_concurrency for version in function.versions} == {5}
    policies = [each.policy for each in (function, *function.versions)]
    assert [policy and policy.statements[0].actions for policy in policies] == [
        ("lambda:none",),
        ("lambda:2",),
        ("lambda:10",),
    ]
    assert scripted.calls.count("lambda.list_functions") == 1


def test_an_alias_has_its_version_its_weights_and_its_policy() -> None:
    routing = {"AdditionalVersionWeights": {"10": 0.25}}
    aliases = [
        {"Name": "test", "FunctionVersion": "$LATEST"},
        {"Name": "live", "FunctionVersion": "2", "RoutingConfig": routing},
    ]
    reader = with_versions(list_aliases={"Aliases": aliases}).reader()
    (function,) = read_functions(reader, Functions()).functions
    live, test = function.aliases
    assert (live.name, live.function_version) == ("live", "2")
    assert live.additional_version_weights == (("10", 0.25),)
    assert live.policy is not None
    assert live.policy.statements[0].actions == ("lambda:live",)
    assert (test.function_version, test.additional_version_weights) == ("$LATEST", ())


def test_function_urls_are_known_by_their_host_with_what_they_invoke() -> None:
    common = {"CreationTime": "now", "LastModifiedTime": "now"}
    cors = {"AllowOrigins": ["*"], "AllowMethods": ["GET"], "AllowCredentials": True, "MaxAge": 60}
    configs = [
        {"FunctionUrl": "https://B.lambda-url.eu-central-1.on.aws/", "FunctionArn": f"{ARN}:live",
         "AuthType": "AWS_IAM", "InvokeMode": "RESPONSE_STREAM", **common},
        {"FunctionUrl": "https://a.lambda-url.eu-central-1.on.aws/", "FunctionArn": ARN,
         "AuthType": "NONE", "Cors": cors, **common},
    ]  # fmt: skip
    reader = account(FUNCTION, list_function_url_configs={"FunctionUrlConfigs": configs}).reader()
    (function,) = read_functions(reader, Functions()).functions
    assert function.urls == (
        FunctionUrl(
            "a.lambda-url.eu-central-1.on.aws",
            "NONE",
            cors=Cors(("*",), ("GET",), allow_credentials=True, max_age_s=60),
        ),
        FunctionUrl("b.lambda-url.eu-central-1.on.aws", "AWS_IAM", "live", invoke_mode="RESPONSE_STREAM"),
    )
    assert features(reader) == []
