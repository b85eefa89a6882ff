"""Target groups: their defaults, registrations, and the health that the running stack's checks found."""

import time
from typing import Any

from moto.elbv2.exceptions import ELBClientError, InvalidTargetError
from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeTargetGroup, elbv2_backends

from landbridge.control.amendments.amend import add, amend
from landbridge.control.amendments.elbv2_network import check_load_balancer_targets
from landbridge.control.hooks import hooks
from landbridge.model.identifiers import Arn
from landbridge.semantics.load_balancing.algorithms import Algorithm
from landbridge.semantics.load_balancing.health import (
    TargetHealth,
    draining,
    not_registered,
    registering,
    unavailable,
    unused,
)

DRAINS_UNTIL = "landbridge_drains_until"
DELAY = "deregistration_delay.timeout_seconds"
SLOW_START = "slow_start.duration_seconds"
NUMBERS = {
    DELAY: (0, 3600),
    SLOW_START: (30, 900),
    "stickiness.lb_cookie.duration_seconds": (1, 604_800),
    "stickiness.app_cookie.duration_seconds": (1, 604_800),
}
"""AWS: "Edit target group attributes for your Application Load Balancer"."""
NETWORK_ATTRIBUTES = {
    "deregistration_delay.connection_termination.enabled": "false",
    "proxy_protocol_v2.enabled": "false",
}
PRESERVE = "preserve_client_ip.enabled"
"""AWS: "Edit target group attributes for your Network Load Balancer"."""
RESERVED_COOKIES = "AWSALB"


def install() -> None:
    """Amends moto's target groups."""
    amend(FakeTargetGroup, "__init__", new_target_group)
    amend(FakeTargetGroup, "register", register)
    add(FakeTargetGroup, "deregister", deregister)
    add(FakeTargetGroup, "health_for", health_for)
    amend(ELBv2Backend, "describe_target_health", describe_target_health)
    amend(ELBv2Backend, "modify_target_group_attributes", modify_target_group_attributes)
    add(FakeTargetGroup, "load_balancer_arns", property(load_balancer_arns, lambda self, arns: None))


