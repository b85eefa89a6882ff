"""Where a connection ends: names and network first, then what listens at the address."""

from dataclasses import replace
from ipaddress import AddressValueError, IPv4Address

from landbridge.model.load_balancing import LoadBalancer
from landbridge.model.network import NetworkInterface, VpcEndpoint
from landbridge.semantics.doors import (
    HTTP,
    HTTPS,
    EndpointDoor,
    FunctionUrlDoor,
    ListenerDoor,
    LocalServerDoor,
    PublicApiDoor,
    S3Door,
)
from landbridge.semantics.journey.arrival import Connection
from landbridge.semantics.journey.network_load_balancer import NETWORK, pass_on
from landbridge.semantics.network.gateway_endpoint import gateway_endpoint
from landbridge.semantics.network.names import resolve
from landbridge.semantics.network.public_service import PUBLIC_FUNCTION_URLS, PUBLIC_S3
from landbridge.semantics.network.reachability import PublicService, Reached, reach
from landbridge.semantics.network.source import Internet, InVpc, Source
from landbridge.semantics.network.to_office import CorporateHost
from landbridge.semantics.world import World
from landbridge.trace.codes import DnsCode, ExplanationCode, LocalCode
from landbridge.trace.decision import (
    Hop,
    Hops,
    NotResolved,
    Refused,
    ResourceRef,
    Step,
    TimedOut,
    allowed,
    denied,
    not_modelled,
)


def connect(world: World, source: Source, host: str, port: int) -> Connection:
    """Where a TCP connection from `source` to a name or address ends."""
    return world.remember(("connect", source, host, port), lambda: _connect(world, source, host, port))


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
        connection = connect_to(world, source, address, port)
        if connection.door is not None:
            return replace(connection, hops=hops + connection.hops)
        failed = failed or connection
    assert failed is not None
    return Connection(hops + failed.hops, None, failed.outcome)


def connect_to(world: World, source: Source, address: IPv4Address, port: int) -> Connection:
    """Where a TCP connection from `source` to an address ends."""
    reached = reach(world, source, address, port)
    if reached.seen_as is None:
        return _enter(world, source, reached, address, port)
    connection = _enter(world, reached.seen_as, reached, address, port)
    return replace(connection, seen_as=connection.seen_as or reached.seen_as)


def _enter(world: World, source: Source, reached: Reached, address: IPv4Address, port: int) -> Connection:
    """What listens where the packets arrived."""
    if reached.outcome is not None or reached.destination is None:
        return Connection(reached.hops, None, reached.outcome or TimedOut())
    if isinstance(reached.destination, PublicService):
        if reached.destination is PUBLIC_S3:
            return Connection(reached.hops, _public_s3(world, source, port))
        if reached.destination is PUBLIC_FUNCTION_URLS:
            return Connection(reached.hops, FunctionUrlDoor())
        return Connection(reached.hops, PublicApiDoor())
    if isinstance(reached.destination, CorporateHost):
        reference = ResourceRef("Address", str(address))
        return _enter_local_server(world, reached.hops, reference, address, port)
    interface = reached.destination
    endpoint = world.topology.network.endpoint_by_interface.get(interface.id)
    if endpoint is not None:
        return _enter_endpoint(reached.hops, endpoint, interface, port)
    balancer = _balancer_at(world, interface)
    if balancer is not None:
        return enter_listener(world, source, reached.hops, balancer, interface, port)
    reference = ResourceRef("AWS::EC2::NetworkInterface", interface.id)
    return _enter_local_server(world, reached.hops, reference, address, port)


def _balancer_at(
    world: World, destination: NetworkInterface | PublicService | CorporateHost | None
) -> LoadBalancer | None:
    if not isinstance(destination, NetworkInterface):
        return None
    balancers = world.topology.load_balancing.load_balancers
    return world.once(_load_balancers_by_description, balancers).get(destination.description)


def _load_balancers_by_description(balancers: tuple[LoadBalancer, ...]) -> dict[str, LoadBalancer]:
    return {balancer.interface_description: balancer for balancer in balancers}


def _enter_local_server(
    world: World, hops: Hops, reference: ResourceRef, address: IPv4Address, port: int
) -> Connection:
    """The real server that stands for the host, if one does."""
    servers = [server for server in world.topology.local_servers if server.address == address]
    found = next((server for server in servers if server.port == port), None)
    if found is not None:
        fact = ("answered here by", f"{found.host}:{found.host_port}")
        decision = allowed(reference, fact, code=LocalCode.LOCAL_SERVER)
        return Connection((*hops, Hop(reference, Step.DESTINATION, decision)), LocalServerDoor(found))
    if servers:
        ports = ", ".join(str(server.port) for server in servers)
        remedy = f"Name a local server for {address}:{port}, too; the address has some on {ports}"
        decision = denied(LocalCode.NOTHING_LISTENS, reference, ("port", str(port)), remedy=remedy)
    else:
        decision = not_modelled(
            f"what listens at {address}:{port}, where no local server stands for it", reference
        )
    return Connection((*hops, Hop(reference, Step.DESTINATION, decision)), None, Refused())


