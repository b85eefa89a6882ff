"""Actions of listener rules: what AWS refuses about them, and secrets that it does not tell again.

Messages are AWS's where they are known from reports.
"""

import re
from collections.abc import Callable
from typing import Any

from moto.elbv2.exceptions import ELBClientError, InvalidActionTypeError, InvalidLoadBalancerActionException
from moto.elbv2.models import ELBv2Backend, FakeAction

from landbridge.control.amendments.amend import amend
from landbridge.control.amendments.elbv2_authentication import check_jwt, check_oidc
from landbridge.control.amendments.elbv2_network import check_network_listener
from landbridge.control.amendments.elbv2_targets import check_target_groups

LAST_ACTIONS = frozenset(("forward", "redirect", "fixed-response"))
AUTHENTICATIONS = frozenset(("authenticate-oidc", "authenticate-cognito", "jwt-validation"))
TYPES = LAST_ACTIONS | AUTHENTICATIONS
MOST_TARGET_GROUPS = 5
HEAVIEST = 999
LONGEST_STICKINESS_S = 604_800
LONGEST_REDIRECT_PART = 128
LONGEST_BODY = 1024


def install() -> None:
    """Amends moto's actions, of rules and of listeners."""
    amend(FakeAction, "__init__", new_action)
    amend(ELBv2Backend, "_validate_actions", validate_actions)
    amend(ELBv2Backend, "create_listener", create_listener)


def new_action(original: Any, self: Any, data: dict[str, Any]) -> None:
    """An action that is described without its client secret; moto tells it to everyone.

    AWS: "DescribeRules" (Elastic Load Balancing API reference)
    """
    configuration = data.get("AuthenticateOidcConfig")
    secret = ""
    if configuration is not None:
        secret = configuration.get("ClientSecret", "")
        kept = {name: value for name, value in configuration.items() if name != "ClientSecret"}
        data = {**data, "AuthenticateOidcConfig": kept}
    original(self, data)
    self.landbridge_client_secret = secret


def keep_client_secrets(before: list[Any], after: list[Any]) -> None:
    """An action that uses its existing client secret gets that of the action it replaces.

    AWS: "ModifyRule" (Elastic Load Balancing API reference)
    """
    existing = next((each.landbridge_client_secret for each in before if _secret_of(each)), "")
    for action in after:
        if action.type == "authenticate-oidc" and not action.landbridge_client_secret:
            action.landbridge_client_secret = existing


def validate_actions(original: Any, self: Any, actions: list[Any]) -> None:
    """Types, jwt-validation among them; moto refuses that one.

    AWS: "Action types for listener rules"
    """
    for index, action in enumerate(actions):
        if action.type not in TYPES:
            raise InvalidActionTypeError(action.type, index + 1)
    original(self, [action for action in actions if action.type != "jwt-validation"])


def create_listener(
    original: Any, self: Any, load_balancer_arn: str, protocol: str, port: Any, *args: Any, **kwargs: Any
) -> Any:
    """Default actions have to be possible on the listener.

    AWS: "CreateListener" (Elastic Load Balancing API reference)
    """
    balancer = self.load_balancers.get(load_balancer_arn)
    actions = kwargs.get("actions") or []
    if balancer is not None and balancer.type == "application" and port is not None:
        check_actions(self, protocol, int(port), actions)
    if balancer is not None and balancer.type == "network":
        check_network_listener(self, protocol, actions)
    return original(self, load_balancer_arn, protocol, port, *args, **kwargs)


def check_actions(
    backend: Any, protocol: str, port: int, actions: list[dict[str, Any]], before: list[Any] | None = None
) -> None:
    """One action that ends the request, last in order; before it those that HTTPS listeners can have.

    AWS: "Action types for listener rules"
    """
    if not actions:
        raise _invalid("You must specify an action")
    _check_order(actions)
    for action in actions:
        kind = action.get("Type", "")
        if kind in AUTHENTICATIONS and protocol != "HTTPS":
            raise _invalid(f"Actions of type '{kind}' are supported only on HTTPS listeners")
        check = _CHECKS.get(kind)
        if check is not None:
            check(backend, action, protocol, port, bool(before) and any(map(_secret_of, before or [])))


def _check_order(actions: list[dict[str, Any]]) -> None:
    kinds = [action.get("Type", "") for action in actions]
    for index, kind in enumerate(kinds):
        if kind not in TYPES:
            raise InvalidActionTypeError(kind, index + 1)
    orders = [action.get("Order") for action in actions]
    if len(actions) > 1 and (None in orders or len(set(orders)) < len(orders)):
        raise _invalid("You must specify a different order for each action")
    ending = [kind for kind in kinds if kind in LAST_ACTIONS]
    if len(ending) != 1:
        raise _invalid("You must specify exactly one action of type forward, redirect or fixed-response")
    if len(kinds) - len(ending) > 1:
        raise ELBClientError("TooManyActions", "You can specify at most one action before the last one")
    last = max(actions, key=lambda action: int(action.get("Order") or 1))
    if len(actions) > 1 and last["Type"] not in LAST_ACTIONS:
        raise _invalid(f"The action of type '{ending[0]}' must be performed last")


