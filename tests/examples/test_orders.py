"""The example app: what it declares, and its function against DynamoDB's API."""

import base64
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest

from landbridge.blueprint.declaration import Declaration, parse_declaration
from landbridge.blueprint.files import check_files
from landbridge.blueprint.planning import tables
from landbridge.control.aws_api import AwsApi
from landbridge.control.execute import execute

APP = Path(__file__).parents[2] / "examples" / "orders"
ORDER = {"customer": "Ada", "item": "Difference engine", "quantity": 2}


def declared() -> Declaration:
    """The app's declaration."""
    return parse_declaration((APP / "landbridge.toml").read_text(), "landbridge.toml")


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The function's module, loaded as Lambda does, with the declared table on the local AWS API."""
    api = AwsApi("eu-central-1")
    execute(tables.plan(declared()), api)
    api.serve()
    environment = {
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ENDPOINT_URL": api.endpoint_url,
        "ORDERS_TABLE": "orders-orders",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    # The module makes its client from the default session, which would remember an earlier test's.
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    module = _loaded(APP / "backend" / "app.py")
    yield module
    module.table.meta.client.close()
    api.close()


def _loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("orders_backend", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ask(backend: ModuleType, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """Status and body; the request's body comes in base64, as every media type is binary to the API."""
    text = body if isinstance(body, str) else json.dumps(body)
    event = {
        "httpMethod": method,
        "path": path,
        "body": None if body is None else base64.b64encode(text.encode()).decode(),
        "isBase64Encoded": body is not None,
    }
    answer = backend.handler(event, None)
    assert isinstance(answer["body"], str)
    assert answer["headers"]["Content-Type"] == "application/json"
    return answer["statusCode"], json.loads(answer["body"]) if answer["body"] else None


def test_the_app_is_declared_as_its_files_are() -> None:
    files = {path.relative_to(APP).as_posix() for path in APP.rglob("*") if path.is_file()}
    check_files(declared(), files)


def test_the_page_loads_only_what_the_app_has() -> None:
    page = (APP / "frontend" / "index.html").read_text()
    assert "//" not in page, "something from elsewhere"
    for path in ("/assets/app.js", "/assets/app.css", "/favicon.svg"):
        assert f'"{path}"' in page
        assert (APP / "frontend" / path[1:]).is_file()


def test_an_order_lives_from_its_creation_to_its_deletion(backend: ModuleType) -> None:
    status, created = ask(backend, "POST", "/api/orders", ORDER)
    assert (status, created["id"], created["status"]) == (201, "1", "placed")
    assert ask(backend, "GET", "/api/orders/1") == (200, created)
    assert ask(backend, "PUT", "/api/orders/1", {"status": "shipped"}) == (
        200,
        {**created, "status": "shipped"},
    )
    assert ask(backend, "GET", "/api/orders/1")[1]["status"] == "shipped"
    assert ask(backend, "DELETE", "/api/orders/1") == (204, None)
    assert ask(backend, "GET", "/api/orders/1") == (404, {"error": "there is no order 1"})


def test_orders_are_numbered_and_listed_the_newest_first(backend: ModuleType) -> None:
    assert ask(backend, "GET", "/api/orders/") == (200, {"orders": []})
    for _ in range(11):
        ask(backend, "POST", "/api/orders", ORDER)
    _, listed = ask(backend, "GET", "/api/orders")
    assert [order["id"] for order in listed["orders"]] == [str(number) for number in range(11, 0, -1)]


def test_a_number_is_not_given_twice(backend: ModuleType) -> None:
    ask(backend, "POST", "/api/orders", ORDER)
    ask(backend, "DELETE", "/api/orders/1")
    assert ask(backend, "POST", "/api/orders", ORDER)[1]["id"] == "2"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "error"),
    [
        ("POST", "/api/orders", "{", 400, "the body is not JSON"),
        ("POST", "/api/orders", [], 400, "the body is not a JSON object"),
        ("POST", "/api/orders", None, 400, "the body is not JSON"),
        ("POST", "/api/orders", {**ORDER, "customer": " "}, 400, "customer must be a text of 1 to 80"),
        ("POST", "/api/orders", {**ORDER, "item": "x" * 81}, 400, "item must be a text of 1 to 80"),
        ("POST", "/api/orders", {**ORDER, "quantity": 0}, 400, "quantity must be a whole number"),
        ("POST", "/api/orders", {**ORDER, "quantity": True}, 400, "quantity must be a whole number"),
        ("PUT", "/api/orders/7", {"status": "lost"}, 400, "status must be one of placed"),
        ("PUT", "/api/orders/7", {"status": "placed"}, 404, "there is no order 7"),
        ("DELETE", "/api/orders/7", None, 404, "there is no order 7"),
        ("GET", "/api/orders/counter", None, 404, "there is nothing at /api/orders/counter"),
        ("GET", "/api/elsewhere", None, 404, "there is nothing at /api/elsewhere"),
        ("PATCH", "/api/orders", None, 405, "PATCH is not possible here, GET and POST are"),
    ],
)
def test_a_mistake_is_answered_with_its_reason(
    backend: ModuleType, method: str, path: str, body: object, status: int, error: str
) -> None:
    got, answer = ask(backend, method, path, body)
    assert got == status
    assert error in answer["error"]


def test_the_health_check_asks_the_table(backend: ModuleType) -> None:
    assert ask(backend, "GET", "/api/health") == (200, {"status": "ok", "table": "ACTIVE"})


def test_a_new_order_says_where_it_is(backend: ModuleType) -> None:
    event = {"httpMethod": "POST", "path": "/api/orders", "body": json.dumps(ORDER)}
    assert backend.handler(event, None)["headers"]["Location"] == "/api/orders/1"
