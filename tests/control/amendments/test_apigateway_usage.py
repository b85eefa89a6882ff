from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.control.worlds import OPEN_POLICY, private_api

from landbridge.control.aws_api import AwsApi
from landbridge.model.api_gateway_usage import Quota, QuotaPeriod
from landbridge.semantics.api_gateway.usage.usage_plans import DailyUse, day_of_date


@dataclass
class Used:
    """What keys used, as somebody counted it."""

    by_day: dict[int, DailyUse] = field(default_factory=dict)
    granted: list[tuple[str, str, Quota, int]] = field(default_factory=list)

    def days(self, usage_plan_id: str, api_key_id: str) -> Mapping[int, DailyUse]:
        return self.by_day

    def set_remaining(
        self, usage_plan_id: str, api_key_id: str, quota: Quota, left: int, epoch_ms: int
    ) -> None:
        self.granted.append((usage_plan_id, api_key_id, quota, left))


@pytest.fixture
def used(api: AwsApi) -> Iterator[Used]:
    counted = Used()
    api.material.set_usage(counted)
    yield counted
    api.material.set_usage(None)


def deployed(api: AwsApi) -> tuple[Any, str]:
    """A client, and the id of an API with the stages prod and test."""
    api_id, _ = private_api(api, OPEN_POLICY)
    client = api.client("apigateway")
    for stage in ("prod", "test"):
        client.create_deployment(restApiId=api_id, stageName=stage)
    return client, api_id


def plan_with_key(client: Any, api_id: str, **settings: Any) -> tuple[str, str]:
    plan = client.create_usage_plan(name="gold", apiStages=[{"apiId": api_id, "stage": "prod"}], **settings)
    key = client.create_api_key(name="alice", enabled=True)
    client.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
    return plan["id"], key["id"]


def patched(client: Any, plan_id: str, *operations: tuple[str, str, str]) -> Any:
    operation = [{"op": op, "path": path, "value": value} for op, path, value in operations]
    answer = client.update_usage_plan(usagePlanId=plan_id, patchOperations=operation)
    assert client.get_usage_plan(usagePlanId=plan_id)["apiStages"] == answer["apiStages"]
    return answer


def test_limits_and_quotas_are_numbers_after_a_patch(api: AwsApi) -> None:
    client, _ = deployed(api)
    plan_id = client.create_usage_plan(name="gold")["id"]
    answer = patched(
        client,
        plan_id,
        ("replace", "/throttle/rateLimit", "0.5"),
        ("replace", "/throttle/burstLimit", "7"),
        ("add", "/quota/limit", "500"),
        ("add", "/quota/period", "WEEK"),
        ("add", "/quota/offset", "6"),
        ("replace", "/name", "silver"),
        ("replace", "/description", "for friends"),
    )
    assert answer["throttle"] == {"rateLimit": 0.5, "burstLimit": 7}
    assert answer["quota"] == {"limit": 500, "period": "WEEK", "offset": 6}
    assert (answer["name"], answer["description"]) == ("silver", "for friends")
    answer = patched(client, plan_id, ("remove", "/throttle", ""), ("remove", "/quota", ""))
    assert "throttle" not in answer
    assert "quota" not in answer


def test_a_plan_may_limit_single_methods_of_a_stage(api: AwsApi) -> None:
    client, api_id = deployed(api)
    plan_id, _ = plan_with_key(client, api_id)
    throttle = f"/apiStages/{api_id}:prod/throttle"
    answer = patched(
        client,
        plan_id,
        ("add", f"{throttle}/~1pets~1{{id}}/GET/rateLimit", "3"),
        ("add", f"{throttle}/~1pets~1{{id}}/GET/burstLimit", "4"),
        ("add", f"{throttle}//pets/POST/rateLimit", "1"),
    )
    (stage,) = answer["apiStages"]
    assert stage["throttle"] == {
        "/pets/{id}/GET": {"rateLimit": 3.0, "burstLimit": 4},
        "/pets/POST": {"rateLimit": 1.0},
    }
    answer = patched(client, plan_id, ("remove", f"{throttle}/~1pets/POST", ""))
    assert set(answer["apiStages"][0]["throttle"]) == {"/pets/{id}/GET"}
    assert patched(client, plan_id, ("remove", throttle, ""))["apiStages"][0]["throttle"] == {}


