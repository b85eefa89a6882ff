import pytest

from landbridge.blueprint.declaration import parse_declaration
from landbridge.blueprint.files import check_files
from landbridge.blueprint.scaffold import scaffold
from landbridge.errors import DeclarationError


def test_a_new_app_is_complete() -> None:
    files = scaffold("notes", "notes.corp.example")
    app = parse_declaration(files["landbridge.toml"].decode(), "landbridge.toml")
    check_files(app, files)
    assert (app.name, app.domain) == ("notes", "notes.corp.example")
    assert {"README.md", "backend/app.py", "frontend/index.html", "frontend/app.js"} <= set(files)


def test_a_new_app_is_called_by_its_name_everywhere() -> None:
    text = b"".join(scaffold("notes", "notes.corp.example").values()).decode()
    assert "@" not in text
    assert "https://notes.corp.example/" in text


def test_the_new_apps_function_answers() -> None:
    namespace: dict[str, object] = {}
    exec(scaffold("notes", "notes.corp.example")["backend/app.py"], namespace)
    handler = namespace["handler"]
    assert callable(handler)
    assert handler({"path": "/api/other"}, None)["statusCode"] == 404


def test_a_name_that_aws_does_not_take_is_refused() -> None:
    with pytest.raises(DeclarationError, match="cannot be part of AWS names"):
        scaffold("Notes", "notes.corp.example")
