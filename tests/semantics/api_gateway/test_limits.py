import gzip

import pytest
from tests.semantics.api_gateway.calls import MOMENT, answered, call, matched, public, topology_with

from landbridge.model.exchange import Headers
from landbridge.model.policy import PolicyDocument
from landbridge.semantics.api_gateway.limits import oversized, unpack
from landbridge.semantics.api_gateway.request import Executed, MethodRequest
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import Step

TOPOLOGY = topology_with()


@pytest.mark.parametrize(
    ("target", "headers", "body", "status"),
    [
        ("/" + "x" * 8191, (), b"", None),
        ("/" + "x" * 8192, (), b"", 414),
        ("/", (("A", "x" * 7900),), b"", None),
        ("/", (("A", "x" * 8000),), b"", 431),
        ("/", (), b"x" * 10_485_760, None),
        ("/", (), b"x" * 10_485_761, 413),
    ],
)
def test_what_is_too_long_for_a_private_api(
    target: str, headers: Headers, body: bytes, status: int | None
) -> None:
    executed = oversized(World(TOPOLOGY), call(TOPOLOGY, target, "POST", headers, body), MOMENT)
    assert (executed.response.status if executed else None) == status


def test_a_public_api_takes_longer_headers() -> None:
    made = public(call(TOPOLOGY, headers=(("A", "x" * 9000),)))
    assert oversized(World(TOPOLOGY), made, MOMENT) is None


def test_a_large_payload_is_answered_in_plain_text_and_traced() -> None:
    made = call(TOPOLOGY, "/", "POST", (), b"x" * 10_485_761)
    executed = oversized(World(TOPOLOGY), made, MOMENT)
    assert executed is not None
    assert executed.response.body == b"HTTP content length exceeded 10485760 bytes."
    assert executed.response.header("content-type") == "text/plain"
    assert executed.error_type is GatewayResponseType.REQUEST_TOO_LARGE
    (hop,) = executed.hops
    assert (hop.step, hop.decision.code) == (Step.HTTP_REQUEST, GatewayResponseType.REQUEST_TOO_LARGE)
    assert hop.decision.facts == (("payload", "10485761 of at most 10485760 bytes"),)


def packed(body: bytes, coding: str = "gzip") -> MethodRequest:
    headers = (("Content-Encoding", coding),)
    return matched(TOPOLOGY, call(TOPOLOGY, "/api/orders", "POST", headers, body))


def test_a_payload_is_unpacked_and_keeps_its_header() -> None:
    made = unpack(packed(gzip.compress(b"{}")), ())
    assert isinstance(made, MethodRequest)
    assert (made.call.request.body, made.call.request.header("content-encoding")) == (b"{}", "gzip")


def test_a_payload_that_is_not_packed_costs_nothing() -> None:
    request = matched(TOPOLOGY, call(TOPOLOGY, "/api/orders", "POST", (), b"{}"))
    assert unpack(request, ()) is request


def test_a_payload_that_cannot_be_unpacked_is_an_unsupported_media_type() -> None:
    executed = unpack(packed(b"{}", "br"), ())
    assert isinstance(executed, Executed)
    assert (executed.response.status, executed.response.body) == (
        415,
        b'{"message": "Unsupported Media Type"}',
    )
    assert executed.hops[-1].decision.code is GatewayResponseType.UNSUPPORTED_MEDIA_TYPE


def test_a_payload_that_is_too_large_when_unpacked_is_too_large() -> None:
    executed = unpack(packed(gzip.compress(bytes(10_485_761))), ())
    assert isinstance(executed, Executed)
    assert executed.response.status == 413
    assert executed.hops[-1].decision.code is GatewayResponseType.REQUEST_TOO_LARGE


def test_a_signature_is_verified_over_the_payload_as_it_was_sent() -> None:
    """Whatever is wrong with the payload's coding is found only once the request may be made."""
    topology = topology_with(policy=PolicyDocument(()))
    executed = answered(topology, call(topology, "/api/orders", "POST", (("Content-Encoding", "br"),), b"{}"))
    assert executed.response.status == 403
