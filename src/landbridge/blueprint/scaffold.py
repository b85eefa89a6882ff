"""A small complete app to begin with, from the template files in ``scaffold/``."""

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

from landbridge.blueprint.declaration import Design, parse_declaration

PATHS = {
    Design.GATEWAY: "load balancer -> execute-api endpoint -> private REST API -> function and bucket",
    Design.LAMBDA: "load balancer -> function; load balancer -> S3 endpoint -> bucket",
    Design.DOMAIN: "execute-api endpoint with a private name -> private REST API -> function and bucket",
}


def scaffold(name: str, domain: str, design: Design = Design.GATEWAY) -> dict[str, bytes]:
    """The files of a new app by relative path; raises if AWS would not take the name or the domain."""
    words = {"@name@": name, "@domain@": domain, "@design@": design.value, "@path@": PATHS[design]}
    app = {
        path: _filled(text, words)
        for path, text in sorted(_template_files(files(__package__) / "scaffold", ""))
    }
    parse_declaration(app["landbridge.toml"], "landbridge.toml")
    return {path: text.encode() for path, text in app.items()}


def _filled(text: str, words: Mapping[str, str]) -> str:
    for placeholder, word in words.items():
        text = text.replace(placeholder, word)
    return text


def _template_files(folder: Traversable, path: str) -> list[tuple[str, str]]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += [] if entry.name == "__pycache__" else _template_files(entry, f"{path}{entry.name}/")
        else:
            found.append((f"{path}{entry.name}", entry.read_text(encoding="utf-8")))
    return found
