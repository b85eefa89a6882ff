"""What ``landbridge check`` looks at: a declared app, a Terraform configuration, a stack, an account."""

import asyncio
import contextlib
import fcntl
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path

from landbridge.blueprint.key_of_resource import key_of_resource
from landbridge.blueprint.local_servers import local_server
from landbridge.capture.capture import Captured, capture
from landbridge.capture.own_account import capture_own_account
from landbridge.cli.applying import Applying
from landbridge.cli.asking import ask
from landbridge.cli.report import TerminalReport
from landbridge.control.api_clients import api_clients
from landbridge.errors import HostError
from landbridge.model.topology import Topology
from landbridge.prove.rendering.sarif import Location, Sources
from landbridge.serve.account import capture_declared
from landbridge.serve.deployment import DECLARATION, read_declaration
from landbridge.serve.running import RunningStack
from landbridge.serve.settings import DEFAULT_REGION, Settings
from landbridge.serve.stack import run_stack
from landbridge.terraform.blocks import AppliedBlocks
from landbridge.terraform.configuration import Api, Configuration
from landbridge.trace.decision import ResourceRef

PURPOSE = "check"
NOWHERE = Sources(lambda _: None)
"""Nobody knows where anything of it is written down."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked."""

    captured: Captured
    sources: Sources
    running: RunningStack | None = None
    """The stack that it runs in, where there is one."""


def declared(folder: Path, report: TerminalReport) -> Subject:
    """The app that a folder declares, deployed without a port."""
    return Subject(capture_declared(folder, report), _in_declaration(folder))


@contextlib.asynccontextmanager
async def served(folder: Path, report: TerminalReport) -> AsyncIterator[Subject]:
    """The app that a folder declares, in a stack that runs meanwhile."""
    async with run_stack(Settings(folder, port_base=0), report) as (stack, running):
        captured = await asyncio.to_thread(stack.account.capture_whole)
        yield Subject(captured, _in_declaration(folder), running)


@contextlib.asynccontextmanager
async def applied(
    root_module: Path,
    variable_files: tuple[Path, ...],
    corporate: tuple[IPv4Network, ...],
    report: TerminalReport,
    stopping: asyncio.Event,
) -> AsyncIterator[Subject]:
    """A Terraform configuration, applied to an AWS API that is forgotten afterwards, as is its state."""
    cache = _cache_folder()
    with _held(cache, root_module), tempfile.TemporaryDirectory() as scratch:
        configuration = Configuration(root_module, cache, PURPOSE, variable_files)
        applying = Applying(configuration, report, stopping)
        region = await applying.prepare() or DEFAULT_REGION

        async def fill(endpoint_url: str, empty: bool) -> None:
            await applying.fill(Api(endpoint_url, region), empty)

        settings = Settings(Path(scratch), has_app=False, port_base=0, region=region, corporate=corporate)
        try:
            async with run_stack(settings, report, fill) as (stack, running):
                captured = await asyncio.to_thread(stack.account.capture_whole)
                sources = _in_blocks(configuration.blocks(), captured.topology)
                yield Subject(captured, sources, running)
        finally:
            configuration.forget_state()


def running_stack(running: RunningStack) -> Subject:
    """What is in a running stack now, read like any account, and what only the stack itself can tell."""
    client = api_clients(running.aws_endpoint_url, running.region)
    told = ask(running, {"command": "networks"})
    captured = capture(
        client,
        account_id=client("sts").get_caller_identity()["Account"],
        region=running.region,
        corporate_networks=tuple(map(IPv4Network, told["corporate"])),
        local_servers=tuple(local_server(*server) for server in told["servers"].items()),
        configurations=True,
    )
    folder = Path(running.directory)
    has_declaration = (folder / DECLARATION).is_file()
    return Subject(captured, _in_declaration(folder) if has_declaration else NOWHERE, running)


def own_account(profile: str, region: str, corporate: tuple[IPv4Network, ...]) -> Subject:
    """The user's own AWS account, read only."""
    return Subject(capture_own_account(profile, region, corporate), NOWHERE)


def _in_declaration(folder: Path) -> Sources:
    source = read_declaration(folder).source
    path = _relative(folder / DECLARATION)

    def locate(reference: ResourceRef) -> Location | None:
        return Location(path, source.line(key_of_resource(reference.type)))

    return Sources(locate, Location(path, 1))


def _in_blocks(blocks: AppliedBlocks, topology: Topology) -> Sources:
    """A rule that has no block of its own is in its security group's."""
    group_of = {rule.id: group.id for group in topology.network.security_groups for rule in group.rules}

    def locate(reference: ResourceRef) -> Location | None:
        names = (reference.arn, reference.id, group_of.get(reference.id, ""))
        block = blocks.of(reference.type, *filter(None, names))
        return Location(_relative(block.file), block.line) if block else None

    return Sources(locate, Location(_relative(blocks.first_file), 1))


def _relative(path: Path) -> str:
    """As code scanning wants it: from where the command runs, the checkout's root as a rule."""
    return Path(os.path.relpath(path)).as_posix()


def _cache_folder() -> Path:
    """Where providers stay from one check to the next; nothing else does."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "landbridge"


@contextlib.contextmanager
def _held(cache: Path, root_module: Path) -> Iterator[None]:
    """No other check works on the same configuration meanwhile."""
    digest = hashlib.sha256(os.fsencode(root_module.resolve())).hexdigest()[:12]
    try:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (cache / f"{digest}.lock").open("w")
    except OSError as error:
        raise HostError(
            f"The cache folder {cache} cannot be used: {error.strerror}", "set XDG_CACHE_HOME to another"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise HostError(
                f"Another landbridge check works on {root_module}", "wait until it has ended"
            ) from error
        yield
