"""The ``landbridge`` command."""

import sys

import click

from landbridge import __version__
from landbridge.cli.environment import env
from landbridge.cli.fault import fault
from landbridge.cli.init import init
from landbridge.cli.logs import logs
from landbridge.cli.terraform import terraform
from landbridge.cli.trace import trace
from landbridge.cli.up import up
from landbridge.errors import LandbridgeError


class Commands(click.Group):
    """A group whose commands end with one clear sentence where the input or the machine is at fault."""

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


main.add_command(init)
main.add_command(up)
main.add_command(trace)
main.add_command(fault)
main.add_command(logs)
main.add_command(terraform)
main.add_command(env)
