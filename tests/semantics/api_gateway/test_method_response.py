import pytest
from tests.semantics.api_gateway.calls import MOMENT, call, public, topology_with

from landbridge.model.exchange import Headers
from landbridge.semantics.api_gateway.method_response import (
    DROPPED_FROM_SERVER,
    REMAPPED_FROM_MAPPING,
    REMAPPED_FROM_PROXY,
    method_response,
    outbound_headers,
)

RENAMED = "x-amzn-Remapped-"


def test_a_response_without_trace_through_a_public_front() -> None:
    made = public(call(topology_with()))
    response = method_response(made, MOMENT, 200, (("X-A", "1"),), b"x", "")
    assert response.headers == (
        ("Date", "Tue, 05 Apr 2022 13:38:09 GMT"),
        ("Content-Type", "application/json"),
        ("x-amzn-RequestId", MOMENT.request_id),
        ("X-A", "1"),
        ("x-amz-apigw-id", MOMENT.extended_request_id),
    )


@pytest.mark.parametrize(
    ("name", "from_function", "from_server", "from_mapping"),
    [
        *((name, name, name, name) for name in ("Accept", "Age", "Pragma", "Range", "Referer", "TE", "Warn")),
        *((name, name, name, name) for name in ("Accept-Charset", "Accept-Encoding", "Content-Encoding")),
        *(
            (name, RENAMED + name, RENAMED + name, RENAMED + name)
            for name in ("Connection", "Content-Length")
        ),
        *((name, RENAMED + name, RENAMED + name, RENAMED + name) for name in ("Date", "Server")),
        *((name, name, name, RENAMED + name) for name in ("Authorization", "Content-MD5", "Expect", "Host")),
        *((name, name, name, RENAMED + name) for name in ("Max-Forwards", "Proxy-Authenticate", "Trailer")),
        *((name, name, name, RENAMED + name) for name in ("Upgrade", "User-Agent", "WWW-Authenticate")),
        ("content-md5", "content-md5", "content-md5", RENAMED + "Content-MD5"),
        ("date", *[RENAMED + "Date"] * 3),
        ("x-amzn-requestid", *[RENAMED + "x-amzn-RequestId"] * 3),
        ("Via", "Via", None, "Via"),
        ("Transfer-Encoding", None, None, None),
    ],
)
def test_the_table_of_headers_that_are_dropped_or_renamed_on_the_way_out(
    name: str, from_function: str | None, from_server: str | None, from_mapping: str | None
) -> None:
    header = ((name, "x"),)
    assert [outbound_headers(header, REMAPPED_FROM_PROXY)] == [_named(from_function)]
    assert [outbound_headers(header, REMAPPED_FROM_PROXY, DROPPED_FROM_SERVER)] == [_named(from_server)]
    assert [outbound_headers(header, REMAPPED_FROM_MAPPING)] == [_named(from_mapping)]


def _named(name: str | None) -> Headers:
    return () if name is None else ((name, "x"),)
