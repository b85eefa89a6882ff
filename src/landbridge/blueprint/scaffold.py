"""A small complete app to begin with, from the template files in ``scaffold/``."""

from importlib.resources import files
from importlib.resources.abc import Traversable

from landbridge.blueprint.declaration import parse_declaration


def scaffold(name: str, domain: str) -> dict[str, bytes]:
    """The files of a new app by relative path; raises if AWS would not take the name or the domain."""
    app = {
        path: text.replace("@name@", name).replace("@domain@", domain)
        for path, text in sorted(_template_files(files(__package__) / "scaffold", ""))
    }
    parse_declaration(app["landbridge.toml"], "landbridge.toml")
    return {path: text.encode() for path, text in app.items()}


def _template_files(folder: Traversable, path: str) -> list[tuple[str, str]]:
    found = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += [] if entry.name == "__pycache__" else _template_files(entry, f"{path}{entry.name}/")
        else:
            found.append((f"{path}{entry.name}", entry.read_text(encoding="utf-8")))
    return found
