"""A program that stands for Terraform: it keeps what it was called with and does what a test tells it."""

from pathlib import Path

SCRIPT = """#!/bin/sh
echo "$@" >> {log}
env > {environment}
{body}
"""


class Program:
    """The stand-in, on a PATH of its own."""

    def __init__(self, folder: Path, body: str = "exit 0") -> None:
        self.path = folder / "terraform"
        self._log = folder / "calls.txt"
        self._environment = folder / "environment.txt"
        folder.mkdir(parents=True, exist_ok=True)
        self.does(body)

    def does(self, body: str) -> None:
        """What it does from now on: lines of shell; the command is ``$2``."""
        self.path.write_text(SCRIPT.format(log=self._log, environment=self._environment, body=body))
        self.path.chmod(0o755)

    @property
    def calls(self) -> list[list[str]]:
        """The arguments of each call."""
        return [line.split() for line in self._log.read_text().splitlines()] if self._log.exists() else []

    @property
    def environment(self) -> dict[str, str]:
        """Of the last call."""
        lines = self._environment.read_text().splitlines()
        return {name: value for name, _, value in (line.partition("=") for line in lines)}
