"""Metrics of the running stack, put into CloudWatch when they are asked for, and read by all dimensions."""

from typing import Any

from moto.cloudwatch.models import CloudWatchBackend, Dimension, MetricDatumBase

from landbridge.control.amendments.amend import amend
from landbridge.control.hooks import hooks

NAMESPACE = "AWS/ApiGateway"


def install() -> None:
    """Amends moto's metrics."""
    amend(CloudWatchBackend, "get_all_metrics", get_all_metrics)
    amend(MetricDatumBase, "filter", has_dimensions)


def get_all_metrics(original: Any, self: Any) -> Any:
    """Every value, those of requests that were answered meanwhile too.

    AWS: "Amazon API Gateway dimensions and metrics"
    """
    if hooks.metrics is not None:
        values = hooks.metrics()
        if values:
            self.put_metric_data(NAMESPACE, values)
    return original(self)


def has_dimensions(
    original: Any, self: Any, namespace: Any, name: Any, dimensions: Any, already_present_metrics: Any = None
) -> Any:
    """Statistics are of exactly the dimensions asked for; in moto they are of those with more, too.

    AWS: "GetMetricStatistics" (Amazon CloudWatch API reference)
    """
    if already_present_metrics is None and dimensions:
        asked = [Dimension(each["Name"], each.get("Value")) for each in dimensions]
        return len(asked) == len(self.dimensions) and all(each in self.dimensions for each in asked)
    return original(self, namespace, name, dimensions, already_present_metrics)
