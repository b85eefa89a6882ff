"""The journal's file: appended to, never changed; what was torn off and what is damaged is told apart.

A frame is twelve bytes and its content: the content's length, a checksum of the content that goes on from the
frame before, and a checksum of these eight bytes. A file that ends within a frame was torn off by a process
that was killed: every frame before it is whole. Anything else that does not fit is damage.
"""

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from struct import Struct
from threading import Event, Thread
from typing import BinaryIO
from zlib import crc32

FORMAT = 1
MAGIC = b"landbridge journal "
FIRST_LINE = b"%s%d\n" % (MAGIC, FORMAT)
LENGTH_AND_CHECKSUM = Struct("<II")
CHECKSUM = Struct("<I")
FRAME_SIZE = LENGTH_AND_CHECKSUM.size + CHECKSUM.size
SYNC_INTERVAL_S = 1.0


class Damaged(Exception):  # noqa: N818
    """The file is not what was written; the message says where."""


class OtherFormat(Exception):  # noqa: N818
    """The file has another format than this one; the message names it."""


class NotWritten(Exception):  # noqa: N818
    """The disk took no more; the message says why."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is whole in a journal."""

    frames: tuple[bytes, ...]
    size: int
    """Bytes up to the end of the last whole frame."""
    checksum: int
    """Of the last whole frame's content."""
    torn: int = 0
    """Bytes after it, of a frame that was never finished."""


def read_journal(path: Path) -> Content:
    """Every whole frame; Damaged or OtherFormat when the file cannot be trusted."""
    content = path.read_bytes()
    _check_first_line(content)
    frames: list[bytes] = []
    place, checksum = len(FIRST_LINE), 0
    while len(content) - place >= FRAME_SIZE:
        head = content[place : place + LENGTH_AND_CHECKSUM.size]
        length, expected = LENGTH_AND_CHECKSUM.unpack(head)
        (of_head,) = CHECKSUM.unpack_from(content, place + LENGTH_AND_CHECKSUM.size)
        if crc32(head) != of_head:
            raise Damaged(f"entry {len(frames) + 1} at byte {place}: the checksum of its length is wrong")
        start = place + FRAME_SIZE
        if len(content) - start < length:
            break
        frame = content[start : start + length]
        if crc32(frame, checksum) != expected:
            raise Damaged(f"entry {len(frames) + 1} at byte {place}: its checksum is wrong")
        frames.append(frame)
        place, checksum = start + length, expected
    return Content(tuple(frames), place, checksum, len(content) - place)


def write_journal(path: Path, frames: Iterable[bytes]) -> None:
    """A new journal of these frames in the place of what was there, or else nothing at all."""
    part = path.with_suffix(".part")
    checksum = 0
    with open_private(part) as file:
        file.write(FIRST_LINE)
        for frame in frames:
            checksum = crc32(frame, checksum)
            file.write(_head(frame, checksum))
            file.write(frame)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    sync_folder(path.parent)


def open_private(path: Path) -> BinaryIO:
    """A new file that only its owner can read: there are private keys in what is written."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def sync_folder(folder: Path) -> None:
    """The names in the folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class JournalFile:
    """A journal that is appended to; not for several threads at once.

    A frame is with the operating system when ``append`` returns, so that it survives the end of this process,
    whatever ends it; it is on the disk within a second, so that a power cut costs no more than that.
    """

    def __init__(self, path: Path, content: Content) -> None:
        self.size = content.size
        self._checksum = content.checksum
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
        os.ftruncate(self._descriptor, content.size)
        self._written = Event()
        self._closing = Event()
        self._syncing = Thread(target=self._sync, name="journal", daemon=True)
        self._syncing.start()

    def append(self, frame: bytes) -> None:
        """The frame is the last one; NotWritten leaves the file as it was."""
        checksum = crc32(frame, self._checksum)
        whole = _head(frame, checksum) + frame
        try:
            written = os.write(self._descriptor, whole)
            while written < len(whole):
                written += os.write(self._descriptor, whole[written:])
        except OSError as error:
            with contextlib.suppress(OSError):  # what could not be cut off is a torn end, and told as such
                os.ftruncate(self._descriptor, self.size)
            raise NotWritten(error.strerror or str(error)) from error
        self._checksum = checksum
        self.size += len(whole)
        if not self._written.is_set():
            self._written.set()

    def close(self) -> None:
        """Everything is on the disk."""
        self._closing.set()
        self._written.set()
        self._syncing.join()
        os.close(self._descriptor)

    def _sync(self) -> None:
        while not self._closing.is_set():
            self._written.wait()
            self._closing.wait(SYNC_INTERVAL_S)
            self._written.clear()
            with contextlib.suppress(OSError):  # the next write meets the same disk and tells
                os.fsync(self._descriptor)


def _head(frame: bytes, checksum: int) -> bytes:
    head = LENGTH_AND_CHECKSUM.pack(len(frame), checksum)
    return head + CHECKSUM.pack(crc32(head))


def _check_first_line(content: bytes) -> None:
    line, found, _ = content[:64].partition(b"\n")
    if line + found == FIRST_LINE:
        return
    version = line.removeprefix(MAGIC)
    if found and line.startswith(MAGIC) and version.isdigit():
        raise OtherFormat(version.decode())
    raise Damaged("it does not begin as a journal does")
