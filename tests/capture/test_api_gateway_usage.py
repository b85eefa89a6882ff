from typing import Any

import pytest
from tests.capture.scripted import DENIED, ScriptedAccount, features

from landbridge.capture.api_gateway_usage import method_throttles, read_usage, throttle
from landbridge.model.api_gateway_usage import (
    ApiKey,
    MethodThrottle,
    PlanStage,
    Quota,
    QuotaPeriod,
    Throttle,
    UsagePlan,
)
from landbridge.model.identifiers import RestApiId

KEYS = {
    "items": [
        {"id": "k2", "value": "w" * 20, "enabled": False, "name": "bob"},
        {"id": "k1", "value": "v" * 20, "enabled": True},
    ]
}
PLANS = {
    "items": [
        {
            "id": "p1",
            "name": "gold",
            "apiStages": [
                {
                    "apiId": "a1",
                    "stage": "prod",
                    "throttle": {"/pets/{id}/GET": {"rateLimit": 2.0, "burstLimit": 3}},
                }
            ],
            "throttle": {"rateLimit": 0.5, "burstLimit": 1},
            "quota": {"limit": 500, "offset": 6, "period": "WEEK"},
        },
        {"id": "p0"},
    ]
}


def account(**answers: Any) -> ScriptedAccount:
    script: dict[str, Any] = {
        "get_api_keys": KEYS,
        "get_usage_plans": PLANS,
        "get_usage_plan_keys": lambda asked: {
            "items": [{"id": "k1"}] if asked["usagePlanId"] == "p1" else []
        },
        "get_account": {"throttleSettings": {"rateLimit": 2500.0, "burstLimit": 1250}},
        **answers,
    }
    return ScriptedAccount({f"apigateway.{operation}": answer for operation, answer in script.items()})


def test_keys_come_with_their_values_and_plans_with_their_stages_and_keys() -> None:
    usage = read_usage(account().reader())
    assert usage.api_keys == (ApiKey("k1", "v" * 20), ApiKey("k2", "w" * 20, "bob", enabled=False))
    assert usage.usage_plans == (
        UsagePlan("p0"),
        UsagePlan(
            "p1",
            "gold",
            (PlanStage(RestApiId("a1"), "prod", (MethodThrottle("/pets/{id}", "GET", Throttle(2.0, 3)),)),),
            ("k1",),
            Throttle(0.5, 1),
            Quota(500, QuotaPeriod.WEEK, 6),
        ),
    )
    assert usage.account_throttle == Throttle(2500.0, 1250)
    assert not usage.unread


@pytest.mark.parametrize("operation", ["get_api_keys", "get_usage_plans", "get_usage_plan_keys"])
def test_keys_or_plans_that_cannot_be_read_are_told_and_leave_everything_about_keys_unknown(
    operation: str,
) -> None:
    reader = account(**{operation: DENIED}).reader()
    usage = read_usage(reader)
    assert usage.unread
    assert usage.account_throttle == Throttle(2500.0, 1250)
    assert {notice.missing_permission for notice in reader.notices} == {"apigateway:GET"}


def test_an_account_whose_limit_cannot_be_read_is_not_limited() -> None:
    reader = account(get_account=DENIED).reader()
    assert read_usage(reader).account_throttle is None
    assert len(reader.notices) == 1


def test_keys_of_stages_without_a_plan_are_noticed() -> None:
    reader = account(get_api_keys={"items": [{"id": "k1", "stageKeys": ["a1/prod"]}]}).reader()
    read_usage(reader)
    assert features(reader) == [("k1", "stage keys")]


@pytest.mark.parametrize(
    ("key", "path", "http_method"),
    [
        ("*/*", "*", "*"),
        ("/*/*", "*", "*"),
        ("~1pets/GET", "/pets", "GET"),
        ("~1pets~1{id}/GET", "/pets/{id}", "GET"),
        ("pets/GET", "/pets", "GET"),
        ("/pets/{id}/GET", "/pets/{id}", "GET"),
        ("~1/GET", "/", "GET"),
        ("/GET", "/", "GET"),
        ("~1a~0b/ANY", "/a~b", "ANY"),
    ],
)
def test_method_settings_name_a_resource_and_a_method(key: str, path: str, http_method: str) -> None:
    settings = {"throttlingRateLimit": 2.0, "throttlingBurstLimit": 1}
    assert method_throttles({key: settings}) == (MethodThrottle(path, http_method, Throttle(2.0, 1)),)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({}, None),
        ({"rateLimit": -1.0, "burstLimit": -1}, None),
        ({"rateLimit": 2.0, "burstLimit": -1}, Throttle(2.0, 5_000)),
        ({"burstLimit": 3}, Throttle(10_000.0, 3)),
        ({"rateLimit": 0.0, "burstLimit": 0}, Throttle(0.0, 0)),
    ],
)
def test_a_limit_that_is_not_set_is_as_wide_as_an_account_s(
    answer: dict[str, Any], expected: Throttle | None
) -> None:
    assert throttle(answer) == expected
