"""The ``landbridge`` command."""

import sys
from importlib import import_module

import click

from landbridge import __version__
from landbridge.errors import LandbridgeError

MODULES = {
    "check": "landbridge.cli.check",
    "env": "landbridge.cli.environment",
    "fault": "landbridge.cli.fault",
    "init": "landbridge.cli.init",
    "logs": "landbridge.cli.logs",
    "terraform": "landbridge.cli.terraform",
    "trace": "landbridge.cli.trace",
    "up": "landbridge.cli.up",
}
"""Where each command is, under its own name: what ``up`` imports takes a second that ``trace`` does not."""


class Commands(click.Group):
    """A group whose commands end with one clear sentence where the input or the machine is at fault."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name."""
        return [*MODULES]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, which is imported now."""
        if cmd_name not in MODULES:
            return None
        command = getattr(import_module(MODULES[cmd_name]), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command; exit code 2 with the error's sentence and hint."""
        try:
            return super().invoke(ctx)
        except LandbridgeError as problem:
            click.echo(f"error: {problem}", err=True)
            sys.exit(2)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="landbridge")
def main() -> None:
    """Private serverless apps on AWS: run the whole path on one machine, and explain every request."""
