import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from landbridge.blueprint.calls import ApiCall
from landbridge.blueprint.scaffold import scaffold
from landbridge.control.aws_api import AwsApi
from landbridge.errors import DeclarationError, HostError
from landbridge.serve import deployment as deployment_module
from landbridge.serve.certificate_authority import CertificateAuthority
from landbridge.serve.deployment import Deployment, read_declaration


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path, body in scaffold("orders", "orders.corp.example").items():
        (tmp_path / "app" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "app" / path).write_bytes(body)
    return tmp_path / "app"


class Calls(list[ApiCall]):
    """The calls that were made; the next ones fail while ``problem`` is set."""

    problem: Exception | None = None

    def execute(self, calls: Iterable[ApiCall], api: object) -> dict[str, Any]:
        if self.problem is not None:
            raise self.problem
        self.extend(calls)
        return {}

    def take(self) -> list[str]:
        """The operations since the last time."""
        names = [call.operation for call in self]
        self.clear()
        return names


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    calls = Calls()
    monkeypatch.setattr(deployment_module, "execute", calls.execute)
    return calls


NO_API: AwsApi = None  # type: ignore[assignment]  # the calls are only collected


@pytest.fixture
def deployed(folder: Path, calls: Calls, tmp_path: Path) -> Deployment:
    deployment = Deployment(folder)
    deployment.deploy(NO_API, CertificateAuthority(tmp_path))
    assert "create_function" in calls.take()
    return deployment


def touch(path: Path, content: str) -> None:
    """Writes a file so that its time differs, however fast the test is."""
    path.write_text(content)
    later = path.stat().st_mtime_ns + 10_000_000
    os.utime(path, ns=(later, later))


def test_nothing_is_deployed_again_without_a_change(deployed: Deployment, calls: Calls) -> None:
    assert deployed.redeploy_changes(NO_API) == ()
    assert calls == []


def test_new_code_is_deployed_once(deployed: Deployment, calls: Calls, folder: Path) -> None:
    touch(folder / "backend" / "app.py", "def handler(event, context): ...\n")
    assert deployed.redeploy_changes(NO_API) == ("backend",)
    assert calls.take() == ["update_function_code"]
    assert deployed.redeploy_changes(NO_API) == ()


def test_only_pages_that_changed_are_put(deployed: Deployment, calls: Calls, folder: Path) -> None:
    touch(folder / "frontend" / "index.html", "<p>new</p>")
    (folder / "frontend" / "more.txt").write_text("more")
    assert deployed.redeploy_changes(NO_API) == ("frontend",)
    put = {call.parameters["Key"] for call in calls if call.operation == "put_object"}
    assert put == {"index.html", "more.txt"}


def test_a_page_that_is_gone_is_removed(deployed: Deployment, calls: Calls, folder: Path) -> None:
    page = folder / "frontend" / "more.txt"
    page.write_text("more")
    deployed.redeploy_changes(NO_API)
    calls.clear()
    page.unlink()
    assert deployed.redeploy_changes(NO_API) == ("frontend",)
    assert any(call.operation.startswith("delete_object") for call in calls)


def test_both_parts_are_deployed_in_one_go(deployed: Deployment, calls: Calls, folder: Path) -> None:
    touch(folder / "backend" / "app.py", "handler = None\n")
    touch(folder / "frontend" / "index.html", "<p>new</p>")
    assert deployed.redeploy_changes(NO_API) == ("backend", "frontend")


@pytest.mark.parametrize(
    "ignored", ["__pycache__/app.pyc", ".git/HEAD", ".DS_Store", "lib/__pycache__/x.pyc"]
)
def test_what_tools_leave_behind_is_no_change(
    deployed: Deployment, calls: Calls, folder: Path, ignored: str
) -> None:
    for part in ("backend", "frontend"):
        path = folder / part / ignored
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert deployed.redeploy_changes(NO_API) == ()


def test_a_change_of_the_time_alone_puts_nothing(deployed: Deployment, calls: Calls, folder: Path) -> None:
    page = folder / "frontend" / "index.html"
    touch(page, page.read_text())
    deployed.redeploy_changes(NO_API)
    assert calls.take() == []


def test_a_change_that_failed_is_in_the_next_one(deployed: Deployment, calls: Calls, folder: Path) -> None:
    touch(folder / "frontend" / "index.html", "<p>first</p>")
    calls.problem = DeclarationError("AWS call failed")
    with pytest.raises(DeclarationError):
        deployed.redeploy_changes(NO_API)
    assert deployed.redeploy_changes(NO_API) == ()  # it would fail again until something changes
    calls.problem = None
    (folder / "frontend" / "more.txt").write_text("second")
    assert deployed.redeploy_changes(NO_API) == ("frontend",)
    put = {call.parameters["Key"] for call in calls if call.operation == "put_object"}
    assert put == {"index.html", "more.txt"}


def test_a_host_error_rises_too(deployed: Deployment, calls: Calls, folder: Path) -> None:
    touch(folder / "backend" / "app.py", "handler = None\n")
    calls.problem = HostError("no space")
    with pytest.raises(HostError):
        deployed.redeploy_changes(NO_API)


def test_a_folder_without_a_declaration_is_told(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match=r"There is no landbridge\.toml") as raised:
        read_declaration(tmp_path)
    assert "landbridge init" in raised.value.hint


def test_a_declaration_that_is_no_text_is_told(folder: Path) -> None:
    (folder / "landbridge.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DeclarationError, match="cannot be read"):
        Deployment(folder)


def test_a_declaration_is_checked_against_the_files(folder: Path) -> None:
    (folder / "frontend" / "index.html").unlink()
    with pytest.raises(DeclarationError, match=r"index\.html"):
        Deployment(folder)
