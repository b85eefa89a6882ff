from pathlib import Path

import pytest
from tests.cli.test_commands import assert_refused, landbridge

from landbridge.serve.deployment import read_declaration


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("orders", "orders"),
        ("My Orders!", "my-orders"),
        ("__", "app"),
        ("a-very-long-folder-name-indeed", "a-very-long-folder-name"),
        ("UPPER_case.dir", "upper-case-dir"),
    ],
)
def test_what_is_written_is_an_app_that_can_be_read(tmp_path: Path, folder: str, name: str) -> None:
    result = landbridge("init", str(tmp_path / folder))
    assert result.exit_code == 0, result.output
    declaration = read_declaration(tmp_path / folder)
    assert (declaration.name, declaration.domain) == (name, f"{name}.corp.example")
    written = {
        Path(line).relative_to(tmp_path / folder).as_posix() for line in result.stdout.splitlines() if line
    }
    assert {"landbridge.toml", "README.md"} <= written
    assert "landbridge up" in result.stderr


def test_the_domain_can_be_chosen(tmp_path: Path) -> None:
    assert landbridge("init", str(tmp_path), "--domain", "web.intra.example").exit_code == 0
    assert read_declaration(tmp_path).domain == "web.intra.example"


def test_a_domain_that_aws_would_not_take_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    assert_refused(landbridge("init", str(tmp_path / "app"), "--domain", "no domain"), "domain")
    assert not (tmp_path / "app").exists()


@pytest.mark.parametrize("taken", ["landbridge.toml", "README.md", "frontend/index.html"])
def test_nothing_is_overwritten(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).parent.mkdir(exist_ok=True)
    (tmp_path / taken).write_text("mine")
    assert_refused(landbridge("init", str(tmp_path)), "nothing was written")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / taken]
    assert (tmp_path / taken).read_text() == "mine"
