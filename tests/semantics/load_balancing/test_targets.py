from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.semantics.load_balancing.builders import health_check, listener, rule, target_group

from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import ForwardAction, Target, TargetGroup, TargetKey
from landbridge.semantics.load_balancing import health
from landbridge.semantics.load_balancing.health import HealthState, TargetHealth
from landbridge.semantics.load_balancing.targets import (
    choose_target,
    choose_target_group,
    compile_target_group,
    no_weight,
    target_key,
)
from landbridge.trace.codes import ExplanationCode, LocalCode, TargetHealthReason
from landbridge.trace.decision import Hop, Step, Verdict

HEALTHY = TargetHealth(HealthState.HEALTHY)
UNHEALTHY = TargetHealth(HealthState.UNHEALTHY, TargetHealthReason.TIMEOUT, "Request timed out")
A, B, C = Arn("a"), Arn("b"), Arn("c")


def told(group: TargetGroup, *states: TargetHealth) -> dict[TargetKey, TargetHealth]:
    return {target_key(group, target): state for target, state in zip(group.targets, states, strict=True)}


def turns(group: TargetGroup, *states: TargetHealth, count: int = 4) -> list[str]:
    compiled = compile_target_group(group)
    chosen = [choose_target(compiled, told(group, *states), turn)[0] for turn in range(count)]
    return [target.id if target else "" for target in chosen]


def decided(group: TargetGroup, *states: TargetHealth) -> tuple[Target | None, Hop]:
    return choose_target(compile_target_group(group), told(group, *states), 0)


def test_requests_go_round_the_healthy_targets() -> None:
    group = target_group("10.0.1.5", "10.0.2.5", "10.0.3.5")

    assert turns(group, HEALTHY, UNHEALTHY, HEALTHY) == ["10.0.1.5", "10.0.3.5", "10.0.1.5", "10.0.3.5"]


def test_the_hop_of_a_healthy_target_cites_it() -> None:
    target, hop = decided(target_group("10.0.1.5"), HEALTHY)

    assert target == Target("10.0.1.5", None)
    assert hop.step is Step.TARGET
    assert hop.component.id == "endpoint"
    assert hop.decision.allowed
    assert hop.decision.cited is not None
    assert hop.decision.cited.id == "10.0.1.5:443"


@pytest.mark.parametrize("state", [UNHEALTHY, health.initial()])
def test_a_group_without_a_healthy_target_fails_open_to_all(state: TargetHealth) -> None:
    group = target_group("10.0.1.5", "10.0.2.5")
    _, hop = decided(group, state, state)

    assert turns(group, state, state) == ["10.0.1.5", "10.0.2.5"] * 2
    assert hop.decision.allowed
    assert hop.decision.code is LocalCode.FAIL_OPEN
    assert ("state", state.state.value) in hop.decision.facts


def test_failing_open_says_why_the_target_is_not_healthy() -> None:
    _, hop = decided(target_group("10.0.1.5"), UNHEALTHY)

    assert ("reason", "Target.Timeout: Request timed out") in hop.decision.facts


def test_a_target_that_no_check_has_told_about_counts_as_initial() -> None:
    target, hop = choose_target(compile_target_group(target_group("10.0.1.5")), {}, 0)

    assert target is not None
    assert hop.decision.code is LocalCode.FAIL_OPEN


@pytest.mark.parametrize("state", [health.draining(), health.unused()])
def test_a_group_whose_targets_are_all_out_of_use_answers_503(state: TargetHealth) -> None:
    target, hop = decided(target_group("10.0.1.5"), state)

    assert target is None
    assert hop.decision.verdict is Verdict.IMPLICIT_DENY
    assert hop.decision.code is ExplanationCode.ELBV2_LISTENER_HAS_NO_TG
    assert "unused and draining" in hop.decision.remedy


def test_a_group_without_targets_answers_503() -> None:
    target, hop = decided(target_group())

    assert target is None
    assert hop.decision.code is ExplanationCode.ELBV2_LISTENER_HAS_NO_TG
    assert hop.decision.remedy == "register a target in target group endpoint"


