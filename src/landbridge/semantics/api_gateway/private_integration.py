"""An HTTP integration through a VPC link: to a load balancer in a VPC, and to whatever stands behind it.

AWS: "Private integrations for REST APIs in API Gateway"
"""

from dataclasses import dataclass, replace

from landbridge.model.api_gateway import VpcLink
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import LoadBalancer
from landbridge.semantics.api_gateway.backend_certificate import door_certificate
from landbridge.semantics.api_gateway.backend_failure import refuse_private
from landbridge.semantics.api_gateway.backend_request import BackendUri
from landbridge.semantics.api_gateway.refusal import configuration_error, integration_hop, refuse
from landbridge.semantics.api_gateway.request import Executed, MethodRequest
from landbridge.semantics.api_gateway.stage_variables import with_stage_variables
from landbridge.semantics.doors import (
    Door,
    ListenerDoor,
    LocalServerDoor,
    door_reference,
    plain_http_hop,
    speaks_tls,
)
from landbridge.semantics.journey.arrival import Answered, Arrival, Connection
from landbridge.semantics.journey.vpc_link import from_interfaces, through_private_link
from landbridge.semantics.load_balancing.forwarding import Client
from landbridge.semantics.load_balancing.responses import error
from landbridge.semantics.needs import (
    ConnectTimeout,
    HttpAnswered,
    HttpFailed,
    HttpFailure,
    SendHttp,
    Steps,
)
from landbridge.semantics.streaming import DropBody
from landbridge.semantics.world import World
from landbridge.trace.codes import GatewayResponseType
from landbridge.trace.decision import (
    Decision,
    Hop,
    Hops,
    ResourceRef,
    Step,
    TimedOut,
    allowed,
    denied,
    not_modelled,
)

AVAILABLE = "AVAILABLE"
NETWORK = "network"
V1 = "V1"
MOST_PRIVATE_INTEGRATIONS = 3
"""One behind another; an API can lead to itself."""
TLS = ("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256")
PLAIN = ("", "")


def backend_path(request: MethodRequest, uri: BackendUri) -> str:
    """The path that the backend gets: through a VPC link V2 the stage comes first.

    AWS: "Private integrations for REST APIs in API Gateway"
    """
    if request.integration.vpc_link_id and request.integration.integration_target:
        return f"/{request.call.stage.name}{uri.path}"
    return uri.path


