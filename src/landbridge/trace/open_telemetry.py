"""A trace as OpenTelemetry spans in OTLP's JSON: one for the request, one for each of its hops.

OpenTelemetry: "OpenTelemetry Protocol Specification"
"""

import hashlib
from typing import Any

from landbridge.trace.decision import Delivered, Hop, Trace, Verdict
from landbridge.trace.json_form import outcome_name

SERVICE = "landbridge"
INTERNAL, CLIENT = 1, 3
OK, ERROR = 1, 2
SERVER_ERROR = 500


def render_spans(trace: Trace) -> dict[str, Any]:
    """The body of an export request. Hops have no times of their own: each has the request's.

    The trace id is the one in ``X-Amzn-Trace-Id``, so that spans of the app itself join them.
    """
    trace_id = trace.id.removeprefix("1-").replace("-", "")
    root_id = _span_id(trace, 0)
    times = {
        "startTimeUnixNano": str(trace.epoch_ms * 1_000_000),
        "endTimeUnixNano": str(int((trace.epoch_ms + trace.duration_ms) * 1_000_000)),
    }
    root = {"traceId": trace_id, "spanId": root_id, **_request(trace), **times}
    hops = [
        {
            "traceId": trace_id,
            "spanId": _span_id(trace, number),
            "parentSpanId": root_id,
            **_hop(hop),
            **times,
        }
        for number, hop in enumerate(trace.hops, 1)
    ]
    scope = {"scope": {"name": SERVICE}, "spans": [root, *hops]}
    resource = {"attributes": _attributes({"service.name": SERVICE})}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [scope]}]}


def _span_id(trace: Trace, number: int) -> str:
    return hashlib.blake2b(f"{trace.id} {number}".encode(), digest_size=8).hexdigest()


def _request(trace: Trace) -> dict[str, Any]:
    """AWS's verdicts and outcomes beside OpenTelemetry's own names for a request."""
    outcome = trace.outcome
    status = outcome.response.status if isinstance(outcome, Delivered) else None
    attributes: dict[str, str | int] = {
        "http.request.method": trace.method,
        "url.full": trace.url,
        "landbridge.vantage": trace.vantage,
        "landbridge.outcome": outcome_name(outcome),
    }
    if status is not None:
        attributes["http.response.status_code"] = status
    failed = status is None or status >= SERVER_ERROR
    return {
        "name": f"{trace.method} {trace.url.partition('?')[0]}",
        "kind": CLIENT,
        "attributes": _attributes(attributes),
        "status": {"code": ERROR if failed else OK},
    }


def _hop(hop: Hop) -> dict[str, Any]:
    decision = hop.decision
    attributes: dict[str, str | int] = {
        "aws.resource.type": hop.component.type,
        "aws.resource.id": hop.component.id,
        "landbridge.verdict": decision.verdict.value,
        **{f"landbridge.fact.{name}": value for name, value in decision.facts},
    }
    if decision.code is not None:
        attributes["landbridge.code"] = str(decision.code)
    status: dict[str, str | int] = {"code": OK}
    if decision.verdict is not Verdict.ALLOWED:
        status = {"code": ERROR, "message": decision.remedy or str(decision.code)}
    return {
        "name": hop.step.value,
        "kind": INTERNAL,
        "attributes": _attributes(attributes),
        "status": status,
    }


def _attributes(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Integers are texts in OTLP's JSON, as its 64-bit numbers are."""
    return [
        {"key": key, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
        for key, value in values.items()
    ]
