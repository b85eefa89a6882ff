"""A trace as text that a tired engineer understands at once."""

import shutil
import textwrap

from landbridge.trace.decision import (
    Delivered,
    Hop,
    Hops,
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


def hop_lines(hops: Hops, width: int) -> list[str]:
    """One line per hop with what was cited; what was compared is left out."""
    return [_brief(number, hop, width) for number, hop in enumerate(hops, 1)]


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
    compared = [f"{name}: {value}" for name, value in decision.facts]
    cited = _cited(hop)
    if cited:
        compared.insert(0, cited)
    paragraphs = ["; ".join(compared)] if decision.allowed and compared else compared
    lines = (line for text in paragraphs for line in _wrapped(text, width, " " * 9))
    return [_head(number, hop), *lines]


def _brief(number: int, hop: Hop, width: int) -> str:
    cited = _cited(hop)
    line = _head(number, hop) + (f"   {cited}" if cited else "")
    return line if len(line) <= width else f"{line[: width - 3].rstrip()}..."


def _head(number: int, hop: Hop) -> str:
    decision = hop.decision
    code = f"  {decision.code}" if decision.code is not None and not decision.allowed else ""
    return f"{number:3} {MARKS[decision.verdict]} {hop.step.value:27} {hop.component.id}{code}".rstrip()


def _cited(hop: Hop) -> str:
    """What was cited, where that is not the component itself."""
    cited = hop.decision.cited
    if cited is None or cited.id == hop.component.id:
        return ""
    return f"{cited.type.rpartition('::')[2]} {cited.id}"


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    ) or [indent]
