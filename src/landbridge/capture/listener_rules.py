"""Listener rules: conditions and actions, from ELB's describe call."""

from collections.abc import Callable

from landbridge.capture.reading import Answer, Missing, Reader
from landbridge.model.identifiers import Arn
from landbridge.model.load_balancing import (
    Action,
    AdditionalClaim,
    AuthenticateOidcAction,
    FixedResponseAction,
    ForwardAction,
    JwtValidationAction,
    RedirectAction,
    Rule,
    RuleCondition,
    Transform,
    UnsupportedAction,
)
from landbridge.semantics.load_balancing.expressions import fault_of
from landbridge.trace.decision import ResourceRef

MODELLED_TRANSFORMS = {"host-header-rewrite": "HostHeaderRewriteConfig", "url-rewrite": "UrlRewriteConfig"}
UNREAD = "rules that could not be read"
MODELLED_CONDITIONS = {
    "host-header": "HostHeaderConfig",
    "path-pattern": "PathPatternConfig",
    "http-header": "HttpHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "query-string": "QueryStringConfig",
    "source-ip": "SourceIpConfig",
}


def listener_rules(reader: Reader, listener: ResourceRef) -> tuple[Rule, ...]:
    """The rules by rising priority, the default one last."""
    pages = reader.pages("elbv2", "describe_rules", listener, ListenerArn=listener.arn)
    if isinstance(pages, Missing):
        return (Rule(Arn(listener.arn), None, (), (UnsupportedAction(UNREAD),), (UNREAD,)),)
    rules = [_rule(reader, answer) for page in pages for answer in page.get("Rules", ())]
    return tuple(sorted(rules, key=lambda rule: (rule.priority is None, rule.priority or 0)))


def default_rule(listener: Arn, default_actions: list[Answer]) -> Rule:
    """The rule that a listener without rules amounts to."""
    return Rule(listener, None, (), tuple(_action(action) for action in default_actions))


def _rule(reader: Reader, answer: Answer) -> Rule:
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
        unsupported=own,
        transforms=tuple(map(_transform, answer.get("Transforms", ()))),
    )


def _unsupported(answer: Answer) -> tuple[str, ...]:
    found = [
        f"{condition['Field']} conditions"
        for condition in answer.get("Conditions", ())
        if condition["Field"] not in MODELLED_CONDITIONS
    ]
    found += [f"{action['Type']} actions" for action in answer["Actions"] if action["Type"] not in ACTIONS]
    found += [
        f"{transform['Type']} transforms"
        for transform in answer.get("Transforms", ())
        if transform["Type"] not in MODELLED_TRANSFORMS
    ]
    found += [
        f"the regular expression {expression} ({fault})"
        for expression in _expressions(answer)
        if (fault := fault_of(expression))
    ]
    return tuple(found)


def _expressions(answer: Answer) -> list[str]:
    """Every regular expression of the rule."""
    found = [
        expression
        for condition in answer.get("Conditions", ())
        for expression in _condition(condition).regular_expressions
    ]
    found += [
        expression
        for transform in map(_transform, answer.get("Transforms", ()))
        for expression, _ in transform.rewrites
    ]
    return found


def _transform(answer: Answer) -> Transform:
    config = answer.get(MODELLED_TRANSFORMS.get(answer["Type"], ""), {})
    rewrites = tuple((rewrite["Regex"], rewrite["Replace"]) for rewrite in config.get("Rewrites", ()))
    return Transform(answer["Type"], rewrites)


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
    config = answer.get("ForwardConfig", {})
    groups = config.get("TargetGroups") or [answer]
    sticky = config.get("TargetGroupStickinessConfig", {})
    return ForwardAction(
        tuple((Arn(group["TargetGroupArn"]), group.get("Weight", 1)) for group in groups),
        sticky.get("DurationSeconds", 0) if sticky.get("Enabled") and len(groups) > 1 else 0,
    )


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


def _authenticate_oidc(answer: Answer) -> AuthenticateOidcAction:
    config = answer["AuthenticateOidcConfig"]
    return AuthenticateOidcAction(
        issuer=config["Issuer"],
        authorization_endpoint=config["AuthorizationEndpoint"],
        token_endpoint=config["TokenEndpoint"],
        user_info_endpoint=config["UserInfoEndpoint"],
        client_id=config["ClientId"],
        session_cookie_name=config.get("SessionCookieName") or "AWSELBAuthSessionCookie",
        scope=config.get("Scope") or "openid",
        session_timeout_s=config.get("SessionTimeout", 604_800),
        extra_parameters=tuple(sorted(config.get("AuthenticationRequestExtraParams", {}).items())),
        on_unauthenticated_request=config.get("OnUnauthenticatedRequest") or "authenticate",
    )


def _jwt_validation(answer: Answer) -> JwtValidationAction:
    config = answer["JwtValidationConfig"]
    claims = tuple(
        AdditionalClaim(claim["Name"], claim["Format"], tuple(claim["Values"]))
        for claim in config.get("AdditionalClaims", ())
    )
    return JwtValidationAction(config["JwksEndpoint"], config["Issuer"], claims)


ACTIONS: dict[str, Callable[[Answer], Action]] = {
    "forward": _forward,
    "redirect": _redirect,
    "fixed-response": _fixed_response,
    "authenticate-oidc": _authenticate_oidc,
    "jwt-validation": _jwt_validation,
}
