from collections.abc import Coroutine
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from tests.cli.test_commands import assert_refused, landbridge

from landbridge.cli import up as up_module
from landbridge.cli.report import TerminalReport
from landbridge.model.local_servers import LocalServer
from landbridge.serve.settings import Settings

Started = tuple[Settings, TerminalReport, tuple[str, ...]]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Started]:
    """What would have been started."""
    found: list[Started] = []

    async def note(
        settings: Settings, report: TerminalReport, command: tuple[str, ...], *more: object
    ) -> int:
        found.append((settings, report, command))
        return 7

    def run(work: Coroutine[Any, Any, int]) -> int:
        with pytest.raises(StopIteration) as ended:
            work.send(None)
        code: int = ended.value.value
        return code

    monkeypatch.setattr(up_module, "_run", note)
    monkeypatch.setattr("landbridge.cli.up.uvloop.run", run)
    return found


@pytest.mark.parametrize(
    ("words", "folder", "command"),
    [
        ((), ".", ()),
        (("app",), "app", ()),
        (("--", "pytest", "-q"), ".", ("pytest", "-q")),
        (("--", "app"), ".", ("app",)),
        (("app", "--", "pytest", "-q", "--", "x"), "app", ("pytest", "-q", "--", "x")),
        (("--quiet", "app", "--", "env"), "app", ("env",)),
        (("app", "--"), "app", ()),
        (("app", "env"), "app", ("env",)),
    ],
)
def test_what_follows_the_dashes_is_the_command(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    started: list[Started],
    words: tuple[str, ...],
    folder: str,
    command: tuple[str, ...],
) -> None:
    (tmp_path / "app").mkdir()
    monkeypatch.chdir(tmp_path)
    assert landbridge("up", *words).exit_code == 7
    ((settings, _, given),) = started
    assert (settings.folder, given) == (Path(folder), command)


def test_options_become_settings(
    tmp_path: Path, started: list[Started], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    landbridge("up", str(tmp_path), "--empty", "--ports", "0", "--vantage", "10.20.1.7", "--quiet")
    ((settings, report, _),) = started
    assert settings == Settings(
        tmp_path, has_app=False, port_base=0, vantages=("10.20.1.7",), region="eu-west-1"
    )
    assert not report.shows_requests


@pytest.mark.parametrize("ports", ["-1", "65001", "70000"])
def test_ports_that_are_none_are_refused(tmp_path: Path, ports: str) -> None:
    assert_refused(landbridge("up", str(tmp_path), "--ports", ports), "is no port")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert_refused(landbridge("up", str(tmp_path / "gone")), "There is no folder")


def test_a_folder_without_an_app_is_refused(tmp_path: Path) -> None:
    assert_refused(landbridge("up", str(tmp_path)), "There is no landbridge.toml")


def test_a_real_server_is_put_at_an_address(tmp_path: Path, started: list[Started]) -> None:
    landbridge("up", str(tmp_path), "--empty", "--server", "192.168.3.7:8080=127.0.0.1:9000")
    ((settings, _, _),) = started
    assert settings.local_servers == (LocalServer(IPv4Address("192.168.3.7"), 8080, "127.0.0.1", 9000),)


@pytest.mark.parametrize("server", ["192.168.3.7:8080", "shop:80=127.0.0.1:9000", "192.168.3.7=127.0.0.1"])
def test_a_server_that_is_none_is_refused(tmp_path: Path, server: str) -> None:
    assert_refused(landbridge("up", str(tmp_path), "--empty", "--server", server), f"--server {server}")


def test_the_servers_of_an_app_are_in_its_declaration(tmp_path: Path) -> None:
    option = ("--server", "192.168.3.7:8080=127.0.0.1:9000")
    assert_refused(landbridge("up", str(tmp_path), *option), "--server")
