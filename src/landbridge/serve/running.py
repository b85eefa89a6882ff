"""Where a running stack leaves word of itself, and how other commands find it."""

import contextlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from landbridge.errors import HostError

ENVIRONMENT_VARIABLE = "LANDBRIDGE_STACK"
"""Set for COMMAND by ``landbridge up … -- COMMAND``: the path of the stack's file."""


@dataclass(frozen=True, slots=True)
class RunningStack:
    """A running stack's addresses; the file that holds them is readable by its owner only."""

    process_id: int
    directory: str
    token: str
    control_port: int
    aws_endpoint_url: str
    region: str
    url: str
    """The app; empty when nothing is deployed."""
    door: str
    ca: str
    vantages: dict[str, str]
    """Proxy URLs by vantage."""
    resolvers: dict[str, int]
    """DNS ports by vantage."""
    more_urls: tuple[str, ...] = ()
    """Where what is deployed has several."""


def announce(stack: RunningStack) -> Path:
    """Writes the stack's file into the registry of this user; the file's path."""
    path = file_of(stack)
    path.unlink(missing_ok=True)
    part = path.with_suffix(".part")  # nobody ever reads half a file
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(stack), file, indent=1)
    return part.replace(path)


def file_of(stack: RunningStack) -> Path:
    """Where a stack's file is while it runs."""
    return _registry() / f"{stack.process_id}.json"


def withdraw(path: Path) -> None:
    """Removes the stack's file."""
    path.unlink(missing_ok=True)


def find(near: Path) -> RunningStack:
    """The stack this command belongs to: named by the environment, or the one running at or around a folder.

    HostError when none is running, or several are and none is nearer.
    """
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    if named:
        try:
            return _read(Path(named))
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise HostError(
                f"The stack named by {ENVIRONMENT_VARIABLE} is not running", "start it with landbridge up"
            ) from error
    running = _running()
    if not running:
        raise HostError("No stack is running", "start one with landbridge up")
    if len(running) == 1:
        return running[0]
    nearest = _nearest(running, near.resolve())
    if len(nearest) == 1:
        return nearest[0]
    places = ", ".join(stack.directory for stack in running)
    raise HostError("Several stacks are running", f"run this command in one of their folders: {places}")


def _registry() -> Path:
    base = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(base) / "landbridge" if base else Path(tempfile.gettempdir()) / f"landbridge-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True, parents=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or not folder.is_dir() or folder.is_symlink():
        raise HostError(f"{folder} belongs to someone else", "set XDG_RUNTIME_DIR to a folder of your own")
    return folder


def _running() -> list[RunningStack]:
    """The stacks whose process lives; the files of others are removed."""
    running = []
    for path in sorted(_registry().glob("*.json")):
        if not psutil.pid_exists(int(path.stem) if path.stem.isdecimal() else -1):
            path.unlink(missing_ok=True)
            continue
        # Withdrawn meanwhile, or written by another version.
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            running.append(_read(path))
    return running


def _read(path: Path) -> RunningStack:
    values: dict[str, Any] = json.loads(path.read_text())
    values["more_urls"] = tuple(values["more_urls"])
    return RunningStack(**values)


def _nearest(running: list[RunningStack], near: Path) -> list[RunningStack]:
    """Those of the innermost folder around `near`; where no folder is around it, those below it."""
    around = [stack for stack in running if near.is_relative_to(stack.directory)]
    if not around:
        return [stack for stack in running if Path(stack.directory).is_relative_to(near)]
    innermost = max(len(Path(stack.directory).parts) for stack in around)
    return [stack for stack in around if len(Path(stack.directory).parts) == innermost]
