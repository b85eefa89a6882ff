"""The journey of one request, in AWS's order: names, network, listener, rule, target, endpoint, API.

``connect`` is decided once per connection; ``answer`` once per request. ``answer`` is a generator: it yields
what it needs done (``needs.py``) and receives the results, so that a test plays the driver by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

from landbridge.model.api_gateway import Stage
from landbridge.model.exchange import HttpRequest, HttpResponse, Moment
from landbridge.model.identifiers import NetworkInterfaceId
from landbridge.model.load_balancing import (
    FixedResponseAction,
    ForwardAction,
    LoadBalancer,
    RedirectAction,
    Rule,
    Target,
    TargetGroup,
    UnsupportedAction,
)
from landbridge.model.network import NetworkInterface, VpcEndpoint
from landbridge.semantics.api_gateway.execution import execute
from landbridge.semantics.api_gateway.gateway_responses import forbidden, front_line_response
from landbridge.semantics.api_gateway.request import ApiRequest
from landbridge.semantics.doors import Door, EndpointDoor, ListenerDoor, PublicApiDoor, door_reference
from landbridge.semantics.endpoint.addressing import Address, find_address
from landbridge.semantics.endpoint.endpoint_policy import (
    has_default_policy,
    judge_by_endpoint_policy,
    looks_at_more,
)
from landbridge.semantics.load_balancing.forwarding import Client, compile_forwarding, forward, relay
from landbridge.semantics.load_balancing.health import TargetHealth
from landbridge.semantics.load_balancing.limits import refuse
from landbridge.semantics.load_balancing.responses import error, fixed_response, redirect
from landbridge.semantics.load_balancing.rules import choose_rule, compile_listener
from landbridge.semantics.load_balancing.targets import (
    TargetKey,
    choose_target,
    choose_target_group,
    compile_target_group,
    no_weight,
)
from landbridge.semantics.needs import ConnectTimeout, Steps
from landbridge.semantics.network.names import resolve
from landbridge.semantics.network.reachability import PublicService, reach
from landbridge.semantics.network.source import InVpc, Source
from landbridge.semantics.world import World
from landbridge.trace.codes import DnsCode, ExplanationCode, LocalCode
from landbridge.trace.decision import (
    Hop,
    Hops,
    NotResolved,
    Outcome,
    Refused,
    ResourceRef,
    Step,
    TimedOut,
    allowed,
    denied,
    not_modelled,
)


def node_as_client(node: NetworkInterface) -> Client:
    """A load balancer node as an execute-api endpoint sees it, with the TLS that the two agree on."""
    return Client(str(node.address), 0, "TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256")


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a connection ended: at a door, or with the outcome of the whole request."""

    hops: Hops
    door: Door | None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The response and the hops that led to it."""

    response: HttpResponse
    hops: Hops


Health = Mapping[NetworkInterfaceId, Mapping[TargetKey, TargetHealth]]
"""What each load balancer node knows of its targets."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as it arrived somewhere: from whom, when, and what is known of targets then."""

    client: Client
    request: HttpRequest
    moment: Moment
    health: Health


def connect(world: World, source: Source, host: str, port: int) -> Connection:
    """Where a TCP connection from `source` to a name or address ends."""
    return world.remember(("connect", source, host, port), lambda: _connect(world, source, host, port))


def answer(world: World, door: Door, arrival: Arrival) -> Steps[Answered]:
    """The response to one request that arrived at a door."""
    match door:
        case ListenerDoor():
            return _at_listener(world, door, arrival)
        case EndpointDoor():
            return _at_endpoint(world, door.endpoint, arrival)
        case PublicApiDoor():
            return _at_endpoint(world, None, arrival)


def _connect(world: World, source: Source, host: str, port: int) -> Connection:
    try:
        addresses: tuple[IPv4Address, ...] = (IPv4Address(host),)
        hops: Hops = ()
    except AddressValueError:
        resolution = resolve(world, source, host)
        addresses, hops = resolution.addresses, resolution.hops
        if resolution.code is not DnsCode.NOERROR or not addresses:
            return Connection(hops, None, NotResolved())
    failed = None
    for address in addresses:
        connection = _connect_to(world, source, address, port)
        if connection.door is not None:
            return Connection(hops + connection.hops, connection.door)
        failed = failed or connection
    assert failed is not None
    return Connection(hops + failed.hops, None, failed.outcome)


