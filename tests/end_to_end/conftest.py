"""One running example app for all tests that leave it as they found it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.end_to_end.stack_process import StackProcess, running

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "orders"


@pytest.fixture(scope="session")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackProcess]:
    """The orders example, on a copy of its folder."""
    folder = tmp_path_factory.mktemp("orders") / "orders"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".landbridge", "__pycache__"))
    with running(folder, tmp_path_factory.mktemp("runtime")) as stack:
        yield stack
