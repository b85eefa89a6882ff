"""A request at a load balancer's listener: its limits, then the rule, then the rule's action."""

from landbridge.model.load_balancing import (
    FixedResponseAction,
    ForwardAction,
    RedirectAction,
    UnsupportedAction,
)
from landbridge.semantics.doors import ListenerDoor, door_reference
from landbridge.semantics.journey.arrival import Answered, Arrival, page
from landbridge.semantics.journey.target import forward_to_target
from landbridge.semantics.load_balancing.limits import refuse
from landbridge.semantics.load_balancing.responses import fixed_response, redirect
from landbridge.semantics.load_balancing.rules import choose_rule, compile_listener
from landbridge.semantics.needs import Steps
from landbridge.semantics.world import World
from landbridge.trace.decision import Hop, Step, not_modelled


def at_listener(world: World, door: ListenerDoor, arrival: Arrival) -> Steps[Answered]:
    """The response to a request at a listener, from the load balancer itself or from a target."""
    request, epoch_ms = arrival.request, arrival.moment.epoch_ms
    refusal = refuse(request)
    if refusal is not None:
        hop = Hop(door_reference(door), Step.HTTP_REQUEST, refusal.decision)
        return Answered(page(refusal.status, arrival), (hop,))
    compiled = world.once(compile_listener, door.listener)
    rule, rule_hop = choose_rule(compiled, request, arrival.client.address)
    if not rule_hop.decision.allowed:
        return Answered(page(500, arrival), (rule_hop,))
    match rule.actions[-1] if len(rule.actions) == 1 else UnsupportedAction("authenticate"):
        case FixedResponseAction() as action:
            return Answered(fixed_response(action, epoch_ms), (rule_hop,))
        case RedirectAction() as action:
            return Answered(redirect(action, request, door.listener, epoch_ms), (rule_hop,))
        case UnsupportedAction(type):
            decision = not_modelled(f"the listener rule action {type}", rule_hop.decision.cited)
            hop = Hop(rule_hop.component, Step.LISTENER_RULE, decision)
            return Answered(page(500, arrival), (rule_hop, hop))
        case ForwardAction() as action:
            answered = yield from forward_to_target(world, door, arrival, rule, action)
            return Answered(answered.response, (rule_hop, *answered.hops))
