"""Which target group, and which of its targets, takes a request.

Anomaly mitigation is not modelled: it gives some of the same targets less.

AWS: "Target groups for your Application Load Balancers"
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import gcd

from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import ForwardAction, Listener, Rule, Target, TargetGroup, TargetKey
from landbridge.semantics.load_balancing.algorithms import Algorithm, least_outstanding, slowly_started
from landbridge.semantics.load_balancing.health import HealthState, TargetHealth, initial, unavailable
from landbridge.semantics.load_balancing.rules import listener_ref, rule_ref
from landbridge.semantics.load_balancing.sticky_sessions import Stickiness, compile_stickiness
from landbridge.trace.codes import ExplanationCode, LocalCode
from landbridge.trace.decision import Decision, Hop, ResourceRef, Step, allowed, denied, not_modelled


@dataclass(frozen=True, slots=True)
class CompiledTarget:
    """A target with its key and the hop it leaves when it is chosen in health."""

    target: Target
    key: TargetKey
    hop: Hop


@dataclass(frozen=True, slots=True)
class CompiledTargetGroup:
    """A target group, ready to choose from."""

    group: TargetGroup
    targets: tuple[CompiledTarget, ...]
    minimum_healthy_count: int
    minimum_healthy_percentage: int
    not_checked: TargetHealth
    """What stands for the health of a target that no check has told about."""
    unsupported: Hop | None
    """Why no request can go here at all."""
    algorithm: Algorithm
    slow_start_ms: int
    stickiness: Stickiness | None
    plain: bool
    """Whether targets simply take turns, whatever the request."""
    cross_zone: bool
    """Whether a node uses the targets of every zone."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the choice of a target depends on where they do not simply take turns."""

    epoch_ms: int = 0
    draw: int = 0
    """A random number."""
    outstanding: Mapping[TargetKey, int] = field(default_factory=dict)
    """How many requests each target has not answered yet."""
    wanted: TargetKey | None = None
    """The target that the client's cookie names."""


NOTHING_ELSE = Circumstances()


def target_key(group: TargetGroup, target: Target) -> TargetKey:
    """The key of a registration; a target without a port has its group's."""
    return group.arn, target.id, target.port or group.port


def target_ref(group: TargetGroup, target: Target) -> ResourceRef:
    """How to cite a registered target: ``10.0.1.5:443``, or the ARN of a function or load balancer."""
    if group.target_type == "lambda":
        return ResourceRef("AWS::Lambda::Function", target.id.partition(":function:")[2], target.id)
    if group.target_type == "alb":
        path = target.id.partition(":loadbalancer/")[2] or target.id
        return ResourceRef("AWS::ElasticLoadBalancingV2::LoadBalancer", path, target.id)
    place = f"{target.id}:{target.port or group.port}"
    return ResourceRef("AWS::ElasticLoadBalancingV2::TargetGroup Target", place, group.arn)


def choose_target_group(action: ForwardAction, turn: int) -> tuple[Arn, int] | None:
    """The target group of this turn by weight, and its own turn; None when every weight is zero.

    The groups are interleaved: 9 to 1 sends one request of every ten to the second group. The group's own
    turn counts only the requests it gets, so that round robin among its targets stays even.

    AWS: "Listener rules for your Application Load Balancer"
    """
    schedule = _schedule(action.target_groups)
    if not schedule:
        return None
    rounds, place = divmod(turn, len(schedule))
    arn, nth, per_round = schedule[place]
    return arn, rounds * per_round + nth


def no_weight(listener: Listener, rule: Rule) -> Hop:
    """The hop of a rule whose target groups all have weight zero: the client gets 503."""
    decision = denied(
        ExplanationCode.ELBV2_LISTENER_HAS_NO_TG,
        rule_ref(rule),
        ("weights", "all 0"),
        remedy="give a target group of the rule a weight above 0",
    )
    return Hop(listener_ref(listener), Step.TARGET, decision)


def compile_target_group(group: TargetGroup) -> CompiledTargetGroup:
    """The group with what does not change from request to request."""
    prefix = "target_group_health.unhealthy_state_routing.minimum_healthy_targets."
    algorithm = _algorithm(group) or Algorithm.ROUND_ROBIN
    slow_start_s = _number(group.attribute("slow_start.duration_seconds", "0"), 0)
    cross_zone = group.attribute("load_balancing.cross_zone.enabled", "true") != "false"
    stickiness = compile_stickiness(group) if cross_zone else None
    return CompiledTargetGroup(
        group,
        tuple(_compile_target(group, target) for target in group.targets),
        _number(group.attribute(prefix + "count", "1"), 1),
        _number(group.attribute(prefix + "percentage", "off"), 0),
        initial() if group.health_check.enabled else unavailable(),
        _unsupported(group),
        algorithm,
        slow_start_s * 1000,
        stickiness,
        algorithm is Algorithm.ROUND_ROBIN and not slow_start_s and stickiness is None,
        cross_zone,
    )


