from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import archive, function

from landbridge.control.aws_api import AwsApi


@pytest.fixture
def client(api: AwsApi) -> Any:
    """Lambda, with a function ``orders``."""
    function(api)
    return api.client("lambda")


def _publish(client: Any, source: str = "") -> str:
    """A version with new code, or of whatever there is."""
    if source:
        client.update_function_code(FunctionName="orders", ZipFile=archive(source))
    return str(client.publish_version(FunctionName="orders")["Version"])


def _code_of(api: AwsApi, arn: str) -> bytes:
    return api.material.function_code(arn)


def test_a_version_is_a_snapshot_of_code_and_configuration(api: AwsApi, client: Any) -> None:
    first = client.publish_version(FunctionName="orders")
    client.update_function_configuration(
        FunctionName="orders", Timeout=9, Environment={"Variables": {"A": "1"}}
    )
    client.update_function_code(
        FunctionName="orders", ZipFile=archive("def answer(event, context):\n    1\n")
    )
    kept = client.get_function_configuration(FunctionName="orders", Qualifier="1")
    assert kept["FunctionArn"] == first["FunctionArn"]
    assert kept["FunctionArn"].endswith(":function:orders:1")
    assert kept["Timeout"] != 9
    assert kept["CodeSha256"] == first["CodeSha256"]
    assert _code_of(api, first["FunctionArn"]) != _code_of(api, first["FunctionArn"].removesuffix(":1"))


def test_nothing_is_published_while_nothing_has_changed(client: Any) -> None:
    assert [_publish(client, "a = 1\n"), _publish(client), _publish(client)] == ["1", "1", "1"]
    assert _publish(client, "a = 2\n") == "2"


def test_the_number_of_a_deleted_version_never_comes_back(client: Any) -> None:
    for source in ("a = 1\n", "a = 2\n"):
        _publish(client, source)
    client.delete_function(FunctionName="orders", Qualifier="2")
    assert _publish(client, "a = 3\n") == "3"
    listed = client.list_versions_by_function(FunctionName="orders")["Versions"]
    assert [each["Version"] for each in listed] == ["$LATEST", "1", "3"]


def test_all_versions_of_all_functions_are_listed_at_once(api: AwsApi, client: Any) -> None:
    _publish(client)
    function(api, "stock")
    listed = client.list_functions(FunctionVersion="ALL")["Functions"]
    names = [each["FunctionArn"].partition(":function:")[2] for each in listed]
    assert names == ["orders:$LATEST", "orders:1", "stock:$LATEST"]


def test_a_version_that_an_alias_needs_cannot_be_deleted(client: Any) -> None:
    _publish(client, "a = 1\n")
    _publish(client, "a = 2\n")
    weights = {"AdditionalVersionWeights": {"2": 0.1}}
    client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1", RoutingConfig=weights)
    for version in ("1", "2"):
        with pytest.raises(ClientError, match=r"aliases reference it: \[live\]") as refused:
            client.delete_function(FunctionName="orders", Qualifier=version)
        assert refused.value.response["Error"]["Code"] == "ResourceConflictException"


@pytest.mark.parametrize(
    ("version", "weights", "message"),
    [
        ("$LATEST", {"1": 0.5}, "LATEST is not supported"),
        ("1", {"1": 0.5}, "already included in routing configuration"),
        ("1", {"7": 0.5}, "Function not found"),
        ("7", {}, "Function not found"),
    ],
)
def test_an_alias_shares_traffic_among_published_versions_only(
    client: Any, version: str, weights: dict[str, float], message: str
) -> None:
    _publish(client)
    routing = {"AdditionalVersionWeights": weights}
    with pytest.raises(ClientError, match=message):
        client.create_alias(
            FunctionName="orders", Name="live", FunctionVersion=version, RoutingConfig=routing
        )


def test_an_alias_is_moved_to_another_version(client: Any) -> None:
    _publish(client, "a = 1\n")
    _publish(client, "a = 2\n")
    client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    answer = client.update_alias(FunctionName="orders", Name="live", FunctionVersion="2")
    assert answer["FunctionVersion"] == "2"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    arn = answer["AliasArn"].removesuffix(":live")
    (alias,) = client.list_aliases(FunctionName=arn)["Aliases"]
    assert (alias["Name"], alias["FunctionVersion"]) == ("live", "2")
    deleted = client.delete_alias(FunctionName="orders", Name="live")
    assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 204
