"""``landbridge terraform``: the declared app as a Terraform root module."""

import shutil
from pathlib import Path

import click

from landbridge.blueprint.declaration import Declaration
from landbridge.blueprint.packaging import zip_folder
from landbridge.errors import DeclarationError
from landbridge.serve.deployment import contents, read_declaration
from landbridge.terraform.root_module import (
    CODE,
    FRONTEND_FOLDER,
    MARK,
    MODULE_FOLDER,
    module_files,
    root_module,
)


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write; DIRECTORY/terraform when not given.",
)
def terraform(directory: Path, out: Path | None) -> None:
    """Write the app in DIRECTORY as a Terraform root module, with code, frontend and the module it calls."""
    declaration = read_declaration(directory)
    texts = root_module(declaration)
    target = out or directory / "terraform"
    _check_free(target)
    for folder in (FRONTEND_FOLDER, MODULE_FOLDER):
        if (target / folder).exists():
            shutil.rmtree(target / folder)
    for path, body in {**_app_files(directory, declaration), **module_files()}.items():
        _write(target / path, body)
    for path, text in texts.items():
        _write(target / path, text.encode())
        click.echo(target / path)
    for path in (CODE, FRONTEND_FOLDER, MODULE_FOLDER):
        click.echo(target / path)
    click.echo(f"\nApply it:  terraform -chdir={target} init && terraform -chdir={target} apply", err=True)


def _check_free(target: Path) -> None:
    """Raise if somebody else's files are there."""
    main = target / "main.tf"
    is_ours = main.is_file() and main.read_text(encoding="utf-8", errors="replace").startswith(MARK)
    if target.exists() and any(target.iterdir()) and not is_ours:
        raise DeclarationError(
            f"{target} has files that landbridge terraform did not write, nothing was written",
            "choose an empty folder: --out FOLDER",
        )


def _app_files(directory: Path, declaration: Declaration) -> dict[str, bytes]:
    frontend = contents(directory / declaration.frontend.folder)
    return {
        CODE: zip_folder(contents(directory / declaration.backend.code)),
        **{f"{FRONTEND_FOLDER}/{path}": body for path, body in frontend.items()},
    }


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
