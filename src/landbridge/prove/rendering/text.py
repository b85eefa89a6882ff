"""An assessment for a terminal: one screen where all holds, the counterexample first where not."""

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from landbridge.prove.rendering.json_form import leading, standing
from landbridge.prove.replay import Agreement
from landbridge.prove.verdict import Finding, Judgement, Report, Verdict, Witness
from landbridge.prove.waivers import Assessment, Waived, uselessness
from landbridge.trace.text import hop_lines

SCREEN_LINES = 24
MOST_FINDINGS = 3
"""Of a claim; the forms for machines have all of them."""
INDENT = "  "
LABEL = 9
VARIABLES = {name: f"$LANDBRIDGE_PROXY_{name.upper()}" for name in ("corporate", "vpc", "internet")}
"""What ``landbridge up … -- COMMAND`` sets."""


@dataclass(frozen=True, slots=True)
class Screen:
    """How wide it is, and how the reader calls the vantages."""

    width: int = 100
    proxies: Mapping[str, str] = field(default_factory=lambda: VARIABLES)
    """Proxy URLs, or variables that hold them, by vantage."""
    ca: str = "$LANDBRIDGE_CA"
    aside: str = ""
    """What to know before one of the commands is pasted."""


def render_text(assessment: Assessment, screen: Screen | None = None) -> str:
    """Every app: what is broken, what is unknown, what was waived, what holds; warnings last."""
    screen = screen or Screen()
    blocks = ["\n".join(_report(assessment, report, screen)) for report in assessment.reports]
    warnings = [f"warning: {text}" for text in (*map(uselessness, assessment.unused), *assessment.warnings)]
    has_witness = any(
        finding.witness
        for report in assessment.reports
        for judgement in report.judgements
        for finding in judgement.findings
    )
    if has_witness and screen.aside:
        blocks.append("\n".join(_wrapped(screen.aside, screen.width, "")))
    if warnings:
        blocks.append("\n".join(line for text in warnings for line in _wrapped(text, screen.width, "")))
    return "\n\n".join(blocks) + "\n"


def _report(assessment: Assessment, report: Report, screen: Screen) -> list[str]:
    if report.verdict is Verdict.HOLDS:
        return _all_good(assessment, report, screen)
    lines = [_headline(report)]
    for verdict in (Verdict.BROKEN, Verdict.UNKNOWN):
        for judgement in report.judgements:
            if judgement.verdict is verdict:
                lines += ["", *_judgement(assessment, judgement, screen)]
    waived = [each for each in assessment.waived if each.app == report.app]
    if waived:
        lines += ["", *(line for each in waived for line in _waived(each, screen))]
    good = [
        judgement.claim.id
        for judgement in report.judgements
        if standing(judgement, assessment.waived_of(report.app, judgement.claim)) == Verdict.HOLDS
    ]
    return [*lines, "", *_labelled("holds", ", ".join(good) or "nothing", screen)]


def _headline(report: Report) -> str:
    counts = {
        verdict: sum(judgement.verdict is verdict for judgement in report.judgements) for verdict in Verdict
    }
    told = {
        Verdict.BROKEN: f"{counts[Verdict.BROKEN]} broken",
        Verdict.UNKNOWN: f"{counts[Verdict.UNKNOWN]} unknown",
        Verdict.HOLDS: f"{counts[Verdict.HOLDS]} without objection",
    }
    word = "NOT ISOLATED" if report.verdict is Verdict.BROKEN else "NOT PROVED"
    return f"{report.app}: {word}; claims: {', '.join(told[verdict] for verdict in told if counts[verdict])}"


def _judgement(assessment: Assessment, judgement: Judgement, screen: Screen) -> list[str]:
    first = leading(judgement)
    ordered = sorted(judgement.findings, key=lambda finding: (finding is not first, finding.verdict))
    shown = ordered[:MOST_FINDINGS]
    name = judgement.verdict.value if judgement.verdict is Verdict.UNKNOWN else "BROKEN"
    lines = list(_labelled(name, f"{judgement.claim.id}: {judgement.claim.title}", screen))
    told: set[object] = set()
    for finding in shown:
        lines += _finding(assessment, finding, screen, with_hops=finding is first)
        lines += [] if (finding.cited, finding.remedy) in told else _change(finding, screen)
        told.add((finding.cited, finding.remedy))
    if len(ordered) > len(shown):
        lines.append(f"{INDENT}and {len(ordered) - len(shown)} more: --json has all of them")
    return lines


