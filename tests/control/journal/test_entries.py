"""Entries and their bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landbridge.control.journal.entries import Call, Entry, NotAnEntry, Note, StoredBody, from_bytes, to_bytes

TEXT = st.text(st.characters(codec="utf-8"))
CALLS = st.builds(
    Call,
    service=TEXT,
    operation=TEXT,
    request=st.dictionaries(TEXT, TEXT),
    body=st.binary() | st.builds(StoredBody, st.just("ab" * 32)),
    seed=st.integers(0, 2**128 - 1).map("{:032x}".format),
    at_us=st.integers(0, 2**52),
    status=st.integers(200, 599),
    answer=st.integers(-1, 2**32 - 1),
    keys=st.lists(st.binary(min_size=1)).map(tuple),
    is_served=st.booleans(),
    header_names=st.none() | st.dictionaries(TEXT, TEXT, min_size=1),
)
NOTES = st.builds(Note, TEXT, st.recursive(st.none() | TEXT | st.integers(0, 99), st.lists))


@given(CALLS | NOTES)
def test_an_entry_is_what_its_bytes_say(entry: Entry) -> None:
    assert from_bytes(to_bytes(entry)) == entry


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"[]\n",
        b"7\n",
        b'{"call":"CreateVpc"}\n',
        b'{"note":"n"}\n',
        to_bytes(Call("ec2", "CreateVpc", {}, b"", "0", 0, 200, 0)).replace(b'"seed":"0"', b'"seed":"x"'),
        to_bytes(Call("ec2", "CreateVpc", {}, b"", "0", 0, 200, 0)).replace(b"{}", b"[1]"),
        b"\x80\x04\x95\x1a\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94.",
    ],
)
def test_anything_else_is_no_entry(content: bytes) -> None:
    with pytest.raises(NotAnEntry):
        from_bytes(content)
