"""Bodies that are too large for the journal: a file each, named by what is in it."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from landbridge.control.journal.entries import StoredBody
from landbridge.control.journal.file import Damaged, NotWritten, open_private, sync_folder

LARGEST_INLINE = 64 * 1024


class Bodies:
    """A folder of bodies; the same body is there once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, exist_ok=True)

    def keep(self, body: bytes) -> bytes | StoredBody:
        """The body itself when it is small; else where it is now, whole and on the disk."""
        if len(body) <= LARGEST_INLINE:
            return body
        stored = StoredBody(hashlib.sha256(body).hexdigest())
        path = self._folder / stored.sha256
        if not path.exists():
            try:
                self._write(path, body)
            except OSError as error:
                raise NotWritten(error.strerror or str(error)) from error
        return stored

    def read(self, body: bytes | StoredBody) -> bytes:
        """The body; Damaged when its file is missing or is not what was written."""
        if isinstance(body, bytes):
            return body
        if not body.sha256.isalnum():
            raise Damaged(f"body {body.sha256!r} has no name that a body has")
        try:
            content = (self._folder / body.sha256).read_bytes()
        except OSError as error:
            raise Damaged(f"body {body.sha256} cannot be read: {error.strerror}") from error
        if hashlib.sha256(content).hexdigest() != body.sha256:
            raise Damaged(f"body {body.sha256} has changed")
        return content

    def keep_only(self, wanted: Iterable[StoredBody]) -> None:
        """Bodies that nothing refers to are gone, and what was never finished."""
        names = {stored.sha256 for stored in wanted}
        for path in self._folder.iterdir():
            if path.name not in names:
                path.unlink()

    def _write(self, path: Path, body: bytes) -> None:
        part = path.with_suffix(".part")
        with open_private(part) as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(self._folder)
