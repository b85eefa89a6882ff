from ipaddress import IPv4Address, IPv4Network

from tests.capture.scripted import ScriptedAccount, features

from landbridge.capture.client_vpn import read_client_vpn_endpoints
from landbridge.model.identifiers import SecurityGroupId, SubnetId
from landbridge.model.links import ClientVpnAuthorizationRule, ClientVpnEndpoint, ClientVpnRoute

ACTIVE = {"Code": "active"}


def test_an_endpoint_has_its_associations_routes_and_rules_and_groups_are_noticed() -> None:
    networks = [
        {"TargetNetworkId": "subnet-1", "Status": {"Code": "associated"}, "SecurityGroups": ["sg-1"]},
        {"TargetNetworkId": "subnet-2", "Status": {"Code": "disassociating"}, "SecurityGroups": ["sg-2"]},
    ]
    rules = [
        {"DestinationCidr": "10.20.0.0/16", "AccessAll": True, "GroupId": "", "Status": ACTIVE},
        {"DestinationCidr": "10.30.0.0/16", "AccessAll": False, "GroupId": "S-1", "Status": ACTIVE},
    ]
    reader = ScriptedAccount(
        {
            "ec2.describe_client_vpn_endpoints": {
                "ClientVpnEndpoints": [
                    {
                        "ClientVpnEndpointId": "cvpn-endpoint-1",
                        "ClientCidrBlock": "10.200.0.0/22",
                        "DnsServers": ["10.20.0.2"],
                        "Status": {"Code": "available"},
                    },
                    {
                        "ClientVpnEndpointId": "cvpn-endpoint-2",
                        "ClientCidrBlock": "10.201.0.0/22",
                        "Status": {"Code": "deleted"},
                    },
                ]
            },
            "ec2.describe_client_vpn_target_networks": {"ClientVpnTargetNetworks": networks},
            "ec2.describe_client_vpn_routes": {
                "Routes": [{"DestinationCidr": "10.20.0.0/16", "TargetSubnet": "subnet-1", "Status": ACTIVE}]
            },
            "ec2.describe_client_vpn_authorization_rules": {"AuthorizationRules": rules},
        }
    ).reader()
    vpc = IPv4Network("10.20.0.0/16")
    assert read_client_vpn_endpoints(reader) == (
        ClientVpnEndpoint(
            "cvpn-endpoint-1",
            "available",
            IPv4Network("10.200.0.0/22"),
            (SecurityGroupId("sg-1"),),
            (SubnetId("subnet-1"),),
            (ClientVpnRoute(vpc, SubnetId("subnet-1")),),
            (
                ClientVpnAuthorizationRule(vpc),
                ClientVpnAuthorizationRule(IPv4Network("10.30.0.0/16"), "S-1"),
            ),
            (IPv4Address("10.20.0.2"),),
        ),
    )
    assert features(reader) == [("cvpn-endpoint-1", "authorization by group (S-1 to 10.30.0.0/16)")]
