"""Load balancers: names, nodes, attributes, certificates."""

from typing import Any

from moto.core.responses import ActionResult
from moto.elbv2.exceptions import DuplicateLoadBalancerName, ELBClientError
from moto.elbv2.models import (
    ELBv2Backend,
    FakeLoadBalancer,
    FakeRule,
)
from moto.elbv2.responses import ELBV2Response
from moto.moto_api._internal import mock_random

from landbridge.control.amendments.amend import amend, amend_property
from landbridge.control.amendments.ec2_public_addresses import (
    give_public_address,
    take_elastic_address_back,
)
from landbridge.control.amendments.elbv2_actions import check_actions, keep_client_secrets
from landbridge.control.amendments.elbv2_network import (
    check_network_listener,
    check_security_groups,
    enforce_on_private_link,
    settle_network_load_balancer,
)

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
    """Amends moto's load balancers."""
    amend(ELBv2Backend, "create_load_balancer", create_load_balancer)
    amend(ELBv2Backend, "delete_load_balancer", delete_load_balancer)
    amend(ELBv2Backend, "set_subnets", set_subnets)
    amend(ELBv2Backend, "set_security_groups", set_security_groups)
    amend(ELBV2Response, "set_security_groups", answer_set_security_groups)
    amend(ELBv2Backend, "modify_listener", modify_listener)
    amend(FakeRule, "__init__", new_rule)
    amend_property(FakeLoadBalancer, "availability_zones", availability_zones)


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
    if kwargs["scheme"] == "internet-facing":
        _check_internet_gateway(self.ec2_backend, asked)
    balancer: FakeLoadBalancer = original(self, name, security_groups, subnet_ids, *args, **kwargs)
    internal = "internal-" if balancer.scheme == "internal" else ""
    number = mock_random.randint(100_000_000, 2_147_483_647)
    balancer.dns_name = f"{internal}{name}-{number}.{self.region_name}.elb.amazonaws.com"
    balancer.canonical_hosted_zone_id = ZONES.get(self.region_name, FALLBACK_ZONE)
    if application:
        balancer.attrs |= APPLICATION_ATTRIBUTES
        if not balancer.security_groups:
            balancer.security_groups = [self.ec2_backend.get_default_security_group(balancer.vpc_id).id]
    elif balancer.type == "network":
        settle_network_load_balancer(self, balancer)
    _settle_nodes(self, balancer, kwargs.get("subnet_mappings"))
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


def set_subnets(original: Any, self: Any, arn: str, subnets: list[str], mappings: list[Any]) -> Any:
    """There is a node in each of the new subnets and in no other.

    AWS: "SetSubnets" (Elastic Load Balancing API reference)
    """
    original(self, arn, subnets, mappings)
    balancer = self.load_balancers[arn]
    _settle_nodes(self, balancer, mappings)
    return balancer.availability_zones


def availability_zones(original: Any, self: Any) -> list[Any]:
    """The zones, with the Elastic IP addresses that were chosen for their nodes.

    AWS: "AvailabilityZone" (Elastic Load Balancing API reference)
    """
    zones: list[Any] = original(self)
    elastic = self.__dict__.get("landbridge_elastic_addresses", {})
    for zone in zones:
        zone.load_balancer_addresses = elastic.get(zone.subnet_id, [])
    return zones


def set_security_groups(original: Any, self: Any, arn: str, sec_groups: list[str]) -> None:
    """The nodes get the groups.

    AWS: "SetSecurityGroups" (Elastic Load Balancing API reference)
    """
    balancer = self.load_balancers.get(arn)
    if balancer is not None:
        check_security_groups(balancer, sec_groups)
    original(self, arn, sec_groups)
    _settle_nodes(self, self.load_balancers[arn])