def test_failing_open_leaves_out_targets_that_are_draining() -> None:
    group = target_group("10.0.1.5", "10.0.2.5")

    assert turns(group, UNHEALTHY, health.draining(), count=2) == ["10.0.1.5", "10.0.1.5"]


def test_targets_are_used_as_they_are_where_checks_are_off() -> None:
    group = target_group("10.0.1.5", check=health_check(enabled=False))
    target, hop = choose_target(compile_target_group(group), {}, 0)

    assert target is not None
    assert hop.decision.code is None
    assert hop.decision.facts == (("state", "unavailable"),)


@pytest.mark.parametrize(
    ("key", "value", "fails_open"),
    [("count", "2", True), ("count", "1", False), ("percentage", "60", True), ("percentage", "50", False)],
)
def test_a_group_with_fewer_healthy_targets_than_its_minimum_fails_open(
    key: str, value: str, fails_open: bool
) -> None:
    name = f"target_group_health.unhealthy_state_routing.minimum_healthy_targets.{key}"
    group = target_group("10.0.1.5", "10.0.2.5", attributes=((name, value),))

    assert (len(set(turns(group, HEALTHY, UNHEALTHY))) == 2) is fails_open


@pytest.mark.parametrize("version", ["HTTP2", "GRPC"])
def test_a_group_of_another_protocol_version_is_not_modelled(version: str) -> None:
    target, hop = decided(target_group("10.0.1.5", protocol_version=version), HEALTHY)

    assert target is None
    assert hop.decision.verdict is Verdict.NOT_MODELLED


def test_a_function_is_cited_by_its_name() -> None:
    arn = "arn:aws:lambda:eu-central-1:123456789012:function:orders"
    group = target_group(arn, target_type="lambda", check=health_check(enabled=False))
    _, hop = choose_target(compile_target_group(group), {}, 0)

    assert hop.decision.cited is not None
    assert (hop.decision.cited.type, hop.decision.cited.id) == ("AWS::Lambda::Function", "orders")


def test_the_same_address_on_two_ports_is_two_targets() -> None:
    group = replace(target_group(), targets=(Target("10.0.1.5", 443), Target("10.0.1.5", 8443)))
    states = told(group, UNHEALTHY, HEALTHY)
    target, _ = choose_target(compile_target_group(group), states, 0)

    assert target == Target("10.0.1.5", 8443)


def test_the_only_group_of_a_rule_takes_every_turn() -> None:
    assert [choose_target_group(ForwardAction(((A, 1),)), turn) for turn in range(3)] == [
        (A, 0),
        (A, 1),
        (A, 2),
    ]


def test_a_group_of_weight_zero_gets_nothing_and_weights_are_interleaved() -> None:
    action = ForwardAction(((A, 90), (B, 0), (C, 10)))
    first = [choice[0] for turn in range(10) if (choice := choose_target_group(action, turn))]

    assert Counter(first) == {A: 9, C: 1}
    assert first.index(C) not in {0, 9}


@pytest.mark.parametrize("action", [ForwardAction(((A, 0), (B, 0))), ForwardAction(())])
def test_weights_that_are_all_zero_choose_no_group(action: ForwardAction) -> None:
    assert choose_target_group(action, 0) is None


def test_weights_that_are_all_zero_answer_503() -> None:
    matched = rule(1)
    hop = no_weight(listener(matched), matched)

    assert hop.decision.code is ExplanationCode.ELBV2_LISTENER_HAS_NO_TG
    assert hop.decision.remedy


@given(st.lists(st.integers(0, 20), min_size=1, max_size=5), st.integers(0, 10_000))
def test_every_group_counts_its_own_turns_without_a_gap(weights: list[int], start: int) -> None:
    action = ForwardAction(tuple((Arn(str(index)), weight) for index, weight in enumerate(weights)))
    seen: dict[Arn, int] = {}
    for turn in range(start, start + 60):
        choice = choose_target_group(action, turn)
        if choice is None:
            assert not any(weights)
            return
        arn, own_turn = choice
        assert own_turn == seen.get(arn, own_turn - 1) + 1
        seen[arn] = own_turn
