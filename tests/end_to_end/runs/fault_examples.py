"""Every configuration of ``examples/faults``, checked by itself, its counterexamples sent."""

import json
import multiprocessing
import os
from collections.abc import Iterable
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from tests.end_to_end.runs.observing import ROOT, observe, run_environment

from landbridge.cli.main import main

FAULTS = ROOT / "examples" / "faults"
SLOW = ("correct", "internet-facing", "open-endpoint")
"""They have a load balancer, for which the provider waits more than a minute."""
AT_ONCE = 2


def look(folder: Path) -> dict[str, Any]:
    """What each check says, by the configuration's name."""
    os.environ.update(run_environment(folder))
    os.environ |= {"XDG_CACHE_HOME": str(folder / "cache"), "XDG_RUNTIME_DIR": str(folder)}
    every = sorted(path.parent.name for path in FAULTS.glob("*/main.tf"))
    _check_all(sorted(every, key=lambda name: name not in SLOW), folder)
    return {name: json.loads((folder / name).read_text()) for name in every}


def _check_all(names: Iterable[str], folder: Path) -> None:
    """A process each, as for the command; forked, so that what is imported is imported once."""
    going_on: dict[Any, ForkProcess] = {}
    for name in names:
        while len(going_on) >= AT_ONCE:
            _await_one(going_on)
        process = multiprocessing.get_context("fork").Process(target=_check, args=(name, folder / name))
        process.start()
        going_on[process.sentinel] = process
    while going_on:
        _await_one(going_on)


def _await_one(going_on: dict[Any, ForkProcess]) -> None:
    for sentinel in wait(list(going_on)):
        going_on.pop(sentinel).join()


def _check(name: str, told: Path) -> None:
    words = ["check", "--terraform", str(FAULTS / name), "--replay", "--json"]
    ended = CliRunner().invoke(main, words, catch_exceptions=False)
    report = json.loads(ended.stdout or "null")
    told.write_text(json.dumps({"code": ended.exit_code, "errors": ended.stderr, "report": report}))


if __name__ == "__main__":
    observe(look)
