"""Terraform is run in the view, told what it needs, and interrupted once."""

import asyncio
import os
from pathlib import Path

import psutil
import pytest
from tests.terraform.programs import Program

from landbridge.errors import HostError
from landbridge.terraform.runner import Runner


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path / "bin")


@pytest.fixture
def runner(program: Program, tmp_path: Path) -> Runner:
    return Runner(program.path, tmp_path, tmp_path / "view", {"PATH": "/usr/bin:/bin", "A": "1"})


def test_a_command_runs_in_the_view_with_this_environment_only(runner: Runner, program: Program) -> None:
    program.does("exit 3")
    assert asyncio.run(runner.run("apply", "-x", environment={"B": "2"})) == 3
    assert program.calls == [[f"-chdir={runner.view}", "apply", "-x", "-no-color"]]
    assert {"A": "1", "B": "2"}.items() <= program.environment.items()
    assert "HOME" not in program.environment


def test_what_it_prints_goes_to_stderr(
    runner: Runner, program: Program, capfd: pytest.CaptureFixture[str]
) -> None:
    program.does("echo progress; echo trouble >&2")
    asyncio.run(runner.run("apply"))
    assert capfd.readouterr() == ("", "progress\ntrouble\n")


def test_an_answer_is_what_it_prints(runner: Runner, program: Program) -> None:
    program.does('read asked; echo "answer to $asked"')
    assert asyncio.run(runner.ask("console", text="var.region")) == "answer to var.region"
    program.does("echo half; exit 1")
    assert asyncio.run(runner.ask("console", text="var.region")) == ""


def test_cancelled_it_is_interrupted_once_and_waited_for(
    runner: Runner, program: Program, tmp_path: Path
) -> None:
    ready, done = tmp_path / "ready", tmp_path / "done"
    os.mkfifo(ready)
    program.does(
        f"trap 'echo interrupted >> {done}; exit 1' INT\ntouch {ready}\nwhile :; do sleep 0.05; done"
    )

    async def trial() -> None:
        running = asyncio.ensure_future(runner.run("apply"))
        await asyncio.to_thread(ready.read_text)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(trial())
    assert done.read_text() == "interrupted\n"


def test_one_that_ignores_the_interrupt_is_killed(
    runner: Runner, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("landbridge.terraform.runner.PATIENCE_S", 0.2)
    ready = tmp_path / "ready"
    os.mkfifo(ready)
    program.does(f"trap '' INT\necho $$ > {ready}\nwhile :; do sleep 0.05; done")

    async def trial() -> None:
        running = asyncio.ensure_future(runner.run("apply"))
        process_id = int(await asyncio.to_thread(ready.read_text))
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert not psutil.pid_exists(process_id)

    asyncio.run(trial())


def test_a_program_that_cannot_be_run_is_told(runner: Runner, program: Program) -> None:
    program.path.chmod(0o644)
    with pytest.raises(HostError, match="cannot be run"):
        asyncio.run(runner.run("apply"))
