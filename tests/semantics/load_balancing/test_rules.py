from dataclasses import replace

import pytest
from tests.semantics.load_balancing.builders import LISTENER_ARN, PREFIX, listener, request, rule

from landbridge.errors import DeclarationError
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import (
    ForwardAction,
    Listener,
    RedirectAction,
    Rule,
    RuleCondition,
    UnsupportedAction,
)
from landbridge.semantics.load_balancing.rules import choose_rule, compile_listener
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Decision, Step, Verdict

API = RuleCondition("path-pattern", ("/api/*",))
POST = RuleCondition("http-request-method", ("POST",))
EXPRESSION = RuleCondition("path-pattern", (), regular_expressions=("^/api/",))
NOVEL = RuleCondition("phase-of-the-moon", ("full",))


def chosen(of: Listener, target: str, method: str = "GET") -> tuple[Rule, Decision]:
    taken, hop = choose_rule(compile_listener(of), request(target, method), "10.0.0.1")
    return taken, hop.decision


def test_the_lowest_priority_is_tried_first_whatever_the_order_of_capture() -> None:
    late, early = rule(20, API), rule(3, API)

    assert chosen(listener(late, early), "/api/1")[0] == early


def test_all_conditions_of_a_rule_must_hold() -> None:
    both = rule(1, API, POST)

    assert chosen(listener(both), "/api/1", "POST")[0] == both
    assert chosen(listener(both), "/api/1", "GET")[0].priority is None
    assert chosen(listener(both), "/other", "POST")[0].priority is None


def test_the_default_rule_takes_what_no_rule_takes() -> None:
    taken, decision = chosen(listener(rule(1, API)), "/")

    assert taken.priority is None
    assert decision.verdict is Verdict.ALLOWED
    assert decision.code is LocalCode.NO_RULE_MATCHED
    assert decision.cited is not None
    assert decision.cited.id == "default"


def test_a_listener_with_only_its_default_rule_uses_it() -> None:
    assert chosen(listener(), "/anything")[0].priority is None


def test_the_hop_cites_the_rule_and_names_its_conditions_and_action() -> None:
    group = Arn(PREFIX + "targetgroup/endpoint/0123456789abcdef")
    matched = rule(7, API, action=ForwardAction(((group, 1),)))
    _, hop = choose_rule(compile_listener(listener(matched)), request("/api/1"), "10.0.0.1")

    assert hop.step is Step.LISTENER_RULE
    assert hop.component.arn == LISTENER_ARN
    assert hop.component.id == "f2f7dc8efc522ab2"
    assert hop.decision.cited is not None
    assert (hop.decision.cited.id, hop.decision.cited.arn) == ("priority 7", matched.arn)
    assert hop.decision.facts == (("path-pattern", "/api/*"), ("action", "forward to endpoint"))


def test_the_hop_is_the_same_object_for_every_request() -> None:
    compiled = compile_listener(listener(rule(1, API)))

    assert (
        choose_rule(compiled, request("/api/1"), "10.0.0.1")[1]
        is choose_rule(compiled, request("/api/2"), "10.0.0.2")[1]
    )


def test_a_header_condition_is_named_with_its_header_in_the_facts() -> None:
    matched = rule(1, RuleCondition("http-header", ("a", "b"), "X-Tag"), action=RedirectAction("HTTP_301"))
    _, hop = choose_rule(compile_listener(listener(matched)), request(headers=(("x-tag", "b"),)), "10.0.0.1")

    assert hop.decision.facts == (("http-header X-Tag", "a or b"), ("action", "redirect HTTP_301"))


def test_a_rule_with_a_regular_expression_takes_what_it_matches() -> None:
    matched = rule(1, EXPRESSION)
    taken, decision = chosen(listener(matched), "/api/1")

    assert taken == matched
    assert decision.facts == (("path-pattern", "^/api/"), ("action", "fixed-response 200"))
    assert chosen(listener(matched), "/x/api/1")[0].priority is None


def test_a_rule_with_an_unknown_condition_is_not_modelled_rather_than_passed_over() -> None:
    unknown = rule(1, NOVEL)
    taken, decision = chosen(listener(unknown, rule(2, API)), "/api/1")

    assert taken == unknown
    assert decision.verdict is Verdict.NOT_MODELLED
    assert decision.facts == (("feature", "the phase-of-the-moon condition"),)


def test_a_rule_with_an_unknown_condition_is_passed_over_where_another_condition_fails() -> None:
    next_rule = rule(2, API)

    assert chosen(listener(rule(1, NOVEL, POST), next_rule), "/api/1")[0] == next_rule


def test_a_rule_before_an_unknown_condition_still_takes_its_requests() -> None:
    first = rule(1, API)
    taken, decision = chosen(listener(first, rule(2, NOVEL)), "/api/1")

    assert taken == first
    assert decision.allowed


@pytest.mark.parametrize(
    ("unknown", "feature"),
    [
        (replace(rule(1, API), unsupported=("transforms",)), "transforms"),
        (rule(1, API, action=UnsupportedAction("authenticate-oidc")), "the authenticate-oidc action"),
        (rule(1, API, RuleCondition("novel", ("x",))), "the novel condition"),
    ],
)
def test_a_rule_with_a_part_that_is_not_modelled_stops_the_requests_it_takes(
    unknown: Rule, feature: str
) -> None:
    _, stopped = chosen(listener(unknown), "/api/1")
    _, passed = chosen(listener(unknown), "/other")

    assert stopped.verdict is Verdict.NOT_MODELLED
    assert stopped.facts == (("feature", feature),)
    assert passed.allowed


def test_a_listener_without_a_default_rule_is_bad_input() -> None:
    broken = replace(listener(), rules=(rule(1, API),))

    with pytest.raises(DeclarationError, match="no default rule"):
        compile_listener(broken)
