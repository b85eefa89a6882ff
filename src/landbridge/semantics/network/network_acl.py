"""What a subnet's network ACL lets in or out. It is stateless: answers need rules of their own."""

from ipaddress import IPv4Address

from landbridge.model.network import NetworkAcl, NetworkAclEntry
from landbridge.semantics.network.protocols import covers_protocol, port_range, render_ports
from landbridge.trace.codes import ExplanationCode
from landbridge.trace.decision import Decision, Facts, ResourceRef, Verdict, allowed, denied

EPHEMERAL_PORTS = (1024, 65535)
"""Where answers go: load balancers, functions and clients of every system stay within.

AWS: "Control subnet traffic with network access control lists"
"""
LAST_RULE_NUMBER = 32766
"""Above it is the rule ``*`` (32767), which denies what nothing else matched."""


def evaluate(
    acl: NetworkAcl, *, egress: bool, peer: IPv4Address, ports: tuple[int, int], protocol: str = "tcp"
) -> Decision:
    """Whether packets from (or, egress, to) the peer pass, for every destination port of the range.

    The lowest numbered rule that matches decides. Where rules split the range, every part of it must pass:
    a connection that fails for some ports is not one to rely on.

    AWS: "Control subnet traffic with network access control lists"
    """
    facts = _facts(egress, peer, ports, protocol)
    remaining = [ports]
    for entry in sorted(acl.entries, key=lambda entry: entry.rule_number):
        if entry.egress != egress or peer not in entry.cidr or not covers_protocol(entry.protocol, protocol):
            continue
        left = [part for whole in remaining for part in _outside(whole, _ports(entry))]
        if left == remaining:
            continue
        if not entry.allow:
            return _refused(acl, entry, facts, _remedy(acl, entry, egress, peer, ports, protocol))
        if not left:
            return allowed(_cite(acl, entry), *facts)
        remaining = left
    return _refused(acl, None, facts, _remedy(acl, None, egress, peer, ports, protocol))


def _ports(entry: NetworkAclEntry) -> tuple[int, int]:
    return port_range(entry.from_port, entry.to_port)


def _outside(whole: tuple[int, int], taken: tuple[int, int]) -> list[tuple[int, int]]:
    """The parts of a range that another does not take."""
    below = (whole[0], min(whole[1], taken[0] - 1))
    above = (max(whole[0], taken[1] + 1), whole[1])
    return [part for part in (below, above) if part[0] <= part[1]]


def _refused(acl: NetworkAcl, entry: NetworkAclEntry | None, facts: Facts, remedy: str) -> Decision:
    code = ExplanationCode.SUBNET_ACL_RESTRICTION
    if entry is None or entry.rule_number > LAST_RULE_NUMBER:
        return denied(code, ResourceRef("AWS::EC2::NetworkAcl", acl.id), *facts, remedy=remedy)
    return Decision(Verdict.EXPLICIT_DENY, code, _cite(acl, entry), facts, remedy)


def _cite(acl: NetworkAcl, entry: NetworkAclEntry) -> ResourceRef:
    direction = "outbound" if entry.egress else "inbound"
    return ResourceRef("AWS::EC2::NetworkAclEntry", f"{acl.id} {direction} rule {entry.rule_number}")


def _facts(egress: bool, peer: IPv4Address, ports: tuple[int, int], protocol: str) -> Facts:
    return (
        ("direction", "outbound" if egress else "inbound"),
        ("protocol", protocol),
        ("destination port" if ports[0] == ports[1] else "destination ports", render_ports(ports)),
        ("destination" if egress else "source", str(peer)),
    )


def _remedy(
    acl: NetworkAcl,
    entry: NetworkAclEntry | None,
    egress: bool,
    peer: IPv4Address,
    ports: tuple[int, int],
    protocol: str,
) -> str:
    numbered = entry is not None and entry.rule_number <= LAST_RULE_NUMBER
    number = f" with a number below {entry.rule_number}" if entry is not None and numbered else ""
    return (
        f"Allow {protocol.upper()} {render_ports(ports)} {'to' if egress else 'from'} {peer}/32 "
        f"in {'an outbound' if egress else 'an inbound'} rule of {acl.id}{number}"
    )
