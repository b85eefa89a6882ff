"""What the security groups of one network interface let in or out.

They are stateful: the answer to a connection they admitted passes without a rule of its own.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address

from landbridge.model.identifiers import SecurityGroupId
from landbridge.model.network import SecurityGroup, SecurityGroupRule
from landbridge.semantics.network.protocols import covers_protocol, port_range
from landbridge.trace.codes import ExplanationCode
from landbridge.trace.decision import Decision, Facts, ResourceRef, allowed, denied, not_modelled


@dataclass(frozen=True, slots=True)
class Peer:
    """The other end of a connection as rules name it: by address, or by the groups of its interface."""

    address: IPv4Address
    security_group_ids: tuple[SecurityGroupId, ...] = ()


def admits(
    groups: tuple[SecurityGroup, ...], *, egress: bool, peer: Peer, port: int, protocol: str = "tcp"
) -> Decision:
    """Whether any rule of the groups allows a connection from (or, egress, to) the peer.

    Rules only allow and all groups count together, so the order is of no account. A rule that names a prefix
    list that could not be read says so only where no other rule admits.

    AWS: "Security group rules"
    """
    rules = [(group, rule) for group in groups for rule in group.rules if rule.egress == egress]
    fitting = [(group, rule) for group, rule in rules if _fits(rule, port, protocol)]
    facts = _facts(groups, egress, peer, port, protocol)
    for _, rule in fitting:
        if _names(rule, peer):
            cited = ResourceRef("AWS::EC2::SecurityGroup Rule", rule.id)
            return allowed(cited, *facts, ("rule", _describe(rule)))
    for group, rule in fitting:
        if rule.prefix_list_id and rule.prefix_list_cidrs is None:
            cited = ResourceRef("AWS::EC2::SecurityGroup Rule", rule.id)
            return not_modelled(f"prefix list {rule.prefix_list_id} in security group {group.id}", cited)
    code = ExplanationCode.ENI_SG_RULES_MISMATCH if rules else ExplanationCode.SG_HAS_NO_RULES
    cited = ResourceRef("AWS::EC2::SecurityGroup", ", ".join(group.id for group in groups) or "none")
    return denied(code, cited, *facts, remedy=_remedy(groups, egress, peer, port, protocol))


def _fits(rule: SecurityGroupRule, port: int, protocol: str) -> bool:
    first, last = port_range(rule.from_port, rule.to_port)
    return covers_protocol(rule.protocol, protocol) and first <= port <= last


def _names(rule: SecurityGroupRule, peer: Peer) -> bool:
    if rule.cidr is not None:
        return peer.address in rule.cidr
    if rule.prefix_list_cidrs is not None:
        return any(peer.address in cidr for cidr in rule.prefix_list_cidrs)
    return rule.referenced_group_id is not None and rule.referenced_group_id in peer.security_group_ids


def _facts(groups: tuple[SecurityGroup, ...], egress: bool, peer: Peer, port: int, protocol: str) -> Facts:
    known = (
        ("direction", "egress" if egress else "ingress"),
        ("protocol", protocol),
        ("port", str(port)),
        ("destination" if egress else "source", str(peer.address)),
        ("security groups", ", ".join(group.id for group in groups)),
    )
    if not peer.security_group_ids:
        return known
    return (*known, ("peer's security groups", ", ".join(peer.security_group_ids)))


def _describe(rule: SecurityGroupRule) -> str:
    other = str(rule.cidr) if rule.cidr is not None else rule.referenced_group_id or rule.prefix_list_id or ""
    if rule.protocol == "-1":
        return f"all traffic, {other}"
    first, last = port_range(rule.from_port, rule.to_port)
    ports = str(first) if first == last else f"{first}-{last}"
    return f"{rule.protocol} {ports}, {other}"


def _remedy(groups: tuple[SecurityGroup, ...], egress: bool, peer: Peer, port: int, protocol: str) -> str:
    preposition, direction = ("to", "egress") if egress else ("from", "ingress")
    if not groups:
        return f"Attach a security group that allows {protocol.upper()} {port} {preposition} {peer.address}"
    others = [f"{peer.address}/32", *(f"security group {group_id}" for group_id in peer.security_group_ids)]
    where = " or ".join(f"{group.id} ({group.name})" for group in groups)
    what = f" or {preposition} ".join(others)
    return f"Allow {protocol.upper()} {port} {preposition} {what} in the {direction} rules of {where}"
