"""Where a connection ends: names and network first, then what listens at the address."""

from ipaddress import AddressValueError, IPv4Address

from landbridge.model.load_balancing import LoadBalancer
from landbridge.model.network import NetworkInterface, VpcEndpoint
from landbridge.semantics.doors import EndpointDoor, ListenerDoor, PublicApiDoor
from landbridge.semantics.journey.arrival import Connection
from landbridge.semantics.network.names import resolve
from landbridge.semantics.network.reachability import PublicService, reach
from landbridge.semantics.network.source import Source
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
            return Connection(hops + connection.hops, connection.door)
        failed = failed or connection
    assert failed is not None
    return Connection(hops + failed.hops, None, failed.outcome)


def connect_to(world: World, source: Source, address: IPv4Address, port: int) -> Connection:
    """Where a TCP connection from `source` to an address ends."""
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
