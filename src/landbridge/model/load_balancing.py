"""Elastic Load Balancing as deployed: Application Load Balancers and their target groups.

AWS: "What is an Application Load Balancer?"
"""

from dataclasses import dataclass
from functools import cached_property

from landbridge.model.identifiers import Arn, SecurityGroupId, SubnetId, VpcId


@dataclass(frozen=True, slots=True)
class RuleCondition:
    """One condition of a rule; values are alternatives.

    AWS: "Condition types for listener rules"
    """

    field: str
    """``host-header``, ``path-pattern``, ``http-header``, ``http-request-method``, ``query-string`` or
    ``source-ip``."""
    values: tuple[str, ...]
    """For ``query-string`` each value is ``key=value``, or ``=value`` for any key."""
    header_name: str = ""
    """Only for ``http-header``."""
    regular_expressions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForwardAction:
    """Forward to target groups by weight."""

    target_groups: tuple[tuple[Arn, int], ...]


@dataclass(frozen=True, slots=True)
class RedirectAction:
    """Redirect; parts hold AWS's placeholders such as ``#{host}``."""

    status_code: str
    """``HTTP_301`` or ``HTTP_302``."""
    protocol: str = "#{protocol}"
    host: str = "#{host}"
    port: str = "#{port}"
    path: str = "/#{path}"
    query: str = "#{query}"


@dataclass(frozen=True, slots=True)
class FixedResponseAction:
    """Answer at once."""

    status_code: int
    content_type: str = "text/plain"
    message_body: str = ""


@dataclass(frozen=True, slots=True)
class UnsupportedAction:
    """An action that is not modelled: requests that reach it are not served."""

    type: str


Action = ForwardAction | RedirectAction | FixedResponseAction | UnsupportedAction


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a listener; the default rule has no priority and no conditions."""

    arn: Arn
    priority: int | None
    conditions: tuple[RuleCondition, ...]
    actions: tuple[Action, ...]
    """In their order; the last one ends the request."""
    unsupported: tuple[str, ...] = ()
    """Parts that are not modelled, for example ``transforms``."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A listener; rules by rising priority, the default rule last."""

    arn: Arn
    load_balancer_arn: Arn
    port: int
    protocol: str
    """``HTTP`` or ``HTTPS``."""
    rules: tuple[Rule, ...]
    security_policy: str = ""
    certificate_arns: tuple[Arn, ...] = ()
    """The default certificate first."""


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """An Application Load Balancer; its nodes are the interfaces described ``ELB app/<name>/<id>``."""

    arn: Arn
    name: str
    dns_name: str
    hosted_zone_id: str
    scheme: str
    """``internal`` or ``internet-facing``."""
    type: str
    vpc_id: VpcId
    security_group_ids: tuple[SecurityGroupId, ...]
    subnet_ids: tuple[SubnetId, ...]
    listeners: tuple[Listener, ...]
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def interface_description(self) -> str:
        """The description that AWS gives this load balancer's network interfaces."""
        return "ELB " + self.arn.partition(":loadbalancer/")[2]

    def attribute(self, key: str, default: str) -> str:
        """A load balancer attribute, or AWS's default for it."""
        return dict(self.attributes).get(key, default)


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """How targets are checked; times in seconds."""

    protocol: str
    port: str
    """A number or ``traffic-port``."""
    path: str
    interval_s: int
    timeout_s: int
    healthy_threshold: int
    unhealthy_threshold: int
    matcher: str
    """``200``, ``200,202`` or ``200-499``."""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """A registered target: an address, an instance id or a function's ARN."""

    id: str
    port: int | None
    availability_zone: str = ""


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """A target group with its registered targets."""

    arn: Arn
    name: str
    target_type: str
    """``ip``, ``instance``, ``lambda`` or ``alb``."""
    protocol: str
    port: int | None
    vpc_id: VpcId | None
    health_check: HealthCheck
    targets: tuple[Target, ...]
    attributes: tuple[tuple[str, str], ...] = ()
    protocol_version: str = "HTTP1"

    def attribute(self, key: str, default: str) -> str:
        """A target group attribute, or AWS's default for it."""
        return dict(self.attributes).get(key, default)


@dataclass(frozen=True)
class LoadBalancing:
    """All load balancers and target groups."""

    load_balancers: tuple[LoadBalancer, ...] = ()
    target_groups: tuple[TargetGroup, ...] = ()

    @cached_property
    def target_group_by_arn(self) -> dict[Arn, TargetGroup]:
        """Target groups by ARN."""
        return {group.arn: group for group in self.target_groups}