def _finding(assessment: Assessment, finding: Finding, screen: Screen, *, with_hops: bool) -> Iterator[str]:
    yield from _wrapped(finding.what, screen.width, INDENT)
    if finding.witness is not None:
        yield from _witness(finding.witness, screen, with_hops=with_hops)
    yield from _replayed(assessment, finding, screen)


def _change(finding: Finding, screen: Screen) -> Iterator[str]:
    if finding.cited is not None:
        yield from _labelled("cited", f"{finding.cited.type} {finding.cited.id}", screen)
    if finding.remedy:
        yield from _labelled("change", finding.remedy, screen)


def _replayed(assessment: Assessment, finding: Finding, screen: Screen) -> Iterator[str]:
    if assessment.replays is None:
        return
    replayed = assessment.replay_of(finding.witness)
    if replayed is not None:
        yield from _wrapped(str(replayed), screen.width, INDENT)
    elif finding.verdict is Verdict.BROKEN:
        yield f"{INDENT}{Agreement.NOT_REPLAYABLE}: this is about what is configured, not about a request"


def _witness(witness: Witness, screen: Screen, *, with_hops: bool) -> Iterator[str]:
    yield from _labelled("from", witness.vantage, screen)
    # A command is copied whole, so it stays on one line however long it is.
    curl = witness.curl(screen.proxies.get(witness.vantage, "$LANDBRIDGE_PROXY"), screen.ca)
    yield f"{INDENT}{'run':{LABEL}}{curl}"
    if with_hops:
        yield from hop_lines(witness.hops, screen.width)


def _all_good(assessment: Assessment, report: Report, screen: Screen) -> list[str]:
    """A line or two for each claim; fewer words where that is more than a screen."""
    waived = [each for each in assessment.waived if each.app == report.app]
    accepted = f", {len(waived)} findings waived" if waived else ""
    head = f"{report.app}: all {len(report.judgements)} claims hold{accepted}"
    told = [line for each in waived for line in _waived(each, screen)]
    notes = [line for note in report.notes for line in _labelled("granted", note, screen)]
    brief = [f"{INDENT}{len(report.notes)} things are taken for granted: --json tells them"] if notes else []
    whole = [_claim(assessment, report, judgement, screen) for judgement in report.judgements]
    cut = [lines[0] if len(lines) == 1 else f"{lines[0][: screen.width - 3]}..." for lines in whole]
    ids = _labelled("holds", ", ".join(each.claim.id for each in report.judgements), screen)
    layouts = (
        [head, *(line for lines in whole for line in lines), *told, *notes],
        [head, *cut, *told, *notes],
        [head, *cut, *told, *brief],
        [head, *ids, *told, *brief],
    )
    return next((lines for lines in layouts if len(lines) < SCREEN_LINES), layouts[-1])


def _claim(assessment: Assessment, report: Report, judgement: Judgement, screen: Screen) -> list[str]:
    state = standing(judgement, assessment.waived_of(report.app, judgement.claim))
    widest = max(len(each.claim.id) for each in report.judgements)
    head = f"{INDENT}{state:{LABEL}}{judgement.claim.id:{widest}}  "
    first, *further = _wrapped(judgement.claim.title, max(screen.width - len(head), 20), "")
    return [f"{head}{first}", *(f"{'':{len(head)}}{line}" for line in further)]


def _waived(each: Waived, screen: Screen) -> list[str]:
    told = f"{each.claim.id}: {each.finding.what} ({each.waiver.reason}, until {each.waiver.expires})"
    return list(_labelled("waived", told, screen))


def _labelled(label: str, text: str, screen: Screen) -> Iterator[str]:
    """The text behind its label, and below itself where it is longer than a line."""
    lines = _wrapped(text, screen.width - len(INDENT) - LABEL, "")
    yield f"{INDENT}{label:{LABEL}}{lines[0]}"
    yield from (f"{INDENT}{'':{LABEL}}{line}" for line in lines[1:])


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [indent]
