"""SARIF 2.1.0 by the rules of its schema that matter to whoever reads it, written out here."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from tests.prove.reports import BAD, CLAIMS, CONFIGURED, GOOD, RULE, STAGE, STATEMENT

from landbridge.prove.catalogue import CLAIMS as CATALOGUE
from landbridge.prove.rendering.sarif import Location, Sources, assessment_to_sarif
from landbridge.prove.waivers import Assessment, Waiver, assess
from landbridge.trace.decision import ResourceRef

TODAY = date(2026, 11, 22)
WRITTEN = {
    ("AWS::EC2::SecurityGroup Rule", "sgr-05"): Location("infra/my groups.tf", 12),
    ("AWS::ApiGateway::RestApi Policy Statement", "a1/live"): Location("infra/api.tf", 30),
}
SOURCES = Sources(lambda ref: WRITTEN.get((ref.type, ref.id)), Location("infra/main.tf", 1))
NOWHERE = Sources(lambda _: None)
LEVELS = {"none", "note", "warning", "error"}
RUN = {"tool", "results", "invocations", "columnKind"}
RESULT = {"ruleId", "ruleIndex", "level", "message", "locations", "codeFlows", "suppressions"}
RULE_MEMBERS = {
    *("id", "shortDescription", "fullDescription", "help", "helpUri"),
    *("defaultConfiguration", "properties"),
}


def sarif(assessment: Assessment, sources: Sources = SOURCES) -> dict[str, Any]:
    return assessment_to_sarif(assessment, CLAIMS, sources, "1.2.3")


def violations(log: dict[str, Any]) -> Iterator[str]:
    """What of a log breaks the schema."""
    if log["version"] != "2.1.0" or set(log) != {"$schema", "version", "runs"}:
        yield "the top"
    for run in log["runs"]:
        yield from _of_run(run)
        rules = run["tool"]["driver"]["rules"]
        yield from (complaint for rule in rules for complaint in _of_rule(rule))
        yield from (complaint for result in run["results"] for complaint in _of_result(result, rules))


def _of_run(run: dict[str, Any]) -> Iterator[str]:
    if not {"tool"} <= set(run) <= RUN:
        yield f"run members {sorted(run)}"
    if run["columnKind"] not in {"utf16CodeUnits", "unicodeCodePoints"}:
        yield "columnKind"
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    if len(set(ids)) != len(ids):
        yield "rules are not unique"
    for invocation in run["invocations"]:
        if not isinstance(invocation["executionSuccessful"], bool):
            yield "executionSuccessful"
        for notification in invocation["toolExecutionNotifications"]:
            yield from _of_message(notification["message"])


def _of_rule(rule: dict[str, Any]) -> Iterator[str]:
    if not {"id"} <= set(rule) <= RULE_MEMBERS:
        yield f"rule members {sorted(rule)}"
    if rule["defaultConfiguration"]["level"] not in LEVELS:
        yield "level of a rule"
    if not rule["help"]["text"]:
        yield "a rule's help without text"
    for name in ("shortDescription", "fullDescription"):
        yield from _of_message(rule[name])


def _of_result(result: dict[str, Any], rules: list[dict[str, Any]]) -> Iterator[str]:
    if not {"message"} <= set(result) <= RESULT:
        yield f"result members {sorted(result)}"
    if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
        yield "ruleIndex names another rule"
    if result["level"] not in LEVELS:
        yield "level of a result"
    yield from _of_message(result["message"])
    flows = [step["location"] for flow in result.get("codeFlows", ()) for step in _steps(flow)]
    for location in (*result["locations"], *flows):
        yield from _of_location(location)
    for suppression in result.get("suppressions", ()):
        if suppression["kind"] not in {"inSource", "external"}:
            yield "kind of a suppression"
        if suppression["status"] not in {"accepted", "underReview", "rejected"}:
            yield "status of a suppression"


def _steps(flow: dict[str, Any]) -> list[dict[str, Any]]:
    assert flow["threadFlows"], "at least one"
    return [step for thread in flow["threadFlows"] for step in thread["locations"]]


def _of_message(message: dict[str, Any]) -> Iterator[str]:
    if not message.get("text"):
        yield "a message without text"


def _of_location(location: dict[str, Any]) -> Iterator[str]:
    if not set(location) <= {"physicalLocation", "logicalLocations", "message"}:
        yield f"location members {sorted(location)}"
    physical = location.get("physicalLocation")
    if physical is not None:
        artifact = physical["artifactLocation"]
        if " " in artifact["uri"] or artifact["uri"].startswith("/"):
            yield "an artifact's URI is no relative URI reference"
        if physical["region"]["startLine"] < 1:
            yield "lines begin at 1"
    for logical in location.get("logicalLocations", ()):
        if not logical["fullyQualifiedName"]:
            yield "a logical location without a name"


@pytest.mark.parametrize("sources", [SOURCES, NOWHERE], ids=["located", "nowhere"])
@pytest.mark.parametrize(
    "assessment",
    [
        assess((GOOD,), (), TODAY),
        assess((BAD,), (), TODAY, ("a warning",)),
        assess((BAD, GOOD), (Waiver("it-works", "", "SEC-12", TODAY),), TODAY),
    ],
    ids=["good", "bad", "waived"],
)
def test_a_log_keeps_to_the_schema(assessment: Assessment, sources: Sources) -> None:
    assert list(violations(sarif(assessment, sources))) == []


def test_the_checks_of_the_schema_can_fail() -> None:
    log = sarif(assess((BAD,), (), TODAY))
    log["runs"][0]["results"][0]["ruleIndex"] = 1
    log["runs"][0]["results"][1]["level"] = "high"
    log["runs"][0]["tool"]["driver"]["rules"][0]["name of the rule"] = "x"
    assert len(list(violations(log))) == 3


def test_every_claim_of_the_catalogue_is_a_rule_that_says_where_to_read_on() -> None:
    log = assessment_to_sarif(assess((), (), TODAY), CATALOGUE, SOURCES, "1.2.3")
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [claim.id for claim in CATALOGUE]
    assert all(f"docs/claims.md#{rule['id']}" in rule["help"]["text"] for rule in rules)


def located(log: dict[str, Any]) -> list[tuple[str, str, int]]:
    found = []
    for result in log["runs"][0]["results"]:
        physical = result["locations"][0]["physicalLocation"]
        found.append((result["ruleId"], physical["artifactLocation"]["uri"], physical["region"]["startLine"]))
    return found


def test_a_result_is_at_the_line_of_what_it_cites_else_of_the_hop_that_cited_it_else_at_the_beginning() -> (
    None
):
    assert located(sarif(assess((BAD,), (), TODAY))) == [
        ("no-bypass", "infra/my%20groups.tf", 12),
        ("it-works", "infra/api.tf", 30),
        ("it-works", "infra/main.tf", 1),
        ("everything-understood", "infra/main.tf", 1),
    ]


def test_the_hops_that_the_user_wrote_down_are_the_path() -> None:
    first, *_ = sarif(assess((BAD,), (), TODAY))["runs"][0]["results"]
    (step,) = first["codeFlows"][0]["threadFlows"][0]["locations"]
    assert step["location"]["message"]["text"] == "security group ingress: vpce-0a, allowed"
    assert step["location"]["physicalLocation"]["region"] == {"startLine": 12}


def test_in_an_account_nothing_has_a_line_and_everything_a_name() -> None:
    results = sarif(assess((BAD,), (), TODAY), NOWHERE)["runs"][0]["results"]
    names = [result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] for result in results]
    assert names == [RULE.id, STATEMENT.id, STAGE.arn, "acl"]
    assert all("physicalLocation" not in result["locations"][0] for result in results)


def test_what_is_broken_is_an_error_and_what_is_unknown_a_warning() -> None:
    results = sarif(assess((BAD,), (), TODAY))["runs"][0]["results"]
    assert [result["level"] for result in results] == ["error", "error", "error", "warning"]
    assert "From vpc: curl --proxy" in results[0]["message"]["text"]
    assert "What to change: Let sg-1 name sg-2 and nothing else" in results[0]["message"]["text"]


def test_what_is_waived_is_suppressed_with_its_reason() -> None:
    waiver = Waiver("it-works", "stale", "SEC-12", TODAY)
    results = sarif(assess((BAD,), (waiver,), TODAY))["runs"][0]["results"]
    (suppressed,) = (result for result in results if "suppressions" in result)
    assert CONFIGURED.what in suppressed["message"]["text"]
    assert suppressed["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "SEC-12 (until 2026-11-22)"}
    ]


def test_a_reference_is_asked_for_as_it_is_cited() -> None:
    asked: list[ResourceRef] = []

    def locate(reference: ResourceRef) -> None:
        asked.append(reference)

    sarif(assess((BAD,), (), TODAY), Sources(locate))
    assert RULE in asked
    assert ResourceRef(STATEMENT.type, "a1/live") in asked
