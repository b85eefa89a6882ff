"""Connections and requests, performed on the live world and recorded as traces."""

import time
from dataclasses import dataclass, field, replace

from landbridge.model.exchange import HttpRequest, HttpResponse
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import Listener, LoadBalancer, LoadBalancing
from landbridge.semantics.doors import Door, ListenerDoor, plain_http_hop
from landbridge.semantics.journey import Arrival, Connection, answer, connect
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
from landbridge.trace.decision import Delivered, Hop, Hops, Outcome, Refused, Trace

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

    async def connect(self, source: Source, host: str, port: int) -> Connection:
        """Where a connection ends, on the current world."""
        return connect(await self.live.current(), source, host, port)

    async def answer(self, entrance: Entrance, request: HttpRequest) -> HttpResponse | None:
        """The response to a request on an open connection; None when its listener is gone."""
        begun = time.perf_counter()
        world = self.live.world if self.live.is_current else await self.live.current()
        door = _door_now(world, entrance.door)
        if door is None:
            return None
        moment = self._moments.draw()
        arrival = Arrival(entrance.client, request, moment, self._checks.by_node)
        answered = await self._driver.run(answer(world, door, arrival))
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


def _door_now(world: World, door: Door) -> Door | None:
    """The same door with its listener as it is now: rules may have changed since the connection was made."""
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
