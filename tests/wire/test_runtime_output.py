import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.wire.runtime_output import EVENT_LIMIT_BYTES, OutputReader


def frame(message: bytes) -> bytes:
    return b"\xa5\x5a\x00\x03" + len(message).to_bytes(4, "big") + bytes(8) + message


@pytest.mark.parametrize(
    ("written", "events"),
    [
        (b"", []),
        (b"one\n", ["one"]),
        (b"one\n\n\ntwo\n", ["one", "two"]),
        (b"one\ntwo", ["one", "two"]),
        (frame(b"several\nlines\n"), ["several\nlines"]),
        (b"one\n" + frame(b"two") + frame(b"three") + b"four\n", ["one", "two", "three", "four"]),
        (b"no end" + frame(b"two"), ["no end", "two"]),
        ("Grüße ¥Z\n".encode(), ["Grüße ¥Z"]),
        (b"\xff\xfe\n", ["\ufffd\ufffd"]),
        (b"\xa5\x5a\x00\x03\xff\xff\xff\xff" + bytes(8) + b"\n", ["\ufffdZ\0\x03" + "\ufffd" * 4 + "\0" * 8]),
    ],
)
def test_lines_and_frames_are_one_event_each(written: bytes, events: list[str]) -> None:
    reader = OutputReader()
    assert reader.feed(written) + reader.finish() == events


def test_a_line_that_does_not_end_is_cut() -> None:
    reader = OutputReader()
    events = reader.feed(b"x" * (2 * EVENT_LIMIT_BYTES + 1))
    assert [len(event) for event in events] == [EVENT_LIMIT_BYTES, EVENT_LIMIT_BYTES]
    assert reader.finish() == ["x"]


lines = st.text(st.characters(codec="utf-8", exclude_characters="\n\0"), min_size=1, max_size=30)


@given(
    written=st.lists(st.tuples(st.booleans(), lines), max_size=8),
    cuts=st.lists(st.integers(0, 400), max_size=12),
)
def test_events_are_read_alike_however_the_pipe_cuts_them(
    written: list[tuple[bool, str]], cuts: list[int]
) -> None:
    parts = [frame(text.encode()) if framed else text.encode() + b"\n" for framed, text in written]
    stream = b"".join(parts)
    reader, events, start = OutputReader(), list[str](), 0
    for cut in [*sorted(cuts), len(stream)]:
        events += reader.feed(stream[start:cut])
        start = max(start, min(cut, len(stream)))
    assert events == [text for _, text in written]


@given(noise=st.lists(st.binary(max_size=100), max_size=20))
def test_noise_never_stays_behind(noise: list[bytes]) -> None:
    reader = OutputReader()
    for part in noise:
        reader.feed(part)
    reader.finish()
    assert reader.feed(b"after\n") == ["after"]
