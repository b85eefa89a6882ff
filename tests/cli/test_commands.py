"""The commands as far as they go without a running stack."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from landbridge import __version__
from landbridge.cli.main import main
from landbridge.serve.running import ENVIRONMENT_VARIABLE


@pytest.fixture(autouse=True)
def _nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)


def landbridge(*words: str) -> Result:
    return CliRunner().invoke(main, words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--help",), ("init", "up", "trace")),
        (("-h",), ("init", "up", "trace")),
        (("init", "--help"), ("DIRECTORY", "--domain")),
        (("up", "--help"), ("DIRECTORY", "COMMAND", "--ports", "--vantage", "--empty", "--quiet")),
        (("trace", "--help"), ("URL", "--from", "--json", "-X", "-H", "-d")),
    ],
)
def test_help_names_what_there_is(words: tuple[str, ...], said: tuple[str, ...]) -> None:
    result = landbridge(*words)
    assert result.exit_code == 0
    assert [word for word in said if word not in result.stdout] == []


def test_a_command_to_a_running_stack_does_not_wait_for_what_a_stack_imports() -> None:
    script = "from landbridge.cli.main import main; main(['env'])"
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", script], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2, ended.stderr
    assert "landbridge.serve.running" in ended.stderr
    assert "landbridge.serve.stack" not in ended.stderr
    assert "moto" not in ended.stderr


def test_the_version_is_told() -> None:
    assert landbridge("--version").stdout == f"landbridge, version {__version__}\n"


@pytest.mark.parametrize("words", [("explode",), ("trace",), ("up", "--nothing"), ("up", "--ports", "many")])
def test_a_command_line_that_is_wrong_exits_with_2(words: tuple[str, ...]) -> None:
    result = landbridge(*words)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr
    assert result.stdout == ""


def assert_refused(result: Result, complaint: str) -> None:
    """One sentence and a hint on stderr, nothing on stdout, exit code 2."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert complaint in result.stderr
    assert "hint: " in result.stderr
