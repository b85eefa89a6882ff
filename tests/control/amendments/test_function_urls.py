import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import function

from landbridge.control.aws_api import AwsApi


@pytest.fixture
def client(api: AwsApi) -> Any:
    """Lambda, with a function ``orders``, its version and its alias ``live``."""
    function(api)
    client = api.client("lambda")
    client.publish_version(FunctionName="orders")
    client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    return client


def _hosts(client: Any) -> list[str]:
    configs = client.list_function_url_configs(FunctionName="orders")["FunctionUrlConfigs"]
    return [each["FunctionUrl"] for each in configs]


def test_a_function_and_its_alias_have_a_url_each(client: Any) -> None:
    assert _hosts(client) == []
    own = client.create_function_url_config(FunctionName="orders", AuthType="NONE")
    live = client.create_function_url_config(FunctionName="orders", Qualifier="live", AuthType="AWS_IAM")
    for config in (own, live):
        assert re.fullmatch(
            r"https://[a-z0-9]{32}\.lambda-url\.eu-central-1\.on\.aws/", config["FunctionUrl"]
        )
    assert own["FunctionArn"].endswith(":function:orders")
    assert live["FunctionArn"].endswith(":function:orders:live")
    assert own["InvokeMode"] == "BUFFERED"
    assert _hosts(client) == [own["FunctionUrl"], live["FunctionUrl"]]
    found = client.get_function_url_config(FunctionName="orders", Qualifier="live")
    assert found["AuthType"] == "AWS_IAM"
    assert found["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_url_is_changed_and_its_cross_origin_settings_are_taken_back(client: Any) -> None:
    cors = {"AllowOrigins": ["https://shop.example"], "MaxAge": 60}
    created = client.create_function_url_config(FunctionName="orders", AuthType="NONE", Cors=cors)
    assert created["Cors"] == cors
    changed = client.update_function_url_config(
        FunctionName="orders", AuthType="AWS_IAM", InvokeMode="RESPONSE_STREAM", Cors={}
    )
    assert (changed["AuthType"], changed["InvokeMode"]) == ("AWS_IAM", "RESPONSE_STREAM")
    assert changed["FunctionUrl"] == created["FunctionUrl"]
    assert "Cors" not in client.get_function_url_config(FunctionName="orders")


@pytest.mark.parametrize(
    ("operation", "parameters", "code"),
    [
        ("create_function_url_config", {"AuthType": "NONE"}, "ResourceConflictException"),
        ("create_function_url_config", {"AuthType": "OPEN", "Qualifier": "live"}, "InvalidParameterValue"),
        ("create_function_url_config", {"AuthType": "NONE", "Qualifier": "gone"}, "ResourceNotFound"),
        ("get_function_url_config", {"Qualifier": "live"}, "ResourceNotFoundException"),
        ("update_function_url_config", {"Qualifier": "live"}, "ResourceNotFoundException"),
        ("delete_function_url_config", {"Qualifier": "live"}, "ResourceNotFoundException"),
    ],
)
def test_a_url_is_refused(client: Any, operation: str, parameters: dict[str, str], code: str) -> None:
    client.create_function_url_config(FunctionName="orders", AuthType="NONE")
    with pytest.raises(ClientError, match=code):
        getattr(client, operation)(FunctionName="orders", **parameters)


def test_a_url_is_gone_when_it_is_deleted_or_its_alias_is(client: Any) -> None:
    client.create_function_url_config(FunctionName="orders", AuthType="NONE")
    client.create_function_url_config(FunctionName="orders", Qualifier="live", AuthType="NONE")
    client.delete_function_url_config(FunctionName="orders")
    assert len(_hosts(client)) == 1
    client.delete_alias(FunctionName="orders", Name="live")
    assert _hosts(client) == []


@pytest.mark.parametrize(
    ("parameters", "principal", "condition"),
    [
        (
            {"Action": "lambda:InvokeFunctionUrl", "Principal": "*", "FunctionUrlAuthType": "NONE"},
            "*",
            {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
        ),
        (
            {"Action": "lambda:InvokeFunction", "Principal": "*", "InvokedViaFunctionUrl": True},
            "*",
            {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}},
        ),
        (
            {"Action": "lambda:InvokeFunction", "Principal": "210987654321"},
            {"AWS": "arn:aws:iam::210987654321:root"},
            None,
        ),
        (
            {"Action": "lambda:InvokeFunction", "Principal": "arn:aws:iam::210987654321:role/reader"},
            {"AWS": "arn:aws:iam::210987654321:role/reader"},
            None,
        ),
        (
            {"Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com"},
            {"Service": "events.amazonaws.com"},
            None,
        ),
    ],
)
def test_a_permission_becomes_a_statement_with_principal_and_condition(
    client: Any, parameters: dict[str, Any], principal: Any, condition: Any
) -> None:
    client.add_permission(FunctionName="orders", StatementId="s", Qualifier="live", **parameters)
    policy = json.loads(client.get_policy(FunctionName="orders", Qualifier="live")["Policy"])
    (statement,) = policy["Statement"]
    assert statement["Principal"] == principal
    assert statement.get("Condition") == condition
    assert statement["Resource"].endswith(":function:orders:live")
    assert set(statement) <= {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}


def test_the_unpublished_version_has_no_policy_of_its_own(client: Any) -> None:
    with pytest.raises(ClientError, match=r"do not support adding policies for \$LATEST"):
        client.add_permission(
            FunctionName="orders",
            Qualifier="$LATEST",
            StatementId="s",
            Action="lambda:InvokeFunction",
            Principal="*",
        )