def _invalid(message: str) -> InvalidLoadBalancerActionException:
    return InvalidLoadBalancerActionException(message)


def _secret_of(action: Any) -> str:
    secret: str = getattr(action, "landbridge_client_secret", "")
    return secret


def _check_forward(backend: Any, action: dict[str, Any], protocol: str, port: int, has_secret: bool) -> None:
    configuration = action.get("ForwardConfig", {})
    groups = configuration.get("TargetGroups") or []
    if not groups and "TargetGroupArn" not in action:
        raise _invalid("A target group ARN must be specified with 'forward'")
    if len(groups) > MOST_TARGET_GROUPS:
        raise ELBClientError(
            "TooManyTargetGroups", f"An action can have at most {MOST_TARGET_GROUPS} target groups"
        )
    for group in groups:
        if not 0 <= int(group.get("Weight", 1)) <= HEAVIEST:
            raise _invalid(f"A target group weight must be between 0 and {HEAVIEST}")
    check_target_groups(backend, [action, *groups], protocol)
    stickiness = configuration.get("TargetGroupStickinessConfig") or {}
    if stickiness.get("Enabled"):
        if not 1 <= int(stickiness.get("DurationSeconds") or 0) <= LONGEST_STICKINESS_S:
            raise _invalid(
                f"Target group stickiness duration must be between 1 and {LONGEST_STICKINESS_S} seconds"
            )
    elif len(groups) > 1 and any(_has_sticky_targets(backend, group) for group in groups):
        raise ELBClientError(
            "InvalidConfigurationRequest",
            "You must enable group stickiness on a rule if you enabled target stickiness "
            "on one of its target groups",
        )


def _has_sticky_targets(backend: Any, group: dict[str, Any]) -> bool:
    found = backend.target_groups.get(group["TargetGroupArn"])
    return found is not None and found.attributes.get("stickiness.enabled") == "true"


def _check_redirect(backend: Any, action: dict[str, Any], protocol: str, port: int, has_secret: bool) -> None:
    """AWS: "RedirectActionConfig" (Elastic Load Balancing API reference)."""
    configuration = action.get("RedirectConfig")
    if not configuration or configuration.get("StatusCode") not in ("HTTP_301", "HTTP_302"):
        raise _invalid("A redirect needs a StatusCode of HTTP_301 or HTTP_302")
    scheme = configuration.get("Protocol", "#{protocol}")
    _check_redirect_parts(configuration, scheme)
    if protocol == "HTTPS" and scheme == "HTTP":
        raise _invalid("You cannot redirect HTTPS to HTTP")
    same = {
        "Protocol": scheme in ("#{protocol}", protocol),
        "Port": str(configuration.get("Port", "#{port}")) in ("#{port}", str(port)),
        "Host": configuration.get("Host", "#{host}") == "#{host}",
        "Path": configuration.get("Path", "/#{path}") == "/#{path}",
    }
    if all(same.values()):
        raise _invalid("The redirect configuration is not valid because it creates a loop")


def _check_redirect_parts(configuration: dict[str, Any], scheme: str) -> None:
    if not re.fullmatch(r"HTTPS?|#\{protocol\}", scheme):
        raise _invalid("The redirect Protocol must be HTTP, HTTPS or #{protocol}")
    number = str(configuration.get("Port", "#{port}"))
    if number != "#{port}" and not (number.isdecimal() and 1 <= int(number) <= 65535):
        raise _invalid("The redirect Port must be between 1 and 65535, or #{port}")
    for name, fewest in (("Host", 1), ("Path", 1), ("Query", 0)):
        if not fewest <= len(configuration.get(name, "#")) <= LONGEST_REDIRECT_PART:
            raise _invalid(f"The redirect {name} must have {fewest} to {LONGEST_REDIRECT_PART} characters")
    if not configuration.get("Path", "/").startswith("/"):
        raise _invalid("The redirect Path must start with '/'")


def _check_fixed(backend: Any, action: dict[str, Any], protocol: str, port: int, has_secret: bool) -> None:
    body = action.get("FixedResponseConfig", {}).get("MessageBody", "")
    if len(body) > LONGEST_BODY:
        raise _invalid(f"The MessageBody must have at most {LONGEST_BODY} characters")


def _check_oidc(backend: Any, action: dict[str, Any], protocol: str, port: int, has_secret: bool) -> None:
    check_oidc(action.get("AuthenticateOidcConfig") or {}, has_secret)


def _check_jwt(backend: Any, action: dict[str, Any], protocol: str, port: int, has_secret: bool) -> None:
    check_jwt(action.get("JwtValidationConfig") or {})


_Check = Callable[[Any, dict[str, Any], str, int, bool], None]
_CHECKS: dict[str, _Check] = {
    "forward": _check_forward,
    "redirect": _check_redirect,
    "fixed-response": _check_fixed,
    "authenticate-oidc": _check_oidc,
    "jwt-validation": _check_jwt,
}
