from dataclasses import replace

import pytest
from tests import topologies
from tests.semantics.api_gateway.calls import MOMENT, call, with_stage
from tests.semantics.api_gateway.logged import log

from landbridge.model.api_gateway_stages import MethodSettings, StageSettings
from landbridge.model.topology import Topology
from landbridge.semantics.api_gateway.metrics import Answered, MetricValue, request_metrics
from landbridge.semantics.needs import Invoked
from landbridge.semantics.world import World

API, STAGE = ("ApiName", "orders"), ("Stage", "live")
DETAILED = StageSettings(methods=(MethodSettings(metrics=True),))


def metrics(topology: Topology, status: int = 200, method: str = "GET") -> tuple[MetricValue, ...]:
    """What one request leaves."""
    result = Invoked(b'{"statusCode": %d}' % status)
    executed = log(topology, call(topology, method=method), result).executed
    answered = Answered(executed.hops, executed.response.status, MOMENT.epoch_ms, 12.4)
    return request_metrics(World(topology), answered)


@pytest.mark.parametrize(("status", "errors"), [(200, (0, 0)), (404, (1, 0)), (503, (0, 1))])
def test_every_request_counts_for_its_api_and_its_stage(status: int, errors: tuple[int, int]) -> None:
    found = metrics(topologies.private_app(), status)
    assert [each.dimensions for each in found] == [(API,)] * 4 + [(API, STAGE)] * 4
    assert {each.name: each.value for each in found} == {
        "Count": 1,
        "4XXError": errors[0],
        "5XXError": errors[1],
        "Latency": 12,
    }
    assert {each.unit for each in found if each.name == "Latency"} == {"Milliseconds"}


def test_detailed_metrics_have_the_method_and_the_integration_latency() -> None:
    found = metrics(with_stage(topologies.private_app(), settings=DETAILED))
    of_method = (API, ("Method", "ANY"), ("Resource", "/api/{proxy+}"), STAGE)
    assert {each.dimensions for each in found} == {(API,), (API, STAGE), of_method}
    assert {each.value for each in found if each.name == "IntegrationLatency"} == {7}


def test_a_path_that_no_method_has_counts_as_a_client_error_of_the_stage() -> None:
    found = metrics_of_unmatched()
    assert {each.value for each in found if each.name == "4XXError"} == {1}
    assert {each.dimensions for each in found} == {(API,), (API, STAGE)}


def metrics_of_unmatched() -> tuple[MetricValue, ...]:
    topology = with_stage(topologies.private_app(), settings=DETAILED)
    made = call(topology, method="PROPFIND")
    executed = log(topology, made, Invoked(b"")).executed
    return request_metrics(World(topology), Answered(executed.hops, 403, MOMENT.epoch_ms, 1.0))


def test_hits_and_misses_are_counted_where_there_is_a_cache() -> None:
    cached = StageSettings(methods=(MethodSettings("/other", "GET", caching=True),), cache_cluster=True)
    found = metrics(with_stage(topologies.private_app(), settings=cached))
    counts = {each.name: each.value for each in found}
    assert (counts["CacheHitCount"], counts["CacheMissCount"]) == (0, 1)


def test_a_request_that_reaches_no_stage_leaves_nothing() -> None:
    topology = topologies.private_app()
    assert request_metrics(World(topology), Answered((), 403, MOMENT.epoch_ms, 1.0)) == ()
    gone = replace(topology, api_gateway=replace(topology.api_gateway, rest_apis=()))
    executed = log(topology, call(topology), Invoked(b"")).executed
    assert request_metrics(World(gone), Answered(executed.hops, 200, MOMENT.epoch_ms, 1.0)) == ()
