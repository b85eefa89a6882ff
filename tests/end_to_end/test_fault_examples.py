"""``examples/faults``: each fault is found in one run, with a counterexample that really gets in."""

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.runs.beginning import folder_of_runs
from tests.end_to_end.runs.observing import PATIENCE_S, observed

FAULTS = Path(__file__).parents[2] / "examples" / "faults"
BROKEN = {
    "correct": set[str](),
    "internet-facing": {"only-corporate-clients", "corporate-networks-private"},
    "open-endpoint": {"no-bypass"},
    "second-endpoint": {"only-listed-endpoints"},
    "regional-twin": {"no-other-way-to-integration", "function-only-through-path"},
    "function-url": {"function-only-through-path"},
    "inverted-deny": {"bucket-only-through-path"},
    "stale-deployment": {"only-listed-endpoints", "deployed-equals-declared"},
    "article-slip": {"it-works"},
}
ALIAS = "arn:aws:lambda:eu-central-1:123456789012:function:notes:live"
BUCKET = "arn:aws:s3:::notes-pages-123456789012/index.html"
UNKNOWN = {"internet-facing": {"it-works"}}
INSTANCE = "instance"
GETS_IN = {
    "internet-facing": ("only-corporate-clients", "internet", ALIAS),
    "open-endpoint": ("no-bypass", INSTANCE, ALIAS),
    "second-endpoint": ("only-listed-endpoints", INSTANCE, ALIAS),
    "regional-twin": ("no-other-way-to-integration", "internet", ALIAS),
    "function-url": ("function-only-through-path", "internet", ALIAS),
    "inverted-deny": ("bucket-only-through-path", "internet", BUCKET),
    "stale-deployment": ("only-listed-endpoints", "other-account", ALIAS),
}
"""The claim, from where somebody gets in whom it excludes, and what he gets to."""

with_terraform = pytest.mark.needs("terraform")


@pytest.fixture(scope="module")
def checks(request: pytest.FixtureRequest) -> dict[str, Any]:
    return observed(folder_of_runs(request.config) / "fault_examples")


def claims(check: dict[str, Any], verdict: str) -> set[str]:
    return {claim["id"] for claim in check["report"]["claims"] if claim["verdict"] == verdict}


def findings(check: dict[str, Any], claim_id: str) -> list[dict[str, Any]]:
    [found] = [claim["findings"] for claim in check["report"]["claims"] if claim["id"] == claim_id]
    return list(found)


def place_of(witness: dict[str, Any]) -> str:
    """The vantage; an instance may be in either subnet."""
    return re.sub(r"^10\.60\.[12]\.254$", INSTANCE, witness["from"])


@with_terraform
@pytest.mark.timeout(PATIENCE_S)
@pytest.mark.parametrize("name", BROKEN)
def test_a_check_finds_the_fault_and_nothing_else(checks: dict[str, Any], name: str) -> None:
    check = checks[name]
    assert (claims(check, "broken"), claims(check, "unknown")) == (BROKEN[name], UNKNOWN.get(name, set()))
    assert check["code"] == bool(BROKEN[name]), check["errors"]


@with_terraform
@pytest.mark.parametrize("name", GETS_IN)
def test_the_counterexample_really_gets_in(checks: dict[str, Any], name: str) -> None:
    claim_id, vantage, reached = GETS_IN[name]
    witnesses = (finding["witness"] for finding in findings(checks[name], claim_id))
    replays = {(place_of(each), each["reaches"]): each["replay"] for each in witnesses if each is not None}
    assert replays[vantage, reached] == {"agreement": "replayed", "told": "delivered, HTTP 200"}, replays


@with_terraform
def test_a_slip_that_lets_nobody_in_is_no_safety(checks: dict[str, Any]) -> None:
    [found] = findings(checks["article-slip"], "it-works")
    assert found["what"].startswith("Nobody gets in, so whatever else holds is vacuous")
    assert found["witness"]["replay"]["told"] == "delivered, HTTP 403, stopped at resource policy"
    assert re.search(
        r"use aws:SourceVpce for the endpoint id vpce-\w+; then deploy stage live again", found["hint"]
    )


def test_the_readme_tells_of_every_configuration() -> None:
    told = re.findall(r"^\| `([\w-]+)` \|", (FAULTS / "README.md").read_text(), re.MULTILINE)
    assert set(told) == set(BROKEN) == {path.parent.name for path in FAULTS.glob("*/main.tf")}


@pytest.mark.parametrize("name", BROKEN)
def test_the_readme_links_the_claims_that_are_broken(name: str) -> None:
    [row] = [
        line for line in (FAULTS / "README.md").read_text().splitlines() if line.startswith(f"| `{name}` |")
    ]
    assert set(re.findall(r"claims\.md#([\w-]+)", row)) == BROKEN[name] | UNKNOWN.get(name, set())


def test_the_functions_archive_holds_the_file_beside_it() -> None:
    folder = FAULTS / "modules" / "app"
    with zipfile.ZipFile(folder / "function.zip") as archive:
        assert archive.namelist() == ["app.py"]
        assert archive.read("app.py") == (folder / "app.py").read_bytes()