def _public_s3(world: World, source: Source, port: int) -> S3Door:
    """S3's public front, or the gateway endpoint that leads there.

    Who comes by a public address that is known is a host on the internet by now. Of the office, and of an
    instance that only stands for one, nobody here knows which address S3 sees.
    """
    if not isinstance(source, InVpc):
        return S3Door(port, None, str(source.address) if isinstance(source, Internet) else "")
    endpoint = gateway_endpoint(world.topology, source, PUBLIC_S3.address)
    return S3Door(port, endpoint)


def _enter_endpoint(hops: Hops, endpoint: VpcEndpoint, interface: NetworkInterface, port: int) -> Connection:
    reference = ResourceRef("AWS::EC2::VPCEndpoint", endpoint.id)
    if endpoint.service_name.endswith(".s3"):
        return _enter_s3(hops, endpoint, port)
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


def _enter_s3(hops: Hops, endpoint: VpcEndpoint, port: int) -> Connection:
    """S3 answers on both ports, whatever the name that led here.

    AWS: "AWS PrivateLink for Amazon S3"
    """
    if port in (HTTP, HTTPS):
        return Connection(hops, S3Door(port, endpoint))
    reference = ResourceRef("AWS::EC2::VPCEndpoint", endpoint.id)
    remedy = "An interface endpoint for S3 answers on TCP 443 and TCP 80 only"
    decision = denied(LocalCode.NOTHING_LISTENS, reference, ("port", str(port)), remedy=remedy)
    return Connection((*hops, Hop(reference, Step.DESTINATION, decision)), None, Refused())


def enter_listener(
    world: World, source: Source | None, hops: Hops, balancer: LoadBalancer, node: NetworkInterface, port: int
) -> Connection:
    """Where a connection ends that has come to a node of a load balancer; no source is AWS PrivateLink."""
    reference = ResourceRef("AWS::ElasticLoadBalancingV2::LoadBalancer", balancer.name, balancer.arn)
    listener = next((each for each in balancer.listeners if each.port == port), None)
    if listener is None:
        return _no_listener(reference, hops, balancer, port)
    cited = ResourceRef("AWS::ElasticLoadBalancingV2::Listener", f"{listener.protocol}:{port}", listener.arn)
    hops = (*hops, Hop(reference, Step.LISTENER, allowed(cited)))
    if balancer.type == NETWORK:
        return _pass_through(world, source, hops, ListenerDoor(balancer, listener, node))
    return Connection(hops, ListenerDoor(balancer, listener, node))


def _no_listener(reference: ResourceRef, hops: Hops, balancer: LoadBalancer, port: int) -> Connection:
    """A Network Load Balancer drops what no listener is for, others refuse it.

    AWS: "Listeners for your Network Load Balancers"
    """
    ports = ", ".join(f"{listener.protocol}:{listener.port}" for listener in balancer.listeners) or "none"
    decision = denied(
        ExplanationCode.ELBV2_LISTENERS_MISMATCH,
        reference,
        ("port", str(port)),
        ("listeners", ports),
        remedy=f"Create a listener on port {port}, or use a port that has one: {ports}",
    )
    outcome = TimedOut() if balancer.type == NETWORK else Refused()
    return Connection((*hops, Hop(reference, Step.LISTENER, decision)), None, outcome)


def _pass_through(world: World, client: Source | None, hops: Hops, at: ListenerDoor) -> Connection:
    """Where a Network Load Balancer's target takes the connection, whose bytes it does not look at."""
    onward = pass_on(world, client, at.load_balancer, at.listener, at.node)
    if isinstance(onward, Connection):
        return replace(onward, hops=hops + onward.hops)
    further = _balancer_at(world, onward.reached.destination)
    if further is not None and further.type == NETWORK:
        reference = ResourceRef("AWS::ElasticLoadBalancingV2::LoadBalancer", further.name, further.arn)
        decision = not_modelled("a Network Load Balancer behind another one", reference)
        hop = Hop(reference, Step.LISTENER, decision)
        return Connection((*hops, *onward.hops, hop), None, Refused())
    connection = _enter(world, onward.seen_as, onward.reached, onward.address, onward.port)
    return replace(connection, hops=hops + onward.hops + connection.hops, seen_as=onward.seen_as)