def choose_target(
    compiled: CompiledTargetGroup,
    health: Mapping[TargetKey, TargetHealth],
    turn: int,
    circumstances: Circumstances = NOTHING_ELSE,
) -> tuple[Target | None, Hop]:
    """The target of this turn, by the group's algorithm, of the healthy ones, and why; None means 503.

    A cookie's target comes first.

    With fewer healthy targets than the group's minimum (one, unless it is set) the group fails open: all its
    targets are used, healthy or not. Targets that are draining or unused never are.

    AWS: "Target groups for your Application Load Balancers"
    """
    if compiled.unsupported:
        return None, compiled.unsupported
    healthy, usable = _sort_out(compiled, health)
    if not usable:
        return None, _hop(compiled.group, _no_targets(compiled.group))
    if not _fails_open(compiled, len(healthy), len(usable)):
        place = (
            turn % len(healthy) if compiled.plain else _pick(compiled, healthy, health, turn, circumstances)
        )
        return healthy[place].target, healthy[place].hop
    place = turn % len(usable) if compiled.plain else _pick(compiled, usable, health, turn, circumstances)
    chosen = usable[place]
    told = health.get(chosen.key, compiled.not_checked)
    return chosen.target, _hop(compiled.group, _fail_open(chosen, told))


@lru_cache(maxsize=256)
def _schedule(groups: tuple[tuple[Arn, int], ...]) -> tuple[tuple[Arn, int, int], ...]:
    """One round: the group of each turn, how many turns of the round it had before, and has in all."""
    divisor = gcd(*(weight for _, weight in groups))
    if not divisor:
        return ()
    weights = [weight // divisor for _, weight in groups]
    total = sum(weights)
    credit = [0] * len(groups)
    had = [0] * len(groups)
    schedule = []
    for _ in range(total):
        credit = [have + weight for have, weight in zip(credit, weights, strict=True)]
        index = credit.index(max(credit))
        schedule.append((groups[index][0], had[index], weights[index]))
        credit[index] -= total
        had[index] += 1
    return tuple(schedule)


def _compile_target(group: TargetGroup, target: Target) -> CompiledTarget:
    decision = allowed(target_ref(group, target), ("state", HealthState.HEALTHY.value))
    if not group.health_check.enabled:
        decision = allowed(target_ref(group, target), ("state", HealthState.UNAVAILABLE.value))
    return CompiledTarget(target, target_key(group, target), _hop(group, decision))


def _hop(group: TargetGroup, decision: Decision) -> Hop:
    component = ResourceRef("AWS::ElasticLoadBalancingV2::TargetGroup", group.name, group.arn)
    return Hop(component, Step.TARGET, decision)


def _algorithm(group: TargetGroup) -> Algorithm | None:
    named = group.attribute("load_balancing.algorithm.type", Algorithm.ROUND_ROBIN)
    return next((algorithm for algorithm in Algorithm if algorithm == named), None)


def _unsupported(group: TargetGroup) -> Hop | None:
    if _algorithm(group) is None:
        return _hop(
            group, not_modelled(f"the algorithm {group.attribute('load_balancing.algorithm.type', '')}")
        )
    if group.target_type != "lambda" and group.protocol_version not in {"HTTP1", ""}:
        return _hop(group, not_modelled(f"target group protocol version {group.protocol_version}"))
    return None


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdigit() else otherwise


_SERVING = frozenset((HealthState.HEALTHY, HealthState.UNAVAILABLE))
_NEVER_USED = frozenset((HealthState.UNUSED, HealthState.DRAINING))


def _sort_out(
    compiled: CompiledTargetGroup, health: Mapping[TargetKey, TargetHealth]
) -> tuple[list[CompiledTarget], list[CompiledTarget]]:
    """The targets in health, and all that may be used when the group fails open."""
    healthy: list[CompiledTarget] = []
    usable: list[CompiledTarget] = []
    for target in compiled.targets:
        state = health.get(target.key, compiled.not_checked).state
        if state in _NEVER_USED:
            continue
        usable.append(target)
        if state in _SERVING:
            healthy.append(target)
    return healthy, usable


def _pick(
    compiled: CompiledTargetGroup,
    targets: Sequence[CompiledTarget],
    health: Mapping[TargetKey, TargetHealth],
    turn: int,
    circumstances: Circumstances,
) -> int:
    """The place of the target that takes the request."""
    if circumstances.wanted is not None:
        for place, target in enumerate(targets):
            if target.key == circumstances.wanted:
                return place
    match compiled.algorithm:
        case Algorithm.LEAST_OUTSTANDING_REQUESTS:
            return least_outstanding([circumstances.outstanding.get(each.key, 0) for each in targets], turn)
        case Algorithm.WEIGHTED_RANDOM:
            return circumstances.draw % len(targets)
        case Algorithm.ROUND_ROBIN:
            if not compiled.slow_start_ms:
                return turn % len(targets)
            since = [health.get(each.key, compiled.not_checked).healthy_since_ms for each in targets]
            ages = [circumstances.epoch_ms - each for each in since]
            return slowly_started(ages, compiled.slow_start_ms, turn)


def _fails_open(compiled: CompiledTargetGroup, healthy: int, usable: int) -> bool:
    too_few = healthy < max(compiled.minimum_healthy_count, 1)
    return too_few or healthy * 100 < compiled.minimum_healthy_percentage * usable


def _no_targets(group: TargetGroup) -> Decision:
    registered = len(group.targets)
    return denied(
        ExplanationCode.ELBV2_LISTENER_HAS_NO_TG,
        None,
        ("registered targets", str(registered)),
        ("usable targets", "0"),
        remedy=(
            f"wait for the targets of {group.name} to leave the states unused and draining"
            if registered
            else f"register a target in target group {group.name}"
        ),
    )


def _fail_open(chosen: CompiledTarget, told: TargetHealth) -> Decision:
    facts = [("fail open", "too few targets are healthy, so all are used"), ("state", told.state.value)]
    if told.reason:
        facts.append(("reason", f"{told.reason.value}: {told.description}"))
    return allowed(chosen.hop.decision.cited, *facts, code=LocalCode.FAIL_OPEN)
