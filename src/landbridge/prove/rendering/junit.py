"""An assessment as JUnit XML: a test suite for each app, a test case for each claim."""

from xml.etree import ElementTree

from landbridge.prove.rendering.json_form import WAIVED, standing
from landbridge.prove.verdict import Finding, Judgement, Verdict
from landbridge.prove.waivers import Assessment, Waived

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
ELEMENTS = {Verdict.BROKEN: "failure", Verdict.UNKNOWN: "error", WAIVED: "skipped"}
"""What a test case has in it; one that holds has nothing."""


def render_junit(assessment: Assessment) -> str:
    """The document; what is broken is a failure, what is unknown an error, what is waived skipped."""
    suites = ElementTree.Element("testsuites", name="landbridge check")
    for report in assessment.reports:
        suite = ElementTree.SubElement(suites, "testsuite", name=report.app)
        for judgement in report.judgements:
            waived = assessment.waived_of(report.app, judgement.claim)
            suite.append(_case(report.app, judgement, waived))
        _count(suite)
    _count(suites)
    ElementTree.indent(suites)
    return f"{DECLARATION}\n{ElementTree.tostring(suites, encoding='unicode')}\n"


def _case(app: str, judgement: Judgement, waived: tuple[Waived, ...]) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase", classname=app, name=f"{judgement.claim.id}: {judgement.claim.title}"
    )
    kind = ELEMENTS.get(standing(judgement, waived))
    if kind is not None:
        findings = judgement.findings or tuple(each.finding for each in waived)
        message = waived[0].waiver.reason if not judgement.findings else findings[0].what
        told = ElementTree.SubElement(case, kind, message=_printable(message))
        told.text = _printable("\n\n".join(_told(finding) for finding in findings))
    return case


def _told(finding: Finding) -> str:
    cited = f"{finding.cited.type} {finding.cited.id}" if finding.cited else ""
    lines = [finding.what, cited, finding.remedy]
    if finding.witness is not None:
        lines += [f"from {finding.witness.vantage}: {finding.witness.curl()}"]
    return "\n".join(filter(None, lines))


def _count(element: ElementTree.Element) -> None:
    element.set("tests", str(sum(1 for _ in element.iter("testcase"))))
    for name, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(sum(1 for _ in element.iter(kind))))


def _printable(text: str) -> str:
    """Without the control characters that no XML may have."""
    return "".join(character if character >= " " or character in "\t\n" else "?" for character in text)
