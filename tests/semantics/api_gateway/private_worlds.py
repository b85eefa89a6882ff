"""`private_app()` with an API that goes through a VPC link, to a Network Load Balancer or to its own one."""

from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

from tests.semantics.api_gateway.calls import get, with_deployment
from tests.semantics.conversations import with_group_rules
from tests.semantics.journey.network_load_balancers import (
    NLB_ARN,
    fronted,
    network_load_balancer,
    network_target_group,
)
from tests.semantics.journey.worlds import ANYTHING
from tests.topologies import (
    ALB_GROUP,
    CERTIFICATE_ARN,
    DEFAULT_GROUP,
    DOMAIN,
    REGION,
    SUBNET_A,
    SUBNET_B,
    VPC,
    with_network,
)

from landbridge.model.api_gateway import Integration, IntegrationResponse, VpcLink
from landbridge.model.certificates import Certificate, Certificates
from landbridge.model.identifiers import NetworkInterfaceId
from landbridge.model.load_balancing import LoadBalancer, Target
from landbridge.model.local_servers import LocalServer
from landbridge.model.network import NetworkInterface, SecurityGroupRule
from landbridge.model.topology import Topology

SHOP = IPv4Address("10.20.1.77")
SHOP_SERVER = LocalServer(SHOP, 8080, "127.0.0.1", 9001)
LINK = VpcLink("l1nk", "to-the-vpc", "AVAILABLE", (NLB_ARN,))
LINK_V2 = VpcLink(
    "l2nk", "own", "AVAILABLE", (), "V2", subnet_ids=(SUBNET_A, SUBNET_B), security_group_ids=(DEFAULT_GROUP,)
)
ISSUED = Certificate(CERTIFICATE_ARN, DOMAIN, (DOMAIN,), "ISSUED", "AMAZON_ISSUED")


def to_shop(
    *links: VpcLink,
    uri: str = "http://shop.example:443/orders",
    kind: str = "HTTP_PROXY",
    balancer: LoadBalancer | None = None,
    rules: tuple[SecurityGroupRule, ...] | None = None,
    **changes: Any,
) -> Topology:
    """A Network Load Balancer in front of a real server at 10.20.1.77:8080."""
    group = network_target_group("ip", (Target(str(SHOP), 8080, f"{REGION}a"),))
    topology = with_integration(fronted(group, balancer, rules), uri, kind, *(links or (LINK,)), **changes)
    shop = NetworkInterface(
        NetworkInterfaceId("eni-0shop"), VPC, SUBNET_A, SHOP, (DEFAULT_GROUP,), availability_zone=f"{REGION}a"
    )
    topology = with_network(topology, network_interfaces=(*topology.network.network_interfaces, shop))
    topology = with_group_rules(topology, DEFAULT_GROUP, ANYTHING)
    return replace(topology, local_servers=(SHOP_SERVER,))


def to_load_balancer(
    *links: VpcLink, uri: str = f"https://{DOMAIN}/api/orders", target: str = "", **changes: Any
) -> Topology:
    """The way leads to the app's own load balancer: behind the Network Load Balancer, or with V2 at once."""
    topology = with_group_rules(fronted(balancer=network_load_balancer()), ALB_GROUP, ANYTHING)
    topology = with_integration(
        topology, uri, "HTTP_PROXY", *(links or (LINK,)), integration_target=target, **changes
    )
    topology = with_group_rules(topology, DEFAULT_GROUP, ANYTHING)
    return replace(topology, certificates=Certificates((ISSUED,)))


def with_integration(topology: Topology, uri: str, kind: str, *links: VpcLink, **changes: Any) -> Topology:
    """The deployment also has ``ANY /a``, which goes through the first link."""
    integration = Integration(
        kind, "GET", uri, vpc_link_id=links[0].id, responses=(IntegrationResponse("200"),)
    )
    (api,) = topology.api_gateway.rest_apis
    resources = (*api.stages[0].deployment.resources, get("/a", replace(integration, **changes), "ANY"))
    topology = with_deployment(topology, resources=resources)
    return replace(topology, api_gateway=replace(topology.api_gateway, vpc_links=links))
