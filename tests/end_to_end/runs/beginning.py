"""Long runs begin before the first test and end after the last, however many processes the tests have.

A pytest plugin. Tests in ``end_to_end/test_NAME.py`` look at what ``runs/NAME.py`` saw. With pytest-xdist the
process that hands out the tests begins the runs, and each worker is told their folder.
"""

import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from tests.end_to_end.runs.observing import Run

HERE = Path(__file__).parent
NAMES = frozenset(path.stem for path in HERE.glob("*.py"))
FOLDER = pytest.StashKey[Path]()
BEGUN = pytest.StashKey[dict[str, Run]]()


def folder_of_runs(config: pytest.Config) -> Path:
    """Where each run has a folder of its name."""
    return config.stash[FOLDER]


def pytest_configure(config: pytest.Config) -> None:
    """A folder for all runs; a worker is told of it."""
    if config.option.collectonly:
        return
    told = getattr(config, "workerinput", None)
    config.stash[FOLDER] = Path(told["runs"] if told else tempfile.mkdtemp(prefix="landbridge-runs-"))
    config.stash[BEGUN] = {}


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """What a worker is told."""
    node.workerinput["runs"] = str(folder_of_runs(node.config))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """Workers have said what they will test, and no test has begun."""
    _begin(node.config, ids)


def pytest_collection_finish(session: pytest.Session) -> None:
    """The same without workers."""
    if not hasattr(session.config, "workerinput"):
        _begin(session.config, [item.nodeid for item in session.items])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Nothing goes on after the last test."""
    for run in config.stash.get(BEGUN, {}).values():
        run.end()
    if FOLDER in config.stash and not hasattr(config, "workerinput"):
        shutil.rmtree(config.stash[FOLDER], ignore_errors=True)


def run_of(test_id: str) -> str | None:
    """The name of the long run that a test looks at."""
    found = re.match(r"tests/end_to_end/test_(\w+)\.py::", test_id)
    return found[1] if found and found[1] in NAMES else None


def _begin(config: pytest.Config, ids: Iterable[str]) -> None:
    if config.option.collectonly or shutil.which("terraform") is None:
        return
    begun = config.stash[BEGUN]
    for name in sorted({name for name in map(run_of, ids) if name} - begun.keys()):
        begun[name] = Run(name, folder_of_runs(config) / name)
