from dataclasses import replace
from typing import Any

import pytest
from tests.trace.traces import ALLOWED, STOPPED

from landbridge.model.exchange import HttpResponse
from landbridge.trace.decision import Delivered, Outcome, TimedOut, Trace
from landbridge.trace.open_telemetry import render_spans


def spans(trace: Trace) -> list[dict[str, Any]]:
    """The spans of a trace, the request's first."""
    (resource,) = render_spans(trace)["resourceSpans"]
    (scope,) = resource["scopeSpans"]
    found: list[dict[str, Any]] = scope["spans"]
    return found


def attributes(span: dict[str, Any]) -> dict[str, str]:
    return {each["key"]: next(iter(each["value"].values())) for each in span["attributes"]}


def test_a_request_has_a_span_and_each_hop_one_below_it() -> None:
    request, *hops = spans(ALLOWED)
    assert (request["name"], request["kind"]) == ("GET https://orders.corp.example/api/orders", 3)
    assert [hop["name"] for hop in hops] == [hop.step.value for hop in ALLOWED.hops]
    assert {hop["parentSpanId"] for hop in hops} == {request["spanId"]}
    assert len({span["spanId"] for span in (request, *hops)}) == 1 + len(hops)
    assert all(len(span["spanId"]) == 16 for span in (request, *hops))


def test_the_trace_id_is_that_of_x_ray_without_its_hyphens() -> None:
    assert {span["traceId"] for span in spans(ALLOWED)} == {"624c464131a8bde2177ec9aa0409676b"}


def test_times_are_nanoseconds_as_text() -> None:
    (request, *_) = spans(ALLOWED)
    assert request["startTimeUnixNano"] == "1649165889404000000"
    taken = int(request["endTimeUnixNano"]) - int(request["startTimeUnixNano"])
    assert taken == pytest.approx(3_141_590, abs=1_000)


def test_a_hop_tells_verdict_and_facts_and_a_stopped_one_what_to_change() -> None:
    hop = spans(ALLOWED)[1]
    assert attributes(hop)["landbridge.fact.port"] == "443"
    assert (attributes(hop)["landbridge.verdict"], hop["status"]) == ("allowed", {"code": 1})
    stopped = spans(STOPPED)[-1]
    assert stopped["status"]["code"] == 2
    assert stopped["status"]["message"] == STOPPED.hops[-1].decision.remedy
    assert attributes(stopped)["landbridge.code"] == str(STOPPED.hops[-1].decision.code)


@pytest.mark.parametrize(
    ("outcome", "code", "status"),
    [
        (Delivered(HttpResponse(200)), 1, "200"),
        (Delivered(HttpResponse(403)), 1, "403"),
        (Delivered(HttpResponse(502)), 2, "502"),
        (TimedOut(), 2, None),
    ],
)
def test_a_request_fails_by_a_server_error_or_without_an_answer(
    outcome: Outcome, code: int, status: str | None
) -> None:
    request = spans(replace(ALLOWED, outcome=outcome))[0]
    assert request["status"]["code"] == code
    assert attributes(request).get("http.response.status_code") == status
