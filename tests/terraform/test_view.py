"""The view shows the user's folder and all around it, and takes what Terraform writes."""

import os
from pathlib import Path

import pytest

from landbridge.terraform.view import make_view


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """infra/dev, with a module beside infra and one beside dev."""
    dev = tmp_path / "home" / "infra" / "dev"
    (dev / "templates").mkdir(parents=True)
    (dev / "main.tf").write_text("one")
    (dev / "templates" / "policy.json").write_text("{}")
    for module in (dev.parent / "modules", dev.parent.parent / "backend"):
        module.mkdir()
        (module / "file").write_text(module.name)
    return dev.resolve()


@pytest.fixture
def below(tmp_path: Path) -> Path:
    return (tmp_path / "state").resolve()


def test_what_is_in_the_folder_and_beside_it_is_where_it_was(folder: Path, below: Path) -> None:
    view = make_view(folder, below)
    assert view.name == "dev"
    assert (view / "main.tf").read_text() == "one"
    assert (view / "templates" / "policy.json").read_text() == "{}"
    # As the kernel resolves it, which is how Terraform and its providers do.
    assert Path(os.path.join(view, "..", "modules", "file")).read_text() == "modules"  # noqa: PTH118
    assert Path(os.path.join(view, "..", "..", "backend", "file")).read_text() == "backend"  # noqa: PTH118


def test_writing_into_the_view_does_not_touch_the_folder(folder: Path, below: Path) -> None:
    before = sorted(folder.rglob("*"))
    view = make_view(folder, below)
    (view / "main.tf").write_text("two")
    (view / "lambda.zip").write_text("generated")
    assert (folder / "main.tf").read_text() == "one"
    assert sorted(folder.rglob("*")) == before


def test_what_terraform_wrote_stays_and_what_the_user_changed_is_seen(folder: Path, below: Path) -> None:
    view = make_view(folder, below)
    (view / ".terraform.lock.hcl").write_text("locked")
    (folder / "main.tf").write_text("two and more")
    (folder / "templates" / "policy.json").unlink()
    (folder / "new.tf").write_text("new")
    assert make_view(folder, below) == view
    assert (view / ".terraform.lock.hcl").read_text() == "locked"
    assert (view / "main.tf").read_text() == "two and more"
    assert (view / "new.tf").read_text() == "new"
    assert not (view / "templates" / "policy.json").exists()


def test_neighbours_that_come_and_go_are_followed(folder: Path, below: Path) -> None:
    view = make_view(folder, below)
    (folder.parent / "modules").rename(folder.parent / "renamed")
    make_view(folder, below)
    assert not (view.parent / "modules").exists()
    assert (view.parent / "renamed" / "file").read_text() == "modules"


def test_state_of_other_resources_is_not_shown(folder: Path, below: Path) -> None:
    for name in ("terraform.tfstate", "terraform.tfstate.backup", ".terraform.tfstate.lock.info"):
        (folder / name).write_text("{}")
    (folder / "terraform.tfstate.d" / "prod").mkdir(parents=True)
    (folder / "terraform.tfstate.d" / "prod" / "terraform.tfstate").write_text("{}")
    (folder / ".terraform").mkdir()
    (folder / ".terraform" / "terraform.tfstate").write_text("{}")
    view = make_view(folder, below)
    assert sorted(path.name for path in view.rglob("*")) == ["main.tf", "policy.json", "templates"]


def test_the_state_folder_may_lie_in_the_folder_itself(folder: Path) -> None:
    view = make_view(folder, folder / ".landbridge" / "terraform")
    make_view(folder, folder / ".landbridge" / "terraform")
    assert sorted(path.name for path in view.iterdir()) == ["main.tf", "templates"]


def test_links_of_the_users_own_lead_where_they_led(folder: Path, below: Path) -> None:
    (folder / "shared.tf").symlink_to("../modules/file")
    (folder / "linked").symlink_to("../modules")
    view = make_view(folder, below)
    assert (view / "shared.tf").read_text() == "modules"
    assert (view / "linked" / "file").read_text() == "modules"
