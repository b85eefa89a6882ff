"""Whether what an entrance of another service sends is certain to be taken by the part that it leads to."""

from collections.abc import Iterator
from ipaddress import IPv4Address

from landbridge.model.identifiers import Arn, SecurityGroupId
from landbridge.model.load_balancing import LoadBalancer
from landbridge.model.network import SecurityGroup
from landbridge.model.other_entrances import OtherEntrance
from landbridge.prove.case import Case
from landbridge.prove.parts import Parts
from landbridge.prove.policy.openings import openings
from landbridge.prove.policy.policies import Question
from landbridge.prove.policy.values import STRANGE_ADDRESS
from landbridge.prove.reach.blocks import EVERYTHING, NOT_ON_THE_INTERNET, runs, without
from landbridge.prove.verdict import Finding
from landbridge.semantics.functions.permission import function_policy_hop
from landbridge.semantics.iam.request import service
from landbridge.semantics.network.security_group import Peer, admits
from landbridge.semantics.storage.permission import GET_OBJECT, bucket_reference
from landbridge.trace.decision import Decision, ResourceRef

ENDPOINT_SERVICE = "AWS::EC2::VPCEndpointService"
DISTRIBUTION = "AWS::CloudFront::Distribution"
GATEWAY, CLOUDFRONT = "apigateway.amazonaws.com", "cloudfront.amazonaws.com"


def let_through(
    case: Case, parts: Parts, entrance: OtherEntrance, place: str, part: str
) -> ResourceRef | None:
    """The rule or statement that takes it; None where none does, or nobody can tell."""
    for balancer in parts.balancers:
        if place == balancer.arn:
            return _by_balancer(case, parts, entrance, balancer)
    if part in case.app.function_arns:
        return _by_function(case, entrance, place)
    if part in case.app.buckets and entrance.type == DISTRIBUTION:
        return _by_bucket(case, entrance, part)
    return None


def _by_balancer(
    case: Case, parts: Parts, entrance: OtherEntrance, balancer: LoadBalancer
) -> ResourceRef | None:
    """A Network Load Balancer without security groups takes all, and whatever it takes has to get on.

    AWS: "Update the security groups for your Network Load Balancer"
    """
    taken = _taken(case, entrance, balancer)
    if taken is None or balancer.type == "application":
        return taken
    groups = case.topology.network.security_group_by_id
    nodes = [
        Peer(node.address, balancer.security_group_ids)
        for node in case.topology.network.network_interfaces
        if node.description == balancer.interface_description
    ]
    for interface, port in parts.targets_of(balancer):
        own = tuple(groups[each] for each in interface.security_group_ids if each in groups)
        if any(admits(own, egress=False, peer=node, port=port).allowed for node in nodes):
            return taken
    return None


def _taken(case: Case, entrance: OtherEntrance, balancer: LoadBalancer) -> ResourceRef | None:
    spared = entrance.type == ENDPOINT_SERVICE and balancer.admits_private_link
    if balancer.type == "network" and (spared or not balancer.security_group_ids):
        return ResourceRef("AWS::ElasticLoadBalancingV2::LoadBalancer", balancer.name, balancer.arn)
    known = case.topology.network.security_group_by_id
    groups = tuple(known[each] for each in balancer.security_group_ids if each in known)
    for peer in _peers(case, entrance, balancer, groups):
        for port in _ports(entrance, balancer):
            decision = admits(groups, egress=False, peer=peer, port=port)
            if decision.allowed:
                return decision.cited
    return None


def _peers(
    case: Case, entrance: OtherEntrance, balancer: LoadBalancer, groups: tuple[SecurityGroup, ...]
) -> Iterator[Peer]:
    """Whom the load balancer sees: clients on the internet, or interfaces of which only the groups are known.

    AWS: "Preserve client IP addresses in AWS Global Accelerator"
    """
    own = tuple(
        group.id
        for group in case.topology.network.security_groups
        if group.vpc_id == balancer.vpc_id and {group.id, group.name} & set(entrance.security_groups)
    )
    yield Peer(IPv4Address(STRANGE_ADDRESS), tuple(map(SecurityGroupId, own)))
    if entrance.keeps_client_address:
        blocks = [rule.cidr for group in groups for rule in group.rules if rule.cidr is not None]
        for run in runs(without(EVERYTHING, NOT_ON_THE_INTERNET), blocks):
            yield Peer(run.representative())


def _ports(entrance: OtherEntrance, balancer: LoadBalancer) -> Iterator[int]:
    for listener in balancer.listeners:
        if not entrance.ports or any(first <= listener.port <= last for first, last in entrance.ports):
            yield listener.port


def _by_function(case: Case, entrance: OtherEntrance, place: str) -> ResourceRef | None:
    """AWS: "Granting Lambda function access to AWS services"."""
    function = case.topology.functions.by_invoked_arn.get(Arn(place))
    if function is None or not entrance.source_arn:
        return None
    return _cited(function_policy_hop(case.world, function, GATEWAY, entrance.source_arn, "").decision)


def _by_bucket(case: Case, entrance: OtherEntrance, bucket: str) -> ResourceRef | None:
    """AWS: "Restrict access to an Amazon S3 origin"."""
    found = case.topology.storage.by_name.get(bucket)
    if found is None or found.policy is None:
        return None
    keys = {
        "aws:sourcearn": (entrance.arn,),
        "aws:sourceaccount": (case.topology.account_id,),
        "aws:securetransport": ("true",),
    }
    resource = f"arn:aws:s3:::{bucket}/index.html"
    question = Question((service(CLOUDFRONT),), GET_OBJECT, resource, keys)
    for granted in openings(found.policy, (question,), bucket_reference(bucket)):
        if not isinstance(granted, Finding):
            return _cited(granted.decision)
    return None


def _cited(decision: Decision) -> ResourceRef | None:
    return decision.cited if decision.allowed else None
