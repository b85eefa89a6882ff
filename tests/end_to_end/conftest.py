"""One running example app for all tests that leave it as they found it, and what long runs saw."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.runs.beginning import folder_of_runs, run_of
from tests.end_to_end.runs.observing import observed
from tests.end_to_end.stack_process import StackProcess, running

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "orders"


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
    return observed(folder_of_runs(request.config) / "article")


@pytest.fixture(scope="session")
def alternatives_run(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What ``runs/alternatives.py`` saw."""
    return observed(folder_of_runs(request.config) / "alternatives")


@pytest.fixture(scope="session")
def equality_run(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What ``runs/equality.py`` saw."""
    return observed(folder_of_runs(request.config) / "equality")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that look at a long run come last: it has had the time of all the others."""
    items.sort(key=lambda item: run_of(item.nodeid) is not None)
