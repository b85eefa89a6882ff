import base64
import json
import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import function, two_subnets

from landbridge.control.aws_api import AwsApi
from landbridge.control.hooks import Invocation, InvocationRefused, InvocationResult


def _invoke(api: AwsApi, name: str, **asked: Any) -> dict[str, Any]:
    answer: dict[str, Any] = api.client("lambda").invoke(FunctionName=name, **asked)
    return answer


def test_an_invocation_goes_to_the_running_stack(api: AwsApi) -> None:
    arn = function(api)
    seen: list[Invocation] = []

    def run(invocation: Invocation) -> InvocationResult:
        seen.append(invocation)
        return InvocationResult(b'{"ok": true}', log_tail=b"START\nEND\n")

    api.material.set_invoke(run)
    answer = _invoke(api, "orders", Payload=b'{"id": "\xc3\xa4"}', LogType="Tail")
    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert json.loads(answer["Payload"].read()) == {"ok": True}
    assert base64.b64decode(answer["LogResult"]) == b"START\nEND\n"
    assert seen == [Invocation(arn, b'{"id": "\xc3\xa4"}', "RequestResponse")]


@pytest.mark.parametrize("qualified", ["orders", "arn", "orders:$LATEST"])
def test_a_function_is_named_by_name_arn_or_version(api: AwsApi, qualified: str) -> None:
    arn = function(api)
    api.material.set_invoke(lambda invocation: InvocationResult(invocation.function_arn.encode()))
    answer = _invoke(api, arn if qualified == "arn" else qualified)
    assert answer["Payload"].read().decode() == (f"{arn}:$LATEST" if "LATEST" in qualified else arn)


def test_a_function_that_fails_is_told_with_its_error(api: AwsApi) -> None:
    function(api)
    api.material.set_invoke(lambda _: InvocationResult(b'{"errorMessage": "boom"}', "Unhandled"))
    answer = _invoke(api, "orders")
    assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")


def test_an_asynchronous_invocation_is_accepted_before_it_has_run(api: AwsApi) -> None:
    function(api)
    may_run, has_run = threading.Event(), threading.Event()

    def run(invocation: Invocation) -> InvocationResult:
        assert may_run.wait(10)
        has_run.set()
        return InvocationResult(b"")

    api.material.set_invoke(run)
    assert _invoke(api, "orders", InvocationType="Event")["StatusCode"] == 202
    may_run.set()
    assert has_run.wait(10)


def test_a_dry_run_runs_nothing(api: AwsApi) -> None:
    function(api)
    assert _invoke(api, "orders", InvocationType="DryRun")["StatusCode"] == 204


def test_a_refusal_has_awss_error_type(api: AwsApi) -> None:
    function(api)

    def refuse(invocation: Invocation) -> InvocationResult:
        raise InvocationRefused(429, "TooManyRequestsException", "Rate Exceeded.")

    api.material.set_invoke(refuse)
    with pytest.raises(ClientError, match=r"TooManyRequestsException.*Rate Exceeded"):
        _invoke(api, "orders")


def test_a_function_that_does_not_exist_is_not_found(api: AwsApi) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        _invoke(api, "nobody")


def test_without_a_running_stack_an_invocation_is_not_implemented(api: AwsApi) -> None:
    function(api)
    with pytest.raises(ClientError, match="no stack is running that could run orders"):
        _invoke(api, "orders")


def test_the_log_group_of_a_function_is_told_and_kept(api: AwsApi) -> None:
    function(api)
    client = api.client("lambda")
    found = client.get_function_configuration(FunctionName="orders")
    assert found["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/aws/lambda/orders"}
    client.update_function_configuration(
        FunctionName="orders",
        LoggingConfig={"LogGroup": "shared"},
        EphemeralStorage={"Size": 1024},
        TracingConfig={"Mode": "Active"},
    )
    found = client.get_function_configuration(FunctionName="orders")
    assert found["LoggingConfig"]["LogGroup"] == "shared"
    assert (found["EphemeralStorage"]["Size"], found["TracingConfig"]["Mode"]) == (1024, "Active")


def test_a_function_in_a_vpc_names_that_vpc(api: AwsApi) -> None:
    network = two_subnets(api)
    function(api)
    client = api.client("lambda")
    client.update_function_configuration(
        FunctionName="orders",
        VpcConfig={"SubnetIds": list(network.subnet_ids), "SecurityGroupIds": [network.group_id]},
    )
    found = client.get_function_configuration(FunctionName="orders")
    assert found["VpcConfig"]["VpcId"] == network.vpc_id


def test_moto_still_lacks_a_way_to_run_functions_without_containers() -> None:
    from moto.awslambda.models import LambdaFunction

    from landbridge.control.amendments.amend import original_of

    assert "docker.errors" in str(original_of(LambdaFunction, "_invoke_lambda").__code__.co_names)
