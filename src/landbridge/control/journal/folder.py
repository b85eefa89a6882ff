"""A folder that holds the state of one process at a time."""

import fcntl
import os
from datetime import UTC, datetime
from pathlib import Path

from landbridge.errors import HostError

JOURNAL = "journal"
BODIES = "bodies"
LOCK = "lock"


class StateFolder:
    """The folder, held by this process until ``release``; the system releases it when the process dies."""

    def __init__(self, folder: Path) -> None:
        self.path = folder
        self.journal = folder / JOURNAL
        self.bodies = folder / BODIES
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise HostError(
                f"The state folder {folder} cannot be used: {error.strerror}",
                "choose another with --state FOLDER",
            ) from error
        self._hold()

    def release(self) -> None:
        """Another process may hold it."""
        os.close(self._lock)

    def put_aside(self) -> Path:
        """The state is in a folder of its own inside this one, so that the next start begins empty."""
        aside = self.path / f"damaged-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
        aside.mkdir(mode=0o700)
        for path in (self.journal, self.bodies):
            if path.exists():
                path.rename(aside / path.name)
        return aside

    def _hold(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._lock, 100, 0).decode(errors="replace").strip()
            os.close(self._lock)
            raise HostError(
                f"The state in {self.path} is in use by {holder or 'another process'}",
                "stop that one, or choose another folder with --state FOLDER",
            ) from error
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"process {os.getpid()}\n".encode(), 0)
