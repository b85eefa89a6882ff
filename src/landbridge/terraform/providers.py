"""What a module's files configure that would lead away from this machine, and the override that prevents it.

Only what counts for that is read: provider blocks of the AWS provider, the backend, states of other places.
Everything else is Terraform's to read and to complain of.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import hcl2
from lark.exceptions import LarkError

from landbridge.errors import DeclarationError

Body = dict[str, Any]
CANCELLED_ARGUMENTS = frozenset(
    {
        *("access_key", "secret_key", "token", "profile", "shared_config_files", "shared_credentials_files"),
        *("shared_credentials_file", "allowed_account_ids", "forbidden_account_ids", "sts_region"),
        *("use_fips_endpoint", "use_dualstack_endpoint", "s3_us_east_1_regional_endpoint", "max_retries"),
        *("http_proxy", "https_proxy", "no_proxy", "custom_ca_bundle", "insecure"),
        *("ec2_metadata_service_endpoint", "ec2_metadata_service_endpoint_mode"),
    }
)
"""Arguments of the AWS provider that choose credentials, an account, or the way to AWS."""
CANCELLED_BLOCKS = frozenset({"endpoints", "assume_role", "assume_role_with_web_identity"})
AWS_PROVIDER = re.compile(r"(^|/)hashicorp/aws$")
WORTH_PARSING = re.compile(r'^\s*(provider\s|terraform\s*\{|data\s+"?terraform_remote_state)', re.MULTILINE)
"""The parser is slow; files with nothing for us are most of them."""
LITERAL = re.compile(r'"([^"$%\\]*)"')
LOCKED_VERSION = re.compile(r'^provider "[^"]*/hashicorp/aws" \{\s*version\s*=\s*"(\d+)\.', re.MULTILINE)
PATH_STYLE_SINCE = 4


@dataclass(frozen=True, slots=True)
class ProviderBlock:
    """A configuration of the AWS provider."""

    name: str
    """The provider's local name: ``aws`` as a rule."""
    alias: str
    """Empty for the default configuration."""
    region: str
    """As an expression; empty where it is not set."""
    leading_away: tuple[str, ...]
    """The arguments and blocks in it that are to be cancelled, sorted."""

    @property
    def address(self) -> str:
        """For example ``aws.us_east_1``."""
        return f"{self.name}.{self.alias}" if self.alias else self.name

    @property
    def literal_region(self) -> str:
        """The region where it is written out, else empty."""
        literal = LITERAL.fullmatch(self.region)
        return literal[1] if literal else ""


@dataclass(frozen=True, slots=True)
class ModuleSettings:
    """What was found in one module."""

    providers: tuple[ProviderBlock, ...] = ()
    remote_states: tuple[tuple[str, str], ...] = ()
    """Address and backend of each ``terraform_remote_state`` that is not in a local file."""
    unread: tuple[str, ...] = ()
    """Files that could not be parsed."""

    @property
    def default_provider(self) -> ProviderBlock | None:
        """The configuration without an alias."""
        return next((block for block in self.providers if not block.alias), None)


def read_settings(files: Mapping[str, str]) -> ModuleSettings:
    """The settings in a module's files, by name; names that end with ``.json`` are in JSON syntax."""
    bodies, unread = [], []
    for name, text in sorted(files.items()):
        try:
            bodies.append(_parse(name, text))
        except (LarkError, ValueError, RecursionError):
            unread.append(name)  # if it is wrong, Terraform says so, and better
    names = _local_names(bodies)
    return ModuleSettings(
        tuple(_provider_blocks(bodies, names)), tuple(_remote_states(bodies)), tuple(unread)
    )


def check_child_module(place: str, settings: ModuleSettings) -> None:
    """DeclarationError if a module that is called leads away: only the root module can be overridden."""
    for block in settings.providers:
        if block.leading_away:
            raise DeclarationError(
                f"{place} configures provider {block.address} itself, with {', '.join(block.leading_away)}",
                "move the provider block to the root module, where landbridge overrides these for its runs",
            )


def check_remote_states(place: str, settings: ModuleSettings) -> None:
    """DeclarationError if a module reads a state that is not on this machine."""
    for address, backend in settings.remote_states:
        raise DeclarationError(
            f"{address} in {place} reads a state from backend {backend}, which is not on this machine",
            "give what it provides as input variables, for instance with a default for landbridge's runs",
        )


def knows_path_style(lock: str) -> bool:
    """Whether the AWS provider that a dependency lock file names has the argument ``s3_use_path_style``."""
    locked = LOCKED_VERSION.search(lock)
    return locked is not None and int(locked[1]) >= PATH_STYLE_SINCE


