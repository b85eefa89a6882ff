import pytest
from tests.blueprint.declarations import declaration

from landbridge.blueprint.packaging import frontend_files
from landbridge.blueprint.planning.fallback import template
from landbridge.semantics.api_gateway.vtl.template import Template

FILES = ("index.html", "LICENSE", "docs/guide", "assets/app.js")


def key_asked_for(proxy: str, files: tuple[str, ...]) -> str:
    """The object that S3 is asked for when the client asks for this path."""
    request_override: dict[str, dict[str, str]] = {"path": {}}
    text = template(declaration().frontend, frontend_files(dict.fromkeys(files, b"")))
    variables = {
        "input": {"params": {"proxy": proxy}.get},
        "context": {"requestOverride": request_override},
    }
    assert Template(text).render(variables) == "", "S3 would get a body"
    return request_override["path"].get("key", proxy)


@pytest.mark.parametrize(
    ("proxy", "key"),
    [
        ("orders/7", "index.html"),
        ("orders", "index.html"),
        ("v1.2/orders", "index.html"),
        ("assets/app.js", "assets/app.js"),
        ("assets/missing.js", "assets/missing.js"),
        ("LICENSE", "LICENSE"),
        ("docs/guide", "docs/guide"),
        ("docs", "index.html"),
    ],
)
def test_a_path_that_is_no_file_is_answered_with_the_index(proxy: str, key: str) -> None:
    assert key_asked_for(proxy, FILES) == key


def test_without_files_that_have_no_suffix_every_such_path_is_a_page() -> None:
    assert key_asked_for("LICENSE", ("index.html",)) == "index.html"
