from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import pytest
from tests.topologies import (
    ALB_A,
    ALB_GROUP,
    CORPORATE,
    DEFAULT_GROUP,
    SUBNET_A,
    SUBNET_B,
    VPC,
    VPC_CIDR,
    private_app,
    with_network,
)

from landbridge.errors import DeclarationError
from landbridge.model.identifiers import NetworkInterfaceId, SubnetId, VpcId
from landbridge.model.network import Network, NetworkInterface, Subnet, Vpc
from landbridge.model.topology import Topology
from landbridge.semantics.network.source import (
    Corporate,
    Internet,
    InVpc,
    Source,
    corporate_networks,
    locate,
    vantage,
)

LAST_IN_A = IPv4Address("10.20.1.254")
LAST_IN_B = IPv4Address("10.20.2.254")


def test_what_vpn_connections_route_is_the_corporate_network_when_none_is_declared() -> None:
    topology = private_app()
    assert corporate_networks(replace(topology, corporate_networks=())) == (CORPORATE,)
    declared = (IPv4Network("172.16.0.0/12"),)
    assert corporate_networks(replace(topology, corporate_networks=declared)) == declared


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.20.1.10", InVpc(ALB_A, VPC, SUBNET_A, (ALB_GROUP,), NetworkInterfaceId("eni-0alba"))),
        ("10.20.2.77", InVpc(IPv4Address("10.20.2.77"), VPC, SUBNET_B, (DEFAULT_GROUP,))),
        ("192.168.3.4", Corporate(IPv4Address("192.168.3.4"))),
        ("10.20.9.9", Internet(IPv4Address("10.20.9.9"))),
        ("8.8.8.8", Internet(IPv4Address("8.8.8.8"))),
    ],
)
def test_an_address_is_an_interface_an_instance_a_corporate_or_an_internet_host(
    address: str, expected: Source
) -> None:
    assert locate(private_app(), IPv4Address(address)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("corporate", Corporate(IPv4Address("192.168.0.10"))),
        ("vpc", InVpc(LAST_IN_A, VPC, SUBNET_A, (DEFAULT_GROUP,))),
        ("internet", Internet(IPv4Address("203.0.113.10"))),
        ("subnet-0b", InVpc(LAST_IN_B, VPC, SUBNET_B, (DEFAULT_GROUP,))),
        ("10.20.2.0/24", InVpc(LAST_IN_B, VPC, SUBNET_B, (DEFAULT_GROUP,))),
        ("10.20.1.64/26", InVpc(IPv4Address("10.20.1.65"), VPC, SUBNET_A, (DEFAULT_GROUP,))),
        ("192.168.7.0/24", Corporate(IPv4Address("192.168.7.1"))),
        ("192.168.7.9/32", Corporate(IPv4Address("192.168.7.9"))),
        ("192.168.7.9", Corporate(IPv4Address("192.168.7.9"))),
        ("corporate/10.99.0.1", Corporate(IPv4Address("10.99.0.1"))),
    ],
)
def test_a_vantage_is_named_by_a_word_a_subnet_a_block_or_an_address(name: str, expected: Source) -> None:
    assert vantage(private_app(), name) == expected


@pytest.mark.parametrize(
    "name", ["moon", "corporate/", "corporate/moon", "10.20.1.0/99", "10.20.1.1/24", "300.1.1.1", ""]
)
def test_an_unknown_vantage_is_refused_with_the_names_there_are(name: str) -> None:
    with pytest.raises(DeclarationError, match="There is no vantage") as caught:
        vantage(private_app(), name)
    assert "corporate, vpc, internet" in caught.value.hint


@pytest.mark.parametrize("name", ["corporate", "vpc"])
def test_a_vantage_that_the_topology_lacks_is_refused(name: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        vantage(Topology("123456789012", "eu-central-1"), name)
    assert caught.value.hint


def test_an_instance_never_takes_an_address_that_an_interface_has() -> None:
    topology = private_app()
    taken = tuple(
        NetworkInterface(NetworkInterfaceId(f"eni-{last}"), VPC, SUBNET_A, IPv4Address(f"10.20.1.{last}"), ())
        for last in (254, 253)
    )
    topology = with_network(topology, network_interfaces=topology.network.network_interfaces + taken)
    assert vantage(topology, "vpc").address == IPv4Address("10.20.1.252")


def test_the_default_vpc_is_not_what_the_vantage_vpc_means() -> None:
    topology = private_app()
    default = VpcId("vpc-0default")
    blocks = (IPv4Network("10.0.0.0/16"),)
    topology = with_network(
        topology,
        vpcs=(Vpc(default, blocks), *topology.network.vpcs),
        subnets=(
            Subnet(SubnetId("subnet-0default"), default, IPv4Network("10.0.0.0/20"), "eu-central-1a"),
            *topology.network.subnets,
        ),
    )
    assert vantage(topology, "vpc") == InVpc(LAST_IN_A, VPC, SUBNET_A, (DEFAULT_GROUP,))


def test_the_corporate_host_is_outside_every_vpc_even_when_the_corporate_block_holds_them() -> None:
    vpcs = (Vpc(VPC, (IPv4Network("10.0.0.0/16"),)), Vpc(VpcId("vpc-2"), (IPv4Network("10.1.0.0/16"),)))
    topology = Topology(
        "123456789012",
        "eu-central-1",
        network=Network(vpcs=vpcs),
        corporate_networks=(IPv4Network("10.0.0.0/8"),),
    )
    assert vantage(topology, "corporate") == Corporate(IPv4Address("10.2.0.10"))


def test_a_corporate_block_inside_a_vpc_is_refused() -> None:
    topology = replace(private_app(), corporate_networks=(VPC_CIDR,))
    with pytest.raises(DeclarationError, match="lies inside"):
        vantage(topology, "corporate")


@pytest.mark.parametrize(
    ("block", "address"), [("192.168.0.0/30", "192.168.0.2"), ("192.168.0.5/32", "192.168.0.5")]
)
def test_a_small_corporate_block_gives_its_last_host(block: str, address: str) -> None:
    topology = replace(private_app(), corporate_networks=(IPv4Network(block),))
    assert vantage(topology, "corporate") == Corporate(IPv4Address(address))