def send_through_link(
    request: MethodRequest, hops: Hops, need: SendHttp
) -> Steps[tuple[HttpAnswered | HttpFailed | Executed, Hops]]:
    """The answer of what stands behind the link, or the client's where there is none; and the hops so far.

    The URI says the port, the Host header and whose certificate is wanted, not where the request goes.

    AWS: "Private integration using VPC links V1 (legacy)"
    """
    way = _find_way(request, need.port)
    hop = integration_hop(request, way.decision)
    connection = way.connection
    if connection is None:
        return refuse(request, hops, hop, configuration_error()), hops
    hops = (*hops, hop, *connection.hops)
    if connection.door is None:
        if isinstance(connection.outcome, TimedOut):
            yield ConnectTimeout()
        return refuse_private(request, hops), hops
    if isinstance(connection.door, LocalServerDoor):
        server = connection.door.server
        result = yield replace(need, host=server.host, port=server.host_port)
        assert isinstance(result, HttpAnswered | HttpFailed)
        return result, hops
    return (yield from _speak(request, hops, need, connection, connection.door))


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a link leads; no connection where the link itself leads nowhere."""

    decision: Decision
    connection: Connection | None = None


def _find_way(request: MethodRequest, port: int) -> _Way:
    """Decided once for each link, load balancer and port."""
    integration, variables = request.integration, request.call.stage.variables
    link_id = with_stage_variables(integration.vpc_link_id, variables)
    target = with_stage_variables(integration.integration_target, variables)
    return request.world.remember(
        ("VPC link", link_id, target, port), lambda: _decide_way(request.world, link_id, target, port)
    )


def _decide_way(world: World, link_id: str, target: str, port: int) -> _Way:
    """AWS: "Set up VPC links V2 in API Gateway"."""
    links = {link.id: link for link in world.topology.api_gateway.vpc_links}
    link = links.get(link_id)
    reference = ResourceRef("AWS::ApiGateway::VpcLink", link_id)
    if link is None or link.status != AVAILABLE:
        remedy = "Name a VPC link that exists and is available in the connection of the integration"
        return _Way(_misconfigured(reference, remedy, ("VPC link", link.status if link else "missing")))
    arn = next(iter(link.target_arns), "") if link.version == V1 else target
    balancers = {each.arn: each for each in world.topology.load_balancing.load_balancers}
    balancer = balancers.get(Arn(arn))
    if balancer is None or (link.version == V1 and balancer.type != NETWORK):
        return _Way(_no_load_balancer(reference, link, arn))
    facts = (("VPC link", f"{link.name}, {link.version}"), ("load balancer", balancer.name))
    return _Way(allowed(reference, *facts), _connect(world, link, balancer, port))


def _connect(world: World, link: VpcLink, balancer: LoadBalancer, port: int) -> Connection:
    if link.version == V1:
        return through_private_link(world, balancer, port)
    return from_interfaces(world, link, balancer, port)


def _no_load_balancer(reference: ResourceRef, link: VpcLink, arn: str) -> Decision:
    remedy = f"Create VPC link {link.name} anew, for a Network Load Balancer that exists"
    if link.version != V1:
        remedy = "Name a load balancer of this account in integrationTarget of the integration"
    return _misconfigured(reference, remedy, ("VPC link", link.name), ("load balancer", arn or "none"))


def _misconfigured(reference: ResourceRef, remedy: str, *facts: tuple[str, str]) -> Decision:
    return denied(GatewayResponseType.API_CONFIGURATION_ERROR, reference, *facts, remedy=remedy)


def _speak(
    request: MethodRequest, hops: Hops, need: SendHttp, connection: Connection, door: Door
) -> Steps[tuple[HttpAnswered | HttpFailed | Executed, Hops]]:
    """What a load balancer or a service of AWS answers, where both ends speak TLS or neither does."""
    reference = door_reference(door)
    if need.tls is None and speaks_tls(door):
        return _answer_to_plain_http(request, door), (*hops, plain_http_hop(door))
    if need.tls is not None:
        if not speaks_tls(door):
            return HttpFailed(HttpFailure.TLS, "what answers there speaks plain HTTP"), hops
        host, any_authority = need.tls.server_name, need.tls.any_authority
        decision = door_certificate(request.world, door, host, any_authority=any_authority)
        hop = Hop(reference, Step.TLS_HANDSHAKE, decision)
        if not decision.allowed:
            return _not_taken(request, hops, hop), (*hops, hop)
        hops = (*hops, hop)
    around = request.call.arrival
    depth = around.private_integrations if around is not None else 0
    if depth >= MOST_PRIVATE_INTEGRATIONS:
        decision = not_modelled(f"more than {depth} private integrations one behind another", reference)
        return refuse(request, hops, integration_hop(request, decision), configuration_error()), hops
    answer = yield from _ask(request, need, connection, door)
    if isinstance(answer, HttpFailed):
        return answer, hops
    hops, stream = (*hops, *answer.hops), answer.response.stream
    if stream is not None and need.streaming is None:
        yield DropBody(stream)
        decision = not_modelled("a streamed answer to an integration that does not stream", reference)
        return refuse(request, hops, integration_hop(request, decision), configuration_error()), hops
    return HttpAnswered(answer.response), hops


def _answer_to_plain_http(request: MethodRequest, door: Door) -> HttpAnswered | HttpFailed:
    """AWS: "Troubleshoot your Application Load Balancers"."""
    if isinstance(door, ListenerDoor):
        return HttpAnswered(error(400, request.moment.epoch_ms, plain_to_https=True))
    return HttpFailed(HttpFailure.RESET, "what answers there speaks TLS")


def _not_taken(request: MethodRequest, hops: Hops, hop: Hop) -> HttpFailed | Executed:
    reason = dict(hop.decision.facts).get("reason")
    if reason is None:
        return refuse(request, hops, hop, configuration_error())
    return HttpFailed(HttpFailure.TLS, reason)


def _ask(
    request: MethodRequest, need: SendHttp, connection: Connection, door: Door
) -> Steps[Answered | HttpFailed]:
    """The answer to the request at the door, unless it takes longer than the integration waits."""
    # What is behind the door may be API Gateway again: the journey that led here begins anew.
    from landbridge.semantics.journey.answer import answer

    address = str(connection.seen_as.address) if connection.seen_as is not None else ""
    version, cipher = TLS if need.tls is not None else PLAIN
    client = Client(address, 0, version, cipher, need.tls.server_name if need.tls is not None else "")
    around = request.call.arrival
    arrival = Arrival(
        client,
        need.request,
        request.moment,
        health=around.health if around is not None else {},
        secrets=around.secrets if around is not None else None,
        outstanding=around.outstanding if around is not None else {},
        private_integrations=around.private_integrations + 1 if around is not None else 1,
    )
    return (yield from _within(answer(request.world, door, arrival), need.timeout_ms))


def _within(steps: Steps[Answered], timeout_ms: int) -> Steps[Answered | HttpFailed]:
    """The same, given up where a server behind the load balancer is silent for longer than this."""
    try:
        need = next(steps)
        while True:
            if isinstance(need, SendHttp) and need.timeout_ms > timeout_ms:
                result = yield replace(need, timeout_ms=timeout_ms)
                if isinstance(result, HttpFailed) and result.failure is HttpFailure.RESPONSE_TIMEOUT:
                    return result
            else:
                result = yield need
            need = steps.send(result)
    except StopIteration as end:
        answered: Answered = end.value
        return answered
