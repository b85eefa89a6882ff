import json

import pytest

from landbridge.blueprint.declaration import Design, parse_declaration
from landbridge.blueprint.files import check_files
from landbridge.blueprint.scaffold import scaffold
from landbridge.errors import DeclarationError


@pytest.mark.parametrize("design", Design)
def test_a_new_app_is_complete(design: Design) -> None:
    files = scaffold("notes", "notes.corp.example", design)
    app = parse_declaration(files["landbridge.toml"].decode(), "landbridge.toml")
    check_files(app, files)
    assert (app.name, app.domain, app.design) == ("notes", "notes.corp.example", design)
    assert {"README.md", "backend/app.py", "frontend/index.html", "frontend/app.js"} <= set(files)


def test_a_new_app_is_called_by_its_name_everywhere() -> None:
    text = b"".join(scaffold("notes", "notes.corp.example").values()).decode()
    assert "@" not in text
    assert "https://notes.corp.example/" in text


@pytest.mark.parametrize(
    ("context", "name"),
    [({"identity": {}}, "Ada & Co"), ({"elb": {"targetGroupArn": "arn"}}, "Ada%20%26+Co")],
    ids=["API Gateway decodes the query", "a load balancer does not"],
)
def test_the_new_apps_function_answers_either_event(
    context: dict[str, object], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREETING", "Hello")
    namespace: dict[str, object] = {}
    exec(scaffold("notes", "notes.corp.example")["backend/app.py"], namespace)
    handler = namespace["handler"]
    assert callable(handler)
    event = {"path": "/api/hello", "queryStringParameters": {"name": name}, "requestContext": context}
    assert json.loads(handler(event, None)["body"]) == {"message": "Hello, Ada & Co."}
    assert handler({**event, "path": "/api/other"}, None)["statusCode"] == 404


def test_a_name_that_aws_does_not_take_is_refused() -> None:
    with pytest.raises(DeclarationError, match="cannot be part of AWS names"):
        scaffold("Notes", "notes.corp.example")
