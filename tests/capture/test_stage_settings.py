from typing import Any

import pytest
from tests.capture.scripted import DENIED, ScriptedAccount, features

from landbridge.capture.stage_settings import read_log_role, read_stage_settings
from landbridge.model.api_gateway_stages import (
    AccessLog,
    LoggingLevel,
    MethodSettings,
    StageSettings,
    UnauthorizedCacheControl,
)
from landbridge.trace.decision import ResourceRef

STAGE = ResourceRef("AWS::ApiGateway::Stage", "a1b2c3/prod")
GROUP = "arn:aws:logs:eu-central-1:123456789012:log-group:access"
FIREHOSE = "arn:aws:firehose:eu-central-1:123456789012:deliverystream/amazon-apigateway-x"
OWN = {
    "loggingLevel": "INFO",
    "dataTraceEnabled": True,
    "metricsEnabled": True,
    "cachingEnabled": True,
    "cacheTtlInSeconds": 60,
    "requireAuthorizationForCacheControl": False,
    "unauthorizedCacheControlHeaderStrategy": "FAIL_WITH_403",
}


@pytest.mark.parametrize(
    ("answer", "settings"),
    [
        ({}, StageSettings()),
        ({"accessLogSettings": None, "methodSettings": None}, StageSettings()),
        (
            {"accessLogSettings": {"destinationArn": GROUP, "format": "$context.requestId"}},
            StageSettings(access_log=AccessLog(GROUP, "$context.requestId")),
        ),
        ({"accessLogSettings": {"destinationArn": GROUP}}, StageSettings()),
        (
            {"cacheClusterEnabled": True, "tracingEnabled": True},
            StageSettings(cache_cluster=True, tracing=True),
        ),
        ({"methodSettings": {"*/*": {}}}, StageSettings()),
        ({"methodSettings": {"~1pets/GET": {}}}, StageSettings(methods=(MethodSettings("/pets", "GET"),))),
        (
            {"methodSettings": {"~1pets~1{id}/GET": OWN}},
            StageSettings(
                methods=(
                    MethodSettings(
                        "/pets/{id}",
                        "GET",
                        LoggingLevel.INFO,
                        data_trace=True,
                        metrics=True,
                        caching=True,
                        cache_ttl_s=60,
                        cache_control_needs_authorization=False,
                        unauthorized_cache_control=UnauthorizedCacheControl.FAIL_WITH_403,
                    ),
                )
            ),
        ),
    ],
)
def test_the_settings_of_a_stage(answer: dict[str, Any], settings: StageSettings) -> None:
    assert read_stage_settings(ScriptedAccount({}).reader(), STAGE, answer) == settings


def test_access_logs_to_firehose_are_noticed_and_not_written() -> None:
    reader = ScriptedAccount({}).reader()
    answer = {"accessLogSettings": {"destinationArn": FIREHOSE, "format": "$context.requestId"}}
    assert read_stage_settings(reader, STAGE, answer).access_log is None
    assert features(reader) == [("a1b2c3/prod", "access logs to Amazon Data Firehose")]


@pytest.mark.parametrize(
    ("answer", "arn"),
    [
        ({"cloudwatchRoleArn": "arn:aws:iam::1:role/logs"}, "arn:aws:iam::1:role/logs"),
        ({}, ""),
        (DENIED, ""),
    ],
)
def test_the_role_for_logs_is_in_the_account_settings(answer: Any, arn: str) -> None:
    assert read_log_role(ScriptedAccount({"apigateway.get_account": answer}).reader()) == arn
