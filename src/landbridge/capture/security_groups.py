"""Security groups and their rules with their ids, from two of EC2's describe calls."""

from collections import defaultdict
from ipaddress import IPv4Network, IPv6Network

from landbridge.capture.prefix_lists import PrefixLists
from landbridge.capture.reading import Answer, Reader
from landbridge.model.identifiers import SecurityGroupId, VpcId
from landbridge.model.network import SecurityGroup, SecurityGroupRule

PORTS_HAVE_MEANING = frozenset({"tcp", "udp"})
NAMED_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}


def read_security_groups(reader: Reader, blocks_of: PrefixLists) -> tuple[SecurityGroup, ...]:
    """Every security group, with its rules for IPv6, too."""
    rules: dict[str, list[SecurityGroupRule]] = defaultdict(list)
    answers = reader.items(
        "ec2", "describe_security_group_rules", "SecurityGroupRules", order_by="SecurityGroupRuleId"
    )
    for answer in answers:
        rules[answer["GroupId"]].append(_rule(answer, blocks_of))
    return tuple(
        SecurityGroup(
            id=SecurityGroupId(answer["GroupId"]),
            name=answer["GroupName"],
            vpc_id=VpcId(answer["VpcId"]),
            rules=tuple(rules[answer["GroupId"]]),
        )
        for answer in reader.items("ec2", "describe_security_groups", "SecurityGroups", order_by="GroupId")
    )


def _rule(answer: Answer, blocks_of: PrefixLists) -> SecurityGroupRule:
    protocol = str(answer["IpProtocol"])
    protocol = NAMED_PROTOCOLS.get(protocol, protocol)
    has_ports = protocol in PORTS_HAVE_MEANING
    referenced = answer.get("ReferencedGroupInfo", {}).get("GroupId")
    return SecurityGroupRule(
        id=answer["SecurityGroupRuleId"],
        egress=bool(answer.get("IsEgress")),
        protocol=protocol,
        from_port=answer.get("FromPort") if has_ports else None,
        to_port=answer.get("ToPort") if has_ports else None,
        cidr=IPv4Network(answer["CidrIpv4"], strict=False) if answer.get("CidrIpv4") else None,
        referenced_group_id=SecurityGroupId(referenced) if referenced else None,
        prefix_list_id=answer.get("PrefixListId") or None,
        description=answer.get("Description", ""),
        prefix_list_cidrs=blocks_of(answer["PrefixListId"]) if answer.get("PrefixListId") else None,
        ipv6_cidr=IPv6Network(answer["CidrIpv6"], strict=False) if answer.get("CidrIpv6") else None,
    )
