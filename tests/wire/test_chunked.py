from hypothesis import given
from hypothesis import strategies as st

from landbridge.wire.chunked import LAST_CHUNK, ChunkedBody, ChunkedLimits, render_chunk


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_chunks_that_are_rendered_are_read_back(pieces: list[bytes]) -> None:
    body = ChunkedBody(ChunkedLimits(1000, 100, 100))
    rest = body.feed(b"".join(map(render_chunk, pieces)) + LAST_CHUNK + b"next")
    assert (rest, body.body, body.problem) == (b"next", b"".join(pieces), None)
