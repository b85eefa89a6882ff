import json
from dataclasses import replace
from datetime import date
from typing import Any

from inline_snapshot import snapshot
from tests.prove.reports import BAD, GETS_IN, GOOD, NO_BYPASS, VACUOUS

from landbridge.prove.rendering.json_form import assessment_to_json, leading
from landbridge.prove.replay import Agreement, Replayed
from landbridge.prove.verdict import Judgement, unknown
from landbridge.prove.waivers import Waiver, assess

TODAY = date(2026, 11, 22)
WAIVER = Waiver("no-bypass", "", "SEC-12", TODAY, "w.toml", 2)


def claims(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {claim["id"]: claim for claim in told["claims"]}


def test_what_holds_has_nothing_to_show() -> None:
    told = assessment_to_json(assess((GOOD,), (), TODAY))
    assert told["verdict"] == "holds"
    assert told["claims"][0] == snapshot(
        {
            "id": "no-bypass",
            "title": "Nobody reaches the app past the load balancer",
            "app": "orders.corp.example",
            "verdict": "holds",
            "witness": None,
            "cited": None,
            "hint": None,
            "findings": [],
        }
    )


def test_a_broken_claim_leads_with_its_witness() -> None:
    told = assessment_to_json(assess((BAD,), (), TODAY, ("a warning",)))
    assert (told["verdict"], told["warnings"]) == ("broken", ["a warning"])
    assert told["apps"] == [
        {
            "app": "orders.corp.example",
            "verdict": "broken",
            "notes": ["The account's own administrators are trusted"],
        }
    ]
    claim = claims(told)["no-bypass"]
    assert claim["witness"]["from"] == "vpc"
    assert [hop["step"] for hop in claim["witness"]["hops"]] == ["security group ingress", "dry run"]
    assert claim["cited"] == {"type": "AWS::EC2::SecurityGroup Rule", "id": "sgr-05", "arn": None}
    assert claim["hint"] == "Let sg-1 name sg-2 and nothing else"
    assert claim["witness"]["request"] == snapshot(
        {
            "method": "POST",
            "url": "https://a1.execute-api.eu-central-1.amazonaws.com/live/orders",
            "connectTo": "10.20.1.6:443",
            "serverName": "a1.execute-api.eu-central-1.amazonaws.com",
            "headers": [["Host", "a1.execute-api.eu-central-1.amazonaws.com"], ["X-A", "it's"]],
            "body": None,
            "curl": """\
curl --proxy "$LANDBRIDGE_PROXY" --cacert "$LANDBRIDGE_CA" --connect-to \
a1.execute-api.eu-central-1.amazonaws.com:443:10.20.1.6:443 -X POST -H 'X-A: it'"'"'s' \
https://a1.execute-api.eu-central-1.amazonaws.com/live/orders\
""",
        }
    )


def test_every_finding_is_there_and_all_of_it_is_json() -> None:
    told = assessment_to_json(assess((BAD,), (), TODAY))
    assert json.loads(json.dumps(told)) == told
    assert [finding["what"] for finding in claims(told)["it-works"]["findings"]] == [
        "Nobody gets in",
        "The stage is stale",
    ]


def test_a_waived_claim_says_so_and_keeps_its_finding() -> None:
    claim = claims(assessment_to_json(assess((BAD,), (WAIVER,), TODAY)))["no-bypass"]
    assert claim["verdict"] == "waived"
    assert claim["witness"]["from"] == "vpc"
    assert [finding["waived"] for finding in claim["findings"]] == [
        {"reason": "SEC-12", "expires": "2026-11-22"}
    ]


def test_a_replay_is_told_beside_its_witness() -> None:
    assessment = replace(
        assess((BAD,), (), TODAY), replays=(Replayed(GETS_IN, Agreement.CONFIRMED, "delivered, HTTP 200"),)
    )
    told = claims(assessment_to_json(assessment))
    assert told["no-bypass"]["witness"]["replay"] == {"agreement": "replayed", "told": "delivered, HTTP 200"}
    assert told["it-works"]["witness"]["replay"] is None


def test_a_finding_that_breaks_is_shown_before_one_that_is_only_unknown() -> None:
    judgement = Judgement(NO_BYPASS, (unknown("not modelled"), VACUOUS))
    assert leading(judgement) is VACUOUS
