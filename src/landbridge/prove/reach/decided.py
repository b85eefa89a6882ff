"""What the journey decides about one request at one door: which backend is asked, if any."""

from dataclasses import dataclass, replace

from landbridge.model.exchange import HttpRequest, Moment
from landbridge.semantics.doors import Door, EndpointDoor, ListenerDoor, S3Door, speaks_tls
from landbridge.semantics.journey.answer import answer
from landbridge.semantics.journey.arrival import Answered, Arrival
from landbridge.semantics.journey.rehearsal import Asked, asked_reference, rehearse, without_effect
from landbridge.semantics.load_balancing.forwarding import Client
from landbridge.semantics.needs import Steps
from landbridge.semantics.world import World
from landbridge.trace.decision import Hop, Hops, ResourceRef, Step, Verdict, not_modelled

OF_CANARY, OF_STAGE = "1-6955b900-000000000000000000000000", "1-6955b900-ffffffffffffffffffffffff"
"""Trace ids that draw a stage's canary release, where it has one, and that do not."""
TLS = ("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256")
MOMENT = Moment(
    epoch_ms=1_767_225_600_000,
    request_id="00000000-0000-4000-8000-000000000000",
    extended_request_id="AAAAAAAAAAAAAAA=",
    trace_id=OF_STAGE,
    turn=0,
)
"""The first second of 2026; no claim is about the clock."""


OWN_ANSWER = (Step.INTEGRATION_REQUEST, Step.INTEGRATION_RESPONSE)
"""Only a request that everything before the integration let through meets them."""


@dataclass(frozen=True, slots=True)
class Decided:
    """How a request ends."""

    hops: Hops = ()
    """Where no backend is asked; ``explain`` has those of the others."""
    backend: ResourceRef | None = None
    """What is asked: a function, an object, a server, an AWS service, or the API that answers by itself."""
    doubt: Hop | None = None
    """The hop that is not modelled; then nobody knows whether anything is asked."""


@dataclass(frozen=True, slots=True)
class Knock:
    """One request at one door."""

    door: Door
    address: str
    """That of the client, as the door sees it."""
    request: HttpRequest
    server_name: str
    turn: int = 0
    """Which of a load balancer's targets takes it."""
    canary: bool = False

    @property
    def arrival(self) -> Arrival:
        """The request as it arrives; nothing is known of targets, so that all of them count."""
        tls = (*TLS, self.server_name.lower()) if speaks_tls(self.door) else ("", "", "")
        trace_id = OF_CANARY if self.canary else OF_STAGE
        moment = replace(MOMENT, turn=self.turn, trace_id=trace_id)
        return Arrival(Client(self.address, 0, *tls), self.request, moment, {})


def decide(world: World, knock: Knock) -> Decided:
    """How a request ends, up to the first backend that is asked."""
    return _follow(answer(world, knock.door, knock.arrival))


def explain(world: World, knock: Knock) -> Hops:
    """Every hop of a request up to its backend, as ``landbridge trace --dry-run`` tells them."""
    steps = rehearse(lambda: answer(world, knock.door, knock.arrival))
    try:
        need = next(steps)
        while True:
            result = without_effect(need)
            if result is None:
                return ()
            need = steps.send(result)
    except StopIteration as end:
        answered: Answered = end.value
        return answered.hops


def door_in(world: World, door: Door) -> Door:
    """The same door in a world that differs in policies and rules."""
    topology = world.topology
    if isinstance(door, ListenerDoor):
        balancer = next(
            each for each in topology.load_balancing.load_balancers if each.arn == door.load_balancer.arn
        )
        listener = next(each for each in balancer.listeners if each.arn == door.listener.arn)
        return replace(door, load_balancer=balancer, listener=listener)
    if isinstance(door, EndpointDoor | S3Door) and door.endpoint is not None:
        endpoint = next(each for each in topology.network.vpc_endpoints if each.id == door.endpoint.id)
        return replace(door, endpoint=endpoint)
    return door


def _follow(steps: Steps[Answered]) -> Decided:
    try:
        need = next(steps)
        while not isinstance(need, Asked):
            result = without_effect(need)
            if result is None:
                steps.close()
                return _cannot_tell(type(need).__name__)
            need = steps.send(result)
    except StopIteration as end:
        return _without_backend(end.value)
    steps.close()
    return Decided(backend=asked_reference(need))


def _without_backend(answered: Answered) -> Decided:
    """An API that answers by itself, with a MOCK integration, has been reached, too."""
    doubt = next((hop for hop in answered.hops if hop.decision.verdict is Verdict.NOT_MODELLED), None)
    if doubt is not None:
        return Decided(answered.hops, doubt=doubt)
    own = next((hop for hop in answered.hops if hop.step in OWN_ANSWER), None)
    return Decided(answered.hops, own.component if own is not None else None)


def _cannot_tell(need: str) -> Decided:
    reference = ResourceRef("Need", need)
    hop = Hop(reference, Step.AUTHORIZATION, not_modelled(f"a proof about {need}", reference))
    return Decided((hop,), doubt=hop)
