"""A trace as JSON values; the shape is stable and documented in ``docs/trace.md``."""

from typing import Any

from landbridge.trace.decision import (
    Delivered,
    Hop,
    NotResolved,
    Outcome,
    Refused,
    Rehearsed,
    ResourceRef,
    TimedOut,
    Trace,
)


def trace_to_json(trace: Trace) -> dict[str, Any]:
    """The trace with its outcome, status and numbered hops."""
    outcome = trace.outcome
    return {
        "id": trace.id,
        "url": trace.url,
        "method": trace.method,
        "from": trace.vantage,
        "outcome": outcome_name(outcome),
        "status": outcome.response.status if isinstance(outcome, Delivered) else None,
        "durationMs": round(trace.duration_ms, 3),
        "hops": [_hop(number, hop) for number, hop in enumerate(trace.hops, 1)],
    }


def outcome_name(outcome: Outcome) -> str:
    """``delivered``, ``timedOut``, ``refused``, ``notResolved`` or, after a dry run, ``rehearsed``."""
    match outcome:
        case Delivered():
            return "delivered"
        case TimedOut():
            return "timedOut"
        case Refused():
            return "refused"
        case NotResolved():
            return "notResolved"
        case Rehearsed():
            return "rehearsed"


def _hop(number: int, hop: Hop) -> dict[str, Any]:
    decision = hop.decision
    return {
        "sequence": number,
        "step": hop.step.value,
        "component": _reference(hop.component),
        "verdict": decision.verdict.value,
        "code": decision.code.value if decision.code is not None else None,
        "cited": _reference(decision.cited) if decision.cited is not None else None,
        "facts": dict(decision.facts),
        "remedy": decision.remedy or None,
    }


def _reference(reference: ResourceRef) -> dict[str, str | None]:
    return {"type": reference.type, "id": reference.id, "arn": reference.arn or None}