def _connect_to(world: World, source: Source, address: IPv4Address, port: int) -> Connection:
    reached = reach(world, source, address, port)
    if reached.outcome is not None or reached.destination is None:
        return Connection(reached.hops, None, reached.outcome or TimedOut())
    if isinstance(reached.destination, PublicService):
        return Connection(reached.hops, PublicApiDoor())
    interface = reached.destination
    endpoint = world.topology.network.endpoint_by_interface.get(interface.id)
    if endpoint is not None:
        return _enter_endpoint(reached.hops, endpoint, interface, port)
    balancer = world.once(_load_balancers_by_description, world.topology.load_balancing.load_balancers).get(
        interface.description
    )
    if balancer is not None:
        return _enter_listener(reached.hops, balancer, interface, port)
    reference = ResourceRef("AWS::EC2::NetworkInterface", interface.id)
    decision = not_modelled(f"what listens on network interface {interface.id}", reference)
    return Connection((*reached.hops, Hop(reference, Step.DESTINATION, decision)), None, Refused())


def _load_balancers_by_description(balancers: tuple[LoadBalancer, ...]) -> dict[str, LoadBalancer]:
    return {balancer.interface_description: balancer for balancer in balancers}


def _enter_endpoint(hops: Hops, endpoint: VpcEndpoint, interface: NetworkInterface, port: int) -> Connection:
    reference = ResourceRef("AWS::EC2::VPCEndpoint", endpoint.id)
    if not endpoint.service_name.endswith(".execute-api"):
        decision = not_modelled(f"requests to endpoints of {endpoint.service_name}", reference)
        return Connection((*hops, Hop(reference, Step.DESTINATION, decision)), None, Refused())
    if port != 443:
        decision = denied(
            LocalCode.NOTHING_LISTENS,
            reference,
            ("port", str(port)),
            remedy="An execute-api endpoint answers on TCP 443 only",
        )
        return Connection((*hops, Hop(reference, Step.DESTINATION, decision)), None, Refused())
    return Connection(hops, EndpointDoor(endpoint, interface))


def _enter_listener(hops: Hops, balancer: LoadBalancer, node: NetworkInterface, port: int) -> Connection:
    reference = ResourceRef("AWS::ElasticLoadBalancingV2::LoadBalancer", balancer.name, balancer.arn)
    for listener in balancer.listeners:
        if listener.port == port:
            cited = ResourceRef(
                "AWS::ElasticLoadBalancingV2::Listener", f"{listener.protocol}:{port}", listener.arn
            )
            hop = Hop(reference, Step.LISTENER, allowed(cited))
            return Connection((*hops, hop), ListenerDoor(balancer, listener, node))
    ports = ", ".join(f"{listener.protocol}:{listener.port}" for listener in balancer.listeners) or "none"
    decision = denied(
        ExplanationCode.ELBV2_LISTENERS_MISMATCH,
        reference,
        ("port", str(port)),
        ("listeners", ports),
        remedy=f"Create a listener on port {port}, or use a port that has one: {ports}",
    )
    return Connection((*hops, Hop(reference, Step.LISTENER, decision)), None, Refused())


