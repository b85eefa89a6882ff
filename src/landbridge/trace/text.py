"""A trace as text that a tired engineer understands at once."""

import shutil
import textwrap

from landbridge.trace.decision import (
    Delivered,
    Hop,
    NotResolved,
    Outcome,
    Refused,
    Rehearsed,
    TimedOut,
    Trace,
    Verdict,
)

MARKS = {
    Verdict.ALLOWED: "ok  ",
    Verdict.EXPLICIT_DENY: "DENY",
    Verdict.IMPLICIT_DENY: "STOP",
    Verdict.NOT_MODELLED: "????",
}


def render_text(trace: Trace, width: int = 0) -> str:
    """The whole trace: one line per hop, its facts below it, the outcome and what to change last."""
    width = width or min(shutil.get_terminal_size((110, 24)).columns, 140)
    lines = [f"{trace.method} {trace.url}   from {trace.vantage}", ""]
    for number, hop in enumerate(trace.hops, 1):
        lines.extend(_hop_lines(number, hop, width))
    lines += ["", outcome_line(trace.outcome, trace.duration_ms)]
    stopped = trace.stopped_at
    if stopped is not None and stopped.decision.remedy:
        lines.extend(_wrapped(f"What to change: {stopped.decision.remedy}", width, ""))
    return "\n".join(lines)


def outcome_line(outcome: Outcome, duration_ms: float) -> str:
    """What the client saw, in one line."""
    match outcome:
        case Delivered(response):
            return f"delivered: {response.status} in {duration_ms:.1f} ms"
        case TimedOut():
            return "timed out: AWS drops the packets and answers nothing"
        case Refused():
            return "refused: the connection was reset"
        case NotResolved():
            return "not resolved: the name has no address here"
        case Rehearsed():
            return "dry run: decided up to the backend, and nothing was run"


def _hop_lines(number: int, hop: Hop, width: int) -> list[str]:
    """A line for the hop; below it what was cited and compared, each on its own line where it stopped."""
    decision = hop.decision
    code = f"  {decision.code}" if decision.code is not None and not decision.allowed else ""
    head = f"{number:3} {MARKS[decision.verdict]} {hop.step.value:27} {hop.component.id}{code}"
    compared = [f"{name}: {value}" for name, value in decision.facts]
    if decision.cited is not None and decision.cited.id != hop.component.id:
        compared.insert(0, f"{decision.cited.type.rpartition('::')[2]} {decision.cited.id}")
    paragraphs = ["; ".join(compared)] if decision.allowed and compared else compared
    return [head.rstrip(), *(line for text in paragraphs for line in _wrapped(text, width, " " * 9))]


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    ) or [indent]
