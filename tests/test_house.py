"""The house's own rules: sizes, twins of facts in the docs, nothing that ties the tree to one machine."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from landbridge.trace import codes
from landbridge.trace.decision import Step

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "landbridge"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "scaffold/" not in path.as_posix())
LONGEST_MODULE = 420
LONGEST_FUNCTION = 50
CITATION = re.compile(r'AWS: ("[^"]+"(?:[,;]\s+(?:and )?"[^"]+")*)')


def doc(name: str) -> str:
    return (ROOT / "docs" / name).read_text()


def committed_texts() -> Iterator[tuple[str, str]]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix not in {".png", ".ico", ".woff2"}:
            yield name, path.read_text(errors="replace")


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_a_module_is_short_and_says_what_it_is(module: Path) -> None:
    text = module.read_text()
    tree = ast.parse(text)
    assert text.count("\n") <= LONGEST_MODULE
    assert (ast.get_docstring(tree) or "").strip(". \n"), "a module begins with what it is"
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    too_long = [f"{node.name}:{node.lineno}" for node in functions if _lines(node) > LONGEST_FUNCTION]
    assert not too_long


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_every_room_says_what_it_is_for() -> None:
    for package in sorted(SOURCE.rglob("__init__.py")):
        text = ast.get_docstring(ast.parse(package.read_text())) or ""
        assert len(text) > 40, package
        assert text.count("\n") < 22, package


def test_every_room_is_in_the_architecture() -> None:
    architecture = doc("architecture.md")
    rooms = [path.name for path in SOURCE.iterdir() if path.is_dir() and (path / "__init__.py").exists()]
    assert [room for room in rooms if f"`{room}/`" not in architecture] == []


def test_every_code_is_documented() -> None:
    documented = doc("codes.md")
    enumerations = [
        codes.ExplanationCode,
        codes.DnsCode,
        codes.GatewayResponseType,
        codes.TargetHealthReason,
        codes.LambdaErrorType,
        codes.LambdaTargetReason,
        codes.S3ErrorCode,
        codes.TransformStatus,
        codes.AuthenticationReason,
        codes.LocalCode,
    ]
    missing = [
        code.value for members in enumerations for code in members if f"`{code.value}`" not in documented
    ]
    assert missing == []


def test_every_step_is_in_the_life_of_a_request() -> None:
    life = doc("life-of-a-request.md")
    assert [step.value for step in Step if f"`{step.value}`" not in life] == []


def test_every_aws_document_cited_has_its_address_and_every_address_is_cited() -> None:
    cited = {
        re.sub(r"\s+", " ", title)
        for module in MODULES
        for titles in CITATION.findall(module.read_text())
        for title in re.findall(r'"([^"]+)"', titles)
    }
    listed = set(re.findall(r"^\| ([^|]+?) \| http", doc("sources.md"), re.MULTILINE))
    assert sorted(cited - listed) == []
    assert sorted(listed - cited) == []


def test_every_dependency_has_a_reason() -> None:
    names = re.findall(
        r"^([A-Za-z0-9][A-Za-z0-9_-]*)", (ROOT / "requirements-dev.in").read_text(), re.MULTILINE
    )
    names += re.findall(r"^([A-Za-z0-9][A-Za-z0-9_-]*)", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    reasons = doc("dependencies.md")
    assert [name for name in names if f"| {name} |" not in reasons] == []


def test_the_requirements_of_the_package_are_those_that_are_pinned() -> None:
    declared = (ROOT / "pyproject.toml").read_text().partition("dependencies = [")[2].partition("\n]")[0]
    wanted = set(re.findall(r'"([A-Za-z0-9_-]+)', declared))
    pinned = set(
        re.findall(r"^([A-Za-z0-9][A-Za-z0-9_-]*)", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    )
    assert wanted == pinned - {"setuptools"}


def test_nothing_names_a_registry_or_a_path_of_one_machine() -> None:
    hosts = ("files.pythonhosted" + ".org", "pypi.org" + "/simple", "registry.npmjs" + ".org")
    places = ("/wo" + "rk/", "/far" + "m/")
    found = [name for name, text in committed_texts() for word in hosts + places if word in text]
    assert found == []


def test_there_are_no_loose_ends() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "X" * 3)
    found = [
        name
        for name, text in committed_texts()
        if name.endswith((".py", ".md", ".sh", ".js"))
        and any(re.search(rf"\b{word}\b", text) for word in words)
    ]
    assert found == []