def test_stages_come_and_go(api: AwsApi) -> None:
    client, api_id = deployed(api)
    plan_id, _ = plan_with_key(client, api_id)
    answer = patched(client, plan_id, ("add", "/apiStages", f"{api_id}:test"))
    assert [stage["stage"] for stage in answer["apiStages"]] == ["prod", "test"]
    answer = patched(client, plan_id, ("remove", "/apiStages", f"{api_id}:prod"))
    assert [stage["stage"] for stage in answer["apiStages"]] == ["test"]


def test_a_plan_is_for_stages_that_exist(api: AwsApi) -> None:
    client, api_id = deployed(api)
    with pytest.raises(ClientError, match=f"API Stage not found: {api_id}:gone"):
        client.create_usage_plan(name="gold", apiStages=[{"apiId": api_id, "stage": "gone"}])
    plan_id, _ = plan_with_key(client, api_id)
    with pytest.raises(ClientError, match="API Stage not found: nowhere:prod") as refused:
        patched(client, plan_id, ("add", "/apiStages", "nowhere:prod"))
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.parametrize(("period", "offset"), [("DAY", 1), ("WEEK", 7), ("MONTH", 28), ("MONTH", -1)])
def test_a_quota_s_offset_stays_within_its_period(api: AwsApi, period: str, offset: int) -> None:
    client = api.client("apigateway")
    with pytest.raises(ClientError, match="Usage Plan quota offset must be"):
        client.create_usage_plan(name="gold", quota={"limit": 1, "period": period, "offset": offset})


def test_a_key_has_one_plan_for_a_stage(api: AwsApi) -> None:
    client, api_id = deployed(api)
    plan_id, key_id = plan_with_key(client, api_id)
    second = client.create_usage_plan(name="silver", apiStages=[{"apiId": api_id, "stage": "test"}])["id"]
    client.create_usage_plan_key(usagePlanId=second, keyId=key_id, keyType="API_KEY")
    with pytest.raises(client.exceptions.ConflictException):
        patched(client, second, ("add", "/apiStages", f"{api_id}:prod"))
    third = client.create_usage_plan(name="lead", apiStages=[{"apiId": api_id, "stage": "prod"}])["id"]
    for plan in (third, plan_id):
        with pytest.raises(client.exceptions.ConflictException):
            client.create_usage_plan_key(usagePlanId=plan, keyId=key_id, keyType="API_KEY")


def test_a_plan_with_stages_is_not_deleted(api: AwsApi) -> None:
    client, api_id = deployed(api)
    plan_id, key_id = plan_with_key(client, api_id)
    with pytest.raises(ClientError, match="because there are API Stages associated with it"):
        client.delete_usage_plan(usagePlanId=plan_id)
    patched(client, plan_id, ("remove", "/apiStages", f"{api_id}:prod"))
    client.delete_usage_plan(usagePlanId=plan_id)
    assert client.get_usage_plans(keyId=key_id)["items"] == []


def test_a_deleted_key_is_in_no_plan(api: AwsApi) -> None:
    client, api_id = deployed(api)
    plan_id, key_id = plan_with_key(client, api_id)
    client.delete_api_key(apiKey=key_id)
    assert client.get_usage_plan_keys(usagePlanId=plan_id)["items"] == []
    with pytest.raises(client.exceptions.NotFoundException):
        client.delete_usage_plan_key(usagePlanId=plan_id, keyId=key_id)


def test_keys_are_imported_from_a_file_into_their_plans(api: AwsApi) -> None:
    client, api_id = deployed(api)
    plan_id, _ = plan_with_key(client, api_id)
    second = client.create_usage_plan(name="silver")["id"]
    lines = (
        "Name,key,description,Enabled,usageplanIds",
        f'carol,{"c" * 20},first,TRUE,"{plan_id},{second}"',
        f"dave, {'d' * 20}, , false,",
    )
    answer = client.import_api_keys(body="\n".join(lines).encode(), format="csv")
    keys = [client.get_api_key(apiKey=key_id, includeValue=True) for key_id in answer["ids"]]
    assert [(key["name"], key["value"], key["enabled"]) for key in keys] == [
        ("carol", "c" * 20, True),
        ("dave", "d" * 20, False),
    ]
    for plan in (plan_id, second):
        assert answer["ids"][0] in {
            key["id"] for key in client.get_usage_plan_keys(usagePlanId=plan)["items"]
        }


def test_a_file_of_keys_has_their_names_and_values(api: AwsApi) -> None:
    client = api.client("apigateway")
    with pytest.raises(client.exceptions.BadRequestException):
        client.import_api_keys(body=b"description\nfirst", format="csv")


