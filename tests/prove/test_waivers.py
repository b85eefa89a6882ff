from datetime import date

import pytest
from tests.prove.reports import (
    BAD,
    CLAIMS,
    CONFIGURED,
    FIREWALL,
    GOOD,
    IT_WORKS,
    NO_BYPASS,
    OPEN_GROUP,
    VACUOUS,
)

from landbridge.errors import DeclarationError
from landbridge.prove.verdict import Verdict
from landbridge.prove.waivers import Assessment, Waiver, assess, parse_waivers

TODAY = date(2026, 11, 22)
IDS = tuple(claim.id for claim in CLAIMS)
WAIVER = """\
# accepted
[[waiver]]
claim = "no-bypass"
match = "sgr-05"
reason = "the old client, SEC-12"
expires = 2026-12-31
"""


def waivers(text: str) -> tuple[Waiver, ...]:
    return parse_waivers(text, "landbridge-waivers.toml", IDS)


def assessed(*given: Waiver) -> Assessment:
    return assess((BAD,), given, TODAY)


def waiver(claim: str, match: str = "", expires: date = TODAY) -> Waiver:
    return Waiver(claim, match, "known", expires, "waivers.toml", 3)


def test_a_waiver_says_what_why_and_until_when() -> None:
    assert waivers(WAIVER) == (
        Waiver(
            "no-bypass",
            "sgr-05",
            "the old client, SEC-12",
            date(2026, 12, 31),
            "landbridge-waivers.toml",
            2,
        ),
    )


def test_a_file_without_a_waiver_is_fine() -> None:
    assert waivers("# none yet\n") == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "complaint", "hint"),
    [
        ("no-bypass", "no-bypas", 3, 'there is no claim "no-bypas"', "did you mean no-bypass?"),
        ("no-bypass", "zzz", 3, 'there is no claim "zzz"', "the claims: no-bypass, it-works"),
        ("sgr-05", "", 4, "waiver.match is empty", "give it a value"),
        ('reason = "the old client, SEC-12"\n', "", 2, "waiver.reason is missing", "add reason"),
        ("expires = 2026-12-31\n", "", 2, "waiver.expires is missing", "add expires"),
        ("2026-12-31", '"2026-12-31"', 6, "waiver.expires is a string, not a date", "without quotes"),
        ("2026-12-31", "2026-12-31T00:00:00Z", 6, "is a date with a time", "write a day"),
        ("match", "matches", 4, "waiver.matches is not known", "did you mean match?"),
        ("[[waiver]]", "[[waivers]]", 2, "waivers is not known", "did you mean waiver?"),
        ("[[waiver]]", "[[waiver]", 2, "not valid TOML", "tables begin with [name]"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_to_write(
    old: str, new: str, line: int, complaint: str, hint: str
) -> None:
    with pytest.raises(DeclarationError) as mistake:
        waivers(WAIVER.replace(old, new, 1))
    assert (mistake.value.file, mistake.value.line) == ("landbridge-waivers.toml", line)
    assert complaint in mistake.value.message
    assert hint in mistake.value.hint


@pytest.mark.parametrize(
    ("given", "covered"),
    [
        (waiver("no-bypass"), {OPEN_GROUP}),
        (waiver("no-bypass", "sgr-05"), {OPEN_GROUP}),
        (waiver("no-bypass", "vpc reaches"), {OPEN_GROUP}),
        (waiver("no-bypass", "sgr-06"), set()),
        (waiver("it-works"), {VACUOUS, CONFIGURED}),
        (waiver("it-works", "a1/live"), {CONFIGURED}),
        (waiver("everything-understood", "AWS::WAFv2"), {FIREWALL}),
        (waiver("no-bypass", expires=date(2026, 11, 21)), set()),
    ],
)
def test_a_waiver_covers_findings_of_its_claim_that_it_matches_until_it_expires(
    given: Waiver, covered: set[object]
) -> None:
    found = assessed(given)
    assert {each.finding for each in found.waived} == covered
    left = {finding for judgement in found.reports[0].judgements for finding in judgement.findings}
    assert left == {OPEN_GROUP, VACUOUS, CONFIGURED, FIREWALL} - covered


def test_what_is_waived_does_not_count_and_everything_else_does() -> None:
    broken, unknown = (waiver("no-bypass"), waiver("it-works")), waiver("everything-understood")
    assert assessed().verdict is Verdict.BROKEN
    assert assessed(*broken).verdict is Verdict.UNKNOWN
    assert assessed(*broken, unknown).verdict is Verdict.HOLDS


def test_what_was_waived_is_known_by_app_and_claim() -> None:
    found = assessed(waiver("no-bypass"))
    assert [each.finding for each in found.waived_of(BAD.app, NO_BYPASS)] == [OPEN_GROUP]
    assert found.waived_of(BAD.app, IT_WORKS) == ()
    assert found.waived_of("other.corp.example", NO_BYPASS) == ()


def test_an_expired_waiver_and_one_that_covers_nothing_are_told() -> None:
    found = assess(
        (GOOD,), (waiver("it-works", expires=date(2026, 1, 31)), waiver("no-bypass", "sgr-05")), TODAY, ("w",)
    )
    assert found.remarks == (
        "waivers.toml:3: the waiver of it-works expired on 2026-01-31 and does not count",
        "waivers.toml:3: the waiver of no-bypass for sgr-05 covers nothing: remove it",
        "w",
    )
    assert found.verdict is Verdict.HOLDS


def test_two_waivers_of_the_same_finding_are_both_of_use() -> None:
    assert assessed(waiver("no-bypass"), waiver("no-bypass", "sgr-05")).remarks == ()
