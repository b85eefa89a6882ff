from dataclasses import replace
from datetime import date

import pytest
from inline_snapshot import snapshot
from tests.prove.reports import BAD, CLAIMS, GETS_IN, GOOD, NO_BYPASS, OPEN_GROUP, STAYS_OUT

from landbridge.prove.rendering.text import SCREEN_LINES, Screen, render_text
from landbridge.prove.replay import Agreement, Replayed, not_replayable
from landbridge.prove.verdict import Claim, Judgement, Report
from landbridge.prove.waivers import Waiver, assess

TODAY = date(2026, 11, 22)


def test_an_app_on_which_all_holds_is_a_line_for_each_claim() -> None:
    assert render_text(assess((GOOD,), (), TODAY)) == snapshot("""\
orders.corp.example: all 3 claims hold
  holds    no-bypass              Nobody reaches the app past the load balancer
  holds    it-works               A client in the corporate network reaches the app
  holds    everything-understood  Everything that was seen is part of the proof
""")


def test_what_is_broken_comes_first_with_its_counterexample_and_what_to_change() -> None:
    text = render_text(assess((BAD,), (), TODAY, ("a warning",)))
    assert text == snapshot("""\
orders.corp.example: NOT ISOLATED; claims: 2 broken, 1 unknown

  BROKEN   no-bypass: Nobody reaches the app past the load balancer
  vpc reaches orders
  from     vpc
  run      curl --proxy "$LANDBRIDGE_PROXY_VPC" --cacert "$LANDBRIDGE_CA" --connect-to \
a1.execute-api.eu-central-1.amazonaws.com:443:10.20.1.6:443 -X POST -H 'X-A: it'"'"'s' \
https://a1.execute-api.eu-central-1.amazonaws.com/live/orders
  1 ok   security group ingress      vpce-0a   SecurityGroup Rule sgr-05
  2 ok   dry run                     orders
  cited    AWS::EC2::SecurityGroup Rule sgr-05
  change   Let sg-1 name sg-2 and nothing else

  BROKEN   it-works: A client in the corporate network reaches the app
  Nobody gets in
  from     corporate
  run      curl --proxy "$LANDBRIDGE_PROXY_CORPORATE" --cacert "$LANDBRIDGE_CA" \
https://orders.corp.example/
  1 STOP resource policy             a1/live  NO_PATH   RestApi Policy Statement OnlyThroughTheEn...
  cited    AWS::ApiGateway::RestApi Policy Statement OnlyThroughTheEndpoint
  change   Use aws:SourceVpce
  The stage is stale
  cited    AWS::ApiGateway::Stage a1/live
  change   Deploy it again

  unknown  everything-understood: Everything that was seen is part of the proof
  AWS WAF is not modelled
  cited    AWS::WAFv2::WebACL acl

  holds    nothing

warning: a warning
""")


@pytest.mark.parametrize("claims", [1, 12, 18, 22, 30])
@pytest.mark.parametrize("notes", [0, 2, 9])
def test_what_holds_fits_a_screen_however_much_there_is_to_say(claims: int, notes: int) -> None:
    catalogue = [Claim(f"claim-number-{number}", "It is so " * 14) for number in range(claims)]
    report = Report("orders.corp.example", tuple(map(Judgement, catalogue)), ("It is taken so " * 8,) * notes)
    lines = render_text(assess((report,), (), TODAY)).splitlines()
    assert len(lines) < SCREEN_LINES
    assert all(len(line) <= 100 for line in lines)
    assert all(f"claim-number-{number}" in "\n".join(lines) for number in range(claims))


def test_what_was_waived_is_shown_with_its_reason_and_end() -> None:
    waivers = [Waiver(claim.id, "", "SEC-12", TODAY) for claim in CLAIMS]
    text = render_text(assess((BAD,), waivers, TODAY))
    assert text.startswith("orders.corp.example: all 3 claims hold, 4 findings waived\n")
    assert "  waived   no-bypass: vpc reaches orders (SEC-12, until 2026-11-22)\n" in text
    partly = render_text(assess((BAD,), waivers[:1], TODAY))
    assert "claims: 1 broken, 1 unknown, 1 without objection" in partly
    assert "  waived   no-bypass: vpc reaches orders" in partly
    assert "  holds    nothing" in partly


def test_a_waiver_that_covers_nothing_is_a_warning() -> None:
    text = render_text(assess((GOOD,), (Waiver("no-bypass", "", "old", TODAY, "w.toml", 4),), TODAY))
    assert text.endswith("\n\nwarning: w.toml:4: the waiver of no-bypass covers nothing: remove it\n")


def test_a_claim_broken_in_many_ways_shows_a_few_and_says_how_many_more() -> None:
    findings = tuple(replace(OPEN_GROUP, what=f"number {number} reaches orders") for number in range(9))
    text = render_text(assess((Report("a", (Judgement(NO_BYPASS, findings),)),), (), TODAY))
    assert text.count("reaches orders") == 3
    assert text.count("  change   ") == 1
    assert "  and 6 more: --json has all of them\n" in text


def test_in_a_running_stack_commands_can_be_pasted() -> None:
    screen = Screen(100, {"vpc": "http://127.0.0.1:8442"}, "ca.pem")
    text = render_text(assess((BAD,), (), TODAY), screen)
    assert "curl --proxy http://127.0.0.1:8442 --cacert ca.pem --connect-to" in text
    assert 'curl --proxy "$LANDBRIDGE_PROXY" --cacert ca.pem https://orders.corp.example/' in text


def test_what_to_know_before_a_command_is_pasted_is_said_where_there_is_one() -> None:
    screen = Screen(aside="Ids are those of a scratch account")
    assert "Ids are those" in render_text(assess((BAD,), (), TODAY), screen)
    assert "Ids are those" not in render_text(assess((GOOD,), (), TODAY), screen)


def test_a_replay_is_told_below_its_command() -> None:
    replays = (
        Replayed(GETS_IN, Agreement.CONFIRMED, "delivered, HTTP 200"),
        not_replayable(STAYS_OUT, "no such vantage"),
    )
    text = render_text(replace(assess((BAD,), (), TODAY), replays=replays))
    assert "\n  replayed: delivered, HTTP 200\n" in text
    assert "\n  not replayable: no such vantage\n" in text
    assert "\n  not replayable: this is about what is configured, not about a request\n" in text
