"""Where in the user's files the block of each resource stands that was applied."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

IDENTIFYING = ("id", "arn", "qualified_arn", "security_group_rule_id", "dns_name", "function_name")
"""Attributes by which AWS calls a resource; others name its neighbours."""
INSTANCE_KEY = re.compile(r"\[[^\]]*\]")
SEPARATORS = re.compile(r"[ ,/]+")
BLOCK = re.compile(r'^[ \t]*(resource|module)[ \t]+"?([\w-]+)"?(?:[ \t]+"?([\w-]+)"?)?[ \t]*\{', re.MULTILINE)

Files = Mapping[Path, str]
"""The texts of a module's files, by the paths where the user has them."""


@dataclass(frozen=True, slots=True)
class Block:
    """A ``resource`` block, or the ``module`` block that calls somebody else's module."""

    file: Path
    line: int


@dataclass(frozen=True)
class AppliedBlocks:
    """The blocks of everything in a state."""

    state: Mapping[str, Any]
    """As Terraform writes it, version 4."""
    modules: Mapping[str, Files]
    """The user's own modules by the names of their calls: an empty one for the root, ``app.network``."""

    def of(self, resource_type: str, *names: str) -> Block | None:
        """The block of a resource by CloudFormation's type and what AWS calls it, or parts of that."""
        for name in names:
            for known in (name, *_parts(name)):
                found = self._by_name.get(known)
                if found:
                    return max(found, key=lambda each: _likeness(resource_type, each[0]))[1]
        return None

    @property
    def first_file(self) -> Path:
        """The first file of the root module, by name."""
        return min(self.modules[""])

    @cached_property
    def _by_name(self) -> dict[str, list[tuple[str, Block]]]:
        """Terraform's type and block by id, ARN and the like."""
        found: dict[str, list[tuple[str, Block]]] = {}
        for resource in self.state.get("resources", ()):
            block = self._block(resource) if resource.get("mode") == "managed" else None
            if block is not None:
                for name in _names(resource):
                    found.setdefault(name, []).append((resource["type"], block))
        return found

    def _block(self, resource: Mapping[str, Any]) -> Block | None:
        module = INSTANCE_KEY.sub("", resource.get("module", "")).replace("module.", "")
        key = ("resource", resource["type"], resource["name"])
        while module and module not in self.modules:
            module, _, call = module.rpartition(".")
            key = ("module", call, "")
        return self._blocks.get((module, *key))

    @cached_property
    def _blocks(self) -> dict[tuple[str, str, str, str], Block]:
        """By module, kind, and what is written behind it."""
        return {
            (module, found[1], found[2], found[3] or ""): Block(path, text.count("\n", 0, found.start(1)) + 1)
            for module, files in self.modules.items()
            for path, text in files.items()
            for found in BLOCK.finditer(text)
        }


def _names(resource: Mapping[str, Any]) -> Iterator[str]:
    for instance in resource.get("instances", ()):
        attributes = instance.get("attributes") or {}
        yield from {
            attributes[name]
            for name in IDENTIFYING
            if isinstance(attributes.get(name), str) and attributes[name]
        }


def _parts(name: str) -> Iterator[str]:
    """What it names besides: ``rtb-1`` of ``rtb-1 10.0.0.0/16``, a function of its alias."""
    parts = SEPARATORS.split(name)
    if len(parts) > 1:
        yield from parts
    while ":" in name and name.count(":") > 5:
        name = name.rpartition(":")[0]
        yield name


def _likeness(resource_type: str, terraform_type: str) -> float:
    """How alike ``AWS::S3::BucketPolicy`` and ``aws_s3_bucket_policy`` are."""
    ours = resource_type.removeprefix("AWS::").replace("::", "").replace(" ", "").lower()
    theirs = terraform_type.removeprefix("aws_").replace("_", "")
    return difflib.SequenceMatcher(None, ours, theirs).ratio()