def _at_listener(world: World, door: ListenerDoor, arrival: Arrival) -> Steps[Answered]:
    request, epoch_ms = arrival.request, arrival.moment.epoch_ms
    refusal = refuse(request)
    if refusal is not None:
        hop = Hop(door_reference(door), Step.HTTP_REQUEST, refusal.decision)
        return Answered(_page(refusal.status, arrival), (hop,))
    compiled = world.once(compile_listener, door.listener)
    rule, rule_hop = choose_rule(compiled, request, arrival.client.address)
    if not rule_hop.decision.allowed:
        return Answered(_page(500, arrival), (rule_hop,))
    match rule.actions[-1] if len(rule.actions) == 1 else UnsupportedAction("authenticate"):
        case FixedResponseAction() as action:
            return Answered(fixed_response(action, epoch_ms), (rule_hop,))
        case RedirectAction() as action:
            return Answered(redirect(action, request, door.listener, epoch_ms), (rule_hop,))
        case UnsupportedAction(type):
            decision = not_modelled(f"the listener rule action {type}", rule_hop.decision.cited)
            hop = Hop(rule_hop.component, Step.LISTENER_RULE, decision)
            return Answered(_page(500, arrival), (rule_hop, hop))
        case ForwardAction() as action:
            answered = yield from _forward(world, door, arrival, rule, action)
            return Answered(answered.response, (rule_hop, *answered.hops))


def _forward(
    world: World, door: ListenerDoor, arrival: Arrival, rule: Rule, action: ForwardAction
) -> Steps[Answered]:
    node, moment = door.node, arrival.moment
    chosen = choose_target_group(action, moment.turn)
    if chosen is None:
        return Answered(_page(503, arrival), (no_weight(door.listener, rule),))
    group_arn, turn = chosen
    group = world.topology.load_balancing.target_group_by_arn.get(group_arn)
    if group is None:
        decision = not_modelled(f"target group {group_arn}, which could not be read")
        return Answered(_page(500, arrival), (Hop(door_reference(door), Step.TARGET, decision),))
    compiled = world.once(compile_target_group, group)
    target, target_hop = choose_target(compiled, arrival.health.get(node.id, {}), turn)
    if target is None:
        return Answered(_page(503, arrival), (target_hop,))
    backend = connect_to_target(world, node, group, target)
    if backend.door is None:
        if isinstance(backend.outcome, TimedOut):
            yield ConnectTimeout()
        status = 504 if isinstance(backend.outcome, TimedOut) else 502
        return Answered(_page(status, arrival), (target_hop, *backend.hops))
    forwarding = world.once(compile_forwarding, door.load_balancer)
    forwarded = forward(arrival.request, door.listener, forwarding, arrival.client, moment)
    onwards = Arrival(world.once(node_as_client, node), forwarded, moment, arrival.health)
    answered = yield from answer(world, backend.door, onwards)
    return Answered(relay(answered.response), (target_hop, *backend.hops, *answered.hops))


def _page(status: int, arrival: Arrival) -> HttpResponse:
    return error(status, arrival.moment.epoch_ms, user_agent=arrival.request.header("user-agent") or "")


def connect_to_target(world: World, node: NetworkInterface, group: TargetGroup, target: Target) -> Connection:
    """Where a load balancer node's connection to a registered target ends."""
    return world.remember(
        ("target", node.id, group.arn, target), lambda: _connect_to_target(world, node, group, target)
    )


def _connect_to_target(
    world: World, node: NetworkInterface, group: TargetGroup, target: Target
) -> Connection:
    reference = ResourceRef("AWS::ElasticLoadBalancingV2::TargetGroup", group.name, group.arn)
    unsupported = _unsupported_target(group, target)
    if unsupported:
        hop = Hop(reference, Step.TARGET, not_modelled(unsupported, reference))
        return Connection((hop,), None, Refused())
    source = InVpc(node.address, node.vpc_id, node.subnet_id, node.security_group_ids, node.id)
    connection = _connect_to(world, source, IPv4Address(target.id), target.port or group.port or 0)
    if isinstance(connection.door, ListenerDoor):
        decision = not_modelled(
            "a load balancer behind a load balancer, which may be the same one", reference
        )
        return Connection((*connection.hops, Hop(reference, Step.TARGET, decision)), None, Refused())
    if isinstance(connection.door, EndpointDoor) and group.protocol != "HTTPS":
        decision = denied(
            LocalCode.TARGET_UNREACHABLE,
            reference,
            ("protocol", group.protocol),
            remedy="An execute-api endpoint speaks TLS: make the target group HTTPS on port 443",
        )
        hop = Hop(reference, Step.TARGET, decision)
        return Connection((*connection.hops, hop), None, Refused())
    return connection


