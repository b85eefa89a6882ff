"""State that is kept: opened, repeated, added to, compacted, closed."""

import contextlib
import secrets
import time
from collections.abc import Mapping
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from landbridge import __version__
from landbridge.control.dispatch import Answer, Request
from landbridge.control.journal.bodies import Bodies
from landbridge.control.journal.compaction import WORTH_WRITING, compacted
from landbridge.control.journal.entries import (
    Call,
    Entry,
    NotAnEntry,
    Note,
    StoredBody,
    from_bytes,
    to_bytes,
)
from landbridge.control.journal.file import (
    FORMAT,
    Content,
    Damaged,
    JournalFile,
    OtherFormat,
    read_journal,
    write_journal,
)
from landbridge.control.journal.folder import StateFolder
from landbridge.control.journal.recorder import EPOCH, Difference, Recorder, read_rows, repeat
from landbridge.control.journal.repeatable import no_stand_in, stand_in
from landbridge.control.session import without_collections
from landbridge.errors import HostError

BIRTH = "birth"
"""The note that every journal begins with."""
WRITER = "writer"
"""The note that names the versions which wrote what follows."""
OWN = f"landbridge {__version__} with moto {version('moto')}"
START_ANEW = "start again to begin with an empty state; what could be read is still there"


class Keeper:
    """The state in a folder, held by this process; not for several threads at once.

    moto must be empty before: what was kept is in it afterwards. HostError when the state is held by another
    process, is damaged (it is then put aside), or was written by another version that answers otherwise.
    """

    def __init__(self, folder: Path, account_id: str, anew: bool = False) -> None:
        self._account_id = account_id
        self._folder = StateFolder(folder)
        try:
            if anew:
                self._folder.journal.unlink(missing_ok=True)
            self._open()
        except BaseException:
            no_stand_in()
            self._folder.release()
            raise

    @property
    def notes(self) -> Mapping[str, Any]:
        """The last note of each name."""
        return self._notes

    @property
    def size(self) -> int:
        """Of the journal, in bytes."""
        return self._file.size

    def note(self, name: str, value: Any) -> None:
        """The note will be found again; the value is JSON."""
        self._write(Note(name, value))
        self._notes[name] = value

    def answer(self, service: str, operation: str, request: Request) -> Answer:
        """The answer to a call; what it changed is written when this returns."""
        return self._recorder.answer(service, operation, request)

    def close(self) -> None:
        """Everything is on the disk, in few calls, and nobody holds the folder."""
        self._file.close()
        if self._written >= WORTH_WRITING and not self._recorder.lost:
            content = read_journal(self._folder.journal)
            with contextlib.suppress(OSError):  # then it stays as long as it is
                self._compact([from_bytes(frame) for frame in content.frames], content)
        no_stand_in()
        self._folder.release()

    def _open(self) -> None:
        if not self._folder.journal.exists():
            self._begin()
        try:
            content = read_journal(self._folder.journal)
            self._bodies = Bodies(self._folder.bodies)
            entries = [from_bytes(frame) for frame in content.frames]
            self._notes = {entry.name: entry.value for entry in entries if isinstance(entry, Note)}
            self.differences = self._repeat(self._birth(entries), entries)
        except (Damaged, NotAnEntry) as problem:
            aside = self._folder.put_aside()
            raise HostError(
                f"The state in {self._folder.path} is damaged and was put aside as {aside.name}: {problem}",
                START_ANEW,
            ) from problem
        except OtherFormat as problem:
            raise HostError(
                f"The state in {self._folder.path} has format {problem}, and landbridge {__version__} has"
                f" format {FORMAT}",
                "use the version that wrote it, or another folder with --state FOLDER",
            ) from problem
        self.calls = sum(isinstance(entry, Call) for entry in entries)
        content = self._compact(entries, content)
        self._file = JournalFile(self._folder.journal, content)
        self._written = 0
        self._recorder = Recorder(self._write, self._bodies)
        if self._notes.get(WRITER) != OWN:
            self.note(WRITER, OWN)

    def _begin(self) -> None:
        birth = Note(
            BIRTH,
            {
                "account": self._account_id,
                "seed": secrets.token_hex(16),
                "at_us": time.time_ns() // 1000,
            },
        )
        write_journal(self._folder.journal, [to_bytes(birth), to_bytes(Note(WRITER, OWN))])

    def _birth(self, entries: list[Entry]) -> dict[str, Any]:
        if not entries or not isinstance(entries[0], Note) or entries[0].name != BIRTH:
            raise Damaged("it does not say who wrote it")
        birth: dict[str, Any] = entries[0].value
        if birth["account"] != self._account_id:
            raise HostError(
                f"The state in {self._folder.path} is of account {birth['account']}, not {self._account_id}",
                "choose another folder with --state FOLDER",
            )
        return birth

    def _repeat(self, birth: dict[str, Any], entries: list[Entry]) -> tuple[Difference, ...]:
        """What is answered otherwise than before, and yet is no reason to refuse the state."""
        calls = [entry for entry in entries if isinstance(entry, Call)]
        for call in calls:
            self._bodies.read(call.body)  # all of it can be read, or none of it is repeated
        stand_in(birth["seed"], EPOCH + timedelta(microseconds=birth["at_us"]))
        with without_collections():
            differences = repeat(calls, self._bodies, self._account_id)
        writer = self._notes.get(WRITER)
        grave = [each for each in differences if writer != OWN or each.status != each.call.status]
        if grave:
            raise HostError(
                f"The state in {self._folder.path} cannot be brought back: {grave[0]};"
                f" it was written by {writer}, this is {OWN}",
                "it was left as it is: use the version that wrote it, or another folder with --state FOLDER",
            )
        return differences

    def _compact(self, entries: list[Entry], content: Content) -> Content:
        kept = compacted(
            entries, self._bodies.read, lambda model, table: read_rows(model, table, self._account_id)
        )
        if kept is not None:
            write_journal(self._folder.journal, [to_bytes(entry) for entry in kept])
            content, entries = read_journal(self._folder.journal), kept
        bodies = (entry.body for entry in entries if isinstance(entry, Call))
        self._bodies.keep_only(body for body in bodies if isinstance(body, StoredBody))
        return content

    def _write(self, entry: Entry) -> None:
        self._file.append(to_bytes(entry))
        self._written += 1
