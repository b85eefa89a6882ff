from ipaddress import IPv4Network, IPv6Network
from typing import Any

import pytest
from tests.capture.scripted import SUBNET, VPC, VPN_GATEWAY, Answer, ScriptedAccount, features

from landbridge.capture.prefix_lists import prefix_lists
from landbridge.capture.routing import network_acl, route_table
from landbridge.model.network import NetworkAcl, NetworkAclEntry, Route, RouteTable


def no_prefix_lists(identifier: str) -> None:
    """None of them can be read."""


def table(*routes: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"RouteTableId": "rtb-1", "VpcId": "vpc-1", "Routes": list(routes), **members}


def test_a_route_says_where_it_leads_and_whether_it_was_propagated() -> None:
    local = {"DestinationCidrBlock": "10.20.0.0/16", "GatewayId": "local", "State": "active"}
    static = {"DestinationCidrBlock": "10.0.0.0/8", "GatewayId": "vgw-1", "State": "blackhole"}
    propagated = {
        "DestinationCidrBlock": "10.0.0.0/8",
        "GatewayId": "vgw-1",
        "State": "active",
        "Origin": "EnableVgwRoutePropagation",
    }
    captured = route_table(
        ScriptedAccount({}).reader(),
        table(
            propagated,
            local,
            static,
            Associations=[{"SubnetId": "subnet-1", "Main": False}, {"Main": True}],
            PropagatingVgws=[{"GatewayId": "vgw-1"}],
        ),
        no_prefix_lists,
    )
    assert captured == RouteTable(
        id="rtb-1",
        vpc_id=VPC,
        routes=(
            Route(IPv4Network("10.0.0.0/8"), "vgw-1", "blackhole"),
            Route(IPv4Network("10.0.0.0/8"), "vgw-1", propagated=True),
            Route(IPv4Network("10.20.0.0/16"), "local"),
        ),
        subnet_ids=(SUBNET,),
        main=True,
        propagating_gateways=(VPN_GATEWAY,),
    )


def test_a_route_names_whatever_carries_its_packets() -> None:
    answer = table(
        {"DestinationCidrBlock": "10.1.0.0/16", "NatGatewayId": "nat-1"},
        {"DestinationCidrBlock": "10.2.0.0/16", "TransitGatewayId": "tgw-1"},
        {"DestinationCidrBlock": "10.3.0.0/16", "VpcPeeringConnectionId": "pcx-1"},
        {"DestinationCidrBlock": "10.4.0.0/16", "InstanceId": "i-1", "NetworkInterfaceId": "eni-1"},
    )
    captured = route_table(ScriptedAccount({}).reader(), answer, no_prefix_lists)
    assert [route.target for route in captured.routes] == ["nat-1", "tgw-1", "pcx-1", "eni-1"]


def test_a_route_to_a_prefix_list_is_one_to_each_of_its_blocks() -> None:
    entries = {"Entries": [{"Cidr": "10.8.0.0/16"}, {"Cidr": "10.7.0.0/16"}, {"Cidr": "2001:db8::/32"}]}
    reader = ScriptedAccount({"ec2.get_managed_prefix_list_entries": entries}).reader()
    answer = table({"DestinationPrefixListId": "pl-own", "TransitGatewayId": "tgw-1"})
    captured = route_table(reader, answer, prefix_lists(reader))
    assert captured.routes == (
        Route(IPv4Network("10.7.0.0/16"), "tgw-1", prefix_list_id="pl-own"),
        Route(IPv4Network("10.8.0.0/16"), "tgw-1", prefix_list_id="pl-own"),
    )


def test_a_gateway_endpoint_s_route_is_left_out_and_what_cannot_be_read_is_noticed() -> None:
    reader = ScriptedAccount({}).reader()
    captured = route_table(
        reader,
        table(
            {"DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-1"},
            {"DestinationPrefixListId": "pl-own", "TransitGatewayId": "tgw-1"},
            {"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1"},
            {"DestinationIpv6CidrBlock": "2001:db8::/56", "GatewayId": "local"},
            {"DestinationIpv6CidrBlock": "64:ff9b::/96", "NatGatewayId": "nat-1", "State": "blackhole"},
            Associations=[{"GatewayId": "igw-1", "Main": False}],
        ),
        no_prefix_lists,
    )
    assert captured.routes == ()
    assert captured.ipv6_targets == ((IPv6Network("::/0"), "igw-1"),)
    assert features(reader) == [
        ("rtb-1", "a gateway route table"),
        ("rtb-1", "a route to a prefix list that cannot be read (pl-own)"),
    ]


def test_the_rules_of_a_network_acl_are_ordered_by_number_within_a_direction() -> None:
    answer = {
        "NetworkAclId": "acl-1",
        "VpcId": "vpc-1",
        "IsDefault": True,
        "Associations": [{"SubnetId": "subnet-1"}],
        "Entries": [
            {
                "RuleNumber": 32767,
                "Egress": False,
                "RuleAction": "deny",
                "Protocol": "-1",
                "CidrBlock": "0.0.0.0/0",
            },
            {
                "RuleNumber": 100,
                "Egress": True,
                "RuleAction": "allow",
                "Protocol": "-1",
                "CidrBlock": "0.0.0.0/0",
            },
            {
                "RuleNumber": 90,
                "Egress": False,
                "RuleAction": "allow",
                "Protocol": "6",
                "CidrBlock": "10.0.0.0/8",
                "PortRange": {"From": 443, "To": 443},
            },
            {
                "RuleNumber": 101,
                "Egress": True,
                "RuleAction": "allow",
                "Protocol": "-1",
                "Ipv6CidrBlock": "::/0",
            },
        ],
    }
    anywhere = IPv4Network("0.0.0.0/0")
    assert network_acl(answer) == NetworkAcl(
        id="acl-1",
        vpc_id=VPC,
        entries=(
            NetworkAclEntry(90, False, True, "6", IPv4Network("10.0.0.0/8"), 443, 443),
            NetworkAclEntry(32767, False, False, "-1", anywhere),
            NetworkAclEntry(100, True, True, "-1", anywhere),
        ),
        subnet_ids=(SUBNET,),
        is_default=True,
    )


ALL = {"RuleAction": "allow", "Protocol": "-1", "Ipv6CidrBlock": "::/0", "RuleNumber": 101}
LAST = {"RuleAction": "deny", "Protocol": "-1", "Ipv6CidrBlock": "::/0", "RuleNumber": 32768}


@pytest.mark.parametrize(
    ("inbound", "outbound", "expected"),
    [
        ((), (), False),
        ((LAST,), (LAST,), False),
        ((ALL,), (), False),
        ((ALL, LAST), (ALL, LAST), True),
        ((ALL | {"Ipv6CidrBlock": "2001:db8::/56"},), (ALL,), None),
        ((ALL | {"RuleAction": "deny", "RuleNumber": 90}, ALL), (ALL,), None),
    ],
)
def test_a_network_acl_lets_pass_over_ipv6_what_its_rules_for_ipv6_allow(
    inbound: tuple[Answer, ...], outbound: tuple[Answer, ...], expected: bool | None
) -> None:
    entries = [each | {"Egress": False} for each in inbound] + [each | {"Egress": True} for each in outbound]
    found = network_acl({"NetworkAclId": "acl-1", "VpcId": VPC, "Entries": entries})
    assert found.admits_ipv6 is expected
