import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from landbridge.errors import HostError
from landbridge.serve.running import ENVIRONMENT_VARIABLE, RunningStack, announce, find, withdraw


@pytest.fixture(autouse=True)
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.delenv(ENVIRONMENT_VARIABLE, raising=False)
    return tmp_path / "runtime" / "landbridge"


@pytest.fixture
def living() -> Iterator[list[int]]:
    """The ids of two other processes that live as long as the test."""
    command = [sys.executable, "-c", "input()"]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE) for _ in range(2)]
    yield [process.pid for process in processes]
    for process in processes:
        process.communicate()


def stack(directory: Path, process_id: int = 0) -> RunningStack:
    return RunningStack(
        process_id=process_id or os.getpid(),
        directory=str(directory),
        token="secret",
        control_port=1,
        aws_endpoint_url="http://127.0.0.1:2",
        region="eu-central-1",
        url="https://orders.corp.example",
        door="https://orders.localhost:3",
        ca="ca.pem",
        vantages={"corporate": "http://127.0.0.1:4"},
        resolvers={"corporate": 5},
    )


def dead_process_id() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_a_stack_is_found_as_it_was_announced_until_it_is_withdrawn(tmp_path: Path) -> None:
    announced = stack(tmp_path)
    path = announce(announced)
    assert find(tmp_path) == announced
    withdraw(path)
    withdraw(path)
    with pytest.raises(HostError, match="No stack is running"):
        find(tmp_path)


def test_the_token_is_for_the_owner_only(tmp_path: Path, registry: Path) -> None:
    path = announce(stack(tmp_path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(registry.stat().st_mode) == 0o700
    assert list(registry.iterdir()) == [path]


def test_the_one_stack_is_found_from_anywhere(tmp_path: Path) -> None:
    announce(stack(tmp_path / "app"))
    assert find(Path("/")).directory == str(tmp_path / "app")


def test_files_of_dead_processes_are_ignored_and_removed(tmp_path: Path) -> None:
    stale = announce(stack(tmp_path / "dead", dead_process_id()))
    alive = stack(tmp_path / "alive")
    announce(alive)
    assert find(tmp_path / "dead") == alive
    assert not stale.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"process_id": 1}'])
def test_a_file_that_says_nothing_is_ignored(
    tmp_path: Path, registry: Path, living: list[int], content: str
) -> None:
    announce(stack(tmp_path))
    (registry / f"{living[0]}.json").write_text(content)
    assert find(tmp_path) == stack(tmp_path)


def test_among_several_stacks_the_nearest_is_meant(tmp_path: Path, living: list[int]) -> None:
    outer, inner = stack(tmp_path), stack(tmp_path / "inner", living[0])
    other = stack(tmp_path.parent / "other", living[1])
    for each in (outer, inner, other):
        announce(each)
    assert find(tmp_path) == outer
    assert find(tmp_path / "elsewhere") == outer
    assert find(tmp_path / "inner") == inner
    assert find(tmp_path / "inner" / "deep") == inner


def test_a_stack_below_is_meant_where_none_is_around(tmp_path: Path, living: list[int]) -> None:
    announce(stack(tmp_path / "a" / "app"))
    announce(stack(tmp_path / "b" / "app", living[0]))
    assert find(tmp_path / "a").directory == str(tmp_path / "a" / "app")
    with pytest.raises(HostError, match="Several stacks are running") as raised:
        find(tmp_path)
    assert str(tmp_path / "b" / "app") in raised.value.hint


def test_two_stacks_of_one_folder_are_not_told_apart(tmp_path: Path, living: list[int]) -> None:
    announce(stack(tmp_path))
    announce(stack(tmp_path, living[0]))
    with pytest.raises(HostError, match="Several stacks are running"):
        find(tmp_path)


def test_the_environment_names_the_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, living: list[int]
) -> None:
    announce(stack(tmp_path))
    named = announce(replace(stack(tmp_path, living[0]), token="other"))
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(named))
    assert find(tmp_path).token == "other"


@pytest.mark.parametrize("content", [None, "{"])
def test_a_named_stack_that_is_gone_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    path = tmp_path / "gone.json"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(path))
    with pytest.raises(HostError, match="is not running"):
        find(tmp_path)


def test_a_registry_that_is_a_link_is_not_trusted(tmp_path: Path, registry: Path) -> None:
    registry.parent.mkdir()
    (tmp_path / "theirs").mkdir()
    registry.symlink_to(tmp_path / "theirs")
    with pytest.raises(HostError, match="belongs to someone else"):
        announce(stack(tmp_path))
