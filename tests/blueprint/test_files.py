import pytest
from tests.blueprint.declarations import declaration

from landbridge.blueprint.files import check_files
from landbridge.errors import DeclarationError

THERE = {"landbridge.toml", "backend/app.py", "frontend/index.html"}


@pytest.mark.parametrize(
    ("runtime", "handler", "file"),
    [
        ("python3.12", "app.handler", "app.py"),
        ("python3.12", "app.handler", "app/__init__.py"),
        ("python3.12", "src/app.handler", "src/app.py"),
        ("python3.12", "src.app.handler", "src/app.py"),
        ("nodejs22.x", "index.handler", "index.mjs"),
        ("provided.al2023", "anything", "bootstrap"),
    ],
)
def test_the_handlers_file_is_looked_for_where_the_runtime_looks(
    runtime: str, handler: str, file: str
) -> None:
    app = declaration(("python3.12", runtime), ('"app.handler"', f'"{handler}"'))
    check_files(app, {f"backend/{file}", "frontend/index.html"})
    with pytest.raises(DeclarationError, match="has the handler"):
        check_files(app, {"backend/other.txt", "frontend/index.html"})


@pytest.mark.parametrize(
    ("missing", "line", "message"),
    [
        ("backend/app.py", 27, "there is no folder backend with files in it"),
        ("frontend/index.html", 35, "there is no folder frontend with files in it"),
    ],
)
def test_a_missing_folder_is_reported_where_it_is_named(missing: str, line: int, message: str) -> None:
    with pytest.raises(DeclarationError) as raised:
        check_files(declaration(), THERE - {missing})
    assert (raised.value.message, raised.value.line) == (message, line)
    assert "relative to the folder of landbridge.toml" in raised.value.hint


def test_a_missing_index_is_reported_where_it_is_named() -> None:
    with pytest.raises(DeclarationError) as raised:
        check_files(declaration(), {*THERE - {"frontend/index.html"}, "frontend/app.js"})
    assert raised.value.message == "there is no file frontend/index.html"
    assert raised.value.line == 36