def override(settings: ModuleSettings, state: str, workspaces: str, path_style: bool = False) -> str:
    """An override file for the root module: state in a local file, nothing that leads away.

    With `path_style` S3 is asked for ``/BUCKET`` and not at ``BUCKET.127.0.0.1``, which the provider does
    where the bucket's name has dots, and which has no address. Else what a block does not set is not
    mentioned: an older provider may not know it.
    """
    backend = (
        f'terraform {{\n  backend "local" {{\n    path = {_quoted(state)}\n'
        f"    workspace_dir = {_quoted(workspaces)}\n  }}\n}}\n"
    )
    overridden = [
        _provider_override(block, path_style)
        for block in settings.providers
        if block.leading_away or path_style
    ]
    return "\n".join([backend, *overridden])


def _provider_override(block: ProviderBlock, path_style: bool) -> str:
    lines = [f"provider {_quoted(block.name)} {{"]
    if block.alias:
        lines.append(f"  alias = {_quoted(block.alias)}")
    for name in block.leading_away:
        if name in CANCELLED_BLOCKS:
            lines.append(f"  dynamic {_quoted(name)} {{\n    for_each = []\n    content {{}}\n  }}")
        else:
            lines.append(f"  {name} = null")
    if path_style:
        lines.append("  s3_use_path_style = true")
    return "\n".join([*lines, "}\n"])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def _parse(name: str, text: str) -> Body:
    if name.endswith(".json"):
        body = json.loads(text)
        return body if isinstance(body, dict) else {}
    return hcl2.loads(text) if WORTH_PARSING.search(text) else {}


def _local_names(bodies: list[Body]) -> set[str]:
    """The names by which the module calls the AWS provider."""
    required = {
        _plain(name): requirement
        for body in bodies
        for terraform in _blocks(body.get("terraform"))
        for providers in _blocks(terraform.get("required_providers"))
        for name, requirement in providers.items()
    }
    named = {name for name, value in required.items() if AWS_PROVIDER.search(_source(value))}
    return named if "aws" in required else named | {"aws"}


def _source(requirement: Any) -> str:
    return _plain(requirement.get("source", "")) if isinstance(requirement, dict) else ""


def _provider_blocks(bodies: list[Body], names: set[str]) -> Iterator[ProviderBlock]:
    """One for each name and alias; an override file of the user's adds to the block that it overrides."""
    found: dict[tuple[str, str], Body] = {}
    for body in bodies:
        for name, block in _labelled(body.get("provider")):
            if name in names:
                found.setdefault((name, _plain(block.get("alias", ""))), {}).update(_settings(block))
    for (name, alias), settings in sorted(found.items()):
        leading_away = sorted((CANCELLED_ARGUMENTS | CANCELLED_BLOCKS) & set(settings))
        yield ProviderBlock(name, alias, _expression(settings.get("region", "")), tuple(leading_away))


def _settings(block: Body) -> Body:
    dynamic = {name: True for name, _ in _labelled(block.get("dynamic"))}
    return {_plain(name): value for name, value in block.items()} | dynamic


def _remote_states(bodies: list[Body]) -> Iterator[tuple[str, str]]:
    for body in bodies:
        for kind, sources in _labelled(body.get("data")):
            for name, block in sources.items() if kind == "terraform_remote_state" else ():
                for settings in _blocks(block):
                    backend = _plain(settings.get("backend", ""))
                    if backend != "local":
                        yield f"data.terraform_remote_state.{_plain(name)}", backend


def _labelled(value: Any) -> Iterator[tuple[str, Body]]:
    """Label and body of blocks with one label, whichever syntax they are in."""
    for labelled in _blocks(value):
        for label, bodies in labelled.items():
            for body in _blocks(bodies):
                yield _plain(label), body


def _blocks(value: Any) -> list[Body]:
    candidates = value if isinstance(value, list) else [value]
    return [candidate for candidate in candidates if isinstance(candidate, dict)]


def _plain(value: Any) -> str:
    """A string without the quotes that the parser leaves around a literal."""
    return str(value).removeprefix('"').removesuffix('"')


def _expression(value: Any) -> str:
    """A value as Terraform's console takes it."""
    text = str(value)
    if not text or text.startswith('"'):
        return text
    wrapped = re.fullmatch(r"\$\{(.*)\}", text, re.DOTALL)
    return wrapped[1] if wrapped else json.dumps(text)
