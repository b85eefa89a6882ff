"""The variables that lead a shell to a running stack, and what they take away."""

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from landbridge.cli.environment import command_environment, env, stack_variables
from landbridge.serve.running import ENVIRONMENT_VARIABLE, RunningStack, announce, withdraw

STACK = RunningStack(
    process_id=1,
    directory="/apps/it's orders",
    token="t",
    control_port=1,
    aws_endpoint_url="http://127.0.0.1:8445",
    region="eu-west-1",
    url="https://orders.corp.example",
    door="",
    ca="/apps/it's orders/.landbridge/ca.pem",
    vantages={"corporate": "http://127.0.0.1:8441", "10.0.0.1": "http://127.0.0.1:1"},
    resolvers={},
)


@pytest.fixture(autouse=True)
def _own_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)


def lines(*words: str) -> list[str]:
    ended = CliRunner().invoke(env, words)
    assert ended.exit_code == 0, ended.output
    return ended.output.splitlines()


def test_clients_are_led_to_the_stack() -> None:
    variables = stack_variables(STACK)
    assert variables["AWS_ENDPOINT_URL"] == "http://127.0.0.1:8445"
    assert variables["AWS_REGION"] == "eu-west-1"
    assert variables["LANDBRIDGE_URL"] == "https://orders.corp.example"
    assert {name for name in variables if "PROXY" in name} == {"LANDBRIDGE_PROXY_CORPORATE"}


def test_a_command_gets_nothing_of_the_users_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "AWS_WEB_IDENTITY_TOKEN_FILE"):
        monkeypatch.setenv(name, "mine")
    monkeypatch.setenv("AWS_PAGER", "less")
    monkeypatch.setenv("LANDBRIDGE_PROXY_VPC", "http://of.another.stack")
    monkeypatch.setenv("EDITOR", "vi")
    environment = command_environment(STACK)
    assert "mine" not in environment.values()
    assert "LANDBRIDGE_PROXY_VPC" not in environment
    assert (environment["EDITOR"], environment["AWS_PAGER"]) == ("vi", "less")
    assert environment["AWS_ACCESS_KEY_ID"] == "landbridge"


def test_env_prints_what_a_shell_can_evaluate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    path = announce(STACK)
    try:
        first, *exports = lines()
    finally:
        withdraw(path)
    assert "AWS_PROFILE" in first.removeprefix("unset ").split()
    words = [shlex.split(export) for export in exports]
    assert {word for word, _ in words} == {"export"}
    assert dict(assignment.split("=", 1) for _, assignment in words) == stack_variables(STACK)


def test_env_in_a_shell_of_an_earlier_stack_finds_the_one_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path / "landbridge" / "gone.json"))
    path = announce(STACK)
    try:
        assert f"export {ENVIRONMENT_VARIABLE}={path}" in lines()
    finally:
        withdraw(path)


def test_unset_takes_all_of_it_out_whether_or_not_a_stack_runs() -> None:
    (line,) = lines("--unset")
    assert set(stack_variables(STACK)) < set(line.removeprefix("unset ").split())
