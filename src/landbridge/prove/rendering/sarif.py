"""An assessment as SARIF 2.1.0, for code scanning: a rule for each claim, a result for each finding."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from landbridge.prove.verdict import Claim, Finding, Verdict, Witness
from landbridge.prove.waivers import Assessment, Waiver
from landbridge.trace.decision import ResourceRef

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Verdict.BROKEN: "error", Verdict.UNKNOWN: "warning"}
SEVERITY = "8.0"
"""How code scanning ranks it: high, from 7.0 to 8.9."""


@dataclass(frozen=True, slots=True)
class Location:
    """A line of the user's own files."""

    path: str
    """Relative to the folder that the command runs in, with forward slashes."""
    line: int


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the user wrote down what is checked."""

    locate: Callable[[ResourceRef], Location | None]
    """A resource's line; None where that is not known."""
    whole: Location | None = None
    """Where all of it begins; code scanning shows nothing that is nowhere."""


def assessment_to_sarif(
    assessment: Assessment, claims: tuple[Claim, ...], sources: Sources, version: str
) -> dict[str, Any]:
    """One run with every claim of the catalogue as a rule; what was waived is a suppressed result."""
    places = {claim.id: index for index, claim in enumerate(claims)}
    results = [
        _result(places, report.app, judgement.claim, finding, sources)
        for report in assessment.reports
        for judgement in report.judgements
        for finding in judgement.findings
    ]
    suppressed = [
        _result(places, each.app, each.claim, each.finding, sources)
        | {"suppressions": [_suppression(each.waiver)]}
        for each in assessment.waived
    ]
    run = {
        "tool": {"driver": _driver(claims, version)},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(assessment)],
        "results": [*results, *suppressed],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver(claims: tuple[Claim, ...], version: str) -> dict[str, Any]:
    return {"name": "landbridge", "version": version, "rules": [_rule(claim) for claim in claims]}


def _rule(claim: Claim) -> dict[str, Any]:
    documents = "".join(f"\n* AWS: {title}" for title in claim.rests_on)
    told = f"{claim.title}. What it says and how it is decided: docs/claims.md#{claim.id} of landbridge."
    return {
        "id": claim.id,
        "shortDescription": {"text": claim.title},
        "fullDescription": {"text": f"{claim.title}."},
        "help": {"text": told + documents, "markdown": f"{told}\n{documents}"},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["security"], "security-severity": SEVERITY, "precision": "very-high"},
    }


def _invocation(assessment: Assessment) -> dict[str, Any]:
    notifications = [{"level": "warning", "message": {"text": text}} for text in assessment.remarks]
    return {"executionSuccessful": True, "toolExecutionNotifications": notifications}


def _result(
    places: dict[str, int], app: str, claim: Claim, finding: Finding, sources: Sources
) -> dict[str, Any]:
    result = {
        "ruleId": claim.id,
        "ruleIndex": places[claim.id],
        "level": LEVELS[finding.verdict],
        "message": {"text": _message(app, finding)},
        "locations": [_location(finding, sources)],
    }
    flow = list(_flow(finding.witness, sources)) if finding.witness else []
    return result | {"codeFlows": [{"threadFlows": [{"locations": flow}]}]} if flow else result


def _message(app: str, finding: Finding) -> str:
    parts = [f"{app}: {finding.what}"]
    if finding.remedy:
        parts.append(f"What to change: {finding.remedy}")
    if finding.witness is not None:
        parts.append(f"From {finding.witness.vantage}: {finding.witness.curl()}")
    return "\n".join(parts)


def _location(finding: Finding, sources: Sources) -> dict[str, Any]:
    named = list(_named(finding))
    located = next(filter(None, map(sources.locate, named)), sources.whole)
    cited = named[0] if named else None
    name = (cited.arn or cited.id) if cited else "account"
    physical = {"physicalLocation": _physical(located)} if located else {}
    return physical | {"logicalLocations": [{"fullyQualifiedName": name, "kind": "resource"}]}


def _named(finding: Finding) -> Iterator[ResourceRef]:
    """What is cited; a statement has no name that its owner's hop does not tell better."""
    cited = finding.cited
    if cited is None:
        return
    yield cited
    for hop in finding.witness.hops if finding.witness else ():
        if hop.decision.cited == cited:
            # Without the ARN, which may be that of a stage whose API has the policy.
            yield ResourceRef(cited.type, hop.component.id)


def _physical(location: Location) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": quote(location.path), "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": location.line},
    }


def _flow(witness: Witness, sources: Sources) -> Iterator[dict[str, Any]]:
    """The hops whose rules or components the user wrote down: code scanning shows them as the path."""
    for hop in witness.hops:
        named = filter(None, (hop.decision.cited, hop.component))
        located = next(filter(None, map(sources.locate, named)), None)
        if located is not None:
            text = f"{hop.step.value}: {hop.component.id}, {hop.decision.verdict.value}"
            yield {"location": {"physicalLocation": _physical(located), "message": {"text": text}}}


def _suppression(waiver: Waiver) -> dict[str, Any]:
    why = f"{waiver.reason} (until {waiver.expires})"
    return {"kind": "external", "status": "accepted", "justification": why}
