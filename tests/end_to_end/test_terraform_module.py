"""The Terraform module as Terraform itself sees it; that it works is in ``test_equality.py``."""

import json
import shutil
from pathlib import Path

import pytest
from tests.blueprint.declarations import COMPLETE
from tests.end_to_end.terraform_program import terraform

from landbridge.blueprint.declaration import Frontend, parse_declaration
from landbridge.blueprint.packaging import frontend_files
from landbridge.blueprint.planning.fallback import template
from landbridge.terraform.root_module import MODULE, module_files, root_module

MODULES = Path(__file__).parent.parent.parent / "terraform" / "modules"
TRICKY_NAMES = (
    "index.html",
    "about.HTM",
    "page.htm",
    "LICENSE",
    "it's",
    "assets/app.3f2a9c1b.js",
    "assets/index-B7x_k2Qd.css",
    "assets/vendor-abcdefgh.js",
    "assets/a-b-c-d-1-2-3.js",
    "assets/short-1a2b3c.js",
    "assets/font-DEADBEEF1.woff2",
    "assets/longnamewithoutdigits.woff2",
    "assets/no-suffix-12345678",
    "deep.er/CNAME",
    "photo.JPG",
    "archive.tar.gz",
    ".well-known/security.txt",
)


def said_by(folder: Path, *words: str, said: str = "") -> str:
    ended = terraform(folder, *words, said=said)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.needs("terraform")
def test_the_module_is_formatted_as_terraform_formats(tmp_path: Path) -> None:
    shutil.copytree(MODULES, tmp_path / "modules")
    assert said_by(tmp_path / "modules", "fmt", "-check", "-recursive", "-diff") == ""


@pytest.mark.needs("terraform")
@pytest.mark.timeout(180)
@pytest.mark.parametrize("place", [".", "examples/complete", "examples/existing-network"])
def test_the_module_and_its_examples_are_valid(tmp_path: Path, place: str) -> None:
    shutil.copytree(MODULES / MODULE, tmp_path / "module")
    folder = tmp_path / "module" / place
    said_by(folder, "init", "-input=false", "-backend=false")
    assert json.loads(said_by(folder, "validate", "-json"))["diagnostics"] == []


@pytest.mark.needs("terraform")
@pytest.mark.timeout(180)
@pytest.mark.parametrize("link", ["vpn", "direct-connect"])
def test_the_root_module_is_formatted_and_valid(tmp_path: Path, link: str) -> None:
    declaration = parse_declaration(
        COMPLETE.replace('type = "vpn"', f'type = "{link}"').replace("Hello", "${no} %{reference}"),
        "landbridge.toml",
    )
    texts = {path: text.encode() for path, text in root_module(declaration).items()}
    for path, body in {**texts, **module_files()}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(body)
    assert said_by(tmp_path, "fmt", "-check", "-recursive", "-diff") == ""
    said_by(tmp_path, "init", "-input=false", "-backend=false")
    assert json.loads(said_by(tmp_path, "validate", "-json"))["diagnostics"] == []


@pytest.mark.needs("terraform")
@pytest.mark.timeout(180)
def test_the_module_and_the_blueprint_make_the_same_objects_and_fallback(tmp_path: Path) -> None:
    shutil.copytree(MODULES / MODULE, tmp_path / "module", ignore=shutil.ignore_patterns("examples"))
    for name in TRICKY_NAMES:
        (tmp_path / "files" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "files" / name).write_text(name)
    (tmp_path / "module" / "test.tfvars.json").write_text(json.dumps(_arguments(tmp_path / "files")))
    said_by(tmp_path / "module", "init", "-input=false", "-backend=false")
    asked = "jsonencode({ objects = local.objects, fallback = local.fallback_template })\n"
    answer = said_by(tmp_path / "module", "console", "-var-file=test.tfvars.json", said=asked)
    found = json.loads(json.loads(answer))
    files = frontend_files(dict.fromkeys(TRICKY_NAMES, b""))
    assert found["objects"] == {
        file.key: {"content_type": file.content_type, "cache_control": file.cache_control} for file in files
    }
    assert found["fallback"] == template(Frontend("files", "index.html", True), files)


def _arguments(folder: Path) -> dict[str, object]:
    return {
        "name": "orders",
        "domain_name": "orders.corp.example",
        "corporate_cidr_blocks": ["192.168.0.0/16"],
        "network": {"existing": {"vpc_id": "vpc-1", "subnet_ids": {"a": "subnet-1", "b": "subnet-2"}}},
        "certificate": {"existing": {"arn": "arn:aws:acm:eu-central-1:123456789012:certificate/1"}},
        "function": {"package": "backend.zip", "handler": "app.handler"},
        "frontend": {"folder": str(folder)},
    }