def test_the_account_has_usage_plans_and_aws_s_default_limit(api: AwsApi) -> None:
    account = api.client("apigateway").get_account()
    assert account["throttleSettings"] == {"burstLimit": 5000, "rateLimit": 10_000.0}
    assert (account["features"], account["apiKeyVersion"]) == (["UsagePlans"], "4")


def test_method_settings_begin_with_the_account_s_limit(api: AwsApi) -> None:
    client, api_id = deployed(api)
    operation = {"op": "replace", "path": "/*/*/metrics/enabled", "value": "true"}
    stage = client.update_stage(restApiId=api_id, stageName="prod", patchOperations=[operation])
    settings = stage["methodSettings"]["*/*"]
    assert (settings["throttlingRateLimit"], settings["throttlingBurstLimit"]) == (10_000.0, 5_000)


@pytest.mark.parametrize("place", ["~1pets~1{id}/GET", "pets/GET", "pets/{id}/GET", "*/*", "~1/GET"])
def test_method_settings_are_kept_under_the_place_that_was_named(api: AwsApi, place: str) -> None:
    client, api_id = deployed(api)
    operation = {"op": "replace", "path": f"/{place}/throttling/rateLimit", "value": "0.5"}
    stage = client.update_stage(restApiId=api_id, stageName="prod", patchOperations=[operation])
    assert stage["methodSettings"][place]["throttlingRateLimit"] == 0.5


def test_a_setting_that_there_is_not_is_refused(api: AwsApi) -> None:
    client, api_id = deployed(api)
    operation = {"op": "replace", "path": "/*/*/throttling/speed", "value": "1"}
    with pytest.raises(client.exceptions.BadRequestException, match="Invalid method setting path"):
        client.update_stage(restApiId=api_id, stageName="prod", patchOperations=[operation])


def test_usage_is_what_was_counted_day_by_day(api: AwsApi, used: Used) -> None:
    client, api_id = deployed(api)
    plan_id, key_id = plan_with_key(client, api_id, quota={"limit": 10, "period": "DAY"})
    used.by_day[day_of_date("2026-11-21")] = DailyUse(4, 6)
    asked = {"usagePlanId": plan_id, "startDate": "2026-11-20", "endDate": "2026-11-22"}
    for answer in (client.get_usage(**asked), client.get_usage(**asked, keyId=key_id)):
        assert answer["items"] == {key_id: [[0, 10], [4, 6], [0, 10]]}
        assert (answer["usagePlanId"], answer["startDate"], answer["endDate"]) == tuple(asked.values())


def test_keys_that_were_not_used_are_left_out(api: AwsApi) -> None:
    client, api_id = deployed(api)
    plan_id, _ = plan_with_key(client, api_id)
    answer = client.get_usage(usagePlanId=plan_id, startDate="2026-11-22", endDate="2026-11-22")
    assert answer["items"] == {}


@pytest.mark.parametrize(("start", "end"), [("2026-11-22", "2026-11-21"), ("yesterday", "2026-11-22")])
def test_usage_of_no_days_is_refused(api: AwsApi, start: str, end: str) -> None:
    client, api_id = deployed(api)
    plan_id, _ = plan_with_key(client, api_id)
    with pytest.raises(client.exceptions.BadRequestException):
        client.get_usage(usagePlanId=plan_id, startDate=start, endDate=end)


def test_what_is_left_of_a_quota_can_be_set(api: AwsApi, used: Used) -> None:
    client, api_id = deployed(api)
    plan_id, key_id = plan_with_key(client, api_id, quota={"limit": 10, "period": "MONTH", "offset": 3})
    left = [{"op": "replace", "path": "/remaining", "value": "99"}]
    answer = client.update_usage(usagePlanId=plan_id, keyId=key_id, patchOperations=left)
    assert answer["usagePlanId"] == plan_id
    assert used.granted == [(plan_id, key_id, Quota(10, QuotaPeriod.MONTH, 3), 99)]


def test_nothing_is_left_to_set_without_a_quota(api: AwsApi, used: Used) -> None:
    client, api_id = deployed(api)
    plan_id, key_id = plan_with_key(client, api_id)
    left = [{"op": "replace", "path": "/remaining", "value": "99"}]
    with pytest.raises(client.exceptions.BadRequestException):
        client.update_usage(usagePlanId=plan_id, keyId=key_id, patchOperations=left)
    assert used.granted == []
