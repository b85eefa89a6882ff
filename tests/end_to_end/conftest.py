"""One running example app for all tests that leave it as they found it, and long runs begun beforehand."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.runs.observing import Run
from tests.end_to_end.stack_process import StackProcess, running

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "orders"
RUN = "_run"
"""A test that takes the fixture ``NAME_run`` looks at what ``runs/NAME.py`` saw."""
BEGUN = pytest.StashKey[dict[str, Run]]()


@pytest.fixture(scope="session")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackProcess]:
    """The orders example, on a copy of its folder."""
    folder = tmp_path_factory.mktemp("orders") / "orders"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".landbridge", "__pycache__"))
    with running(folder, tmp_path_factory.mktemp("runtime")) as stack:
        yield stack


@pytest.fixture(scope="session")
def article_run(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What ``runs/article.py`` saw."""
    return request.config.stash[BEGUN]["article"].observed()


@pytest.fixture(scope="session")
def alternatives_run(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What ``runs/alternatives.py`` saw."""
    return request.config.stash[BEGUN]["alternatives"].observed()


@pytest.fixture(scope="session")
def module_run(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What ``runs/module.py`` saw."""
    return request.config.stash[BEGUN]["module"].observed()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that look at a long run come last: it has had the time of all the others."""
    items.sort(key=lambda item: bool(_runs(item)))


def pytest_runtestloop(session: pytest.Session) -> None:
    """Runs that a test will look at begin before the first test; Terraform mostly waits, and others run."""
    begun = session.config.stash.setdefault(BEGUN, {})
    if session.config.option.collectonly or shutil.which("terraform") is None:
        return
    for name in sorted({name for item in session.items for name in _runs(item)}):
        begun[name] = Run(name, Path(tempfile.mkdtemp(prefix=f"landbridge-{name}-")))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Nothing goes on after the last test."""
    for run in session.config.stash.get(BEGUN, {}).values():
        run.end()


def _runs(item: pytest.Item) -> list[str]:
    fixtures = item.fixturenames if isinstance(item, pytest.Function) else []
    return [name.removesuffix(RUN) for name in fixtures if name.endswith(RUN)]
