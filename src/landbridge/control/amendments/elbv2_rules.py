"""Listener rules: their calls with transforms, priorities and limits; moto knows no transforms."""

from typing import Any

from moto.core.responses import ActionResult
from moto.elbv2.exceptions import (
    DuplicatePriorityError,
    ELBClientError,
    ListenerNotFoundError,
    RuleNotFoundError,
    ValidationError,
)
from moto.elbv2.models import ELBv2Backend
from moto.elbv2.responses import ELBV2Response

from landbridge.control.amendments.amend import amend
from landbridge.control.amendments.elbv2_actions import check_actions, keep_client_secrets
from landbridge.control.amendments.elbv2_conditions import check_transforms, validate_conditions

MOST_RULES = 100
"""Of one load balancer, default rules aside."""
LAST_PRIORITY = 50_000


def install() -> None:
    """Amends moto's listener rules."""
    amend(ELBv2Backend, "_validate_conditions", validate_conditions)
    amend(ELBV2Response, "create_rule", create_rule)
    amend(ELBV2Response, "modify_rule", modify_rule)
    amend(ELBv2Backend, "set_rule_priorities", set_rule_priorities)
    amend(ELBv2Backend, "delete_rule", delete_rule)


def create_rule(original: Any, self: Any) -> Any:
    """A rule with its transforms, at a free priority, where the load balancer has room for one more.

    AWS: "CreateRule" (Elastic Load Balancing API reference)
    """
    parameters, backend = self._get_params(), self.elbv2_backend
    listener = _listener(backend, parameters["ListenerArn"])
    priority = int(parameters["Priority"])
    _check_priority(priority)
    if not parameters.get("Conditions"):
        raise ValidationError("A condition must be specified")
    if any(rule.priority == priority for rule in listener.rules.values()):
        raise ELBClientError("PriorityInUse", f"Priority '{priority}' is currently in use")
    balancer = backend.load_balancers[listener.load_balancer_arn]
    if sum(len(each.rules) - 1 for each in balancer.listeners.values()) >= MOST_RULES:
        raise ELBClientError(
            "TooManyRules", f"The maximum number of rules on load balancer '{balancer.arn}' has been reached"
        )
    check_transforms(parameters.get("Transforms") or [])
    check_actions(backend, listener.protocol, int(listener.port), parameters["Actions"])
    answer = original(self)
    (rule,) = answer.result["Rules"]
    rule.transforms = parameters.get("Transforms") or []
    return answer


def modify_rule(original: Any, self: Any) -> Any:
    """The parts that are given replace the rule's; ``ResetTransforms`` removes its transforms.

    AWS: "ModifyRule" (Elastic Load Balancing API reference)
    """
    parameters, backend = self._get_params(), self.elbv2_backend
    rule = _rule(backend, parameters["RuleArn"])
    _refuse_default(rule, "modified")
    transforms, reset = parameters.get("Transforms") or [], bool(parameters.get("ResetTransforms"))
    if transforms and reset:
        raise ValidationError("You cannot specify both 'Transforms' and 'ResetTransforms'")
    check_transforms(transforms)
    before, actions = rule.actions, parameters.get("Actions") or []
    if actions:
        listener = _listener(backend, rule.listener_arn)
        check_actions(backend, listener.protocol, int(listener.port), actions, before)
    if actions or parameters.get("Conditions") or not (transforms or reset):
        original(self)
    keep_client_secrets(before, rule.actions)
    if transforms or reset:
        rule.transforms = transforms
    return ActionResult({"Rules": [rule]})


def set_rule_priorities(original: Any, self: Any, rule_priorities: list[dict[str, Any]]) -> list[Any]:
    """All at once: rules may swap priorities, and none may take that of a rule that keeps its own.

    AWS: "SetRulePriorities" (Elastic Load Balancing API reference)
    """
    asked = {each["RuleArn"]: int(each["Priority"]) for each in rule_priorities}
    for priority in asked.values():
        _check_priority(priority)
        if list(asked.values()).count(priority) > 1:
            raise DuplicatePriorityError(str(priority))
    rules = [_rule(self, arn) for arn in asked]
    for rule in rules:
        _refuse_default(rule, "given a priority")
        others = _listener(self, rule.listener_arn).rules.values()
        if any(other.priority == asked[rule.arn] and other.arn not in asked for other in others):
            raise ELBClientError("PriorityInUse", f"Priority '{asked[rule.arn]}' is currently in use")
    for rule in rules:
        rule.priority = asked[rule.arn]
    return rules


def delete_rule(original: Any, self: Any, arn: str) -> None:
    """The rule is gone; a default rule stays.

    AWS: "DeleteRule" (Elastic Load Balancing API reference)
    """
    _refuse_default(_rule(self, arn), "deleted")
    original(self, arn)


def _listener(backend: Any, arn: str) -> Any:
    listeners = backend.describe_listeners(None, [arn])
    if not listeners:
        raise ListenerNotFoundError()
    return listeners[0]


def _rule(backend: Any, arn: str) -> Any:
    for balancer in backend.load_balancers.values():
        for listener in balancer.listeners.values():
            for rule in listener.rules.values():
                if rule.arn == arn:
                    return rule
    raise RuleNotFoundError("One or more rules not found")


def _check_priority(priority: int) -> None:
    if not 1 <= priority <= LAST_PRIORITY:
        raise ValidationError(
            f"1 validation error detected: Value '{priority}' at 'priority' failed to satisfy constraint: "
            f"Member must be between 1 and {LAST_PRIORITY}"
        )


def _refuse_default(rule: Any, what: str) -> None:
    if rule.is_default:
        raise ELBClientError("OperationNotPermitted", f"Default rule '{rule.arn}' cannot be {what}")