def answer_set_security_groups(original: Any, self: Any) -> ActionResult:
    """The groups, and for a Network Load Balancer whether they count for AWS PrivateLink.

    AWS: "SetSecurityGroups" (Elastic Load Balancing API reference)
    """
    original(self)
    balancer = self.elbv2_backend.load_balancers[self._get_param("LoadBalancerArn")]
    asked = self._get_param("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")
    enforced = enforce_on_private_link(balancer, asked)
    return ActionResult({"SecurityGroupIds": balancer.security_groups, **enforced})


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

    Default actions have to be possible on the listener, and client secrets may stay as they are.

    AWS: "ModifyListener" (Elastic Load Balancing API reference)
    """
    (listener,) = self.describe_listeners(load_balancer_arn=None, listener_arns=[arn])
    added = [certificate for certificate in listener.certificates if certificate != listener.certificate]
    before = listener.default_actions
    if self.load_balancers[listener.load_balancer_arn].type == "network":
        check_network_listener(self, protocol or listener.protocol, actions or [])
    elif actions:
        check_actions(self, protocol or listener.protocol, int(port or listener.port), actions, before)
    modified = original(self, arn, port, protocol, ssl_policy, certificates, actions)
    keep_client_secrets(before, modified.default_actions)
    if certificates:
        modified.certificates = [modified.certificate, *(c for c in added if c != modified.certificate)]
    return modified


def new_rule(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    """A rule whose ARN ends as AWS's do; moto takes an address in this process's memory.

    AWS: "Listener rules for your Application Load Balancer"
    """
    original(self, *args, **kwargs)
    self.arn = f"{self.arn.rpartition('/')[0]}/{mock_random.get_random_hex(16)}"


def _check_internet_gateway(ec2: Any, subnet_ids: list[str]) -> None:
    """The VPC has one, or nobody would get to the load balancer."""
    attached = {gateway.vpc.id for gateway in ec2.internet_gateways.values() if gateway.vpc}
    for subnet_id in subnet_ids:
        vpc_id = ec2.get_subnet(subnet_id).vpc_id
        if vpc_id not in attached:
            raise ELBClientError("InvalidSubnet", f"VPC {vpc_id} has no internet gateway")


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


def _settle_nodes(backend: Any, balancer: Any, mappings: Any = None) -> None:
    """One network interface for each subnet, with the load balancer's groups; public ones to the internet."""
    ec2 = backend.ec2_backend
    nodes: dict[str, str] = balancer.__dict__.setdefault("landbridge_nodes", {})
    wanted = [subnet.id for subnet in balancer.subnets]
    for subnet_id in [subnet_id for subnet_id in nodes if subnet_id not in wanted]:
        take_elastic_address_back(ec2, ec2.enis[nodes[subnet_id]])
        ec2.delete_network_interface(nodes.pop(subnet_id))
    for subnet in balancer.subnets:
        if subnet.id not in nodes:
            nodes[subnet.id] = _new_node(ec2, balancer, subnet).id
    if balancer.scheme == "internet-facing":
        _give_public_addresses(ec2, balancer, nodes, mappings or [])
    groups = [ec2.get_security_group_from_id(group_id) for group_id in balancer.security_groups or []]
    for interface_id in nodes.values():
        ec2.enis[interface_id]._group_set = [group for group in groups if group]


def _give_public_addresses(ec2: Any, balancer: Any, nodes: dict[str, str], mappings: list[Any]) -> None:
    """Each node has one: a Network Load Balancer's that which was chosen for its subnet, if any.

    AWS: "CreateLoadBalancer" (Elastic Load Balancing API reference)
    """
    chosen = {each["SubnetId"]: each.get("AllocationId") for each in mappings}
    elastic = balancer.__dict__.setdefault("landbridge_elastic_addresses", {})
    for subnet_id, interface_id in nodes.items():
        node, allocation_id = ec2.enis[interface_id], chosen.get(subnet_id)
        give_public_address(ec2, node, allocation_id if node.public_ip is None else None)
        if allocation_id:
            elastic[subnet_id] = [{"IpAddress": node.public_ip, "AllocationId": allocation_id}]


def _new_node(ec2: Any, balancer: Any, subnet: Any) -> Any:
    node = ec2.create_network_interface(
        subnet,
        None,
        group_ids=list(balancer.security_groups or []),
        description=f"ELB {balancer.arn.split('loadbalancer/')[1]}",
    )
    if balancer.type == "network":
        node.interface_type = "network_load_balancer"
    node.requester_managed = True
    node.requester_id = "amazon-elb"
    node.status = "in-use"
    return node
