"""Metrics of API Gateway: requests noted in memory, made into values when somebody asks CloudWatch."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from landbridge.semantics.api_gateway.metrics import Answered, request_metrics
from landbridge.semantics.world import World

MOST_NOTED = 100_000
"""The oldest are forgotten where nobody asks."""


class RequestMetrics:
    """Keeps what requests were until it is asked for; may be asked from any thread."""

    def __init__(self, world: Callable[[], World]) -> None:
        self._world = world
        self._noted: deque[Answered] = deque(maxlen=MOST_NOTED)

    def note(self, answered: Answered) -> None:
        """One more request has been answered."""
        self._noted.append(answered)

    def take(self) -> list[dict[str, Any]]:
        """The values since the last time, as ``PutMetricData`` takes them."""
        world, found = self._world(), []
        while self._noted:
            for each in request_metrics(world, self._noted.popleft()):
                moment = datetime.fromtimestamp(each.epoch_ms / 1000, UTC).replace(tzinfo=None)
                found.append(
                    {
                        "MetricName": each.name,
                        "Dimensions": [{"Name": name, "Value": value} for name, value in each.dimensions],
                        "Value": each.value,
                        "Unit": each.unit,
                        "Timestamp": moment,
                    }
                )
        return found
