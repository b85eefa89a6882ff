"""From a rule's forward action to a target, and what the target answers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from landbridge.model.load_balancing import ForwardAction, Rule, Target, TargetGroup, TargetKey
from landbridge.semantics.doors import ListenerDoor, LocalServerDoor, door_reference
from landbridge.semantics.journey.arrival import Answered, Arrival, page
from landbridge.semantics.journey.function_target import at_function
from landbridge.semantics.journey.local_server import ask_local_server, status_without_answer
from landbridge.semantics.journey.service import answer_service
from landbridge.semantics.journey.target_connection import connect_to_target, group_for_node, node_as_client
from landbridge.semantics.load_balancing.algorithms import Algorithm
from landbridge.semantics.load_balancing.attributes import compile_connection_attributes
from landbridge.semantics.load_balancing.forwarding import compile_forwarding, forward, relay
from landbridge.semantics.load_balancing.health import TargetHealth
from landbridge.semantics.load_balancing.protocol_versions import MISMATCH, refuse_protocol
from landbridge.semantics.load_balancing.sticky_sessions import stick, wanted_target
from landbridge.semantics.load_balancing.targets import (
    NOTHING_ELSE,
    Circumstances,
    CompiledTargetGroup,
    choose_target,
    choose_target_group,
    no_weight,
    target_key,
)
from landbridge.semantics.needs import ConnectTimeout, CountRequest, HttpFailed, Steps
from landbridge.semantics.world import World
from landbridge.trace.decision import Hop, Step, TimedOut, not_modelled


def forward_to_target(
    world: World, door: ListenerDoor, arrival: Arrival, rule: Rule, action: ForwardAction
) -> Steps[Answered]:
    """The response of the target that a forward action leads to."""
    node, moment = door.node, arrival.moment
    chosen = choose_target_group(action, moment.turn)
    if chosen is None:
        return Answered(page(503, arrival), (no_weight(door.listener, rule),))
    group_arn, turn = chosen
    group = world.topology.load_balancing.target_group_by_arn.get(group_arn)
    if group is None:
        decision = not_modelled(f"target group {group_arn}, which could not be read")
        return Answered(page(500, arrival), (Hop(door_reference(door), Step.TARGET, decision),))
    misfit = refuse_protocol(group, arrival.request)
    if misfit is not None:
        return Answered(page(MISMATCH, arrival), (misfit,))
    compiled = group_for_node(world, group, node)
    health = arrival.health.get(node.id, _NOTHING_KNOWN)
    around = NOTHING_ELSE if compiled.plain else _circumstances(compiled, door, arrival)
    target, target_hop = choose_target(compiled, health, turn, around)
    if target is None:
        return Answered(page(503, arrival), (target_hop,))
    if compiled.algorithm is Algorithm.LEAST_OUTSTANDING_REQUESTS:
        yield CountRequest(node.id, target_key(group, target))
    sent = yield from _send(world, door, arrival, group, target)
    answered = sent.answered
    if compiled.stickiness is not None and sent.has_answer:
        key = target_key(group, target)
        again = around.wanted == key
        response = stick(
            compiled.stickiness, key, arrival.request, answered.response, moment.epoch_ms, again=again
        )
        answered = replace(answered, response=response)
    return Answered(answered.response, (target_hop, *answered.hops))


_NOTHING_KNOWN: Mapping[TargetKey, TargetHealth] = {}


@dataclass(frozen=True, slots=True)
class _Sent:
    """What became of a request; the answer is the target's, or the load balancer's own."""

    answered: Answered
    has_answer: bool = True


def _circumstances(compiled: CompiledTargetGroup, door: ListenerDoor, arrival: Arrival) -> Circumstances:
    moment, wanted = arrival.moment, None
    if compiled.stickiness is not None:
        wanted = wanted_target(compiled.stickiness, compiled.group, arrival.request, moment.epoch_ms)
    counted = arrival.outstanding.get(door.node.id, {})
    return Circumstances(moment.epoch_ms, int(moment.trace_id[-8:], 16), counted, wanted)


def _send(
    world: World, door: ListenerDoor, arrival: Arrival, group: TargetGroup, target: Target
) -> Steps[_Sent]:
    """The target's answer to the request as the load balancer rewrites it, or the page in its place."""
    forwarding = world.once(compile_forwarding, door.load_balancer)
    forwarded = forward(arrival.request, door.listener, forwarding, arrival.client, arrival.moment)
    if group.target_type == "lambda":
        answered = yield from at_function(world, group, target, replace(arrival, request=forwarded))
        return _Sent(Answered(relay(answered.response), answered.hops))
    backend = connect_to_target(world, door.node, group, target)
    if backend.door is None:
        if isinstance(backend.outcome, TimedOut):
            yield ConnectTimeout()
        status = 504 if isinstance(backend.outcome, TimedOut) else 502
        return _Sent(Answered(page(status, arrival), backend.hops), has_answer=False)
    assert not isinstance(backend.door, ListenerDoor)  # refused when the connection was decided
    if isinstance(backend.door, LocalServerDoor):
        idle_timeout_s = world.once(compile_connection_attributes, door.load_balancer).idle_timeout_s
        answer, hop = yield from ask_local_server(backend.door, forwarded, idle_timeout_s * 1000)
        if isinstance(answer, HttpFailed):
            response = page(status_without_answer(answer), arrival)
            return _Sent(Answered(response, (*backend.hops, hop)), has_answer=False)
        return _Sent(Answered(relay(answer.response), (*backend.hops, hop)))
    client = world.remember(
        ("node", door.node.id, group.protocol), lambda: node_as_client(door.node, group.protocol)
    )
    onwards = Arrival(
        client,
        forwarded,
        moment=arrival.moment,
        health=arrival.health,
        secrets=arrival.secrets,
        outstanding=arrival.outstanding,
        private_integrations=arrival.private_integrations,
    )
    answered = yield from answer_service(world, backend.door, onwards)
    return _Sent(Answered(relay(answered.response), (*backend.hops, *answered.hops)))
