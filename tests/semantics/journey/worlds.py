"""The private app with other targets: a server in the office, one on an instance, a function."""

from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

from tests.semantics.conversations import with_group_rules, with_target_group
from tests.topologies import (
    ALB_GROUP,
    DEFAULT_GROUP,
    EVERYWHERE,
    FUNCTION_ARN,
    REGION,
    SUBNET_A,
    TARGET_GROUP_ARN,
    VPC,
    private_app,
    statement,
    with_network,
)

from landbridge.model.identifiers import NetworkInterfaceId
from landbridge.model.load_balancing import HealthCheck, Target
from landbridge.model.local_servers import LocalServer
from landbridge.model.network import NetworkInterface, SecurityGroupRule
from landbridge.model.policy import Condition, PolicyDocument
from landbridge.model.topology import Topology

OFFICE_SERVER = LocalServer(IPv4Address("192.168.3.7"), 8080, "127.0.0.1", 9000)
INSTANCE, INSTANCE_ADDRESS = "i-0123456789abcdef0", IPv4Address("10.20.1.77")
INSTANCE_SERVER = LocalServer(INSTANCE_ADDRESS, 8080, "127.0.0.1", 9001)
ANYTHING = (
    SecurityGroupRule("sgr-in", False, "-1", None, None, cidr=EVERYWHERE),
    SecurityGroupRule("sgr-out", True, "-1", None, None, cidr=EVERYWHERE),
)
CHECK = HealthCheck("HTTP", "traffic-port", "/health", 30, 5, 5, 2, "200")


def open_app() -> Topology:
    """The private app, whose load balancer and instances may talk to everyone."""
    topology = with_group_rules(private_app(), ALB_GROUP, ANYTHING)
    return with_group_rules(topology, DEFAULT_GROUP, ANYTHING)


def office_app(*servers: LocalServer, protocol: str = "HTTP", **changes: Any) -> Topology:
    """Its target is a real server in the corporate network, or several."""
    servers = servers or (OFFICE_SERVER,)
    targets = tuple(Target(str(server.address), server.port) for server in servers)
    given = {"targets": targets, "protocol": protocol, "health_check": CHECK, **changes}
    return replace(with_target_group(open_app(), **given), local_servers=servers)


def instance_app(*, target_type: str = "instance", target_id: str = INSTANCE) -> Topology:
    """Its target is an instance, where a real server stands for port 8080."""
    interface = NetworkInterface(
        NetworkInterfaceId("eni-0shop"),
        VPC,
        SUBNET_A,
        INSTANCE_ADDRESS,
        (DEFAULT_GROUP,),
        availability_zone=f"{REGION}a",
        primary_of=INSTANCE,
    )
    topology = open_app()
    topology = with_network(topology, network_interfaces=(*topology.network.network_interfaces, interface))
    topology = with_target_group(
        topology,
        target_type=target_type,
        targets=(Target(target_id, 8080),),
        protocol="HTTP",
        health_check=CHECK,
    )
    return replace(topology, local_servers=(INSTANCE_SERVER,))


def function_app(
    source_arn: str = TARGET_GROUP_ARN, function_arn: str = FUNCTION_ARN, **changes: Any
) -> Topology:
    """Its target is the function, which the load balancer may invoke for this target group."""
    permission = statement(
        principals=(("Service", "elasticloadbalancing.amazonaws.com"),),
        actions=("lambda:InvokeFunction",),
        resources=(FUNCTION_ARN,),
        conditions=(Condition("ArnLike", "AWS:SourceArn", (source_arn,)),),
    )
    given = {
        "target_type": "lambda",
        "targets": (Target(function_arn, None),),
        "protocol": "",
        "port": None,
        "health_check": replace(CHECK, enabled=False),
        **changes,
    }
    topology = with_target_group(private_app(), **given)
    (function,) = topology.functions.functions
    permitted = replace(function, policy=PolicyDocument((permission,)))
    return replace(topology, functions=replace(topology.functions, functions=(permitted,)))
