"""``landbridge init``: writes a small complete app."""

import re
from pathlib import Path

import click

from landbridge.blueprint.declaration import Design
from landbridge.blueprint.scaffold import scaffold
from landbridge.errors import DeclarationError

LONGEST_NAME = 23
"""A longer folder name is cut: the names of AWS resources derive from it."""


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--domain", help="The app's domain name; <folder>.corp.example when not given.")
@click.option(
    "--design",
    type=click.Choice([design.value for design in Design]),
    default=Design.GATEWAY.value,
    show_default=True,
    help="The path to the app: load balancer and API Gateway, load balancer alone, or API Gateway alone.",
)
def init(directory: Path, domain: str | None, design: str) -> None:
    """Write a small complete app to DIRECTORY: landbridge.toml, backend, frontend, README."""
    name = re.sub(r"[^a-z0-9]+", "-", directory.resolve().name.lower())[:LONGEST_NAME].strip("-") or "app"
    files = scaffold(name, domain or f"{name}.corp.example", Design(design))
    taken = sorted(path for path in files if (directory / path).exists())
    if taken:
        raise DeclarationError(
            f"{directory / taken[0]} is there already, nothing was written", "choose an empty folder"
        )
    for path, body in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_bytes(body)
        click.echo(directory / path)
    click.echo(f"\nRun it:  landbridge up {directory}", err=True)
