"""The journal's file: what was torn off is left out, what is damaged is refused."""

import os
from pathlib import Path

import pytest

from landbridge.control.journal.file import (
    Damaged,
    JournalFile,
    NotWritten,
    OtherFormat,
    read_journal,
    write_journal,
)

FRAMES = (b'{"note":"first"}\n', b'{"note":"second","value":[1,2,3]}\n', b"{}\nbody \x00\n\xff")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_journal(tmp_path / "journal", FRAMES[:1])
    return tmp_path / "journal"


def append(path: Path, *frames: bytes) -> None:
    journal = JournalFile(path, read_journal(path))
    for frame in frames:
        journal.append(frame)
    journal.close()


def test_what_was_appended_is_read(path: Path) -> None:
    append(path, *FRAMES[1:])
    content = read_journal(path)
    assert content.frames == FRAMES
    assert (content.size, content.torn) == (path.stat().st_size, 0)


def test_a_frame_torn_off_anywhere_costs_nothing_before_it(path: Path) -> None:
    append(path, FRAMES[1])
    whole = path.stat().st_size
    append(path, FRAMES[2])
    content = path.read_bytes()
    for size in range(whole, len(content)):
        path.write_bytes(content[:size])
        found = read_journal(path)
        assert (found.frames, found.size, found.torn) == (FRAMES[:2], whole, size - whole)


def test_after_a_torn_frame_the_next_one_is_in_its_place(path: Path) -> None:
    append(path, *FRAMES[1:])
    path.write_bytes(path.read_bytes()[:-3])
    append(path, b"instead")
    assert read_journal(path).frames == (*FRAMES[:2], b"instead")


@pytest.mark.parametrize("bit", [0, 7])
def test_no_byte_can_change_unnoticed(path: Path, bit: int) -> None:
    append(path, *FRAMES[1:])
    content = path.read_bytes()
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 << bit
        path.write_bytes(changed)
        with pytest.raises((Damaged, OtherFormat)):
            read_journal(path)


def test_frames_cannot_be_taken_out_or_change_places(path: Path) -> None:
    sizes = [path.stat().st_size]
    for frame in FRAMES[1:]:
        append(path, frame)
        sizes.append(path.stat().st_size)
    content = path.read_bytes()
    head, second, third = content[: sizes[0]], content[sizes[0] : sizes[1]], content[sizes[1] :]
    for changed in (head + third, head + third + second, content + third):
        path.write_bytes(changed)
        with pytest.raises(Damaged):
            read_journal(path)


def test_another_format_is_told_by_its_number(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"journal 1\n", b"journal 2\n"))
    with pytest.raises(OtherFormat, match="2"):
        read_journal(path)


@pytest.mark.parametrize("content", [b"", b"landbridge", b"landbridge journal 1", b"\x80\x04\x95"])
def test_a_file_that_is_no_journal_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(Damaged):
        read_journal(path)


def test_a_disk_that_takes_half_a_frame_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    full = OSError(28, "No space left on device")

    def half(descriptor: int, content: bytes) -> int:
        real(descriptor, content[: len(content) // 2])
        raise full

    journal = JournalFile(path, read_journal(path))
    monkeypatch.setattr(os, "write", half)
    with pytest.raises(NotWritten, match="No space left"):
        journal.append(FRAMES[1])
    monkeypatch.undo()
    journal.append(FRAMES[2])
    journal.close()
    assert read_journal(path).frames == (FRAMES[0], FRAMES[2])


def test_a_disk_that_takes_frames_in_pieces_gets_them_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, content: real(descriptor, content[:5]))
    append(path, FRAMES[1])
    assert read_journal(path).frames == FRAMES[:2]
