import pytest
from tests.semantics.api_gateway.calls import MOMENT, call, public, topology_with

from landbridge.model.exchange import Headers
from landbridge.semantics.api_gateway.limits import oversized
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
    (hop,) = executed.hops
    assert (hop.step, hop.decision.code) == (Step.HTTP_REQUEST, GatewayResponseType.REQUEST_TOO_LARGE)
    assert hop.decision.facts == (("payload", "10485761 of at most 10485760 bytes"),)
