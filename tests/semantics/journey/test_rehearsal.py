from dataclasses import replace

import pytest
from tests import topologies
from tests.semantics.api_gateway.calls import MOMENT
from tests.semantics.conversations import OFFICE, healthy, with_endpoint

from landbridge.model.exchange import HttpRequest
from landbridge.model.topology import Topology
from landbridge.semantics.journey.answer import answer
from landbridge.semantics.journey.arrival import Answered, Arrival
from landbridge.semantics.journey.connection import connect
from landbridge.semantics.journey.rehearsal import rehearse
from landbridge.semantics.load_balancing.forwarding import Client
from landbridge.semantics.world import World
from landbridge.trace.decision import Step, Verdict


def rehearsed(topology: Topology, target: str = "/api/orders") -> Answered:
    """A dry run of a request; whatever is asked of a driver would be a failure."""
    world = World(topology)
    door = connect(world, OFFICE, topologies.DOMAIN, 443).door
    assert door is not None
    request = HttpRequest("GET", target, (("Host", topologies.DOMAIN),))
    client = Client(str(OFFICE.address), 0, "TLSv1.3", "TLS_AES_128_GCM_SHA256")
    arrival = Arrival(client, request, MOMENT, healthy(topology))
    steps = rehearse(lambda: answer(world, door, arrival))
    with pytest.raises(StopIteration) as end:
        next(steps)
    result: Answered = end.value.value
    return result


@pytest.mark.parametrize(
    ("target", "before", "asked"),
    [
        ("/api/orders", Step.FUNCTION_POLICY, str(topologies.FUNCTION_ARN)),
        ("/assets/app.js", Step.INTEGRATION_REQUEST, "arn:aws:s3:::orders-frontend/assets/app.js"),
    ],
)
def test_a_dry_run_ends_at_the_backend_and_says_which(target: str, before: Step, asked: str) -> None:
    answered = rehearsed(topologies.private_app(), target)
    *decided, last = answered.hops
    assert (decided[-1].step, last.step) == (before, Step.DRY_RUN)
    assert dict(last.decision.facts) == {"would be asked": asked}
    assert {hop.decision.verdict for hop in answered.hops} == {Verdict.ALLOWED}
    assert b"nothing was run" in answered.response.body


def test_a_request_that_is_denied_before_has_its_real_answer() -> None:
    closed = with_endpoint(topologies.private_app(), policy=topologies.trust("lambda.amazonaws.com"))
    answered = rehearsed(closed)
    assert answered.response.status == 403
    assert answered.hops[-1].step is Step.ENDPOINT_POLICY
    assert not answered.hops[-1].decision.allowed


def test_a_function_that_may_not_be_invoked_is_denied_and_not_asked() -> None:
    topology = topologies.private_app()
    functions = tuple(replace(each, policy=None) for each in topology.functions.functions)
    closed = replace(topology, functions=replace(topology.functions, functions=functions))
    answered = rehearsed(closed)
    assert answered.response.status == 500
    assert Step.DRY_RUN not in {hop.step for hop in answered.hops}
