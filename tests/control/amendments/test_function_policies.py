import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import function

from landbridge.control.aws_api import AwsApi

QUALIFIERS = ("", "1", "live")


@pytest.fixture
def orders(api: AwsApi) -> str:
    """The ARN of a function with a version and an alias."""
    arn = function(api)
    version = api.client("lambda").publish_version(FunctionName="orders")["Version"]
    api.client("lambda").create_alias(FunctionName="orders", Name="live", FunctionVersion=version)
    return arn


def _allow(api: AwsApi, qualifier: str, statement_id: str = "allow") -> None:
    api.client("lambda").add_permission(
        FunctionName="orders",
        StatementId=statement_id,
        Action="lambda:InvokeFunction",
        Principal="elasticloadbalancing.amazonaws.com",
        **_qualified(qualifier),
    )


def _allowed(api: AwsApi, qualifier: str) -> list[str]:
    """The resources of the policy's statements."""
    client = api.client("lambda")
    try:
        answer = client.get_policy(FunctionName="orders", **_qualified(qualifier))
    except client.exceptions.ResourceNotFoundException:
        return []
    statements: list[dict[str, Any]] = json.loads(answer["Policy"])["Statement"]
    return [str(statement["Resource"]) for statement in statements]


def _qualified(qualifier: str) -> dict[str, str]:
    return {"Qualifier": qualifier} if qualifier else {}


@pytest.mark.parametrize("qualifier", QUALIFIERS)
def test_a_permission_is_of_the_function_or_of_one_version_or_alias(
    api: AwsApi, orders: str, qualifier: str
) -> None:
    _allow(api, qualifier)
    for each in QUALIFIERS:
        resource = f"{orders}:{each}" if each else orders
        assert _allowed(api, each) == ([resource] if each == qualifier else [])


def test_a_permission_is_removed_from_the_policy_that_the_qualifier_names(api: AwsApi, orders: str) -> None:
    for qualifier in QUALIFIERS:
        _allow(api, qualifier)
    api.client("lambda").remove_permission(FunctionName="orders", StatementId="allow", Qualifier="live")
    assert [bool(_allowed(api, qualifier)) for qualifier in QUALIFIERS] == [True, True, False]


def test_a_qualifier_may_be_part_of_the_name_or_the_arn(api: AwsApi, orders: str) -> None:
    _allow(api, "live")
    for name in ("orders:live", f"{orders}:live"):
        assert api.client("lambda").get_policy(FunctionName=name)["Policy"]


@pytest.mark.usefixtures("orders")
def test_a_statement_id_that_is_taken_is_refused(api: AwsApi) -> None:
    _allow(api, "live")
    with pytest.raises(ClientError, match=r"ResourceConflictException.*\(allow\) provided already exists"):
        _allow(api, "live")
    assert len(_allowed(api, "live")) == 1


@pytest.mark.usefixtures("orders")
def test_a_new_alias_has_no_permissions_of_an_old_one_of_its_name(api: AwsApi) -> None:
    _allow(api, "live")
    client = api.client("lambda")
    client.delete_alias(FunctionName="orders", Name="live")
    client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    assert _allowed(api, "live") == []


def test_moto_still_lacks_policies_of_aliases(api: AwsApi, orders: str) -> None:
    from moto.awslambda.models import LambdaBackend, lambda_backends

    from landbridge.control.amendments.amend import original_of

    _, _, _, region, account, *_ = orders.split(":")
    backend = lambda_backends[account][region]
    raw = json.dumps({"StatementId": "a", "Action": "lambda:InvokeFunction", "Principal": "*"})
    original_of(LambdaBackend, "add_permission")(backend, "orders", "live", raw)
    answer = json.loads(original_of(LambdaBackend, "get_policy")(backend, "orders"))
    assert [statement["Sid"] for statement in json.loads(answer["Policy"])["Statement"]] == ["a"]
