import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantics.api_gateway.calls import call, topology_with

from landbridge.model.exchange import Headers, HttpResponse
from landbridge.semantics.api_gateway.compression import packed, preferred_coding, unpacked
from landbridge.semantics.api_gateway.request import Executed
from landbridge.trace.codes import GatewayResponseType

PLAIN = b"orders " * 100
RAW = zlib.compress(PLAIN, wbits=-15)
ZIPPED = gzip.compress(PLAIN, mtime=0)
"""Without the time of day, which would be in the tests' names."""


def body_after(
    coding: str, body: bytes, smallest: int | None = None, most_bytes: int = 10_000
) -> bytes | None:
    topology = topology_with(minimum_compression_bytes=smallest)
    packed = call(topology, method="POST", headers=(("Content-Encoding", coding),), body=body)
    made = unpacked(packed, most_bytes)
    return made.request.body if made is not None else None


@pytest.mark.parametrize(
    ("coding", "body", "expected"),
    [
        ("gzip", ZIPPED, PLAIN),
        (" GZIP ", ZIPPED, PLAIN),
        ("deflate", zlib.compress(PLAIN), PLAIN),
        ("deflate", RAW, PLAIN),
        ("identity", PLAIN, PLAIN),
        ("gzip", b"", b""),
        ("br", b"", b""),
        ("br", PLAIN, None),
        ("gzip, deflate", ZIPPED, None),
        ("gzip", PLAIN, None),
        ("gzip", ZIPPED[:-9], None),
        ("deflate", PLAIN, None),
    ],
)
def test_a_packed_payload_is_unpacked_or_refused(coding: str, body: bytes, expected: bytes | None) -> None:
    assert body_after(coding, body) == expected


def test_with_compression_enabled_small_payloads_are_left_alone() -> None:
    assert body_after("gzip", ZIPPED, smallest=len(ZIPPED) + 1) == ZIPPED
    assert body_after("gzip", ZIPPED, smallest=len(ZIPPED)) == PLAIN


def test_not_much_more_than_the_limit_is_ever_unpacked() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert len(body_after("gzip", bomb, most_bytes=1000) or b"") == 1001


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        (None, "identity"),
        ("", "identity"),
        ("*", "*"),
        ("gzip", "gzip"),
        ("deflate", "deflate"),
        ("deflate,gzip", "deflate"),
        ("deflate, gzip, br, zstd", "deflate"),
        ("gzip, deflate, br", "gzip"),
        ("br, gzip", "br"),
        ("br;q=1.0, gzip;q=0.8", "br"),
        ("deflate;q=0.5,gzip;q=1.0", "gzip"),
        ("gzip;q=1.0,identity;q=0.5,*;q=0", "gzip"),
        ("gzip;q=0", "identity"),
        ("gzip;q=x, deflate;q=0.1", "deflate"),
        ("GZIP ; Q=1", "gzip"),
    ],
)
def test_the_coding_with_the_highest_quality_is_taken(accept_encoding: str | None, coding: str) -> None:
    assert preferred_coding(accept_encoding) == coding


def answered_to(
    accept_encoding: str | None,
    smallest: int | None = 0,
    headers: Headers = (),
    body: bytes = PLAIN,
    error_type: GatewayResponseType | None = None,
) -> HttpResponse:
    topology = topology_with(minimum_compression_bytes=smallest)
    accepted = () if accept_encoding is None else (("Accept-Encoding", accept_encoding),)
    executed = Executed(HttpResponse(200, headers, body), (), error_type=error_type)
    return packed(call(topology, headers=accepted), executed).response


def test_a_response_is_packed_where_the_api_says_so() -> None:
    answer = answered_to("gzip", len(PLAIN), (("Content-Type", "text/plain"),))
    assert answer.headers == (("Content-Type", "text/plain"), ("Content-Encoding", "gzip"))
    assert gzip.decompress(answer.body) == PLAIN


@pytest.mark.parametrize(
    "answer",
    [
        answered_to("gzip", None),
        answered_to("gzip", len(PLAIN) + 1),
        answered_to(None),
        answered_to("*"),
        answered_to("br, gzip;q=0.5"),
        answered_to("identity, gzip;q=0.5"),
        answered_to("gzip", headers=(("content-encoding", "br"),)),
        answered_to("gzip", error_type=GatewayResponseType.BAD_REQUEST_BODY),
        answered_to("gzip", body=b""),
    ],
)
def test_every_other_response_stays_as_it_is(answer: HttpResponse) -> None:
    assert answer.body in (PLAIN, b"")
    assert answer.header("content-encoding") in (None, "br")


@given(st.binary(min_size=1), st.sampled_from(["gzip", "deflate"]))
def test_what_is_packed_for_a_client_can_be_sent_back(body: bytes, coding: str) -> None:
    answer = answered_to(coding, body=body)
    assert answer.header("content-encoding") == coding
    assert body_after(coding, answer.body) == body
