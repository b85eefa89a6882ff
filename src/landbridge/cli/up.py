"""``landbridge up``: runs an app until Ctrl-C, or for as long as a command takes."""

import asyncio
import atexit
import contextlib
import gc
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path

import click
import uvloop

from landbridge.blueprint.local_servers import local_server
from landbridge.cli.applying import Applying, Stopped
from landbridge.cli.environment import command_environment
from landbridge.cli.report import TerminalReport, print_addresses
from landbridge.control.client_environment import isolate_this_process
from landbridge.errors import DeclarationError, HostError
from landbridge.model.local_servers import LocalServer
from landbridge.serve.background import in_background
from landbridge.serve.running import RunningStack
from landbridge.serve.settings import DEFAULT_REGION, STATE_FOLDER, Settings
from landbridge.serve.span_export import HEADERS, collector_of
from landbridge.serve.stack import run_stack
from landbridge.terraform.configuration import Api, Configuration

INTERRUPTED = 130


class Up(click.Command):
    """What follows ``--`` is COMMAND, also where DIRECTORY is left out."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The parameters, with COMMAND from behind the dashes."""
        cut = args.index("--") if "--" in args else len(args)
        left = super().parse_args(ctx, args[:cut])
        ctx.params["command"] += tuple(args[cut + 1 :])
        return left


class Block(click.ParamType[IPv4Network]):
    """A CIDR block."""

    name = "cidr"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> IPv4Network:
        """The block; its host bits must be zero."""
        try:
            return IPv4Network(str(value))
        except ValueError as error:
            raise DeclarationError(
                f"--corporate {value} is no CIDR block: {error}", "for example --corporate 10.10.0.0/16"
            ) from error


class Server(click.ParamType[LocalServer]):
    """A real server and the place it has in the topology."""

    name = "place=server"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> LocalServer:
        """The server; both sides have a port."""
        place, _, really = str(value).partition("=")
        try:
            return local_server(place, really)
        except DeclarationError as problem:
            hint = "for example --server 10.20.3.7:8080=127.0.0.1:9000"
            raise DeclarationError(f"--server {value}: {problem.message}", hint) from None


PATIENCE_S = 10.0
"""How long a command may take to end after SIGTERM."""


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
@click.option(
    "--terraform",
    "root_module",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Apply this Terraform configuration with your own terraform or tofu, and run the result.",
)
@click.option(
    "--var-file", "variable_files", multiple=True, type=click.Path(path_type=Path), help="Given to Terraform."
)
@click.option(
    "--corporate",
    multiple=True,
    metavar="CIDR",
    type=Block(),
    help="A block of the corporate network; the static routes of VPN connections when not given.",
)
@click.option(
    "--server",
    "servers",
    multiple=True,
    metavar="PLACE=SERVER",
    type=Server(),
    help="A real server at an address of the VPC or the office, 10.20.3.7:8080=127.0.0.1:9000, or for a "
    "name that HTTP integrations call, api.partner.example:443=127.0.0.1:9001.",
)
@click.option(
    "--state",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the AWS API's state here, for the next start too; with --terraform .landbridge/state.",
)
def up(
    directory: Path,
    command: tuple[str, ...],
    empty: bool,
    ports: int,
    vantages: tuple[str, ...],
    quiet: bool,
    root_module: Path | None,
    variable_files: tuple[Path, ...],
    corporate: tuple[IPv4Network, ...],
    servers: tuple[LocalServer, ...],
    state: Path | None,
) -> None:
    """Run the app in DIRECTORY; with `-- COMMAND`, run that against it and exit with its code."""
    if not 0 <= ports <= 65000:
        raise DeclarationError(f"--ports {ports} is no port", "choose a number from 1024 to 65000, or 0")
    if not directory.is_dir():
        raise DeclarationError(
            f"There is no folder {directory}",
            f"landbridge init {directory} writes a small complete app there",
        )
    has_app = not empty and root_module is None
    if has_app and (corporate or servers or variable_files):
        raise DeclarationError(
            "--corporate, --server and --var-file are for what landbridge.toml does not declare",
            "give them with --terraform, or --corporate and --server with --empty",
        )
    own_region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
    isolate_this_process()
    state_folder = directory / STATE_FOLDER
    if root_module is not None and state is None:
        state = state_folder / "state"
    settings = Settings(
        directory,
        has_app,
        ports,
        vantages,
        state,
        own_region,
        corporate,
        local_servers=servers,
        collector=collector_of(os.environ),
        collector_headers=os.environ.get(HEADERS, ""),
    )
    configuration = (
        Configuration(root_module, state_folder, str(state and state.resolve()), variable_files)
        if root_module
        else None
    )
    sys.exit(uvloop.run(_run(settings, TerminalReport(quiet), command, configuration)))


async def _run(
    settings: Settings,
    report: TerminalReport,
    command: tuple[str, ...],
    configuration: Configuration | None,
) -> int:
    atexit.register(gc.freeze)  # at its exit the interpreter would look through all objects, for a second
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    applying = Applying(configuration, report, stopping) if configuration else None
    try:
        async with _running(settings, report, applying) as running:
            print_addresses(running)
            if not command:
                await stopping.wait()
                return 0
            return await _run_command(command, command_environment(running), stopping)
    except Stopped:
        return INTERRUPTED


@contextlib.asynccontextmanager
async def _running(
    settings: Settings, report: TerminalReport, applying: Applying | None
) -> AsyncIterator[RunningStack]:
    if applying is None:
        async with run_stack(settings, report) as (_, running):
            yield running
        return
    region = await applying.prepare() or settings.region or DEFAULT_REGION

    async def fill(endpoint_url: str, empty: bool) -> None:
        await applying.fill(Api(endpoint_url, region), empty)

    async with run_stack(replace(settings, region=region), report, fill) as (stack, running):
        watching = in_background(
            "watching the configuration",
            applying.watch(stack),
            lambda: report.notice("changes are no longer applied: start the stack again"),
        )
        try:
            yield running
        finally:
            watching.cancel()
            await asyncio.wait((watching,))


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
        await asyncio.wait((ended,), timeout=PATIENCE_S)
        if not ended.done():
            process.kill()
            await ended
    code = ended.result()
    return code if code >= 0 else 128 - code
