"""Listener rules: conditions and actions, from ELB's describe call."""

from collections.abc import Callable

from landbridge.capture.reading import Answer, Missing, Reader
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import (
    Action,
    FixedResponseAction,
    ForwardAction,
    RedirectAction,
    Rule,
    RuleCondition,
    UnsupportedAction,
)
from landbridge.trace.decision import ResourceRef

UNREAD = "rules that could not be read"
MODELLED_CONDITIONS = {
    "host-header": "HostHeaderConfig",
    "path-pattern": "PathPatternConfig",
    "http-header": "HttpHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "query-string": "QueryStringConfig",
    "source-ip": "SourceIpConfig",
}


def listener_rules(reader: Reader, listener: ResourceRef, unsupported: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules by rising priority, the default one last; each marked with what the listener lacks here."""
    pages = reader.pages("elbv2", "describe_rules", listener, ListenerArn=listener.arn)
    if isinstance(pages, Missing):
        return (Rule(Arn(listener.arn), None, (), (UnsupportedAction(UNREAD),), (UNREAD,)),)
    rules = [_rule(reader, answer, unsupported) for page in pages for answer in page.get("Rules", ())]
    return tuple(sorted(rules, key=lambda rule: (rule.priority is None, rule.priority or 0)))


def _rule(reader: Reader, answer: Answer, inherited: tuple[str, ...]) -> Rule:
    about = ResourceRef(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        answer["RuleArn"].partition(":listener-rule/")[2],
        answer["RuleArn"],
    )
    own = _unsupported(answer)
    for feature in own:
        reader.notice(about, feature)
    in_order = sorted(answer["Actions"], key=lambda action: action.get("Order", len(answer["Actions"])))
    priority = answer["Priority"]
    return Rule(
        arn=Arn(answer["RuleArn"]),
        priority=None if priority == "default" else int(priority),
        conditions=tuple(_condition(condition) for condition in answer.get("Conditions", ())),
        actions=tuple(_action(action) for action in in_order),
        unsupported=(*inherited, *own),
    )


def _unsupported(answer: Answer) -> tuple[str, ...]:
    found = ["transforms"] if answer.get("Transforms") else []
    found += [
        f"{condition['Field']} conditions"
        for condition in answer.get("Conditions", ())
        if condition["Field"] not in MODELLED_CONDITIONS
    ]
    found += [f"{action['Type']} actions" for action in answer["Actions"] if action["Type"] not in ACTIONS]
    found += ["target group stickiness" for action in answer["Actions"] if _is_sticky(action)]
    return tuple(found)


def _is_sticky(action: Answer) -> bool:
    """Whether a cookie may choose among several target groups."""
    forward = action.get("ForwardConfig", {})
    enabled = forward.get("TargetGroupStickinessConfig", {}).get("Enabled")
    return bool(enabled) and len(forward.get("TargetGroups", ())) > 1


def _condition(answer: Answer) -> RuleCondition:
    field = answer["Field"]
    config = answer.get(MODELLED_CONDITIONS.get(field, ""), {})
    values = config.get("Values") or answer.get("Values") or ()
    if field == "query-string":
        values = [f"{pair.get('Key', '')}={pair['Value']}" for pair in values]
    return RuleCondition(
        field=field,
        values=tuple(values),
        header_name=config.get("HttpHeaderName", ""),
        regular_expressions=tuple(config.get("RegexValues") or answer.get("RegexValues") or ()),
    )


def _action(answer: Answer) -> Action:
    build = ACTIONS.get(answer["Type"])
    return build(answer) if build else UnsupportedAction(answer["Type"])


def _forward(answer: Answer) -> ForwardAction:
    groups = answer.get("ForwardConfig", {}).get("TargetGroups") or [answer]
    return ForwardAction(tuple((Arn(group["TargetGroupArn"]), group.get("Weight", 1)) for group in groups))


def _redirect(answer: Answer) -> RedirectAction:
    config = answer["RedirectConfig"]
    return RedirectAction(
        status_code=config["StatusCode"],
        protocol=config.get("Protocol", "#{protocol}"),
        host=config.get("Host", "#{host}"),
        port=str(config.get("Port", "#{port}")),
        path=config.get("Path", "/#{path}"),
        query=config.get("Query", "#{query}"),
    )


def _fixed_response(answer: Answer) -> FixedResponseAction:
    config = answer["FixedResponseConfig"]
    return FixedResponseAction(
        status_code=int(config["StatusCode"]),
        content_type=config.get("ContentType", "text/plain"),
        message_body=config.get("MessageBody", ""),
    )


ACTIONS: dict[str, Callable[[Answer], Action]] = {
    "forward": _forward,
    "redirect": _redirect,
    "fixed-response": _fixed_response,
}
