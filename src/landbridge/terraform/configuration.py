"""A Terraform configuration of the user's, and what landbridge has Terraform do with it."""

import contextlib
import hashlib
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from landbridge.errors import DeclarationError, HostError
from landbridge.terraform.blocks import AppliedBlocks
from landbridge.terraform.environment import api_environment, base_environment
from landbridge.terraform.gate import gate
from landbridge.terraform.program import find_program
from landbridge.terraform.providers import (
    LITERAL,
    ModuleSettings,
    ProviderBlock,
    check_child_module,
    check_remote_states,
    knows_path_style,
    override,
    read_settings,
)
from landbridge.terraform.runner import Runner
from landbridge.terraform.view import STATE, make_view

OVERRIDE = "zzzz_landbridge_override.tf"
"""Overrides are merged in the order of their names: ours is the last."""
LOCK = ".terraform.lock.hcl"
SYNTAX = (".tf", ".tf.json", ".tofu", ".tofu.json")
IN_SYNC, DIFFERENT = 0, 2
"""What ``plan -detailed-exitcode`` ends with."""


@dataclass(frozen=True, slots=True)
class Api:
    """The AWS API that resources are made in."""

    endpoint_url: str
    region: str


class Configuration:
    """Applies a folder's configuration; everything that Terraform writes goes to a folder of ours.

    ``prepare`` comes first, and again after the user's files have changed. `account` names the account that
    is meant, by the folder of its state: in another one nothing has been applied.
    """

    def __init__(
        self, folder: Path, state_folder: Path, account: str = "", variable_files: tuple[Path, ...] = ()
    ) -> None:
        self.folder = folder.resolve()
        if not _module_files(self.folder):
            raise DeclarationError(
                f"There is no Terraform configuration in {folder}",
                "--terraform names a folder with .tf files",
            )
        program = find_program()
        place = hashlib.sha256(os.fsencode(f"{self.folder}\0{account}")).hexdigest()[:12]
        self._below = state_folder.resolve() / "terraform" / place
        self._state = self._below / STATE
        self._workspaces = self._below / "workspaces"
        self._home = self._below / "home"
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._variables = tuple(f"-var-file={path.absolute()}" for path in variable_files)
        view = make_view(self.folder, self._below)
        environment = base_environment(os.environ, program.name, self._home, self._below / "providers")
        self._runner = Runner(program, self.folder, view, environment)
        self.remarks: tuple[str, ...] = ()

    def forget_state(self) -> None:
        """Nothing has been applied yet: for an AWS API that begins empty."""
        for path in (*self._below.glob(f"{STATE}*"), *self._workspaces.glob(f"*/{STATE}*")):
            path.unlink()

    async def prepare(self) -> str:
        """Installs providers and modules; the region of the default provider, or empty where none is set.

        DeclarationError where a module would lead away from this machine and cannot be kept from it.
        """
        view = make_view(self.folder, self._below)
        settings = read_settings(_module_files(self.folder))
        check_remote_states(str(self.folder), settings)
        places = str(self._state), str(self._workspaces)
        (view / OVERRIDE).write_text(override(settings, *places))
        await self._must("init", "-input=false", "-reconfigure")
        if knows_path_style(_text(view / LOCK)):
            (view / OVERRIDE).write_text(override(settings, *places, path_style=True))
        for place, child in self._child_modules():
            check_child_module(place, child)
            check_remote_states(place, child)
        region = await self._region(settings.default_provider)
        self.remarks = tuple(_remarks(settings, region))
        return region

    async def apply(self, api: Api, refusal: Callable[[str], None]) -> None:
        """Applies; DeclarationError when Terraform fails, its own errors on stderr whole."""
        async with self._environment(api, refusal) as environment:
            await self._must("apply", "-auto-approve", *self._options(), environment=environment)

    async def is_in_sync(self, api: Api, refusal: Callable[[str], None]) -> bool:
        """Whether a plan is empty."""
        async with self._environment(api, refusal) as environment:
            arguments = ("plan", "-detailed-exitcode", *self._options())
            code = await self._runner.run(*arguments, environment=environment)
        if code not in {IN_SYNC, DIFFERENT}:
            raise self._failed("plan")
        return code == IN_SYNC

    async def destroy(self, api: Api, refusal: Callable[[str], None]) -> None:
        """Destroys everything that was applied."""
        async with self._environment(api, refusal) as environment:
            await self._must("destroy", "-auto-approve", *self._options(), environment=environment)

    def blocks(self) -> AppliedBlocks:
        """Where the user wrote down what has been applied."""
        states = [
            json.loads(path.read_text())
            for path in (self._state, *self._workspaces.glob(f"*/{STATE}"))
            if path.exists()
        ]
        own = {name: self._own(folder) for name, folder in self._modules().items()}
        modules = {name: _texts(folder) for name, folder in own.items() if folder is not None}
        resources = [resource for state in states for resource in state["resources"]]
        return AppliedBlocks({"resources": resources}, {**modules, "": _texts(self.folder)})

    def stamp(self) -> frozenset[tuple[str, int, int]]:
        """Changes whenever a file of the root module or of a module on this machine that it calls does."""
        folders = [self.folder, *(folder for folder in self._module_folders() if self._is_users(folder))]
        files = {path for folder in folders for path in folder.rglob("*") if _is_watched(folder, path)}
        return frozenset((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files)

    def _options(self) -> tuple[str, ...]:
        return ("-input=false", "-compact-warnings", *self._variables)

    @contextlib.asynccontextmanager
    async def _environment(self, api: Api, refusal: Callable[[str], None]) -> AsyncIterator[dict[str, str]]:
        async with gate(refusal) as gate_url:
            yield api_environment(api.endpoint_url, api.region, gate_url)

    async def _must(self, *arguments: str, environment: dict[str, str] | None = None) -> None:
        if await self._runner.run(*arguments, environment=environment):
            raise self._failed(arguments[0])

    def _failed(self, command: str) -> DeclarationError:
        return DeclarationError(
            f"{self._runner.program.name} {command} failed in {self.folder}", "what it said is above"
        )

    async def _region(self, block: ProviderBlock | None) -> str:
        """The default provider's region; Terraform itself evaluates what is not written out."""
        if block is None or not block.region:
            return ""
        if block.literal_region:
            return block.literal_region
        answer = await self._runner.ask("console", *self._variables, text=" ".join(block.region.split()))
        literal = LITERAL.fullmatch(answer)
        if literal is None:
            raise DeclarationError(
                f"The region of provider {block.address} is not known beforehand: {block.region}",
                "write it out, or take it from an input variable or a local value",
            )
        return literal[1]

    def _child_modules(self) -> Iterator[tuple[str, ModuleSettings]]:
        view = self._runner.view
        for folder in self._module_folders():
            place = self.folder / folder.relative_to(view) if folder.is_relative_to(view) else folder
            yield str(place), read_settings(_module_files(folder))

    def _module_folders(self) -> list[Path]:
        """Where the modules are that the root module calls, directly or not."""
        return sorted(set(self._modules().values()))

    def _modules(self) -> dict[str, Path]:
        """The same by the names of the calls, as ``init`` left word."""
        manifest = self._below / "providers" / "modules" / "modules.json"
        try:
            modules = json.loads(manifest.read_text())["Modules"]
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError) as error:
            raise HostError(f"{manifest} cannot be read: {error}", "remove it and start again") from error
        view = self._runner.view
        return {module["Key"]: (view / module["Dir"]).resolve() for module in modules if module["Key"]}

    def _own(self, folder: Path) -> Path | None:
        """Where the user has a module's folder; None for one that was fetched."""
        view = self._runner.view.resolve()
        if folder.is_relative_to(view):
            return self.folder / folder.relative_to(view)
        return folder if self._is_users(folder) else None

    def _is_users(self, folder: Path) -> bool:
        return not folder.is_relative_to(self._below)


def _module_files(folder: Path) -> dict[str, str]:
    """The files of a module, by name."""
    if not folder.is_dir():
        return {}
    return {
        path.name: path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name.endswith(SYNTAX) and path.name != OVERRIDE
    }


def _texts(folder: Path) -> dict[Path, str]:
    return {folder / name: text for name, text in _module_files(folder).items()}


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _is_watched(folder: Path, path: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return not hidden and path.is_file() and not path.name.startswith(STATE)


def _remarks(settings: ModuleSettings, region: str) -> Iterator[str]:
    for block in settings.providers:
        if block.leading_away:
            yield f"provider {block.address}: not used here: {', '.join(block.leading_away)}"
        if block.literal_region not in {"", region}:
            yield (
                f"provider {block.address}: what it makes in {block.literal_region} is in the AWS API, "
                "but the app's path is looked at in one region only"
            )
    for name in settings.unread:
        yield f"{name} could not be read for provider settings"
