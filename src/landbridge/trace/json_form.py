"""A trace as JSON values; the shape is stable and documented in ``docs/trace.md``."""

from typing import Any

from landbridge.trace.decision import (
    Delivered,
    Hop,
    Hops,
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
        "hops": hops_to_json(trace.hops),
    }


def hops_to_json(hops: Hops) -> list[dict[str, Any]]:
    """The hops, numbered from 1."""
    return [_hop(number, hop) for number, hop in enumerate(hops, 1)]


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
        "component": reference_to_json(hop.component),
        "verdict": decision.verdict.value,
        "code": decision.code.value if decision.code is not None else None,
        "cited": reference_to_json(decision.cited) if decision.cited is not None else None,
        "facts": dict(decision.facts),
        "remedy": decision.remedy or None,
    }


def reference_to_json(reference: ResourceRef) -> dict[str, str | None]:
    """Type, id and ARN, which is null where it is not known."""
    return {"type": reference.type, "id": reference.id, "arn": reference.arn or None}
