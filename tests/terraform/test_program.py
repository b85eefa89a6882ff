"""The user's own program is found; none is brought along."""

from pathlib import Path

import pytest

from landbridge.errors import HostError
from landbridge.terraform.program import find_program


def program(folder: Path, name: str) -> None:
    (folder / name).write_text("#!/bin/sh\n")
    (folder / name).chmod(0o755)


def test_terraform_comes_before_tofu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path, "tofu")
    assert find_program() == tmp_path / "tofu"
    program(tmp_path, "terraform")
    assert find_program() == tmp_path / "terraform"


def test_without_either_the_user_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HostError, match="Neither terraform nor tofu"):
        find_program()
