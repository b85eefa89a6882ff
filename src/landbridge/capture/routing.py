"""Route tables and network ACLs, from EC2's describe calls."""

from ipaddress import IPv4Network, IPv6Network

from landbridge.capture.prefix_lists import PrefixLists
from landbridge.capture.reading import Answer, Reader
from landbridge.model.identifiers import SubnetId, VpcId, VpnGatewayId
from landbridge.model.network import NetworkAcl, NetworkAclEntry, Route, RouteTable
from landbridge.trace.decision import ResourceRef

LOCAL = "local"
LAST_IPV6_RULE = 32768
"""The number of the rule ``*`` for IPv6. AWS: "NetworkAclEntry" """
BOTH_DIRECTIONS = 2
TARGET_MEMBERS = (
    "GatewayId",
    "EgressOnlyInternetGatewayId",
    "NatGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "InstanceId",
    "CarrierGatewayId",
    "LocalGatewayId",
    "CoreNetworkArn",
)
"""Members of a route that may name its target, the one that carries packets first."""


def route_table(reader: Reader, answer: Answer, blocks_of: PrefixLists) -> RouteTable:
    """One route table from EC2's answer."""
    table = ResourceRef("AWS::EC2::RouteTable", answer["RouteTableId"])
    associations = answer.get("Associations", ())
    for association in associations:
        if association.get("GatewayId"):
            reader.notice(table, "a gateway route table")
    return RouteTable(
        id=answer["RouteTableId"],
        vpc_id=VpcId(answer["VpcId"]),
        routes=_routes(reader, table, answer.get("Routes", []), blocks_of),
        subnet_ids=tuple(
            sorted(
                SubnetId(association["SubnetId"])
                for association in associations
                if association.get("SubnetId")
            )
        ),
        main=any(association.get("Main") for association in associations),
        ipv6_targets=_ipv6_targets(answer.get("Routes", [])),
        propagating_gateways=tuple(
            sorted(VpnGatewayId(gateway["GatewayId"]) for gateway in answer.get("PropagatingVgws", ()))
        ),
    )


def network_acl(answer: Answer) -> NetworkAcl:
    """One network ACL from EC2's answer, its last rule ``*`` (32767) included where AWS lists it."""
    entries = [entry for entry in answer.get("Entries", ()) if entry.get("CidrBlock")]
    return NetworkAcl(
        id=answer["NetworkAclId"],
        vpc_id=VpcId(answer["VpcId"]),
        entries=tuple(
            sorted((_entry(entry) for entry in entries), key=lambda entry: (entry.egress, entry.rule_number))
        ),
        subnet_ids=tuple(
            sorted(SubnetId(association["SubnetId"]) for association in answer.get("Associations", ()))
        ),
        is_default=bool(answer.get("IsDefault")),
        admits_ipv6=_admits_ipv6(answer.get("Entries", [])),
    )


def _routes(
    reader: Reader, table: ResourceRef, answers: list[Answer], blocks_of: PrefixLists
) -> tuple[Route, ...]:
    """One route for each block, also of a prefix list; those of gateway endpoints lead to no address."""
    routes = []
    for answer in answers:
        if answer.get("DestinationCidrBlock"):
            routes.append(_route(answer))
        elif answer.get("DestinationPrefixListId") and not answer.get("GatewayId", "").startswith("vpce-"):
            identifier = answer["DestinationPrefixListId"]
            blocks = blocks_of(identifier)
            if blocks is None:
                reader.notice(table, f"a route to a prefix list that cannot be read ({identifier})")
            routes += [_route({**answer, "DestinationCidrBlock": str(block)}) for block in blocks or ()]
    return tuple(sorted(routes, key=lambda route: (route.destination, route.propagated, route.target)))


def _route(answer: Answer) -> Route:
    return Route(
        destination=IPv4Network(answer["DestinationCidrBlock"], strict=False),
        target=_target(answer),
        state=answer.get("State", "active"),
        propagated=answer.get("Origin") == "EnableVgwRoutePropagation",
        prefix_list_id=answer.get("DestinationPrefixListId", ""),
    )


def _ipv6_targets(answers: list[Answer]) -> tuple[tuple[IPv6Network, str], ...]:
    found = (
        (IPv6Network(answer["DestinationIpv6CidrBlock"], strict=False), _target(answer))
        for answer in answers
        if answer.get("DestinationIpv6CidrBlock") and answer.get("State", "active") == "active"
    )
    return tuple(sorted((block, target) for block, target in found if target != LOCAL))


def _target(answer: Answer) -> str:
    for member in TARGET_MEMBERS:
        if answer.get(member):
            return str(answer[member])
    return ""


def _admits_ipv6(answers: list[Answer]) -> bool | None:
    """AWS: "Network ACL rules"."""
    numbered = [each for each in answers if each.get("Ipv6CidrBlock") and each["RuleNumber"] < LAST_IPV6_RULE]
    allowing = {each["Egress"] for each in numbered if each["RuleAction"] == "allow"}
    if len(allowing) < BOTH_DIRECTIONS:
        return False
    unconditional = [
        each for each in numbered if each["Ipv6CidrBlock"] == "::/0" and each["Protocol"] == "-1"
    ]
    return True if numbered == unconditional and len(numbered) == BOTH_DIRECTIONS else None


def _entry(answer: Answer) -> NetworkAclEntry:
    ports = answer.get("PortRange", {})
    return NetworkAclEntry(
        rule_number=answer["RuleNumber"],
        egress=answer["Egress"],
        allow=answer["RuleAction"] == "allow",
        protocol=str(answer["Protocol"]),
        cidr=IPv4Network(answer["CidrBlock"], strict=False),
        from_port=ports.get("From"),
        to_port=ports.get("To"),
    )
