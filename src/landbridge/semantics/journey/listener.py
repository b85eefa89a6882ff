"""A request at a load balancer's listener: its limits, then the rule, then the rule's action."""

from dataclasses import replace
from http import HTTPStatus

from landbridge.model.load_balancing import FixedResponseAction, ForwardAction, RedirectAction, Rule
from landbridge.semantics.doors import ListenerDoor, door_reference
from landbridge.semantics.journey.arrival import Answered, Arrival, page
from landbridge.semantics.journey.authentication import answer_callback, is_callback, pass_actions
from landbridge.semantics.journey.target import forward_to_target
from landbridge.semantics.load_balancing.attributes import compile_connection_attributes
from landbridge.semantics.load_balancing.cookies import with_cookies
from landbridge.semantics.load_balancing.group_stickiness import is_sticky, stick
from landbridge.semantics.load_balancing.limits import refuse
from landbridge.semantics.load_balancing.responses import LONGEST_LOCATION, fixed_response, redirect
from landbridge.semantics.load_balancing.rules import choose_rule, compile_listener, listener_ref, rule_ref
from landbridge.semantics.load_balancing.transforms import compile_transforms, transform
from landbridge.semantics.needs import Steps
from landbridge.semantics.world import World
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Hop, Hops, Step, denied, not_modelled


def at_listener(world: World, door: ListenerDoor, arrival: Arrival) -> Steps[Answered]:
    """The response to a request at a listener, from the load balancer itself or from a target."""
    request = arrival.request
    refusal = refuse(request, world.once(compile_connection_attributes, door.load_balancer).desync_mode)
    if refusal is not None:
        hop = Hop(door_reference(door), Step.HTTP_REQUEST, refusal.decision)
        return Answered(page(refusal.status, arrival), (hop,))
    compiled = world.once(compile_listener, door.listener)
    if compiled.logins and is_callback(arrival):
        return (yield from answer_callback(world, door, arrival, compiled.logins))
    rule, rule_hop = choose_rule(compiled, request, arrival.client.address)
    if not rule_hop.decision.allowed:
        return Answered(page(500, arrival), (rule_hop,))
    if len(rule.actions) == 1:
        answered = yield from _end(world, door, arrival, rule)
        return Answered(answered.response, (rule_hop, *answered.hops))
    passed = yield from pass_actions(world, door, arrival, rule)
    if isinstance(passed, Answered):
        return Answered(passed.response, (rule_hop, *passed.hops))
    answered = yield from _end(world, door, passed.arrival, rule)
    response = with_cookies(answered.response, passed.cookies)
    return Answered(response, (rule_hop, *passed.hops, *answered.hops))


def _end(world: World, door: ListenerDoor, arrival: Arrival, rule: Rule) -> Steps[Answered]:
    """What the rule's last action answers."""
    match rule.actions[-1]:
        case FixedResponseAction() as action:
            return Answered(fixed_response(action, arrival.moment.epoch_ms), ())
        case RedirectAction() as action:
            return _redirect(door, arrival, rule, action)
        case ForwardAction() as action:
            return (yield from _forward(world, door, arrival, rule, action))
    kind = getattr(rule.actions[-1], "type", "authenticate")
    decision = not_modelled(f"the listener rule action {kind}", rule_ref(rule))
    hop = Hop(listener_ref(door.listener), Step.LISTENER_RULE, decision)
    return Answered(page(500, arrival), (hop,))


def _redirect(door: ListenerDoor, arrival: Arrival, rule: Rule, action: RedirectAction) -> Answered:
    response = redirect(action, arrival.request, door.listener, arrival.moment.epoch_ms)
    if response.status != HTTPStatus.INSUFFICIENT_STORAGE:
        return Answered(response, ())
    decision = denied(
        LocalCode.REDIRECT_TOO_LONG,
        rule_ref(rule),
        ("most characters", str(LONGEST_LOCATION)),
        remedy="Ask for a shorter URL, or let the redirect keep less of it",
    )
    return Answered(response, (Hop(listener_ref(door.listener), Step.LISTENER_RULE, decision),))


def _forward(
    world: World, door: ListenerDoor, arrival: Arrival, rule: Rule, action: ForwardAction
) -> Steps[Answered]:
    """Transforms and target group stickiness come before the choice of a target."""
    hops: Hops = ()
    if rule.transforms:
        transformed = transform(world.once(compile_transforms, rule), arrival.request)
        hops = (Hop(listener_ref(door.listener), Step.TRANSFORM, transformed.decision),)
        if not transformed.decision.allowed:
            return Answered(page(500, arrival), hops)
        arrival = replace(arrival, request=transformed.request)
    stuck = stick(action, arrival.request, arrival.moment) if is_sticky(action) else None
    if stuck is None:
        answered = yield from forward_to_target(world, door, arrival, rule, action)
        return Answered(answered.response, (*hops, *answered.hops)) if hops else answered
    answered = yield from forward_to_target(
        world, door, replace(arrival, moment=stuck.moment), rule, stuck.action
    )
    return Answered(with_cookies(answered.response, stuck.cookies), (*hops, *answered.hops))
