"""A complete declaration to change one thing in."""

from landbridge.blueprint.declaration import Declaration, parse_declaration
from landbridge.blueprint.packaging import frontend_files, zip_folder
from landbridge.blueprint.plan import Assets

COMPLETE = """\
# An app.
[app]
name = "orders"
domain = "orders.corp.example"
design = "gateway"
region = "eu-central-1"

[network]
vpc = "10.20.0.0/16"
[[network.zone]]
name = "eu-central-1a"
subnet = "10.20.1.0/24"
[[network.zone]]
name = "eu-central-1b"
subnet = "10.20.2.0/24"

[link]
type = "vpn"
corporate = [
  "192.168.0.0/16",
  "172.20.0.0/16",  # the warehouse
]

[backend]
runtime = "python3.12"
handler = "app.handler"
code = "backend"
route = "/api"
memory = 256
timeout = 10
[backend.environment]
GREETING = "Hello"

[frontend]
folder = "frontend"
index = "index.html"
fallback = true

[table.orders]
key = "id"
[table.order-lines]
key = "order"
sort_key = "line"

[local]
connect_timeout = 1.5
"""

FILES = {
    "index.html": b"<!doctype html>",
    "assets/app.js": b"",
    "LICENSE": b"",
}


def declaration(*changes: tuple[str, str]) -> Declaration:
    """The complete declaration, each change a text replaced by another."""
    return parse_declaration(changed(*changes), "landbridge.toml")


def changed(*changes: tuple[str, str]) -> str:
    """The text of the complete declaration with these changes."""
    text = COMPLETE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def assets(files: dict[str, bytes] = FILES) -> Assets:
    """Assets whose certificate is none."""
    return Assets(zip_folder({"app.py": b""}), frontend_files(files), b"certificate", b"key", b"chain")
