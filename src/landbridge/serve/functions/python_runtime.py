"""A Python for functions: the interpreter landbridge runs on, with the packages of Lambda's runtime only."""

import re
import shutil
import sys
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

_RUNTIME_PACKAGES = ("awslambdaric", "boto3")
"""AWS: "Building Lambda functions with Python" """
_REQUIREMENT_NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class PythonRuntime:
    """A virtual environment that sees AWS's runtime client, boto3 and what they require, and nothing else."""

    executable: Path
    packages: Path
    """What ``/var/runtime`` is on AWS."""

    @classmethod
    def make(cls, directory: Path) -> "PythonRuntime":
        """Makes the environment in this folder, anew."""
        if directory.exists():
            shutil.rmtree(directory)
        venv.EnvBuilder(symlinks=True, with_pip=False).create(directory)
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        packages = directory / "lib" / version / "site-packages"
        for entry in _list_entries(_collect(_RUNTIME_PACKAGES)):
            (packages / entry.name).symlink_to(entry)
        return cls(directory / "bin" / "python", packages)


def _collect(names: tuple[str, ...]) -> list[Distribution]:
    """The distributions of these names and of all they require here."""
    found: dict[str, Distribution] = {}
    wanted = list(names)
    while wanted:
        name = wanted.pop()
        if _normalise(name) in found:
            continue
        try:
            found[_normalise(name)] = package = distribution(name)
        except PackageNotFoundError:
            continue  # required on another platform or version of Python
        wanted.extend(_require(package))
    return list(found.values())


def _require(package: Distribution) -> Iterator[str]:
    for requirement in package.requires or ():
        name = _REQUIREMENT_NAME.match(requirement)
        if name and "extra ==" not in requirement:
            yield name.group()


def _list_entries(packages: list[Distribution]) -> set[Path]:
    """The files and folders at the top of where each distribution is installed."""
    entries: set[Path] = set()
    for package in packages:
        for file in package.files or ():
            top = file.parts[0]
            if top not in ("..", "__pycache__"):
                entries.add(Path(str(package.locate_file(top))).resolve())
    return entries


def _normalise(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
