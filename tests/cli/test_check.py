"""The command with everything real but the clients: the example is deployed in process, and proved."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from tests.cli.test_commands import assert_refused, landbridge
from tests.prove.reports import BAD, GETS_IN, GOOD
from tests.serve.test_running import stack

from landbridge.capture.permissions import PERMISSIONS
from landbridge.cli.check import _exit_code
from landbridge.prove.catalogue import CLAIMS
from landbridge.prove.replay import Agreement, Replayed
from landbridge.prove.waivers import Assessment
from landbridge.serve.running import ENVIRONMENT_VARIABLE, announce

EXAMPLE = Path(__file__).parents[2] / "examples" / "orders"
PUBLIC = "203.0.113.0/24"
WAIVER = """\
[[waiver]]
claim = "corporate-networks-private"
match = "203.0.113.0/24"
reason = "ours, and announced to nobody"
expires = {expires}
"""


@pytest.fixture(autouse=True)
def _nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("orders") / "orders"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".landbridge", "__pycache__"))
    return folder


@pytest.fixture(scope="module")
def slipped(orders: Path) -> Iterator[Path]:
    """The same with an office whose addresses are not private."""
    folder = orders.parent / "slipped"
    shutil.copytree(orders, folder)
    declaration = folder / "landbridge.toml"
    declaration.write_text(declaration.read_text().replace("192.168.0.0/16", PUBLIC))
    yield folder
    shutil.rmtree(folder)


def broken(result: Result) -> list[str]:
    return [claim["id"] for claim in json.loads(result.stdout)["claims"] if claim["verdict"] == "broken"]


@pytest.mark.parametrize("design", ["gateway", "lambda", "domain"])
def test_every_design_of_the_example_holds_on_every_claim(design: str, orders: Path, tmp_path: Path) -> None:
    folder = tmp_path / "orders"
    shutil.copytree(orders, folder)
    declaration = folder / "landbridge.toml"
    declaration.write_text(declaration.read_text().replace('design = "gateway"', f'design = "{design}"'))
    before = sorted(path.relative_to(folder) for path in folder.rglob("*"))
    result = landbridge("check", str(folder))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"orders.corp.example: all {len(CLAIMS)} claims hold\n")
    assert sorted(path.relative_to(folder) for path in folder.rglob("*")) == before


def test_an_office_with_public_addresses_breaks_one_claim(slipped: Path) -> None:
    result = landbridge("check", str(slipped), "--json")
    assert result.exit_code == 1
    assert broken(result) == ["corporate-networks-private"]


def test_the_file_has_the_form_and_the_terminal_the_text(slipped: Path, tmp_path: Path) -> None:
    sarif = tmp_path / "out.sarif"
    result = landbridge("check", str(slipped), "--sarif", "--output", str(sarif))
    assert result.exit_code == 1
    assert result.stdout.startswith("orders.corp.example: NOT ISOLATED")
    first, *_ = json.loads(sarif.read_text())["runs"][0]["results"]
    physical = first["locations"][0]["physicalLocation"]
    assert physical["artifactLocation"]["uri"].endswith("slipped/landbridge.toml")
    line = (slipped / "landbridge.toml").read_text().splitlines()[physical["region"]["startLine"] - 1]
    assert PUBLIC in line


def test_a_waiver_beside_the_declaration_counts_until_it_expires(slipped: Path) -> None:
    waivers = slipped / "landbridge-waivers.toml"
    waivers.write_text(WAIVER.format(expires="2999-01-01"))
    accepted = landbridge("check", str(slipped), "--junit")
    assert accepted.exit_code == 0
    assert '<skipped message="ours, and announced to nobody">' in accepted.stdout
    waivers.write_text(WAIVER.format(expires="2020-01-01"))
    expired = landbridge("check", str(slipped), "--app", "ORDERS.corp.example")
    assert expired.exit_code == 1
    assert expired.stderr == (
        f"error: {waivers}:1: the waiver of corporate-networks-private for {PUBLIC} "
        "expired on 2020-01-01 and does not count\n"
    )
    waivers.unlink()


def test_an_app_that_is_not_there_is_refused_with_those_that_are(orders: Path) -> None:
    assert_refused(landbridge("check", str(orders), "--app", "billing"), "known are: orders.corp.example")


def test_a_waiver_for_a_claim_that_does_not_exist_is_a_mistake_with_its_line(
    orders: Path, tmp_path: Path
) -> None:
    waivers = tmp_path / "w.toml"
    waivers.write_text('[[waiver]]\nclaim = "no-bypas"\nreason = "x"\nexpires = 2999-01-01\n')
    result = landbridge("check", str(orders), "--waivers", str(waivers))
    assert_refused(result, f'{waivers}:2: there is no claim "no-bypas"')
    assert "did you mean no-bypass?" in result.stderr


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--aws", "--running"), "Several things to check are given"),
        ((".", "--aws"), "Several things to check are given"),
        (("--terraform", ".", "--aws"), "Several things to check are given"),
        (("--permissions",), "are about --aws"),
        (("--region", "eu-west-1"), "are about --aws"),
        (("--aws", "--replay"), "--replay sends requests"),
        (("--var-file", "x.tfvars"), "--var-file is given to Terraform"),
        (("--corporate", "10.0.0.0/8"), "--corporate is for what"),
        (("--corporate", "10.0.0.1/8", "--aws"), "is no CIDR block"),
        (("--running",), "No stack is running"),
        (("nowhere",), "There is no landbridge.toml in nowhere"),
        (("--terraform", "nowhere"), "There is no Terraform configuration in nowhere"),
    ],
)
def test_what_cannot_be_checked_is_refused(
    words: tuple[str, ...], complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert_refused(landbridge("check", *words), complaint)


def test_an_output_that_cannot_be_written_is_said(orders: Path, tmp_path: Path) -> None:
    result = landbridge("check", str(orders), "--json", "--output", str(tmp_path / "no" / "out.json"))
    assert_refused(result, "cannot be written")


def test_inside_a_stack_that_stack_is_what_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(announce(stack(tmp_path))))
    assert_refused(landbridge("check"), "The stack does not answer")


def test_the_permissions_for_an_account_are_printed_as_a_policy() -> None:
    result = landbridge("check", "--aws", "--permissions")
    assert result.exit_code == 0
    (statement,) = json.loads(result.stdout)["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", list(PERMISSIONS))


@pytest.mark.parametrize(
    ("agreement", "code"),
    [
        (Agreement.CONFIRMED, 1),
        (Agreement.NEEDS_CREDENTIALS, 1),
        (Agreement.NOT_REPLAYABLE, 1),
        (Agreement.DISAGREES, 3),
    ],
)
def test_a_replay_that_disagrees_proves_nothing(
    agreement: Agreement, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _exit_code(Assessment((BAD,), replays=(Replayed(GETS_IN, agreement, "x"),))) == code
    assert ("report it as a bug" in capsys.readouterr().err) is (code == 3)
    assert _exit_code(Assessment((GOOD,))) == 0


def test_with_replay_a_stack_of_its_own_runs_meanwhile(slipped: Path) -> None:
    result = landbridge("check", str(slipped), "--replay")
    assert result.exit_code == 1, result.stderr
    assert "not replayable: this is about what is configured, not about a request" in result.stdout
