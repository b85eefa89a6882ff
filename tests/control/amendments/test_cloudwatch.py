from datetime import UTC, datetime, timedelta
from typing import Any

from landbridge.control.aws_api import AwsApi

NOW = datetime.now(UTC)


def _value(*dimensions: str) -> dict[str, Any]:
    return {
        "MetricName": "Count",
        "Dimensions": [{"Name": name, "Value": "a"} for name in dimensions],
        "Value": 1.0,
        "Unit": "Count",
        "Timestamp": NOW.replace(tzinfo=None),
    }


def _sum(api: AwsApi, *dimensions: str) -> float:
    answer = api.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/ApiGateway",
        MetricName="Count",
        Dimensions=[{"Name": name, "Value": "a"} for name in dimensions],
        StartTime=NOW - timedelta(minutes=5),
        EndTime=NOW + timedelta(minutes=5),
        Period=3600,
        Statistics=["Sum"],
    )
    return float(sum(point["Sum"] for point in answer["Datapoints"]))


def test_values_are_put_when_metrics_are_read_and_told_by_exactly_their_dimensions(api: AwsApi) -> None:
    pending = [[_value("ApiName"), _value("ApiName", "Stage")], [_value("ApiName")]]
    api.material.set_metrics(lambda: pending.pop(0) if pending else [])
    assert _sum(api, "ApiName", "Stage") == 1
    assert _sum(api, "ApiName") == 2
    listed = api.client("cloudwatch").list_metrics(
        Namespace="AWS/ApiGateway", Dimensions=[{"Name": "ApiName", "Value": "a"}]
    )["Metrics"]
    assert len(listed) == 2


def test_without_a_running_stack_there_are_only_metrics_that_were_put(api: AwsApi) -> None:
    assert _sum(api, "ApiName") == 0
