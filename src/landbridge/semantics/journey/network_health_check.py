"""A Network Load Balancer's check of one target: a connection, or a request on one."""

from dataclasses import replace

from landbridge.model.exchange import Moment
from landbridge.model.load_balancing import Target, TargetGroup
from landbridge.model.network import NetworkInterface
from landbridge.semantics.doors import Door, ListenerDoor, LocalServerDoor, speaks_tls
from landbridge.semantics.journey.arrival import Arrival, Connection
from landbridge.semantics.journey.connection import connect_to
from landbridge.semantics.journey.listener import at_listener
from landbridge.semantics.journey.local_server import TIMED_OUT, ask_local_server
from landbridge.semantics.journey.network_load_balancer import address_from, port_of
from landbridge.semantics.journey.service import answer_service
from landbridge.semantics.journey.target_connection import node_as_client, tls_with_target
from landbridge.semantics.load_balancing.health import (
    Answered,
    CheckResult,
    CheckTimedOut,
    Connected,
    ConnectionFailed,
    check_port,
    check_request,
)
from landbridge.semantics.needs import ConnectTimeout, HttpFailed, Steps
from landbridge.semantics.network.faults import target_is_down
from landbridge.semantics.network.source import from_interface
from landbridge.semantics.world import World
from landbridge.trace.decision import Refused, TimedOut


def check_network_target(
    world: World, node: NetworkInterface, group: TargetGroup, target: Target, moment: Moment
) -> Steps[CheckResult]:
    """What the check found: it comes from the node's own address, whoever the target's clients are.

    AWS: "Health checks for Network Load Balancer target groups"
    """
    connection = _connect(world, node, group, target)
    if connection.door is None:
        if not isinstance(connection.outcome, TimedOut):
            return ConnectionFailed()
        yield ConnectTimeout()
        return CheckTimedOut()
    if group.health_check.protocol not in ("HTTP", "HTTPS"):
        return Connected()
    return (yield from _request(world, node, group, target, connection.door, moment))


def _connect(world: World, node: NetworkInterface, group: TargetGroup, target: Target) -> Connection:
    address = address_from(world.topology, node, group, target)
    if address is None:
        return Connection((), None, Refused())
    if target_is_down(world.topology.faults, target.id, port_of(group, target)) is not None:
        return Connection((), None, TimedOut())
    return connect_to(world, from_interface(node), address, check_port(group, target) or 0)


def _request(
    world: World, node: NetworkInterface, group: TargetGroup, target: Target, door: Door, moment: Moment
) -> Steps[CheckResult]:
    check = group.health_check
    request = check_request(group, target, str(address_from(world.topology, node, group, target)))
    if isinstance(door, LocalServerDoor):
        door = replace(door, tls=tls_with_target(check.protocol))
        answer, _ = yield from ask_local_server(door, request, check.timeout_s * 1000, reuse=False)
        if isinstance(answer, HttpFailed):
            return CheckTimedOut() if answer.failure in TIMED_OUT else ConnectionFailed()
        return Answered(answer.response.status)
    if speaks_tls(door) != (check.protocol == "HTTPS"):
        return ConnectionFailed()
    arrival = Arrival(node_as_client(node, check.protocol), request, moment, {})
    if isinstance(door, ListenerDoor):
        answered = yield from at_listener(world, door, arrival)
    else:
        answered = yield from answer_service(world, door, arrival)
    return Answered(answered.response.status)
