"""Application Load Balancers: names, nodes, attributes, certificates; target groups and their health."""

from typing import Any

from moto.elbv2.exceptions import DuplicateLoadBalancerName, ELBClientError, InvalidTargetError
from moto.elbv2.models import (
    ELBv2Backend,
    FakeHealthStatus,
    FakeLoadBalancer,
    FakeRule,
    FakeTargetGroup,
    elbv2_backends,
)
from moto.moto_api._internal import mock_random

from landbridge.control.amendments.amend import add, amend
from landbridge.control.hooks import hooks
from landbridge.model.identifiers import Arn

FALLBACK_ZONE = "Z35SXDOTRQ7X7K"
ZONES = {
    "af-south-1": "Z268VQBMOI5EKX",
    "ap-east-1": "Z3DQVH9N71FHZ0",
    "ap-northeast-1": "Z14GRHDCWA56QT",
    "ap-northeast-2": "ZWKZPGTI48KDX",
    "ap-northeast-3": "Z5LXEXXYW11ES",
    "ap-south-1": "ZP97RAFLXTNZK",
    "ap-southeast-1": "Z1LMS91P8CMLE5",
    "ap-southeast-2": "Z1GM3OXH4ZPM65",
    "ca-central-1": "ZQSVJUPU6J1EY",
    "eu-central-1": "Z215JYRZR1TBD5",
    "eu-north-1": "Z23TAZ6LKFMNIO",
    "eu-south-1": "Z3ULH7SSC9OV64",
    "eu-west-1": "Z32O12XQLNTSW2",
    "eu-west-2": "ZHURV8PSTC4K8",
    "eu-west-3": "Z3Q77PNBQS71R4",
    "me-south-1": "ZS929ML54UICD",
    "sa-east-1": "Z2P70J7HTTTPLU",
    "us-east-1": "Z35SXDOTRQ7X7K",
    "us-east-2": "Z3AADJGX6KTTL2",
    "us-west-1": "Z368ELLRRE2KJ0",
    "us-west-2": "Z1H1FL5HABSF5",
}
"""Hosted zones of ``REGION.elb.amazonaws.com``. AWS: "Elastic Load Balancing endpoints and quotas"."""

APPLICATION_ATTRIBUTES = {
    "access_logs.s3.enabled": "false",
    "client_keep_alive.seconds": "3600",
    "connection_logs.s3.enabled": "false",
    "connection_logs.s3.bucket": "",
    "connection_logs.s3.prefix": "",
    "idle_timeout.timeout_seconds": "60",
    "load_balancing.cross_zone.enabled": "true",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false",
}
"""AWS: "Edit attributes for your Application Load Balancer"."""


def install() -> None:
    """Amends moto's load balancers and target groups."""
    amend(ELBv2Backend, "create_load_balancer", create_load_balancer)
    amend(ELBv2Backend, "delete_load_balancer", delete_load_balancer)
    amend(ELBv2Backend, "set_subnets", set_subnets)
    amend(ELBv2Backend, "set_security_groups", set_security_groups)
    amend(ELBv2Backend, "modify_listener", modify_listener)
    amend(FakeRule, "__init__", new_rule)
    amend(FakeTargetGroup, "__init__", new_target_group)
    amend(FakeTargetGroup, "register", register)
    add(FakeTargetGroup, "deregister", deregister)
    add(FakeTargetGroup, "health_for", health_for)
    add(FakeTargetGroup, "load_balancer_arns", property(load_balancer_arns, lambda self, arns: None))


def create_load_balancer(
    original: Any,
    self: Any,
    name: str,
    security_groups: list[str],
    subnet_ids: list[str],
    *args: Any,
    **kwargs: Any,
) -> Any:
    """A load balancer with AWS's name for it, in two zones, with a node in each subnet; moto has no nodes.

    AWS: "Create an Application Load Balancer"; "What is Elastic Load Balancing?"
    """
    if any(balancer.name == name for balancer in self.load_balancers.values()):
        raise DuplicateLoadBalancerName()
    application = (kwargs.get("loadbalancer_type") or "application") == "application"
    asked = [*(subnet_ids or []), *(mapping["SubnetId"] for mapping in kwargs.get("subnet_mappings") or [])]
    if application:
        _check_zones(self, asked)
        kwargs["scheme"] = kwargs.get("scheme") or "internet-facing"
    balancer: FakeLoadBalancer = original(self, name, security_groups, subnet_ids, *args, **kwargs)
    internal = "internal-" if balancer.scheme == "internal" else ""
    number = mock_random.randint(100_000_000, 2_147_483_647)
    balancer.dns_name = f"{internal}{name}-{number}.{self.region_name}.elb.amazonaws.com"
    balancer.canonical_hosted_zone_id = ZONES.get(self.region_name, FALLBACK_ZONE)
    if application:
        balancer.attrs |= APPLICATION_ATTRIBUTES
        if not balancer.security_groups:
            balancer.security_groups = [self.ec2_backend.get_default_security_group(balancer.vpc_id).id]
    _settle_nodes(self, balancer)
    return balancer


def delete_load_balancer(original: Any, self: Any, arn: str) -> None:
    """The nodes go with the load balancer.

    AWS: "Delete an Application Load Balancer"
    """
    balancer = self.load_balancers.get(arn)
    original(self, arn)
    if balancer is not None:
        balancer.subnets = []
        _settle_nodes(self, balancer)


