"""Whether the files beside a declaration are those it speaks of."""

from collections.abc import Collection

from landbridge.blueprint.declaration import Backend, Declaration
from landbridge.errors import DeclarationError


def check_files(declaration: Declaration, files: Collection[str]) -> None:
    """Raise if the code, its handler's file, the frontend or its index is not among `files`.

    `files` are the paths of all files beside and below the declaration, relative to it, with forward slashes.
    """
    code = declaration.backend.code
    _check_folder(declaration, files, ("backend", "code"), code)
    entries = _entry_files(declaration.backend)
    if not any(f"{code}/{entry}" in files for entry in entries):
        raise declaration.source.mistake(
            ("backend", "handler"),
            f'no file in {code} has the handler "{declaration.backend.handler}"',
            f"{declaration.backend.runtime} looks for {' or '.join(entries)} there",
        )
    folder, index = declaration.frontend.folder, declaration.frontend.index
    _check_folder(declaration, files, ("frontend", "folder"), folder)
    if f"{folder}/{index}" not in files:
        raise declaration.source.mistake(
            ("frontend", "index"), f"there is no file {folder}/{index}", "the index is what / answers with"
        )


def _check_folder(
    declaration: Declaration, files: Collection[str], path: tuple[str, str], folder: str
) -> None:
    if not any(file.startswith(f"{folder}/") for file in files):
        raise _missing_folder(declaration, path, folder)


def _missing_folder(declaration: Declaration, path: tuple[str, str], folder: str) -> DeclarationError:
    return declaration.source.mistake(
        path,
        f"there is no folder {folder} with files in it",
        f"{'.'.join(path)} is relative to the folder of {declaration.source.file}",
    )


def _entry_files(backend: Backend) -> tuple[str, ...]:
    """Where the runtime looks for the handler, relative to the code."""
    if backend.runtime.startswith("provided"):
        return ("bootstrap",)
    module = backend.handler.rpartition(".")[0]
    if backend.runtime.startswith("python"):
        path = module.replace(".", "/")
        return (f"{path}.py", f"{path}/__init__.py")
    return (f"{module}.js", f"{module}.mjs", f"{module}.cjs")
