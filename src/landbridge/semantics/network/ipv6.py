"""Whether anything can come over IPv6, of which no traffic is modelled.

AWS: "Add IPv6 support for your VPC"
"""

from landbridge.model.load_balancing import LoadBalancer
from landbridge.model.network import SecurityGroupRule
from landbridge.model.topology import Topology
from landbridge.semantics.network.protocols import covers_protocol, port_range

ONLY_IPV4 = "ipv4"
DENY_INTERNET_GATEWAY = "ipv6.deny_all_igw_traffic"


def ipv6_ingress_rules(topology: Topology, balancer: LoadBalancer) -> tuple[SecurityGroupRule, ...]:
    """The rules that let somebody connect over IPv6 to a listener; none of a load balancer with IPv4 only.

    AWS: "Update the IP address types for your Application Load Balancer"
    """
    if balancer.ip_address_type == ONLY_IPV4:
        return ()
    groups = topology.network.security_group_by_id
    ports = {listener.port for listener in balancer.listeners}
    return tuple(
        rule
        for group_id in balancer.security_group_ids
        for rule in (groups[group_id].rules if group_id in groups else ())
        if rule.ipv6_cidr is not None and not rule.egress and _is_for(rule, ports)
    )


def is_on_ipv6_internet(topology: Topology, balancer: LoadBalancer) -> bool | None:
    """Whether packets from an internet gateway reach its nodes; None where a network ACL tells apart.

    An internal load balancer takes none of them unless its attribute says that it does.
    AWS: "Edit attributes for your Application Load Balancer"; "Enable internet access for a VPC using an
    internet gateway"
    """
    network = topology.network
    default = "true" if balancer.scheme == "internal" else "false"
    gateways = {each.id for each in network.internet_gateways if each.vpc_id == balancer.vpc_id}
    if balancer.attribute(DENY_INTERNET_GATEWAY, default) == "true" or not gateways:
        return False
    passing = [
        network.network_acl_by_subnet[subnet_id].admits_ipv6
        for subnet_id in balancer.subnet_ids
        if subnet_id in network.network_acl_by_subnet
        and subnet_id in network.route_table_by_subnet
        and any(target in gateways for _, target in network.route_table_by_subnet[subnet_id].ipv6_targets)
    ]
    return True if True in passing else None if None in passing else False


def _is_for(rule: SecurityGroupRule, ports: set[int]) -> bool:
    first, last = port_range(rule.from_port, rule.to_port)
    return covers_protocol(rule.protocol, "tcp") and any(first <= port <= last for port in ports)
