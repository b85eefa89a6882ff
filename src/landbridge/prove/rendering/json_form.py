"""An assessment as JSON values; the shape is stable and documented in ``docs/check.md``."""

from typing import Any

from landbridge.prove.replay import Replayed
from landbridge.prove.verdict import Finding, Judgement, Report, Witness
from landbridge.prove.waivers import Assessment, Waived
from landbridge.trace.json_form import hops_to_json, reference_to_json

WAIVED = "waived"


def assessment_to_json(assessment: Assessment) -> dict[str, Any]:
    """The verdict, every claim about every app with its findings, and the warnings."""
    return {
        "verdict": assessment.verdict.value,
        "apps": [
            {"app": report.app, "verdict": report.verdict.value, "notes": list(report.notes)}
            for report in assessment.reports
        ],
        "claims": [
            _claim(assessment, report, judgement)
            for report in assessment.reports
            for judgement in report.judgements
        ],
        "warnings": list(assessment.remarks),
    }


def standing(judgement: Judgement, waived: tuple[Waived, ...]) -> str:
    """``holds``, ``broken`` or ``unknown``; ``waived`` where waivers cover all that is against it."""
    return WAIVED if waived and not judgement.findings else judgement.verdict.value


def leading(judgement: Judgement) -> Finding | None:
    """The finding to show first: one that decides the verdict, with a witness if any of these has one."""
    deciding = [finding for finding in judgement.findings if finding.verdict is judgement.verdict]
    return min(deciding, key=lambda finding: finding.witness is None, default=None)


def _claim(assessment: Assessment, report: Report, judgement: Judgement) -> dict[str, Any]:
    waived = assessment.waived_of(report.app, judgement.claim)
    found = leading(judgement) or (waived[0].finding if waived else None)
    shown = _finding(assessment, found) if found else {"witness": None, "cited": None, "hint": None}
    return {
        "id": judgement.claim.id,
        "title": judgement.claim.title,
        "app": report.app,
        "verdict": standing(judgement, waived),
        "witness": shown["witness"],
        "cited": shown["cited"],
        "hint": shown["hint"],
        "findings": [
            *(_finding(assessment, finding) for finding in judgement.findings),
            *(_finding(assessment, each.finding) | {WAIVED: _waiver(each)} for each in waived),
        ],
    }


def _finding(assessment: Assessment, finding: Finding) -> dict[str, Any]:
    witness = finding.witness
    return {
        "verdict": finding.verdict.value,
        "what": finding.what,
        "witness": _witness(witness, assessment.replay_of(witness)) if witness else None,
        "cited": reference_to_json(finding.cited) if finding.cited else None,
        "hint": finding.remedy or None,
        WAIVED: None,
    }


def _waiver(waived: Waived) -> dict[str, str]:
    return {"reason": waived.waiver.reason, "expires": waived.waiver.expires.isoformat()}


def _witness(witness: Witness, replayed: Replayed | None) -> dict[str, Any]:
    request = witness.request
    return {
        "from": witness.vantage,
        "request": {
            "method": request.method,
            "url": witness.url,
            "connectTo": f"{witness.host}:{witness.port}",
            "serverName": witness.server_name or None,
            "headers": [[name, value] for name, value in request.headers],
            "body": request.body.decode(errors="replace") or None,
            "curl": witness.curl(),
        },
        "reaches": witness.reaches or None,
        "hops": hops_to_json(witness.hops),
        "replay": {"agreement": replayed.agreement.value, "told": replayed.told} if replayed else None,
    }
