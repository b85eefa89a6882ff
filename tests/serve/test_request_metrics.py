from tests.semantics.api_gateway.calls import MOMENT, OK, answered, call
from tests.topologies import private_app

from landbridge.semantics.api_gateway.metrics import Answered
from landbridge.semantics.world import World
from landbridge.serve.request_metrics import RequestMetrics


def test_what_was_noted_is_taken_once_as_put_metric_data_takes_it() -> None:
    topology = private_app()
    world = World(topology)
    metrics = RequestMetrics(lambda: world)
    hops = answered(topology, call(topology), OK).hops
    metrics.note(Answered(hops, 200, MOMENT.epoch_ms, 3.2))
    taken = metrics.take()
    assert taken[0] == {
        "MetricName": "Count",
        "Dimensions": [{"Name": "ApiName", "Value": "orders"}],
        "Value": 1.0,
        "Unit": "Count",
        "Timestamp": taken[0]["Timestamp"],
    }
    assert taken[0]["Timestamp"].isoformat() == "2022-04-05T13:38:09.404000"
    assert metrics.take() == []
