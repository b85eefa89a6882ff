import io
import zipfile
from pathlib import Path

import pytest
from tests.cli.test_commands import assert_refused, landbridge

from landbridge.terraform.root_module import MODULE_FOLDER


@pytest.fixture
def app(tmp_path: Path) -> Path:
    assert landbridge("init", str(tmp_path / "app")).exit_code == 0
    return tmp_path / "app"


def test_the_root_module_is_written_with_all_that_it_needs(app: Path) -> None:
    result = landbridge("terraform", str(app))
    assert result.exit_code == 0, result.output
    out = app / "terraform"
    assert str(out / "main.tf") in result.stdout.splitlines()
    assert "init" in result.stderr
    assert (out / MODULE_FOLDER / "api.tf").is_file()
    assert (out / "frontend" / "index.html").read_bytes() == (app / "frontend" / "index.html").read_bytes()
    with zipfile.ZipFile(io.BytesIO((out / "backend.zip").read_bytes())) as package:
        assert sorted(package.namelist()) == sorted(path.name for path in (app / "backend").iterdir())


def test_written_again_it_follows_the_app_and_leaves_what_is_the_users(app: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert landbridge("terraform", str(app), "--out", str(out)).exit_code == 0
    (out / "terraform.tfvars").write_text("mine")
    (out / "frontend" / "gone.html").write_text("was there")
    (app / "frontend" / "new.html").write_text("is there")
    assert landbridge("terraform", str(app), "--out", str(out)).exit_code == 0
    assert (out / "terraform.tfvars").read_text() == "mine"
    assert not (out / "frontend" / "gone.html").exists()
    assert (out / "frontend" / "new.html").exists()


def test_a_folder_with_files_of_somebody_else_is_refused_and_left_alone(app: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "main.tf").write_text("# mine\n")
    assert_refused(landbridge("terraform", str(app), "--out", str(out)), "did not write")
    assert [path.name for path in out.iterdir()] == ["main.tf"]


def test_a_folder_without_an_app_is_refused(tmp_path: Path) -> None:
    assert_refused(landbridge("terraform", str(tmp_path)), "landbridge.toml")
