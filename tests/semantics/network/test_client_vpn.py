from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from tests.semantics.network.hubs import CLIENT_VPN, laptops
from tests.topologies import (
    ALB_A,
    ALB_NAME,
    RESOLVER_A,
    SUBNET_A,
    SUBNET_B,
    VPC_CIDR,
    private_app,
    with_network,
)

from landbridge.errors import DeclarationError
from landbridge.model.faults import Faults
from landbridge.model.identifiers import NetworkInterfaceId, SecurityGroupId
from landbridge.model.links import ClientVpnAuthorizationRule, ClientVpnRoute
from landbridge.model.network import NetworkInterface
from landbridge.model.topology import Topology
from landbridge.semantics.network.names import resolve
from landbridge.semantics.network.reachability import Reached, reach
from landbridge.semantics.network.source import ClientVpn, vantage
from landbridge.semantics.world import World
from landbridge.trace.codes import Code, DnsCode, ExplanationCode, LocalCode
from landbridge.trace.decision import Step

EVERYWHERE = IPv4Network("0.0.0.0/0")


def attempt(topology: Topology, destination: IPv4Address = ALB_A) -> Reached:
    return reach(World(topology), vantage(topology, "client-vpn"), destination, 443)


def test_a_client_goes_on_as_the_endpoints_interface_in_the_associated_subnet() -> None:
    reached = attempt(laptops())
    assert reached.outcome is None
    assert [hop.step for hop in reached.hops] == [
        Step.CLIENT_VPN,
        Step.CLIENT_VPN,
        Step.SECURITY_GROUP_EGRESS,
        Step.SECURITY_GROUP_INGRESS,
    ]
    route, rule = (hop.decision.cited for hop in reached.hops[:2])
    assert route is not None
    assert rule is not None
    assert route.id == f"{CLIENT_VPN} 10.20.0.0/16"
    assert rule.type == "AWS::EC2::ClientVpnAuthorizationRule"
    assert ("client", "10.200.0.2") in reached.hops[0].decision.facts


def test_others_see_the_address_of_the_interface_and_not_the_clients() -> None:
    source = vantage(laptops(), CLIENT_VPN)
    assert isinstance(source, ClientVpn)
    assert (str(source.client_address), source.address in IPv4Network("10.20.1.0/24")) == ("10.200.0.2", True)
    made = NetworkInterface(
        NetworkInterfaceId("eni-0cvpn"),
        private_app().network.vpcs[0].id,
        SUBNET_A,
        IPv4Address("10.20.1.77"),
        (SecurityGroupId("sg-0default"),),
        f"ClientVPN Endpoint resource {CLIENT_VPN}",
    )
    interfaces = (*laptops().network.network_interfaces, made)
    assert (
        vantage(with_network(laptops(), network_interfaces=interfaces), "client-vpn").address == made.address
    )


def test_an_address_of_the_client_block_stands_for_a_client() -> None:
    source = vantage(laptops(), "10.200.1.9")
    assert isinstance(source, ClientVpn)
    assert source.client_address == IPv4Address("10.200.1.9")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"routes": ()}, ExplanationCode.NO_ROUTE_TO_DESTINATION),
        (
            {"routes": (ClientVpnRoute(VPC_CIDR, SUBNET_A, "failed"),)},
            ExplanationCode.NO_ROUTE_TO_DESTINATION,
        ),
        ({"authorization_rules": ()}, LocalCode.CLIENT_VPN_NOT_AUTHORIZED),
        (
            {"authorization_rules": (ClientVpnAuthorizationRule(VPC_CIDR, state="revoking"),)},
            LocalCode.CLIENT_VPN_NOT_AUTHORIZED,
        ),
        (
            {
                "authorization_rules": (
                    ClientVpnAuthorizationRule(EVERYWHERE),
                    ClientVpnAuthorizationRule(VPC_CIDR, "S-1-5-21"),
                )
            },
            LocalCode.NOT_MODELLED,
        ),
        ({"state": "pending-associate"}, ExplanationCode.BAD_STATE_VPN),
    ],
)
def test_a_client_needs_an_available_endpoint_a_route_and_an_authorization_rule(
    changes: dict[str, Any], code: Code
) -> None:
    reached = attempt(laptops(**changes))
    assert reached.outcome is not None
    assert (reached.hops[-1].step, reached.hops[-1].decision.code) == (Step.CLIENT_VPN, code)
    assert reached.hops[-1].decision.remedy


def test_of_rules_with_the_same_prefix_one_for_everybody_is_enough() -> None:
    rules = (ClientVpnAuthorizationRule(VPC_CIDR), ClientVpnAuthorizationRule(VPC_CIDR, "S-1-5-21"))
    assert attempt(laptops(authorization_rules=rules)).outcome is None


def test_an_endpoint_that_was_broken_on_purpose_carries_nothing() -> None:
    broken = replace(laptops(), faults=Faults(links=frozenset({CLIENT_VPN})))
    assert attempt(broken).hops[-1].decision.code is LocalCode.INJECTED_FAULT


def test_a_client_connects_through_a_zone_that_is_up() -> None:
    routes = (ClientVpnRoute(VPC_CIDR, SUBNET_A), ClientVpnRoute(VPC_CIDR, SUBNET_B))
    both = laptops(associated_subnet_ids=(SUBNET_A, SUBNET_B), routes=routes)
    assert attempt(both).outcome is None
    broken = replace(both, faults=Faults(zones=frozenset({"eu-central-1a"})))
    source = vantage(broken, "client-vpn")
    assert isinstance(source, ClientVpn)
    assert source.subnet_id == SUBNET_B


@pytest.mark.parametrize(
    ("servers", "code", "sees_private_zone"),
    [
        ((IPv4Address("10.20.0.2"),), DnsCode.NOERROR, True),
        ((RESOLVER_A,), DnsCode.SERVFAIL, False),
        ((), DnsCode.NXDOMAIN, False),
        ((IPv4Address("10.20.9.9"),), DnsCode.SERVFAIL, False),
    ],
)
def test_the_endpoint_tells_its_clients_whom_to_ask_for_names(
    servers: tuple[IPv4Address, ...], code: DnsCode, sees_private_zone: bool
) -> None:
    topology = laptops(dns_servers=servers)
    source = vantage(topology, "client-vpn")
    found = resolve(World(topology), source, "orders.corp.example")
    assert (found.code, bool(found.addresses)) == (code, sees_private_zone)


def test_the_load_balancers_own_name_is_known_everywhere() -> None:
    topology = laptops(dns_servers=())
    assert resolve(World(topology), vantage(topology, "client-vpn"), ALB_NAME).addresses


def test_there_is_no_client_without_an_endpoint() -> None:
    with pytest.raises(DeclarationError, match="no Client VPN endpoint"):
        vantage(private_app(), "client-vpn")
    with pytest.raises(DeclarationError, match="cvpn-endpoint-0none"):
        vantage(laptops(), "cvpn-endpoint-0none")