def _unsupported_target(group: TargetGroup, target: Target) -> str:
    if group.target_type != "ip":
        return f"targets of type {group.target_type}"
    return f"the target {target.id}, which is no IPv4 address" if ":" in target.id else ""


def _at_endpoint(world: World, endpoint: VpcEndpoint | None, arrival: Arrival) -> Steps[Answered]:
    passage = _passage(world, endpoint, arrival)
    if isinstance(passage, Answered):
        return passage
    address, client = passage.address, arrival.client
    call = ApiRequest(
        api=address.api,
        stage=passage.stage,
        request=arrival.request,
        resource_path=address.resource_path,
        event_path=address.event_path,
        context_path=address.context_path,
        domain_name=address.domain_name,
        source_address=client.address,
        vpc_id=endpoint.vpc_id if endpoint is not None else None,
        vpc_endpoint_id=endpoint.id if endpoint is not None else None,
        default_endpoint_policy=endpoint is None or has_default_policy(world, endpoint),
        tls_version=client.tls_version,
        cipher_suite=client.tls_cipher,
    )
    executed = yield from execute(world, call, arrival.moment)
    return Answered(executed.response, passage.hops + executed.hops)


@dataclass(frozen=True, slots=True)
class _Passage:
    """The stage that a request reaches, and the hops that led there."""

    address: Address
    stage: Stage
    hops: Hops


def _passage(world: World, endpoint: VpcEndpoint | None, arrival: Arrival) -> _Passage | Answered:
    """Found once for requests that are alike; a refusal is worded anew, as it carries the request's ids."""
    request = arrival.request
    if endpoint is not None and looks_at_more(world, endpoint, request):
        return _enter(world, endpoint, arrival)
    method, path = request.method, request.path
    host, api_id = request.header("host") or "", request.header("x-apigw-api-id")

    def find() -> _Passage | None:
        passage = _enter(world, endpoint, arrival)
        return passage if isinstance(passage, _Passage) else None

    endpoint_id = endpoint.id if endpoint is not None else None
    key = ("passage", endpoint_id, host, api_id, method, path, arrival.client.address)
    passage = world.remember(key, find, len(host) + len(api_id or "") + len(method) + len(path))
    return passage if passage is not None else _enter(world, endpoint, arrival)


def _enter(world: World, endpoint: VpcEndpoint | None, arrival: Arrival) -> _Passage | Answered:
    """Which API and stage are meant, and whether the endpoint's policy lets the request in."""
    request, moment, through_endpoint = arrival.request, arrival.moment, endpoint is not None
    addressed = find_address(world, request, endpoint)
    address, hops = addressed.address, addressed.hops
    if address is None:
        return Answered(front_line_response(forbidden(), moment, through_endpoint, request.method), hops)
    if endpoint is not None:
        policy_hop, denial = judge_by_endpoint_policy(
            world, endpoint, address, arrival.client.address, request, moment
        )
        hops = (*hops, policy_hop)
        if denial is not None:
            return Answered(denial, hops)
    stage = _stage(address)
    if stage is None:
        response = front_line_response(forbidden(), moment, through_endpoint, request.method)
        return Answered(response, (*hops, _no_stage(address)))
    return _Passage(address, stage, hops)


def _stage(address: Address) -> Stage | None:
    for stage in address.api.stages:
        if stage.name == address.stage_name:
            return stage
    return None


def _no_stage(address: Address) -> Hop:
    stages = ", ".join(stage.name for stage in address.api.stages) or "none"
    decision = denied(
        LocalCode.STAGE_NOT_FOUND,
        None,
        ("stage", address.stage_name),
        ("deployed stages", stages),
        ("answer", '403 {"message":"Forbidden"}'),
        remedy=f"Deploy the API to a stage named {address.stage_name!r}, or name one of: {stages}",
    )
    return Hop(ResourceRef("AWS::ApiGateway::RestApi", address.api.id), Step.STAGE, decision)
