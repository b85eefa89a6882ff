"""``landbridge env``, and the environment of COMMAND: the variables that lead clients to a running stack."""

import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from landbridge.control.client_environment import client_environment, leading_away
from landbridge.serve.running import ENVIRONMENT_VARIABLE, RunningStack, file_of, find

VANTAGES = ("corporate", "vpc", "internet")
LOCATIONS = ("LANDBRIDGE_URL", "LANDBRIDGE_CA", ENVIRONMENT_VARIABLE)


@click.command("env")
@click.option("--unset", is_flag=True, help="The lines that take the variables out again.")
def env(unset: bool) -> None:
    r"""Print shell lines that point AWS clients at the running stack: eval "$(landbridge env)".

    They take out your own AWS profile and credentials; open another shell to have those back.
    """
    if unset:
        click.echo(_unset_line([*client_environment("", ""), *LOCATIONS, *map(_proxy, VANTAGES)]))
        return
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    if named and not Path(named).exists():  # from an earlier stack, in this very shell
        del os.environ[ENVIRONMENT_VARIABLE]
    variables = stack_variables(find(Path()))
    gone = [name for name in _removed(os.environ) if name not in variables]
    click.echo("\n".join([_unset_line(gone)] if gone else []) + ("\n" if gone else ""), nl=False)
    for name, value in variables.items():
        click.echo(f"export {name}={shlex.quote(value)}")


def command_environment(running: RunningStack) -> dict[str, str]:
    """This process's environment with the local AWS API and the app's addresses in it; landbridge on PATH."""
    removed = set(_removed(os.environ))
    environment = {name: value for name, value in os.environ.items() if name not in removed}
    environment |= stack_variables(running)
    if shutil.which("landbridge") is None:
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', '')}"
    return environment


def stack_variables(running: RunningStack) -> dict[str, str]:
    """Every variable that a running stack gives its clients."""
    proxies = {_proxy(name): running.vantages[name] for name in VANTAGES if name in running.vantages}
    locations = dict(zip(LOCATIONS, (running.url, running.ca, str(file_of(running))), strict=True))
    return client_environment(running.aws_endpoint_url, running.region) | locations | proxies


def _removed(own: Mapping[str, str]) -> list[str]:
    """What must go: credentials, profiles, endpoints of single services; addresses of another stack."""
    stale = [name for name in (*LOCATIONS, *map(_proxy, VANTAGES)) if name in own]
    return [*leading_away(own), *stale]


def _proxy(vantage: str) -> str:
    return f"LANDBRIDGE_PROXY_{vantage.upper()}"


def _unset_line(names: list[str]) -> str:
    return f"unset {' '.join(names)}"
