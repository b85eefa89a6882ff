"""Connections and requests, performed on the live world and recorded as traces."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from landbridge.errors import LandbridgeError
from landbridge.model.exchange import HttpRequest, HttpResponse, Moment
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import Listener, LoadBalancer, LoadBalancing
from landbridge.semantics.doors import Door, EndpointDoor, ListenerDoor, door_reference, plain_http_hop
from landbridge.semantics.journey.answer import answer
from landbridge.semantics.journey.arrival import Answered, Arrival, Connection
from landbridge.semantics.journey.connection import connect
from landbridge.semantics.load_balancing.forwarding import Client
from landbridge.semantics.load_balancing.responses import error
from landbridge.semantics.network.source import Source
from landbridge.semantics.world import World
from landbridge.serve.driver import Driver
from landbridge.serve.health_checks import HealthChecks
from landbridge.serve.live_world import LiveWorld
from landbridge.serve.moments import Moments
from landbridge.serve.tls import TlsParameters
from landbridge.serve.traces import TraceLog
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import (
    Decision,
    Delivered,
    Hop,
    Hops,
    Outcome,
    Refused,
    ResourceRef,
    Step,
    Trace,
    Verdict,
)

LOG = logging.getLogger(__name__)

CONNECT = "connect"
"""Stands for the method in the trace of a connection that never came to a request."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """An open connection: who stands at its other end, which door it ended at, and the hops so far."""

    vantage: str
    source: Source
    scheme: str
    host: str
    port: int
    door: Door
    hops: Hops
    tls: TlsParameters | None = None
    tag: str = ""
    """What ``landbridge trace`` asked for this connection by."""
    client: Client = field(init=False)
    """The other end as the component behind the door sees it."""

    def __post_init__(self) -> None:
        tls = self.tls
        client = Client(str(self.source.address), 0, tls.version if tls else "", tls.cipher if tls else "")
        object.__setattr__(self, "client", client)

    def url(self, target: str) -> str:
        """The URL of a request on this connection."""
        if target.startswith(("http://", "https://")):
            return target
        default = 443 if self.scheme == "https" else 80
        authority = self.host if self.port == default else f"{self.host}:{self.port}"
        return f"{self.scheme}://{authority}{target}"


class Exchange:
    """Decides connections, answers requests, keeps traces."""

    def __init__(
        self, live: LiveWorld, driver: Driver, checks: HealthChecks, moments: Moments, traces: TraceLog
    ) -> None:
        self.live = live
        self._driver = driver
        self._checks = checks
        self._moments = moments
        self._traces = traces

    @property
    def connect_timeout_s(self) -> float:
        """How long a connection attempt that AWS drops takes to fail here."""
        return self._driver.connect_timeout_s

    async def connect(
        self, locate: Callable[[], Source], host: str, port: int
    ) -> tuple[Source | None, Connection]:
        """Who `locate` says it is, and where the connection ends, both on the current world."""
        try:
            world = await self.live.current()
            source = locate()
            return source, connect(world, source, host, port)
        except Exception as problem:  # the client gets an answer whatever goes wrong here
            hop = _failed_hop(ResourceRef("Connection", f"{host}:{port}"), Step.DESTINATION, problem)
            return None, Connection((hop,), None, Refused())

    async def answer(self, entrance: Entrance, request: HttpRequest) -> HttpResponse | None:
        """The response to a request on an open connection; None when its listener is gone."""
        begun = time.perf_counter()
        moment = self._moments.draw()
        try:
            world = self.live.world if self.live.is_current else await self.live.current()
            door = _door_now(world, entrance.door)
            if door is None:
                return None
            arrival = Arrival(entrance.client, request, moment, self._checks.by_node)
            answered = await self._driver.run(answer(world, door, arrival))
        except Exception as problem:  # the client gets an answer whatever goes wrong here
            answered = _failed(entrance, moment, problem)
        if self._traces.wants(entrance.tag):
            trace = Trace(
                moment.trace_id,
                entrance.vantage,
                request.method,
                entrance.url(request.target),
                entrance.hops + answered.hops,
                Delivered(answered.response),
                moment.epoch_ms,
                (time.perf_counter() - begun) * 1000,
            )
            self._traces.record(trace, entrance.tag)
        return answered.response

    def refuse_plain_http(self, entrance: Entrance) -> HttpResponse | None:
        """The page for plain HTTP to a door that speaks TLS; None where the connection is just closed.

        AWS: "Troubleshoot your Application Load Balancers"
        """
        hop, response = plain_http_hop(entrance.door), None
        if isinstance(entrance.door, ListenerDoor):
            response = error(400, self.now_ms(), plain_to_https=True)
        self.record_refusal(entrance, hop, Delivered(response) if response is not None else Refused())
        return response

    def now_ms(self) -> int:
        """The clock."""
        return self._moments.epoch_ms()

    def record_end(
        self, vantage: str, method: str, url: str, hops: Hops, outcome: Outcome, tag: str = ""
    ) -> None:
        """Keeps the trace of a connection that never came to a request."""
        moment = self._moments.draw()
        self._traces.record(Trace(moment.trace_id, vantage, method, url, hops, outcome, moment.epoch_ms), tag)

    def record_refusal(self, entrance: Entrance, hop: Hop, outcome: Outcome) -> None:
        """Keeps the trace of a request that could not be read."""
        self.record_end(
            entrance.vantage, CONNECT, entrance.url("/"), (*entrance.hops, hop), outcome, entrance.tag
        )


def _failed(entrance: Entrance, moment: Moment, problem: Exception) -> Answered:
    """500 that names the trace; the log says what went wrong."""
    hop = _failed_hop(door_reference(entrance.door), Step.HTTP_REQUEST, problem, moment.trace_id)
    text = f"landbridge failed to answer this request; its log says why, at trace id {moment.trace_id}\n"
    headers = (("Content-Type", "text/plain; charset=utf-8"), ("X-Amzn-Trace-Id", f"Root={moment.trace_id}"))
    return Answered(HttpResponse(500, headers, text.encode()), (hop,))


def _failed_hop(component: ResourceRef, step: Step, problem: Exception, trace_id: str = "") -> Hop:
    """The hop of a failure of landbridge's own, which has been logged; never one that allows."""
    what = f"failed at {component.id} {trace_id}".rstrip()
    if isinstance(problem, LandbridgeError):
        LOG.error("%s: %s", what, problem)
        reason, remedy = problem.message, problem.hint or problem.message
    else:
        LOG.error("%s, which is a bug of landbridge", what, exc_info=problem)
        reason, remedy = repr(problem), "This is a bug of landbridge: its log has the traceback"
    facts = (("reason", reason),)
    return Hop(component, step, Decision(Verdict.NOT_MODELLED, LocalCode.INTERNAL_ERROR, None, facts, remedy))


def _door_now(world: World, door: Door) -> Door | None:
    """The same door as it is now: rules or a policy may have changed since the connection was made."""
    if isinstance(door, EndpointDoor):
        endpoint = world.topology.network.endpoint_by_interface.get(door.interface.id)
        if endpoint is None or endpoint.id != door.endpoint.id:
            return None
        return door if endpoint is door.endpoint else replace(door, endpoint=endpoint)
    if not isinstance(door, ListenerDoor):
        return door
    found = world.once(_listeners_by_arn, world.topology.load_balancing).get(door.listener.arn)
    if found is None:
        return None
    balancer, listener = found
    return door if listener is door.listener else replace(door, load_balancer=balancer, listener=listener)


def _listeners_by_arn(section: LoadBalancing) -> dict[Arn, tuple[LoadBalancer, Listener]]:
    return {
        listener.arn: (balancer, listener)
        for balancer in section.load_balancers
        for listener in balancer.listeners
    }
