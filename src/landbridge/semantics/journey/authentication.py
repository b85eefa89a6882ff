"""The actions of a rule that come before its last one: who asks, and may they.

What a load balancer asks an identity provider leaves by its node's subnet, as any packet does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from landbridge.model.exchange import Headers
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import Action, AuthenticateOidcAction, JwtValidationAction, Rule
from landbridge.model.network import NetworkInterface
from landbridge.semantics.doors import ListenerDoor
from landbridge.semantics.journey.arrival import Answered, Arrival, page
from landbridge.semantics.load_balancing.authentication.admission import Admission, Barred
from landbridge.semantics.load_balancing.authentication.callback import finish_login, returning_login
from landbridge.semantics.load_balancing.authentication.jwt_validation import validate_jwt
from landbridge.semantics.load_balancing.authentication.login import CALLBACK_PATH
from landbridge.semantics.load_balancing.authentication.oidc import authenticate
from landbridge.semantics.load_balancing.rules import listener_ref, rule_ref
from landbridge.semantics.needs import (
    Answer,
    ConnectTimeout,
    FetchKeySet,
    HttpFailed,
    HttpFailure,
    Need,
    Result,
    SendHttp,
    Steps,
)
from landbridge.semantics.network.reachability import PUBLIC_EXECUTE_API, reach
from landbridge.semantics.network.source import InVpc
from landbridge.semantics.world import World
from landbridge.trace.decision import Decision, Hop, Hops, Step, not_modelled


@dataclass(frozen=True, slots=True)
class Passed:
    """The request as it goes on, the hops so far, and cookies for its response."""

    arrival: Arrival
    hops: Hops
    cookies: Headers = ()


def pass_actions(world: World, door: ListenerDoor, arrival: Arrival, rule: Rule) -> Steps[Passed | Answered]:
    """The request after every action of the rule but the last, or the response that one of them made.

    AWS: "Action types for listener rules"
    """
    passed = Passed(arrival, ())
    for action in rule.actions[:-1]:
        way: list[Hop] = []
        steps = _by_way_of_node(world, door.node, _admit(door, passed.arrival, rule, action), way)
        admission = yield from steps
        hops = (*passed.hops, *way, _hop(door, rule, admission.decision))
        if isinstance(admission, Barred):
            return _answer(admission, arrival, hops)
        onwards = replace(passed.arrival, request=admission.request)
        passed = Passed(onwards, hops, (*passed.cookies, *admission.cookies))
    return passed


def is_callback(arrival: Arrival) -> bool:
    """Whether a browser comes back from an identity provider."""
    return arrival.request.path == CALLBACK_PATH


def answer_callback(
    world: World, door: ListenerDoor, arrival: Arrival, logins: Mapping[Arn, AuthenticateOidcAction]
) -> Steps[Answered]:
    """The redirect into the app with a session, or why there is none.

    AWS: "Authenticate users using an Application Load Balancer"
    """
    secrets, request, moment = arrival.secrets, arrival.request, arrival.moment
    if secrets is None:
        return Answered(
            page(500, arrival), (Hop(listener_ref(door.listener), Step.AUTHENTICATION, _NO_KEYS),)
        )
    state = returning_login(secrets, logins, request, moment)
    if isinstance(state, Barred):
        return _answer(
            state, arrival, (Hop(listener_ref(door.listener), Step.AUTHENTICATION, state.decision),)
        )
    way: list[Hop] = []
    finishing = finish_login(secrets, logins[state.rule_arn], state, request, moment)
    finished = yield from _by_way_of_node(world, door.node, finishing, way)
    hop = Hop(listener_ref(door.listener), Step.AUTHENTICATION, finished.decision)
    return _answer(finished, arrival, (*way, hop))


_NO_KEYS = not_modelled("authentication of users without the stack's keys")


def _admit(door: ListenerDoor, arrival: Arrival, rule: Rule, action: Action) -> Steps[Admission]:
    match action:
        case JwtValidationAction():
            return (yield from validate_jwt(action, arrival.request, arrival.moment))
        case AuthenticateOidcAction() if arrival.secrets is not None:
            return (
                yield from authenticate(
                    arrival.secrets, door.load_balancer, action, rule.arn, arrival.request, arrival.moment
                )
            )
        case AuthenticateOidcAction():
            return Barred(_NO_KEYS, 500)
    kind = getattr(action, "type", "two actions that both end a request")
    return Barred(not_modelled(f"the listener rule action {kind}", rule_ref(rule)), 500)


def _by_way_of_node(
    world: World, node: NetworkInterface, steps: Steps[Answer], way: list[Hop]
) -> Steps[Answer]:
    """The same steps, with what the network does to their requests; the hops are added to `way`.

    A provider is taken to be on the internet, wherever it runs: an internal load balancer needs a way there.
    """
    result: Result | None = None
    while True:
        try:
            need = next(steps) if result is None else steps.send(result)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        stopped = _stopped_on_the_way(world, node, need, way)
        if stopped is not None:
            yield ConnectTimeout()
            result = stopped
        else:
            result = yield need


def _stopped_on_the_way(
    world: World, node: NetworkInterface, need: Need, way: list[Hop]
) -> HttpFailed | None:
    asked = need.request if isinstance(need, FetchKeySet) else need
    if not isinstance(asked, SendHttp):
        return None
    source = InVpc(node.address, node.vpc_id, node.subnet_id, node.security_group_ids, node.id)
    reached = reach(world, source, PUBLIC_EXECUTE_API.address, asked.port)
    hops = [hop for hop in reached.hops if hop.step is not Step.DESTINATION]
    way += [hop for hop in hops if hop not in way]
    if all(hop.decision.allowed for hop in hops):
        return None
    return HttpFailed(HttpFailure.CONNECT_TIMEOUT, "the load balancer's node has no way to the internet")


def _hop(door: ListenerDoor, rule: Rule, decision: Decision) -> Hop:
    cited = decision if decision.cited is not None else replace(decision, cited=rule_ref(rule))
    return Hop(listener_ref(door.listener), Step.AUTHENTICATION, cited)


def _answer(barred: Barred, arrival: Arrival, hops: Hops) -> Answered:
    return Answered(barred.redirect or page(barred.status, arrival), hops)
