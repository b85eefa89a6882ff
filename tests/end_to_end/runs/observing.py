"""What a run of the real Terraform saw, told to the tests in a file: it is a process of its own."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

OBSERVED, LOG, GOING_ON = "observed.json", "log.txt", "going_on"
ROOT = Path(__file__).parent.parent.parent.parent
PROVIDERS = "LANDBRIDGE_TEST_PROVIDERS"
PATIENCE_S = 600.0
NICE = 5
"""Tests that run meanwhile come first."""
LOG_TAIL = 4000
"""Characters of a log that are shown where a run failed."""


class Run:
    """A run that was begun, ``python -m tests.end_to_end.runs.NAME FOLDER``."""

    def __init__(self, name: str, folder: Path) -> None:
        folder.mkdir()
        # Whoever gets the lock knows that the run has ended: its process has it from its first moment.
        with (folder / GOING_ON).open("w") as going_on, (folder / LOG).open("w") as log:
            fcntl.flock(going_on, fcntl.LOCK_EX)
            self._process = subprocess.Popen(
                [sys.executable, "-m", f"tests.end_to_end.runs.{name}", str(folder)],
                cwd=ROOT,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(going_on.fileno(),),
            )

    def end(self) -> None:
        """It has ended with whatever it had begun, at once if nobody waits for it."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(PATIENCE_S)


def observed(folder: Path) -> dict[str, Any]:
    """What the run of this folder saw, once it has ended; another process may have begun it."""
    with (folder / GOING_ON).open() as going_on:
        fcntl.flock(going_on, fcntl.LOCK_SH)
    logs = [log.read_text()[-LOG_TAIL:] for log in (folder / "runtime" / LOG, folder / LOG) if log.exists()]
    assert (folder / OBSERVED).exists(), "\n".join(logs)
    seen: dict[str, Any] = json.loads((folder / OBSERVED).read_text())
    return seen


def observe(look: Callable[[Path], Mapping[str, Any]]) -> None:
    """Looks, and leaves word in the folder that the command line names."""
    signal.signal(signal.SIGTERM, _leave)
    os.nice(NICE)
    folder = Path(sys.argv[1])
    (folder / OBSERVED).write_text(json.dumps(look(folder), indent=1, default=str))


def run_environment(folder: Path) -> dict[str, str]:
    """Where Terraform finds the AWS provider; without a folder of providers it asks its registry."""
    if PROVIDERS not in os.environ:
        return {}
    path = folder / "test.terraformrc"
    path.write_text(f'provider_installation {{ filesystem_mirror {{ path = "{os.environ[PROVIDERS]}" }} }}\n')
    return {"TF_CLI_CONFIG_FILE": str(path)}


def _environment() -> dict[str, str]:
    """This process's, before any test changes it, without AWS accounts of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def _leave(*_: object) -> None:
    raise SystemExit(1)  # through every context on the way, so that nothing is left running
