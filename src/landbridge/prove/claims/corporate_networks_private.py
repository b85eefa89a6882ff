"""What an app takes for the corporate network is private, and nobody else's."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from landbridge.model.identifiers import SecurityGroupId
from landbridge.model.network import SecurityGroup, SecurityGroupRule
from landbridge.model.policy import Condition, PolicyDocument, Statement
from landbridge.model.topology import Topology
from landbridge.prove.case import Case
from landbridge.prove.deployments import served_by
from landbridge.prove.reach.blocks import PRIVATE, UNIQUE_LOCAL, without
from landbridge.prove.reach.policies_in import ADDRESS_KEYS
from landbridge.prove.verdict import Claim, Finding, broken, unknown
from landbridge.semantics.network.protocols import covers_protocol, port_range
from landbridge.semantics.network.source import corporate_networks
from landbridge.trace.decision import ResourceRef

CLAIM = Claim(
    "corporate-networks-private",
    "Every block that is admitted as corporate is private, and no VPC has addresses in it",
    (
        "VPC CIDR blocks",
        "Security group rules",
        "AWS condition keys that can be used in API Gateway resource policies",
    ),
)
SHARED = IPv4Network("100.64.0.0/10")
"""RFC 6598: shared between carriers and their customers, and used by services of AWS."""
Block = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Admitted:
    """A block, and what admits it."""

    block: Block
    by: str
    """A few words: ``rule sgr-1 of security group sg-1``."""
    cited: ResourceRef


def judge(case: Case) -> Iterator[Finding]:
    """Blocks that are not private, or that VPCs have addresses in.

    AWS: "VPC CIDR blocks"
    """
    admitted = (*_declared(case.topology), *_by_groups(case), *_by_policies(case))
    for each in dict.fromkeys(admitted):
        if isinstance(each, Finding):
            yield each
            continue
        reason = _what_is_wrong(case.topology, each.block)
        if reason:
            what = f"{each.block}, admitted as corporate by {each.by}, {reason}"
            yield broken(what, each.cited, _instead(case.topology, each))
        elif isinstance(each.block, IPv4Network) and each.block.subnet_of(SHARED):
            yield unknown(
                f"{each.block}, admitted as corporate by {each.by}, is shared address space: a carrier and "
                "services of AWS use it too, and whose it is here cannot be seen",
                each.cited,
                _instead(case.topology, each),
            )


def _declared(topology: Topology) -> Iterator[Admitted]:
    for block in corporate_networks(topology):
        by = "the declared corporate networks" if topology.corporate_networks else "a VPN's static route"
        yield Admitted(block, by, ResourceRef("Corporate Network", str(block)))


def _by_groups(case: Case) -> Iterator[Admitted | Finding]:
    """What the groups of the entrance let in: of load balancers, else of endpoints.

    AWS: "Security group rules"
    """
    app, groups = case.app, case.topology.network.security_group_by_id
    doors: list[tuple[tuple[SecurityGroupId, ...], set[int]]] = [
        (each.security_group_ids, {listener.port for listener in each.listeners})
        for each in app.load_balancers
    ]
    if not doors:
        doors = [(each.security_group_ids, {443}) for each in app.endpoints]
    for group_ids, ports in doors:
        for group in (groups[group_id] for group_id in group_ids if group_id in groups):
            for rule in group.rules:
                if _lets_in(rule, ports):
                    yield from _of_rule(group, rule)


def _lets_in(rule: SecurityGroupRule, ports: set[int]) -> bool:
    first, last = port_range(rule.from_port, rule.to_port)
    return (
        not rule.egress
        and covers_protocol(rule.protocol, "tcp")
        and any(first <= port <= last for port in ports)
    )


def _of_rule(group: SecurityGroup, rule: SecurityGroupRule) -> Iterator[Admitted | Finding]:
    reference = ResourceRef("AWS::EC2::SecurityGroup Rule", rule.id)
    if rule.prefix_list_id and rule.prefix_list_cidrs is None:
        what = (
            f"the blocks of prefix list {rule.prefix_list_id} in security group {group.id} could not be read"
        )
        yield unknown(what, reference, "Allow ec2:GetManagedPrefixListEntries, and check again")
    blocks = (rule.cidr,) if rule.cidr is not None else rule.prefix_list_cidrs or ()
    for block in blocks:
        yield Admitted(block, f"rule {rule.id} of security group {group.id}", reference)


def _by_policies(case: Case) -> Iterator[Admitted | Finding]:
    """Blocks by which resource policies admit; the addresses of load balancer nodes are not the office's.

    AWS: "AWS condition keys that can be used in API Gateway resource policies"
    """
    vpcs = [cidr for vpc in case.topology.network.vpcs for cidr in vpc.cidrs]
    for name, reference, policy in _policies(case):
        for statement in policy.statements:
            for value in _admitting_values(statement):
                block = _parsed(value)
                if block is None:
                    yield unknown(
                        f"{value} in {statement.name} of the {name} is no block of addresses", reference
                    )
                elif not any(isinstance(block, IPv4Network) and block.subnet_of(cidr) for cidr in vpcs):
                    yield Admitted(block, f"{statement.name} of the {name}", reference)


def _policies(case: Case) -> Iterator[tuple[str, ResourceRef, PolicyDocument]]:
    for api in case.app.rest_apis:
        reference = ResourceRef("AWS::ApiGateway::RestApi Policy", api.id)
        documents = [api.policy, *(served.deployment.policy for served in served_by(api))]
        for document in documents:
            if document is not None:
                yield f"resource policy of {api.name}", reference, document
    for name in case.app.domains:
        domain = case.topology.api_gateway.private_domain_by_name.get(name.lower())
        if domain is not None and domain.policy is not None:
            reference = ResourceRef("AWS::ApiGateway::DomainNameV2 Policy", domain.name)
            yield f"policy of domain name {name}", reference, domain.policy
    for bucket in case.topology.storage.buckets:
        if bucket.name in case.app.buckets and bucket.policy is not None:
            yield (
                f"policy of bucket {bucket.name}",
                ResourceRef("AWS::S3::BucketPolicy", bucket.name),
                bucket.policy,
            )


def _admitting_values(statement: Statement) -> Iterator[str]:
    """The values that let a caller in: those that an Allow names, or that a Deny spares.

    AWS: "IAM JSON policy elements: Condition operators"
    """
    wanted = "notipaddress" if statement.effect == "Deny" else "ipaddress"
    for condition in statement.conditions:
        if condition.key.lower() in ADDRESS_KEYS and _operator(condition) == wanted:
            yield from condition.values


def _operator(condition: Condition) -> str:
    return condition.operator.lower().rpartition(":")[2].removesuffix("ifexists")


def _parsed(value: str) -> Block | None:
    try:
        return ip_network(value, strict=False)
    except ValueError:
        return None


def _what_is_wrong(topology: Topology, block: Block) -> str:
    """The rest of a sentence about it; empty where nothing is."""
    if block.prefixlen == 0:
        return "is everybody"
    if isinstance(block, IPv6Network):
        return "" if block.subnet_of(UNIQUE_LOCAL) else "has addresses of the internet"
    if not any(block.subnet_of(private) for private in (*PRIVATE, SHARED)):
        return "has addresses that are not private: others have them on the internet"
    for vpc in topology.network.vpcs:
        for cidr in vpc.cidrs:
            if block.overlaps(cidr):
                return f"has addresses of {vpc.id} ({cidr}): its instances count as corporate"
    return ""


def _instead(topology: Topology, admitted: Admitted) -> str:
    """The block to use: what is known of the corporate side within it, or what no VPC has of it."""
    known = [
        block
        for block in corporate_networks(topology)
        if block != admitted.block and not _what_is_wrong(topology, block)
    ]
    vpcs = [cidr for vpc in topology.network.vpcs for cidr in vpc.cidrs]
    rest: list[IPv4Network] = []
    if not known and isinstance(admitted.block, IPv4Network) and admitted.block.prefixlen:
        rest = [each for each in without([admitted.block], vpcs) if not _what_is_wrong(topology, each)]
    blocks = ", ".join(map(str, known or rest))
    return (
        f"Use {blocks} in place of {admitted.block}"
        if blocks
        else (
            f"Use in place of {admitted.block} the block of {', '.join(map(str, PRIVATE))} that the office "
            "has and no VPC does"
        )
    )
