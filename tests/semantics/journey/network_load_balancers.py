"""A Network Load Balancer in front of `private_app()`: of its load balancer, or of its endpoint."""

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

from tests.topologies import (
    ALB_ARN,
    ENDPOINT_A,
    ENDPOINT_B,
    REGION,
    SUBNET_A,
    SUBNET_B,
    VPC,
    load_balancer,
    private_app,
    target_group,
)

from landbridge.model.identifiers import Arn, NetworkInterfaceId, SecurityGroupId
from landbridge.model.load_balancing import (
    ForwardAction,
    HealthCheck,
    Listener,
    LoadBalancer,
    LoadBalancing,
    Rule,
    Target,
    TargetGroup,
)
from landbridge.model.network import NetworkInterface, SecurityGroup, SecurityGroupRule
from landbridge.model.topology import Topology

NLB_PATH = "net/front/1234567890abcdef"
NLB_ARN = Arn(ALB_ARN.replace("app/orders/50dc6c495c0c9188", NLB_PATH))
NLB_NAME = f"front-1234567890abcdef.elb.{REGION}.amazonaws.com"
NLB_GROUP_ARN = Arn(target_group().arn.replace("orders-endpoint", "front"))
NLB_A, NLB_B = IPv4Address("10.20.1.40"), IPv4Address("10.20.2.40")
NODE_A, NODE_B = NetworkInterfaceId("eni-0nlba"), NetworkInterfaceId("eni-0nlbb")
NLB_GROUP = SecurityGroupId("sg-0nlb")
TCP_CHECK = HealthCheck("TCP", "traffic-port", "/", 30, 10, 5, 2, "200")
ENDPOINTS = (Target(str(ENDPOINT_A), 443, f"{REGION}a"), Target(str(ENDPOINT_B), 443, f"{REGION}b"))


def network_target_group(
    kind: str = "alb",
    targets: tuple[Target, ...] = (Target(ALB_ARN, 443),),
    attributes: tuple[tuple[str, str], ...] = (),
    check: HealthCheck = TCP_CHECK,
) -> TargetGroup:
    return TargetGroup(NLB_GROUP_ARN, "front", kind, "TCP", 443, VPC, check, targets, attributes)


def network_load_balancer(
    protocol: str = "TCP", attributes: tuple[tuple[str, str], ...] = ()
) -> LoadBalancer:
    arn = Arn(NLB_ARN.replace(":loadbalancer/", ":listener/") + "/1")
    rule = Rule(arn, None, (), (ForwardAction(((NLB_GROUP_ARN, 1),)),))
    listener = Listener(arn, NLB_ARN, 443, protocol, (rule,))
    zone = "Z3F0SRJ5LGBH90"
    subnets = (SUBNET_A, SUBNET_B)
    return LoadBalancer(
        NLB_ARN, "front", NLB_NAME, zone, "internal", "network", VPC, (), subnets, (listener,), attributes
    )


def fronted(
    group: TargetGroup | None = None,
    balancer: LoadBalancer | None = None,
    rules: tuple[SecurityGroupRule, ...] | None = None,
) -> Topology:
    """`private_app()` with a Network Load Balancer; without `rules` it has no security group."""
    app = private_app()
    groups = () if rules is None else (NLB_GROUP,)
    nodes = tuple(
        NetworkInterface(node, VPC, subnet, address, groups, f"ELB {NLB_PATH}", availability_zone=zone)
        for node, subnet, address, zone in (
            (NODE_A, SUBNET_A, NLB_A, f"{REGION}a"),
            (NODE_B, SUBNET_B, NLB_B, f"{REGION}b"),
        )
    )
    added = () if rules is None else (SecurityGroup(NLB_GROUP, "front", VPC, rules),)
    network = replace(
        app.network,
        network_interfaces=(*app.network.network_interfaces, *nodes),
        security_groups=(*app.network.security_groups, *added),
    )
    balancing = LoadBalancing(
        (load_balancer(), balancer or network_load_balancer()),
        (target_group(), group or network_target_group()),
    )
    return replace(app, network=network, load_balancing=balancing)


def rule(name: str, *, egress: bool = False, cidr: str = "0.0.0.0/0") -> SecurityGroupRule:
    """Everything to or from a block."""
    return SecurityGroupRule(f"sgr-{name}", egress, "-1", None, None, cidr=IPv4Network(cidr))
