"""Client VPN endpoints with their associations, routes and authorization rules."""

from ipaddress import IPv4Address, IPv4Network
from typing import Any

from landbridge.capture.reading import Answer, Reader
from landbridge.model.identifiers import SecurityGroupId, SubnetId
from landbridge.model.links import ClientVpnAuthorizationRule, ClientVpnEndpoint, ClientVpnRoute
from landbridge.trace.decision import ResourceRef

GONE = frozenset({"deleted", "deleting"})


def read_client_vpn_endpoints(reader: Reader) -> tuple[ClientVpnEndpoint, ...]:
    """The Client VPN endpoints of the region; rules for groups are noticed."""
    answers = reader.items(
        "ec2", "describe_client_vpn_endpoints", "ClientVpnEndpoints", order_by="ClientVpnEndpointId"
    )
    return tuple(
        _endpoint(reader, answer)
        for answer in answers
        if answer["Status"]["Code"] not in GONE and answer.get("ClientCidrBlock")
    )


def _endpoint(reader: Reader, answer: Answer) -> ClientVpnEndpoint:
    about = ResourceRef("AWS::EC2::ClientVpnEndpoint", answer["ClientVpnEndpointId"])
    networks = [
        network
        for network in _parts(reader, about, "describe_client_vpn_target_networks", "ClientVpnTargetNetworks")
        if network["Status"]["Code"] == "associated"
    ]
    groups = {group for network in networks for group in network.get("SecurityGroups", ())}
    return ClientVpnEndpoint(
        id=about.id,
        state=answer["Status"]["Code"],
        client_cidr=IPv4Network(answer["ClientCidrBlock"], strict=False),
        security_group_ids=tuple(map(SecurityGroupId, sorted(groups or answer.get("SecurityGroupIds", ())))),
        associated_subnet_ids=tuple(sorted(SubnetId(network["TargetNetworkId"]) for network in networks)),
        routes=_routes(reader, about),
        authorization_rules=_authorization_rules(reader, about),
        dns_servers=tuple(map(IPv4Address, answer.get("DnsServers", ()))),
    )


def _routes(reader: Reader, endpoint: ResourceRef) -> tuple[ClientVpnRoute, ...]:
    routes = [
        ClientVpnRoute(
            IPv4Network(route["DestinationCidr"], strict=False),
            SubnetId(route["TargetSubnet"]),
            route["Status"]["Code"],
        )
        for route in _parts(reader, endpoint, "describe_client_vpn_routes", "Routes")
        if ":" not in route["DestinationCidr"]
    ]
    return tuple(sorted(routes, key=lambda route: (route.destination, route.subnet_id)))


def _authorization_rules(reader: Reader, endpoint: ResourceRef) -> tuple[ClientVpnAuthorizationRule, ...]:
    rules = []
    answers = _parts(reader, endpoint, "describe_client_vpn_authorization_rules", "AuthorizationRules")
    for rule in answers:
        if ":" in rule["DestinationCidr"]:
            continue
        group = "" if rule.get("AccessAll") else rule.get("GroupId", "")
        if group:
            reader.notice(endpoint, f"authorization by group ({group} to {rule['DestinationCidr']})")
        destination = IPv4Network(rule["DestinationCidr"], strict=False)
        rules.append(ClientVpnAuthorizationRule(destination, group, rule["Status"]["Code"]))
    return tuple(sorted(rules, key=lambda rule: (rule.destination, rule.group_id)))


def _parts(reader: Reader, endpoint: ResourceRef, operation: str, key: str) -> list[Any]:
    return reader.items("ec2", operation, key, endpoint, ClientVpnEndpointId=endpoint.id)
