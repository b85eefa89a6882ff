from datetime import date
from xml.etree import ElementTree

from tests.prove.reports import BAD, GOOD

from landbridge.prove.rendering.junit import render_junit
from landbridge.prove.verdict import Judgement, broken
from landbridge.prove.waivers import Waiver, assess

TODAY = date(2026, 11, 22)


def test_each_claim_is_a_test_case_and_each_app_a_suite() -> None:
    text = render_junit(assess((GOOD,), (), TODAY))
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    suites = ElementTree.fromstring(text)
    assert [suite.get("name") for suite in suites] == ["orders.corp.example"]
    cases = [case.get("name") for case in suites.iter("testcase")]
    assert cases[0] == "no-bypass: Nobody reaches the app past the load balancer"
    assert (suites.get("tests"), suites.get("failures"), suites.get("errors")) == ("3", "0", "0")


def test_broken_is_a_failure_unknown_an_error_and_waived_skipped() -> None:
    waiver = Waiver("no-bypass", "", "SEC-12", TODAY)
    suites = ElementTree.fromstring(render_junit(assess((BAD,), (waiver,), TODAY)))
    told = {
        (case.get("name") or "").partition(":")[0]: [(each.tag, each.get("message")) for each in case]
        for case in suites.iter("testcase")
    }
    assert told == {
        "no-bypass": [("skipped", "SEC-12")],
        "it-works": [("failure", "Nobody gets in")],
        "everything-understood": [("error", "AWS WAF is not modelled")],
    }
    (suite,) = suites
    counts = [suite.get(name) for name in ("tests", "failures", "errors", "skipped")]
    assert counts == ["3", "1", "1", "1"]


def test_a_failure_says_from_where_and_what_to_change() -> None:
    (failure,) = ElementTree.fromstring(
        render_junit(assess((BAD,), (Waiver("it-works", "", "x", TODAY),), TODAY))
    ).iter("failure")
    assert failure.text is not None
    assert "from vpc: curl --proxy" in failure.text
    assert "Let sg-1 name sg-2 and nothing else" in failure.text


def test_characters_that_no_xml_may_have_do_no_harm() -> None:
    report = GOOD.__class__("a", (Judgement(GOOD.judgements[0].claim, (broken('\x00\x1b<&"'),)),))
    (failure,) = ElementTree.fromstring(render_junit(assess((report,), (), TODAY))).iter("failure")
    assert failure.get("message") == '??<&"'
