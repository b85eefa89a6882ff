"""A whole journey with a driver played by hand: results go in, what was needed and every hop come out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from tests import topologies
from tests.semantics.api_gateway.calls import MOMENT

from landbridge.model.exchange import Headers, HttpRequest, HttpResponse
from landbridge.model.load_balancing import ForwardAction, Listener, Rule, TargetGroup
from landbridge.model.network import SecurityGroupRule, VpcEndpoint
from landbridge.model.topology import Topology
from landbridge.semantics.journey.answer import answer
from landbridge.semantics.journey.arrival import Arrival, Health
from landbridge.semantics.journey.connection import connect
from landbridge.semantics.load_balancing.forwarding import Client
from landbridge.semantics.load_balancing.health import HealthState, TargetHealth
from landbridge.semantics.load_balancing.targets import target_key
from landbridge.semantics.needs import (
    AccessKeyMissing,
    ConnectTimeout,
    Counted,
    CountRequest,
    FetchKeySet,
    FindAccessKey,
    GetObject,
    HttpAnswered,
    Invoke,
    Invoked,
    ListObjects,
    Need,
    ObjectFound,
    ObjectsListed,
    Result,
    SendHttp,
    Waited,
)
from landbridge.semantics.network.source import Corporate, Source
from landbridge.semantics.world import World
from landbridge.trace.decision import Decision, Hop, Outcome

OFFICE = Corporate(topologies.LAPTOP)
HELLO = Invoked(b'{"statusCode": 200, "body": "hello"}')
WORLD = HttpAnswered(HttpResponse(200, (("Server", "shop"), ("Content-Type", "text/plain")), b"world"))
PAGE = ObjectFound(b"<!doctype html>", (("Content-Type", "text/html"),))


@dataclass(frozen=True)
class Conversation:
    """What was asked of the driver, and how it ended."""

    hops: tuple[Hop, ...]
    needs: tuple[Need, ...]
    response: HttpResponse | None
    outcome: Outcome | None
    """Set where the connection never came to a door."""

    @property
    def status(self) -> int | None:
        return self.response.status if self.response else None

    @property
    def steps(self) -> list[str]:
        return [hop.step.value for hop in self.hops]

    @property
    def last(self) -> Decision:
        return self.hops[-1].decision

    @property
    def denials(self) -> list[Hop]:
        return [hop for hop in self.hops if not hop.decision.allowed]


def converse(
    topology: Topology,
    target: str = "/api/orders",
    *,
    method: str = "GET",
    host: str = topologies.DOMAIN,
    headers: Headers = (),
    source: Source = OFFICE,
    to: str = "",
    port: int = 443,
    health: Health | None = None,
    body: bytes = b"",
    version: str = "1.1",
    results: Mapping[type[Need], Result] = MappingProxyType({}),
) -> Conversation:
    """One request to a name or address; `host` is the Host header, `to` where it differs the address.

    `results` are what needs result in where that is not the usual.
    """
    world = World(topology)
    connection = connect(world, source, to or host, port)
    if connection.door is None:
        assert connection.outcome is not None
        return Conversation(connection.hops, (), None, connection.outcome)
    assert connection.outcome is None
    request = HttpRequest(method, target, (("Host", host), *headers), body, version)
    client = Client(str(source.address), 0, "TLSv1.3", "TLS_AES_128_GCM_SHA256")
    arrival = Arrival(client, request, MOMENT, healthy(topology) if health is None else health)
    steps = answer(world, connection.door, arrival)
    needs: list[Need] = []
    try:
        needs.append(next(steps))
        while True:
            needs.append(steps.send(results.get(type(needs[-1])) or _result(needs[-1])))
    except StopIteration as end:
        return Conversation(connection.hops + end.value.hops, tuple(needs), end.value.response, None)


def _result(need: Need) -> Result:
    match need:
        case Invoke():
            return HELLO
        case GetObject():
            return PAGE
        case ListObjects():
            return ObjectsListed(200, b"<ListBucketResult/>")
        case ConnectTimeout():
            return Waited()
        case SendHttp() | FetchKeySet():
            return WORLD
        case CountRequest():
            return Counted()
        case FindAccessKey():
            return AccessKeyMissing()
        case _:
            raise AssertionError(f"give a result for {need}")


def healthy(topology: Topology, state: HealthState = HealthState.HEALTHY) -> Health:
    """Every node finds every target in this state."""
    keys = [
        target_key(group, target)
        for group in topology.load_balancing.target_groups
        for target in group.targets
    ]
    nodes = topology.network.network_interfaces
    return {node.id: dict.fromkeys(keys, TargetHealth(state)) for node in nodes}


def with_rules(topology: Topology, *rules: Rule) -> Topology:
    """The topology with these rules on its one listener."""
    return with_listener(topology, rules=rules)


def default_rule(topology: Topology, *actions: Any, unsupported: tuple[str, ...] = ()) -> Rule:
    """The listener's default rule with other actions."""
    return replace(the_listener(topology).rules[-1], actions=actions, unsupported=unsupported)


def the_listener(topology: Topology) -> Listener:
    return topology.load_balancing.load_balancers[0].listeners[0]


def with_listener(topology: Topology, **changes: Any) -> Topology:
    section = topology.load_balancing
    balancer = section.load_balancers[0]
    listeners = (replace(balancer.listeners[0], **changes),)
    return replace(
        topology,
        load_balancing=replace(section, load_balancers=(replace(balancer, listeners=listeners),)),
    )


def with_target_group(topology: Topology, **changes: Any) -> Topology:
    section = topology.load_balancing
    group: TargetGroup = replace(section.target_groups[0], **changes)
    return replace(topology, load_balancing=replace(section, target_groups=(group,)))


def with_endpoint(topology: Topology, **changes: Any) -> Topology:
    endpoint: VpcEndpoint = replace(topology.network.vpc_endpoints[0], **changes)
    return topologies.with_network(topology, vpc_endpoints=(endpoint,))


def with_domain(topology: Topology, **changes: Any) -> Topology:
    section = topology.api_gateway
    return replace(
        topology, api_gateway=replace(section, domain_names=(replace(section.domain_names[0], **changes),))
    )


def with_group_rules(topology: Topology, group_id: str, rules: Iterable[SecurityGroupRule]) -> Topology:
    """The topology with only these rules in a security group."""
    kept = tuple(rules)
    groups = tuple(
        replace(group, rules=kept) if group.id == group_id else group
        for group in topology.network.security_groups
    )
    return topologies.with_network(topology, security_groups=groups)


def no_weight(topology: Topology) -> Topology:
    """Every target group of the default rule has weight 0."""
    action = ForwardAction(((topologies.TARGET_GROUP_ARN, 0),))
    return with_rules(topology, default_rule(topology, action))
