"""``landbridge up``: runs an app until Ctrl-C, or for as long as a command takes."""

import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path

import click
import uvloop

from landbridge.cli.report import TerminalReport, print_addresses
from landbridge.errors import DeclarationError, HostError
from landbridge.serve.running import ENVIRONMENT_VARIABLE, RunningStack
from landbridge.serve.stack import Settings, Stack, run_stack


class Up(click.Command):
    """What follows ``--`` is COMMAND, also where DIRECTORY is left out."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The parameters, with COMMAND from behind the dashes."""
        cut = args.index("--") if "--" in args else len(args)
        left = super().parse_args(ctx, args[:cut])
        ctx.params["command"] += tuple(args[cut + 1 :])
        return left


@click.command(cls=Up)
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.option("--empty", is_flag=True, help="Only the AWS API and the vantages; bring your own client.")
@click.option(
    "--ports",
    default=8440,
    show_default=True,
    metavar="BASE",
    help="Count ports from BASE; 0 takes free ones.",
)
@click.option("--vantage", "vantages", multiple=True, help="One more vantage: an address, CIDR or subnet id.")
@click.option("--quiet", is_flag=True, help="No line per request and no function logs.")
def up(
    directory: Path, command: tuple[str, ...], empty: bool, ports: int, vantages: tuple[str, ...], quiet: bool
) -> None:
    """Run the app in DIRECTORY; with `-- COMMAND`, run that against it and exit with its code."""
    if not 0 <= ports <= 65000:
        raise DeclarationError(f"--ports {ports} is no port", "choose a number from 1024 to 65000, or 0")
    if not directory.is_dir():
        raise DeclarationError(
            f"There is no folder {directory}",
            f"landbridge init {directory} writes a small complete app there",
        )
    settings = Settings(directory, has_app=not empty, port_base=ports, vantages=vantages)
    sys.exit(uvloop.run(_run(settings, TerminalReport(quiet), command)))


async def _run(settings: Settings, report: TerminalReport, command: tuple[str, ...]) -> int:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    async with run_stack(settings, report) as (stack, running):
        print_addresses(running)
        if not command:
            await stopping.wait()
            return 0
        return await _run_command(command, _environment(stack, running), stopping)


async def _run_command(command: tuple[str, ...], environment: dict[str, str], stopping: asyncio.Event) -> int:
    try:
        process = await asyncio.create_subprocess_exec(*command, env=environment)
    except OSError as error:
        raise HostError(f"{command[0]} cannot be run: {error.strerror}", "is it on the PATH?") from error
    ended = asyncio.ensure_future(process.wait())
    interrupted = asyncio.ensure_future(stopping.wait())
    await asyncio.wait((ended, interrupted), return_when=asyncio.FIRST_COMPLETED)
    interrupted.cancel()
    if not ended.done():
        process.terminate()
        await ended
    code = ended.result()
    return code if code >= 0 else 128 - code


def _environment(stack: Stack, running: RunningStack) -> dict[str, str]:
    """The caller's environment with the local AWS API and the app's addresses in it."""
    environment = dict(os.environ)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_PROFILE"):
        environment.pop(name, None)
    environment |= {
        "AWS_ENDPOINT_URL": running.aws_endpoint_url,
        "AWS_ACCESS_KEY_ID": "landbridge",
        "AWS_SECRET_ACCESS_KEY": "landbridge",
        "AWS_REGION": running.region,
        "AWS_DEFAULT_REGION": running.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "LANDBRIDGE_URL": running.url,
        "LANDBRIDGE_CA": running.ca,
        ENVIRONMENT_VARIABLE: str(stack.running_file),
    }
    if shutil.which("landbridge") is None:
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', '')}"
    for name in ("corporate", "vpc", "internet"):
        if name in running.vantages:
            environment[f"LANDBRIDGE_PROXY_{name.upper()}"] = running.vantages[name]
    return environment
