"""The folder that Terraform really runs in: the user's root module, seen through a folder of our own.

Terraform takes an override, a lock file or a generated archive only from the root module's own folder, which
is the user's and stays untouched. So the root module's files are copied to the same path below a folder of
ours, and every neighbour of it and of the folders around it is a link: ``../modules/api`` and
``${path.module}/../backend`` lead where they always did.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from landbridge.errors import DeclarationError

LEFT_OUT = frozenset({".git", ".terraform", ".landbridge"})
STATE = "terraform.tfstate"
"""State in the user's folder is of other resources: neither it nor its backups and locks are shown."""
MANIFEST = "copied.txt"


def make_view(folder: Path, below: Path) -> Path:
    """The view of a folder, up to date with it; what Terraform itself wrote into the view stays.

    `folder` is absolute and has no links in it.
    """
    if below.is_relative_to(folder) and ".landbridge" not in below.relative_to(folder).parts:
        raise DeclarationError(f"{below} lies in {folder}", "choose a folder outside it")
    view = below / "view" / folder.relative_to(folder.anchor)
    view.mkdir(parents=True, exist_ok=True)
    _link_neighbours(folder, view)
    _copy(folder, view, below / MANIFEST)
    return view


def _link_neighbours(folder: Path, view: Path) -> None:
    """At each level on the way up, everything but the way itself is a link."""
    while folder != folder.parent:
        wanted = {path.name: path for path in _entries(folder.parent) if path.name != folder.name}
        for link in _entries(view.parent):
            if link.is_symlink() and wanted.get(link.name) != link.readlink():
                link.unlink()
        for name, path in wanted.items():
            link = view.parent / name
            if name != ".landbridge" and not os.path.lexists(link):
                link.symlink_to(path)
        folder, view = folder.parent, view.parent


def _entries(folder: Path) -> list[Path]:
    """What is in a folder; nothing where that may not be known, as in another user's."""
    with contextlib.suppress(PermissionError):
        return list(folder.iterdir())
    return []


def _copy(folder: Path, view: Path, manifest: Path) -> None:
    files = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    before = manifest.read_text().split("\0") if manifest.exists() else []
    for name in before:
        if name and name not in files:
            (view / name).unlink(missing_ok=True)
    manifest.write_text("\0".join(files))
    for name, path in files.items():
        _copy_file(path, view / name)


def _files(folder: Path) -> Iterator[Path]:
    for directory, names, files in os.walk(folder):
        here = Path(directory)
        names[:] = [name for name in names if not _is_left_out(name, here == folder)]
        links = [name for name in names if (here / name).is_symlink()]
        yield from (here / name for name in (*links, *files) if not _is_left_out(name, here == folder))


def _is_left_out(name: str, at_root: bool) -> bool:
    return name in LEFT_OUT or (at_root and name.lstrip(".").startswith(STATE))


def _copy_file(source: Path, target: Path) -> None:
    """A copy, or the link where the user has a link; an unchanged file is not copied again."""
    status = source.lstat()
    if os.path.lexists(target):
        there = target.lstat()
        if (there.st_mtime_ns, there.st_size, there.st_mode) == (
            status.st_mtime_ns,
            status.st_size,
            status.st_mode,
        ):
            return
        target.unlink()
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target, follow_symlinks=False)
