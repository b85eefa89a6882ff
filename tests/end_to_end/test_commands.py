"""The commands as a new user types them: init, up, up with a command, the example's tour."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.end_to_end.conftest import EXAMPLE
from tests.end_to_end.stack_process import running

pytestmark = pytest.mark.needs("curl")
LANDBRIDGE = (sys.executable, "-m", "landbridge")


def landbridge(*words: str, runtime: Path, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*LANDBRIDGE, *words],
        env={**os.environ, "XDG_RUNTIME_DIR": str(runtime)},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.timeout(150)
def test_the_tour_of_the_example(tmp_path: Path) -> None:
    ended = landbridge("up", str(EXAMPLE), "--ports", "0", "--", str(EXAMPLE / "tour.sh"), runtime=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "All as it should be." in ended.stdout
    assert "delivered: 200" in ended.stdout
    assert "not resolved" in ended.stdout


@pytest.mark.timeout(150)
@pytest.mark.parametrize(("design", "absent"), [("lambda", "execute-api"), ("domain", "listener")])
def test_the_same_tour_with_another_design(tmp_path: Path, design: str, absent: str) -> None:
    folder = tmp_path / "orders"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".landbridge"))
    declaration = folder / "landbridge.toml"
    declaration.write_text(declaration.read_text().replace('design = "gateway"', f'design = "{design}"'))
    ended = landbridge("up", str(folder), "--ports", "0", "--", str(folder / "tour.sh"), runtime=tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "All as it should be." in ended.stdout
    assert absent not in ended.stdout


@pytest.mark.parametrize("design", ["gateway", "lambda", "domain"])
def test_what_init_writes_runs(tmp_path: Path, design: str) -> None:
    folder = tmp_path / "my-app"
    written = landbridge("init", str(folder), "--design", design, runtime=tmp_path)
    assert written.returncode == 0, written.stderr
    with running(folder, tmp_path / "runtime") as app:
        assert app.running.url == "https://my-app.corp.example"
        assert app.curl(f"{app.running.url}/").status == 200
        assert app.curl(f"{app.running.url}/deep/link").status == 200
        assert "Hello, Ada & Co." in app.curl(f"{app.running.url}/api/hello?name=Ada+%26%20Co").body


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "landbridge.toml").write_text("mine")
    ended = landbridge("init", str(tmp_path), runtime=tmp_path)
    assert ended.returncode == 2
    assert "nothing was written" in ended.stderr
    assert [path.name for path in tmp_path.iterdir() if path.name != "landbridge"] == ["landbridge.toml"]


def test_a_direct_connect_link_carries_the_same_app(tmp_path: Path) -> None:
    folder = tmp_path / "dx"
    assert landbridge("init", str(folder), runtime=tmp_path).returncode == 0
    declaration = folder / "landbridge.toml"
    text = declaration.read_text()
    assert 'type = "vpn"' in text
    declaration.write_text(text.replace('type = "vpn"', 'type = "direct-connect"'))
    with running(folder, tmp_path / "runtime") as app:
        assert app.curl(f"{app.running.url}/").status == 200
        link = next(hop for hop in app.trace(app.running.url)["hops"] if hop["step"] == "corporate link")
        assert "DirectConnect" in json.dumps(link)


def test_a_commands_exit_code_is_ups(tmp_path: Path) -> None:
    script = (
        "import os, sys; sys.exit(7 if os.environ['LANDBRIDGE_URL'] == 'https://orders.corp.example' else 1)"
    )
    ended = landbridge(
        "up", str(EXAMPLE), "--ports", "0", "--", sys.executable, "-c", script, runtime=tmp_path
    )
    assert ended.returncode == 7, ended.stderr


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("up", "nowhere"), "There is no folder nowhere"),
        (("up", "."), "There is no landbridge.toml"),
        (("trace", "https://orders.corp.example/"), "No stack is running"),
        (("trace", "ftp://x"), "is no http or https URL"),
        (("up", ".", "--ports", "70000"), "--ports 70000 is no port"),
    ],
)
def test_bad_input_gets_one_sentence_and_exit_code_2(
    tmp_path: Path, words: tuple[str, ...], complaint: str
) -> None:
    ended = landbridge(*words, runtime=tmp_path, cwd=tmp_path)
    assert ended.returncode == 2
    assert complaint in ended.stderr
    assert "hint: " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_mistake_in_the_declaration_is_told_with_its_line(tmp_path: Path) -> None:
    assert landbridge("init", str(tmp_path / "app"), runtime=tmp_path).returncode == 0
    declaration = tmp_path / "app" / "landbridge.toml"
    lines = declaration.read_text().splitlines()
    wrong = next(number for number, line in enumerate(lines) if line.startswith("subnet"))
    lines[wrong] = 'subnet = "172.16.0.0/24"'
    declaration.write_text("\n".join(lines))
    ended = landbridge("up", str(tmp_path / "app"), runtime=tmp_path)
    assert ended.returncode == 2
    assert f"landbridge.toml:{wrong + 1}:" in ended.stderr
