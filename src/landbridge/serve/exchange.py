"""Connections and requests, performed on the live world and recorded as traces."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from landbridge.errors import LandbridgeError
from landbridge.model.exchange import HttpRequest, HttpResponse, Moment, StreamEnd, with_stream
from landbridge.model.identifiers import Arn, VpcEndpointId
from landbridge.model.load_balancing import Listener, LoadBalancer, LoadBalancing
from landbridge.model.network import VpcEndpoint
from landbridge.semantics.api_gateway.metrics import Answered as Noted
from landbridge.semantics.doors import (
    Door,
    EndpointDoor,
    ListenerDoor,
    S3Door,
    door_reference,
    plain_http_hop,
)
from landbridge.semantics.journey.answer import answer
from landbridge.semantics.journey.arrival import Answered, Arrival, Connection
from landbridge.semantics.journey.connection import connect
from landbridge.semantics.journey.rehearsal import is_rehearsal, rehearse
from landbridge.semantics.load_balancing.access_log import LoggedRequest, presented_certificate
from landbridge.semantics.load_balancing.authentication.secrets import Secrets
from landbridge.semantics.load_balancing.desync import COMPLIANT, Classified, classify
from landbridge.semantics.load_balancing.forwarding import Client, trace_id_header
from landbridge.semantics.load_balancing.header_attributes import modify_response
from landbridge.semantics.load_balancing.limits import Refusal
from landbridge.semantics.load_balancing.mutual_tls import certificate_headers
from landbridge.semantics.load_balancing.responses import error
from landbridge.semantics.network.source import Source
from landbridge.semantics.streaming import Channel
from landbridge.semantics.world import World
from landbridge.serve.access_logs import AccessLogs, access_logs_of
from landbridge.serve.driver import Driver
from landbridge.serve.health_checks import HealthChecks
from landbridge.serve.live_world import LiveWorld
from landbridge.serve.moments import Moments
from landbridge.serve.request_metrics import RequestMetrics
from landbridge.serve.response_stream import CountedStream
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
    Rehearsed,
    ResourceRef,
    Step,
    Trace,
    Verdict,
)
from landbridge.wire.http1 import render_request, render_response

LOG = logging.getLogger(__name__)

CLIENT_GONE = "the client is gone"
"""Why an answer is cancelled: its client closed the connection."""
CLIENT_CLOSED = 460
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
    client_port: int = 0
    """Of the real connection, for ``X-Forwarded-For`` with ports and access logs."""
    client: Client = field(init=False)
    """The other end as the component behind the door sees it."""

    def __post_init__(self) -> None:
        tls = self.tls
        seen = (tls.version, tls.cipher, tls.server_name) if tls else ("", "", "")
        client = Client(str(self.source.address), self.client_port, *seen)
        if tls and isinstance(self.door, ListenerDoor):
            shown = certificate_headers(self.door.listener.mutual_authentication, tls.client_certificate)
            client = replace(client, certificate_headers=shown)
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
        self,
        live: LiveWorld,
        driver: Driver,
        checks: HealthChecks,
        moments: Moments,
        traces: TraceLog,
        access_logs: AccessLogs | None = None,
        secrets: Secrets | None = None,
        metrics: RequestMetrics | None = None,
    ) -> None:
        self.live = live
        self._secrets = secrets
        self._access_logs = access_logs
        self._metrics = metrics
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
        """Where the connection of whom `locate` names ends, on the current world, and whom the door sees."""
        try:
            world = await self.live.current()
            source = locate()
            connection = connect(world, source, host, port)
            return connection.seen_as or source, connection
        except Exception as problem:  # the client gets an answer whatever goes wrong here
            hop = _failed_hop(ResourceRef("Connection", f"{host}:{port}"), Step.DESTINATION, problem)
            return None, Connection((hop,), None, Refused())

    async def answer(
        self,
        entrance: Entrance,
        request: HttpRequest,
        switched: Callable[[Channel], None] | None = None,
    ) -> HttpResponse | None:
        """The response to a request on an open connection; None when its listener is gone.

        `switched` gets the connection of a target that switches protocols, which not every client can.
        """
        begun = time.perf_counter()
        moment = self._moments.draw()
        try:
            world = self.live.world if self.live.is_current else await self.live.current()
            door = _door_now(world, entrance.door)
            if door is None:
                return None
            outstanding = self._driver.outstanding
            arrival = Arrival(
                entrance.client, request, moment, self._checks.by_node, self._secrets, outstanding=outstanding
            )
            steps = answer(world, door, arrival)
            if self._traces.rehearses(entrance.tag):
                steps = rehearse(partial(answer, world, door, arrival))
            answered = await self._driver.run(steps, switched)
        except asyncio.CancelledError as cancelled:
            if cancelled.args == (CLIENT_GONE,):
                self._log(entrance, moment, request, Answered(HttpResponse(CLIENT_CLOSED), ()))
            raise
        except Exception as problem:  # the client gets an answer whatever goes wrong here
            answered = _failed(entrance, moment, problem)
        stream = answered.response.stream
        if stream is None:
            self._keep(entrance, request, moment, answered, begun)
            return answered.response
        ended = partial(self._keep_streamed, entrance, request, moment, answered, begun)
        return with_stream(answered.response, CountedStream(stream, ended))

    def _keep_streamed(
        self,
        entrance: Entrance,
        request: HttpRequest,
        moment: Moment,
        answered: Answered,
        begun: float,
        end: StreamEnd | None,
        size_bytes: int,
    ) -> None:
        """The same of an answer whose body was passed on as it came; its last hop says how that ended."""
        *before, last = answered.hops
        body = f"{size_bytes} bytes streamed, {end.value if end is not None else 'the client has left'}"
        decision = replace(last.decision, facts=(*last.decision.facts, ("body", body)))
        whole = replace(answered, hops=(*before, replace(last, decision=decision)))
        self._keep(entrance, request, moment, whole, begun, size_bytes)

    def _keep(
        self,
        entrance: Entrance,
        request: HttpRequest,
        moment: Moment,
        answered: Answered,
        begun: float,
        streamed_bytes: int = 0,
    ) -> None:
        """What is kept of an answer: log entry, metrics, trace; of a dry run its trace alone."""
        duration_ms = (time.perf_counter() - begun) * 1000
        rehearsed, topology = is_rehearsal(answered), self.live.world.topology
        if not rehearsed and self.live.world.once(access_logs_of, topology.load_balancing):
            self._log(entrance, moment, request, answered, streamed_bytes=streamed_bytes)
        if self._metrics is not None and not rehearsed and topology.api_gateway.rest_apis:
            self._metrics.note(Noted(answered.hops, answered.response.status, moment.epoch_ms, duration_ms))
        if self._traces.wants(entrance.tag):
            trace = Trace(
                moment.trace_id,
                entrance.vantage,
                request.method,
                entrance.url(request.target),
                entrance.hops + answered.hops,
                Rehearsed() if rehearsed else Delivered(answered.response),
                moment.epoch_ms,
                duration_ms,
            )
            self._traces.record(trace, entrance.tag)

    def refuse_plain_http(self, entrance: Entrance) -> HttpResponse | None:
        """The page for plain HTTP to a door that speaks TLS; None where the connection is just closed.

        AWS: "Troubleshoot your Application Load Balancers"
        """
        hop, response = plain_http_hop(entrance.door), None
        if isinstance(entrance.door, ListenerDoor):
            response = error(400, self._moments.epoch_ms(), plain_to_https=True)
        self.record_refusal(entrance, hop, Delivered(response) if response is not None else Refused())
        return response

    def refuse(self, entrance: Entrance, refusal: Refusal) -> HttpResponse:
        """The load balancer's page for a request that was not read to its end, or not answered in time."""
        response = error(refusal.status, self._moments.epoch_ms())
        if isinstance(entrance.door, ListenerDoor):
            response = modify_response(response, entrance.door.listener)
        hop = Hop(door_reference(entrance.door), Step.HTTP_REQUEST, refusal.decision)
        self.record_refusal(entrance, hop, Delivered(response))
        self._log(entrance, self._moments.draw(), None, Answered(response, (hop,)), refusal.classified)
        return response

    def _log(
        self,
        entrance: Entrance,
        moment: Moment,
        request: HttpRequest | None,
        answered: Answered,
        classified: Classified | None = None,
        streamed_bytes: int = 0,
    ) -> None:
        """An entry in the access log of the load balancer behind the door, if it has one."""
        world, logs = self.live.world, self._access_logs
        door = _door_now(world, entrance.door)
        if logs is None or not isinstance(door, ListenerDoor):
            return
        destination = world.once(access_logs_of, world.topology.load_balancing).get(door.load_balancer.arn)
        if destination is None:
            return
        arn, domain_name = presented_certificate(
            door.listener, world.topology.certificates, entrance.client.server_name
        )
        response = answered.response
        logs.note(
            destination,
            LoggedRequest(
                door,
                entrance.client,
                logs.connection_id(entrance.client),
                request,
                response,
                answered.hops,
                trace_id_header(request, moment.trace_id) if request else f"Root={moment.trace_id}",
                arn,
                domain_name,
                moment.epoch_ms,
                self._moments.epoch_ms(),
                len(render_request(request)) if request else 0,
                _sent_bytes(response) + streamed_bytes,
                classified or (classify(request) if request else COMPLIANT),
            ),
        )

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


def _sent_bytes(response: HttpResponse) -> int:
    """Of all but what streams."""
    return len(render_response(response, keep_alive=True)) if response.status != CLIENT_CLOSED else 0


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
    if isinstance(door, S3Door) and door.endpoint is not None:
        by_id = world.once(_endpoints_by_id, world.topology.network.vpc_endpoints)
        through = by_id.get(door.endpoint.id)
        if through is None:
            return None
        return door if through is door.endpoint else replace(door, endpoint=through)
    if not isinstance(door, ListenerDoor):
        return door
    found = world.once(_listeners_by_arn, world.topology.load_balancing).get(door.listener.arn)
    if found is None:
        return None
    balancer, listener = found
    return door if listener is door.listener else replace(door, load_balancer=balancer, listener=listener)


def _endpoints_by_id(endpoints: tuple[VpcEndpoint, ...]) -> dict[VpcEndpointId, VpcEndpoint]:
    return {endpoint.id: endpoint for endpoint in endpoints}


def _listeners_by_arn(section: LoadBalancing) -> dict[Arn, tuple[LoadBalancer, Listener]]:
    return {
        listener.arn: (balancer, listener)
        for balancer in section.load_balancers
        for listener in balancer.listeners
    }