def new_target_group(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    """A target group with AWS's defaults for health checks, which depend on the type of target.

    AWS: "Health checks for Application Load Balancer target groups"
    """
    if kwargs.get("target_type") == "lambda":
        kwargs["healthcheck_enabled"] = kwargs.get("healthcheck_enabled") or "false"
        kwargs["healthcheck_interval_seconds"] = kwargs.get("healthcheck_interval_seconds") or 35
        kwargs["healthcheck_timeout_seconds"] = kwargs.get("healthcheck_timeout_seconds") or 30
        kwargs["healthcheck_path"] = kwargs.get("healthcheck_path") or "/"
    elif kwargs.get("protocol") in ("HTTP", "HTTPS"):
        kwargs["healthcheck_timeout_seconds"] = kwargs.get("healthcheck_timeout_seconds") or 5
        kwargs["healthcheck_path"] = kwargs.get("healthcheck_path") or "/"
    elif kwargs.get("healthcheck_protocol") in ("HTTP", "HTTPS"):
        kwargs["healthcheck_path"] = kwargs.get("healthcheck_path") or "/"
        kwargs["matcher"] = kwargs.get("matcher") or {"HttpCode": "200-399"}
    original(self, *args, **kwargs)
    if self.protocol == "TCP":
        self.attributes |= NETWORK_ATTRIBUTES
        if self.target_type != "alb":
            self.attributes[PRESERVE] = "true" if self.target_type == "instance" else "false"


def register(original: Any, self: Any, targets: list[dict[str, Any]]) -> None:
    """A target is an id and a port: one address may be registered with several ports.

    AWS: "RegisterTargets" (Elastic Load Balancing API reference)
    """
    if self.target_type == "alb":
        check_load_balancer_targets(elbv2_backends[self.account_id][self.region_name], self, targets)
    others = dict(self.targets)
    for target in targets:
        self.targets.clear()
        original(self, [target])
        (registered,) = self.targets.values()
        if self.target_type == "lambda":
            registered.pop("Port", None)
        others[_key(registered)] = registered
        self.deregistered_targets.pop(_key(registered), None)
    self.targets.clear()
    self.targets.update(others)


def deregister(self: Any, targets: list[dict[str, Any]]) -> None:
    """The target of this id and port is no longer registered; without a port, those of every port.

    One that a load balancer used is draining for as long as the group's deregistration delay.

    AWS: "DeregisterTargets" (Elastic Load Balancing API reference)
    """
    delay_s = int(self.attributes.get(DELAY, 0))
    drains = self.target_type != "lambda" and bool(self.load_balancer_arns)
    for target in targets:
        keys = [
            key
            for key, registered in self.targets.items()
            if registered["Id"] == target["Id"]
            and target.get("Port", registered.get("Port")) == registered.get("Port")
        ]
        if not keys:
            raise InvalidTargetError()
        for key in keys:
            until = time.time() + delay_s if drains else 0
            self.deregistered_targets[key] = {**self.targets.pop(key), DRAINS_UNTIL: until}


def describe_target_health(
    original: Any, self: Any, target_group_arn: str, targets: list[dict[str, Any]]
) -> list[FakeHealthStatus]:
    """Every target that is registered, and those that are still draining; moto forgets them.

    AWS: "DescribeTargetHealth" (Elastic Load Balancing API reference)
    """
    described: list[FakeHealthStatus] = original(self, target_group_arn, targets)
    if not targets:
        group = self.target_groups[target_group_arn]
        described += [group.health_for(target, self.ec2_backend) for target in _draining(group)]
    return described


def health_for(self: Any, target: dict[str, Any], ec2_backend: Any) -> FakeHealthStatus:
    """What the running stack's health checks found; moto finds every target healthy.

    AWS: "Health checks for Application Load Balancer target groups"
    """
    registered = next((t for t in self.targets.values() if _matches(t, target)), None)
    found = _health(self, target, registered)
    port: Any = (registered or target).get("Port", None if self.target_type == "lambda" else self.port)
    checked = port if self.health_check_port == "traffic-port" else self.health_check_port
    reason = found.reason.value if found.reason else None
    return FakeHealthStatus(target["Id"], port, checked, found.state.value, reason, found.description or None)


def modify_target_group_attributes(
    original: Any, self: Any, target_group_arn: str, attributes: dict[str, Any]
) -> None:
    """Values that AWS does not take are refused; moto keeps nearly any.

    AWS: "Edit target group attributes for your Application Load Balancer"
    """
    group = self.target_groups.get(target_group_arn)
    now = {**group.attributes, **attributes} if group is not None else attributes
    problems = (_number_problem(now, key) for key in NUMBERS if key in attributes)
    problem = next((each for each in problems if each), "") or _choice_problem(now)
    if problem:
        raise ELBClientError("InvalidConfigurationRequest", problem)
    # moto refuses the longest deregistration delay.
    delay = attributes.get(DELAY)
    original(self, target_group_arn, {key: value for key, value in attributes.items() if key != DELAY})
    if delay is not None and group is not None:
        group.attributes[DELAY] = delay


def check_target_groups(backend: Any, named: list[dict[str, Any]], protocol: str) -> None:
    """Groups of TCP, those of load balancers among them, are for Network Load Balancers only.

    AWS: "CreateListener" (Elastic Load Balancing API reference)
    """
    for each in named:
        group = backend.target_groups.get(each.get("TargetGroupArn"))
        if group is not None and group.target_type != "lambda" and group.protocol not in ("HTTP", "HTTPS"):
            raise ELBClientError(
                "IncompatibleProtocols",
                f"The protocol '{group.protocol}' of target group '{group.arn}' is not compatible with the "
                f"listener protocol '{protocol}'",
            )


def load_balancer_arns(self: Any) -> list[str]:
    """The load balancers whose listeners or rules name the group, each once; moto lists repeats.

    AWS: "TargetGroup" (Elastic Load Balancing API reference)
    """
    backend = elbv2_backends[self.account_id][self.region_name]
    return [
        arn
        for arn, balancer in backend.load_balancers.items()
        if any(
            self.arn in backend._get_target_group_arns_from(action_data=action.data)
            for listener in balancer.listeners.values()
            for rule in listener.rules.values()
            for action in rule.actions
        )
    ]


def _number_problem(attributes: dict[str, Any], key: str) -> str:
    low, high = NUMBERS[key]
    text = str(attributes[key])
    if text.isdigit() and (low <= int(text) <= high or (key == SLOW_START and int(text) == 0)):
        return ""
    return f"'{key}' must be between '{low}-{high}' inclusive"


def _choice_problem(attributes: dict[str, Any]) -> str:
    algorithm = attributes.get("load_balancing.algorithm.type", Algorithm.ROUND_ROBIN)
    if algorithm not in tuple(Algorithm):
        return f"'{algorithm}' is not a load balancing algorithm"
    if algorithm != Algorithm.ROUND_ROBIN and int(attributes.get(SLOW_START, 0)):
        return "Slow start mode is supported with the round_robin algorithm only"
    name = str(attributes.get("stickiness.app_cookie.cookie_name", ""))
    if name.startswith(RESERVED_COOKIES):
        return f"The cookie name '{name}' is reserved for the load balancer"
    return ""


def _health(group: Any, target: dict[str, Any], registered: dict[str, Any] | None) -> TargetHealth:
    if registered is None:
        return draining() if any(_matches(each, target) for each in _draining(group)) else not_registered()
    if not group.load_balancer_arns:
        return unused()
    if not group.health_check_enabled:
        return unavailable()
    port = registered.get("Port")
    key = Arn(group.arn), str(registered["Id"]), int(port) if port else None
    found = hooks.target_health(key) if hooks.target_health else None
    return found or registering()


def _draining(group: Any) -> list[dict[str, Any]]:
    now = time.time()
    return [target for target in group.deregistered_targets.values() if target.get(DRAINS_UNTIL, 0) > now]


def _key(target: dict[str, Any]) -> str:
    return f"{target['Id']} {target.get('Port', '')}"


def _matches(registered: dict[str, Any], target: dict[str, Any]) -> bool:
    if registered["Id"] != target["Id"]:
        return False
    return target.get("Port") in (None, registered.get("Port"))
