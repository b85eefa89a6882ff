"""Which rule of a listener takes a request.

AWS: "Listener rules for your Application Load Balancer"
"""

from collections.abc import Mapping
from dataclasses import dataclass

from landbridge.errors import DeclarationError
from landbridge.model.exchange import HttpRequest
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import (
    Action,
    AuthenticateOidcAction,
    FixedResponseAction,
    ForwardAction,
    JwtValidationAction,
    Listener,
    RedirectAction,
    Rule,
    RuleCondition,
    UnsupportedAction,
)
from landbridge.semantics.load_balancing.conditions import Predicate, compared, compile_condition
from landbridge.trace.codes import LocalCode
from landbridge.trace.decision import Decision, Facts, Hop, ResourceRef, Step, Verdict, not_modelled


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its predicates and the hop it leaves when it is chosen."""

    rule: Rule
    predicates: tuple[Predicate, ...]
    """Of the conditions that are modelled; where all hold and others remain, the hop says so."""
    hop: Hop


@dataclass(frozen=True, slots=True)
class CompiledListener:
    """A listener's rules in the order in which they are tried."""

    listener: Listener
    conditional: tuple[CompiledRule, ...]
    default: CompiledRule
    logins: Mapping[Arn, AuthenticateOidcAction]
    """The authenticate actions by their rules; where there are any, the callback path is the listener's."""


def compile_listener(listener: Listener) -> CompiledListener:
    """The rules by rising priority, the default rule last.

    AWS: "Listener rules for your Application Load Balancer"
    """
    by_priority = sorted(
        (rule for rule in listener.rules if rule.priority is not None), key=lambda rule: rule.priority or 0
    )
    default = next((rule for rule in listener.rules if rule.priority is None), None)
    if default is None:
        raise DeclarationError(
            f"listener {listener.arn} has no default rule",
            "every listener on AWS has one; add DefaultActions",
        )
    return CompiledListener(
        listener,
        tuple(_compile_rule(listener, rule) for rule in by_priority),
        _compile_rule(listener, default),
        {
            rule.arn: action
            for rule in listener.rules
            for action in rule.actions
            if isinstance(action, AuthenticateOidcAction)
        },
    )


def choose_rule(compiled: CompiledListener, request: HttpRequest, client_address: str) -> tuple[Rule, Hop]:
    """The first rule whose conditions all hold, and why; the hop is "not modelled" where that is unknown.

    A rule with a condition that is not modelled is passed over only when another of its conditions fails.

    AWS: "Listener rules for your Application Load Balancer"
    """
    chosen = _choose(compiled, request, client_address)
    return chosen.rule, chosen.hop


def listener_ref(listener: Listener) -> ResourceRef:
    """How to cite a listener."""
    listener_id = listener.arn.rpartition("/")[2]
    return ResourceRef("AWS::ElasticLoadBalancingV2::Listener", listener_id, listener.arn)


def rule_ref(rule: Rule) -> ResourceRef:
    """How to cite a rule: its priority is its name."""
    name = "default" if rule.priority is None else f"priority {rule.priority}"
    return ResourceRef("AWS::ElasticLoadBalancingV2::ListenerRule", name, rule.arn)


def _choose(compiled: CompiledListener, request: HttpRequest, client_address: str) -> CompiledRule:
    if not compiled.conditional:
        return compiled.default
    seen = compared(request, client_address)
    for candidate in compiled.conditional:
        for holds in candidate.predicates:
            if not holds(seen):
                break
        else:
            return candidate
    return compiled.default


def _compile_rule(listener: Listener, rule: Rule) -> CompiledRule:
    compiled = [(condition, compile_condition(condition)) for condition in rule.conditions]
    unknown = [_unknown_condition(condition) for condition, predicate in compiled if predicate is None]
    unknown += rule.unsupported
    unknown += [
        f"the {action.type} action" for action in rule.actions if isinstance(action, UnsupportedAction)
    ]
    if not rule.actions:
        unknown.append("rules without an action")
    hop = Hop(listener_ref(listener), Step.LISTENER_RULE, _decision(rule, unknown))
    return CompiledRule(rule, tuple(predicate for _, predicate in compiled if predicate), hop)


def _decision(rule: Rule, unknown: list[str]) -> Decision:
    if unknown:
        return not_modelled(" and ".join(unknown), rule_ref(rule))
    code = LocalCode.NO_RULE_MATCHED if rule.priority is None else None
    return Decision(Verdict.ALLOWED, code, rule_ref(rule), _facts(rule))


def _unknown_condition(condition: RuleCondition) -> str:
    return f"the {condition.field} condition"


def _facts(rule: Rule) -> Facts:
    conditions = tuple(
        (_condition_name(condition), " or ".join((*condition.values, *condition.regular_expressions)))
        for condition in rule.conditions
    )
    transforms = tuple(
        (transform.type, ", ".join(f"{expression} -> {text}" for expression, text in transform.rewrites))
        for transform in rule.transforms
    )
    actions = tuple(("action", _describe(action)) for action in rule.actions)
    return (*conditions, *transforms, *actions)


def _condition_name(condition: RuleCondition) -> str:
    return f"{condition.field} {condition.header_name}" if condition.header_name else condition.field


def _describe(action: Action) -> str:
    match action:
        case ForwardAction(groups):
            return "forward to " + ", ".join(_group_name(arn) for arn, _ in groups)
        case RedirectAction(status_code):
            return f"redirect {status_code}"
        case FixedResponseAction(status_code):
            return f"fixed-response {status_code}"
        case AuthenticateOidcAction(issuer):
            return f"authenticate-oidc {issuer}"
        case JwtValidationAction(_, issuer):
            return f"jwt-validation {issuer}"
        case UnsupportedAction(kind):
            return kind


def _group_name(arn: str) -> str:
    """``name`` of ``arn:…:targetgroup/name/id``."""
    return arn.partition(":targetgroup/")[2].partition("/")[0] or arn