def set_subnets(original: Any, self: Any, arn: str, *args: Any, **kwargs: Any) -> Any:
    """There is a node in each of the new subnets and in no other.

    AWS: "SetSubnets" (Elastic Load Balancing API reference)
    """
    zones = original(self, arn, *args, **kwargs)
    _settle_nodes(self, self.load_balancers[arn])
    return zones


def set_security_groups(original: Any, self: Any, arn: str, sec_groups: list[str]) -> None:
    """The nodes get the groups.

    AWS: "SetSecurityGroups" (Elastic Load Balancing API reference)
    """
    original(self, arn, sec_groups)
    _settle_nodes(self, self.load_balancers[arn])


def modify_listener(
    original: Any,
    self: Any,
    arn: str,
    port: Any = None,
    protocol: Any = None,
    ssl_policy: Any = None,
    certificates: Any = None,
    actions: Any = None,
) -> Any:
    """Only the default certificate is replaced; moto throws those added for other names away.

    AWS: "ModifyListener" (Elastic Load Balancing API reference)
    """
    (listener,) = self.describe_listeners(load_balancer_arn=None, listener_arns=[arn])
    added = [certificate for certificate in listener.certificates if certificate != listener.certificate]
    modified = original(self, arn, port, protocol, ssl_policy, certificates, actions)
    if certificates:
        modified.certificates = [modified.certificate, *(c for c in added if c != modified.certificate)]
    return modified


def new_rule(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    """A rule whose ARN ends as AWS's do; moto takes an address in this process's memory.

    AWS: "Listener rules for your Application Load Balancer"
    """
    original(self, *args, **kwargs)
    self.arn = f"{self.arn.rpartition('/')[0]}/{mock_random.get_random_hex(16)}"


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
    original(self, *args, **kwargs)


def register(original: Any, self: Any, targets: list[dict[str, Any]]) -> None:
    """A target is an id and a port: one address may be registered with several ports.

    AWS: "RegisterTargets" (Elastic Load Balancing API reference)
    """
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

    AWS: "DeregisterTargets" (Elastic Load Balancing API reference)
    """
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
            self.deregistered_targets[key] = self.targets.pop(key)


def health_for(self: Any, target: dict[str, Any], ec2_backend: Any) -> FakeHealthStatus:
    """What the running stack's health checks found; moto finds every target healthy.

    AWS: "Health checks for Application Load Balancer target groups"
    """
    registered = next((t for t in self.targets.values() if _matches(t, target)), None)
    state, reason, description = _health(self, registered)
    port: Any = (registered or target).get("Port", None if self.target_type == "lambda" else self.port)
    checked = port if self.health_check_port == "traffic-port" else self.health_check_port
    return FakeHealthStatus(target["Id"], port, checked, state, reason, description)


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


def _health(group: Any, registered: dict[str, Any] | None) -> tuple[str, str | None, str | None]:
    """State, reason and description."""
    if registered is None:
        return "unused", "Target.NotRegistered", "Target is not registered to the target group"
    if not group.load_balancer_arns:
        return (
            "unused",
            "Target.NotInUse",
            "Target group is not configured to receive traffic from the load balancer",
        )
    if not group.health_check_enabled:
        return "unavailable", "Target.HealthCheckDisabled", "Health checks are not enabled for this target"
    port = registered.get("Port")
    key = Arn(group.arn), str(registered["Id"]), int(port) if port else None
    found = hooks.target_health(key) if hooks.target_health else None
    if found is None:
        return "initial", "Elb.InitialHealthChecking", "Initial health checks in progress"
    return found.state.value, found.reason.value if found.reason else None, found.description or None


def _key(target: dict[str, Any]) -> str:
    return f"{target['Id']} {target.get('Port', '')}"


def _matches(registered: dict[str, Any], target: dict[str, Any]) -> bool:
    if registered["Id"] != target["Id"]:
        return False
    return target.get("Port") in (None, registered.get("Port"))


def _check_zones(backend: Any, subnet_ids: list[str]) -> None:
    zones = {backend.ec2_backend.get_subnet(subnet_id).availability_zone for subnet_id in subnet_ids}
    if subnet_ids and len(zones) < 2:
        raise ELBClientError(
            "ValidationError", "At least two subnets in two different Availability Zones must be specified"
        )
    if len(zones) < len(subnet_ids):
        raise ELBClientError(
            "InvalidConfigurationRequest",
            "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
        )


def _settle_nodes(backend: Any, balancer: Any) -> None:
    """One network interface for each subnet, with the load balancer's groups."""
    ec2 = backend.ec2_backend
    nodes: dict[str, str] = balancer.__dict__.setdefault("landbridge_nodes", {})
    wanted = [subnet.id for subnet in balancer.subnets]
    for subnet_id in [subnet_id for subnet_id in nodes if subnet_id not in wanted]:
        ec2.delete_network_interface(nodes.pop(subnet_id))
    for subnet in balancer.subnets:
        if subnet.id not in nodes:
            nodes[subnet.id] = _new_node(ec2, balancer, subnet).id
    groups = [ec2.get_security_group_from_id(group_id) for group_id in balancer.security_groups or []]
    for interface_id in nodes.values():
        ec2.enis[interface_id]._group_set = [group for group in groups if group]


def _new_node(ec2: Any, balancer: Any, subnet: Any) -> Any:
    node = ec2.create_network_interface(
        subnet,
        None,
        group_ids=list(balancer.security_groups or []),
        description=f"ELB {balancer.arn.split('loadbalancer/')[1]}",
    )
    node.requester_managed = True
    node.requester_id = "amazon-elb"
    node.status = "in-use"
    return node
