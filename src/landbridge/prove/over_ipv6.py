"""Who may come to a load balancer over IPv6: nothing of it is modelled, but rules that admit it are seen."""

from collections.abc import Iterator
from ipaddress import IPv6Network

from landbridge.model.load_balancing import LoadBalancer
from landbridge.model.network import SecurityGroupRule
from landbridge.prove.case import Case
from landbridge.prove.reach.blocks import UNIQUE_LOCAL
from landbridge.prove.verdict import Finding, broken, unknown
from landbridge.semantics.network.ipv6 import ipv6_ingress_rules, is_on_ipv6_internet
from landbridge.trace.decision import ResourceRef


def over_ipv6(case: Case) -> Iterator[Finding]:
    """One finding for each rule that lets anybody connect to a load balancer of the app over IPv6.

    AWS: "Update the IP address types for your Application Load Balancer"
    """
    for balancer in case.app.load_balancers:
        for rule in ipv6_ingress_rules(case.topology, balancer):
            yield _finding(case, balancer, rule)


def _finding(case: Case, balancer: LoadBalancer, rule: SecurityGroupRule) -> Finding:
    assert rule.ipv6_cidr is not None
    cited = ResourceRef("AWS::EC2::SecurityGroup Rule", rule.id)
    remedy = (
        f"Let {balancer.name} have IPv4 addresses only (elbv2 set-ip-address-type --load-balancer-arn "
        f"{balancer.arn} --ip-address-type ipv4), or revoke {rule.id}, which admits {rule.ipv6_cidr}"
    )
    if _has_public_addresses(case, balancer, rule.ipv6_cidr):
        reached = is_on_ipv6_internet(case.topology, balancer)
        if reached:
            what = f"the internet reaches {balancer.name} over IPv6: {rule.id} admits {rule.ipv6_cidr}"
            return broken(what, cited, remedy)
    what = f"Nobody can tell who reaches {balancer.name} over IPv6, which is not modelled: {rule.id} admits "
    return unknown(f"{what}{rule.ipv6_cidr}", cited, remedy)


def _has_public_addresses(case: Case, balancer: LoadBalancer, block: IPv6Network) -> bool:
    """Whether others on the internet have addresses of the block: it is neither private nor the VPC's own."""
    own = case.topology.network.vpc_by_id[balancer.vpc_id].ipv6_cidrs
    return not any(block.subnet_of(each) for each in (UNIQUE_LOCAL, *own))
