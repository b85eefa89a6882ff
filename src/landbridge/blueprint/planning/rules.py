"""Listener rules of design ``lambda``: their order, and how their parts are written.

AWS: "Listener rules for your Application Load Balancer"
"""

from landbridge.blueprint.calls import ApiCall, Value
from landbridge.blueprint.planning.load_balancing import LISTENER_ARN

BACKEND_PRIORITY = 10
FILES_PRIORITY = 20
FRONTEND_PRIORITY = 100

NOTHING_HERE: Value = {
    "Type": "fixed-response",
    "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "Not found"},
}
"""The default action: other names, and methods that a page has no use for."""


def rule(
    name: str,
    priority: int,
    conditions: tuple[Value, ...],
    action: Value,
    transforms: tuple[Value, ...] = (),
    listener_arn: Value = LISTENER_ARN,
) -> ApiCall:
    """The call that makes one rule."""
    parameters: dict[str, Value] = {
        "ListenerArn": listener_arn,
        "Priority": priority,
        "Conditions": conditions,
        "Actions": [action],
    }
    if transforms:
        parameters["Transforms"] = transforms
    return ApiCall(name, "elbv2", "create_rule", parameters)


def host_is(domain: str) -> Value:
    """Requests for the app's own name."""
    return {"Field": "host-header", "HostHeaderConfig": {"Values": [domain]}}


def path_is(*patterns: str) -> Value:
    """Requests for one of these paths."""
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": patterns}}


def path_matches(expression: str) -> Value:
    """Requests for a path that the regular expression finds."""
    return {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": [expression]}}


def method_is(*methods: str) -> Value:
    """Requests with one of these methods."""
    return {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": methods}}


def rewrite_host(to: Value) -> Value:
    """The target is asked under another name.

    AWS: "Transforms for listener rules"
    """
    return {
        "Type": "host-header-rewrite",
        "HostHeaderRewriteConfig": {"Rewrites": [{"Regex": "^.*$", "Replace": to}]},
    }


def rewrite_url(expression: str, to: str) -> Value:
    """Paths, with their query, that the expression finds are asked for as another; the rest stay as they are.

    AWS: "Transforms for listener rules"
    """
    return {"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": expression, "Replace": to}]}}
